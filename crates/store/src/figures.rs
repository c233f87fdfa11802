//! Figures of the shop: what Today shows, computed from the normalised rows.
//!
//! Sums are in one currency and leave out what is in others. What happened in a period is a range of
//! an index by time that holds all that is summed, so that it costs what the period holds and not
//! what the shop ever sold.

use fermata_model::{Currency, Money, Timestamp};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params_from_iter};

use crate::{Error, time};

pub(crate) const MIGRATION: &str = "
CREATE INDEX shop_order_by_time ON shop_order (placed_at, currency, cancelled_at, total, refunded);
CREATE INDEX refund_by_time ON refund (at, currency, amount);
CREATE INDEX ticket_by_time ON ticket (created_at, discarded, status);
CREATE INDEX parcel_not_delivered ON parcel (due_at) WHERE delivered_at IS NULL AND due_at IS NOT NULL;
";

/// A day in microseconds.
const DAY: i64 = 86_400_000_000;
/// How many days a sparkline has.
pub const DAYS: usize = 14;

/// Money of a period: sales net of what went back on those orders, or what went back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sales {
    /// How much.
    pub net: Money,
    /// How many orders or refunds that is.
    pub orders: u32,
}

/// Returns the currency that most orders are in; `None` before the first order.
pub fn main_currency(conn: &Connection) -> Result<Option<Currency>, Error> {
    let code: Option<String> = conn
        .prepare_cached(
            "SELECT currency FROM shop_order GROUP BY currency ORDER BY COUNT(*) DESC, currency LIMIT 1",
        )?
        .query_row([], |row| row.get(0))
        .optional()?;
    code.map(|code| code.parse().map_err(|e| Error::unreadable("currency", e))).transpose()
}

/// Sums the orders placed in a period, cancelled ones left out.
pub fn sales(conn: &Connection, currency: Currency, from: Timestamp, to: Timestamp) -> Result<Sales, Error> {
    let row = conn
        .prepare_cached(
            "SELECT COALESCE(SUM(total - refunded), 0), COUNT(*) FROM shop_order
             WHERE placed_at >= ?1 AND placed_at < ?2 AND currency = ?3 AND cancelled_at IS NULL",
        )?
        .query_row((time::to_sql(from), time::to_sql(to), currency.code()), |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    Ok(Sales { net: Money::new(row.0, currency), orders: row.1 })
}

/// Sums what went back in a period.
pub fn refunds(
    conn: &Connection,
    currency: Currency,
    from: Timestamp,
    to: Timestamp,
) -> Result<Sales, Error> {
    let row = conn
        .prepare_cached(
            "SELECT COALESCE(SUM(amount), 0), COUNT(*) FROM refund WHERE at >= ?1 AND at < ?2 AND currency = ?3",
        )?
        .query_row((time::to_sql(from), time::to_sql(to), currency.code()), |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(Sales { net: Money::new(row.0, currency), orders: row.1 })
}

/// Returns net sales of each of the last [`DAYS`] days, oldest first, in minor units.
pub fn sales_by_day(conn: &Connection, currency: Currency, until: Timestamp) -> Result<Vec<i64>, Error> {
    by_day(
        conn,
        "SELECT (?1 - placed_at) / ?3, SUM(total - refunded) FROM shop_order
         WHERE placed_at > ?2 AND placed_at <= ?1 AND currency = ?4 AND cancelled_at IS NULL GROUP BY 1",
        until,
        Some(currency.code()),
    )
}

/// Returns how many tickets were opened on each of the last [`DAYS`] days, oldest first.
pub fn tickets_by_day(conn: &Connection, until: Timestamp) -> Result<Vec<i64>, Error> {
    by_day(
        conn,
        "SELECT (?1 - created_at) / ?3, COUNT(*) FROM ticket
         WHERE created_at > ?2 AND created_at <= ?1 AND discarded = 0 GROUP BY 1",
        until,
        None,
    )
}

/// Sums up the days of 24 hours that end at `until`. `sql` gives how many days ago and how much; its
/// parameters are the end, the begin, a day and the currency, if there is one.
fn by_day(conn: &Connection, sql: &str, until: Timestamp, currency: Option<&str>) -> Result<Vec<i64>, Error> {
    let mut days = vec![0; DAYS];
    let until = time::to_sql(until);
    let span = i64::try_from(DAYS).unwrap_or_default() * DAY;
    let mut query = conn.prepare_cached(sql)?;
    let values = [until, until - span, DAY].map(Value::from).into_iter();
    let values = values.chain(currency.map(|code| Value::from(code.to_owned())));
    let rows = query.query_map(params_from_iter(values), |row| Ok((row.get(0)?, row.get(1)?)))?;
    for row in rows {
        let (ago, value): (i64, i64) = row?;
        let newest = DAYS - 1;
        if let Some(day) = usize::try_from(ago).ok().and_then(|ago| days.get_mut(newest.checked_sub(ago)?)) {
            *day += value;
        }
    }
    Ok(days)
}

/// Counts parcels that should have arrived and have not, on orders that were not cancelled.
pub fn late_parcels(conn: &Connection, now: Timestamp) -> Result<u32, Error> {
    let count = conn
        .prepare_cached(
            "SELECT COUNT(*) FROM parcel JOIN shop_order USING (record)
             WHERE due_at < ?1 AND delivered_at IS NULL AND cancelled_at IS NULL",
        )?
        .query_row([time::to_sql(now)], |row| row.get(0))?;
    Ok(count)
}

/// Counts tickets that wait for an answer.
pub fn open_tickets(conn: &Connection) -> Result<u32, Error> {
    let count = conn
        .prepare_cached("SELECT COUNT(*) FROM ticket WHERE status = 'open' AND discarded = 0")?
        .query_row([], |row| row.get(0))?;
    Ok(count)
}

/// Returns the median time to the shop's first public answer, in seconds, over tickets opened in a
/// period and answered, with their number; `None` if none was.
pub fn first_reply(conn: &Connection, from: Timestamp, to: Timestamp) -> Result<Option<(i64, u32)>, Error> {
    let mut query = conn.prepare_cached(
        "SELECT (MIN(message.created_at) - ticket.created_at) / 1000000 AS waited
         FROM ticket JOIN message ON message.ticket = ticket.record
         WHERE ticket.created_at >= ?1 AND ticket.created_at < ?2 AND ticket.discarded = 0
             AND message.from_shop = 1 AND message.public = 1 AND message.created_at >= ticket.created_at
         GROUP BY ticket.record ORDER BY waited",
    )?;
    let waits: Vec<i64> = query
        .query_map((time::to_sql(from), time::to_sql(to)), |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let Some(&median) = waits.get(waits.len() / 2) else { return Ok(None) };
    Ok(Some((median, u32::try_from(waits.len()).unwrap_or(u32::MAX))))
}
