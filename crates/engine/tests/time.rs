//! Clocks jump; no deadline approves anything, and nothing fires twice.

use fermata_engine::Decision;
use fermata_model::State;
use jiff::SignedDuration;

use crate::shop::{Shop, mia};

const TEN_YEARS: i64 = 10 * 365 * 24 * 3600;

#[tokio::test]
async fn when_nobody_answers_nothing_happens() {
    let shop = Shop::open();
    let row = shop.refund("1", 300);
    shop.pass(48 * 3600 - 1);
    shop.engine.tick().unwrap();
    assert_eq!(shop.row(&row).state, State::Held);
    shop.pass(1);
    let late = shop.engine.decide(row.id, row.version, Decision::Approve, &mia());
    assert!(late.is_err(), "the deadline itself is too late, even before the clockwork has come by");
    shop.live(60).await;
    assert_eq!(shop.row(&row).state, State::Expired);
    assert!(shop.platform.bodies().is_empty());
}

#[tokio::test]
async fn no_jump_of_the_clock_approves_or_sends_anything_that_waits() {
    for jump in [TEN_YEARS, -TEN_YEARS, -3600, 3600] {
        let shop = Shop::open();
        let row = shop.refund("1", 300);
        shop.pass(jump);
        shop.live(60).await;
        assert!(matches!(shop.row(&row).state, State::Held | State::Expired), "after {jump} s");
        shop.pass(-jump);
        shop.live(60).await;
        assert!(matches!(shop.row(&row).state, State::Held | State::Expired), "after {jump} s and back");
        assert!(shop.platform.bodies().is_empty());
    }
}

#[tokio::test]
async fn a_yes_that_could_not_leave_for_a_day_is_asked_for_again() {
    let shop = Shop::open();
    let row = shop.approve(&shop.refund("1", 300));
    shop.pass(TEN_YEARS);
    shop.engine.send_due().await;
    let row = shop.row(&row);
    assert_eq!(row.state, State::Held, "ten years later nobody knows whether it is still right");
    assert_eq!(row.deadline_at, Some(shop.now() + SignedDuration::from_hours(48)), "with time to answer");
    assert!(shop.platform.bodies().is_empty());
}

#[tokio::test]
async fn a_clock_that_jumps_between_sends_fires_nothing_twice() {
    for jumps in [[TEN_YEARS, -TEN_YEARS], [-TEN_YEARS, TEN_YEARS], [-3600, 0]] {
        let shop = Shop::open();
        shop.platform.will(&[crate::shop::Answer::LostAfter]);
        let rows: Vec<_> = (0..3).map(|n| shop.approve(&shop.refund(&n.to_string(), 300))).collect();
        shop.pass(31);
        shop.engine.send_due().await;
        for jump in jumps {
            shop.pass(jump);
            shop.live(120).await;
        }
        shop.live(600).await;
        let books = shop.platform.books();
        assert_eq!(books.len(), 3);
        assert!(rows.iter().all(|row| books.contains(&row.key)));
    }
}

#[tokio::test]
async fn going_back_an_hour_only_makes_a_yes_wait() {
    let shop = Shop::open();
    let row = shop.approve(&shop.refund("1", 300));
    shop.pass(-3600);
    shop.live(60).await;
    assert_eq!(shop.row(&row).state, State::Approved);
    shop.live(3600).await;
    assert_eq!(shop.row(&row).state, State::Confirmed);
    assert_eq!(shop.platform.books(), [row.key]);
}

#[tokio::test]
async fn each_time_it_is_asked_again_there_is_as_much_time_to_answer_as_at_first() {
    let shop = Shop::open();
    let mut row = shop.refund("1", 300);
    for _ in 0..3 {
        shop.pass(3600);
        shop.approve(&row);
        shop.pass(25 * 3600);
        shop.engine.send_due().await;
        row = shop.row(&row);
        assert_eq!(row.state, State::Held);
        assert_eq!(row.deadline_at, Some(shop.now() + SignedDuration::from_hours(48)));
    }
}

#[tokio::test]
async fn a_clock_set_back_in_doubt_lets_the_looks_begin_again() {
    let shop = Shop::open();
    shop.platform.will(&[crate::shop::Answer::LostBefore]);
    let note = shop.approve(&shop.propose(crate::shop::note_on("9"), None).unwrap());
    shop.pass(31);
    shop.engine.send_due().await;
    shop.pass(2);
    shop.engine.look_due().await;
    shop.pass(-3600);
    shop.engine.look_now(note.id, &mia()).unwrap();
    shop.live(180).await;
    let row = shop.row(&note);
    assert_eq!(row.state, State::Approved, "two looks a minute apart are enough; it need not wait an hour");
    assert!(row.progress.looks.absent >= 2);
}
