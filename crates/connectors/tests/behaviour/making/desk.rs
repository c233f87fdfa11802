//! What is done at help desks.

use fermata_model::{Action, ActionKind, Entity, Stream};

use super::{named, target};
use crate::behaviour::stage::{Stage, key};

fn open(entity: &Entity) -> bool {
    matches!(entity, Entity::Ticket(ticket)
        if ticket.status == "open" && !ticket.discarded && ticket.channel == "email")
}

pub(super) async fn action(stage: &Stage, kind: ActionKind, nth: usize) -> Action {
    let record = target(stage, Stream::Tickets, nth, open).await;
    let (ticket, text) = (named(&record), "Your parcel is on its way.".to_owned());
    match kind {
        ActionKind::TicketReply => Action::TicketReply { ticket, text },
        ActionKind::TicketNote => Action::TicketNote { ticket, text },
        ActionKind::TicketTag => {
            Action::TicketTag { ticket, add: vec!["late-parcel".to_owned()], remove: Vec::new() }
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
        ActionKind::TicketClose => Action::TicketClose { ticket },
        _ => {
            stage.done(&Action::TicketClose { ticket: ticket.clone() }, key(998)).await;
            Action::TicketReopen { ticket }
        }
    }
}
