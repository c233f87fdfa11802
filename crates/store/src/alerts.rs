//! Alerts: what needs a person's attention, each with its cause and the next step.
//!
//! An alert has a key that says what it is about (`connection:3:sign_in`, `doubt:12`), so raising
//! it again refreshes the one that is open, and whoever sees the cause gone clears it by the same
//! key.

use fermata_model::{AlertId, ConnectionId, Money, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row};

use crate::columns::money;
use crate::time::{column, optional, to_sql};
use crate::{Error, Topic, Tx};

pub(crate) const MIGRATION: &str = "
CREATE TABLE alert (
    id           INTEGER PRIMARY KEY,
    key          TEXT NOT NULL,
    cause        TEXT NOT NULL,
    next_step    TEXT NOT NULL,
    amount_minor INTEGER,
    currency     TEXT,
    connection   INTEGER,
    opened_at    INTEGER NOT NULL,
    seen_at      INTEGER NOT NULL,
    cleared_at   INTEGER,
    owner        TEXT,
    snoozed_until INTEGER,
    reason       TEXT
) STRICT;
CREATE UNIQUE INDEX alert_open ON alert(key) WHERE cleared_at IS NULL;
";

/// What is raised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAlert {
    /// What it is about; one open alert per key.
    pub key: String,
    /// What happened.
    pub cause: String,
    /// What a person should do.
    pub next_step: String,
    /// Money at stake, if any.
    pub money: Option<Money>,
    /// The connection it concerns, if it concerns one.
    pub connection: Option<ConnectionId>,
    /// When it was seen.
    pub at: Timestamp,
}

/// An alert as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Its id.
    pub id: AlertId,
    /// What it is about.
    pub key: String,
    /// What happened.
    pub cause: String,
    /// What a person should do.
    pub next_step: String,
    /// Money at stake, if any.
    pub money: Option<Money>,
    /// The connection it concerns, if it concerns one.
    pub connection: Option<ConnectionId>,
    /// When it was first raised.
    pub opened_at: Timestamp,
    /// When it was last raised.
    pub seen_at: Timestamp,
    /// When its cause went away.
    pub cleared_at: Option<Timestamp>,
    /// Who took it up.
    pub owner: Option<String>,
    /// Hidden until then, unless it gets worse.
    pub snoozed_until: Option<Timestamp>,
}

fn read_row(row: &Row<'_>) -> rusqlite::Result<Alert> {
    Ok(Alert {
        id: AlertId(row.get(0)?),
        key: row.get(1)?,
        cause: row.get(2)?,
        next_step: row.get(3)?,
        money: money(row, 4, 5)?,
        connection: row.get::<_, Option<i64>>(6)?.map(ConnectionId),
        opened_at: column(row, 7)?,
        seen_at: column(row, 8)?,
        cleared_at: optional(row, 9)?,
        owner: row.get(10)?,
        snoozed_until: optional(row, 11)?,
    })
}

/// Lists the open alerts, the one with the most money first, then the oldest.
pub fn open(conn: &Connection) -> Result<Vec<Alert>, Error> {
    let alerts = conn
        .prepare_cached(
            "SELECT id, key, cause, next_step, amount_minor, currency, connection, opened_at, seen_at, cleared_at,
             owner, snoozed_until
             FROM alert WHERE cleared_at IS NULL ORDER BY amount_minor DESC NULLS LAST, opened_at, id",
        )?
        .query_map([], read_row)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(alerts)
}

/// Raises an alert, or refreshes the open one of the same key.
pub fn raise(tx: &Tx<'_>, alert: &NewAlert) -> Result<AlertId, Error> {
    let known: Option<i64> = tx
        .prepare_cached("SELECT id FROM alert WHERE key = ?1 AND cleared_at IS NULL")?
        .query_row([&alert.key], |row| row.get(0))
        .optional()?;
    let (minor, currency) = (alert.money.map(|m| m.minor), alert.money.map(|m| m.currency.code()));
    let connection = alert.connection.map(|c| c.0);
    let id = if let Some(id) = known {
        tx.prepare_cached(
            // More money at stake is worse: a snooze ends.
            "UPDATE alert SET cause = ?2, next_step = ?3, connection = ?6, seen_at = ?7,
                 snoozed_until = CASE WHEN coalesce(?4, 0) > coalesce(amount_minor, 0) THEN NULL ELSE snoozed_until END,
                 amount_minor = ?4, currency = ?5
             WHERE id = ?1",
        )?
        .execute((id, &alert.cause, &alert.next_step, minor, currency, connection, to_sql(alert.at)))?;
        id
    } else {
        tx.prepare_cached(
            "INSERT INTO alert (key, cause, next_step, amount_minor, currency, connection, opened_at, seen_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)",
        )?
        .insert((&alert.key, &alert.cause, &alert.next_step, minor, currency, connection, to_sql(alert.at)))?
    };
    tx.changed(Topic::Alerts, Some(id));
    Ok(AlertId(id))
}

/// Notes who took an alert up.
///
/// Errors: [`Error::Missing`] if it is not open.
pub fn take(tx: &Tx<'_>, id: AlertId, who: &str) -> Result<(), Error> {
    let found = tx
        .prepare_cached("UPDATE alert SET owner = ?2 WHERE id = ?1 AND cleared_at IS NULL")?
        .execute((id.0, who))?;
    moved(tx, id, found)
}

/// Hides an alert until an instant, unless it gets worse.
///
/// Errors: [`Error::Missing`] if it is not open.
pub fn snooze(tx: &Tx<'_>, id: AlertId, until: Timestamp) -> Result<(), Error> {
    let found = tx
        .prepare_cached("UPDATE alert SET snoozed_until = ?2 WHERE id = ?1 AND cleared_at IS NULL")?
        .execute((id.0, to_sql(until)))?;
    moved(tx, id, found)
}

/// Closes an alert by hand. If its cause is still there, it is raised again as a new one.
///
/// Errors: [`Error::Missing`] if it is not open.
pub fn done(tx: &Tx<'_>, id: AlertId, reason: &str, who: &str, at: Timestamp) -> Result<(), Error> {
    let found = tx
        .prepare_cached(
            "UPDATE alert SET cleared_at = ?2, reason = ?3, owner = ?4 WHERE id = ?1 AND cleared_at IS NULL",
        )?
        .execute((id.0, to_sql(at), reason, who))?;
    moved(tx, id, found)
}

fn moved(tx: &Tx<'_>, id: AlertId, found: usize) -> Result<(), Error> {
    if found == 0 {
        return Err(Error::missing("open alert", id));
    }
    tx.changed(Topic::Alerts, Some(id.0));
    Ok(())
}

/// Clears the open alert of this key. Returns whether there was one.
pub fn clear(tx: &Tx<'_>, key: &str, at: Timestamp) -> Result<bool, Error> {
    let cleared = tx
        .prepare_cached("UPDATE alert SET cleared_at = ?2 WHERE key = ?1 AND cleared_at IS NULL")?
        .execute((key, to_sql(at)))?;
    if cleared > 0 {
        tx.changed(Topic::Alerts, None);
    }
    Ok(cleared > 0)
}
