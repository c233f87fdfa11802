//! Walking the world's tables in an order and from a place, as lists with cursors do.

use std::ops::Bound;

use crate::world::{Id, Moment, Row, Table};

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) backwards: bool,
}

/// The bounds between which a walk goes on after a cursor; `None` if nothing is left between them.
pub(crate) fn bounds<K: Ord + Copy>(
    (low, high): (K, K),
    cursor: Option<K>,
    order: Order,
) -> Option<(Bound<K>, Bound<K>)> {
    let (start, end) = match (cursor, order.backwards) {
        (None, _) => (Bound::Included(low), Bound::Included(high)),
        (Some(key), false) => (Bound::Excluded(key.max(low)), Bound::Included(high)),
        (Some(key), true) => (Bound::Included(low), Bound::Excluded(key.min(high))),
    };
    // A set refuses to be walked from behind its end.
    let (Bound::Included(first) | Bound::Excluded(first), Bound::Included(last) | Bound::Excluded(last)) =
        (start, end)
    else {
        return None;
    };
    (first <= last).then_some((start, end))
}

/// Walks a table by the time its index holds, within a span, after a cursor.
pub(crate) fn walk<'w, I: Id, T: Row>(
    table: &'w Table<I, T>,
    (low, high): (Moment, Moment),
    cursor: Option<(Moment, I)>,
    order: Order,
) -> Box<dyn Iterator<Item = (I, &'w T)> + 'w> {
    let span = ((low, I::new(0)), (high, I::new(u32::MAX)));
    let Some(bounds) = bounds(span, cursor, order) else { return Box::new(std::iter::empty()) };
    let rows = table.updated(bounds);
    if order.backwards { Box::new(rows.rev()) } else { Box::new(rows) }
}
