//! The schedule: one task per connection, each stream at its own cadence.

use std::collections::HashMap;
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

use crate::{Error, Sync, duties, health, pass};

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
        let mut running = Vec::new();
        loop {
            for connection in self.read(connections::list).await? {
                if !running.contains(&connection.id.0) {
                    running.push(connection.id.0);
                    let task = Task::new(self.clone(), connection.id, stop.child_token());
                    tasks.spawn(task.run());
                }
            }
            loop {
                tokio::select! {
                    () = stop.cancelled() => {
                        while tasks.join_next().await.is_some() {}
                        return Ok(());
                    }
                    change = changes.recv() => match change {
                        Ok(change) => {
                            let new = change.topic == Topic::Connections
                                && change.subject.is_some_and(|id| !running.contains(&id));
                            if new {
                                break;
                            }
                        }
                        Err(RecvError::Lagged(_)) => break,
                        Err(RecvError::Closed) => return Ok(()),
                    },
                    // Another process may have made one; its changes are not told here.
                    () = tokio::time::sleep(OTHERS_EVERY) => break,
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
    failures: u32,
    checked: bool,
}

impl Task {
    fn new(sync: Sync, connection: ConnectionId, stop: CancellationToken) -> Self {
        Self { sync, connection, stop, due: HashMap::new(), failures: 0, checked: false }
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
        self.failures = 0;
        self.checked = false;
    }

    /// Reads what is due and returns how long to wait until something is; `None` once there is no
    /// such connection any more.
    async fn round(&mut self) -> Option<Duration> {
        match self.try_round().await {
            Ok(pause) => Some(pause),
            Err(Error::Store(fermata_store::Error::Missing { what: "connection", .. })) => None,
            Err(error) => {
                tracing::warn!(connection = self.connection.0, %error, "a round ended early");
                Some(self.back_off(&error))
            }
        }
    }

    async fn try_round(&mut self) -> Result<Duration, Error> {
        let id = self.connection;
        let connection = self.sync.read(move |conn| connections::get(conn, id)).await?;
        if connection.state == ConnectionState::Paused {
            return Ok(ASLEEP);
        }
        if matches!(connection.state, ConnectionState::SignedOut { .. }) && self.checked {
            // Asked again after the sleep: a platform may refuse a sign-in by mistake.
            self.checked = false;
            return Ok(ASLEEP);
        }
        let connector = self.sync.shared.links.connector(&connection)?;
        if !self.checked {
            self.checked = true;
            match connector.check().await {
                Ok(account) => {
                    let asked = connector.capability().api_version;
                    health::note_account(&self.sync, &connection, &account, asked).await?;
                }
                Err(error) => {
                    let error = Error::from(error);
                    let first = connector.capability().streams.first().map(|first| first.stream);
                    if let Some(stream) = first {
                        health::note(&self.sync, id, stream, Some(&error)).await?;
                    }
                    self.checked = error.shuts_connection();
                    return Ok(if self.checked { ASLEEP } else { self.back_off(&error) });
                }
            }
        }
        if let Some(wait) = self.read_due(&connector).await? {
            return Ok(wait);
        }
        duties::after_round(&self.sync, id).await?;
        let next = self.due.values().min().copied();
        Ok(next.map_or(ASLEEP, |at| at.saturating_duration_since(Instant::now())))
    }

    /// Reads the streams that are due; a wait is returned if the connection has to rest.
    async fn read_due(&mut self, connector: &Arc<dyn Connector>) -> Result<Option<Duration>, Error> {
        for capability in connector.capability().streams {
            let now = Instant::now();
            if self.due.get(&capability.stream).is_some_and(|due| *due > now) {
                continue;
            }
            let result = pass::run(&self.sync, self.connection, connector.clone(), capability.stream).await;
            health::note(&self.sync, self.connection, capability.stream, result.as_ref().err()).await?;
            let every = capability.every.min(self.sync.shared.longest_pause);
            match result {
                Ok(_) => {
                    self.failures = 0;
                    self.due.insert(capability.stream, Instant::now() + every);
                }
                Err(error) if error.shuts_connection() => return Ok(Some(ASLEEP)),
                Err(error) if error.is_temporary() => return Ok(Some(self.back_off(&error))),
                Err(_) => {
                    self.due.insert(capability.stream, Instant::now() + every.max(LONGEST_WAIT));
                }
            }
        }
        Ok(None)
    }

    /// Returns how long to rest after a failure: what the platform asked for, else longer each
    /// time. The wait differs by connection, so that several do not come back at one instant.
    fn back_off(&mut self, error: &Error) -> Duration {
        let doubled = FIRST_WAIT.saturating_mul(1 << self.failures.min(10)).min(LONGEST_WAIT);
        self.failures = self.failures.saturating_add(1);
        let spread = Duration::from_millis(self.connection.0.unsigned_abs() % 7 * 130);
        error.retry_after().unwrap_or(doubled).max(FIRST_WAIT) + spread
    }
}
