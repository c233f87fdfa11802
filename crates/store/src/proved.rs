//! What the last proof of each connection found, so that it is known after a restart too.

use fermata_model::{ConnectionId, Timestamp};
use rusqlite::{Connection, OptionalExtension};

use crate::{Error, Topic, Tx, time};

pub(crate) const MIGRATION: &str = "
CREATE TABLE proved (
    connection  INTEGER PRIMARY KEY,
    at          INTEGER NOT NULL,
    streams     INTEGER NOT NULL,
    failed      INTEGER NOT NULL,
    unexplained INTEGER NOT NULL
) STRICT;
";

/// What one proof found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proved {
    /// When both sides had been read.
    pub at: Timestamp,
    /// How many streams it was about.
    pub streams: u32,
    /// How many of them could not be compared.
    pub failed: u32,
    /// How many records differed for no known reason.
    pub unexplained: u32,
}

/// Reads what the last proof of a connection found; `None` if there was none.
pub fn get(conn: &Connection, connection: ConnectionId) -> Result<Option<Proved>, Error> {
    Ok(conn
        .prepare_cached("SELECT at, streams, failed, unexplained FROM proved WHERE connection = ?1")?
        .query_row([connection.0], |row| {
            Ok(Proved {
                at: time::column(row, 0)?,
                streams: row.get(1)?,
                failed: row.get(2)?,
                unexplained: row.get(3)?,
            })
        })
        .optional()?)
}

/// Keeps what a proof found, in place of the one before; a proof of a connection that was removed
/// meanwhile is dropped.
pub fn set(tx: &Tx<'_>, connection: ConnectionId, proved: &Proved) -> Result<(), Error> {
    tx.prepare_cached(
        "INSERT OR REPLACE INTO proved (connection, at, streams, failed, unexplained)
         SELECT id, ?2, ?3, ?4, ?5 FROM connection WHERE id = ?1",
    )?
    .execute((
        connection.0,
        time::to_sql(proved.at),
        proved.streams,
        proved.failed,
        proved.unexplained,
    ))?;
    tx.changed(Topic::Connections, Some(connection.0));
    Ok(())
}
