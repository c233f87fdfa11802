//! What has to be done beside reading: parcels that became late, the search index, records that
//! were set aside.

use fermata_connectors::Error as PlatformError;
use fermata_model::record::Gone;
use fermata_model::{Change, ConnectionId, RecordId, Timestamp};
use fermata_store::connections::ConnectionState;
use fermata_store::landing::{Landed, Landing, land};
use fermata_store::{Durability, Tx, Writer, arrivals, aside, connections, feed, late, records, search};

use crate::{Error, Sync, health};

/// How many customers are indexed in one transaction, so that other writers wait little.
const INDEXED_AT_ONCE: u32 = 2_000;

/// Brings the search index up to date.
pub(crate) async fn index(sync: &Sync) -> Result<(), Error> {
    loop {
        let done = sync
            .write(Durability::Normal, Writer::System("search"), |tx| search::catch_up(tx, INDEXED_AT_ONCE))
            .await?;
        if done < INDEXED_AT_ONCE as usize {
            return Ok(());
        }
    }
}

/// Files the events of large landings on their timelines, once there are no more to come or too many
/// to look through.
pub(crate) async fn file(sync: &Sync, more_to_come: bool) -> Result<(), Error> {
    let mut due = sync.read(move |conn| arrivals::are_due(conn, more_to_come)).await?;
    while due {
        due = sync.write(Durability::Normal, Writer::System("timeline"), arrivals::file).await?;
    }
    Ok(())
}

/// Does what follows a round of passes.
pub(crate) async fn after_round(sync: &Sync, connection: ConnectionId) -> Result<(), Error> {
    note_late_parcels(sync, connection).await?;
    sync.write(Durability::Normal, Writer::System("feed"), feed::prune).await?;
    let capability = sync.connector(connection).await?.capability();
    health::note_age(sync, connection, capability).await?;
    health::note_aside(sync, connection).await
}

/// Notes parcels that have become late by now; each is noted once. Returns how many orders had
/// one.
pub async fn note_late_parcels(sync: &Sync, connection: ConnectionId) -> Result<usize, Error> {
    sync.land(connection, late::note).await
}

/// Reads again what was set aside, such as after an update; what can be read now lands.
///
/// Returns what became of it; what is still unreadable stays set aside.
pub async fn reread(sync: &Sync, connection: ConnectionId) -> Result<Landed, Error> {
    let connector = sync.connector(connection).await?;
    let mut all = Landed::default();
    for entry in sync.read(move |conn| aside::list(conn, Some(connection))).await? {
        let change: Result<Change, PlatformError> = connector.reread(entry.stream, &entry.raw);
        let change = match change {
            Ok(Change::Unreadable(_)) | Err(_) => {
                all.set_aside += 1;
                continue;
            }
            Ok(change) => change,
        };
        let landed = sync
            .land(connection, move |tx, landing| {
                aside::remove(tx, entry.id)?;
                land(tx, landing, vec![change])
            })
            .await?;
        all.add(landed);
    }
    health::note_aside(sync, connection).await?;
    Ok(all)
}

/// How many records of a connection are taken out in one transaction.
const REMOVED_AT_ONCE: u32 = 500;

/// Takes a connection out of the store, with everything that came from it. What was done through
/// it stays in the ledger.
///
/// `by` is the name of who removes it; `with_it` goes in the very transaction that removes the
/// connection, and before it. It may be called again after it was cut off, and by two at once: what is
/// left is taken out then.
///
/// Errors: [`Error::Store`].
pub async fn remove(
    sync: &Sync,
    connection: ConnectionId,
    by: &str,
    with_it: impl FnOnce(&Tx<'_>) -> Result<(), fermata_store::Error> + Send + 'static,
) -> Result<(), Error> {
    match take_out(sync, connection, by, with_it).await {
        // Another was faster.
        Err(Error::Store(fermata_store::Error::Missing { what: "connection", .. })) => Ok(()),
        ended => ended,
    }
}

async fn take_out(
    sync: &Sync,
    connection: ConnectionId,
    by: &str,
    with_it: impl FnOnce(&Tx<'_>) -> Result<(), fermata_store::Error> + Send + 'static,
) -> Result<(), Error> {
    let removing = ConnectionState::Removing { by: by.to_owned() };
    sync.write(Durability::Full, Writer::Sync(connection), move |tx| {
        connections::set_state(tx, connection, &removing)
    })
    .await?;
    sync.reconnect(connection);
    let mut after = RecordId(0);
    loop {
        let last = sync
            .land(connection, move |tx, landing| {
                let present = records::present(tx, connection, after, REMOVED_AT_ONCE)?;
                let last = present.last().map(|(id, ..)| *id);
                // Whatever the platform's clock says, no version is newer than the removal.
                let at = Timestamp::MAX;
                let gone = present.into_iter().map(|(_, stream, external_id)| {
                    Change::Gone(Gone { stream, external_id, at, merged_into: None })
                });
                // Nothing of it is news.
                land(tx, &Landing { feed_since: landing.now, ..*landing }, gone.collect())?;
                Ok(last)
            })
            .await?;
        match last {
            Some(last) => after = last,
            None => break,
        }
    }
    sync.write(Durability::Full, Writer::Sync(connection), move |tx| {
        connections::get(tx, connection)?;
        with_it(tx)?;
        connections::remove(tx, connection)
    })
    .await
}
