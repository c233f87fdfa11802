//! What can be done to a ticket, and whether it happened.
//!
//! Gorgias knows no idempotency key. What is written carries the action's key as its
//! `external_id`; what is set happened if the ticket stands so now.

mod message;
mod ticket;

use fermata_model::{Action, Frozen, Key, Platform, RecordRef, Timestamp};

use super::{CAPABILITY, Gorgias, whole};
use crate::failure::no_action;
use crate::http::Request;
use crate::rest::{Draft, leaving};
use crate::{Error, Found, Kind, Sent};

pub(super) use message::CREATE_MESSAGE;

/// Builds the exact request.
pub(super) async fn prepare(
    gorgias: &Gorgias,
    action: &Action,
    key: Key,
    now: Timestamp,
) -> Result<Frozen, Error> {
    let draft = match action {
        Action::TicketReply { ticket, text } | Action::TicketNote { ticket, text } => {
            message::draft(gorgias, action.kind(), ticket, text, key).await?
        }
        _ if CAPABILITY.action(action.kind()).is_some() => ticket::draft(gorgias, action).await?,
        other => return Err(no_action(Platform::Gorgias, other)),
    };
    Ok(draft.frozen(action, key, now))
}

/// Sends a frozen request, once. What the answer shows to be done is; the rest is told by [`find`].
pub(super) async fn send(gorgias: &Gorgias, frozen: &Frozen) -> Result<Sent, Error> {
    let answer = gorgias.rest.ask(leaving(Platform::Gorgias, frozen, "application/json")?).await?;
    let shown = match frozen.action {
        Action::TicketReply { .. } | Action::TicketNote { .. } => message::shown(frozen, &answer.body),
        _ => ticket::shown(frozen, &answer.body),
    };
    Ok(shown.map_or(Sent::Accepted, Sent::Confirmed))
}

/// Asks whether a frozen request has happened.
pub(super) async fn find(gorgias: &Gorgias, frozen: &Frozen) -> Result<Found, Error> {
    match frozen.action {
        Action::TicketReply { .. } | Action::TicketNote { .. } => message::find(gorgias, frozen).await,
        _ => ticket::find(gorgias, frozen).await,
    }
}

/// Reads a ticket with its messages.
async fn read(gorgias: &Gorgias, target: &RecordRef) -> Result<String, Error> {
    let path = format!("/api/tickets/{}", whole(&target.external_id)?);
    match gorgias.rest.ask(Request::get(GET_TICKET, path)).await {
        Ok(response) => Ok(response.body),
        Err(error) if error.kind == Kind::Missing && !error.may_pass => {
            Err(impossible(format!("The ticket \"{}\" is no longer in Gorgias.", target.label)))
        }
        Err(error) => Err(error),
    }
}

const GET_TICKET: &str = "GET /api/tickets/{id}";

fn impossible(message: impl Into<String>) -> Error {
    crate::failure::impossible(Platform::Gorgias, "prepare", message)
}
