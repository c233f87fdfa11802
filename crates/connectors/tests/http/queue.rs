//! Pulls and pushes draw on one budget, and pushes go first.

use std::sync::Arc;
use std::time::Duration;

use fermata_connectors::Patience;
use fermata_connectors::http::{Budget, Http, Lane, Limit};

use super::{Plain, effect, read};
use crate::support::listener::{Listener, Reply};
use crate::support::{impatient, settings};

/// One request at once, the next after 40 ms.
static NARROW: &[Lane] =
    &[Lane { name: "", limits: &[Limit { requests: 2, per: Duration::from_millis(40) }] }];

#[tokio::test]
async fn an_effect_overtakes_the_reads_that_wait() {
    let listener = Listener::script(vec![Reply::json("{}")]).await;
    let mut settings = settings(&listener.url, &[]);
    settings.patience = Patience { longest_pause: Duration::from_secs(5), ..impatient() };
    let door = Arc::new(Http::new(&settings, Plain, Budget::lanes(NARROW)).unwrap());
    door.send(read()).await.unwrap();
    let reads: Vec<_> = (0..4)
        .map(|_| {
            let door = Arc::clone(&door);
            tokio::spawn(async move { door.send(read()).await.map(|_| ()) })
        })
        .collect();
    tokio::task::yield_now().await;
    door.send(effect()).await.unwrap();
    for read in reads {
        read.await.unwrap().unwrap();
    }
    let order: Vec<String> = listener.seen().into_iter().map(|seen| seen.method).collect();
    let place = order.iter().position(|method| method == "POST").unwrap();
    assert!(place <= 2, "four reads were waiting before it: {order:?}");
    assert_eq!(order.len(), 6);
}
