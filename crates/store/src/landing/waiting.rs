//! Rows that a large landing writes at its end, table by table.
//!
//! While records land one by one, nothing has to be written at once but what they look up among each
//! other: their places, whom they are about, and what these claim. Whoever reads the rows that wait
//! has them [written](write) before.

use std::rc::Rc;

use fermata_model::record::{Entity, Record};
use fermata_model::{RecordId, Timestamp};

use super::{Landing, rows};
use crate::{Error, Tx, orders, records};

/// New records of a landing: their raw text, and their rows if they are orders.
#[derive(Debug)]
pub(crate) struct Waiting {
    now: Timestamp,
    records: Vec<(RecordId, Rc<Record>)>,
}

/// Lets rows of this transaction wait until [`end`].
pub(super) fn begin(tx: &Tx<'_>, now: Timestamp) {
    tx.waiting.replace(Some(Waiting { now, records: Vec::new() }));
}

/// Writes the raw text and the rows of a record that has neither, now or later.
pub(super) fn add(
    tx: &Tx<'_>,
    landing: &Landing<'_>,
    id: RecordId,
    record: &Rc<Record>,
) -> Result<(), Error> {
    let waits = match &mut *tx.waiting.borrow_mut() {
        Some(waiting) => {
            waiting.records.push((id, Rc::clone(record)));
            true
        }
        None => false,
    };
    if !waits {
        records::insert_raw(tx, [(id, record.raw.as_str())])?;
    } else if matches!(record.entity, Entity::Order(_)) {
        return Ok(());
    }
    rows::write(tx, landing, id, &record.entity)
}

/// Writes whatever waits.
pub(crate) fn write(tx: &Tx<'_>) -> Result<(), Error> {
    let (now, records) = match &mut *tx.waiting.borrow_mut() {
        Some(waiting) => (waiting.now, std::mem::take(&mut waiting.records)),
        None => return Ok(()),
    };
    records::insert_raw(tx, records.iter().map(|(id, record)| (*id, record.raw.as_str())))?;
    let orders: Vec<_> = records
        .iter()
        .filter_map(|(id, record)| match &record.entity {
            Entity::Order(order) => Some((*id, order)),
            _ => None,
        })
        .collect();
    orders::write(tx, &orders, now)
}

/// Writes whatever waits; from now on nothing does.
pub(super) fn end(tx: &Tx<'_>) -> Result<(), Error> {
    write(tx)?;
    tx.waiting.replace(None);
    Ok(())
}
