//! Messages: reading them, and writing replies and internal notes.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::lists::{Rows, always};
use super::{Asked, Extras, bodies, errors, records, tickets};
use crate::vendor::{Call, Reply};
use crate::world::{ContactId, MessageId, Moment, NewMessage, Thing, TicketId};

/// Writes all messages of a ticket, oldest first.
pub(super) fn all(call: &Call<'_>, ticket: TicketId, extras: &Extras) -> Vec<Value> {
    records::messages_of(call.world, ticket).filter_map(|id| show(call, id, extras)).collect()
}

fn show(call: &Call<'_>, id: MessageId, extras: &Extras) -> Option<Value> {
    Some(records::message(call.world, id, call.world.messages.get(id)?, extras.get(&id), call.now))
}

/// `GET /api/messages`; the ticket is the only filter.
pub(super) fn list(asked: &Asked<'_>, call: &mut Call<'_>, extras: &Extras) -> Result<Reply, Reply> {
    let query = &asked.query;
    let named = query.whole("ticket_id").map(|number| {
        TicketId::from_number(number)
            .map(|ticket| records::messages_of(call.world, ticket).collect())
            .unwrap_or_default()
    });
    let rows =
        Rows { query, table: &call.world.messages, named, span: always(), read: MessageId::from_number };
    let found = rows.page(|_, _| true);
    let thing = |call: &Call<'_>, id| Some(Thing::Ticket(call.world.messages.get(id)?.ticket));
    let write = |call: &Call<'_>, id| show(call, id, extras);
    Ok(found.answer(asked.request, query, call, MessageId::number, thing, write))
}

/// `GET /api/tickets/{id}/messages`, deprecated by the vendor: all of them at once.
pub(super) fn of_ticket(asked: &Asked<'_>, call: &Call<'_>, extras: &Extras) -> Result<Reply, Reply> {
    let ticket = tickets::known(call, asked)?;
    let data = all(call, ticket, extras);
    let meta = json!({ "prev_cursor": null, "next_cursor": null });
    Ok(Reply::json(200, &json!({ "data": data, "object": "list", "uri": asked.request.path, "meta": meta })))
}

/// `GET /api/tickets/{ticket_id}/messages/{id}`
pub(super) fn get(asked: &Asked<'_>, call: &Call<'_>, extras: &Extras) -> Result<Reply, Reply> {
    let ticket = tickets::known(call, asked)?;
    let id = asked.numbers.get(1).and_then(|number| MessageId::from_number(*number));
    let found = id
        .filter(|id| call.world.messages.get(*id).is_some_and(|message| message.ticket == ticket))
        .and_then(|id| show(call, id, extras));
    found.map(|record| Reply::json(200, &record)).ok_or_else(|| errors::not_found("Message"))
}

/// Finds the agent with a user's number.
pub(super) fn agent(call: &Call<'_>, number: u64) -> Option<u8> {
    let place = call.world.agents.iter().position(|agent| agent.number == number)?;
    u8::try_from(place).ok()
}

/// Members that the world has no place for and that a message shows as they were given.
const KEPT: [&str; 7] = [
    "headers",
    "integration_id",
    "meta",
    "mention_ids",
    "stripped_html",
    "stripped_signature",
    "stripped_text",
];

/// `POST /api/tickets/{id}/messages`: a reply or an internal note.
///
/// Nothing keeps the same `external_id` from being used twice: the vendor says of no check, so a client has to look.
pub(super) fn create(asked: &Asked<'_>, call: &mut Call<'_>, extras: &mut Extras) -> Result<Reply, Reply> {
    let ticket = tickets::known(call, asked)?;
    let body = super::body(asked, &bodies::CREATE_MESSAGE)?;
    if body["from_agent"] != true {
        return Err(errors::bad("from_agent", "Only messages of agents are served here."));
    }
    let note = match body["channel"].as_str() {
        Some("internal-note") => true,
        Some("email") => false,
        _ => return Err(errors::bad("channel", "Only email and internal-note are served here.")),
    };
    if body["public"].as_bool().unwrap_or(true) == note {
        let what = if note { "An internal note is not public." } else { "An email is public." };
        return Err(errors::bad("public", what));
    }
    let agent = sender(&body, call)?;
    if note { check_note(&body) } else { check_mail(&body, call) }?;
    let text = |name: &str| body[name].as_str().filter(|text| !text.is_empty());
    let plain = match (text("body_text"), text("body_html")) {
        (Some(text), _) => text.to_owned(),
        (None, Some(html)) => strip(html),
        (None, None) => return Err(errors::bad("body_text", "Provide body_text or body_html.")),
    };
    let address = |value: &Value| value["address"].as_str().map(Into::into);
    let sent = body["sent_datetime"].as_str().and_then(|text| text.parse::<Timestamp>().ok());
    let new = NewMessage {
        ticket,
        agent,
        public: !note,
        channel: if note { "internal-note" } else { "email" }.into(),
        via: body["via"].as_str().unwrap_or("api").into(),
        subject: text("subject").map(Into::into),
        text: plain.into(),
        html: text("body_html").map(Into::into),
        external_id: text("external_id").map(Into::into),
        from_address: address(&body["source"]["from"]),
        to_address: body["source"]["to"].get(0).and_then(address),
        already_sent_at: sent.map(Moment::from),
    };
    let id = call.world.write_message(new, call.now).ok_or_else(|| errors::not_found("Ticket"))?;
    if let Some(external) = text("external_id") {
        call.key(external);
    }
    call.applied(if note { "note" } else { "message" }, ticket.number(), Some(id.number().to_string()), None);
    let extra: Map<String, Value> = KEPT
        .iter()
        .filter_map(|name| {
            Some(((*name).to_owned(), body.get(*name).filter(|value| !value.is_null())?.clone()))
        })
        .collect();
    if !extra.is_empty() {
        extras.insert(id, extra);
    }
    let record = show(call, id, extras).ok_or_else(|| errors::not_found("Message"))?;
    Ok(Reply::json(201, &record))
}

/// Finds the agent who writes, by number or address.
fn sender(body: &Value, call: &Call<'_>) -> Result<u8, Reply> {
    let given = &body["sender"];
    let (number, email) = (given["id"].as_u64(), given["email"].as_str());
    if number.is_none() && email.is_none() {
        return Err(errors::bad("sender", "Missing data for required field."));
    }
    let same = |known: &str| email.is_some_and(|email| email.eq_ignore_ascii_case(known));
    let by_email = || call.world.agents.iter().find(|agent| same(&agent.email)).map(|agent| agent.number);
    let number = number.or_else(by_email);
    number.and_then(|number| agent(call, number)).ok_or_else(|| errors::bad("sender", "User does not exist."))
}

fn check_note(body: &Value) -> Result<(), Reply> {
    if body.get("receiver").is_some_and(|receiver| !receiver.is_null()) {
        return Err(errors::bad("receiver", "An internal note has no receiver."));
    }
    Ok(())
}

fn check_mail(body: &Value, call: &Call<'_>) -> Result<(), Reply> {
    let source = &body["source"];
    if source["type"] != "email" {
        return Err(errors::bad("source", "type: Must be email."));
    }
    if source["from"]["address"].as_str().is_none() {
        return Err(errors::bad("source", "from: Missing data for required field."));
    }
    if source["to"].get(0).and_then(|to| to["address"].as_str()).is_none() {
        return Err(errors::bad("source", "to: Missing data for required field."));
    }
    if let Some(id) = body["integration_id"].as_u64()
        && id != records::EMAIL_INTEGRATION
    {
        return Err(errors::bad("integration_id", "Integration does not exist or sends no email."));
    }
    let receiver = &body["receiver"];
    let known = match (receiver["id"].as_u64(), receiver["email"].as_str()) {
        (Some(number), _) => {
            ContactId::from_number(number).is_some_and(|id| call.world.contacts.get(id).is_some())
        }
        (None, Some(_)) => true,
        (None, None) => return Err(errors::bad("receiver", "Missing data for required field.")),
    };
    if known { Ok(()) } else { Err(errors::bad("receiver", "Customer does not exist.")) }
}

/// Takes the tags out of a text.
fn strip(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut inside = false;
    for letter in html.chars() {
        match letter {
            '<' => inside = true,
            '>' => inside = false,
            letter if !inside => text.push(letter),
            _ => {}
        }
    }
    text.trim().to_owned()
}
