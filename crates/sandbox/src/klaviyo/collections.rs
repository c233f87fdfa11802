//! The small collections: account, metrics, segments, flows. They are read whole, then filtered.
//!
//! The account has two flows (the abandoned-cart mail and the follow-up that an event starts) and no segment.

use serde_json::{Value, json};

use super::filter::Clause;
use super::paging::Page;
use super::query::Cursor;
use super::{Asked, errors, one, page, records};
use crate::vendor::{Call, Reply};
use crate::world::{MetricId, Moment, World};

/// `GET /api/accounts`
pub(super) fn accounts(asked: &Asked<'_>, call: &Call<'_>) -> Reply {
    page(asked, vec![records::account(call.world, &asked.request.base_url)], None, None)
}

/// `GET /api/accounts/{id}`
pub(super) fn account(asked: &Asked<'_>, call: &Call<'_>) -> Result<Reply, Reply> {
    if asked.id != records::ACCOUNT {
        return Err(errors::not_found(&format!("An account with id {} does not exist.", asked.id)));
    }
    Ok(one(200, asked, records::account(call.world, &asked.request.base_url)))
}

/// `GET /api/metrics`
pub(super) fn metrics(asked: &Asked<'_>, call: &Call<'_>) -> Reply {
    serve(asked, all_metrics(asked, call.world))
}

/// `GET /api/metrics/{id}`
pub(super) fn metric(asked: &Asked<'_>, call: &Call<'_>) -> Result<Reply, Reply> {
    let found = all_metrics(asked, call.world).into_iter().find(|metric| metric["id"] == asked.id);
    let missing = || errors::not_found(&format!("A metric with id {} does not exist.", asked.id));
    found.map(|metric| one(200, asked, metric)).ok_or_else(missing)
}

fn all_metrics(asked: &Asked<'_>, world: &World) -> Vec<Value> {
    (0_u16..)
        .zip(&world.metrics)
        .map(|(place, metric)| records::metric(&asked.request.base_url, MetricId(place), metric))
        .collect()
}

/// `GET /api/segments`
pub(super) fn segments(asked: &Asked<'_>, _call: &Call<'_>) -> Reply {
    serve(asked, Vec::new())
}

/// `GET /api/flows`
pub(super) fn flows(asked: &Asked<'_>, call: &Call<'_>) -> Reply {
    let opened = records::time(opened_at(call.world));
    let flow = |id: &str, name: &str| {
        let attributes = json!({
            "name": name, "status": "live", "archived": false, "created": opened, "updated": opened,
            "trigger_type": "Metric",
        });
        records::resource(&asked.request.base_url, "flow", "flows", id, attributes)
    };
    let flows = vec![
        flow(&records::cart_flow_id(), "Abandoned cart"),
        flow(&records::follow_up_flow_id(), "Follow-up"),
    ];
    serve(asked, flows)
}

/// When the account was opened: no metric is older.
pub(super) fn opened_at(world: &World) -> Moment {
    world.metrics.iter().map(|metric| metric.created_at).min().unwrap_or(Moment::from_second(0))
}

/// Filters, sorts and pages a collection that fits on a few pages.
pub(super) fn serve(asked: &Asked<'_>, mut records: Vec<Value>) -> Reply {
    let query = &asked.query;
    records.retain(|record| query.filters.iter().all(|clause| admits(clause, record)));
    if let Some(sort) = &query.sort {
        let field = sort.trim_start_matches('-');
        let key = |record: &Value| match field {
            "id" => record["id"].to_string(),
            field => record["attributes"][field].to_string(),
        };
        records.sort_by_key(key);
        if sort.starts_with('-') {
            records.reverse();
        }
    }
    // These collections hardly change, so a place in them is cursor enough.
    let start = query.cursor.map_or(0, |cursor| cursor.number as usize);
    let found = Page::cut(query, records.into_iter().enumerate().skip(start));
    let next = found.next(query, false, |(place, _)| Cursor { key: 0, number: *place as u64 + 1 });
    page(asked, found.items.into_iter().map(|(_, record)| record).collect(), next, None)
}

fn admits(clause: &Clause, record: &Value) -> bool {
    let value = match clause.field.as_str() {
        "id" => &record["id"],
        "messages.channel" => return clause.admits_text(Some("email")),
        dotted => dotted.split('.').fold(&record["attributes"], |at, part| &at[part]),
    };
    match value {
        Value::Bool(flag) => clause.admits_bool(*flag),
        Value::String(text) => clause.admits_text(Some(text)) || clause.admits_time(text.parse().ok()),
        _ => false,
    }
}
