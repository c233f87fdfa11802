//! The loop between the platforms and the store: schedule, pull, land, say how it goes.
//!
//! A *pass* reads one stream from a mark to the present. The first pass of a stream reads
//! everything; later ones begin a little before the mark, because platforms index late. The
//! position moves in the transaction that lands its page, or several pages of a first pass, so a
//! crash costs what has not landed. While pages land, the next one is on its way. A *sweep* lists all
//! ids from time to time, for what a platform deletes without a word.
//!
//! Every connection has a task of its own: one that fails waits and tries again without holding
//! up the others, and says so ([`health`]).

pub mod duties;
pub mod health;
pub mod prove;

mod alone;
mod error;
mod lag;
mod links;
mod pass;
mod schedule;
mod sweep;
mod way;

use std::sync::Arc;
use std::time::Duration;

use fermata_connectors::Connector;
use fermata_identity::Identity;
use fermata_model::{Change, Clock, ConnectionId, Platform, Stream, Timestamp};
use fermata_store::landing::{self, Landing, Prepared, Resolver};
use fermata_store::{Durability, Store, Tx, Writer, connections};

use alone::Alone;
pub use error::Error;
pub use pass::Passed;

/// Makes the connector of a connection.
pub type Connect = Arc<
    dyn Fn(&connections::Connection) -> Result<Arc<dyn Connector>, fermata_connectors::Error>
        + Send
        + std::marker::Sync,
>;

/// How long ago something may have happened and still be news when we learn of it.
const NEWS: Duration = Duration::from_secs(60 * 24 * 60 * 60);

/// Keeps the store in step with the platforms. Clones share it.
#[derive(Clone)]
pub struct Sync {
    shared: Arc<Shared>,
}

struct Shared {
    store: Store,
    clock: Arc<dyn Clock>,
    resolver: Arc<dyn Resolver>,
    links: links::Links,
    /// Where everything lands.
    lander: Arc<Alone>,
    /// Where everything is prepared to.
    preparer: Arc<Alone>,
    longest_pause: Duration,
}

impl Sync {
    /// Makes it; nothing is read until [`Sync::once`] or [`Sync::run`].
    pub fn new(store: Store, connect: Connect, clock: Arc<dyn Clock>) -> Self {
        let links = links::Links::new(connect);
        let resolver = Arc::new(Identity::default());
        let [lander, preparer] = [(); 2].map(|()| Arc::new(Alone::start()));
        let longest_pause = Duration::MAX;
        Self { shared: Arc::new(Shared { store, clock, resolver, links, lander, preparer, longest_pause }) }
    }

    /// Reads every stream at least this often, whatever its own cadence; for a practice store
    /// whose days are short.
    #[must_use]
    pub fn at_least_every(self, pause: Duration) -> Self {
        let shared = self.shared;
        Self {
            shared: Arc::new(Shared {
                store: shared.store.clone(),
                clock: shared.clock.clone(),
                resolver: shared.resolver.clone(),
                links: links::Links::new(shared.links.connect.clone()),
                lander: shared.lander.clone(),
                preparer: shared.preparer.clone(),
                longest_pause: pause,
            }),
        }
    }

    /// Returns the connector of a connection; all callers share it, and with it the platform's
    /// rate limits.
    ///
    /// Errors: [`Error::Store`] if there is no such connection, [`Error::Platform`] if its
    /// settings are wrong.
    pub async fn connector(&self, connection: ConnectionId) -> Result<Arc<dyn Connector>, Error> {
        let found = self.read(move |conn| connections::get(conn, connection)).await?;
        Ok(self.shared.links.connector(&found)?)
    }

    /// Reads a connection's streams now rather than on schedule, also after failures.
    pub fn nudge(&self, connection: ConnectionId) {
        self.shared.links.waker(connection).notify_one();
    }

    /// Takes up a connection anew after its sign-in, address or state changed.
    pub fn reconnect(&self, connection: ConnectionId) {
        self.shared.links.forget(connection);
        self.nudge(connection);
    }

    /// Reads one stream of one connection up to the present.
    ///
    /// Errors: what the platform answered, after the connector's own retries. What has landed by
    /// then stays, and the next pass goes on from there.
    pub async fn pass(&self, connection: ConnectionId, stream: Stream) -> Result<Passed, Error> {
        let connector = self.connector(connection).await?;
        pass::run(self, connection, connector, stream).await
    }

    /// Reads every stream of a connection once, in the order in which they build on one another,
    /// notes how it went, sweeps what is due, and does the duties that follow.
    ///
    /// A stream that fails does not stop the next, unless the whole connection is shut.
    pub async fn once(
        &self,
        connection: ConnectionId,
    ) -> Result<Vec<(Stream, Result<Passed, Error>)>, Error> {
        let connector = self.connector(connection).await?;
        let mut results = Vec::new();
        let mut shut = false;
        for capability in connector.capability().streams {
            let result = pass::run(self, connection, connector.clone(), capability.stream).await;
            health::note(self, connection, capability.stream, result.as_ref().err()).await?;
            shut = result.as_ref().is_err_and(Error::shuts_connection);
            results.push((capability.stream, result));
            if shut {
                break;
            }
        }
        if !shut {
            match sweep::all(self, connection, &connector).await {
                // It is noted, and the next time says it again.
                Err(Error::Platform(_)) | Ok(()) => {}
                Err(error) => return Err(error),
            }
        }
        duties::after_round(self, connection).await?;
        Ok(results)
    }

    fn now(&self) -> Timestamp {
        self.shared.clock.now()
    }

    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&fermata_store::Sql) -> Result<T, fermata_store::Error> + Send + 'static,
    ) -> Result<T, Error> {
        let store = self.shared.store.clone();
        blocking(move || store.read(work)).await
    }

    async fn write<T: Send + 'static>(
        &self,
        durability: Durability,
        writer: Writer,
        work: impl FnOnce(&Tx<'_>) -> Result<T, fermata_store::Error> + Send + 'static,
    ) -> Result<T, Error> {
        let store = self.shared.store.clone();
        blocking(move || store.write(durability, writer, work)).await
    }

    /// Prepares what came from a connection for landing.
    async fn prepare(
        &self,
        connection: ConnectionId,
        platform: Platform,
        changes: Vec<Change>,
    ) -> Result<Vec<Prepared>, Error> {
        let (now, resolver) = (self.now(), self.shared.resolver.clone());
        let (store, preparer) = (self.shared.store.clone(), self.shared.preparer.clone());
        let preparing = move || {
            let (resolver, feed_since) = (resolver.as_ref(), pass::earlier(now, NEWS));
            let landing = Landing { connection, platform, resolver, now, feed_since };
            landing::prepare(&landing, store.patterns(), changes)
        };
        blocking(move || Ok(preparer.run(preparing))).await
    }

    /// Writes what comes from a connection, in a transaction that knows how it lands.
    async fn land<T: Send + 'static>(
        &self,
        connection: ConnectionId,
        work: impl FnOnce(&Tx<'_>, &Landing<'_>) -> Result<T, fermata_store::Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (now, resolver) = (self.now(), self.shared.resolver.clone());
        let (store, lander) = (self.shared.store.clone(), self.shared.lander.clone());
        let landing = move || {
            store.write(Durability::Normal, Writer::Sync(connection), move |tx| {
                let platform = connections::get(tx, connection)?.platform;
                let (resolver, feed_since) = (resolver.as_ref(), pass::earlier(now, NEWS));
                work(tx, &Landing { connection, platform, resolver, now, feed_since })
            })
        };
        blocking(move || lander.run(landing)).await
    }
}

/// Runs work that blocks on a thread that may; a panic there goes on here.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, fermata_store::Error> + Send + 'static,
) -> Result<T, Error> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => Ok(result?),
        Err(failed) => match failed.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(Error::Stopped),
        },
    }
}
