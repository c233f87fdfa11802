//! What is done at help desks.

use fermata_model::{Action, ActionKind, Entity, Nature, Record, Stream};

use super::{named, target};
use crate::behaviour::stage::{Stage, key};

fn open(entity: &Entity) -> bool {
    matches!(entity, Entity::Ticket(ticket)
        if ticket.status == "open" && !ticket.discarded && ticket.channel == "email")
}

fn closed(entity: &Entity) -> bool {
    matches!(entity, Entity::Ticket(ticket) if ticket.status == "closed" && !ticket.discarded)
}

fn any(entity: &Entity) -> bool {
    matches!(entity, Entity::Ticket(ticket) if !ticket.discarded)
}

pub(super) async fn action(stage: &Stage, kind: ActionKind, nth: usize) -> Action {
    let fits = match kind {
        ActionKind::TicketReply | ActionKind::TicketNote => open,
        ActionKind::TicketReopen => closed,
        _ => any,
    };
    // A ticket may be like that already; the next one is not.
    for next in 0..20 {
        let record = target(stage, Stream::Tickets, nth + next, fits).await;
        let action = on_ticket(stage, kind, nth, &record).await;
        if kind.nature() != Nature::Sets || stage.prepare(&action, key(996)).await.is_ok() {
            return action;
        }
    }
    panic!("no ticket that {kind} changes");
}

async fn on_ticket(stage: &Stage, kind: ActionKind, nth: usize, record: &Record) -> Action {
    let (ticket, text) = (named(record), "Your parcel is on its way.".to_owned());
    match kind {
        ActionKind::TicketReply => Action::TicketReply { ticket, text },
        ActionKind::TicketNote => Action::TicketNote { ticket, text },
        ActionKind::TicketTag => {
            let Entity::Ticket(held) = &record.entity else { unreachable!() };
            let tag = target(stage, Stream::Tags, nth, |_| true).await;
            let Entity::Tag(tag) = tag.entity else { unreachable!() };
            let carried = held.tags.contains(&tag.name);
            let (add, remove) = if carried { (vec![], vec![tag.name]) } else { (vec![tag.name], vec![]) };
            Action::TicketTag { ticket, add, remove }
        }
        ActionKind::TicketAssign => {
            let agent = target(
                stage,
                Stream::Agents,
                nth,
                |entity| matches!(entity, Entity::Agent(agent) if agent.active),
            );
            Action::TicketAssign { ticket, agent: Some(agent.await.external_id) }
        }
        ActionKind::TicketPrioritise => Action::TicketPrioritise { ticket, priority: "critical".to_owned() },
        ActionKind::TicketClose => {
            if closed(&record.entity) {
                stage.done(&Action::TicketReopen { ticket: ticket.clone() }, key(998)).await;
            }
            Action::TicketClose { ticket }
        }
        _ => Action::TicketReopen { ticket },
    }
}
