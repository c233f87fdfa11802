//! What can be done at Klaviyo, and whether it happened.
//!
//! Only events know a key. Everything else brings something into a state: it happened if the
//! thing stands so now, and its draft has seen it stand otherwise. Most writes are answered with
//! 202 or an empty 204, before or without a word of what came of them; [`find`] tells.

mod block;
mod campaign;
mod events;
mod holding;
mod lists;
mod property;
mod standing;
mod stock;

use fermata_model::{Action, ActionKind, Frozen, Key, Platform, Receipt, RecordRef, Timestamp};
use serde::de::DeserializeOwned;

use super::{ACTIVITY, CAMPAIGNS, CONTENT, JSON_API, Klaviyo, LIST_CHANGES, PROFILES, RESTOCK, wire};
use crate::failure::{self, no_action};
use crate::reading::why;
use crate::rest::{Draft, leaving, serialized};
use crate::{Error, Fate, Found, Kind, Sent};

/// The vendor's name of putting addresses on the suppression list.
pub(super) const SUPPRESS: &str = "bulk_suppress_profiles";
/// The vendor's name of taking addresses off the suppression list.
pub(super) const UNSUPPRESS: &str = "bulk_unsuppress_profiles";
/// The vendor's name of recording an event.
pub(super) const CREATE_EVENT: &str = "create_event";
/// The vendor's name of changing a profile.
pub(super) const UPSERT: &str = "create_or_update_profile";
/// The vendor's name of putting profiles on a list.
pub(super) const ADD_TO_LIST: &str = "add_profiles_to_list";
/// The vendor's name of taking profiles off a list.
pub(super) const REMOVE_FROM_LIST: &str = "remove_profiles_from_list";
/// The vendor's name of asking to be told when something can be bought again.
pub(super) const SUBSCRIBE_TO_STOCK: &str = "create_back_in_stock_subscription";
/// The vendor's name of stopping what is scheduled.
pub(super) const CANCEL_SEND: &str = "cancel_campaign_send";
/// The vendor's name of scheduling what a campaign says.
pub(super) const SEND_CAMPAIGN: &str = "send_campaign";
/// The vendor's name of changing a block that several messages share.
pub(super) const UPDATE_BLOCK: &str = "update_universal_content";

/// Builds the exact request.
pub(super) async fn prepare(
    klaviyo: &Klaviyo,
    action: &Action,
    key: Key,
    now: Timestamp,
) -> Result<Frozen, Error> {
    let draft = match action.kind() {
        ActionKind::MarketingHold | ActionKind::MarketingRelease => holding::draft(klaviyo, action).await?,
        ActionKind::MarketingFollowUp | ActionKind::EventTrack => events::draft(klaviyo, action, key).await?,
        ActionKind::ProfileSet => property::draft(klaviyo, action).await?,
        ActionKind::ListAdd | ActionKind::ListRemove => lists::draft(klaviyo, action).await?,
        ActionKind::StockNotice => stock::draft(klaviyo, action).await?,
        ActionKind::CampaignHold | ActionKind::CampaignRelease => {
            campaign::draft(klaviyo, action, now).await?
        }
        ActionKind::CampaignBlock => block::draft(klaviyo, action).await?,
        _ => return Err(no_action(Platform::Klaviyo, action)),
    };
    Ok(draft.frozen(action, key, now))
}

/// Sends a frozen request, once. What the answer shows to be done is; the rest is told by [`find`].
pub(super) async fn send(klaviyo: &Klaviyo, frozen: &Frozen) -> Result<Sent, Error> {
    let request = leaving(Platform::Klaviyo, frozen, JSON_API)?.lane(lane(&frozen.operation));
    let answer = klaviyo.rest.ask(request).await?;
    let shown = match frozen.operation.as_str() {
        UPSERT => property::shown(frozen, &answer.body),
        UPDATE_BLOCK => block::shown(frozen, &answer.body),
        _ => None,
    };
    Ok(shown.map_or(Sent::Accepted, Sent::Confirmed))
}

/// Asks whether a frozen request has happened.
pub(super) async fn find(klaviyo: &Klaviyo, frozen: &Frozen) -> Result<Found, Error> {
    match frozen.action.kind() {
        ActionKind::MarketingHold | ActionKind::MarketingRelease => holding::find(klaviyo, frozen).await,
        ActionKind::MarketingFollowUp | ActionKind::EventTrack => events::find(klaviyo, frozen).await,
        ActionKind::ProfileSet => property::find(klaviyo, frozen).await,
        ActionKind::ListAdd | ActionKind::ListRemove => lists::find(klaviyo, frozen).await,
        ActionKind::StockNotice => stock::find(klaviyo, frozen).await,
        ActionKind::CampaignHold | ActionKind::CampaignRelease => campaign::find(klaviyo, frozen).await,
        ActionKind::CampaignBlock => block::find(klaviyo, frozen).await,
        _ => Err(no_action(Platform::Klaviyo, &frozen.action)),
    }
}

/// Returns the lane of an effect.
fn lane(operation: &str) -> &'static str {
    match operation {
        CREATE_EVENT => ACTIVITY,
        ADD_TO_LIST | REMOVE_FROM_LIST => LIST_CHANGES,
        SUBSCRIBE_TO_STOCK => RESTOCK,
        CANCEL_SEND | SEND_CAMPAIGN => CAMPAIGNS,
        UPDATE_BLOCK => CONTENT,
        _ => PROFILES,
    }
}

/// Returns the id of a target if it can stand in a path and in a filter.
fn plain_id(target: &RecordRef) -> Result<&str, Error> {
    let id = target.external_id.as_str();
    if is_plain(id) {
        return Ok(id);
    }
    let message = format!("\"{id}\" is not an id of Klaviyo.");
    // It will not be one later either.
    Err(Error::new(Platform::Klaviyo, "prepare", Kind::Unsupported, message).with_fate(Fate::Refused))
}

fn is_plain(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

/// Reads the one object of an answer.
fn document<T: DeserializeOwned>(operation: &str, body: &str) -> Result<T, Error> {
    let document: wire::Document<'_> =
        serde_json::from_str(body).map_err(|error| malformed(operation, why(&error)))?;
    serde_json::from_str(document.data.get()).map_err(|error| malformed(operation, why(&error)))
}

/// Says that the target of an action is not there.
fn gone(error: Error, operation: &str, target: &RecordRef) -> Error {
    match error.kind {
        Kind::Missing if !error.may_pass => {
            let what = target.stream.name().trim_end_matches('s');
            impossible(operation, format!("{} is no longer a {what} in Klaviyo.", target.label))
        }
        _ => error,
    }
}

fn receipt(external_id: &str, at: Timestamp) -> Receipt {
    Receipt { external_id: external_id.to_owned(), at, amount: None }
}

fn malformed(operation: &str, what: impl std::fmt::Display) -> Error {
    failure::malformed(Platform::Klaviyo, operation, what)
}

fn impossible(operation: &str, message: impl Into<String>) -> Error {
    failure::impossible(Platform::Klaviyo, operation, message)
}
