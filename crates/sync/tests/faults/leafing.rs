//! Reading in small pages, at a pace that no limit slows down.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use fermata_connectors::{Account, Capability, Connector, Error, Found, Ids, Page, Pull, Sent};
use fermata_model::{Action, Change, Frozen, Key, Stream, Timestamp};
use fermata_sync::Connect;

/// After so many calls a connector is made anew, as by a restart: what it had in mind may not matter, and
/// its budget is full again, which the vendors' limits would otherwise stretch to minutes.
const CALLS: u32 = 4;
/// How many pages of what is sold fit into one of people and trade: there is more of it.
const OF_GOODS: u32 = 8;

/// Makes connectors whose pages are small, so that a small store has many.
pub(super) fn leafing(connect: Connect, size: u32) -> Connect {
    Arc::new(move |connection| {
        let (connect, connection) = (connect.clone(), connection.clone());
        let fresh = move || connect(&connection);
        let inner = Mutex::new(fresh()?);
        Ok(Arc::new(Leafing { fresh: Box::new(fresh), inner, calls: AtomicU32::new(0), size }))
    })
}

struct Leafing {
    fresh: Box<dyn Fn() -> Result<Arc<dyn Connector>, Error> + Send + Sync>,
    inner: Mutex<Arc<dyn Connector>>,
    calls: AtomicU32,
    size: u32,
}

impl Leafing {
    fn connector(&self) -> Arc<dyn Connector> {
        let mut inner = self.inner.lock().unwrap();
        if self.calls.fetch_add(1, Ordering::Relaxed) % CALLS == CALLS - 1 {
            *inner = (self.fresh)().unwrap();
        }
        inner.clone()
    }

    fn size(&self, stream: Stream) -> u32 {
        match stream {
            Stream::Products | Stream::Stock | Stream::Prices => self.size * OF_GOODS,
            _ => self.size,
        }
    }
}

#[async_trait]
impl Connector for Leafing {
    fn capability(&self) -> &'static Capability {
        self.inner.lock().unwrap().capability()
    }

    async fn check(&self) -> Result<Account, Error> {
        self.connector().check().await
    }

    async fn pull(&self, pull: &Pull) -> Result<Page, Error> {
        let size = Some(self.size(pull.stream));
        self.connector().pull(&Pull { size, ..pull.clone() }).await
    }

    async fn ids(&self, stream: Stream, token: Option<String>, now: Timestamp) -> Result<Ids, Error> {
        self.connector().ids(stream, token, now).await
    }

    fn reread(&self, stream: Stream, raw: &str) -> Result<Change, Error> {
        self.connector().reread(stream, raw)
    }

    async fn prepare(&self, action: &Action, key: Key, now: Timestamp) -> Result<Frozen, Error> {
        self.connector().prepare(action, key, now).await
    }

    async fn send(&self, frozen: &Frozen) -> Result<Sent, Error> {
        self.connector().send(frozen).await
    }

    async fn find(&self, frozen: &Frozen) -> Result<Found, Error> {
        self.connector().find(frozen).await
    }
}
