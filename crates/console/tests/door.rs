//! The door lets in whom it should, and says no in words.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use fermata_console::wire::{Connect, CustomerFind, Nothing, Preferences, Role};
use fermata_console::{COMMANDS, Caller, Code, Console, Door, Setup, Topic, Way};
use fermata_model::Platform;
use serde_json::json;

/// A store of its own in a folder.
pub(crate) fn setup(folder: &Path) -> Setup {
    Setup {
        data_dir: folder.join("data"),
        key_file: Some(folder.join("key")),
        practice: false,
        approval_port: 0,
        shared: None,
    }
}

async fn console(folder: &Path) -> Arc<Console> {
    Console::open(setup(folder)).await.unwrap()
}

/// Opens a store that practises, and the door that the window comes in by.
pub(crate) async fn practising(folder: &Path) -> (Arc<Console>, Door) {
    let console = console(folder).await;
    console.start().await.unwrap();
    let door = Door::new(Arc::clone(&console), Caller::window());
    door.practice_start(Nothing {}).await.unwrap();
    (console, door)
}

/// Waits for what comes by itself within seconds.
async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..600 {
        if is_so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{what}: not within 30 s");
}

#[tokio::test]
async fn a_command_above_the_callers_role_is_refused_whatever_it_asks() {
    let folder = tempfile::tempdir().unwrap();
    let console = console(folder.path()).await;
    for role in [Role::Viewer, Role::Agent, Role::Operator] {
        let door = Door::new(Arc::clone(&console), Caller { way: Way::Window, role });
        let above: Vec<_> = COMMANDS.iter().filter(|command| command.role > role).collect();
        assert!(!above.is_empty());
        for command in above {
            let refused = door.call(command.name, json!({ "nonsense": [] })).await.unwrap_err();
            assert_eq!(refused.code, Code::NoRight, "{} as {}", command.name, role.name());
        }
    }
    let door = Door::new(console, Caller { way: Way::Window, role: Role::Viewer });
    assert!(door.call("status", json!({})).await.is_ok(), "a viewer looks");
}

#[tokio::test]
async fn a_call_that_makes_no_sense_is_told_so() {
    let folder = tempfile::tempdir().unwrap();
    let door = Door::new(console(folder.path()).await, Caller::window());
    let refused = door.call("refund_everything", json!({})).await.unwrap_err();
    assert_eq!(refused.code, Code::NotFound);
    let refused = door.call("approvals_show", json!({ "id": "twelve" })).await.unwrap_err();
    assert_eq!(refused.code, Code::BadRequest);
    let refused = door.customers_find(CustomerFind { who: "1042".to_owned() }).await.unwrap_err();
    assert_eq!(refused.code, Code::NotFound);
    assert!(
        refused.message.contains("1042") && refused.hint.is_some(),
        "a number is more than an id: {refused}"
    );
}

#[tokio::test]
async fn credentials_in_an_address_are_refused_and_not_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let door = Door::new(console(folder.path()).await, Caller::window());
    let request = Connect {
        platform: Platform::Shopify,
        base_url: "https://owner:hunter2@shop.myshopify.com".to_owned(),
        credentials: [("access_token".to_owned(), "shpat_secret".to_owned())].into(),
        approval: None,
    };
    let shown = format!("{request:?}");
    assert!(!shown.contains("shpat_secret") && shown.contains("access_token"), "{shown}");
    let refused = door.connections_test(request).await.unwrap_err();
    assert_eq!(refused.code, Code::BadRequest);
    assert!(!format!("{refused:?}").contains("hunter2"), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn first_starts_at_the_same_moment_make_one_store_with_one_key() {
    let folder = tempfile::tempdir().unwrap();
    let starts: Vec<_> = (0..4).map(|_| tokio::spawn(Console::open(setup(folder.path())))).collect();
    for start in starts {
        assert!(start.await.unwrap().is_ok(), "each opens the same store");
    }
    assert!(Console::open(setup(folder.path())).await.is_ok(), "and so does who comes later");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_only_looked_takes_over_when_the_other_ends() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (console(folder.path()).await, console(folder.path()).await);
    first.start().await.unwrap();
    second.start().await.unwrap();
    assert!(first.is_runner() && !second.is_runner(), "one of them runs the loops");
    first.close().await;
    until("the second takes over", || second.is_runner()).await;
    second.close().await;
    assert!(!second.is_runner());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_process_changed_becomes_stale_here() {
    let folder = tempfile::tempdir().unwrap();
    let (ours, other) = (console(folder.path()).await, console(folder.path()).await);
    ours.start().await.unwrap();
    let mut changes = ours.changes();
    let door = Door::new(other, Caller::command_line());
    let preferences = door.preferences(Nothing {}).await.unwrap();
    door.preferences_set(Preferences { person: "Mia".to_owned(), ..preferences }).await.unwrap();
    let told = tokio::time::timeout(Duration::from_secs(30), changes.recv()).await.unwrap().unwrap();
    assert!(told.contains(&Topic::Settings), "{told:?}");
    ours.close().await;
}
