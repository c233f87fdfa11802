//! Replies and internal notes, and whether they happened.
//!
//! Gorgias stores `external_id` with a message and gives it back, so ours is the action's key, and
//! [`find`] looks for it among the ticket's messages.
//!
//! A reply that was stored has not left: Gorgias sends it afterwards and then sets
//! `sent_datetime`, or `failed_datetime` and `last_sending_error`. Setting `sent_datetime`
//! ourselves would mark it as an import that never leaves, so it is absent.
//!
//! Source: developers.gorgias.com, Create a new message; the shape of the reply as tried by
//! chrisyoungcooks/gorgias-pp-cli.

use fermata_model::{ActionKind, Frozen, Key, Platform, Receipt, RecordRef, Timestamp};
use serde_json::value::RawValue;

use super::super::{Gorgias, whole, wire};
use super::{Draft, GET_TICKET, impossible, read};
use crate::failure::malformed;
use crate::html;
use crate::http::{Method, Request};
use crate::reading::{filled, why};
use crate::rest::{Trail, onward, serialized};
use crate::{Error, Found, Kind};

/// The vendor's name of making a message.
pub(in crate::gorgias) const CREATE_MESSAGE: &str = "create-ticket-message";

/// Integrations through which mail leaves.
const MAIL: &[&str] = &["email", "gmail", "outlook"];

/// Builds the request that writes a message into a ticket.
pub(super) async fn draft(
    gorgias: &Gorgias,
    kind: ActionKind,
    target: &RecordRef,
    text: &str,
    key: Key,
) -> Result<Draft, Error> {
    let is_reply = kind == ActionKind::TicketReply;
    if text.trim().is_empty() {
        return Err(impossible("The message is empty, so there is nothing to send."));
    }
    let body = read(gorgias, target).await?;
    let detail: wire::TicketDetail<'_> =
        serde_json::from_str(&body).map_err(|error| malformed(Platform::Gorgias, GET_TICKET, why(&error)))?;
    if detail.trashed_datetime.is_some() {
        return Err(impossible(format!("The ticket \"{}\" is in the bin.", target.label)));
    }
    if is_reply && detail.spam == Some(true) {
        return Err(impossible(format!("The ticket \"{}\" is marked as spam.", target.label)));
    }

    let login = gorgias.rest.credentials().await?;
    let sender = match gorgias.me().await? {
        Some(id) => wire::PartyRef { id: Some(id), email: None },
        None => wire::PartyRef { id: None, email: Some(&login.email) },
    };
    let message = wire::CreateMessage {
        channel: "internal-note",
        via: "internal-note",
        from_agent: true,
        public: false,
        external_id: key.to_string(),
        sender,
        receiver: None,
        source: None,
        integration_id: None,
        subject: None,
        body_text: text,
        body_html: html::markup(text),
    };
    let body = if is_reply {
        let (customer, to) = recipient(&detail).ok_or_else(|| {
            impossible(format!(
                "The customer of the ticket \"{}\" has no e-mail address in Gorgias.",
                target.label
            ))
        })?;
        let from = outgoing(&gorgias.mailboxes().await?, &detail)?;
        let subject = filled(detail.subject.0.clone()).map(|subject| {
            if subject.to_ascii_lowercase().starts_with("re:") { subject } else { format!("Re: {subject}") }
        });
        serialized(&wire::CreateMessage {
            channel: "email",
            via: "email",
            public: true,
            receiver: Some(match customer {
                Some(id) => wire::PartyRef { id: Some(id), email: None },
                None => wire::PartyRef { id: None, email: Some(&to) },
            }),
            source: Some(wire::SourceRef {
                kind: "email",
                from: wire::AddressRef { address: &from.1 },
                to: vec![wire::AddressRef { address: &to }],
            }),
            integration_id: Some(from.0),
            subject,
            ..message
        })
    } else {
        serialized(&message)
    };
    Ok(Draft {
        operation: CREATE_MESSAGE,
        method: Method::POST,
        path: format!("/api/tickets/{}/messages", whole(&target.external_id)?),
        body,
        undo: None,
    })
}

/// Reads the answer, which is the message as it is stored; a body that cannot be read takes
/// nothing back.
pub(super) fn shown(frozen: &Frozen, body: &str) -> Option<Receipt> {
    let message = serde_json::from_str::<wire::Message<'_>>(body).ok()?;
    match state(&message, frozen.action.kind()) {
        Found::Yes(receipt) => Some(receipt),
        _ => None,
    }
}

/// Looks for our key among the ticket's messages.
pub(super) async fn find(gorgias: &Gorgias, frozen: &Frozen) -> Result<Found, Error> {
    const LIST: &str = "GET /api/messages";
    let ticket = whole(&frozen.action.target().external_id)?;
    let key = frozen.key.to_string();
    let (mut cursor, mut trail) = (None::<String>, Trail::default());
    loop {
        let mut request = Request::get(LIST, "/api/messages")
            .query("ticket_id", ticket.to_string())
            .query("order_by", "created_datetime:desc")
            .query("limit", "100");
        if let Some(cursor) = &cursor {
            request = request.query("cursor", cursor);
        }
        let response = gorgias.rest.ask(request).await?;
        let list = wire::List::read(LIST, &response.body)?;
        for raw in &list.data {
            // A message that cannot be read could be ours, so it must not pass as absence.
            if !raw.get().contains(&key) {
                continue;
            }
            let message: wire::Message<'_> = serde_json::from_str(raw.get())
                .map_err(|error| malformed(Platform::Gorgias, LIST, why(&error)))?;
            if message.external_id.0.as_deref() == Some(&key) {
                return Ok(state(&message, frozen.action.kind()));
            }
        }
        cursor = onward(Platform::Gorgias, LIST, list.meta.next_cursor, cursor.as_deref())?;
        match &cursor {
            None => return Ok(Found::No),
            Some(cursor) => trail.on(Platform::Gorgias, LIST, cursor)?,
        }
    }
}

/// Says how far a stored message has come.
fn state(message: &wire::Message<'_>, kind: ActionKind) -> Found {
    let receipt = |at: Timestamp| Found::Yes(Receipt { external_id: message.id.0.clone(), at, amount: None });
    if kind == ActionKind::TicketNote {
        return message.created_datetime.map_or(Found::Pending, |at| receipt(at.0));
    }
    if let Some(at) = message.sent_datetime {
        return receipt(at.0);
    }
    let reason = message.last_sending_error.and_then(sending_error);
    match (message.failed_datetime, reason) {
        (None, None) => Found::Pending,
        (_, reason) => {
            let reason = reason.unwrap_or_else(|| "Gorgias does not say why".to_owned());
            Found::Failed(format!("Gorgias stored the reply but could not send it: {reason}."))
        }
    }
}

/// Reads `last_sending_error`, which is text, or an object with the text in one of its fields.
fn sending_error(raw: &RawValue) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Said {
        #[serde(default)]
        error: crate::reading::Loose,
        #[serde(default)]
        message: crate::reading::Loose,
        #[serde(default)]
        msg: crate::reading::Loose,
    }
    let text = raw.get();
    if matches!(text, "null" | "\"\"" | "{}" | "[]" | "false") {
        return None;
    }
    let said = serde_json::from_str::<String>(text).ok().or_else(|| {
        let said: Said = serde_json::from_str(text).ok()?;
        [said.error.0, said.message.0, said.msg.0].into_iter().find_map(filled)
    });
    Some(
        said.map_or_else(
            || "Gorgias does not say why".to_owned(),
            |s| s.trim().trim_end_matches('.').to_owned(),
        ),
    )
}

/// Returns the customer's id and the address to answer to: the one they last wrote from, unless
/// somebody else wrote last, and else the one Gorgias keeps.
fn recipient(detail: &wire::TicketDetail<'_>) -> Option<(Option<i64>, String)> {
    let customer = detail.customer.as_ref()?;
    let id = customer.id.as_ref();
    let written_from = messages(detail)
        .filter(|m| m.from_agent == Some(false))
        .filter(|m| id.is_some() && m.sender.as_ref().and_then(|s| s.id.as_ref()) == id)
        .filter_map(|m| m.source.as_ref()?.from.as_ref()?.address.0.clone())
        .filter(|address| is_address(address))
        .last();
    let kept = || customer.email.0.clone().filter(|address| is_address(address));
    Some((id.and_then(|id| id.0.parse().ok()), written_from.or_else(kept)?))
}

/// Returns the mailbox to answer from, with its integration's id: the one the customer wrote to,
/// else the one the shop answered from, else the oldest.
///
/// A `from` that is not exactly the integration's address is stored and never sent.
fn outgoing(mailboxes: &[(i64, String)], detail: &wire::TicketDetail<'_>) -> Result<(i64, String), Error> {
    let known = |address: &str| mailboxes.iter().find(|(_, known)| known.eq_ignore_ascii_case(address));
    let mut latest_first: Vec<_> = messages(detail).collect();
    latest_first.reverse();
    let written_to = latest_first
        .iter()
        .filter(|m| m.from_agent == Some(false))
        .flat_map(|m| m.source.iter().flat_map(|s| s.to.iter().flatten()))
        .filter_map(|address| address.address.0.as_deref())
        .find_map(known);
    let answered_from = || {
        latest_first
            .iter()
            .filter(|m| m.from_agent == Some(true))
            .filter_map(|m| m.source.as_ref()?.from.as_ref()?.address.0.as_deref())
            .find_map(known)
    };
    written_to
        .or_else(answered_from)
        .or_else(|| mailboxes.iter().min_by_key(|(id, _)| *id))
        .cloned()
        .ok_or_else(|| {
            impossible("No e-mail address is connected to Gorgias, so nothing can be sent from there.")
                .with_hint("Connect an e-mail address in Gorgias under Settings, Channels, Email.")
        })
}

fn messages<'a, 'b>(detail: &'b wire::TicketDetail<'a>) -> impl Iterator<Item = &'b wire::Message<'a>> {
    let mut messages: Vec<_> = detail.messages.iter().flatten().collect();
    messages.sort_by_key(|m| m.created_datetime);
    messages.into_iter()
}

fn is_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
}

impl Gorgias {
    /// Returns the id of the user whose key we use; `None` if the list of users does not hold
    /// them or may not be read.
    async fn me(&self) -> Result<Option<i64>, Error> {
        let found = self.me.get_or_try_init(|| async {
            let login = self.rest.credentials().await?;
            let mut me = None;
            let walked = self
                .each(Request::get("GET /api/users", "/api/users"), |raw| {
                    if let Ok(user) = serde_json::from_str::<wire::User>(raw)
                        && user.email.0.is_some_and(|known| known.eq_ignore_ascii_case(&login.email))
                    {
                        me = Some(user.id);
                    }
                })
                .await;
            match walked {
                Err(error) if error.kind != Kind::Forbidden => Err(error),
                _ => Ok(me),
            }
        });
        found.await.copied()
    }

    /// Returns the addresses that mail can leave from, with the ids of their integrations.
    async fn mailboxes(&self) -> Result<Vec<(i64, String)>, Error> {
        let mut mailboxes = Vec::new();
        self.each(Request::get("GET /api/integrations", "/api/integrations"), |raw| {
            let Ok(integration) = serde_json::from_str::<wire::Integration>(raw) else { return };
            let active = integration.deactivated_datetime.is_none() && integration.deleted_datetime.is_none();
            let mail = integration.kind.0.is_some_and(|kind| MAIL.contains(&kind.as_str()));
            if let Some(address) = integration.meta.and_then(|meta| filled(meta.address.0))
                && active
                && mail
            {
                mailboxes.push((integration.id, address));
            }
        })
        .await?;
        Ok(mailboxes)
    }
}
