//! The feed: every new event once, in the order in which we learned of it, for whoever acts on
//! what is new.
//!
//! An entry names the event by whom it is about, so it stays right when two customers turn out to
//! be one. History that was old when it landed never enters.

use fermata_model::IdentityId;
use rusqlite::{Connection, OptionalExtension};

use crate::timeline::{self, Event};
use crate::{Error, Tx};

pub(crate) const MIGRATION: &str = "
CREATE TABLE feed (
    seq       INTEGER PRIMARY KEY AUTOINCREMENT,
    identity  INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    event_seq INTEGER NOT NULL
) STRICT;
CREATE TABLE feed_reader (
    name TEXT PRIMARY KEY,
    seq  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
";

/// One entry of the feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedItem {
    /// Its place in the feed.
    pub feed_seq: i64,
    /// The event, with the customer it belongs to now.
    pub event: Event,
}

/// A stretch of the feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The entries whose event is still there.
    pub items: Vec<FeedItem>,
    /// The place of the last entry looked at: read on from here. Equal to what was asked when
    /// there is nothing new.
    pub end: i64,
}

/// Reads the entries after a place, at most `limit`; those whose event is no more are left out.
pub fn since(conn: &Connection, after: i64, limit: u32) -> Result<Stretch, Error> {
    let mut query = conn.prepare_cached(
        "SELECT feed.seq, identity.customer, feed.at, feed.event_seq
         FROM feed JOIN identity ON identity.id = feed.identity
         WHERE feed.seq > ?1 ORDER BY feed.seq LIMIT ?2",
    )?;
    let mut rows = query.query((after, limit))?;
    let mut stretch = Stretch { items: Vec::new(), end: after };
    while let Some(row) = rows.next()? {
        let feed_seq = row.get(0)?;
        stretch.end = feed_seq;
        if let Some(event) = timeline::get(conn, row.get(1)?, row.get(2)?, row.get(3)?)? {
            stretch.items.push(FeedItem { feed_seq, event });
        }
    }
    Ok(stretch)
}

/// Returns how far a reader has come; 0 if it never read.
pub fn position(conn: &Connection, reader: &str) -> Result<i64, Error> {
    let mut query = conn.prepare_cached("SELECT seq FROM feed_reader WHERE name = ?1")?;
    Ok(query.query_row([reader], |row| row.get(0)).optional()?.unwrap_or(0))
}

/// Notes how far a reader has come, in the transaction that holds what it made of it.
pub fn advance(tx: &Tx<'_>, reader: &str, to: i64) -> Result<(), Error> {
    tx.prepare_cached(
        "INSERT INTO feed_reader (name, seq) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET seq = excluded.seq",
    )?
    .execute((reader, to))?;
    Ok(())
}

/// Forgets entries that every reader has read.
///
/// Without any reader nothing is forgotten.
pub fn prune(tx: &Tx<'_>) -> Result<usize, Error> {
    Ok(tx.execute("DELETE FROM feed WHERE seq <= (SELECT min(seq) FROM feed_reader)", ())?)
}

pub(crate) fn append(tx: &Tx<'_>, identity: IdentityId, at: i64, event_seq: i64) -> Result<(), Error> {
    tx.prepare_cached("INSERT INTO feed (identity, at, event_seq) VALUES (?1, ?2, ?3)")?
        .execute((identity.0, at, event_seq))?;
    Ok(())
}

/// Makes an entry for an event of our own and returns the event's `seq`, which the entry gives it.
pub(crate) fn append_ours(tx: &Tx<'_>, identity: IdentityId, at: i64) -> Result<i64, Error> {
    let seq = tx
        .prepare_cached("INSERT INTO feed (identity, at, event_seq) VALUES (?1, ?2, 0)")?
        .insert((identity.0, at))?;
    tx.prepare_cached("UPDATE feed SET event_seq = -seq WHERE seq = ?1")?.execute([seq])?;
    Ok(-seq)
}
