//! Orders with their refunds and parcels.

use fermata_model::record::{Order, Parcel, Refund};
use fermata_model::{Currency, CustomerId, EventKind, Money, RecordId, Timestamp};
use rusqlite::{Connection, OptionalExtension};

use crate::held::{Held, behind, gather, require};
use crate::landing::waiting;
use crate::records::ExternalId;
use crate::{Error, Tx, bulk, columns, late, lines, time, who};

pub(crate) const MIGRATION: &str = "
CREATE TABLE shop_order (
    record          INTEGER PRIMARY KEY,
    name            TEXT NOT NULL,
    who             TEXT,
    placed_at       INTEGER NOT NULL,
    cancelled_at    INTEGER,
    currency        TEXT NOT NULL,
    total           INTEGER NOT NULL,
    refunded        INTEGER NOT NULL,
    payment_status  TEXT NOT NULL,
    delivery_status TEXT NOT NULL,
    tags            TEXT,
    note            TEXT
) STRICT;
CREATE INDEX shop_order_by_name ON shop_order (name);
CREATE TABLE refund (
    record      INTEGER NOT NULL,
    position    INTEGER NOT NULL,
    external_id ANY NOT NULL,
    at          INTEGER NOT NULL,
    amount      INTEGER NOT NULL,
    currency    TEXT NOT NULL,
    note        TEXT,
    PRIMARY KEY (record, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE parcel (
    record       INTEGER NOT NULL,
    position     INTEGER NOT NULL,
    external_id  ANY NOT NULL,
    carrier      TEXT,
    tracking     TEXT,
    status       TEXT NOT NULL,
    shipped_at   INTEGER NOT NULL,
    due_at       INTEGER,
    delivered_at INTEGER,
    late         INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (record, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX parcel_on_its_way ON parcel (due_at) WHERE delivered_at IS NULL AND late = 0 AND due_at IS NOT NULL;
";

/// Reads one order.
///
/// Errors: [`Error::Missing`] if it never came or is gone.
pub fn get(conn: &Connection, record: RecordId) -> Result<Held<Order>, Error> {
    require(conn, "order", record, read(conn, record)?)
}

/// Lists a customer's orders, the newest first.
pub fn of(conn: &Connection, customer: CustomerId, limit: u32) -> Result<Vec<Held<Order>>, Error> {
    let kind = EventKind::OrderPlaced;
    gather(conn, behind(conn, customer, kind..=kind, limit)?, read)
}

/// Finds orders by the number customers know, such as `#1042`.
///
/// Within a landing, see [`named`].
pub fn by_name(conn: &Connection, name: &str) -> Result<Vec<RecordId>, Error> {
    let mut query =
        conn.prepare_cached("SELECT record FROM shop_order WHERE name = ?1 ORDER BY record LIMIT 20")?;
    let found = query.query_map([name], |row| row.get(0).map(RecordId))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Finds what [`by_name`] does, those too that are just landing.
pub fn named(tx: &Tx<'_>, name: &str) -> Result<Vec<RecordId>, Error> {
    waiting::write(tx)?;
    by_name(tx, name)
}

pub(crate) fn read(conn: &Connection, record: RecordId) -> Result<Option<Order>, Error> {
    let mut query = conn.prepare_cached(
        "SELECT name, who, placed_at, cancelled_at, currency, total, refunded, payment_status, delivery_status,
             tags, note
         FROM shop_order WHERE record = ?1",
    )?;
    let order = query
        .query_row([record.0], |row| {
            let currency: Currency = columns::name(row, 4)?;
            Ok(Order {
                name: row.get(0)?,
                who: who::column(row, 1)?,
                placed_at: time::column(row, 2)?,
                cancelled_at: time::optional(row, 3)?,
                currency,
                total: Money::new(row.get(5)?, currency),
                refunded: Money::new(row.get(6)?, currency),
                payment_status: row.get(7)?,
                delivery_status: row.get(8)?,
                lines: Vec::new(),
                refunds: Vec::new(),
                parcels: Vec::new(),
                tags: who::labels(row, 9)?,
                note: row.get(10)?,
            })
        })
        .optional()?;
    let Some(mut order) = order else { return Ok(None) };
    order.lines = lines::read(conn, record)?;
    order.refunds = refunds(conn, record)?;
    order.parcels = parcels(conn, record)?;
    Ok(Some(order))
}

fn refunds(conn: &Connection, record: RecordId) -> Result<Vec<Refund>, Error> {
    let mut query = conn.prepare_cached(
        "SELECT CAST(external_id AS TEXT), at, amount, currency, note FROM refund WHERE record = ?1 ORDER BY position",
    )?;
    let refunds = query.query_map([record.0], |row| {
        Ok(Refund {
            external_id: row.get(0)?,
            at: time::column(row, 1)?,
            amount: columns::required_money(row, 2, 3)?,
            note: row.get(4)?,
        })
    })?;
    Ok(refunds.collect::<Result<_, _>>()?)
}

fn parcels(conn: &Connection, record: RecordId) -> Result<Vec<Parcel>, Error> {
    let mut query = conn.prepare_cached(
        "SELECT CAST(external_id AS TEXT), carrier, tracking, status, shipped_at, due_at, delivered_at
         FROM parcel WHERE record = ?1 ORDER BY position",
    )?;
    let parcels = query.query_map([record.0], |row| {
        Ok(Parcel {
            external_id: row.get(0)?,
            carrier: row.get(1)?,
            tracking: row.get(2)?,
            status: row.get(3)?,
            shipped_at: time::column(row, 4)?,
            due_at: time::optional(row, 5)?,
            delivered_at: time::optional(row, 6)?,
        })
    })?;
    Ok(parcels.collect::<Result<_, _>>()?)
}

/// An order that is written.
pub(crate) struct New<'a> {
    pub(crate) record: RecordId,
    pub(crate) order: &'a Order,
    pub(crate) columns: &'a Columns,
    /// The present by which its parcels are late or not.
    pub(crate) now: Timestamp,
}

/// Columns of an order that are worked out beforehand.
#[derive(Debug)]
pub(crate) struct Columns {
    who: Option<String>,
    tags: Option<String>,
}

impl Columns {
    pub(crate) fn of(order: &Order) -> Self {
        Self { who: who::to_sql(&order.who), tags: who::labels_to_sql(&order.tags) }
    }
}

/// Writes orders that have no rows yet.
///
/// An order whose total and currency disagree is refused by the caller before this.
pub(crate) fn write(tx: &Tx<'_>, orders: &[New<'_>]) -> Result<(), Error> {
    let rows = orders.iter().map(|New { record, order, columns, .. }| {
        (
            record.0,
            &order.name,
            columns.who.as_deref(),
            time::to_sql(order.placed_at),
            order.cancelled_at.map(time::to_sql),
            order.currency.code(),
            order.total.minor,
            order.refunded.minor,
            &order.payment_status,
            &order.delivery_status,
            columns.tags.as_deref(),
            order.note.as_deref(),
        )
    });
    bulk::insert(
        tx,
        "shop_order (record, name, who, placed_at, cancelled_at, currency, total, refunded, payment_status,
             delivery_status, tags, note)",
        rows,
    )?;
    lines::write(tx, orders.iter().map(|new| (new.record, new.order.lines.as_slice())))?;
    write_refunds(tx, orders)?;
    write_parcels(tx, orders)
}

fn write_refunds(tx: &Tx<'_>, orders: &[New<'_>]) -> Result<(), Error> {
    let rows = orders.iter().flat_map(|New { record, order, .. }| {
        (0_i64..).zip(&order.refunds).map(|(position, refund)| {
            (
                record.0,
                position,
                ExternalId(&refund.external_id),
                time::to_sql(refund.at),
                refund.amount.minor,
                refund.amount.currency.code(),
                refund.note.as_deref(),
            )
        })
    });
    bulk::insert(tx, "refund (record, position, external_id, at, amount, currency, note)", rows)
}

fn write_parcels(tx: &Tx<'_>, orders: &[New<'_>]) -> Result<(), Error> {
    let rows = orders.iter().flat_map(|New { record, order, now, .. }| {
        (0_i64..).zip(&order.parcels).map(move |(position, parcel)| {
            (
                record.0,
                position,
                ExternalId(&parcel.external_id),
                parcel.carrier.as_deref(),
                parcel.tracking.as_deref(),
                &parcel.status,
                time::to_sql(parcel.shipped_at),
                parcel.due_at.map(time::to_sql),
                parcel.delivered_at.map(time::to_sql),
                parcel.due_at.is_some_and(|due| late::is_late(due, parcel.delivered_at, *now)),
            )
        })
    });
    bulk::insert(
        tx,
        "parcel (record, position, external_id, carrier, tracking, status, shipped_at, due_at, delivered_at, late)",
        rows,
    )
}

pub(crate) fn remove(tx: &Tx<'_>, record: RecordId) -> Result<(), Error> {
    tx.prepare_cached("DELETE FROM shop_order WHERE record = ?1")?.execute([record.0])?;
    tx.prepare_cached("DELETE FROM refund WHERE record = ?1")?.execute([record.0])?;
    tx.prepare_cached("DELETE FROM parcel WHERE record = ?1")?.execute([record.0])?;
    lines::remove(tx, record)
}
