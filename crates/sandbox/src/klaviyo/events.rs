//! Events: reading them by the time they happened, and accepting new ones.

use jiff::{Span, Timestamp};
use serde_json::Value;

use super::filter::{Clause, Operand, Operator};
use super::paging::{self, Page};
use super::profiles::{self, Extras};
use super::query::Cursor;
use super::{Asked, bodies, errors, page, records, settled};
use crate::paging::{Order, bounds, walk};
use crate::vendor::{Call, Reply};
use crate::world::effects::NewEvent;
use crate::world::{About, CustomEvent, EventId, Id, MailEvent, MetricId, Moment, ProfileId, Thing, World};

/// `GET /api/events`, newest first unless sorted otherwise.
pub(super) fn list(asked: &Asked<'_>, call: &mut Call<'_>, extras: &Extras) -> Result<Reply, Reply> {
    let query = &asked.query;
    let (world, now) = (&*call.world, call.now);
    let metrics = wanted_metrics(world, &query.filters)?;
    let order = query.order("-datetime");
    let start = query.cursor.and_then(|cursor| {
        EventId::from_number(cursor.number).map(|id| (Moment::from_second(cursor.key), id))
    });
    let span = paging::span(&query.filters, "datetime");
    let rows: Box<dyn Iterator<Item = (EventId, &MailEvent)>> = match wanted_profile(&query.filters) {
        Some(None) => Box::new(std::iter::empty()),
        Some(Some(profile)) => of_profile(world, profile, span, start, order),
        None => walk(&world.events, span, start, order),
    };
    let admitted = rows.filter(|(_, event)| {
        visible(event, now)
            && metrics.as_ref().is_none_or(|wanted| wanted.contains(&event.metric))
            && query.filters.iter().all(|clause| admits(clause, event))
    });
    let found = Page::cut(query, admitted.map(|(id, event)| (event.at, id, event.profile)));
    let shown: Vec<Thing> = found.items.iter().map(|(_, _, profile)| Thing::Profile(*profile)).collect();
    let doubled = call.page(&shown);
    let next = found.next(query, doubled, |(at, id, _)| Cursor { key: at.second(), number: id.number() });
    let world = &*call.world;
    let base = asked.request.base_url.as_str();
    let rows: Vec<(EventId, &MailEvent)> =
        found.items.iter().filter_map(|(_, id, _)| Some((*id, world.events.get(*id)?))).collect();
    let records = rows.iter().map(|(id, event)| records::event(world, base, *id, event)).collect();
    Ok(page(asked, records, next, included(asked, world, extras, rows.iter().map(|(_, event)| *event))))
}

/// `GET /api/events/{id}`
pub(super) fn get(asked: &Asked<'_>, call: &Call<'_>, extras: &Extras) -> Result<Reply, Reply> {
    let missing = || errors::not_found(&format!("An event with id {} does not exist.", asked.id));
    let id = records::read_event_id(asked.id).ok_or_else(missing)?;
    let event = call.world.events.get(id).filter(|event| visible(event, call.now)).ok_or_else(missing)?;
    let record = records::event(call.world, &asked.request.base_url, id, event);
    let mut body = serde_json::json!({ "links": record["links"], "data": asked.query.cut(record) });
    if let Some(included) = included(asked, call.world, extras, std::iter::once(event)) {
        body["included"] = included.into_iter().map(|one| asked.query.cut(one)).collect();
    }
    Ok(super::document(200, &body))
}

/// Tells whether an event can be read yet: one that came through the interface settles first.
fn visible(event: &MailEvent, now: Moment) -> bool {
    !matches!(event.about, About::Custom(_) | About::Restock(_)) || settled(event.created_at, now)
}

/// Collects the records that events name, each once, if the query wants them.
fn included<'w>(
    asked: &Asked<'_>,
    world: &'w World,
    extras: &Extras,
    events: impl Iterator<Item = &'w MailEvent> + Clone,
) -> Option<Vec<Value>> {
    if asked.query.include.is_empty() {
        return None;
    }
    let base = asked.request.base_url.as_str();
    let mut included = Vec::new();
    if asked.query.includes("metric") {
        let mut metrics: Vec<MetricId> = events.clone().map(|event| event.metric).collect();
        metrics.sort_unstable();
        metrics.dedup();
        included.extend(
            metrics
                .into_iter()
                .filter_map(|id| Some(records::metric(base, id, world.metrics.get(usize::from(id.0))?))),
        );
    }
    if asked.query.includes("profile") {
        let mut profiles: Vec<ProfileId> = events.map(|event| event.profile).collect();
        profiles.sort_unstable();
        profiles.dedup();
        included.extend(
            profiles
                .into_iter()
                .filter_map(|id| Some(profiles::show(world, base, id, world.profiles.get(id)?, extras))),
        );
    }
    Some(included)
}

fn of_profile<'w>(
    world: &'w World,
    profile: ProfileId,
    (low, high): (Moment, Moment),
    start: Option<(Moment, EventId)>,
    order: Order,
) -> Box<dyn Iterator<Item = (EventId, &'w MailEvent)> + 'w> {
    let span = ((profile, low, EventId::new(0)), (profile, high, EventId::new(u32::MAX)));
    let start = start.map(|(at, id)| (profile, at, id));
    let Some(bounds) = bounds(span, start, order) else { return Box::new(std::iter::empty()) };
    let rows = world.events_of.range(bounds).filter_map(|(_, _, id)| Some((*id, world.events.get(*id)?)));
    if order.backwards { Box::new(rows.rev()) } else { Box::new(rows) }
}

/// Finds the profile that the filter names; the inner `None` stands for one that does not exist.
fn wanted_profile(filters: &[Clause]) -> Option<Option<ProfileId>> {
    filters.iter().find(|clause| clause.field == "profile_id").map(|clause| match &clause.value {
        Operand::Text(id) => records::read_profile_id(id),
        _ => None,
    })
}

/// Finds the metrics that the filter names; `None` if it names none.
///
/// Errors: 400 for a metric made through the interface, which the vendor calls unsupported in this filter.
fn wanted_metrics(world: &World, filters: &[Clause]) -> Result<Option<Vec<MetricId>>, Reply> {
    let Some(clause) = filters.iter().find(|clause| clause.field == "metric_id") else { return Ok(None) };
    let mut wanted = Vec::new();
    for (place, metric) in world.metrics.iter().enumerate() {
        let Ok(id) = u16::try_from(place).map(MetricId) else { break };
        if clause.admits_text(Some(&records::metric_id(id))) {
            if metric.integration == "API" {
                let detail = "Custom metrics are not supported in the metric_id filter.";
                return Err(errors::bad_query("filter", detail));
            }
            wanted.push(id);
        }
    }
    Ok(Some(wanted))
}

fn admits(clause: &Clause, event: &MailEvent) -> bool {
    match clause.field.as_str() {
        "datetime" => clause.admits_time(Some(event.at.timestamp())),
        "timestamp" => match clause.value {
            Operand::Number(bound) => {
                let at = event.at.second() as f64;
                match clause.operator {
                    Operator::GreaterThan => at > bound,
                    Operator::GreaterOrEqual => at >= bound,
                    Operator::LessThan => at < bound,
                    _ => at <= bound,
                }
            }
            _ => false,
        },
        // The named profile and metrics were chosen before; every event has both.
        _ => true,
    }
}

/// The most properties an event may carry.
const PROPERTIES: usize = 400;
/// The longest string in them, in bytes.
const STRING: usize = 100 * 1024;
/// 1990-01-01: nothing may have happened before.
const EARLIEST: i64 = 631_152_000;

/// `POST /api/events`
pub(super) fn create(asked: &Asked<'_>, call: &mut Call<'_>, extras: &mut Extras) -> Result<Reply, Reply> {
    let body = super::body(asked, &bodies::CREATE_EVENT, 5_000_000)?;
    let attributes = &body["data"]["attributes"];
    let properties = attributes["properties"].as_object().cloned().unwrap_or_default();
    if properties.len() > PROPERTIES {
        return Err(errors::bad_body("/data/attributes/properties", "An event has at most 400 properties."));
    }
    if properties.values().any(|value| value.as_str().is_some_and(|text| text.len() > STRING)) {
        return Err(errors::bad_body("/data/attributes/properties", "A property is at most 100 KB long."));
    }
    let metric = attributes["metric"]["data"]["attributes"]["name"].as_str().unwrap_or_default().trim();
    if metric.is_empty() {
        return Err(errors::bad_body(
            "/data/attributes/metric/data/attributes/name",
            "The name may not be blank.",
        ));
    }
    let currency = attributes["value_currency"].as_str();
    if currency.is_some_and(|code| code.len() != 3 || !code.bytes().all(|b| b.is_ascii_uppercase())) {
        return Err(errors::bad_body(
            "/data/attributes/value_currency",
            "Provide an ISO 4217 currency code.",
        ));
    }
    let time = happened(attributes["time"].as_str(), call.now)?;
    let (profile, _) =
        profiles::upsert(&attributes["profile"]["data"], "/data/attributes/profile/data", call, extras)?;
    let given = attributes["unique_id"].as_str();
    if let Some(unique) = given {
        call.key(unique);
    }
    // Without an id of its own the second stands for it: one such event per profile and second.
    let unique_id = given.map_or_else(|| time.unwrap_or(call.now).second().to_string(), str::to_owned);
    let new = NewEvent {
        profile,
        metric: metric.to_owned(),
        time,
        custom: CustomEvent {
            unique_id: Some(unique_id),
            value: attributes["value"].as_number().map(ToString::to_string),
            value_currency: currency.map(str::to_owned),
            properties,
        },
        backfill: attributes["backfill"].as_bool().unwrap_or(false),
    };
    if let Some(event) = call.world.track(new, call.now) {
        call.applied("event", records::profile_id(profile), Some(records::event_id(event)), None);
    }
    Ok(Reply::empty(202))
}

/// Reads when an event happened; cut to the second.
///
/// Errors: 400 before 1990 or more than a year ahead.
fn happened(time: Option<&str>, now: Moment) -> Result<Option<Moment>, Reply> {
    let Some(time) = time.and_then(|text| text.parse::<Timestamp>().ok()) else { return Ok(None) };
    let year_ahead = now.timestamp().checked_add(Span::new().hours(365 * 24)).unwrap_or(Timestamp::MAX);
    if time.as_second() < EARLIEST || time > year_ahead {
        let detail = "The time must be after 1990 and at most a year ahead.";
        return Err(errors::bad_body("/data/attributes/time", detail));
    }
    Ok(Some(Moment::from(time)))
}
