//! Removing an account, through the door.

use std::sync::Arc;
use std::time::Duration;

use fermata_console::wire::{self, ConnectionRef, Nothing, ProposalRef, Propose};
use fermata_console::{Caller, Code, Console, Door};
use fermata_model::{Action, Platform, RecordRef, State, Stream};
use fermata_store::connections::{self, ConnectionState};
use fermata_store::{DatabaseKey, Durability, Store, Writer};

use crate::door::{practising, setup};

async fn gorgias(door: &Door) -> Option<wire::Connection> {
    let list = door.connections(Nothing {}).await.unwrap();
    list.into_iter().find(|connection| connection.platform == Platform::Gorgias)
}

fn note_at(gorgias: &wire::Connection) -> Propose {
    Propose {
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
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_removed_account_leaves_the_queue_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let (console, door) = practising(folder.path()).await;
    let gorgias = gorgias(&door).await.unwrap();
    let id = door.approvals_propose(note_at(&gorgias)).await.unwrap().card.id;
    assert_eq!(door.approvals_show(ProposalRef { id }).await.unwrap().card.state, State::Held);

    door.connections_remove(ConnectionRef { id: gorgias.id }).await.unwrap();
    let card = door.approvals_show(ProposalRef { id }).await.unwrap().card;
    assert_eq!(card.state, State::Refused);
    let said = format!("The Gorgias account {} was removed; nothing was sent", gorgias.name);
    assert_eq!(card.line, said);
    let refused = door.approvals_propose(note_at(&gorgias)).await.unwrap_err();
    assert_eq!(refused.code, Code::NotFound, "nothing more is proposed for it");
    console.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removal_that_was_cut_off_goes_on_by_itself_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let (console, door) = practising(folder.path()).await;
    let account = gorgias(&door).await.unwrap();
    let id = door.approvals_propose(note_at(&account)).await.unwrap().card.id;
    console.close().await;
    drop((console, door));

    // As far as it had come when Fermata died.
    let setup = setup(folder.path());
    let key = std::fs::read_to_string(setup.key_file.as_ref().unwrap()).unwrap();
    let store = Store::open(setup.store_path(), &DatabaseKey::from_hex(key.trim()).unwrap()).unwrap();
    let removing = ConnectionState::Removing { by: "Olga".to_owned() };
    store
        .write(Durability::Full, Writer::System("test"), |tx| {
            connections::set_state(tx, account.id, &removing)
        })
        .unwrap();
    drop(store);

    let console = Console::open(setup).await.unwrap();
    let door = Door::new(Arc::clone(&console), Caller::window());
    let before = gorgias(&door).await.unwrap().problem.unwrap();
    assert!(before.message.contains("being removed"), "{}", before.message);
    console.start().await.unwrap();
    let mut waited = 0;
    while gorgias(&door).await.is_some() {
        assert!(waited < 600, "it is still there after 30 s");
        waited += 1;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let shown = door.approvals_show(ProposalRef { id }).await.unwrap();
    assert_eq!(shown.card.state, State::Refused, "what waited for it went with it");
    assert!(shown.card.line.contains("was removed; nothing was sent"), "{}", shown.card.line);
    console.close().await;
}
