//! Rows that a large landing writes at its end, table by table.
//!
//! While records land one by one, nothing has to be written at once but what they look up among each
//! other: their places, whom they are about, and what these claim. Whoever reads the rows that wait
//! has them [written](write) before.

use std::sync::Arc;

use fermata_model::RecordId;
use fermata_model::record::Entity;

use super::{Landing, Ready, rows};
use crate::{Error, Tx, orders, raw};

/// New records of a landing: their raw text, and their rows if they are orders.
pub(crate) type Waiting = Vec<(RecordId, Arc<Ready>)>;

/// Lets rows of this transaction wait until [`end`].
pub(super) fn begin(tx: &Tx<'_>) {
    tx.waiting.replace(Some(Waiting::new()));
}

/// Writes the raw text and the rows of a record that has neither, now or later.
pub(super) fn add(tx: &Tx<'_>, landing: &Landing<'_>, id: RecordId, ready: &Arc<Ready>) -> Result<(), Error> {
    let waits = match &mut *tx.waiting.borrow_mut() {
        Some(waiting) => {
            waiting.push((id, Arc::clone(ready)));
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
    let records = match &mut *tx.waiting.borrow_mut() {
        Some(waiting) => std::mem::take(waiting),
        None => return Ok(()),
    };
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
