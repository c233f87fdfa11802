//! How far each stream of each connection has been read.
//!
//! The position changes in the transaction that lands its pages, so a crash costs what has not landed
//! and never skips a page.

use fermata_model::{ConnectionId, Stream, Timestamp};
use rusqlite::{Connection, Row};

use crate::{Error, Topic, Tx, time};

pub(crate) const MIGRATION: &str = "
CREATE TABLE progress (
    connection   INTEGER NOT NULL,
    stream       TEXT NOT NULL,
    backfilled   INTEGER NOT NULL DEFAULT 0,
    pass_since   INTEGER,
    pass_until   INTEGER,
    token        TEXT,
    mark         INTEGER,
    pass_landed  INTEGER NOT NULL DEFAULT 0,
    landed       INTEGER NOT NULL DEFAULT 0,
    total        INTEGER,
    last_success INTEGER,
    last_error   TEXT,
    error_at     INTEGER,
    failures     INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (connection, stream)
) STRICT, WITHOUT ROWID;
";

/// Where one stream stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Has one pass over everything ended? Until then the stream is being backfilled.
    pub backfilled: bool,
    /// The pass that is under way, if one is.
    pub pass: Option<Pass>,
    /// Everything that changed before this instant has landed.
    pub mark: Option<Timestamp>,
    /// Records of the running pass that have landed.
    pub pass_landed: u64,
    /// Records that have ever landed.
    pub landed: u64,
    /// How many records the running pass has, if the platform tells.
    pub total: Option<u64>,
    /// When a pass last ended well.
    pub last_success: Option<Timestamp>,
    /// What went wrong last, if it has not gone well since; where nothing failed, why the account does not have
    /// this stream.
    pub last_error: Option<String>,
    /// Since when it has gone wrong.
    pub error_at: Option<Timestamp>,
    /// How often in a row it went wrong.
    pub failures: u32,
}

impl Progress {
    /// Returns why the account does not have this stream at all, if it does not: no failure, and nothing to
    /// wait for.
    pub fn absent(&self) -> Option<&str> {
        self.last_error.as_deref().filter(|_| self.failures == 0)
    }

    /// Tells whether nothing of its history is still to come.
    pub fn is_settled(&self) -> bool {
        self.backfilled || self.absent().is_some()
    }
}

/// One pass over a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pass {
    /// Only what changed since; `None` reads everything.
    pub since: Option<Timestamp>,
    /// Nothing that changed after; the mark once the pass has ended.
    pub until: Timestamp,
    /// The next page; `None` before the first.
    pub token: Option<String>,
}

const COLUMNS: &str = "stream, backfilled, pass_since, pass_until, token, mark, pass_landed, landed, total, \
                       last_success, last_error, error_at, failures";

/// Reads where a stream stands; a stream never read stands at the default.
pub fn get(conn: &Connection, connection: ConnectionId, stream: Stream) -> Result<Progress, Error> {
    let mut query = conn
        .prepare_cached(&format!("SELECT {COLUMNS} FROM progress WHERE connection = ?1 AND stream = ?2"))?;
    let found = query.query_and_then((connection.0, stream.name()), read)?.next().transpose()?;
    Ok(found.map(|(_, progress)| progress).unwrap_or_default())
}

/// Lists where the streams of a connection stand, those that were ever read.
pub fn list(conn: &Connection, connection: ConnectionId) -> Result<Vec<(Stream, Progress)>, Error> {
    let mut query = conn
        .prepare_cached(&format!("SELECT {COLUMNS} FROM progress WHERE connection = ?1 ORDER BY stream"))?;
    query.query_and_then([connection.0], read)?.collect()
}

/// Writes where a stream stands.
pub fn set(tx: &Tx<'_>, connection: ConnectionId, stream: Stream, to: &Progress) -> Result<(), Error> {
    let pass = to.pass.as_ref();
    tx.prepare_cached(
        "INSERT OR REPLACE INTO progress (connection, stream, backfilled, pass_since, pass_until, token, mark,
             pass_landed, landed, total, last_success, last_error, error_at, failures)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
    )?
    .execute((
        connection.0,
        stream.name(),
        to.backfilled,
        pass.and_then(|pass| pass.since).map(time::to_sql),
        pass.map(|pass| time::to_sql(pass.until)),
        pass.and_then(|pass| pass.token.as_deref()),
        to.mark.map(time::to_sql),
        count_to_sql(to.pass_landed),
        count_to_sql(to.landed),
        to.total.map(count_to_sql),
        to.last_success.map(time::to_sql),
        to.last_error.as_deref(),
        to.error_at.map(time::to_sql),
        to.failures,
    ))?;
    tx.changed(Topic::Connections, Some(connection.0));
    Ok(())
}

fn read(row: &Row<'_>) -> Result<(Stream, Progress), Error> {
    let stream: String = row.get(0)?;
    let pass = match time::optional(row, 3)? {
        Some(until) => Some(Pass { since: time::optional(row, 2)?, until, token: row.get(4)? }),
        None => None,
    };
    let progress = Progress {
        backfilled: row.get(1)?,
        pass,
        mark: time::optional(row, 5)?,
        pass_landed: count(row.get(6)?),
        landed: count(row.get(7)?),
        total: row.get::<_, Option<i64>>(8)?.map(count),
        last_success: time::optional(row, 9)?,
        last_error: row.get(10)?,
        error_at: time::optional(row, 11)?,
        failures: row.get(12)?,
    };
    Ok((stream.parse().map_err(|error| Error::unreadable("stream", error))?, progress))
}

fn count_to_sql(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn count(stored: i64) -> u64 {
    u64::try_from(stored).unwrap_or(0)
}
