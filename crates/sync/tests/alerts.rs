//! What needs a person is said with its cause and the next step, and clears itself.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use fermata_connectors::{Error, Kind};
use fermata_model::{ConnectionId, Platform, Stream, Timestamp};
use fermata_store::alerts::{self, Alert};
use fermata_store::connections::{self, ConnectionState, NewConnection};
use fermata_store::progress::{self, Progress};
use fermata_store::{DatabaseKey, Durability, Store, Writer};
use fermata_sync::Sync;
use tokio_util::sync::CancellationToken;

use crate::scripted::{AGEING, BOTH, PRICED, Script, page};
use crate::steps::{SHOP, Scene, noon, scene};

fn open(scene: &Scene) -> Vec<Alert> {
    scene.store.read(alerts::open).unwrap()
}

fn throttled(wait: u64) -> Error {
    Error::new(Platform::Shopify, "customers", Kind::Throttled, "Shopify wants us to slow down.")
        .with_retry_after(Duration::from_secs(wait))
}

#[tokio::test]
async fn the_end_of_an_api_version_is_said_weeks_before() {
    let script = Arc::new(Script { capability: Some(&AGEING), ..Script::default() });
    let mut scene = scene(&script);
    scene.sync.once(SHOP).await.unwrap();
    assert!(open(&scene).is_empty(), "74 days before nobody has to do anything");
    scene.wait(15 * 24);
    scene.sync.once(SHOP).await.unwrap();
    let said = open(&scene);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].cause.contains("2027-01-15") && said[0].next_step.contains("Update"), "{said:?}");
    let updated = Script::new([]);
    scene.restart(&updated);
    scene.sync.once(SHOP).await.unwrap();
    assert!(open(&scene).is_empty(), "a version that speaks a newer one clears it");
}

#[tokio::test]
async fn a_used_up_allowance_is_said_once_it_puts_reading_off_for_minutes() {
    let script = Script::new([Err(throttled(60)), Err(throttled(400))]);
    let scene = scene(&script);
    scene.sync.once(SHOP).await.unwrap();
    assert!(open(&scene).is_empty(), "a minute is nothing");
    scene.sync.once(SHOP).await.unwrap();
    let said = open(&scene);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].cause.contains("allowance") && said[0].next_step.contains("share"), "{said:?}");
    scene.sync.once(SHOP).await.unwrap();
    assert!(open(&scene).is_empty());

    for _ in 0..7 {
        script.answer(Err(throttled(50)));
        scene.sync.once(SHOP).await.unwrap();
        *scene.now.lock().unwrap() += Duration::from_secs(50);
    }
    assert_eq!(open(&scene).len(), 1, "many short waits are one long one");
}

/// Lets the schedule run for so long, as time flies.
async fn run_for(sync: &Sync, time: Duration) {
    let stop = CancellationToken::new();
    let running = tokio::spawn({
        let (sync, stop) = (sync.clone(), stop.clone());
        async move { sync.run(stop).await }
    });
    let end = tokio::time::Instant::now() + time;
    while tokio::time::Instant::now() < end {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    stop.cancel();
    running.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_stands_still_without_a_word_is_said() {
    let script = Script::new([page(&[1], None)]);
    let scene = scene(&script);
    run_for(&scene.sync, Duration::from_secs(600)).await;
    script.silent.store(true, Ordering::SeqCst);
    run_for(&scene.sync, Duration::from_secs(14 * 60)).await;
    assert!(open(&scene).is_empty(), "not before a quarter of an hour");
    run_for(&scene.sync, Duration::from_secs(17 * 60)).await;
    let said = open(&scene);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].cause.contains("customers not read for"), "{said:?}");
    script.silent.store(false, Ordering::SeqCst);
    *scene.now.lock().unwrap() += Duration::from_secs(3600);
    run_for(&scene.sync, Duration::from_secs(180)).await;
    assert!(open(&scene).is_empty(), "it clears itself");
}

#[tokio::test(start_paused = true)]
async fn an_alert_calls_what_is_read_as_people_do() {
    let script = Arc::new(Script { capability: Some(&PRICED), ..Script::default() });
    let scene = scene(&script);
    run_for(&scene.sync, Duration::from_secs(600)).await;
    script.silent.store(true, Ordering::SeqCst);
    run_for(&scene.sync, Duration::from_secs(31 * 60)).await;
    let said = open(&scene);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].cause.contains("price lists not read for"), "{said:?}");
}

#[tokio::test(start_paused = true)]
async fn of_twelve_connections_three_in_trouble_do_not_hold_up_the_others() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path().join("store.db"), &DatabaseKey::new([5; 32])).unwrap();
    let ids: Vec<ConnectionId> = (1..=12)
        .map(|nth| {
            store
                .write(Durability::Normal, Writer::System("test"), |tx| {
                    let new = NewConnection {
                        platform: Platform::Shopify,
                        name: format!("Shop {nth}"),
                        base_url: format!("https://shop-{nth}.example"),
                        at: noon(),
                    };
                    connections::add(tx, &new)
                })
                .unwrap()
        })
        .collect();
    let troubles: [fn() -> Error; 3] = [
        || Error::new(Platform::Shopify, "customers", Kind::Unreachable, "Shopify could not be reached."),
        || throttled(30),
        || {
            Error::new(
                Platform::Shopify,
                "customers",
                Kind::Broken,
                "Shopify answered with a page for people.",
            )
        },
    ];
    let scripts: Vec<Arc<Script>> = (0..12)
        .map(|nth| Arc::new(Script { always: troubles.get(nth).copied(), ..Script::default() }))
        .collect();
    let begin = tokio::time::Instant::now();
    let clock = move || -> Timestamp { noon() + begin.elapsed() };
    let (made, first) = (scripts.clone(), ids[0].0);
    let sync = Sync::new(
        store.clone(),
        Arc::new(move |connection| Ok(made[usize::try_from(connection.id.0 - first).unwrap()].clone())),
        Arc::new(clock),
    );
    run_for(&sync, Duration::from_secs(20 * 60)).await;
    for (nth, script) in scripts.iter().enumerate() {
        let asked = script.asked();
        if nth < 3 {
            assert!((4..60).contains(&asked.len()), "{nth} was asked {} times", asked.len());
            let state = store.read(|conn| connections::get(conn, ids[nth])).unwrap().state;
            assert!(matches!(state, ConnectionState::Failing { .. }), "{nth}: {state:?}");
            continue;
        }
        assert!(asked.len() >= 19, "{nth} was asked {} times", asked.len());
        let longest = asked.windows(2).map(|two| two[1].until.duration_since(two[0].until)).max().unwrap();
        assert!(longest.as_secs() <= 70, "{nth} waited {longest} though its cadence is a minute");
    }
    let open = store.read(alerts::open).unwrap();
    assert_eq!(open.len(), 3, "{open:?}");
}

/// What a store without a part of its platform answers.
fn not_offered() -> Result<fermata_connectors::Page, Error> {
    let message = "This store has no such part, or the token does not open it.";
    let error = Error::new(Platform::Shopify, "orders", Kind::NotOffered, message);
    Err(error.with_hint("If it has, give the token the scope. Otherwise there is nothing to do."))
}

fn orders(scene: &Scene) -> Progress {
    scene.store.read(|conn| progress::get(conn, SHOP, Stream::Orders)).unwrap()
}

fn state(scene: &Scene) -> ConnectionState {
    scene.store.read(|conn| connections::get(conn, SHOP)).unwrap().state
}

#[tokio::test]
async fn what_an_account_never_had_is_said_without_an_alarm_and_leaves_the_rest_as_it_is() {
    let script = Arc::new(Script { capability: Some(&BOTH), ..Script::default() });
    let scene = scene(&script);
    for _ in 0..5 {
        script.answer(page(&[1], None));
        script.answer(not_offered());
        scene.sync.once(SHOP).await.unwrap();
        assert!(open(&scene).is_empty(), "{:?}", open(&scene));
        assert_eq!(state(&scene), ConnectionState::Ok);
    }
    let held = orders(&scene);
    assert!(held.absent().unwrap().ends_with("Otherwise there is nothing to do."), "{held:?}");
    assert!(held.is_settled() && !held.backfilled);
    script.answer(page(&[1], None));
    script.answer(page(&[1], None));
    let proof = scene.sync.prove(SHOP).await.unwrap();
    let streams: Vec<Stream> = proof.streams.iter().map(|stream| stream.stream).collect();
    assert_eq!(streams, [Stream::Customers], "there is nothing to compare on either side");
    assert!(proof.holds(), "{proof:?}");

    // Somebody buys it: it is read from its beginning, as anything new.
    scene.sync.once(SHOP).await.unwrap();
    let held = orders(&scene);
    assert!(held.backfilled && held.absent().is_none());
}

#[tokio::test]
async fn what_an_account_never_had_does_not_hide_that_others_recovered() {
    let script = Arc::new(Script { capability: Some(&BOTH), ..Script::default() });
    let scene = scene(&script);
    for _ in 0..3 {
        script.answer(Err(Error::new(Platform::Shopify, "customers", Kind::Broken, "Shopify failed.")));
        script.answer(not_offered());
        scene.sync.once(SHOP).await.unwrap();
    }
    assert!(matches!(state(&scene), ConnectionState::Failing { .. }), "customers fail");
    script.answer(page(&[1], None));
    script.answer(not_offered());
    scene.sync.once(SHOP).await.unwrap();
    assert_eq!((state(&scene), open(&scene).len()), (ConnectionState::Ok, 0));
}

#[tokio::test]
async fn what_an_account_had_and_lost_is_an_alarm_until_it_is_back() {
    let script = Arc::new(Script { capability: Some(&BOTH), ..Script::default() });
    let scene = scene(&script);
    scene.sync.once(SHOP).await.unwrap();
    script.answer(page(&[], None));
    script.answer(not_offered());
    scene.sync.once(SHOP).await.unwrap();
    let said = open(&scene);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(
        said[0].cause.contains("orders cannot be read") && said[0].next_step.contains("scope"),
        "{said:?}"
    );
    assert!(orders(&scene).absent().is_none(), "what is here is not nothing");
    scene.sync.once(SHOP).await.unwrap();
    assert!(open(&scene).is_empty());
}
