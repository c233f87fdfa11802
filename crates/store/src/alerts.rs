//! Alerts: what needs a person's attention, each with its cause and the next step.
//!
//! An alert has a key that says what it is about (`connection:3:sign_in`), so raising it again
//! refreshes the one that is open, and whoever sees the cause gone clears it by the same key.

use fermata_model::{AlertId, CustomerId, Money, ProposalId, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::columns::{at, at_opt, millis, money};

/// Adds the table. An older build may still open the file.
pub const MIGRATION: &str = "
CREATE TABLE alert (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL,
  title TEXT NOT NULL,
  cause TEXT NOT NULL,
  next_step TEXT NOT NULL,
  amount_minor INTEGER,
  currency TEXT,
  customer INTEGER,
  proposal INTEGER,
  opened_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  cleared_at INTEGER
);
CREATE UNIQUE INDEX alert_open ON alert(key) WHERE cleared_at IS NULL;
";

/// What is raised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAlert {
    /// What it is about; one open alert per key.
    pub key: String,
    /// A few words: "Shopify signed us out".
    pub title: String,
    /// What happened.
    pub cause: String,
    /// What a person should do.
    pub next_step: String,
    /// Money at stake, if any.
    pub money: Option<Money>,
    /// The customer it concerns, if it concerns one.
    pub customer: Option<CustomerId>,
    /// The action it concerns, if it concerns one.
    pub proposal: Option<ProposalId>,
}

/// An alert as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Its id.
    pub id: AlertId,
    /// What was raised, as last refreshed.
    pub alert: NewAlert,
    /// When it was first raised.
    pub opened_at: Timestamp,
    /// When it was last raised.
    pub seen_at: Timestamp,
    /// When its cause went away.
    pub cleared_at: Option<Timestamp>,
}

const COLUMNS: &str = "id, key, title, cause, next_step, amount_minor, currency, customer, proposal, \
                       opened_at, seen_at, cleared_at";

fn read_row(row: &Row<'_>) -> rusqlite::Result<Alert> {
    Ok(Alert {
        id: AlertId(row.get(0)?),
        alert: NewAlert {
            key: row.get(1)?,
            title: row.get(2)?,
            cause: row.get(3)?,
            next_step: row.get(4)?,
            money: money(row, 5, 6)?,
            customer: row.get::<_, Option<i64>>(7)?.map(CustomerId),
            proposal: row.get::<_, Option<i64>>(8)?.map(ProposalId),
        },
        opened_at: at(row, 9)?,
        seen_at: at(row, 10)?,
        cleared_at: at_opt(row, 11)?,
    })
}

/// Lists the open alerts, the one with the most money first, then the oldest.
pub fn open(conn: &Connection) -> rusqlite::Result<Vec<Alert>> {
    conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM alert WHERE cleared_at IS NULL ORDER BY amount_minor DESC NULLS LAST, opened_at"
    ))?
    .query_map([], read_row)?
    .collect()
}

/// Raises an alert, or refreshes the open one of the same key. Returns `true` if it is new.
pub fn raise(conn: &Connection, alert: &NewAlert, now: Timestamp) -> rusqlite::Result<bool> {
    let known: Option<i64> = conn
        .prepare_cached("SELECT id FROM alert WHERE key = ?1 AND cleared_at IS NULL")?
        .query_row([&alert.key], |row| row.get(0))
        .optional()?;
    let values = named_params! {
        ":key": alert.key, ":title": alert.title, ":cause": alert.cause, ":next": alert.next_step,
        ":minor": alert.money.map(|m| m.minor), ":currency": alert.money.map(|m| m.currency.code()),
        ":customer": alert.customer.map(|c| c.0), ":proposal": alert.proposal.map(|p| p.0),
        ":now": millis(now),
    };
    let sql = if known.is_some() {
        "UPDATE alert SET title = :title, cause = :cause, next_step = :next, amount_minor = :minor, \
         currency = :currency, customer = :customer, proposal = :proposal, seen_at = :now \
         WHERE key = :key AND cleared_at IS NULL"
    } else {
        "INSERT INTO alert (key, title, cause, next_step, amount_minor, currency, customer, proposal, \
         opened_at, seen_at) VALUES (:key, :title, :cause, :next, :minor, :currency, :customer, :proposal, \
         :now, :now)"
    };
    conn.prepare_cached(sql)?.execute(values)?;
    Ok(known.is_none())
}

/// Clears the open alert of this key. Returns whether there was one.
pub fn clear(conn: &Connection, key: &str, now: Timestamp) -> rusqlite::Result<bool> {
    let changed = conn
        .prepare_cached("UPDATE alert SET cleared_at = ?2 WHERE key = ?1 AND cleared_at IS NULL")?
        .execute((key, millis(now)))?;
    Ok(changed > 0)
}

/// Moves alerts to the customer that another one became part of.
pub fn repoint_customer(conn: &Connection, from: CustomerId, to: CustomerId) -> rusqlite::Result<()> {
    conn.prepare_cached("UPDATE alert SET customer = ?2 WHERE customer = ?1")?.execute((from.0, to.0))?;
    Ok(())
}
