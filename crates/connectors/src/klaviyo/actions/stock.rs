//! Telling a person when something can be bought again.
//!
//! The subscription is answered with 202 and cannot be read afterwards. What can be read is the
//! event that Klaviyo writes into the profile for each, "Subscribed to Back in Stock", by which
//! the shop's flow starts. Its properties are not documented, so the variant is looked for among
//! the values of all of them.
//!
//! Source: the vendor's OpenAPI, revision 2026-07-15, create_back_in_stock_subscription;
//! Klaviyo's help centre, Understanding back in stock flows.

use fermata_model::{Action, Frozen, Platform};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::super::{Klaviyo, map, wire};
use super::events::{GET_EVENTS, among, happened, of_profile};
use super::standing::{Standing, may_reach, read_profile};
use super::{Draft, SUBSCRIBE_TO_STOCK, gone, impossible, malformed, plain_id};
use crate::failure::no_action;
use crate::http::Method;
use crate::reading::{filled, why};
use crate::{Error, Found};

/// How far Klaviyo's clock may be behind ours.
const CLOCKS_APART: SignedDuration = SignedDuration::from_mins(5);

/// Builds the request that asks for the notice by e-mail.
pub(super) async fn draft(klaviyo: &Klaviyo, action: &Action) -> Result<Draft, Error> {
    let Action::StockNotice { profile, variant } = action else {
        return Err(no_action(Platform::Klaviyo, action));
    };
    if outer_id(variant).is_none() {
        let message = format!("\"{variant}\" is not an id of a variant in Klaviyo's catalogue.");
        return Err(impossible(SUBSCRIBE_TO_STOCK, message)
            .with_hint("It is written as $shopify:::$default:::33001893429341."));
    }
    let held =
        read_profile(klaviyo, profile).await.map_err(|error| gone(error, SUBSCRIBE_TO_STOCK, profile))?;
    may_reach(&Standing::of(&held), profile, SUBSCRIBE_TO_STOCK, "no notice would arrive")?;
    if filled(held.attributes.email).is_none() {
        let message = format!("{} has no e-mail address in Klaviyo.", profile.label);
        return Err(impossible(SUBSCRIBE_TO_STOCK, message));
    }
    let body = json!({ "data": {
        "type": "back-in-stock-subscription",
        "attributes": {
            "channels": ["EMAIL"],
            // By id alone: an address beside it would be written over the profile's own.
            "profile": { "data": { "type": "profile", "id": plain_id(profile)?, "attributes": {} } },
        },
        "relationships": { "variant": { "data": { "type": "catalog-variant", "id": variant } } },
    } });
    Ok(Draft {
        operation: SUBSCRIBE_TO_STOCK,
        method: Method::POST,
        path: "/api/back-in-stock-subscriptions".to_owned(),
        body: body.to_string(),
        undo: None,
    })
}

/// Looks for the event that Klaviyo writes when somebody asks for the notice.
///
/// It proves that the person waits, whoever asked; which is all that the action wants.
pub(super) async fn find(klaviyo: &Klaviyo, frozen: &Frozen) -> Result<Found, Error> {
    let Action::StockNotice { profile, variant } = &frozen.action else {
        return Err(no_action(Platform::Klaviyo, &frozen.action));
    };
    let since = frozen.at.saturating_sub(CLOCKS_APART).unwrap_or(frozen.at);
    let since = format!(",greater-or-equal(datetime,{since:.0})");
    let first = of_profile(plain_id(profile)?, &since)
        .query("include", "metric")
        .query("fields[event]", "datetime,timestamp,event_properties")
        .query("fields[metric]", "name");
    let ids = [Some(variant.as_str()), outer_id(variant)];
    among(klaviyo, first, |raw, included| {
        // An event that cannot be read could be the one, so it must not pass as absence.
        let unreadable = |error: serde_json::Error| malformed(GET_EVENTS, why(&error));
        let event: wire::Event = serde_json::from_str(raw).map_err(unreadable)?;
        if map::metric_name(&event, included).as_deref() != Some(map::STOCK_ASKED) {
            return Ok(None);
        }
        let whole: Value = serde_json::from_str(raw).map_err(unreadable)?;
        let properties = whole["attributes"]["event_properties"].as_object();
        let names_it = properties.into_iter().flat_map(|properties| properties.values()).any(|value| {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            ids.contains(&Some(text.as_str()))
        });
        Ok(if names_it { Some(happened(&event)?) } else { None })
    })
    .await
}

/// Returns the shop's own id in the id of a variant, `integration:::catalog:::external`.
fn outer_id(variant: &str) -> Option<&str> {
    let mut parts = variant.split(":::");
    let (kind, catalogue, id) = (parts.next()?, parts.next()?, parts.next()?);
    let whole = parts.next().is_none() && ![kind, catalogue, id].contains(&"");
    whole.then_some(id)
}
