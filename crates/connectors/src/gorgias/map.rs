//! From Gorgias' words to ours: pure and total. An unknown status is kept as text.

use std::collections::BTreeMap;

use fermata_model::record::{Agent, Change, Entity, Gone, Message, Person, Rating, Tag, Ticket, Who};
use fermata_model::{Platform, Stream, Timestamp};

use super::wire;
use crate::html;
use crate::reading::{Mapped, Moment, change, filled, full_name, set_aside, why};

/// Reads one record of a stream from its own text.
pub(super) fn record(stream: Stream, raw: &str) -> Change {
    match stream {
        Stream::Customers => change(stream, raw, customer),
        Stream::Tickets => change(stream, raw, ticket),
        Stream::Messages => message_change(raw),
        Stream::Tags => change(stream, raw, tag),
        Stream::Agents => change(stream, raw, agent),
        Stream::Ratings => change(stream, raw, rating),
        _ => set_aside(stream, raw, "Gorgias gives no records of this kind"),
    }
}

/// A label has no time of its own but that of its making.
fn tag(tag: wire::AccountTag) -> Result<Mapped, &'static str> {
    let changed_at = tag.created_datetime.map_or(Timestamp::UNIX_EPOCH, |moment| moment.0);
    let entity = Entity::Tag(Tag { name: tag.name, used: tag.usage });
    Ok(Mapped { external_id: tag.id.0, changed_at, entity })
}

fn agent(user: wire::Colleague) -> Result<Mapped, &'static str> {
    let times = [user.updated_datetime, user.created_datetime];
    let changed_at = times.into_iter().flatten().next().map_or(Timestamp::UNIX_EPOCH, |moment| moment.0);
    let email = filled(user.email.0);
    let name = filled(user.name.0)
        .or_else(|| full_name(user.firstname.0.as_deref(), user.lastname.0.as_deref()))
        .or_else(|| email.clone())
        .ok_or("the user has neither a name nor an address")?;
    let active = user.active != Some(false) && user.deactivated_datetime.is_none();
    let role = user.role.and_then(|role| filled(role.name.0));
    Ok(Mapped {
        external_id: user.id.0,
        changed_at,
        entity: Entity::Agent(Agent { name, email, role, active }),
    })
}

/// A survey changes when it is sent and when it is answered.
fn rating(survey: wire::Survey) -> Result<Mapped, &'static str> {
    let times = [survey.created_datetime, survey.sent_datetime, survey.scored_datetime];
    let changed_at = times.into_iter().flatten().max().ok_or("the survey has no time of its making")?;
    let entity = Rating {
        ticket: survey.ticket_id.ok_or("the survey names no ticket")?.0,
        who: Who { external_id: survey.customer_id.map(|id| id.0), ..Who::default() },
        score: survey.score,
        comment: filled(survey.body_text.0),
        asked_at: survey.sent_datetime.map(|moment| moment.0),
        answered_at: survey.scored_datetime.map(|moment| moment.0),
    };
    Ok(Mapped { external_id: survey.id.0, changed_at: changed_at.0, entity: Entity::Rating(entity) })
}

fn customer(customer: wire::Customer<'_>) -> Result<Mapped, &'static str> {
    let created_at = customer.created_datetime.map(|m| m.0);
    let changed_at = customer
        .updated_datetime
        .map(|m| m.0)
        .or(created_at)
        .ok_or("the customer has neither created_datetime nor updated_datetime")?;
    let mut emails: Vec<String> = filled(customer.email).into_iter().collect();
    let mut phones = Vec::new();
    for channel in customer.channels.unwrap_or_default() {
        let Some(address) = filled(channel.address.0) else { continue };
        match channel.kind.0.as_deref() {
            Some("email") if !emails.iter().any(|known| known.eq_ignore_ascii_case(&address)) => {
                emails.push(address);
            }
            Some("phone" | "sms" | "whatsapp") if !phones.contains(&address) => phones.push(address),
            _ => {}
        }
    }
    let name = filled(customer.name.0)
        .or_else(|| full_name(customer.firstname.0.as_deref(), customer.lastname.0.as_deref()));
    let who = Who {
        external_id: Some(customer.id.0.clone()),
        emails,
        phones,
        name,
        country: None,
        claims: customer.integrations.map(|raw| shop_ids(raw.get())).unwrap_or_default(),
    };
    let person = Person { who, created_at, locale: filled(customer.language.0), ..Person::default() };
    Ok(Mapped { external_id: customer.id.0, changed_at, entity: Entity::Person(person) })
}

/// Returns the Shopify ids that the customer's integrations name; an unexpected shape names none.
fn shop_ids(raw: &str) -> Vec<(Platform, String)> {
    let blocks: BTreeMap<String, wire::CustomerIntegration> = serde_json::from_str(raw).unwrap_or_default();
    blocks
        .into_values()
        .filter(|block| [&block.kind, &block.plain_kind].iter().any(|k| k.0.as_deref() == Some("shopify")))
        .filter_map(|block| filled(block.customer?.id.0))
        .map(|id| (Platform::Shopify, id))
        .collect()
}

fn party(party: Option<wire::Party>) -> Who {
    let Some(party) = party else { return Who::default() };
    Who {
        external_id: party.id.map(|id| id.0),
        emails: filled(party.email.0).into_iter().collect(),
        name: filled(party.name.0)
            .or_else(|| full_name(party.firstname.0.as_deref(), party.lastname.0.as_deref())),
        ..Who::default()
    }
}

fn ticket(ticket: wire::Ticket) -> Result<Mapped, &'static str> {
    let times = (ticket.created_datetime, ticket.updated_datetime);
    let (Some(changed), Some(created)) = (times.1.or(times.0), times.0.or(times.1)) else {
        return Err("the ticket has neither created_datetime nor updated_datetime");
    };
    let entity = Ticket {
        who: party(ticket.customer),
        subject: filled(ticket.subject.0),
        status: ticket.status,
        channel: filled(ticket.channel.0).unwrap_or_else(|| "unknown".to_owned()),
        excerpt: filled(ticket.excerpt.0),
        tags: ticket.tags.unwrap_or_default().into_iter().filter_map(|tag| filled(tag.name.0)).collect(),
        created_at: created.0,
        closed_at: ticket.closed_datetime.map(|m| m.0),
        last_message_at: ticket.last_message_datetime.map(|m| m.0),
        discarded: ticket.spam == Some(true) || ticket.trashed_datetime.is_some(),
    };
    Ok(Mapped { external_id: ticket.id.0, changed_at: changed.0, entity: Entity::Ticket(entity) })
}

fn message_change(raw: &str) -> Change {
    let message: wire::Message<'_> = match serde_json::from_str(raw) {
        Ok(message) => message,
        Err(error) => return set_aside(Stream::Messages, raw, why(&error)),
    };
    if let Some(at) = message.deleted_datetime {
        return Change::Gone(Gone {
            stream: Stream::Messages,
            external_id: message.id.0,
            at: at.0,
            merged_into: None,
        });
    }
    match self::message(message) {
        Ok(mapped) => mapped.seen(Stream::Messages, raw),
        Err(reason) => set_aside(Stream::Messages, raw, reason),
    }
}

fn message(message: wire::Message<'_>) -> Result<Mapped, &'static str> {
    let ticket = message.ticket_id.ok_or("the message names no ticket")?.0;
    let created = message.created_datetime.ok_or("the message has no created_datetime")?;
    let from_shop = message.from_agent.ok_or("the message does not say who wrote it (from_agent)")?;
    let note = message.channel.0.as_deref() == Some("internal-note");
    let latest = [message.sent_datetime, message.failed_datetime].into_iter().flatten().max();
    let changed_at = latest.map_or(created.0, |m: Moment| m.0.max(created.0));

    let text = [message.stripped_text.0, message.body_text.0]
        .into_iter()
        .find_map(filled)
        .or_else(|| {
            [message.stripped_html.0, message.body_html.0]
                .into_iter()
                .find_map(filled)
                .map(|markup| html::text(&markup))
        })
        .unwrap_or_default();

    // The customer is whoever is not the shop.
    let mut who = party(if from_shop { message.receiver } else { message.sender });
    if who.emails.is_empty()
        && !note
        && let Some(source) = message.source
    {
        let address = if from_shop { source.to.unwrap_or_default().into_iter().next() } else { source.from };
        // Chats and social channels put handles where mail puts addresses.
        who.emails.extend(address.and_then(|a| filled(a.address.0)).filter(|a| a.contains('@')));
    }
    let entity = Message {
        ticket,
        who,
        from_shop,
        public: !note && message.public.unwrap_or(true),
        text,
        created_at: created.0,
        sent_at: message.sent_datetime.map(|m| m.0),
        failed_at: message.failed_datetime.map(|m| m.0),
        sender_ref: filled(message.external_id.0),
    };
    Ok(Mapped { external_id: message.id.0, changed_at, entity: Entity::Message(entity) })
}

/// What an entry of the account's log means for our copy.
#[derive(Debug, PartialEq)]
pub(super) enum Logged {
    /// An object is gone, or lives on under another id.
    Gone(Gone),
    /// An object was part of a merge; reading it again shows what became of it.
    ReadAgain(Stream, String, Timestamp),
    /// Nothing.
    Nothing,
}

/// Reads one entry of the account's log.
///
/// Event types: developers.gorgias.com, The Event object.
pub(super) fn logged(raw: &str) -> Result<Logged, String> {
    let event: wire::Event<'_> = serde_json::from_str(raw).map_err(|error| why(&error))?;
    let (stream, merged) = match event.kind.as_str() {
        "ticket-deleted" => (Stream::Tickets, false),
        "ticket-merged" => (Stream::Tickets, true),
        "ticket-message-deleted" => (Stream::Messages, false),
        "customer-deleted" => (Stream::Customers, false),
        "customer-merged" => (Stream::Customers, true),
        _ => return Ok(Logged::Nothing),
    };
    let object = event.object_id.map(|id| id.0);
    let at = event.created_datetime.0;
    if merged {
        let merge: wire::Merge =
            event.data.and_then(|data| serde_json::from_str(data.get()).ok()).unwrap_or_default();
        let source = filled(merge.source_id.0).or_else(|| filled(merge.source?.id.0));
        let target = filled(merge.target_id.0).or_else(|| filled(merge.target?.id.0));
        let source = source.or_else(|| object.clone().filter(|id| Some(id) != target.as_ref()));
        if let (Some(source), Some(target)) = (&source, target)
            && *source != target
        {
            let gone = Gone { stream, external_id: source.clone(), at, merged_into: Some(target) };
            return Ok(Logged::Gone(gone));
        }
        return object
            .or(source)
            .map(|id| Logged::ReadAgain(stream, id, at))
            .ok_or_else(|| names_nothing(&event.object_type));
    }
    object
        .map(|external_id| Logged::Gone(Gone { stream, external_id, at, merged_into: None }))
        .ok_or_else(|| names_nothing(&event.object_type))
}

fn names_nothing(object_type: &crate::reading::Loose) -> String {
    let kind = object_type.0.as_deref().unwrap_or("object");
    format!("the log entry about a {kind} does not name its id")
}
