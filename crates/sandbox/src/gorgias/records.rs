//! How the world's support side looks on the wire.
//!
//! Times come in the spellings that were seen with the vendor: tickets and events with a fraction, messages without,
//! customers and everything else with a blank in place of the `T`; all have an offset.
//! Source: response shapes of the rebuilt subset, brooklyn-data/tap-gorgias streams, November 2026.

use fermata_model::Platform;
use serde_json::{Map, Value, json};

use crate::mark::mark;
use crate::world::{
    AccountId, Agent, Author, Change, ChangeId, Contact, ContactId, Message, MessageId, Moment, OrderId,
    Ticket, TicketId, World,
};

/// The number of the integration that the shop's mail goes through.
pub(super) const EMAIL_INTEGRATION: u64 = 90_211;
/// The number of the integration that knows the shop.
pub(super) const SHOP_INTEGRATION: u64 = 90_212;

/// How long mail stays unsent after it was accepted, in practice seconds.
pub(super) const SENDS_IN: i64 = 3;

/// Writes a time with a fraction.
pub(super) fn fraction(at: Moment) -> String {
    at.timestamp().strftime("%Y-%m-%dT%H:%M:%S.000000+00:00").to_string()
}

/// Writes a time without a fraction.
pub(super) fn plain(at: Moment) -> String {
    at.timestamp().strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string()
}

/// Writes a time with a blank.
pub(super) fn blank(at: Moment) -> String {
    at.timestamp().strftime("%Y-%m-%d %H:%M:%S+00:00").to_string()
}

/// The number of a tag; it follows from the name.
pub(super) fn tag_number(name: &str) -> u64 {
    (mark(0, [name]) >> 33) + 1
}

/// Writes a tag as tickets show it.
pub(super) fn tag(name: &str) -> Value {
    let id = tag_number(name);
    json!({ "id": id, "name": name, "uri": format!("/api/tags/{id}/"), "decoration": null })
}

/// Writes a ticket without its messages.
pub(super) fn ticket(world: &World, id: TicketId, ticket: &Ticket) -> Value {
    let number = id.number();
    let excerpt = last_message(world, id).map(|message| message.text.chars().take(200).collect::<String>());
    let via = match ticket.channel {
        "chat" => "gorgias_chat",
        channel => channel,
    };
    json!({
        "id": number,
        "uri": format!("/api/tickets/{number}/"),
        "external_id": ticket.external_id,
        "language": "en",
        "status": if ticket.open { "open" } else { "closed" },
        "priority": ticket.priority,
        "channel": ticket.channel,
        "via": via,
        "from_agent": false,
        "customer": world.contacts.get(ticket.contact).map(|contact| party(ticket.contact, contact)),
        "assignee_user": ticket.assignee.and_then(|place| world.agents.get(usize::from(place))).map(agent),
        "assignee_team": null,
        "subject": ticket.subject,
        "excerpt": excerpt,
        "integrations": [{ "id": EMAIL_INTEGRATION, "type": "email", "address": world.shop.email }],
        "tags": ticket.tags.iter().map(|name| tag(name)).collect::<Vec<_>>(),
        "messages_count": ticket.messages,
        "is_unread": ticket.open && ticket.last_received_at == ticket.last_message_at,
        "spam": ticket.spam,
        "meta": {},
        "created_datetime": fraction(ticket.created_at),
        "opened_datetime": fraction(ticket.created_at),
        "last_received_message_datetime": ticket.last_received_at.map(fraction),
        "last_message_datetime": ticket.last_message_at.map(fraction),
        "updated_datetime": fraction(ticket.updated_at),
        "closed_datetime": ticket.closed_at.map(fraction),
        "snooze_datetime": ticket.snoozed_until.map(fraction),
        "trashed_datetime": ticket.trashed_at.map(fraction),
    })
}

/// The ids of a ticket's messages, oldest first.
pub(super) fn messages_of(world: &World, ticket: TicketId) -> impl DoubleEndedIterator<Item = MessageId> {
    use crate::world::Id;
    let span = (ticket, MessageId::new(0))..=(ticket, MessageId::new(u32::MAX));
    world.messages_of.range(span).map(|(_, id)| *id)
}

fn last_message(world: &World, ticket: TicketId) -> Option<&Message> {
    messages_of(world, ticket).next_back().and_then(|id| world.messages.get(id))
}

/// Writes a customer as tickets and messages show it.
fn party(id: ContactId, contact: &Contact) -> Value {
    let (first, last) = names(&contact.name);
    json!({
        "id": id.number(), "email": contact.email, "name": contact.name, "firstname": first, "lastname": last, "meta": {},
    })
}

/// Writes a user as tickets and messages show it.
pub(super) fn agent(agent: &Agent) -> Value {
    json!({
        "id": agent.number,
        "email": agent.email,
        "name": format!("{} {}", agent.first, agent.last),
        "firstname": agent.first,
        "lastname": agent.last,
        "meta": {},
    })
}

fn names(name: &str) -> (&str, &str) {
    name.split_once(' ').unwrap_or((name, ""))
}

/// Writes a message; what came with it and the world has no place for is in `extra`.
pub(super) fn message(
    world: &World,
    id: MessageId,
    message: &Message,
    extra: Option<&Map<String, Value>>,
    now: Moment,
) -> Value {
    let (number, ticket) = (id.number(), message.ticket.number());
    let contact = world.tickets.get(message.ticket).map(|ticket| ticket.contact);
    let customer = contact.and_then(|id| Some(party(id, world.contacts.get(id)?)));
    let customer_address = contact.and_then(|id| world.contacts.get(id)?.email.clone());
    let (from_agent, sender, receiver, from, to) = match message.from {
        Author::Contact(id) => (
            false,
            world.contacts.get(id).map(|contact| party(id, contact)),
            None,
            message.from_address.clone().or(customer_address),
            Some(message.to_address.clone().unwrap_or_else(|| world.shop.email.as_str().into())),
        ),
        Author::Agent(place) => (
            true,
            world.agents.get(usize::from(place)).map(agent),
            customer.filter(|_| message.public),
            message.from_address.clone(),
            message.to_address.clone(),
        ),
    };
    // Mail that an agent or a program wrote leaves a little after it was accepted.
    let waits = from_agent && message.public && now.since(message.created_at) < SENDS_IN;
    let imported = message.sent_at.is_some_and(|sent| sent != message.created_at);
    let settled = |at: Option<Moment>| at.filter(|_| imported || !waits).map(plain);
    let address =
        |address: Option<Box<str>>| address.map(|address| json!({ "name": null, "address": address }));
    let html =
        message.html.as_deref().map_or_else(|| format!("<p>{}</p>", escape(&message.text)), str::to_owned);
    let mut record = json!({
        "id": number,
        "uri": format!("/api/tickets/{ticket}/messages/{number}/"),
        "message_id": format!("<{number}@mail.practice.example>"),
        "ticket_id": ticket,
        "external_id": message.external_id,
        "public": message.public,
        "channel": message.channel,
        "via": message.via,
        "source": {
            "type": message.channel,
            "from": address(from).unwrap_or_else(|| json!({})),
            "to": address(to).into_iter().collect::<Vec<_>>(),
            "cc": [],
            "bcc": [],
        },
        "sender": sender,
        "integration_id": (&*message.channel == "email").then_some(EMAIL_INTEGRATION),
        "rule_id": null,
        "from_agent": from_agent,
        "receiver": receiver,
        "subject": message.subject,
        "body_text": message.text,
        "body_html": html,
        "stripped_text": message.text,
        "stripped_html": html,
        "stripped_signature": null,
        "headers": null,
        "attachments": [],
        "actions": [],
        "macros": [],
        "meta": null,
        "mention_ids": [],
        "created_datetime": plain(message.created_at),
        "opened_datetime": null,
        "sent_datetime": settled(message.sent_at),
        "failed_datetime": settled(message.failed_at),
        "deleted_datetime": null,
        "last_sending_error": message.sending_error.as_ref().filter(|_| !waits).map(|error| json!({ "error": error })),
    });
    for (name, value) in extra.into_iter().flatten() {
        record[name] = value.clone();
    }
    record
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\n', "<br>")
}

/// Writes a customer with its channels and what the shop tells of it.
pub(super) fn customer(world: &World, id: ContactId, contact: &Contact) -> Value {
    let number = id.number();
    let (first, last) = names(&contact.name);
    let channel = |place: u64, kind: &str, address: &str| {
        json!({
            "id": number * 10 + place,
            "type": kind,
            "address": address,
            "preferred": place == 0,
            "created_datetime": blank(contact.created_at),
            "updated_datetime": blank(contact.created_at),
            "deleted_datetime": null,
        })
    };
    let channels: Vec<Value> = contact
        .email
        .iter()
        .map(|email| channel(0, "email", email))
        .chain(contact.phone.iter().map(|phone| channel(1, "phone", phone)))
        .collect();
    let mut integrations = Map::new();
    let at_shopify = |id: &&AccountId| world.account_at(Platform::Shopify, **id).is_some();
    if let Some(account) = contact.accounts.iter().find(at_shopify) {
        integrations.insert(SHOP_INTEGRATION.to_string(), shop_block(world, *account));
    }
    json!({
        "id": number,
        "uri": format!("/api/customers/{number}/"),
        "external_id": contact.external_id,
        "active": true,
        "name": contact.name,
        "email": contact.email,
        "firstname": first,
        "lastname": last,
        "language": null,
        "timezone": null,
        "note": null,
        "meta": {},
        "data": null,
        "channels": channels,
        "integrations": integrations,
        "created_datetime": blank(contact.created_at),
        "updated_datetime": blank(contact.updated_at),
    })
}

/// Writes what the shop's integration tells of a customer: ids and order numbers, no money.
fn shop_block(world: &World, account: AccountId) -> Value {
    use crate::world::Id;
    let span = (account, OrderId::new(0))..=(account, OrderId::new(u32::MAX));
    let orders: Vec<Value> = world
        .orders_of
        .range(span)
        .map(|(_, order)| json!({ "id": order.number(), "name": world.order_name(*order) }))
        .collect();
    let customer = world.accounts.get(account);
    json!({
        "__integration_type__": "shopify",
        "customer": {
            "id": account.number(),
            "email": customer.and_then(|customer| customer.email.as_ref()),
            "first_name": customer.map(|customer| &customer.first),
            "last_name": customer.map(|customer| &customer.last),
            "orders_count": orders.len(),
        },
        "orders": orders,
    })
}

/// Writes an event of the change feed.
pub(super) fn event(id: ChangeId, change: &Change) -> Value {
    let number = id.number();
    let data = match change.into {
        Some(into) => json!({ "source_id": change.number, "target_id": into }),
        None => json!({}),
    };
    json!({
        "id": number,
        "uri": format!("/api/events/{number}/"),
        "type": change.kind,
        "object_type": change.object,
        "object_id": change.number,
        "user_id": null,
        "data": data,
        "context": null,
        "created_datetime": fraction(change.created_at),
    })
}
