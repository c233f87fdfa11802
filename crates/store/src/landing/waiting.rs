//! Rows that a large landing writes at its end, table by table.
//!
//! While records land one by one, nothing has to be written at once but what they look up among each
//! other: whom they are about, what these claim, and the places of what they name. Whoever reads the rows
//! that wait, the places of orders among them, has them [written](write) before.

use std::sync::Arc;

use fermata_model::record::Entity;
use fermata_model::{ConnectionId, IdentityId, RecordId};

use super::{Landing, Ready, rows, since};
use crate::{Error, Tx, orders, raw, records};

/// New records of a landing: their raw text, and their places and rows if they are orders.
#[derive(Debug)]
pub(crate) struct Waiting {
    connection: ConnectionId,
    records: Vec<(RecordId, Arc<Ready>)>,
    /// Orders among them, whom they are about, in the order of their numbers.
    places: Vec<(RecordId, Option<IdentityId>, Arc<Ready>)>,
    /// The next number of a place that does not wait. They have a stretch of their own, since the table is
    /// fullest where rows come in its order.
    next: i64,
    /// Where that stretch ends.
    end: i64,
    /// The next number of a place that waits.
    next_waiting: i64,
}

/// Lets rows of this transaction wait until [`end`], those of so many changes at most.
pub(super) fn begin(tx: &Tx<'_>, connection: ConnectionId, changes: usize) -> Result<(), Error> {
    let next = records::next(tx)?;
    let end = next + changes as i64;
    let (records, places) = (Vec::new(), Vec::new());
    tx.waiting.replace(Some(Waiting { connection, records, places, next, end, next_waiting: end }));
    Ok(())
}

/// Returns the number of a record that is given its place at once, where others wait for theirs.
pub(crate) fn number(tx: &Tx<'_>) -> Option<RecordId> {
    let mut waiting = tx.waiting.borrow_mut();
    let waiting = waiting.as_mut()?;
    let next = if waiting.next < waiting.end { &mut waiting.next } else { &mut waiting.next_waiting };
    *next += 1;
    Some(RecordId(*next - 1))
}

/// Gives a new record its place, now or later.
pub(super) fn place(
    tx: &Tx<'_>,
    landing: &Landing<'_>,
    ready: &Arc<Ready>,
    identity: Option<IdentityId>,
) -> Result<RecordId, Error> {
    let record = &ready.record;
    if let (Entity::Order(_), Some(waiting)) = (&record.entity, &mut *tx.waiting.borrow_mut()) {
        let id = RecordId(waiting.next_waiting);
        waiting.next_waiting += 1;
        waiting.places.push((id, identity, Arc::clone(ready)));
        since::note_name(tx, record.stream, &record.external_id);
        return Ok(id);
    }
    let (stream, changed_at) = (record.stream, Some(record.changed_at));
    records::insert(tx, landing.connection, stream, &record.external_id, changed_at, identity)
}

/// Writes the raw text and the rows of a record that has neither, now or later.
pub(super) fn add(tx: &Tx<'_>, landing: &Landing<'_>, id: RecordId, ready: &Arc<Ready>) -> Result<(), Error> {
    let waits = match &mut *tx.waiting.borrow_mut() {
        Some(waiting) => {
            waiting.records.push((id, Arc::clone(ready)));
            true
        }
        None => false,
    };
    if !waits {
        raw::insert(tx, [(id, ready.body())])?;
    } else if matches!(ready.record.entity, Entity::Order(_)) {
        return Ok(());
    }
    rows::write(tx, landing, id, ready)
}

/// Writes whatever waits.
pub(crate) fn write(tx: &Tx<'_>) -> Result<(), Error> {
    let (connection, records, places) = match &mut *tx.waiting.borrow_mut() {
        Some(waiting) => {
            (waiting.connection, std::mem::take(&mut waiting.records), std::mem::take(&mut waiting.places))
        }
        None => return Ok(()),
    };
    let new = places.iter().map(|(id, identity, ready)| {
        let record = &ready.record;
        (*id, record.stream, record.external_id.as_str(), record.changed_at, *identity)
    });
    records::insert_many(tx, connection, new)?;
    raw::insert(tx, records.iter().map(|(id, ready)| (*id, ready.body())))?;
    let orders: Vec<_> = records.iter().filter_map(|(id, ready)| ready.order(*id)).collect();
    orders::write(tx, &orders)
}

/// Writes whatever waits; from now on nothing does.
pub(super) fn end(tx: &Tx<'_>) -> Result<(), Error> {
    write(tx)?;
    tx.waiting.replace(None);
    Ok(())
}
