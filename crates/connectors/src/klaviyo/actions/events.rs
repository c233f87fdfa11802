//! Events: one follow-up, or something that happened to a person; and whether it is there.
//!
//! A follow-up is an event that starts a flow of the shop's. `unique_id` is the action's key: of
//! two events with the same one only the first counts. The key is also a property, since Klaviyo
//! does not document that it gives `unique_id` back.
//!
//! Source: the vendor's OpenAPI, revision 2026-07-15, create_event and get_events.

use fermata_model::{Action, Frozen, Key, Platform, Receipt};
use url::form_urlencoded;

use super::super::streams::next_query;
use super::super::{EVENTS, Klaviyo, map, wire};
use super::standing::{Standing, may_reach, read_profile};
use super::{CREATE_EVENT, Draft, gone, impossible, malformed, plain_id, receipt, serialized};
use crate::failure::no_action;
use crate::http::{Method, Request};
use crate::reading::{filled, why};
use crate::rest::Trail;
use crate::{Error, Found};

/// The event that the shop's follow-up flow starts on.
const FOLLOW_UP: &str = "Fermata Follow-up";

/// Builds the request that records the event.
pub(super) async fn draft(klaviyo: &Klaviyo, action: &Action, key: Key) -> Result<Draft, Error> {
    let target = action.target();
    let profile = read_profile(klaviyo, target).await.map_err(|error| gone(error, CREATE_EVENT, target))?;
    if matches!(action, Action::MarketingFollowUp { .. }) {
        may_reach(&Standing::of(&profile), target, CREATE_EVENT, "no follow-up is sent")?;
    }
    if filled(profile.attributes.email).is_none() {
        return Err(impossible(CREATE_EVENT, format!("{} has no e-mail address in Klaviyo.", target.label)));
    }
    Ok(Draft {
        operation: CREATE_EVENT,
        method: Method::POST,
        path: "/api/events".to_owned(),
        body: event(action, key, plain_id(target)?)?,
        undo: None,
    })
}

/// Writes the event that an action stands for.
fn event(action: &Action, key: Key, id: &str) -> Result<String, Error> {
    match action {
        Action::MarketingFollowUp { concern, item, link, .. } => {
            let fermata_action = key.to_string();
            let link = link.as_deref();
            let properties = wire::NewEventProperties { fermata_action, concern, item, link };
            Ok(recorded(FOLLOW_UP, properties, key, id))
        }
        Action::EventTrack { metric, properties, .. } => {
            let mut named: serde_json::Map<String, serde_json::Value> =
                properties.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
            named.insert("fermata_action".to_owned(), key.to_string().into());
            Ok(recorded(metric, named, key, id))
        }
        other => Err(no_action(Platform::Klaviyo, other)),
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

/// Looks for our key among the profile's events, the latest first.
///
/// All of them are read, whatever their time: it is set by Klaviyo's clock, not by ours.
pub(super) async fn find(klaviyo: &Klaviyo, frozen: &Frozen) -> Result<Found, Error> {
    let key = frozen.key.to_string();
    let first = of_profile(plain_id(frozen.action.target())?, "")
        .query("fields[event]", "datetime,timestamp,event_properties");
    among(klaviyo, first, |raw, _| {
        if !raw.contains(&key) {
            return Ok(None);
        }
        // An event that cannot be read could be ours, so it must not pass as absence.
        let event: wire::Event =
            serde_json::from_str(raw).map_err(|error| malformed(GET_EVENTS, why(&error)))?;
        let properties = event.attributes.event_properties.as_ref();
        let ours = properties.and_then(|p| p.fermata_action.0.as_deref()) == Some(&key);
        Ok(if ours { Some(happened(&event)?) } else { None })
    })
    .await
}

/// The vendor's name of reading events.
pub(super) const GET_EVENTS: &str = "get_events";

/// Builds the request for the events of a profile, the latest first; `more` narrows the filter.
pub(super) fn of_profile(id: &str, more: &str) -> Request {
    Request::get(GET_EVENTS, "/api/events")
        .lane(EVENTS)
        .query("filter", format!("equals(profile_id,\"{id}\"){more}"))
        .query("sort", "-datetime")
        .query("page[size]", "1000")
}

/// Tells when an event happened, as the proof of an action.
pub(super) fn happened(event: &wire::Event) -> Result<Receipt, Error> {
    map::happened_at(&event.attributes)
        .map(|at| receipt(&event.id.0, at))
        .ok_or_else(|| malformed(GET_EVENTS, "the event has neither datetime nor timestamp"))
}

/// Walks a list of events, page by page, until one of them is what is looked for.
pub(super) async fn among(
    klaviyo: &Klaviyo,
    first: Request,
    mut proves: impl FnMut(&str, &map::Included<'_>) -> Result<Option<Receipt>, Error>,
) -> Result<Found, Error> {
    let mut request = first;
    let (mut token, mut trail) = (None::<String>, Trail::default());
    loop {
        let response = klaviyo.rest.ask(request).await?;
        let list = wire::List::read(GET_EVENTS, &response.body)?;
        token = next_query(GET_EVENTS, &list, token.as_deref())?;
        let included = map::Included::new(list.included.as_deref().unwrap_or_default(), &[]);
        for raw in &list.data {
            if let Some(receipt) = proves(raw.get(), &included)? {
                return Ok(Found::Yes(receipt));
            }
        }
        let Some(query) = &token else { return Ok(Found::No) };
        trail.on(Platform::Klaviyo, GET_EVENTS, query)?;
        request = form_urlencoded::parse(query.as_bytes())
            .fold(Request::get(GET_EVENTS, "/api/events").lane(EVENTS), |request, (name, value)| {
                request.query(name, value)
            });
    }
}
