//! From Klaviyo's words to ours: pure and total. An unknown metric keeps its name.

use std::collections::{BTreeSet, HashMap};

use fermata_model::record::{Change, Entity, Person, Send, SendKind, Who};
use fermata_model::{Platform, Stream, Timestamp};
use serde_json::value::RawValue;

use super::wire;
use crate::reading::{Mapped, Moment, change, country, filled, full_name, set_aside, why};

/// The reason of a suppression that somebody at the shop, or we, put on an address.
pub(super) const USER_SUPPRESSED: &str = "USER_SUPPRESSED";

/// Reads one profile from its own text.
pub(super) fn profile(raw: &str) -> Change {
    change(Stream::Profiles, raw, mapped_profile)
}

fn mapped_profile(profile: wire::Profile) -> Result<Mapped, &'static str> {
    let created_at = profile.attributes.created.map(|m| m.0);
    let changed_at = changed_at(profile.attributes.updated, profile.attributes.created);
    let marketing =
        profile.attributes.subscriptions.as_ref().and_then(|s| s.email.as_ref()?.marketing.as_ref());
    let accepts_marketing =
        marketing.and_then(|m| m.consent.as_deref()).map(|consent| consent == "SUBSCRIBED");
    let suppressed = marketing.map(is_suppressed);
    let city = profile.attributes.location.as_ref().and_then(|l| filled(l.city.0.clone()));
    let locale = filled(profile.attributes.locale.0.clone());
    let external_id = profile.id.0.clone();
    let who = who(profile);
    let person = Person { who, created_at, city, locale, tags: Vec::new(), accepts_marketing, suppressed };
    Ok(Mapped { external_id, changed_at, entity: Entity::Person(person) })
}

/// Returns when something changed last, or else was made.
///
/// The vendor's schema allows that neither is told; then any version of it that has a time is newer.
pub(super) fn changed_at(updated: Option<Moment>, created: Option<Moment>) -> Timestamp {
    updated.or(created).map_or(Timestamp::UNIX_EPOCH, |moment| moment.0)
}

/// Tells whether no marketing e-mail reaches the address.
pub(super) fn is_suppressed(marketing: &wire::EmailMarketing) -> bool {
    marketing.suppression.as_ref().is_some_and(|list| !list.is_empty())
        || marketing.can_receive_email_marketing == Some(false)
}

fn who(profile: wire::Profile) -> Who {
    let attributes = profile.attributes;
    // Klaviyo's documents say that this is the id in "an external system"; the shop's own
    // integration writes the shop's customer id, which is a whole number.
    let shop_id = filled(attributes.external_id.0).filter(|id| id.bytes().all(|b| b.is_ascii_digit()));
    Who {
        external_id: Some(profile.id.0),
        emails: filled(attributes.email).into_iter().collect(),
        phones: filled(attributes.phone_number).into_iter().collect(),
        name: full_name(attributes.first_name.0.as_deref(), attributes.last_name.0.as_deref()),
        country: attributes.location.and_then(|location| country(location.country.0)),
        claims: shop_id.into_iter().map(|id| (Platform::Shopify, id)).collect(),
    }
}

/// What came along with a page, by type and id.
pub(super) struct Included<'a>(HashMap<(String, String), &'a RawValue>);

impl<'a> Included<'a> {
    /// Sorts what came along, and what was asked for since; what cannot be named is left out.
    pub(super) fn new(included: &[&'a RawValue], since: &'a [String]) -> Self {
        let since = since.iter().filter_map(|text| serde_json::from_str::<&RawValue>(text).ok());
        let named = included.iter().copied().chain(since).filter_map(|raw| {
            let named: wire::Named = serde_json::from_str(raw.get()).ok()?;
            Some(((named.kind, named.id.0), raw))
        });
        Self(named.collect())
    }

    fn get(&self, link: Option<&wire::ToOne>) -> Option<&'a RawValue> {
        let named = link?.data.as_ref()?;
        self.0.get(&(named.kind.clone(), named.id.0.clone())).copied()
    }
}

/// Returns the ids of metrics that events name and that did not come along, each once; those that can stand in a path.
pub(super) fn metrics_missing(events: &[&RawValue], included: &Included<'_>) -> BTreeSet<String> {
    let linked = events.iter().filter_map(|raw| {
        let event: wire::Linked = serde_json::from_str(raw.get()).ok()?;
        let link = event.relationships?.metric?;
        included.get(Some(&link)).is_none().then_some(link.data?.id.0)
    });
    linked.filter(|id| !id.contains(['/', '?', '#', '%']) && !matches!(id.as_str(), "." | "..")).collect()
}

/// Makes of a metric that was asked for what would have come along; `None` if it cannot be read.
pub(super) fn named_metric(id: &str, body: &str) -> Option<String> {
    let document: wire::Document<'_> = serde_json::from_str(body).ok()?;
    let metric: wire::Metric = serde_json::from_str(document.data.get()).ok()?;
    let attributes = serde_json::json!({ "name": metric.attributes.name });
    Some(serde_json::json!({ "type": "metric", "id": id, "attributes": attributes }).to_string())
}

/// Reads one event, whose metric and profile came along beside it.
///
/// The record's own text is made whole with them, in the shape in which Klaviyo gives a single
/// event, so that it can be read again by itself.
pub(super) fn event(raw: &str, included: &Included<'_>) -> Change {
    let event: wire::Event = match serde_json::from_str(raw) {
        Ok(event) => event,
        Err(error) => return set_aside(Stream::Sends, raw, why(&error)),
    };
    let links = event.relationships.as_ref();
    let metric = included.get(links.and_then(|l| l.metric.as_ref()));
    let profile = included.get(links.and_then(|l| l.profile.as_ref()));
    let along: Vec<&str> = [metric, profile].into_iter().flatten().map(RawValue::get).collect();
    let whole = format!(r#"{{"data":{raw},"included":[{}]}}"#, along.join(","));
    match mapped_event(event, metric, profile) {
        Ok(mapped) => mapped.seen(Stream::Sends, &whole),
        Err(reason) => set_aside(Stream::Sends, &whole, reason),
    }
}

/// Reads one event from the text that [`event`] made whole.
pub(super) fn event_document(raw: &str) -> Change {
    match serde_json::from_str::<wire::Document<'_>>(raw) {
        Ok(document) => {
            let included = document.included.unwrap_or_default();
            event(document.data.get(), &Included::new(&included, &[]))
        }
        Err(error) => set_aside(Stream::Sends, raw, why(&error)),
    }
}

fn mapped_event(
    event: wire::Event,
    metric: Option<&RawValue>,
    profile: Option<&RawValue>,
) -> Result<Mapped, String> {
    let at = happened_at(&event.attributes).ok_or("the event has neither datetime nor timestamp")?;
    let metric = metric.ok_or("the event's metric is not part of the answer")?;
    let metric: wire::Metric = serde_json::from_str(metric.get()).map_err(|error| why(&error))?;
    // One without a name, as the schema allows, goes by its id.
    let metric = filled(metric.attributes.name).unwrap_or(metric.id.0);
    let linked = event.relationships.and_then(|l| l.profile?.data).map(|named| named.id.0);
    let who = match profile {
        Some(raw) => who(serde_json::from_str(raw.get()).map_err(|error| why(&error))?),
        None => Who { external_id: linked, ..Who::default() },
    };
    let properties = event.attributes.event_properties.unwrap_or_default();
    let send = Send {
        who,
        kind: kind(&metric),
        metric,
        subject: [properties.subject.0, properties.campaign.0].into_iter().find_map(filled),
        at,
        sender_ref: filled(properties.fermata_action.0),
    };
    Ok(Mapped { external_id: event.id.0, changed_at: at, entity: Entity::Send(send) })
}

/// Returns the name of an event's metric that came along with it.
pub(super) fn metric_name(event: &wire::Event, included: &Included<'_>) -> Option<String> {
    let raw = included.get(event.relationships.as_ref()?.metric.as_ref())?;
    filled(serde_json::from_str::<wire::Metric>(raw.get()).ok()?.attributes.name)
}

/// Returns when an event happened.
pub(super) fn happened_at(attributes: &wire::EventAttributes) -> Option<Timestamp> {
    attributes
        .datetime
        .map(|m| m.0)
        .or_else(|| attributes.timestamp.and_then(|seconds| Timestamp::from_second(seconds).ok()))
}

/// The metric of somebody who asks to be told when something can be bought again.
pub(super) const STOCK_ASKED: &str = "Subscribed to Back in Stock";

/// Returns what Klaviyo's own metrics mean.
///
/// Source: Klaviyo's help centre, Guide to the metrics of Klaviyo; `Unsubscribed` was renamed in
/// 2023, and old events keep the old name.
fn kind(metric: &str) -> Option<SendKind> {
    Some(match metric {
        "Received Email" => SendKind::Sent,
        "Opened Email" => SendKind::Opened,
        "Clicked Email" => SendKind::Clicked,
        "Bounced Email" => SendKind::Bounced,
        "Unsubscribed" | "Unsubscribed from Email Marketing" | "Unsubscribed from List" => {
            SendKind::Unsubscribed
        }
        "Marked Email as Spam" => SendKind::MarkedSpam,
        STOCK_ASKED => SendKind::StockAsked,
        _ => return None,
    })
}
