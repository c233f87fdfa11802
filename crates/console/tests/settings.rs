//! What is set in Settings holds when it should, and is known after a restart.

use std::sync::Arc;

use fermata_console::wire::{ConnectionRef, ConnectionShare, Limits, Nothing, Preferences, Role};
use fermata_console::{Caller, Code, Console, Door, Way};

use crate::door::{practising, setup};

#[tokio::test(flavor = "multi_thread")]
async fn a_looser_limit_is_shown_as_waiting_and_a_change_beside_it_leaves_it_alone() {
    let folder = tempfile::tempdir().unwrap();
    let door = Door::new(Console::open(setup(folder.path())).await.unwrap(), Caller::window());
    let first = door.limits(Nothing {}).await.unwrap();
    assert_eq!(first.waiting, None);
    let wanted =
        Limits { per_action: "5000".to_owned(), agent_limit: "1.50".to_owned(), ..first.limits.clone() };
    let set = door.limits_set(wanted.clone()).await.unwrap();
    assert_eq!(set.limits.per_action, first.limits.per_action, "what is loosened waits");
    assert_eq!(set.limits.agent_limit, "1.50", "what is tightened does not");
    let waiting = set.waiting.unwrap();
    assert_eq!(waiting.limits, wanted);

    let before = door.preferences(Nothing {}).await.unwrap();
    let longer = Preferences { undo_seconds: before.undo_seconds + 30, ..before };
    door.preferences_set(longer).await.unwrap();
    assert_eq!(door.limits(Nothing {}).await.unwrap().waiting, Some(waiting), "undo is no limit");

    let back = door.limits_set(set.limits.clone()).await.unwrap();
    assert_eq!((back.limits, back.waiting), (set.limits, None), "setting what holds takes it back");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_proof_found_and_the_share_are_known_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let (console, door) = practising(folder.path()).await;
    let list = door.connections(Nothing {}).await.unwrap();
    let fewest = list.iter().min_by_key(|connection| connection.streams.len()).unwrap();
    assert_eq!(fewest.last_proof, None);
    let id = fewest.id;
    let proof = door.connections_prove(ConnectionRef { id }).await.unwrap();
    door.connections_share(ConnectionShare { id, share: 35 }).await.unwrap();
    let operator = Caller { way: Way::Window, role: Role::Operator };
    let refused = Door::new(Arc::clone(&console), operator)
        .connections_share(ConnectionShare { id, share: 90 })
        .await
        .unwrap_err();
    assert_eq!(refused.code, Code::NoRight);
    console.close().await;
    drop((door, console));

    let door = Door::new(Console::open(setup(folder.path())).await.unwrap(), Caller::window());
    let list = door.connections(Nothing {}).await.unwrap();
    let known = list.iter().find(|connection| connection.id == id).unwrap();
    let last = known.last_proof.unwrap();
    assert_eq!((last.at.as_microsecond(), last.holds), (proof.ended_at.as_microsecond(), proof.holds));
    assert_eq!(usize::try_from(last.streams).unwrap(), proof.streams.len());
    assert_eq!(last.unexplained, proof.streams.iter().map(|stream| stream.unexplained).sum::<u32>());
    assert_eq!(known.share, 35);
}
