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
    let mut receiver = store.changes();
    let mut known = last_seq(&store).await;
    let mut own = Vec::new();
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(every) => {}
        }
        let found = last_seq(&store).await;
        loop {
            match receiver.try_recv() {
                Ok(change) => own.push(change.seq),
                // Those that were missed count as another's: a window rather reads once too often.
                Err(TryRecvError::Lagged(_)) => {}
                Err(TryRecvError::Empty | TryRecvError::Closed) => break,
            }
        }
        if others(known, found, &own) {
            let _ = out.send(Topic::ALL.to_vec());
        }
        known = known.max(found);
        own.retain(|&seq| seq > known);
    }
}

/// Tells whether another process made any of the changes after `known` and up to `found`, given the
/// places of this one's; the log counts without gaps.
fn others(known: i64, found: i64, own: &[i64]) -> bool {
    let ours = own.iter().filter(|&&seq| seq > known && seq <= found).count();
    i64::try_from(ours).is_ok_and(|ours| found - known > ours)
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

#[cfg(test)]
mod tests {
    use super::others;

    #[test]
    fn a_change_of_another_process_is_seen_also_between_our_own() {
        assert!(!others(7, 7, &[]), "nothing happened");
        assert!(!others(7, 9, &[8, 9]), "all of it was ours");
        assert!(others(7, 9, &[9]), "another wrote 8 before we wrote 9");
        assert!(others(7, 9, &[8, 10]), "what we wrote later says nothing about 9");
        assert!(!others(7, 8, &[6, 8, 9]), "what was known before does not count again");
    }
}
