//! Parcels that do not arrive when they should: the one event that time alone brings about.

use fermata_model::record::Entity;
use fermata_model::{RecordId, Timestamp};

use crate::landing::{self, Landing};
use crate::{Error, Tx, orders, time};

/// Tells whether a parcel was late, or is.
pub(crate) fn is_late(due: Timestamp, delivered: Option<Timestamp>, now: Timestamp) -> bool {
    due < delivered.unwrap_or(now)
}

/// Notes parcels that have become late by now, each once, and returns how many orders had one.
///
/// `landing` is that of the connection whose parcels are looked at.
pub fn note(tx: &Tx<'_>, landing: &Landing<'_>) -> Result<usize, Error> {
    let late: Vec<RecordId> = tx
        .prepare_cached(
            "SELECT DISTINCT parcel.record FROM parcel INDEXED BY parcel_on_its_way
             JOIN record ON record.id = parcel.record
             WHERE parcel.delivered_at IS NULL AND parcel.late = 0 AND parcel.due_at IS NOT NULL
               AND parcel.due_at < ?1 AND record.connection = ?2
             ORDER BY parcel.record",
        )?
        .query_map((time::to_sql(landing.now), landing.connection.0), |row| row.get(0).map(RecordId))?
        .collect::<Result<_, _>>()?;
    for record in &late {
        tx.prepare_cached(
            "UPDATE parcel SET late = 1 WHERE record = ?1 AND delivered_at IS NULL AND due_at < ?2",
        )?
        .execute((record.0, time::to_sql(landing.now)))?;
        if let Some(order) = orders::read(tx, *record)? {
            landing::rederive(tx, landing, *record, &Entity::Order(order))?;
        }
    }
    Ok(late.len())
}
