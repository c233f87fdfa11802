//! Connections: the accounts that the store is filled from.

use std::str::FromStr;

use fermata_model::{ConnectionId, Platform, Timestamp};
use rusqlite::{Connection as Sql, OptionalExtension, Row};

use crate::{Error, Topic, Tx, time};

pub(crate) const MIGRATION: &str = "
CREATE TABLE connection (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    platform   TEXT NOT NULL,
    name       TEXT NOT NULL,
    base_url   TEXT NOT NULL,
    account    TEXT,
    state      TEXT NOT NULL,
    reason     TEXT,
    hint       TEXT,
    created_at INTEGER NOT NULL
) STRICT;
";

pub(crate) const SHARE: &str = "
ALTER TABLE connection ADD COLUMN share INTEGER NOT NULL DEFAULT 50 CHECK (share BETWEEN 10 AND 100);
";

/// One account at one platform. Its secrets are in the keychain, never here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// Our id.
    pub id: ConnectionId,
    /// The platform.
    pub platform: Platform,
    /// What the owner calls it.
    pub name: String,
    /// Where the account lives.
    pub base_url: String,
    /// What the platform said about the account, as JSON, when it was last checked.
    pub account: Option<String>,
    /// How it is doing.
    pub state: ConnectionState,
    /// When it was made.
    pub created_at: Timestamp,
    /// How much of the platform's limits we take, in percent: 10 to 100.
    pub share: u8,
}

/// How a connection is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConnectionState {
    /// It is read on schedule.
    Ok,
    /// Nothing is read and nothing is sent: it is being connected, or that was cut off.
    Paused,
    /// It is being removed, and nothing is read and nothing is sent; what was cut off goes on at the next
    /// start.
    Removing {
        /// The name of who removes it.
        by: String,
    },
    /// It fails; the schedule goes on trying, more slowly.
    Failing {
        /// What is wrong, for a store owner.
        reason: String,
        /// What to do about it.
        hint: Option<String>,
    },
    /// The sign-in was refused; nothing is tried until a person signs in again.
    SignedOut {
        /// What the platform said.
        reason: String,
    },
}

impl ConnectionState {
    /// Tells whether nothing is read from it and nothing is sent, whatever is asked.
    pub const fn rests(&self) -> bool {
        matches!(self, Self::Paused | Self::Removing { .. })
    }

    const fn parts(&self) -> (&'static str, Option<&String>, Option<&String>) {
        match self {
            Self::Ok => ("ok", None, None),
            Self::Paused => ("paused", None, None),
            Self::Removing { by } => ("removing", Some(by), None),
            Self::Failing { reason, hint } => ("failing", Some(reason), hint.as_ref()),
            Self::SignedOut { reason } => ("signed_out", Some(reason), None),
        }
    }
}

/// What is needed to make a connection.
#[derive(Clone, Debug)]
pub struct NewConnection {
    /// The platform.
    pub platform: Platform,
    /// What the owner calls it.
    pub name: String,
    /// Where the account lives.
    pub base_url: String,
    /// When it is made.
    pub at: Timestamp,
}

const COLUMNS: &str = "id, platform, name, base_url, account, state, reason, hint, created_at, share";

/// Lists all connections in the order in which they were made.
pub fn list(conn: &Sql) -> Result<Vec<Connection>, Error> {
    let mut query = conn.prepare_cached(&format!("SELECT {COLUMNS} FROM connection ORDER BY id"))?;
    let rows = query.query_and_then((), read)?;
    rows.collect()
}

/// Reads one connection.
///
/// Errors: [`Error::Missing`].
pub fn get(conn: &Sql, id: ConnectionId) -> Result<Connection, Error> {
    conn.prepare_cached(&format!("SELECT {COLUMNS} FROM connection WHERE id = ?1"))?
        .query_and_then([id.0], read)?
        .next()
        .ok_or_else(|| Error::missing("connection", id))?
}

/// Makes a connection.
pub fn add(tx: &Tx<'_>, new: &NewConnection) -> Result<ConnectionId, Error> {
    let id = tx
        .prepare_cached(
            "INSERT INTO connection (platform, name, base_url, state, created_at)
             VALUES (?1, ?2, ?3, 'ok', ?4)",
        )?
        .insert((new.platform.name(), &new.name, &new.base_url, time::to_sql(new.at)))?;
    tx.changed(Topic::Connections, Some(id));
    Ok(ConnectionId(id))
}

/// Notes what the platform said about the account, as JSON.
pub fn set_account(tx: &Tx<'_>, id: ConnectionId, account: &str) -> Result<(), Error> {
    let found =
        tx.prepare_cached("UPDATE connection SET account = ?2 WHERE id = ?1")?.execute((id.0, account))?;
    changed(tx, id, found)
}

/// Sets how a connection is doing; listeners hear of it only if it changed.
pub fn set_state(tx: &Tx<'_>, id: ConnectionId, state: &ConnectionState) -> Result<(), Error> {
    if get(tx, id)?.state == *state {
        return Ok(());
    }
    let (name, reason, hint) = state.parts();
    let found = tx
        .prepare_cached("UPDATE connection SET state = ?2, reason = ?3, hint = ?4 WHERE id = ?1")?
        .execute((id.0, name, reason, hint))?;
    changed(tx, id, found)
}

/// Renames a connection or moves it to another address.
pub fn set_address(tx: &Tx<'_>, id: ConnectionId, name: &str, base_url: &str) -> Result<(), Error> {
    let found = tx
        .prepare_cached("UPDATE connection SET name = ?2, base_url = ?3 WHERE id = ?1")?
        .execute((id.0, name, base_url))?;
    changed(tx, id, found)
}

/// Sets how much of the platform's limits is taken, in percent: 10 to 100.
pub fn set_share(tx: &Tx<'_>, id: ConnectionId, share: u8) -> Result<(), Error> {
    let found =
        tx.prepare_cached("UPDATE connection SET share = ?2 WHERE id = ?1")?.execute((id.0, share))?;
    changed(tx, id, found)
}

/// Forgets a connection, with its progress and what was set aside. Its records must be gone
/// already; what was done through it stays in the ledger.
///
/// Errors: [`Error::Missing`].
pub fn remove(tx: &Tx<'_>, id: ConnectionId) -> Result<(), Error> {
    for sql in [
        "DELETE FROM progress WHERE connection = ?1",
        "DELETE FROM aside WHERE connection = ?1",
        "DELETE FROM proved WHERE connection = ?1",
        "DELETE FROM sweep WHERE connection = ?1",
        "DELETE FROM sweep_seen WHERE connection = ?1",
        "DELETE FROM overlooked WHERE connection = ?1",
        "DELETE FROM record WHERE connection = ?1 AND gone_at IS NOT NULL",
        // Who had no record of their own is known by an address or a phone number. The identity
        // itself stays: what was done for them names it.
        "UPDATE identity SET guest = NULL WHERE id IN (SELECT identity FROM guest WHERE connection = ?1)",
        "DELETE FROM guest WHERE connection = ?1",
    ] {
        tx.prepare_cached(sql)?.execute([id.0])?;
    }
    let found = tx.prepare_cached("DELETE FROM connection WHERE id = ?1")?.execute([id.0])?;
    changed(tx, id, found)
}

/// Returns the platform of a connection; `None` if there is no such connection.
pub fn platform(conn: &Sql, id: ConnectionId) -> Result<Option<Platform>, Error> {
    conn.prepare_cached("SELECT platform FROM connection WHERE id = ?1")?
        .query_row([id.0], |row| row.get::<_, String>(0))
        .optional()?
        .map(|name| Platform::from_str(&name).map_err(|error| Error::unreadable("platform", error)))
        .transpose()
}

fn changed(tx: &Tx<'_>, id: ConnectionId, found: usize) -> Result<(), Error> {
    if found == 0 {
        return Err(Error::missing("connection", id));
    }
    tx.changed(Topic::Connections, Some(id.0));
    Ok(())
}

fn read(row: &Row<'_>) -> Result<Connection, Error> {
    let platform: String = row.get(1)?;
    let state: String = row.get(5)?;
    let reason: Option<String> = row.get(6)?;
    Ok(Connection {
        id: ConnectionId(row.get(0)?),
        platform: platform.parse().map_err(|error| Error::unreadable("platform", error))?,
        name: row.get(2)?,
        base_url: row.get(3)?,
        account: row.get(4)?,
        state: match state.as_str() {
            "ok" => ConnectionState::Ok,
            "paused" => ConnectionState::Paused,
            "removing" => ConnectionState::Removing { by: reason.unwrap_or_default() },
            "failing" => ConnectionState::Failing { reason: reason.unwrap_or_default(), hint: row.get(7)? },
            "signed_out" => ConnectionState::SignedOut { reason: reason.unwrap_or_default() },
            other => return Err(Error::unreadable("connection state", other)),
        },
        created_at: time::column(row, 8)?,
        share: row.get(9)?,
    })
}
