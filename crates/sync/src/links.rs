//! The connectors in use, one per connection, and the bells that wake their tasks.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fermata_connectors::Connector;
use fermata_model::ConnectionId;
use fermata_store::connections::Connection;
use tokio::sync::Notify;

use crate::Connect;

/// A connector in use, and the address and share of the limits that it was made for.
type Open = (String, u8, Arc<dyn Connector>);

pub(crate) struct Links {
    pub(crate) connect: Connect,
    open: Mutex<HashMap<ConnectionId, Open>>,
    wakers: Mutex<HashMap<ConnectionId, Arc<Notify>>>,
}

impl Links {
    pub(crate) fn new(connect: Connect) -> Self {
        Self { connect, open: Mutex::default(), wakers: Mutex::default() }
    }

    /// Returns the connector in use, or makes one; another address or share makes
    /// another.
    pub(crate) fn connector(
        &self,
        connection: &Connection,
    ) -> Result<Arc<dyn Connector>, fermata_connectors::Error> {
        let mut open = lock(&self.open);
        if let Some((address, share, connector)) = open.get(&connection.id)
            && *address == connection.base_url
            && *share == connection.share
        {
            return Ok(connector.clone());
        }
        let connector = (self.connect)(connection)?;
        open.insert(connection.id, (connection.base_url.clone(), connection.share, connector.clone()));
        Ok(connector)
    }

    /// Returns the connector in use, if one is.
    pub(crate) fn in_use(&self, connection: ConnectionId) -> Option<Arc<dyn Connector>> {
        lock(&self.open).get(&connection).map(|(.., connector)| connector.clone())
    }

    pub(crate) fn forget(&self, connection: ConnectionId) {
        lock(&self.open).remove(&connection);
    }

    pub(crate) fn waker(&self, connection: ConnectionId) -> Arc<Notify> {
        lock(&self.wakers).entry(connection).or_default().clone()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
