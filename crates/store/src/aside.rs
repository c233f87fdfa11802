//! Records set aside because they could not be read, with the reason, until they can be.

use fermata_model::record::Unreadable;
use fermata_model::{ConnectionId, Stream, Timestamp};
use rusqlite::Connection;
use sha2::{Digest, Sha256};

use crate::key::hex;
use crate::{Error, Topic, Tx, codes, time};

pub(crate) const MIGRATION: &str = "
CREATE TABLE aside (
    id          INTEGER PRIMARY KEY,
    connection  INTEGER NOT NULL,
    stream      INTEGER NOT NULL,
    name        TEXT NOT NULL,
    external_id TEXT,
    reason      TEXT NOT NULL,
    raw         TEXT NOT NULL,
    at          INTEGER NOT NULL,
    UNIQUE (connection, stream, name)
) STRICT;
";

/// One record set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aside {
    /// Our id of the entry.
    pub id: i64,
    /// Whence it came.
    pub connection: ConnectionId,
    /// What it should have been.
    pub stream: Stream,
    /// Its id, if at least that could be read.
    pub external_id: Option<String>,
    /// What was wrong, for a person.
    pub reason: String,
    /// The text as it came.
    pub raw: String,
    /// When it came.
    pub at: Timestamp,
}

/// Lists what is set aside, of one connection or of all.
pub fn list(conn: &Connection, connection: Option<ConnectionId>) -> Result<Vec<Aside>, Error> {
    let mut query = conn.prepare_cached(
        "SELECT id, connection, stream, external_id, reason, raw, at FROM aside
         WHERE ?1 IS NULL OR connection = ?1 ORDER BY id",
    )?;
    let rows = query.query_and_then([connection.map(|connection| connection.0)], |row| {
        Ok(Aside {
            id: row.get(0)?,
            connection: ConnectionId(row.get(1)?),
            stream: codes::read_stream(row.get(2)?)?,
            external_id: row.get(3)?,
            reason: row.get(4)?,
            raw: row.get(5)?,
            at: time::column(row, 6)?,
        })
    })?;
    rows.collect()
}

/// Counts what is set aside of a connection.
pub fn count(conn: &Connection, connection: ConnectionId) -> Result<u64, Error> {
    let mut query = conn.prepare_cached("SELECT count(*) FROM aside WHERE connection = ?1")?;
    let count: i64 = query.query_row([connection.0], |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

/// Tells whether a record is set aside, by the platform's id, or by its text if it has none.
pub(crate) fn holds(
    conn: &Connection,
    connection: ConnectionId,
    stream: Stream,
    external_id: Option<&str>,
    raw: &str,
) -> Result<bool, Error> {
    let mut query = conn.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM aside WHERE connection = ?1 AND stream = ?2 AND name = ?3)",
    )?;
    Ok(query.query_row((connection.0, codes::stream(stream), name(external_id, raw)), |row| row.get(0))?)
}

/// Sets a record aside; the same record again replaces what was kept of it.
pub(crate) fn put(
    tx: &Tx<'_>,
    connection: ConnectionId,
    record: &Unreadable,
    at: Timestamp,
) -> Result<(), Error> {
    tx.prepare_cached(
        "INSERT INTO aside (connection, stream, name, external_id, reason, raw, at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (connection, stream, name) DO UPDATE SET reason = excluded.reason, raw = excluded.raw",
    )?
    .execute((
        connection.0,
        codes::stream(record.stream),
        name(record.external_id.as_deref(), &record.raw),
        record.external_id.as_deref(),
        &record.reason,
        &record.raw,
        time::to_sql(at),
    ))?;
    tx.changed(Topic::Connections, Some(connection.0));
    Ok(())
}

/// Takes an entry out, for one that could be read now.
pub fn remove(tx: &Tx<'_>, id: i64) -> Result<(), Error> {
    tx.prepare_cached("DELETE FROM aside WHERE id = ?1")?.execute([id])?;
    tx.changed(Topic::Connections, None);
    Ok(())
}

/// Takes out what was kept of a record that has now been read.
pub(crate) fn remove_record(
    tx: &Tx<'_>,
    connection: ConnectionId,
    stream: Stream,
    external_id: &str,
) -> Result<(), Error> {
    let found = tx
        .prepare_cached("DELETE FROM aside WHERE connection = ?1 AND stream = ?2 AND name = ?3")?
        .execute((connection.0, codes::stream(stream), name(Some(external_id), "")))?;
    if found > 0 {
        tx.changed(Topic::Connections, Some(connection.0));
    }
    Ok(())
}

/// What makes two entries the same: the platform's id, else the text itself.
fn name(external_id: Option<&str>, raw: &str) -> String {
    match external_id {
        Some(id) => format!("id:{id}"),
        None => format!("text:{}", hex(&Sha256::digest(raw.as_bytes()))),
    }
}
