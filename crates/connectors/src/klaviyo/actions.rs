//! Holding marketing back, letting it go on, and one follow-up; and whether they happened.
//!
//! - A hold puts the address on the account's suppression list, a release takes it off. Both are
//!   jobs, answered with 202 before anything changed; whether they happened is read from the
//!   profile, which [`prepare`] has seen in the opposite state.
//! - A follow-up is an event that starts a flow of the shop's. `unique_id` is the action's key:
//!   of two events with the same one only the first counts. The key is also a property, since
//!   Klaviyo does not document that it gives `unique_id` back.
//!
//! Source: the vendor's OpenAPI, revision 2026-07-15, bulk_suppress_profiles,
//! bulk_unsuppress_profiles, create_event.

use fermata_model::{Action, Frozen, Key, Platform, Receipt, RecordRef, Timestamp};
use std::time::Duration;

use super::streams::next_query;
use super::{ACTIVITY, EVENTS, JSON_API, Klaviyo, PROFILES, map, wire};
use crate::failure::{self, no_action};
use crate::http::{Method, Purpose, Request};
use crate::reading::{filled, why};
use crate::{Error, Found, Kind, Sent};

/// The vendor's name of putting addresses on the suppression list.
pub(super) const SUPPRESS: &str = "bulk_suppress_profiles";
/// The vendor's name of taking addresses off the suppression list.
pub(super) const UNSUPPRESS: &str = "bulk_unsuppress_profiles";
/// The vendor's name of recording an event.
pub(super) const CREATE_EVENT: &str = "create_event";

const SUPPRESS_PATH: &str = "/api/profile-suppression-bulk-create-jobs";
const UNSUPPRESS_PATH: &str = "/api/profile-suppression-bulk-delete-jobs";

/// The event that the shop's follow-up flow starts on.
const FOLLOW_UP: &str = "Fermata Follow-up";

/// Builds the exact request.
pub(super) async fn prepare(
    klaviyo: &Klaviyo,
    action: &Action,
    key: Key,
    now: Timestamp,
) -> Result<Frozen, Error> {
    let operation = operation(action)?;
    let target = action.target();
    let id = profile_id(target)?;
    let profile = read_profile(klaviyo, id).await.map_err(|error| match error.kind {
        Kind::Missing => {
            impossible(operation, format!("{} is no longer a profile in Klaviyo.", target.label))
        }
        _ => error,
    })?;
    let Some(email) = filled(profile.attributes.email.clone()) else {
        return Err(impossible(operation, format!("{} has no e-mail address in Klaviyo.", target.label)));
    };
    let standing = Standing::of(&profile);
    let (path, body) = match action {
        Action::MarketingHold { .. } => {
            if standing.suppressed {
                let message = format!(
                    "{} already receives no marketing, so there is nothing to hold back.",
                    target.label
                );
                return Err(impossible(operation, message));
            }
            (SUPPRESS_PATH, suppressions("profile-suppression-bulk-create-job", email))
        }
        Action::MarketingRelease { .. } => {
            if standing.held_since.is_none() {
                return Err(impossible(operation, format!("Marketing to {} is not on hold.", target.label)));
            }
            (UNSUPPRESS_PATH, suppressions("profile-suppression-bulk-delete-job", email))
        }
        Action::MarketingFollowUp { .. } => {
            may_follow_up(&standing, target)?;
            ("/api/events", event(action, key, id))
        }
        _ => ("/api/events", event(action, key, id)),
    };
    Ok(Frozen {
        action: action.clone(),
        key,
        operation: operation.to_owned(),
        method: "POST".to_owned(),
        path: path.to_owned(),
        body,
        undo: None,
        at: now,
    })
}

/// Sends a frozen request, once. Klaviyo only ever takes it; [`find`] tells what came of it.
pub(super) async fn send(klaviyo: &Klaviyo, frozen: &Frozen) -> Result<Sent, Error> {
    let operation = operation(&frozen.action)?;
    let lane = if operation == CREATE_EVENT { ACTIVITY } else { PROFILES };
    let request = Request::new(operation, Method::POST, frozen.path.clone(), Purpose::Effect)
        .lane(lane)
        .body(JSON_API, frozen.body.clone());
    klaviyo.rest.ask(request).await?;
    Ok(Sent::Accepted)
}

/// Asks whether a frozen request has happened.
pub(super) async fn find(klaviyo: &Klaviyo, frozen: &Frozen) -> Result<Found, Error> {
    let id = profile_id(frozen.action.target())?;
    match &frozen.action {
        Action::MarketingHold { .. } => {
            let standing = Standing::of(&read_profile(klaviyo, id).await?);
            if let Some(at) = standing.held_since {
                return Ok(found(id, at.unwrap_or(frozen.at)));
            }
            unfinished(klaviyo, "get_bulk_suppress_profiles_jobs", SUPPRESS_PATH).await
        }
        Action::MarketingRelease { .. } => {
            let standing = Standing::of(&read_profile(klaviyo, id).await?);
            if standing.held_since.is_none() {
                return Ok(found(id, standing.changed_at.unwrap_or(frozen.at)));
            }
            unfinished(klaviyo, "get_bulk_unsuppress_profiles_jobs", UNSUPPRESS_PATH).await
        }
        _ => find_event(klaviyo, id, &frozen.key.to_string()).await,
    }
}

fn found(id: &str, at: Timestamp) -> Found {
    Found::Yes(Receipt { external_id: id.to_owned(), at, amount: None })
}

/// What a profile says about marketing e-mail to it.
struct Standing {
    /// Nothing reaches it, for whatever reason.
    suppressed: bool,
    /// It is on the suppression list by the shop's own hand, since when if that is known.
    held_since: Option<Option<Timestamp>>,
    /// A reason other than the shop's own hand.
    lasting: Option<String>,
    /// When its standing last changed.
    changed_at: Option<Timestamp>,
}

impl Standing {
    fn of(profile: &wire::Profile) -> Self {
        let marketing =
            profile.attributes.subscriptions.as_ref().and_then(|s| s.email.as_ref()?.marketing.as_ref());
        let list = || marketing.and_then(|m| m.suppression.as_ref()).into_iter().flatten();
        let held = list().find(|s| s.reason == map::USER_SUPPRESSED);
        let unsubscribed = marketing.is_some_and(|m| m.consent.as_deref() == Some("UNSUBSCRIBED"));
        let lasting = list().find(|s| s.reason != map::USER_SUPPRESSED).map(|s| s.reason.clone());
        Self {
            suppressed: marketing.is_some_and(map::is_suppressed),
            held_since: held.map(|s| s.timestamp.map(|m| m.0)),
            lasting: lasting.or_else(|| unsubscribed.then(|| "UNSUBSCRIBE".to_owned())),
            changed_at: marketing.and_then(|m| m.last_updated).or(profile.attributes.updated).map(|m| m.0),
        }
    }
}

/// Refuses a follow-up that could not reach the person, or that the person does not want.
fn may_follow_up(standing: &Standing, target: &RecordRef) -> Result<(), Error> {
    if let Some(reason) = &standing.lasting {
        let why = match reason.as_str() {
            "UNSUBSCRIBE" => "has unsubscribed",
            "SPAM_COMPLAINT" => "has called an earlier e-mail spam",
            "HARD_BOUNCE" | "INVALID_EMAIL" => "cannot be reached at this address",
            _ => "receives no marketing",
        };
        return Err(impossible(CREATE_EVENT, format!("{} {why}, so no follow-up is sent.", target.label)));
    }
    if standing.suppressed {
        // A release is a job and may still be under way.
        let message =
            format!("Marketing to {} is still on hold, so a follow-up would not arrive.", target.label);
        return Err(Error::new(Platform::Klaviyo, CREATE_EVENT, Kind::Rejected, message)
            .with_hint("It can be sent once the hold is released.")
            .with_retry_after(Duration::from_secs(60)));
    }
    Ok(())
}

fn suppressions(kind: &'static str, email: String) -> String {
    let profile = wire::New { kind: "profile", id: None, attributes: wire::NewSuppression { email } };
    let attributes = wire::NewSuppressions { profiles: wire::Data { data: vec![profile] } };
    serialized(&wire::Data { data: wire::New { kind, id: None, attributes } })
}

/// Writes the event that an action stands for.
fn event(action: &Action, key: Key, id: &str) -> String {
    match action {
        Action::MarketingFollowUp { concern, item, link, .. } => {
            let fermata_action = key.to_string();
            let link = link.as_deref();
            let properties = wire::NewEventProperties { fermata_action, concern, item, link };
            recorded(FOLLOW_UP, properties, key, id)
        }
        Action::EventTrack { metric, properties, .. } => {
            let mut named: serde_json::Map<String, serde_json::Value> =
                properties.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
            named.insert("fermata_action".to_owned(), key.to_string().into());
            recorded(metric, named, key, id)
        }
        _ => unreachable!("`operation` lets nothing else through"),
    }
}

fn recorded(metric: &str, properties: impl serde::Serialize, key: Key, id: &str) -> String {
    let metric = wire::New { kind: "metric", id: None, attributes: wire::NewMetric { name: metric } };
    // By id alone: an address beside it would be written over the profile's own.
    let profile = wire::New { kind: "profile", id: Some(id.to_owned()), attributes: wire::Nothing {} };
    let attributes = wire::NewEvent {
        properties,
        unique_id: key.to_string(),
        metric: wire::Data { data: metric },
        profile: wire::Data { data: profile },
    };
    serialized(&wire::Data { data: wire::New { kind: "event", id: None, attributes } })
}

async fn read_profile(klaviyo: &Klaviyo, id: &str) -> Result<wire::Profile, Error> {
    const OPERATION: &str = "get_profile";
    let request = Request::get(OPERATION, format!("/api/profiles/{id}"))
        .lane(PROFILES)
        .query("additional-fields[profile]", "subscriptions");
    let response = klaviyo.rest.ask(request).await?;
    let document: wire::Document<'_> =
        serde_json::from_str(&response.body).map_err(|error| malformed(OPERATION, why(&error)))?;
    let profile: wire::Profile =
        serde_json::from_str(document.data.get()).map_err(|error| malformed(OPERATION, why(&error)))?;
    // Without it nothing can be said about a hold, and silence must not read as "not on hold".
    if profile.attributes.subscriptions.as_ref().and_then(|s| s.email.as_ref()?.marketing.as_ref()).is_none()
    {
        return Err(malformed(OPERATION, "the profile does not say what may be sent to it"));
    }
    Ok(profile)
}

/// Says whether a job that may be ours still waits or runs. Jobs do not tell whom they are about.
///
/// A key that may not look at jobs gets the answer that the profile gave: a hold is a state, so
/// that bringing it about once more does no harm.
async fn unfinished(klaviyo: &Klaviyo, operation: &str, path: &str) -> Result<Found, Error> {
    for status in ["queued", "processing"] {
        let request = Request::get(operation, path)
            .lane(PROFILES)
            .query("filter", format!("equals(status,\"{status}\")"));
        let response = match klaviyo.rest.ask(request).await {
            Ok(response) => response,
            Err(error) if error.kind == Kind::Forbidden => return Ok(Found::No),
            Err(error) => return Err(error),
        };
        let list = wire::List::read(operation, &response.body)?;
        if !list.data.is_empty() {
            return Ok(Found::Pending);
        }
    }
    Ok(Found::No)
}

/// Looks for our key among the profile's events, the latest first.
///
/// All of them are read, whatever their time: it is set by Klaviyo's clock, not by ours.
async fn find_event(klaviyo: &Klaviyo, id: &str, key: &str) -> Result<Found, Error> {
    const OPERATION: &str = "get_events";
    let first = || {
        Request::get(OPERATION, "/api/events")
            .lane(EVENTS)
            .query("filter", format!("equals(profile_id,\"{id}\")"))
            .query("sort", "-datetime")
            .query("fields[event]", "datetime,timestamp,event_properties")
            .query("page[size]", "1000")
    };
    let mut token: Option<String> = None;
    loop {
        let request = match &token {
            None => first(),
            Some(token) => url::form_urlencoded::parse(token.as_bytes())
                .fold(Request::get(OPERATION, "/api/events").lane(EVENTS), |request, (name, value)| {
                    request.query(name, value)
                }),
        };
        let response = klaviyo.rest.ask(request).await?;
        let list = wire::List::read(OPERATION, &response.body)?;
        for raw in list.data.iter().filter(|raw| raw.get().contains(key)) {
            // An event that cannot be read could be ours, so it must not pass as absence.
            let event: wire::Event =
                serde_json::from_str(raw.get()).map_err(|error| malformed(OPERATION, why(&error)))?;
            let ours = event.attributes.event_properties.as_ref().and_then(|p| p.fermata_action.0.as_deref())
                == Some(key);
            if ours {
                let at = map::happened_at(&event.attributes)
                    .ok_or_else(|| malformed(OPERATION, "the event has neither datetime nor timestamp"))?;
                return Ok(found(&event.id.0, at));
            }
        }
        token = next_query(OPERATION, &list, token.as_deref())?;
        if token.is_none() {
            return Ok(Found::No);
        }
    }
}

fn operation(action: &Action) -> Result<&'static str, Error> {
    match action {
        Action::MarketingHold { .. } => Ok(SUPPRESS),
        Action::MarketingRelease { .. } => Ok(UNSUPPRESS),
        Action::MarketingFollowUp { .. } | Action::EventTrack { .. } => Ok(CREATE_EVENT),
        other => Err(no_action(Platform::Klaviyo, other)),
    }
}

/// Returns the profile's id if it can stand in a path and in a filter.
pub(super) fn profile_id(target: &RecordRef) -> Result<&str, Error> {
    let id = target.external_id.as_str();
    if !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-') {
        return Ok(id);
    }
    let message = format!("\"{id}\" is not an id of a Klaviyo profile.");
    Err(Error::new(Platform::Klaviyo, "prepare", Kind::Unsupported, message))
}

pub(super) fn malformed(operation: &str, what: impl std::fmt::Display) -> Error {
    failure::malformed(Platform::Klaviyo, operation, what)
}

pub(super) fn impossible(operation: &str, message: impl Into<String>) -> Error {
    failure::impossible(Platform::Klaviyo, operation, message)
}

fn serialized(body: &impl serde::Serialize) -> String {
    serde_json::to_string(body).expect("a body is text")
}
