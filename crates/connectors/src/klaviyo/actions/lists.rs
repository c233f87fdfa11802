//! Who is on a list.
//!
//! Being on a list says nothing about consent, and taking somebody off a list stops no flow that
//! being put on it has started.
//!
//! Source: the vendor's OpenAPI, revision 2026-07-15, add_profiles_to_list,
//! remove_profiles_from_list, get_list_ids_for_profile and get_list.

use fermata_model::{Action, Frozen, Platform, RecordRef};
use serde_json::json;

use super::super::{Klaviyo, MEMBERSHIPS, PROFILES, wire};
use super::{
    ADD_TO_LIST, Draft, REMOVE_FROM_LIST, document, gone, impossible, is_plain, malformed, plain_id, receipt,
};
use crate::failure::no_action;
use crate::http::{Method, Request};
use crate::reading::why;
use crate::{Error, Found, Kind};

/// Builds the request that puts a person on a list or takes them off it.
pub(super) async fn draft(klaviyo: &Klaviyo, action: &Action) -> Result<Draft, Error> {
    let (profile, list, on) = wanted(action)?;
    let operation = if on { ADD_TO_LIST } else { REMOVE_FROM_LIST };
    let name = name(klaviyo, list).await.map_err(|error| match error.kind {
        Kind::Missing if !error.may_pass => impossible(operation, "The list is no longer in Klaviyo."),
        _ => error,
    })?;
    let is_on = is_on(klaviyo, profile, list).await.map_err(|error| gone(error, operation, profile))?;
    if is_on == on {
        let already = if on { "already on" } else { "not on" };
        return Err(impossible(operation, format!("{} is {already} the list \"{name}\".", profile.label)));
    }
    let (profile, list) = (profile.clone(), list.to_owned());
    Ok(Draft {
        operation,
        method: if on { Method::POST } else { Method::DELETE },
        path: format!("/api/lists/{list}/relationships/profiles"),
        body: json!({ "data": [{ "type": "profile", "id": plain_id(&profile)? }] }).to_string(),
        undo: Some(if on { Action::ListRemove { profile, list } } else { Action::ListAdd { profile, list } }),
    })
}

/// Looks at the lists that the person is on.
pub(super) async fn find(klaviyo: &Klaviyo, frozen: &Frozen) -> Result<Found, Error> {
    let (profile, list, on) = wanted(&frozen.action)?;
    let done = is_on(klaviyo, profile, list).await? == on;
    // Klaviyo does not say since when.
    Ok(if done { Found::Yes(receipt(&profile.external_id, frozen.at)) } else { Found::No })
}

fn wanted(action: &Action) -> Result<(&RecordRef, &str, bool), Error> {
    match action {
        Action::ListAdd { profile, list } => Ok((profile, list, true)),
        Action::ListRemove { profile, list } => Ok((profile, list, false)),
        other => Err(no_action(Platform::Klaviyo, other)),
    }
}

async fn name(klaviyo: &Klaviyo, list: &str) -> Result<String, Error> {
    const OPERATION: &str = "get_list";
    if !is_plain(list) {
        return Err(impossible(OPERATION, format!("\"{list}\" is not an id of a list in Klaviyo.")));
    }
    let request = Request::get(OPERATION, format!("/api/lists/{list}")).lane(PROFILES);
    let list: wire::Collected<wire::AudienceAttributes> =
        document(OPERATION, &klaviyo.rest.ask(request).await?.body)?;
    Ok(list.called())
}

async fn is_on(klaviyo: &Klaviyo, profile: &RecordRef, list: &str) -> Result<bool, Error> {
    const OPERATION: &str = "get_list_ids_for_profile";
    let path = format!("/api/profiles/{}/relationships/lists", plain_id(profile)?);
    let response = klaviyo.rest.ask(Request::get(OPERATION, path).lane(MEMBERSHIPS)).await?;
    let on = wire::List::read(OPERATION, &response.body)?;
    for raw in on.data {
        let named: wire::Named =
            serde_json::from_str(raw.get()).map_err(|error| malformed(OPERATION, why(&error)))?;
        if named.id.0 == list {
            return Ok(true);
        }
    }
    Ok(false)
}
