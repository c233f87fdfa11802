//! One property of a profile.
//!
//! What it takes the place of is read while it is prepared, so it can be taken back.
//!
//! Source: the vendor's OpenAPI, revision 2026-07-15, create_or_update_profile and get_profile;
//! `meta.patch_properties.unset` takes a property away, since null would only empty it.

use fermata_model::{Action, Frozen, Platform, Receipt, RecordRef};
use serde_json::{Value, json};

use super::super::{Klaviyo, PROFILES, wire};
use super::{Draft, UPSERT, document, gone, impossible, plain_id, receipt};
use crate::failure::no_action;
use crate::http::{Method, Request};
use crate::{Error, Found};

/// Builds the request that sets the property or takes it away.
pub(super) async fn draft(klaviyo: &Klaviyo, action: &Action) -> Result<Draft, Error> {
    let Action::ProfileSet { profile, property, value } = action else {
        return Err(no_action(Platform::Klaviyo, action));
    };
    let held = read(klaviyo, profile).await.map_err(|error| gone(error, UPSERT, profile))?;
    if is_done(&held, action) {
        let message = format!("{} is like that already for {}.", property, profile.label);
        return Err(impossible(UPSERT, message));
    }
    let before = match named(&held, property) {
        None => Some(None),
        Some(Value::String(text)) => Some(Some(text.clone())),
        // A list or a number could not be put back as it was.
        Some(_) => None,
    };
    let id = plain_id(profile)?;
    let data = match value {
        Some(value) => json!({
            "type": "profile", "id": id, "attributes": { "properties": { property: value } },
        }),
        None => json!({
            "type": "profile", "id": id, "attributes": {},
            "meta": { "patch_properties": { "unset": property } },
        }),
    };
    Ok(Draft {
        operation: UPSERT,
        method: Method::POST,
        path: "/api/profile-import".to_owned(),
        body: json!({ "data": data }).to_string(),
        undo: before.map(|value| Action::ProfileSet {
            profile: profile.clone(),
            property: property.clone(),
            value,
        }),
    })
}

/// Reads the answer, which is the profile as it is now.
pub(super) fn shown(frozen: &Frozen, body: &str) -> Option<Receipt> {
    document(UPSERT, body).ok().and_then(|held| done(frozen, &held))
}

/// Looks at the profile.
pub(super) async fn find(klaviyo: &Klaviyo, frozen: &Frozen) -> Result<Found, Error> {
    let held = read(klaviyo, frozen.action.target()).await?;
    Ok(done(frozen, &held).map_or(Found::No, Found::Yes))
}

async fn read(klaviyo: &Klaviyo, target: &RecordRef) -> Result<wire::ProfileProperties, Error> {
    const OPERATION: &str = "get_profile";
    let request = Request::get(OPERATION, format!("/api/profiles/{}", plain_id(target)?)).lane(PROFILES);
    document(OPERATION, &klaviyo.rest.ask(request).await?.body)
}

fn named<'a>(held: &'a wire::ProfileProperties, property: &str) -> Option<&'a Value> {
    held.attributes.properties.as_ref()?.get(property)
}

fn is_done(held: &wire::ProfileProperties, action: &Action) -> bool {
    let Action::ProfileSet { property, value, .. } = action else { return false };
    match (named(held, property), value) {
        (None, None) => true,
        (Some(Value::String(text)), Some(value)) => text == value,
        _ => false,
    }
}

fn done(frozen: &Frozen, held: &wire::ProfileProperties) -> Option<Receipt> {
    let at = held.attributes.updated.map_or(frozen.at, |moment| moment.0);
    is_done(held, &frozen.action).then(|| receipt(&frozen.action.target().external_id, at))
}
