//! The loop does by itself what the single passes do, and ends in order.

use fermata_model::State;
use tokio_util::sync::CancellationToken;

use crate::shop::Shop;

#[tokio::test]
async fn the_loop_sends_what_was_approved_and_gives_the_lease_back() {
    let shop = Shop::open();
    shop.allow(|policy| {
        policy.undo_seconds.insert(fermata_model::ActionKind::OrderRefund, 0);
    });
    let mut changes = shop.store.changes();
    let stop = CancellationToken::new();
    let (engine, token) = (shop.engine.clone(), stop.clone());
    let running = tokio::spawn(async move { engine.run(token).await });
    let rows: Vec<_> = (0..40).map(|n| shop.approve(&shop.refund(&n.to_string(), 300))).collect();
    while shop.platform.books().len() < 40 {
        let _ = changes.recv().await;
    }
    stop.cancel();
    running.await.unwrap();
    assert!(rows.iter().all(|row| shop.row(row).state == State::Confirmed), "nothing is left half sent");
    let other = shop.another_engine(std::sync::Arc::new(fermata_engine::fail_points::NoFailPoints));
    let last = shop.approve(&shop.refund("last", 300));
    other.send_due().await;
    assert_eq!(
        shop.row(&last).state,
        State::Confirmed,
        "another process need not wait for the lease to run out"
    );
}
