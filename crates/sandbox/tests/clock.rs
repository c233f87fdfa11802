//! What practice time promises.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use fermata_sandbox::{Options, Practice};
use jiff::Timestamp;

use crate::support::{NOW, start, still};

/// A machine's clock that is moved by hand.
#[derive(Clone, Default)]
struct Hand(Arc<AtomicI64>);

impl Hand {
    fn forward(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::Relaxed);
    }

    fn options(&self, speed: f64) -> Options {
        let hand = self.0.clone();
        let real = move || {
            Timestamp::from_second(1_800_000_000 + hand.load(Ordering::Relaxed))
                .unwrap_or(Timestamp::UNIX_EPOCH)
        };
        Options { speed, real: Arc::new(real), ..still(30) }
    }
}

fn since_start(practice: &Practice) -> i64 {
    practice.now().as_second() - NOW.parse::<Timestamp>().expect("a timestamp").as_second()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_can_pass_in_a_second() {
    let hand = Hand::default();
    let practice = start(hand.options(86_400.0)).await;
    assert_eq!(since_start(&practice), 0);
    hand.forward(1);
    assert_eq!(since_start(&practice), 86_400);
    let events = practice.world(|world| world.events.len());
    hand.forward(20);
    assert!(practice.world(|world| world.events.len()) > events, "people act meanwhile");
    practice.set_speed(0.0);
    hand.forward(1_000);
    assert_eq!(since_start(&practice), 21 * 86_400, "it can stand still");
    hand.forward(-500);
    assert_eq!(since_start(&practice), 21 * 86_400, "and never goes back");
    practice.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_it_is_closed_time_goes_on_but_no_faster_than_ours() {
    let folder = tempfile::tempdir().expect("a folder");
    let hand = Hand::default();
    let options = |speed| Options { state: Some(folder.path().to_owned()), ..hand.options(speed) };
    let practice = start(options(3_600.0)).await;
    hand.forward(10);
    assert_eq!(since_start(&practice), 36_000);
    practice.stop().await;
    hand.forward(7_200);
    let practice = start(options(3_600.0)).await;
    assert_eq!(since_start(&practice), 36_000 + 7_200);
    practice.stop().await;
}
