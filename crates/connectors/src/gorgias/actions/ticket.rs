//! Labels, assignee, priority and state of a ticket.
//!
//! What a change takes the place of is read while it is prepared, so it can be taken back.
//!
//! Source: developers.gorgias.com, Update a ticket, Add, Set and Delete tags of a ticket.

use fermata_model::{Action, Frozen, Platform, Receipt, RecordRef, Stream};
use serde_json::json;

use super::super::{Gorgias, whole, wire};
use super::{Draft, GET_TICKET, impossible, read};
use crate::failure::{malformed, no_action};
use crate::http::{Method, Request};
use crate::reading::why;
use crate::{Error, Found};

/// Builds the request that changes a ticket.
pub(super) async fn draft(gorgias: &Gorgias, action: &Action) -> Result<Draft, Error> {
    let target = action.target();
    if target.stream != Stream::Tickets {
        return Err(impossible("Only a ticket can be changed in this way."));
    }
    let held = state(gorgias, target).await?;
    if held.trashed_datetime.is_some() {
        return Err(impossible(format!("The ticket \"{}\" is in the bin.", target.label)));
    }
    if is_done(action, &held) {
        let what =
            format!("The ticket \"{}\" is like that already, so there is nothing to do.", target.label);
        return Err(impossible(what));
    }
    if let Action::TicketTag { add, .. } = action {
        must_exist(gorgias, add).await?;
    }
    let (operation, method, path, body) = request(action, whole(&target.external_id)?, &held)?;
    Ok(Draft { operation, method, path, body, undo: undo(action, &held) })
}

/// Reads the answer, which is the ticket as it is now; changing tags is answered without a body.
pub(super) fn shown(frozen: &Frozen, body: &str) -> Option<Receipt> {
    let held = serde_json::from_str::<wire::TicketState>(body).ok()?;
    is_done(&frozen.action, &held).then(|| receipt(frozen, &held))
}

/// Looks at the ticket.
pub(super) async fn find(gorgias: &Gorgias, frozen: &Frozen) -> Result<Found, Error> {
    let held = state(gorgias, frozen.action.target()).await?;
    Ok(if is_done(&frozen.action, &held) { Found::Yes(receipt(frozen, &held)) } else { Found::No })
}

async fn state(gorgias: &Gorgias, target: &RecordRef) -> Result<wire::TicketState, Error> {
    serde_json::from_str(&read(gorgias, target).await?)
        .map_err(|error| malformed(Platform::Gorgias, GET_TICKET, why(&error)))
}

fn receipt(frozen: &Frozen, held: &wire::TicketState) -> Receipt {
    Receipt {
        external_id: frozen.action.target().external_id.clone(),
        at: held.updated_datetime.map_or(frozen.at, |moment| moment.0),
        amount: None,
    }
}

/// Tells whether a ticket is as an action wants it.
fn is_done(action: &Action, held: &wire::TicketState) -> bool {
    match action {
        Action::TicketTag { add, remove, .. } => {
            add.iter().all(|tag| held.carries(tag)) && !remove.iter().any(|tag| held.carries(tag))
        }
        Action::TicketAssign { agent, .. } => held.agent() == agent.as_deref(),
        Action::TicketPrioritise { priority, .. } => held.priority.0.as_ref() == Some(priority),
        Action::TicketClose { .. } => held.status == "closed",
        Action::TicketReopen { .. } => held.status == "open",
        _ => false,
    }
}

/// Returns the vendor's name of the operation, the method, the path and the body.
fn request(
    action: &Action,
    id: u64,
    held: &wire::TicketState,
) -> Result<(&'static str, Method, String, String), Error> {
    let body = match action {
        Action::TicketTag { add, remove, .. } => {
            let path = format!("/api/tickets/{id}/tags");
            return Ok(match (add.as_slice(), remove.as_slice()) {
                (add, []) => ("create-ticket-tags", Method::POST, path, json!({ "names": add }).to_string()),
                ([], remove) => {
                    ("delete-ticket-tags", Method::DELETE, path, json!({ "names": remove }).to_string())
                }
                (add, remove) => {
                    let kept = held.tags().filter(|tag| !remove.iter().any(|gone| gone == tag));
                    let mut names: Vec<&str> = kept.collect();
                    names.extend(add.iter().map(String::as_str).filter(|tag| !held.carries(tag)));
                    ("update-ticket-tags", Method::PUT, path, json!({ "names": names }).to_string())
                }
            });
        }
        Action::TicketAssign { agent, .. } => {
            let agent = agent.as_deref().map(whole).transpose()?;
            json!({ "assignee_user": { "id": agent } })
        }
        Action::TicketPrioritise { priority, .. } => json!({ "priority": priority }),
        Action::TicketClose { .. } => json!({ "status": "closed" }),
        Action::TicketReopen { .. } => json!({ "status": "open" }),
        other => return Err(no_action(Platform::Gorgias, other)),
    };
    Ok(("update-ticket", Method::PUT, format!("/api/tickets/{id}"), body.to_string()))
}

/// Returns what takes an action back, as the ticket stood before it.
fn undo(action: &Action, held: &wire::TicketState) -> Option<Action> {
    let ticket = action.target().clone();
    Some(match action {
        Action::TicketTag { add, remove, .. } => Action::TicketTag {
            ticket,
            add: remove.iter().filter(|tag| held.carries(tag)).cloned().collect(),
            remove: add.iter().filter(|tag| !held.carries(tag)).cloned().collect(),
        },
        Action::TicketAssign { .. } => {
            Action::TicketAssign { ticket, agent: held.agent().map(str::to_owned) }
        }
        Action::TicketPrioritise { .. } => {
            Action::TicketPrioritise { ticket, priority: held.priority.0.clone()? }
        }
        Action::TicketClose { .. } => Action::TicketReopen { ticket },
        Action::TicketReopen { .. } => Action::TicketClose { ticket },
        _ => return None,
    })
}

/// Checks that labels exist in the account. What becomes of one that does not is not documented.
async fn must_exist(gorgias: &Gorgias, tags: &[String]) -> Result<(), Error> {
    if tags.is_empty() {
        return Ok(());
    }
    let mut known = Vec::new();
    gorgias
        .each(Request::get("GET /api/tags", "/api/tags"), |raw| {
            let name = serde_json::from_str::<wire::Tag>(raw).ok().and_then(|tag| tag.name.0);
            known.extend(name);
        })
        .await?;
    match tags.iter().find(|tag| !known.contains(tag)) {
        None => Ok(()),
        Some(tag) => Err(impossible(format!("There is no label \"{tag}\" in Gorgias."))
            .with_hint("Make it in Gorgias under Settings, Productivity, Tags; capitals matter.")),
    }
}
