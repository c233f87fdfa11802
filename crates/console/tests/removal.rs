//! Removing an account, through the door.

use fermata_console::Code;
use fermata_console::wire::{ConnectionRef, Nothing, ProposalRef, Propose};
use fermata_model::{Action, Platform, RecordRef, State, Stream};

use crate::door::practising;

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_removed_account_leaves_the_queue_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let (console, door) = practising(folder.path()).await;
    let list = door.connections(Nothing {}).await.unwrap();
    let gorgias = list.iter().find(|connection| connection.platform == Platform::Gorgias).unwrap();
    let note = || Propose {
        action: Action::TicketNote {
            ticket: RecordRef {
                connection: gorgias.id,
                stream: Stream::Tickets,
                external_id: "1".to_owned(),
                label: "Where is it?".to_owned(),
            },
            text: "Looked into it.".to_owned(),
        },
        why: "It was asked for.".to_owned(),
    };
    let id = door.approvals_propose(note()).await.unwrap().card.id;
    assert_eq!(door.approvals_show(ProposalRef { id }).await.unwrap().card.state, State::Held);

    door.connections_remove(ConnectionRef { id: gorgias.id }).await.unwrap();
    let card = door.approvals_show(ProposalRef { id }).await.unwrap().card;
    assert_eq!(card.state, State::Refused);
    let said = format!("The Gorgias account {} was removed; nothing was sent", gorgias.name);
    assert_eq!(card.line, said);
    let refused = door.approvals_propose(note()).await.unwrap_err();
    assert_eq!(refused.code, Code::NotFound, "nothing more is proposed for it");
    console.close().await;
}
