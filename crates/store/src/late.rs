//! Parcels that do not arrive when they should: the one event that time alone brings about.

use fermata_model::record::Entity;
use fermata_model::{RecordId, Timestamp};

use crate::landing::{self, Landing};
use crate::{Error, Tx, kept, orders, time};

/// Tells whether a parcel was late, or is.
pub(crate) fn is_late(due: Timestamp, delivered: Option<Timestamp>, now: Timestamp) -> bool {
    due < delivered.unwrap_or(now)
}

/// Notes parcels and shipments that have become late by now, each once, and returns how many
/// orders and shipments had one.
///
/// `landing` is that of the connection whose parcels are looked at.
pub fn note(tx: &Tx<'_>, landing: &Landing<'_>) -> Result<usize, Error> {
    let orders = newly_late(
        tx,
        landing,
        "SELECT DISTINCT parcel.record FROM parcel INDEXED BY parcel_on_its_way
         JOIN record ON record.id = parcel.record
         WHERE parcel.delivered_at IS NULL AND parcel.late = 0 AND parcel.due_at IS NOT NULL
           AND parcel.due_at < ?1 AND record.connection = ?2
         ORDER BY parcel.record",
    )?;
    for record in &orders {
        tx.prepare_cached(
            "UPDATE parcel SET late = 1 WHERE record = ?1 AND delivered_at IS NULL AND due_at < ?2",
        )?
        .execute((record.0, time::to_sql(landing.now)))?;
        if let Some(order) = orders::read(tx, *record)? {
            landing::rederive(tx, landing, *record, &Entity::Order(order))?;
        }
    }
    let shipments = newly_late(
        tx,
        landing,
        "SELECT kept.record FROM kept INDEXED BY kept_on_its_way
         JOIN record ON record.id = kept.record
         WHERE kept.late = 0 AND kept.due_at IS NOT NULL AND kept.due_at < ?1 AND record.connection = ?2
         ORDER BY kept.record",
    )?;
    for record in &shipments {
        tx.prepare_cached("UPDATE kept SET late = 1 WHERE record = ?1")?.execute([record.0])?;
        if let Some(shipment) = kept::read(tx, *record)? {
            landing::rederive(tx, landing, *record, &shipment)?;
        }
    }
    Ok(orders.len() + shipments.len())
}

fn newly_late(tx: &Tx<'_>, landing: &Landing<'_>, sql: &str) -> Result<Vec<RecordId>, Error> {
    let mut query = tx.prepare_cached(sql)?;
    let late = query
        .query_map((time::to_sql(landing.now), landing.connection.0), |row| row.get(0).map(RecordId))?
        .collect::<Result<_, _>>()?;
    Ok(late)
}
