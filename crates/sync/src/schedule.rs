//! The schedule: one task per connection, each stream at its own cadence.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use fermata_connectors::Connector;
use fermata_model::{ConnectionId, Stream};
use fermata_store::Topic;
use fermata_store::connections::{self, ConnectionState};
use tokio::sync::broadcast::error::RecvError;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::way::Way;
use crate::{Error, Sync, duties, health, lag, pass, sweep};

/// The first wait after a failure; it doubles with each.
const FIRST_WAIT: Duration = Duration::from_secs(5);
/// The longest wait after a failure.
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);
/// How often connections made by other processes are looked for.
const OTHERS_EVERY: Duration = Duration::from_secs(5);
/// How long a connection that is paused or signed out sleeps between two looks.
const ASLEEP: Duration = Duration::from_secs(60 * 60);

impl Sync {
    /// Reads all connections on schedule until it is stopped; new ones are taken up as they come.
    ///
    /// Cadence is measured by the machine's steady clock, so setting the time changes nothing.
    pub async fn run(&self, stop: CancellationToken) -> Result<(), Error> {
        let mut changes = self.shared.store.changes();
        let mut tasks = JoinSet::new();
        let mut running = HashMap::new();
        let mut watch = lag::Watch::default();
        let mut signed_out = HashSet::new();
        let mut look_at_lag = tokio::time::interval(lag::EVERY);
        loop {
            for connection in self.read(connections::list).await? {
                if matches!(connection.state, ConnectionState::SignedOut { .. }) {
                    signed_out.insert(connection.id);
                } else if signed_out.remove(&connection.id) {
                    // Signed in again, maybe by another process: its task may sleep for long.
                    self.reconnect(connection.id);
                }
                if !running.values().any(|id| *id == connection.id.0) {
                    let task = Task::new(self.clone(), connection.id, stop.child_token());
                    running.insert(tasks.spawn(task.run()).id(), connection.id.0);
                }
            }
            let look = tokio::time::sleep(OTHERS_EVERY);
            tokio::pin!(look);
            loop {
                tokio::select! {
                    () = stop.cancelled() => {
                        while tasks.join_next().await.is_some() {}
                        return Ok(());
                    }
                    change = changes.recv() => match change {
                        Ok(change) => {
                            let new = change.topic == Topic::Connections
                                && change.subject.is_some_and(|id| !running.values().any(|known| *known == id));
                            if new {
                                break;
                            }
                        }
                        Err(RecvError::Lagged(_)) => break,
                        Err(RecvError::Closed) => return Ok(()),
                    },
                    // If the connection is still there, the next look begins its task again.
                    Some(ended) = tasks.join_next_with_id() => {
                        let task = match ended {
                            Ok((task, ())) => task,
                            Err(error) => {
                                tracing::error!(%error, "the task of a connection died");
                                error.id()
                            }
                        };
                        running.remove(&task);
                    }
                    _ = look_at_lag.tick() => if let Err(error) = watch.look(self).await {
                        tracing::warn!(%error, "nobody could look which streams lag");
                    },
                    // Another process may have made one; its changes are not told here.
                    () = &mut look => break,
                }
            }
        }
    }
}

struct Task {
    sync: Sync,
    connection: ConnectionId,
    stop: CancellationToken,
    due: HashMap<Stream, Instant>,
    /// The way that each stream's sweep has come.
    ways: HashMap<Stream, Way>,
    /// How often in a row each stream failed for a reason that passes by itself.
    failures: HashMap<Stream, u32>,
    /// How often in a row a round ended early.
    ended_early: u32,
    /// Has the account been looked at since the connection was taken up, or shut?
    checked: bool,
}

impl Task {
    fn new(sync: Sync, connection: ConnectionId, stop: CancellationToken) -> Self {
        let (due, ways, failures) = (HashMap::new(), HashMap::new(), HashMap::new());
        Self { sync, connection, stop, due, ways, failures, ended_early: 0, checked: false }
    }

    async fn run(mut self) {
        let waker = self.sync.shared.links.waker(self.connection);
        loop {
            let stop = self.stop.clone();
            let pause = tokio::select! {
                () = stop.cancelled() => return,
                pause = self.round() => pause,
            };
            let Some(pause) = pause else { return };
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
                () = waker.notified() => self.wake(),
            }
        }
    }

    /// Forgets every wait: somebody asked.
    fn wake(&mut self) {
        self.due.clear();
        self.failures.clear();
        self.ended_early = 0;
        self.checked = false;
    }

    /// Reads what is due and returns how long to wait until something is; `None` once there is no
    /// such connection any more.
    async fn round(&mut self) -> Option<Duration> {
        match self.try_round().await {
            Ok(pause) => {
                self.ended_early = 0;
                Some(pause)
            }
            Err(Error::Store(fermata_store::Error::Missing { what: "connection", .. })) => None,
            Err(error) if error.shuts_connection() => {
                // Asked again after the sleep: a platform may refuse a sign-in by mistake.
                self.checked = false;
                Some(ASLEEP)
            }
            Err(error) => {
                tracing::warn!(connection = self.connection.0, %error, "a round ended early");
                Some(back_off(&mut self.ended_early, self.connection, &error))
            }
        }
    }

    async fn try_round(&mut self) -> Result<Duration, Error> {
        let id = self.connection;
        let connection = self.sync.read(move |conn| connections::get(conn, id)).await?;
        if connection.state.rests() {
            return Ok(ASLEEP);
        }
        let connector = self.sync.shared.links.connector(&connection)?;
        if !self.checked {
            match connector.check().await {
                Ok(account) => {
                    let asked = connector.capability().api_version;
                    health::note_account(&self.sync, &connection, &account, asked).await?;
                    self.checked = true;
                }
                Err(error) => {
                    let error = Error::from(error);
                    if let Some(first) = connector.capability().streams.first() {
                        health::note(&self.sync, id, first.stream, Some(&error)).await?;
                    }
                    return Err(error);
                }
            }
        }
        if let Some(wait) = self.read_due(&connector).await? {
            return Ok(wait);
        }
        duties::after_round(&self.sync, id).await?;
        let next = self.due.values().min().copied();
        self.sweep_until(&connector, next).await?;
        Ok(next.map_or(ASLEEP, |at| at.saturating_duration_since(Instant::now())))
    }

    /// Goes on with the sweeps that are due until something is to be read.
    ///
    /// At least one step is done each time, so that no sweep stands still behind busy streams.
    async fn sweep_until(
        &mut self,
        connector: &Arc<dyn Connector>,
        until: Option<Instant>,
    ) -> Result<(), Error> {
        for stream in sweep::due(&self.sync, self.connection, connector).await? {
            let way = self.ways.entry(stream).or_insert_with(|| Way::from(stream, None));
            while sweep::step(&self.sync, self.connection, connector, way).await? == sweep::Step::More {
                if until.is_some_and(|until| Instant::now() >= until) {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Reads the streams that are due; a wait is returned if the connection has to rest.
    ///
    /// Errors: what shuts the whole connection.
    async fn read_due(&mut self, connector: &Arc<dyn Connector>) -> Result<Option<Duration>, Error> {
        let mut streams: Vec<_> = connector.capability().streams.iter().collect();
        // The one that is due longest comes first, so that none waits for ever behind one that
        // keeps failing.
        streams.sort_by_key(|capability| self.due.get(&capability.stream).copied());
        let mut failed_before = false;
        for capability in streams {
            let stream = capability.stream;
            let now = Instant::now();
            if self.due.get(&stream).is_some_and(|due| *due > now) {
                continue;
            }
            let result = pass::run(&self.sync, self.connection, connector.clone(), stream).await;
            health::note(&self.sync, self.connection, stream, result.as_ref().err()).await?;
            let every = capability.every.min(self.sync.shared.longest_pause);
            let wait = match result {
                Ok(_) => {
                    self.failures.remove(&stream);
                    failed_before = false;
                    every
                }
                Err(error) if error.shuts_connection() => return Err(error),
                Err(error) if error.is_temporary() => {
                    let failures = self.failures.entry(stream).or_default();
                    let wait = back_off(failures, self.connection, &error);
                    self.due.insert(stream, Instant::now() + wait);
                    if failed_before {
                        // Two in a row: it is not the stream but the platform.
                        return Ok(Some(wait));
                    }
                    failed_before = true;
                    continue;
                }
                Err(_) => every.max(LONGEST_WAIT),
            };
            self.due.insert(stream, Instant::now() + wait);
        }
        Ok(None)
    }
}

/// Returns how long to rest after a failure: what the platform asked for, else longer each time.
/// The wait differs by connection, so that several do not come back at one instant.
fn back_off(failures: &mut u32, connection: ConnectionId, error: &Error) -> Duration {
    let doubled = FIRST_WAIT.saturating_mul(1 << (*failures).min(10)).min(LONGEST_WAIT);
    *failures = failures.saturating_add(1);
    let spread = Duration::from_millis(connection.0.unsigned_abs() % 7 * 130);
    error.retry_after().unwrap_or(doubled).max(FIRST_WAIT).saturating_add(spread)
}
