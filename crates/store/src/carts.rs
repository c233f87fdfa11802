//! Carts that were left at the checkout.

use fermata_model::record::Cart;
use fermata_model::{CustomerId, EventKind, RecordId};
use rusqlite::{Connection, OptionalExtension};

use crate::held::{Held, behind, gather, require};
use crate::{Error, Tx, columns, lines, time, who};

pub(crate) const MIGRATION: &str = "
CREATE TABLE cart (
    record       INTEGER PRIMARY KEY,
    who          TEXT,
    created_at   INTEGER NOT NULL,
    completed_at INTEGER,
    total        INTEGER NOT NULL,
    currency     TEXT NOT NULL,
    recovery_url TEXT
) STRICT;
";

/// Reads one cart.
///
/// Errors: [`Error::Missing`] if it never came or is gone.
pub fn get(conn: &Connection, record: RecordId) -> Result<Held<Cart>, Error> {
    require(conn, "cart", record, read(conn, record)?)
}

/// Lists a customer's carts, the newest first.
pub fn of(conn: &Connection, customer: CustomerId, limit: u32) -> Result<Vec<Held<Cart>>, Error> {
    let kind = EventKind::CartAbandoned;
    gather(conn, behind(conn, customer, kind..=kind, limit)?, read)
}

pub(crate) fn read(conn: &Connection, record: RecordId) -> Result<Option<Cart>, Error> {
    let mut query = conn.prepare_cached(
        "SELECT who, created_at, completed_at, total, currency, recovery_url FROM cart WHERE record = ?1",
    )?;
    let cart = query
        .query_row([record.0], |row| {
            Ok(Cart {
                who: who::column(row, 0)?,
                created_at: time::column(row, 1)?,
                completed_at: time::optional(row, 2)?,
                lines: Vec::new(),
                total: columns::required_money(row, 3, 4)?,
                recovery_url: row.get(5)?,
            })
        })
        .optional()?;
    let Some(mut cart) = cart else { return Ok(None) };
    cart.lines = lines::read(conn, record)?;
    Ok(Some(cart))
}

/// Writes a cart that has no rows yet.
pub(crate) fn write(tx: &Tx<'_>, record: RecordId, cart: &Cart) -> Result<(), Error> {
    tx.prepare_cached(
        "INSERT INTO cart (record, who, created_at, completed_at, total, currency, recovery_url)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute((
        record.0,
        who::to_sql(&cart.who),
        time::to_sql(cart.created_at),
        cart.completed_at.map(time::to_sql),
        cart.total.minor,
        cart.total.currency.code(),
        cart.recovery_url.as_deref(),
    ))?;
    lines::write(tx, [(record, cart.lines.as_slice())])
}

pub(crate) fn remove(tx: &Tx<'_>, record: RecordId) -> Result<(), Error> {
    tx.prepare_cached("DELETE FROM cart WHERE record = ?1")?.execute([record.0])?;
    lines::remove(tx, record)
}
