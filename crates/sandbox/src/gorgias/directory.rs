//! What changes hardly ever or is only looked up: account, users, integrations, and the feed of changes.

use fermata_model::Platform;
use serde_json::{Value, json};

use super::lists::{Rows, always, small};
use super::{Asked, errors, records};
use crate::vendor::{Call, Reply};
use crate::world::{Agent, ChangeId, ContactId, MessageId, Moment, Thing, TicketId};

/// `GET /api/account`
pub(super) fn account(call: &Call<'_>) -> Reply {
    let world = &*call.world;
    let opened = world.changes.iter().next().map_or(call.now, |(_, change)| change.created_at);
    Reply::json(
        200,
        &json!({
            "domain": world.shop.domain.split('.').next(),
            "status": { "status": "active" },
            "settings": [],
            "meta": {},
            "created_datetime": records::blank(opened),
            "deactivated_datetime": null,
        }),
    )
}

/// The agents; the one whose address the key goes with made it, and may do everything.
fn all_users(call: &Call<'_>) -> Vec<Value> {
    let user = |agent: &Agent| {
        json!({
            "id": agent.number,
            "uri": format!("/api/users/{}/", agent.number),
            "active": true,
            "email": agent.email,
            "name": format!("{} {}", agent.first, agent.last),
            "firstname": agent.first,
            "lastname": agent.last,
            "role": { "name": if agent.email == call.access.user { "admin" } else { "agent" } },
            "language": "en",
            "timezone": "UTC",
            "country": call.world.shop.country,
            "bio": null,
            "external_id": null,
            "meta": {},
            "created_datetime": records::blank(Moment::from_second(1_600_000_000)),
            "updated_datetime": records::blank(Moment::from_second(1_600_000_000)),
            "deactivated_datetime": null,
        })
    };
    call.world.agents.iter().map(user).collect()
}

/// `GET /api/users`
pub(super) fn users(asked: &Asked<'_>, call: &Call<'_>) -> Reply {
    small(asked.request, &asked.query, all_users(call))
}

/// `GET /api/users/{id}`
pub(super) fn user(asked: &Asked<'_>, call: &Call<'_>) -> Result<Reply, Reply> {
    pick(asked, all_users(call), "User")
}

fn all_integrations(call: &Call<'_>) -> Vec<Value> {
    let shop = &call.world.shop;
    let integration = |id: u64, kind: &str, name: &str, meta: Value| {
        json!({
            "id": id,
            "uri": format!("/api/integrations/{id}/"),
            "type": kind,
            "name": name,
            "description": null,
            "meta": meta,
            "created_datetime": records::blank(Moment::from_second(1_600_000_000)),
            "updated_datetime": records::blank(Moment::from_second(1_600_000_000)),
            "deactivated_datetime": null,
            "deleted_datetime": null,
        })
    };
    let email = json!({ "address": shop.email, "provider": "smtp", "preferred": true, "outbound_verification_status": {} });
    let store = json!({ "shop_name": shop.domain.split('.').next(), "shop_domain": shop.domain });
    let mut all = vec![integration(records::EMAIL_INTEGRATION, "email", &shop.name, email)];
    if call.world.storefronts.contains(&Platform::Shopify) {
        all.push(integration(records::SHOP_INTEGRATION, "shopify", &shop.name, store));
    }
    all
}

/// `GET /api/integrations`
pub(super) fn integrations(asked: &Asked<'_>, call: &Call<'_>) -> Reply {
    small(asked.request, &asked.query, all_integrations(call))
}

/// `GET /api/integrations/{id}`
pub(super) fn integration(asked: &Asked<'_>, call: &Call<'_>) -> Result<Reply, Reply> {
    pick(asked, all_integrations(call), "Integration")
}

fn pick(asked: &Asked<'_>, records: Vec<Value>, what: &str) -> Result<Reply, Reply> {
    let found = records.iter().find(|record| record["id"].as_u64() == asked.numbers.first().copied());
    found.map(|record| Reply::json(200, record)).ok_or_else(|| errors::not_found(what))
}

/// `GET /api/events`, the only list that can be asked for a time.
pub(super) fn events(asked: &Asked<'_>, call: &mut Call<'_>) -> Result<Reply, Reply> {
    let query = &asked.query;
    match (query.text("object_type"), query.text("object_id")) {
        (Some(_), None) => return Err(errors::bad("object_id", "Required together with object_type.")),
        (None, Some(_)) => return Err(errors::bad("object_type", "Required together with object_id.")),
        _ => {}
    }
    let (gt, gte) = (query.time("created_datetime[gt]"), query.time("created_datetime[gte]"));
    let (lt, lte) = (query.time("created_datetime[lt]"), query.time("created_datetime[lte]"));
    let mut span = always();
    for bound in [gt, gte].into_iter().flatten() {
        span.0 = span.0.max(Moment::from(bound));
    }
    for bound in [lt, lte].into_iter().flatten() {
        span.1 = span.1.min(Moment::from(bound));
    }
    let kinds = query.all("types");
    let rows = Rows { query, table: &call.world.changes, named: None, span, read: ChangeId::from_number };
    let found = rows.page(|_, change| {
        let at = change.created_at.timestamp();
        gt.is_none_or(|bound| at > bound)
            && gte.is_none_or(|bound| at >= bound)
            && lt.is_none_or(|bound| at < bound)
            && lte.is_none_or(|bound| at <= bound)
            && kinds.as_ref().is_none_or(|kinds| kinds.contains(&change.kind))
            && query.text("object_type").is_none_or(|object| object == change.object)
            && query.whole("object_id").is_none_or(|number| number == change.number)
    });
    let write = |call: &Call<'_>, id| Some(records::event(id, call.world.changes.get(id)?));
    Ok(found.answer(asked.request, query, call, ChangeId::number, thing, write))
}

/// What a change is about, as far as it is a thing of its own.
fn thing(call: &Call<'_>, id: ChangeId) -> Option<Thing> {
    let change = call.world.changes.get(id)?;
    match change.object {
        "Ticket" => TicketId::from_number(change.number).map(Thing::Ticket),
        "TicketMessage" => {
            let message = call.world.messages.get(MessageId::from_number(change.number)?)?;
            Some(Thing::Ticket(message.ticket))
        }
        _ => ContactId::from_number(change.number).map(Thing::Contact),
    }
}

/// `GET /api/events/{id}`
pub(super) fn event(asked: &Asked<'_>, call: &Call<'_>) -> Result<Reply, Reply> {
    let id = asked.numbers.first().and_then(|number| ChangeId::from_number(*number));
    let found = id.and_then(|id| Some((id, call.world.changes.get(id)?)));
    let (id, change) = found.ok_or_else(|| errors::not_found("Event"))?;
    Ok(Reply::json(200, &records::event(id, change)))
}
