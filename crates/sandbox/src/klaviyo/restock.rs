//! Notices for those who wait until something can be bought again.
//!
//! A subscription cannot be read; what is seen is the event that it leaves on the profile, a few seconds later.

use super::profiles::{self, Extras};
use super::{Asked, bodies, errors, records};
use crate::vendor::{Call, Reply};
use crate::world::VariantId;

/// `POST /api/back-in-stock-subscriptions`, for variants of the Shopify shop.
pub(super) fn subscribe(asked: &Asked<'_>, call: &mut Call<'_>, extras: &mut Extras) -> Result<Reply, Reply> {
    const VARIANT: &str = "/data/relationships/variant/data/id";
    let body = super::body(asked, &bodies::SUBSCRIBE_TO_STOCK, 100_000)?;
    let data = &body["data"];
    if data["attributes"]["channels"].as_array().is_none_or(Vec::is_empty) {
        return Err(errors::bad_body("/data/attributes/channels", "Provide at least one channel."));
    }
    let id = data["relationships"]["variant"]["data"]["id"].as_str().unwrap_or_default();
    let Some(number) = id.strip_prefix("$shopify:::$default:::") else {
        return Err(errors::bad_body(VARIANT, "Use the format integrationType:::catalogId:::externalId."));
    };
    let variant = number.parse().ok().and_then(VariantId::from_number);
    let variant = variant.filter(|variant| call.world.variants.get(*variant).is_some()).ok_or_else(|| {
        errors::bad_body(VARIANT, &format!("A catalog variant with id {id} does not exist."))
    })?;
    let place = "/data/attributes/profile/data";
    let (profile, _) = profiles::upsert(&data["attributes"]["profile"]["data"], place, call, extras)?;
    let event = call.world.ask_for_stock(profile, variant, call.now);
    call.applied("stock.notice", records::profile_id(profile), Some(records::event_id(event)), None);
    Ok(Reply::empty(202))
}
