//! Tickets: listing, reading, changing and deleting them.

use serde_json::Value;

use super::lists::{Rows, always};
use super::tags::Tags;
use super::{Asked, Extras, bodies, errors, messages, records};
use crate::vendor::{Call, Reply};
use crate::world::{ContactId, Id, Moment, Thing, TicketId};

/// Finds the ticket that the path names; one that was deleted is 404.
pub(super) fn known(call: &Call<'_>, asked: &Asked<'_>) -> Result<TicketId, Reply> {
    asked
        .numbers
        .first()
        .and_then(|number| TicketId::from_number(*number))
        .filter(|id| call.world.tickets.get(*id).is_some())
        .ok_or_else(|| errors::not_found("Ticket"))
}

/// `GET /api/tickets`; trashed ones are shown unless `trashed=false`.
pub(super) fn list(asked: &Asked<'_>, call: &mut Call<'_>) -> Result<Reply, Reply> {
    let query = &asked.query;
    let world = &*call.world;
    let contact = query.whole("customer_id").map(ContactId::from_number);
    let listed: Option<Vec<Option<TicketId>>> = query
        .all("ticket_ids")
        .map(|ids| ids.iter().map(|id| id.parse().ok().and_then(TicketId::from_number)).collect());
    if listed.as_ref().is_some_and(|ids| ids.len() > 100) {
        return Err(errors::bad("ticket_ids", "Longer than maximum length 100."));
    }
    let named = if let Some(ids) = listed {
        Some(ids.into_iter().flatten().collect())
    } else if let Some(external) = query.text("external_id") {
        Some(world.tickets_by_external.get(external).copied().into_iter().collect())
    } else {
        contact.map(|contact| match contact {
            Some(id) => {
                let span = (id, TicketId::new(0))..=(id, TicketId::new(u32::MAX));
                world.tickets_of.range(span).map(|(_, ticket)| *ticket).collect()
            }
            None => Vec::new(),
        })
    };
    let rows = Rows { query, table: &world.tickets, named, span: always(), read: TicketId::from_number };
    let found = rows.page(|_, ticket| {
        (query.text("trashed") != Some("false") || ticket.trashed_at.is_none())
            && contact.is_none_or(|contact| contact == Some(ticket.contact))
            && query
                .text("external_id")
                .is_none_or(|external| ticket.external_id.as_deref() == Some(external))
    });
    let write = |call: &Call<'_>, id| Some(records::ticket(call.world, id, call.world.tickets.get(id)?));
    let thing = |_: &Call<'_>, id| Some(Thing::Ticket(id));
    Ok(found.answer(asked.request, query, call, TicketId::number, thing, write))
}

/// `GET /api/tickets/{id}`, with its messages.
pub(super) fn get(asked: &Asked<'_>, call: &Call<'_>, extras: &Extras) -> Result<Reply, Reply> {
    let id = known(call, asked)?;
    let mut record = whole(call, id)?;
    record["messages"] = Value::Array(messages::all(call, id, extras));
    Ok(Reply::json(200, &record))
}

fn whole(call: &Call<'_>, id: TicketId) -> Result<Value, Reply> {
    let ticket = call.world.tickets.get(id).ok_or_else(|| errors::not_found("Ticket"))?;
    Ok(records::ticket(call.world, id, ticket))
}

/// `PUT /api/tickets/{id}`
pub(super) fn update(asked: &Asked<'_>, call: &mut Call<'_>, tags: &Tags) -> Result<Reply, Reply> {
    let id = known(call, asked)?;
    let body = super::body(asked, &bodies::UPDATE_TICKET)?;
    let change = Change::read(&body, call, tags)?;
    let mut changed = false;
    if let Some(open) = change.open {
        changed |= call.world.set_ticket_open(id, open, call.now);
    }
    let before = call.world.tickets.get(id).cloned().ok_or_else(|| errors::not_found("Ticket"))?;
    let mut after = before.clone();
    if let Some(trashed) = change.trashed {
        after.trashed_at = trashed;
    }
    if let Some(snoozed) = change.snoozed {
        after.snoozed_until = snoozed;
    }
    if let Some(assignee) = change.assignee {
        after.assignee = assignee;
    }
    if let Some(tags) = change.tags {
        after.tags = tags;
    }
    if let Some(external) = body.get("external_id") {
        after.external_id = external.as_str().map(Into::into);
    }
    if let Some(subject) = body["subject"].as_str() {
        after.subject = subject.into();
    }
    if let Some(priority) = body["priority"].as_str() {
        let known = bodies::PRIORITIES.iter().find(|known| **known == priority);
        after.priority = known.copied().unwrap_or(before.priority);
    }
    if let Some(spam) = body["spam"].as_bool() {
        after.spam = spam;
    }
    let same = before.trashed_at == after.trashed_at
        && before.snoozed_until == after.snoozed_until
        && before.assignee == after.assignee
        && before.tags == after.tags
        && before.external_id == after.external_id
        && before.subject == after.subject
        && before.priority == after.priority
        && before.spam == after.spam;
    if !same {
        // Another ticket may have taken the same id since; then it is found under it.
        if let Some(old) = before.external_id.as_ref().filter(|_| before.external_id != after.external_id)
            && call.world.tickets_by_external.get(old) == Some(&id)
        {
            call.world.tickets_by_external.remove(old);
        }
        if let Some(new) = &after.external_id {
            call.world.tickets_by_external.insert(new.clone(), id);
        }
        tell(call, id, before.trashed_at, after.trashed_at);
        call.world.tickets.edit(id, call.now, |ticket| *ticket = after);
        changed = true;
    }
    if let Some(external) = body["external_id"].as_str() {
        call.key(external);
    }
    if changed {
        call.applied("ticket", id.number(), None, None);
    }
    Ok(Reply::json(202, &whole(call, id)?))
}

/// Notes in the feed of changes that a ticket went into the trash or came out.
fn tell(call: &mut Call<'_>, id: TicketId, before: Option<Moment>, after: Option<Moment>) {
    let kind = match (before, after) {
        (None, Some(_)) => "ticket-trashed",
        (Some(_), None) => "ticket-untrashed",
        _ => return,
    };
    let (number, now) = (id.number(), call.now);
    call.world.changes.insert(crate::world::Change {
        kind,
        object: "Ticket",
        number,
        into: None,
        created_at: now,
        updated_at: now,
    });
}

/// What a body asks for, checked as far as it names other things; the outer `None` keeps.
struct Change {
    open: Option<bool>,
    trashed: Option<Option<Moment>>,
    snoozed: Option<Option<Moment>>,
    assignee: Option<Option<u8>>,
    tags: Option<Vec<Box<str>>>,
}

impl Change {
    fn read(body: &Value, call: &Call<'_>, tags: &Tags) -> Result<Self, Reply> {
        let time = |name: &str| {
            body.get(name).map(|value| {
                value.as_str().and_then(|text| text.parse().ok()).map(|at: jiff::Timestamp| Moment::from(at))
            })
        };
        if body["assignee_team"]["id"].as_u64().is_some() {
            return Err(errors::bad("assignee_team", "Team does not exist."));
        }
        let assignee = match body.get("assignee_user") {
            None => None,
            Some(user) => match user["id"].as_u64() {
                None => Some(None),
                Some(number) => Some(Some(
                    messages::agent(call, number)
                        .ok_or_else(|| errors::bad("assignee_user", "User does not exist."))?,
                )),
            },
        };
        let named = match body.get("tags").and_then(Value::as_array) {
            None => None,
            Some(given) => {
                let mut names: Vec<Box<str>> = Vec::new();
                for name in given.iter().filter_map(|tag| tag["name"].as_str()) {
                    if !tags.knows(call.world, name) {
                        return Err(errors::bad("tags", &format!("Tag '{name}' does not exist.")));
                    }
                    names.push(name.into());
                }
                Some(names)
            }
        };
        Ok(Self {
            open: body["status"].as_str().map(|status| status == "open"),
            trashed: time("trashed_datetime"),
            snoozed: time("snooze_datetime"),
            assignee,
            tags: named,
        })
    }
}

/// `DELETE /api/tickets/{id}`, for good.
pub(super) fn delete(asked: &Asked<'_>, call: &mut Call<'_>) -> Result<Reply, Reply> {
    let id = known(call, asked)?;
    if call.world.delete_ticket(id, call.now) {
        call.applied("ticket", id.number(), None, None);
    }
    Ok(Reply::empty(204))
}
