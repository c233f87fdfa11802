//! Labels, assignee, priority and state of a ticket.
//!
//! All of them are values that are set: doing it twice changes nothing, and whether it happened
//! is seen on the ticket. What a change takes the place of is read while it is prepared, so it
//! can be taken back.
//!
//! Source: developers.gorgias.com, Update a ticket, Add, Set and Delete tags of a ticket.

use fermata_model::{Action, Frozen, Key, Platform, Receipt, RecordRef, Stream, Timestamp};
use serde_json::json;

use super::actions::{impossible, ticket};
use super::{Gorgias, whole, wire};
use crate::failure::{malformed, no_action};
use crate::http::{Method, Purpose, Request};
use crate::reading::why;
use crate::{Error, Found, Sent};

/// Builds the exact request.
pub(super) async fn prepare(
    gorgias: &Gorgias,
    action: &Action,
    key: Key,
    now: Timestamp,
) -> Result<Frozen, Error> {
    let target = action.target();
    if target.stream != Stream::Tickets {
        return Err(impossible("Only a ticket can be changed in this way."));
    }
    let id = whole(&target.external_id)?;
    let held = read(gorgias, id, target).await?;
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
    let (operation, method, path, body) = request(action, id, &held)?;
    Ok(Frozen {
        action: action.clone(),
        key,
        operation: operation.to_owned(),
        method: method.to_owned(),
        path,
        body,
        undo: undo(action, &held).map(Box::new),
        at: now,
    })
}

/// Sends a frozen request, once.
pub(super) async fn send(gorgias: &Gorgias, frozen: &Frozen) -> Result<Sent, Error> {
    let method = match frozen.method.as_str() {
        "POST" => Method::POST,
        "DELETE" => Method::DELETE,
        _ => Method::PUT,
    };
    let request = Request::new(frozen.operation.clone(), method, frozen.path.clone(), Purpose::Effect)
        .body("application/json", frozen.body.clone());
    let response = gorgias.rest.ask(request).await?;
    // Changing tags is answered without a body; the ticket is looked at afterwards.
    match serde_json::from_str::<wire::TicketState>(&response.body) {
        Ok(held) if is_done(&frozen.action, &held) => Ok(Sent::Confirmed(receipt(frozen, &held))),
        _ => Ok(Sent::Accepted),
    }
}

/// Looks at the ticket.
pub(super) async fn find(gorgias: &Gorgias, frozen: &Frozen) -> Result<Found, Error> {
    let target = frozen.action.target();
    let held = read(gorgias, whole(&target.external_id)?, target).await?;
    Ok(if is_done(&frozen.action, &held) { Found::Yes(receipt(frozen, &held)) } else { Found::No })
}

async fn read(gorgias: &Gorgias, id: u64, target: &RecordRef) -> Result<wire::TicketState, Error> {
    let body = ticket(gorgias, id, target).await?;
    serde_json::from_str(&body)
        .map_err(|error| malformed(Platform::Gorgias, "GET /api/tickets/{id}", why(&error)))
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
) -> Result<(&'static str, &'static str, String, String), Error> {
    let body = match action {
        Action::TicketTag { add, remove, .. } => {
            let path = format!("/api/tickets/{id}/tags");
            return Ok(match (add.as_slice(), remove.as_slice()) {
                (add, []) => ("create-ticket-tags", "POST", path, json!({ "names": add }).to_string()),
                ([], remove) => {
                    ("delete-ticket-tags", "DELETE", path, json!({ "names": remove }).to_string())
                }
                (add, remove) => {
                    let kept = held.tags().filter(|tag| !remove.iter().any(|gone| gone == tag));
                    let mut names: Vec<&str> = kept.collect();
                    names.extend(add.iter().map(String::as_str).filter(|tag| !held.carries(tag)));
                    ("update-ticket-tags", "PUT", path, json!({ "names": names }).to_string())
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
    Ok(("update-ticket", "PUT", format!("/api/tickets/{id}"), body.to_string()))
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
        .each("GET /api/tags", "/api/tags", |raw| {
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
