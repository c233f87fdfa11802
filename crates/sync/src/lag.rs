//! Watches that every stream is read as often as it should be, and says so if one is not.

use std::collections::HashMap;
use std::time::Duration;

use fermata_model::{ConnectionId, Stream, Timestamp};
use fermata_store::connections::{self, Connection, ConnectionState};
use fermata_store::{Durability, Writer, alerts, progress};
use tokio::time::Instant;

use crate::{Error, Sync, health};

/// How often it looks.
pub(crate) const EVERY: Duration = Duration::from_secs(60);
/// A stream lags after so many times its cadence without a success,
const CADENCES: u32 = 4;
/// and never sooner than this.
const LEAST: Duration = Duration::from_secs(15 * 60);

/// Since when each stream has had its last success, by the steady clock: neither a night with the
/// program closed, nor a sleeping machine, nor a clock that is set makes a stream lag.
#[derive(Default)]
pub(crate) struct Watch(HashMap<(ConnectionId, Stream), (Option<Timestamp>, Instant)>);

impl Watch {
    /// Looks at all connections; raises an alert for each that lags and clears the others.
    ///
    /// A stream that fails says so by itself, and one that is read for the first time takes its time.
    pub(crate) async fn look(&mut self, sync: &Sync) -> Result<(), Error> {
        let (all, open) = sync.read(|conn| Ok((connections::list(conn)?, alerts::open(conn)?))).await?;
        self.0.retain(|(id, _), _| all.iter().any(|connection| connection.id == *id));
        for connection in all {
            let late = self.late(sync, &connection).await?;
            let key = format!("connection:{}:lag", connection.id);
            if late.is_empty() && open.iter().all(|alert| alert.key != key) {
                continue;
            }
            let now = sync.now();
            sync.write(Durability::Normal, Writer::Sync(connection.id), move |tx| {
                let Some((_, longest)) = late.iter().max_by_key(|(_, lag)| *lag) else {
                    return alerts::clear(tx, &key, now).map(|_| ());
                };
                let streams: Vec<_> = late.iter().map(|(stream, _)| stream.title()).collect();
                let minutes = longest.as_secs() / 60;
                let cause =
                    format!("{}: {} not read for {minutes} minutes.", connection.name, streams.join(", "));
                let next_step = "Choose Read now in Settings, Connections. If that does not help, \
                                 start Fermata again.";
                health::say(tx, connection.id, now, key, cause, next_step)
            })
            .await?;
        }
        Ok(())
    }

    async fn late(&mut self, sync: &Sync, connection: &Connection) -> Result<Vec<(Stream, Duration)>, Error> {
        let id = connection.id;
        let mut late = Vec::new();
        if connection.state != ConnectionState::Ok {
            return Ok(late);
        }
        // Before its own task has begun with it there is nothing to be late with.
        let Some(connector) = sync.shared.links.in_use(id) else { return Ok(late) };
        let standing: HashMap<_, _> =
            sync.read(move |conn| progress::list(conn, id)).await?.into_iter().collect();
        for capability in connector.capability().streams {
            let stream = capability.stream;
            let Some(held) = standing.get(&stream).filter(|held| held.backfilled) else { continue };
            let now = Instant::now();
            let since = self.0.entry((id, stream)).or_insert((held.last_success, now));
            if since.0 != held.last_success || held.last_error.is_some() {
                *since = (held.last_success, now);
            }
            let cadence = capability.every.min(sync.shared.longest_pause);
            let lag = since.1.elapsed();
            if lag > (cadence * CADENCES).max(LEAST) {
                late.push((stream, lag));
            }
        }
        Ok(late)
    }
}
