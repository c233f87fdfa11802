//! The process ends anywhere, or sleeps too long; each approved action reaches the platform once
//! or not at all.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};

use fermata_engine::fail_points::{self, AbortAt, FailPoints, NoFailPoints};
use fermata_engine::{Decision, Settlement, Undo};
use fermata_model::State;

use crate::shop::{Answer, Shop, mia};

/// Panics at a fail point, which in one process is as near to a crash as a test can get: the
/// writes so far stay, nothing after them happens.
struct PanicAt(&'static str, AtomicU32);

impl FailPoints for PanicAt {
    fn hit(&self, name: &'static str) {
        if name == self.0 && self.1.fetch_sub(1, Ordering::SeqCst) == 1 {
            panic!("crash at {name}");
        }
    }
}

/// Lets the sender run until it is done or crashes, in a runtime of its own whose last threads have
/// ended when this returns. Returns whether it crashed.
async fn run_into(shop: &Shop) -> bool {
    let engine = shop.engine.clone();
    let process = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async { while engine.send_due().await > 0 {} });
    });
    tokio::task::spawn_blocking(move || process.join().is_err()).await.unwrap()
}

/// Settles by the platform's own books, as a person would who looks there.
async fn settle_all(shop: &Shop, rows: &[fermata_engine::Proposal]) {
    for _ in 0..20 {
        shop.live(200).await;
        for row in rows {
            let row = shop.row(row);
            if row.state == State::InDoubt && row.progress.looks.needs_person {
                assert!(!shop.platform.books().contains(&row.key), "what happened is found, not asked about");
                shop.engine
                    .settle(row.id, row.version, Settlement::SendAgain, "not in the books", &mia())
                    .unwrap();
            }
        }
        if rows.iter().all(|row| !shop.row(row).state.is_unfinished()) {
            return;
        }
    }
}

fn assert_books_equal_approvals(shop: &Shop, rows: &[fermata_engine::Proposal]) {
    let books = shop.platform.books();
    let once: BTreeSet<_> = books.iter().map(|key| key.0).collect();
    assert_eq!(once.len(), books.len(), "something was done twice");
    for row in rows {
        let row = shop.row(row);
        let done = books.contains(&row.key);
        assert_eq!(
            row.state == State::Confirmed,
            done,
            "{} is {} and in the books: {done}",
            row.id,
            row.state
        );
    }
    assert_eq!(shop.engine.verify_audit().unwrap().broken_at, None);
}

#[tokio::test]
async fn a_crash_at_any_fail_point_loses_nothing_and_doubles_nothing() {
    for &point in fail_points::ALL.iter().filter(|point| **point != fail_points::AFTER_APPROVE) {
        for nth in [1, 2, 5] {
            let shop = Shop::open().with_fail_points(Arc::new(PanicAt(point, AtomicU32::new(nth))));
            let rows: Vec<_> = (0..6).map(|n| shop.approve(&shop.refund(&n.to_string(), 300))).collect();
            shop.pass(31);
            assert!(run_into(&shop).await, "{point} was not reached");
            let shop = shop.restart();
            shop.engine.send_due().await;
            let sending = rows.iter().filter(|row| shop.row(row).state == State::Sending).count();
            assert_eq!(sending, 0, "after {point}: a crash in sending is in doubt, always");
            settle_all(&shop, &rows).await;
            assert_books_equal_approvals(&shop, &rows);
            assert!(
                rows.iter().all(|row| shop.row(row).state == State::Confirmed),
                "after {point}: all are done"
            );
        }
    }
}

#[test]
fn a_yes_survives_a_crash_right_after_it() {
    let shop =
        Shop::open().with_fail_points(Arc::new(PanicAt(fail_points::AFTER_APPROVE, AtomicU32::new(1))));
    let row = shop.refund("1", 300);
    let engine = shop.engine.clone();
    let (id, version) = (row.id, row.version);
    let crashed =
        std::thread::spawn(move || engine.decide(id, version, Decision::Approve, &mia()).is_ok()).join();
    assert!(crashed.is_err());
    let shop = shop.restart();
    assert_eq!(shop.row(&row).state, State::Approved);
}

#[tokio::test]
async fn a_platform_that_lies_and_crashes_in_between_still_gets_each_action_once() {
    use Answer::{Accepted, Done, LostAfter, LostAndLate, LostBefore, NotDone};
    let points = [
        fail_points::AFTER_SENDING_COMMIT,
        fail_points::AFTER_SEND,
        fail_points::BEFORE_OUTCOME_COMMIT,
        fail_points::AFTER_OUTCOME_COMMIT,
    ];
    let mut shop = Shop::open();
    shop.allow(|policy| policy.per_action = fermata_engine::Caps::of("1000"));
    let answers = [Done, LostAfter, NotDone, LostBefore, Accepted, LostAndLate(40), Done, NotDone, LostAfter];
    let rows: Vec<_> = (0..30).map(|n| shop.approve(&shop.refund(&n.to_string(), 300 + n))).collect();
    shop.pass(31);
    for round in 0..8_usize {
        let answers: Vec<_> = answers.iter().cycle().skip(round * 2).take(5).copied().collect();
        shop.platform.will(&answers);
        let point = Arc::new(PanicAt(points[round % points.len()], AtomicU32::new(1 + round as u32 % 3)));
        shop = shop.with_fail_points(point);
        run_into(&shop).await;
        shop = shop.restart();
        shop.live(20).await;
    }
    settle_all(&shop, &rows).await;
    assert_books_equal_approvals(&shop, &rows);
    assert!(rows.iter().all(|row| shop.row(row).state == State::Confirmed), "none is lost");
}

#[tokio::test]
async fn of_two_senders_one_sends() {
    let shop = Shop::open();
    let other = shop.another_engine(Arc::new(NoFailPoints));
    let rows: Vec<_> = (0..10).map(|n| shop.approve(&shop.refund(&n.to_string(), 300))).collect();
    shop.pass(31);
    let (mine, theirs) = tokio::join!(shop.engine.send_due(), other.send_due());
    assert!(mine == 0 || theirs == 0, "only one holds the lease: {mine}, {theirs}");
    while shop.engine.send_due().await + other.send_due().await > 0 {}
    assert_eq!(shop.platform.books().len(), 10);
    assert_books_equal_approvals(&shop, &rows);
}

/// Stands still at a fail point, once, until it is let go.
struct SleepAt(&'static str, SyncSender<()>, Mutex<Option<Receiver<()>>>);

impl FailPoints for SleepAt {
    fn hit(&self, name: &'static str) {
        if name == self.0
            && let Some(go) = self.2.lock().unwrap().take()
        {
            self.1.send(()).unwrap();
            go.recv().unwrap();
        }
    }
}

/// A sender that stands still at a fail point.
struct Sleeper {
    go: SyncSender<()>,
    thread: std::thread::JoinHandle<usize>,
}

impl Sleeper {
    /// Approves a refund and lets its sender run up to a fail point.
    async fn at(point: &'static str) -> (Shop, fermata_engine::Proposal, Self) {
        let (slept, asleep) = sync_channel(1);
        let (go, wait) = sync_channel(1);
        let sleep = SleepAt(point, slept, Mutex::new(Some(wait)));
        let shop = Shop::open().with_fail_points(Arc::new(sleep));
        let row = shop.approve(&shop.refund("1", 300));
        shop.pass(31);
        let engine = shop.engine.clone();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
            runtime.block_on(engine.send_due())
        });
        tokio::task::spawn_blocking(move || asleep.recv().unwrap()).await.unwrap();
        (shop, row, Self { go, thread })
    }

    async fn wake(self) {
        self.go.send(()).unwrap();
        tokio::task::spawn_blocking(move || self.thread.join().unwrap()).await.unwrap();
    }
}

#[tokio::test]
async fn a_sender_that_slept_beyond_its_lease_sends_nothing_that_it_had_not_begun() {
    let (shop, row, sleeper) = Sleeper::at(fail_points::BEFORE_SENDING_COMMIT).await;
    shop.pass(121);
    // While all is stopped the other takes the lease and nothing else.
    shop.engine.set_stop(true, &mia()).unwrap();
    let other = shop.another_engine(Arc::new(NoFailPoints));
    other.send_due().await;
    shop.engine.set_stop(false, &mia()).unwrap();
    sleeper.wake().await;
    assert!(shop.platform.bodies().is_empty(), "it is no longer its to send");
    assert_eq!(shop.row(&row).state, State::Approved);
    other.send_due().await;
    assert_eq!(shop.platform.books(), [row.key]);
}

#[tokio::test]
async fn a_yes_taken_back_at_the_last_moment_is_not_sent() {
    let (shop, row, sleeper) = Sleeper::at(fail_points::BEFORE_SENDING_COMMIT).await;
    let undone = shop.engine.undo(Undo::Last, &mia()).unwrap();
    assert!(undone[0].1.is_ok(), "it has not left yet: {undone:?}");
    sleeper.wake().await;
    assert!(shop.platform.bodies().is_empty(), "what the sender had read is no longer so");
    assert_eq!(shop.row(&row).state, State::Held);
}

#[tokio::test]
async fn renewing_the_lease_leaves_what_is_on_its_way_alone() {
    let (shop, row, sleeper) = Sleeper::at(fail_points::AFTER_SEND).await;
    shop.pass(61);
    shop.engine.send_due().await;
    assert_eq!(shop.row(&row).state, State::Sending, "somebody is at it");
    sleeper.wake().await;
    assert_eq!(shop.row(&row).state, State::Confirmed);
}

#[tokio::test]
async fn an_outcome_that_could_not_be_written_down_is_asked_for_without_a_restart() {
    let point = Arc::new(PanicAt(fail_points::BEFORE_OUTCOME_COMMIT, AtomicU32::new(1)));
    let shop = Shop::open().with_fail_points(point);
    let row = shop.approve(&shop.refund("1", 300));
    shop.pass(31);
    assert!(run_into(&shop).await);
    assert_eq!(shop.row(&row).state, State::Sending);
    shop.engine.send_due().await;
    assert_eq!(shop.row(&row).state, State::InDoubt, "nobody is at it any more");
    shop.engine.look_due().await;
    assert_eq!(shop.row(&row).state, State::Confirmed);
    assert_eq!(shop.platform.books(), [row.key]);
}

#[tokio::test]
async fn a_lease_lost_in_sleep_is_not_taken_back_by_force() {
    let shop = Shop::open();
    shop.engine.send_due().await;
    shop.pass(121);
    let other = shop.another_engine(Arc::new(NoFailPoints));
    other.send_due().await;
    let row = shop.approve(&shop.refund("1", 300));
    shop.pass(31);
    assert_eq!(shop.engine.send_due().await, 0, "having been first is no right to send");
    assert_eq!(other.send_due().await, 1);
    assert_eq!(shop.platform.books(), [row.key]);
}

#[tokio::test]
async fn every_move_is_flushed_to_the_disk() {
    let shop = Shop::open();
    let test = fermata_store::Writer::System("test");
    shop.store
        .write(fermata_store::Durability::Normal, test, |tx| {
            tx.execute_batch(
                "CREATE TABLE flushed (level INTEGER);
                 CREATE TRIGGER made AFTER INSERT ON proposal BEGIN
                   INSERT INTO flushed SELECT synchronous FROM pragma_synchronous; END;
                 CREATE TRIGGER moved AFTER UPDATE ON proposal BEGIN
                   INSERT INTO flushed SELECT synchronous FROM pragma_synchronous; END;",
            )?;
            Ok(())
        })
        .unwrap();
    let row = shop.approve(&shop.refund("1", 300));
    shop.live(60).await;
    assert_eq!(shop.row(&row).state, State::Confirmed);
    let (moves, unflushed): (i64, i64) = shop
        .store
        .read(|conn| {
            let sql = "SELECT COUNT(*), COUNT(*) FILTER (WHERE level < 2) FROM flushed";
            Ok(conn.query_row(sql, (), |row| Ok((row.get(0)?, row.get(1)?)))?)
        })
        .unwrap();
    assert!(moves >= 5, "proposed, held, approved, sending, confirmed: {moves}");
    assert_eq!(unflushed, 0, "what only the system remembers is gone when the power is");
}

#[tokio::test]
async fn a_sender_that_slept_beyond_its_lease_finds_its_actions_in_doubt() {
    let (shop, row, sleeper) = Sleeper::at(fail_points::AFTER_SEND).await;
    let other = shop.another_engine(Arc::new(NoFailPoints));
    assert_eq!(other.send_due().await, 0);
    assert_eq!(shop.row(&row).state, State::Sending, "while the lease runs nobody takes over");
    shop.pass(121);
    other.send_due().await;
    assert_eq!(shop.row(&row).state, State::InDoubt, "a new holder starts at in doubt, never at approved");

    sleeper.wake().await;
    other.look_due().await;
    assert_eq!(shop.row(&row).state, State::Confirmed, "what the sleeper did is found");
    assert_eq!(shop.platform.books(), [row.key]);
}

#[tokio::test]
async fn a_sender_that_slept_before_the_first_byte_asks_anew_when_it_wakes() {
    for jump in [11, -3600] {
        let (shop, row, sleeper) = Sleeper::at(fail_points::BEFORE_SEND).await;
        shop.pass(jump);
        shop.engine.set_stop(true, &mia()).unwrap();
        sleeper.wake().await;
        assert!(shop.platform.bodies().is_empty(), "all sending was stopped while it slept");
        assert_eq!(shop.row(&row).state, State::Approved, "nothing has left, so nothing is in doubt");
        shop.engine.set_stop(false, &mia()).unwrap();
        shop.pass(-jump);
        shop.live(60).await;
        assert_eq!(shop.platform.books(), [row.key], "its yes still stands");
    }
}

#[tokio::test]
async fn a_sender_that_wakes_after_another_took_over_sends_nothing() {
    let (shop, row, sleeper) = Sleeper::at(fail_points::BEFORE_SEND).await;
    shop.pass(121);
    let other = shop.another_engine(Arc::new(NoFailPoints));
    other.send_due().await;
    assert_eq!(shop.row(&row).state, State::InDoubt);
    sleeper.wake().await;
    assert!(shop.platform.bodies().is_empty(), "the other may have found it absent and sent it already");
    assert_eq!(shop.row(&row).state, State::InDoubt, "what the other wrote down stands");
}

#[test]
fn a_fail_point_is_armed_by_name_and_number() {
    assert!(AbortAt::parse("before_send:3").is_some());
    assert!(AbortAt::parse("before_send").is_some());
    assert!(AbortAt::parse("before_sned:3").is_none(), "a typing mistake arms nothing in silence");
    assert!(AbortAt::parse("before_send:x").is_none());
}
