//! From the store's change log to the topics that a window must read again.

use std::collections::BTreeSet;
use std::time::Duration;

use fermata_store::{Change, Store};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio_util::sync::CancellationToken;

use crate::Topic;

/// How long changes are gathered before a window hears of them: a sync that lands hundreds of
/// pages must not make it read hundreds of times.
const GATHER: Duration = Duration::from_millis(120);

/// Passes on what this process changed.
pub(crate) async fn follow(store: Store, out: broadcast::Sender<Vec<Topic>>, stop: CancellationToken) {
    let mut changes = store.changes();
    loop {
        let first = tokio::select! {
            () = stop.cancelled() => return,
            change = changes.recv() => change,
        };
        let mut topics = BTreeSet::new();
        match first {
            Ok(change) => topics.extend(stale(&change)),
            Err(RecvError::Lagged(_)) => topics.extend(Topic::ALL),
            Err(RecvError::Closed) => return,
        }
        tokio::time::sleep(GATHER).await;
        loop {
            match changes.try_recv() {
                Ok(change) => topics.extend(stale(&change)),
                Err(TryRecvError::Lagged(_)) => topics.extend(Topic::ALL),
                Err(TryRecvError::Empty | TryRecvError::Closed) => break,
            }
        }
        // No window is listening: nobody has to know.
        let _ = out.send(topics.into_iter().collect());
    }
}

/// Passes on that another process changed something.
pub(crate) async fn follow_others(
    store: Store,
    out: broadcast::Sender<Vec<Topic>>,
    stop: CancellationToken,
    every: Duration,
) {
    let mut own = store.changes();
    let mut known = last_seq(&store).await;
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(every) => {}
        }
        let found = last_seq(&store).await;
        let mut ours = known;
        while let Ok(change) = own.try_recv() {
            ours = ours.max(change.seq);
        }
        if found > ours.max(known) {
            let _ = out.send(Topic::ALL.to_vec());
        }
        known = found.max(ours);
    }
}

async fn last_seq(store: &Store) -> i64 {
    let store = store.clone();
    let read = tokio::task::spawn_blocking(move || store.read(fermata_store::last_change)).await;
    read.ok().and_then(Result::ok).unwrap_or_default()
}

fn stale(change: &Change) -> Vec<Topic> {
    use fermata_store::Topic as Stored;
    match change.topic {
        Stored::Approvals | Stored::Ledger => vec![Topic::Approvals, Topic::Status],
        Stored::Customers | Stored::Orders | Stored::Tickets | Stored::Products => vec![Topic::Customers],
        Stored::Connections => vec![Topic::Connections, Topic::Status],
        Stored::Alerts => vec![Topic::Alerts, Topic::Status],
        Stored::Workflows => vec![Topic::Workflows],
        Stored::Settings => vec![Topic::Settings, Topic::Status],
    }
}
