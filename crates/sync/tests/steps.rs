//! One step at a time: where a pass begins, goes on and ends.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use fermata_connectors::Kind;
use fermata_model::record::Unreadable;
use fermata_model::{Change, ConnectionId, Platform, Stream, Timestamp};
use fermata_store::connections::{self, ConnectionState, NewConnection};
use fermata_store::{DatabaseKey, Durability, Store, Writer, alerts, aside, customers, progress};
use fermata_sync::{Sync, duties};
use tokio_util::sync::CancellationToken;

use crate::scripted::{BOTH, Script, failure, page};

pub(crate) const SHOP: ConnectionId = ConnectionId(1);

pub(crate) struct Scene {
    pub(crate) store: Store,
    pub(crate) sync: Sync,
    pub(crate) now: Arc<Mutex<Timestamp>>,
    _dir: tempfile::TempDir,
}

pub(crate) fn noon() -> Timestamp {
    "2026-11-02T12:00:00Z".parse().unwrap()
}

pub(crate) fn scene(script: &Arc<Script>) -> Scene {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path().join("store.db"), &DatabaseKey::new([5; 32])).unwrap();
    store
        .write(Durability::Normal, Writer::System("test"), |tx| {
            let new = NewConnection {
                platform: Platform::Shopify,
                name: "Shop".into(),
                base_url: "https://shop.example".into(),
                at: noon(),
            };
            connections::add(tx, &new)
        })
        .unwrap();
    let now = Arc::new(Mutex::new(noon()));
    let sync = sync(&store, script, &now);
    Scene { store, sync, now, _dir: dir }
}

fn sync(store: &Store, script: &Arc<Script>, now: &Arc<Mutex<Timestamp>>) -> Sync {
    let (clock, script) = (now.clone(), script.clone());
    Sync::new(store.clone(), Arc::new(move |_| Ok(script.clone())), Arc::new(move || *clock.lock().unwrap()))
}

/// Runs the schedule, as time flies, until the script was asked so often; returns how long it
/// took.
async fn scheduled(sync: &Sync, script: &Script, count: usize) -> Duration {
    let begin = tokio::time::Instant::now();
    let stop = CancellationToken::new();
    let running = tokio::spawn({
        let (sync, stop) = (sync.clone(), stop.clone());
        async move { sync.run(stop).await }
    });
    while script.asked().len() < count {
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert!(begin.elapsed() < Duration::from_secs(24 * 3600), "asked {} times", script.asked().len());
    }
    stop.cancel();
    running.await.unwrap().unwrap();
    begin.elapsed()
}

impl Scene {
    /// Ends the program and begins it again.
    pub(crate) fn restart(&mut self, script: &Arc<Script>) {
        self.sync = sync(&self.store, script, &self.now);
    }

    /// Lets hours pass.
    pub(crate) fn wait(&self, hours: u64) {
        let mut now = self.now.lock().unwrap();
        *now += Duration::from_secs(hours * 3600);
    }

    async fn pass(&self) -> Result<fermata_sync::Passed, fermata_sync::Error> {
        self.sync.pass(SHOP, Stream::Customers).await
    }

    fn progress(&self) -> progress::Progress {
        self.store.read(|conn| progress::get(conn, SHOP, Stream::Customers)).unwrap()
    }

    fn customers(&self) -> u64 {
        self.store.read(customers::count).unwrap()
    }
}

#[tokio::test]
async fn an_interrupted_backfill_goes_on_at_its_page() {
    let script = Script::new([page(&[1, 2], Some("b")), page(&[3], Some("c")), failure(Kind::Unreachable)]);
    let scene = scene(&script);
    assert!(scene.pass().await.is_err());
    assert_eq!(scene.customers(), 3, "what had landed stays");
    *scene.now.lock().unwrap() = noon() + Duration::from_secs(600);
    script.answer(page(&[4], None));
    scene.pass().await.unwrap();
    let last = script.asked().pop().unwrap();
    assert_eq!((last.token.as_deref(), last.until), (Some("c"), noon()), "the same pass, the same window");
    let progress = scene.progress();
    assert!(progress.backfilled);
    assert_eq!(progress.mark, Some(noon()), "what changed while it was interrupted is still to be read");
    assert_eq!(scene.customers(), 4);
}

#[tokio::test]
async fn a_later_pass_begins_before_the_mark_and_ends_at_the_present() {
    let script = Script::new([page(&[1], None)]);
    let scene = scene(&script);
    scene.pass().await.unwrap();
    let later = noon() + Duration::from_secs(3600);
    *scene.now.lock().unwrap() = later;
    scene.pass().await.unwrap();
    let asked = script.asked();
    assert_eq!(asked[0].since, None);
    assert_eq!(asked[1].since, Some(noon() - Duration::from_secs(60)));
    assert_eq!(asked[1].until, later);

    *scene.now.lock().unwrap() = noon();
    scene.pass().await.unwrap();
    let third = script.asked().pop().unwrap();
    assert_eq!(third.since, Some(noon() - Duration::from_secs(60)), "a clock set back leaves no gap");
}

#[tokio::test]
async fn a_forgotten_page_token_begins_the_pass_again() {
    let script = Script::new([
        page(&[1], Some("b")),
        failure(Kind::CursorRefused),
        page(&[1], Some("b")),
        page(&[2], None),
    ]);
    let scene = scene(&script);
    let passed = scene.pass().await.unwrap();
    assert_eq!(passed.restarts, 1);
    assert_eq!(scene.customers(), 2);
}

#[tokio::test]
async fn a_platform_that_turns_in_circles_is_left() {
    for circle in [vec!["b"], vec!["b", "c", "d"]] {
        let script = Script::new(circle.iter().cycle().take(9).map(|next| page(&[1], Some(next))));
        let scene = scene(&script);
        assert!(matches!(scene.pass().await, Err(fermata_sync::Error::Circle(_))));
        assert_eq!(script.asked().len(), circle.len() + 1);
    }
}

#[tokio::test]
async fn a_first_walk_that_always_finds_one_more_page_with_nothing_new_on_it_is_left() {
    for ids in [&[][..], &[1, 2]] {
        let tokens: Vec<String> = (0..6_000).map(|number| format!("t{number}")).collect();
        let script = Script::new(tokens.iter().map(|next| page(ids, Some(next))));
        let scene = scene(&script);
        let error = scene.pass().await.unwrap_err();
        assert!(matches!(error, fermata_sync::Error::Circle(_)), "{error}");
        let asked = script.asked().len();
        assert!((5_000..=5_001).contains(&asked), "asked {asked} times");
        assert_eq!(scene.customers(), ids.len() as u64, "what came is kept");
    }
}

#[tokio::test]
async fn failures_that_pass_by_themselves_are_said_when_they_last() {
    let script = Script::new((0..3).map(|_| failure(Kind::Broken)));
    let scene = scene(&script);
    let state = || scene.store.read(|conn| connections::get(conn, SHOP)).unwrap().state;
    scene.sync.once(SHOP).await.unwrap();
    scene.sync.once(SHOP).await.unwrap();
    assert_eq!(state(), ConnectionState::Ok);
    scene.sync.once(SHOP).await.unwrap();
    assert!(matches!(state(), ConnectionState::Failing { .. }));
    assert_eq!(scene.store.read(alerts::open).unwrap().len(), 1);
    scene.sync.once(SHOP).await.unwrap();
    assert_eq!(state(), ConnectionState::Ok);
    assert!(scene.store.read(alerts::open).unwrap().is_empty(), "it clears itself");
}

#[tokio::test]
async fn a_poison_record_goes_aside_and_can_be_read_again() {
    let mut poisoned = page(&[1], None).unwrap();
    for raw in ["7", "not yet"] {
        poisoned.changes.push(Change::Unreadable(Unreadable {
            stream: Stream::Customers,
            external_id: None,
            reason: "It has a shape we do not know.".into(),
            raw: raw.into(),
        }));
    }
    let script = Script::new([Ok(poisoned)]);
    let scene = scene(&script);
    scene.sync.once(SHOP).await.unwrap();
    assert_eq!(scene.customers(), 1, "its neighbours land");
    let held = || scene.store.read(|conn| aside::list(conn, Some(SHOP))).unwrap();
    assert_eq!(held().len(), 2);
    assert_eq!(scene.store.read(alerts::open).unwrap().len(), 1);
    let again = duties::reread(&scene.sync, SHOP).await.unwrap();
    assert_eq!((again.new, again.set_aside), (1, 1));
    assert_eq!(scene.customers(), 2);
    assert_eq!(held().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_schedule_reads_at_its_cadence_and_when_nudged() {
    let script = Script::new([]);
    let scene = scene(&script);
    let stop = CancellationToken::new();
    let running = tokio::spawn({
        let (sync, stop) = (scene.sync.clone(), stop.clone());
        async move { sync.run(stop).await }
    });
    let asked = async |count: usize| {
        while script.asked().len() < count {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let begin = tokio::time::Instant::now();
    asked(3).await;
    let waited = begin.elapsed();
    assert!((Duration::from_secs(120)..Duration::from_secs(140)).contains(&waited), "{waited:?}");
    scene.sync.nudge(SHOP);
    asked(4).await;
    assert!(begin.elapsed() - waited < Duration::from_secs(10), "a nudge does not wait");
    stop.cancel();
    running.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_fails_does_not_hold_up_another() {
    let failing = Script::new((0..50).map(|_| failure(Kind::Unreachable)));
    let well = Script::new([]);
    let scene = scene(&well);
    let other = scene
        .store
        .write(Durability::Normal, Writer::System("test"), |tx| {
            let new = NewConnection {
                platform: Platform::Shopify,
                name: "Other shop".into(),
                base_url: "https://other.example".into(),
                at: noon(),
            };
            connections::add(tx, &new)
        })
        .unwrap();
    let (one, two) = (failing.clone(), well.clone());
    let sync = Sync::new(
        scene.store.clone(),
        Arc::new(move |connection| Ok(if connection.id == other { one.clone() } else { two.clone() })),
        Arc::new(noon),
    );
    let stop = CancellationToken::new();
    let running = tokio::spawn({
        let stop = stop.clone();
        async move { sync.run(stop).await }
    });
    while well.asked().len() < 10 {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let tries = failing.asked().len();
    assert!((3..9).contains(&tries), "it rests longer each time: {tries} tries in nine minutes");
    stop.cancel();
    running.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_keeps_failing_does_not_hold_up_the_next() {
    let script =
        Arc::new(Script { capability: Some(&BOTH), broken: Some(Stream::Customers), ..Script::default() });
    scheduled(&scene(&script).sync, &script, 30).await;
    let orders = script.asked().iter().filter(|pull| pull.stream == Stream::Orders).count();
    assert!(orders > 10, "{orders} of 30");
}

#[tokio::test(start_paused = true)]
async fn a_refused_sign_in_is_asked_again_after_an_hour() {
    let script = Script::new([failure(Kind::SignIn)]);
    let waited = scheduled(&scene(&script).sync, &script, 2).await;
    assert!((Duration::from_secs(3600)..Duration::from_secs(3700)).contains(&waited), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn a_task_that_dies_is_begun_again() {
    let script = Script::new([]);
    let scene = scene(&script);
    let first = Arc::new(std::sync::atomic::AtomicBool::new(true));
    let made = script.clone();
    let connect = move |_: &connections::Connection| {
        assert!(!first.swap(false, std::sync::atomic::Ordering::SeqCst), "dies the first time");
        Ok(made.clone() as Arc<dyn fermata_connectors::Connector>)
    };
    let sync = Sync::new(scene.store.clone(), Arc::new(connect), Arc::new(noon));
    let waited = scheduled(&sync, &script, 1).await;
    assert!(waited < Duration::from_secs(60), "{waited:?}");
}
