//! Sweeps: which records a platform still lists, to notice those that it deleted without a word.
//!
//! A sweep notes every id that the platform lists, page by page, and its place moves in the
//! transaction that notes a page. When the listing has come to its end, what was held before the
//! sweep began and is neither listed nor seen since is missing. What is listed, was so a sweep before,
//! and never came was overlooked: its stream is read again.

use fermata_model::{ConnectionId, RecordId, Stream, Timestamp};
use rusqlite::{Connection, Row};

use crate::{Error, Tx, codes, progress, records, time};

pub(crate) const MIGRATION: &str = "
CREATE TABLE sweep (
    connection INTEGER NOT NULL,
    stream     INTEGER NOT NULL,
    ended_at   INTEGER NOT NULL,
    failures   INTEGER NOT NULL DEFAULT 0,
    began_at   INTEGER,
    newest     INTEGER NOT NULL DEFAULT 0,
    token      TEXT,
    listed     INTEGER NOT NULL DEFAULT 0,
    complete   INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (connection, stream)
) STRICT, WITHOUT ROWID;
CREATE TABLE sweep_seen (
    connection INTEGER NOT NULL,
    stream     INTEGER NOT NULL,
    record     INTEGER NOT NULL,
    PRIMARY KEY (connection, stream, record)
) STRICT, WITHOUT ROWID;
";

/// What was listed, never came, and is why its stream has been read again: once is enough, since some
/// records cannot be read.
pub(crate) const OVERLOOKED: &str = "
CREATE TABLE overlooked (
    connection INTEGER NOT NULL,
    stream     INTEGER NOT NULL,
    record     INTEGER NOT NULL,
    PRIMARY KEY (connection, stream, record)
) STRICT, WITHOUT ROWID;
";

/// Where the sweeps of one stream stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// When the last one ended; before the first, when waiting for it began.
    pub ended_at: Timestamp,
    /// How often in a row one could not go on.
    pub failures: u32,
    /// The one that is under way, if one is.
    pub running: Option<Sweep>,
}

/// One sweep under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sweep {
    /// When it began.
    pub began_at: Timestamp,
    /// The next page of ids; `None` before the first and after the last.
    pub token: Option<String>,
    /// How many ids were listed so far.
    pub listed: u64,
    /// Has the listing come to its end?
    pub complete: bool,
}

/// What a complete listing says about what is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Records that were held when it began and are not known to be gone.
    pub held: u64,
    /// Those of them that are neither listed nor seen since.
    pub missing: u64,
}

/// What is held of a sweep's stream: `?1` connection, `?2` stream, `?3` whether what is only named counts.
const HELD: &str =
    "FROM record JOIN sweep ON sweep.connection = record.connection AND sweep.stream = record.stream
     WHERE record.connection = ?1 AND record.stream = ?2 AND record.id <= sweep.newest
         AND (record.changed_at IS NOT NULL OR ?3) AND record.gone_at IS NULL";
/// ... and neither listed nor seen since.
const UNSEEN: &str = "NOT EXISTS (SELECT 1 FROM sweep_seen WHERE sweep_seen.connection = ?1
         AND sweep_seen.stream = ?2 AND sweep_seen.record = record.id)";

/// Tells whether a record counts as held that never came and that others name.
///
/// A profile takes along what was mailed to it, so that one who was erased between the reading of their
/// mails and their own must be missed too.
const fn names_count(stream: Stream) -> bool {
    matches!(stream, Stream::Profiles)
}

/// Reads where the sweeps of a stream stand; `None` if waiting for the first has not begun.
pub fn get(conn: &Connection, connection: ConnectionId, stream: Stream) -> Result<Option<Standing>, Error> {
    let mut query = conn.prepare_cached(
        "SELECT ended_at, failures, began_at, token, listed, complete FROM sweep
         WHERE connection = ?1 AND stream = ?2",
    )?;
    query.query_and_then((connection.0, codes::stream(stream)), read)?.next().transpose()
}

fn read(row: &Row<'_>) -> Result<Standing, Error> {
    let running = match time::optional(row, 2)? {
        Some(began_at) => Some(Sweep {
            began_at,
            token: row.get(3)?,
            listed: row.get::<_, i64>(4)?.unsigned_abs(),
            complete: row.get(5)?,
        }),
        None => None,
    };
    Ok(Standing { ended_at: time::column(row, 0)?, failures: row.get(1)?, running })
}

/// Lists the streams of a connection that are being swept.
pub fn running(conn: &Connection, connection: ConnectionId) -> Result<Vec<Stream>, Error> {
    let mut query = conn.prepare_cached(
        "SELECT stream FROM sweep WHERE connection = ?1 AND began_at IS NOT NULL ORDER BY stream",
    )?;
    query.query_and_then([connection.0], |row| codes::read_stream(row.get(0)?))?.collect()
}

/// Begins a sweep, or begins the running one again.
pub fn begin(tx: &Tx<'_>, connection: ConnectionId, stream: Stream, now: Timestamp) -> Result<(), Error> {
    forget_seen(tx, connection, stream)?;
    tx.prepare_cached(
        "INSERT INTO sweep (connection, stream, ended_at, began_at, newest)
         VALUES (?1, ?2, ?3, ?3, (SELECT coalesce(max(id), 0) FROM record))
         ON CONFLICT (connection, stream) DO UPDATE SET began_at = excluded.began_at, newest = excluded.newest,
             token = NULL, listed = 0, complete = 0",
    )?
    .execute((connection.0, codes::stream(stream), time::to_sql(now)))?;
    Ok(())
}

/// Ends the running sweep, or begins to wait for the first one.
pub fn end(tx: &Tx<'_>, connection: ConnectionId, stream: Stream, now: Timestamp) -> Result<(), Error> {
    forget_seen(tx, connection, stream)?;
    tx.prepare_cached("INSERT OR REPLACE INTO sweep (connection, stream, ended_at) VALUES (?1, ?2, ?3)")?
        .execute((connection.0, codes::stream(stream), time::to_sql(now)))?;
    Ok(())
}

/// Notes that the running sweep could not go on. Returns how often in a row that was.
pub fn note_failure(tx: &Tx<'_>, connection: ConnectionId, stream: Stream) -> Result<u32, Error> {
    Ok(tx
        .prepare_cached(
            "UPDATE sweep SET failures = failures + 1 WHERE connection = ?1 AND stream = ?2 RETURNING failures",
        )?
        .query_row((connection.0, codes::stream(stream)), |row| row.get(0))?)
}

/// Notes a page of ids, and where the next one is; without a next one the listing is complete.
///
/// A first page alone does not make up for failures: a listing that always begins anew never ends.
///
/// A record that an earlier sweep missed and that is listed again is read again with everything else
/// of its stream.
pub fn note_page(
    tx: &Tx<'_>,
    connection: ConnectionId,
    stream: Stream,
    ids: &[String],
    next: Option<&str>,
) -> Result<(), Error> {
    let mut returned = false;
    for id in ids {
        let known = records::place(tx, connection, stream, id)?;
        if records::was_missed(&known) {
            records::set_only_named(tx, known.id)?;
            returned = true;
        }
        put_seen(tx, connection, stream, known.id)?;
    }
    if returned {
        read_again(tx, connection, stream)?;
    }
    let listed = i64::try_from(ids.len()).unwrap_or(i64::MAX);
    tx.prepare_cached(
        "UPDATE sweep SET token = ?3, listed = listed + ?4, complete = ?5,
             failures = CASE WHEN token IS NULL THEN failures ELSE 0 END
         WHERE connection = ?1 AND stream = ?2",
    )?
    .execute((connection.0, codes::stream(stream), next, listed, next.is_none()))?;
    Ok(())
}

/// Notes that a record was read while its stream is being swept.
pub fn note_seen(
    tx: &Tx<'_>,
    connection: ConnectionId,
    stream: Stream,
    external_id: &str,
) -> Result<(), Error> {
    match records::known(tx, connection, stream, external_id)? {
        Some(known) => put_seen(tx, connection, stream, known.id),
        None => Ok(()),
    }
}

/// Has a stream read again if the complete listing names what a sweep before named too and what has not
/// come since. Returns how many records that are; each counts once.
///
/// Records slip through where pages are numbered and one that was read moves back while they are turned.
pub fn note_overlooked(tx: &Tx<'_>, connection: ConnectionId, stream: Stream) -> Result<usize, Error> {
    let overlooked = tx
        .prepare_cached(
            "INSERT OR IGNORE INTO overlooked (connection, stream, record)
             SELECT sweep_seen.connection, sweep_seen.stream, record.id FROM sweep_seen
             JOIN sweep ON sweep.connection = sweep_seen.connection AND sweep.stream = sweep_seen.stream
             JOIN record ON record.id = sweep_seen.record
             WHERE sweep_seen.connection = ?1 AND sweep_seen.stream = ?2 AND record.id <= sweep.newest
                 AND record.changed_at IS NULL AND record.gone_at IS NULL",
        )?
        .execute((connection.0, codes::stream(stream)))?;
    if overlooked > 0 {
        read_again(tx, connection, stream)?;
    }
    Ok(overlooked)
}

fn read_again(tx: &Tx<'_>, connection: ConnectionId, stream: Stream) -> Result<(), Error> {
    let mut held = progress::get(tx, connection, stream)?;
    (held.backfilled, held.pass) = (false, None);
    progress::set(tx, connection, stream, &held)
}

/// Counts what is missing of what is held, once the listing is complete.
pub fn outcome(conn: &Connection, connection: ConnectionId, stream: Stream) -> Result<Outcome, Error> {
    let mut query =
        conn.prepare_cached(&format!("SELECT count(*), count(*) FILTER (WHERE {UNSEEN}) {HELD}"))?;
    let (held, missing): (i64, i64) = query
        .query_row((connection.0, codes::stream(stream), names_count(stream)), |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    Ok(Outcome { held: held.unsigned_abs(), missing: missing.unsigned_abs() })
}

/// Lists some of what is missing, in the order of our ids and those after one of them: our id, the platform's,
/// and when the version that is held was made; before all time for what never came.
pub fn missing(
    conn: &Connection,
    connection: ConnectionId,
    stream: Stream,
    after: RecordId,
    limit: u32,
) -> Result<Vec<(RecordId, String, Timestamp)>, Error> {
    let mut query = conn.prepare_cached(&format!(
        "SELECT record.id, CAST(record.external_id AS TEXT), record.changed_at {HELD} AND {UNSEEN}
         AND record.id > ?5 ORDER BY record.id LIMIT ?4"
    ))?;
    let of = (connection.0, codes::stream(stream), names_count(stream), limit, after.0);
    let found = query.query_map(of, |row| {
        let at = time::optional(row, 2)?.unwrap_or(records::NEVER);
        Ok((RecordId(row.get(0)?), row.get(1)?, at))
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

fn put_seen(tx: &Tx<'_>, connection: ConnectionId, stream: Stream, record: RecordId) -> Result<(), Error> {
    tx.prepare_cached("INSERT OR IGNORE INTO sweep_seen (connection, stream, record) VALUES (?1, ?2, ?3)")?
        .execute((connection.0, codes::stream(stream), record.0))?;
    Ok(())
}

fn forget_seen(tx: &Tx<'_>, connection: ConnectionId, stream: Stream) -> Result<(), Error> {
    tx.prepare_cached("DELETE FROM sweep_seen WHERE connection = ?1 AND stream = ?2")?
        .execute((connection.0, codes::stream(stream)))?;
    Ok(())
}
