//! One property of a profile.
//!
//! A value that is set: doing it twice changes nothing, and whether it happened is seen on the
//! profile. What it takes the place of is read while it is prepared, so it can be taken back.
//!
//! Source: the vendor's OpenAPI, revision 2026-07-15, create_or_update_profile and get_profile;
//! `meta.patch_properties.unset` takes a property away, since null would only empty it.

use fermata_model::{Action, Frozen, Key, Platform, Receipt, RecordRef, Timestamp};
use serde_json::{Map, Value, json};

use super::actions::{impossible, malformed, profile_id};
use super::{JSON_API, Klaviyo, PROFILES, wire};
use crate::failure::no_action;
use crate::http::{Method, Purpose, Request};
use crate::reading::why;
use crate::{Error, Found, Kind, Sent};

/// The vendor's name of changing a profile.
pub(super) const UPSERT: &str = "create_or_update_profile";

/// Builds the exact request.
pub(super) async fn prepare(
    klaviyo: &Klaviyo,
    action: &Action,
    key: Key,
    now: Timestamp,
) -> Result<Frozen, Error> {
    let Action::ProfileSet { profile, property, value } = action else {
        return Err(no_action(Platform::Klaviyo, action));
    };
    let held = read(klaviyo, profile).await.map_err(|error| match error.kind {
        Kind::Missing => impossible(UPSERT, format!("{} is no longer a profile in Klaviyo.", profile.label)),
        _ => error,
    })?;
    if is_done(&held, property, value.as_deref()) {
        let message = format!("{} is like that already for {}.", property, profile.label);
        return Err(impossible(UPSERT, message));
    }
    let undo = match held.properties.get(property) {
        None => Some(None),
        Some(Value::String(text)) => Some(Some(text.clone())),
        // A list or a number could not be put back as it was.
        Some(_) => None,
    };
    let id = profile_id(profile)?;
    let data = match value {
        Some(value) => json!({
            "type": "profile", "id": id, "attributes": { "properties": { property: value } },
        }),
        None => json!({
            "type": "profile", "id": id, "attributes": {},
            "meta": { "patch_properties": { "unset": property } },
        }),
    };
    Ok(Frozen {
        action: action.clone(),
        key,
        operation: UPSERT.to_owned(),
        method: "POST".to_owned(),
        path: "/api/profile-import".to_owned(),
        body: json!({ "data": data }).to_string(),
        undo: undo.map(|value| {
            Box::new(Action::ProfileSet { profile: profile.clone(), property: property.clone(), value })
        }),
        at: now,
    })
}

/// Sends a frozen request, once; the answer is the profile as it is now.
pub(super) async fn send(klaviyo: &Klaviyo, frozen: &Frozen) -> Result<Sent, Error> {
    let request = Request::new(UPSERT, Method::POST, frozen.path.clone(), Purpose::Effect)
        .lane(PROFILES)
        .body(JSON_API, frozen.body.clone());
    let response = klaviyo.rest.ask(request).await?;
    let (property, value) = wanted(&frozen.action)?;
    Ok(match parse(UPSERT, &response.body) {
        Ok(held) if is_done(&held, property, value) => Sent::Confirmed(receipt(frozen, &held)),
        _ => Sent::Accepted,
    })
}

/// Looks at the profile.
pub(super) async fn find(klaviyo: &Klaviyo, frozen: &Frozen) -> Result<Found, Error> {
    let held = read(klaviyo, frozen.action.target()).await?;
    let (property, value) = wanted(&frozen.action)?;
    Ok(if is_done(&held, property, value) { Found::Yes(receipt(frozen, &held)) } else { Found::No })
}

/// What of a profile can be set.
struct Held {
    properties: Map<String, Value>,
    updated: Option<Timestamp>,
}

async fn read(klaviyo: &Klaviyo, target: &RecordRef) -> Result<Held, Error> {
    const OPERATION: &str = "get_profile";
    let request = Request::get(OPERATION, format!("/api/profiles/{}", profile_id(target)?)).lane(PROFILES);
    parse(OPERATION, &klaviyo.rest.ask(request).await?.body)
}

fn parse(operation: &str, body: &str) -> Result<Held, Error> {
    let document: wire::Document<'_> =
        serde_json::from_str(body).map_err(|error| malformed(operation, why(&error)))?;
    let profile: wire::ProfileProperties =
        serde_json::from_str(document.data.get()).map_err(|error| malformed(operation, why(&error)))?;
    let attributes = profile.attributes;
    Ok(Held { properties: attributes.properties, updated: attributes.updated.map(|moment| moment.0) })
}

fn wanted(action: &Action) -> Result<(&str, Option<&str>), Error> {
    match action {
        Action::ProfileSet { property, value, .. } => Ok((property, value.as_deref())),
        other => Err(no_action(Platform::Klaviyo, other)),
    }
}

fn is_done(held: &Held, property: &str, value: Option<&str>) -> bool {
    match (held.properties.get(property), value) {
        (None, None) => true,
        (Some(Value::String(text)), Some(value)) => text == value,
        _ => false,
    }
}

fn receipt(frozen: &Frozen, held: &Held) -> Receipt {
    Receipt {
        external_id: frozen.action.target().external_id.clone(),
        at: held.updated.unwrap_or(frozen.at),
        amount: None,
    }
}
