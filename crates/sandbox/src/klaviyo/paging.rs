//! Cutting a page off a list, and the seconds that its time filters leave over.

use super::filter::{Clause, Operand, Operator};
use super::query::{Cursor, Query};
use crate::world::Moment;

/// A page: what is on it, and the cursor after it, if there is more.
#[derive(Debug)]
pub(super) struct Page<T> {
    pub(super) items: Vec<T>,
    more: bool,
}

/// The seconds that a list's time filters leave over, both ends included; the clauses themselves decide at the edges.
pub(super) fn span(filters: &[Clause], field: &str) -> (Moment, Moment) {
    let (mut low, mut high) = (Moment::from_second(i64::MIN), Moment::from_second(i64::MAX));
    for clause in filters.iter().filter(|clause| clause.field == field) {
        let Operand::Time(bound) = clause.value else { continue };
        let bound = Moment::from_second(bound.as_second());
        match clause.operator {
            Operator::GreaterThan | Operator::GreaterOrEqual => low = low.max(bound),
            Operator::LessThan | Operator::LessOrEqual => high = high.min(bound),
            _ => {}
        }
    }
    (low, high)
}

impl<T> Page<T> {
    /// Takes as many as the query wants, and looks whether there is one more.
    pub(super) fn cut(query: &Query, from: impl Iterator<Item = T>) -> Self {
        let mut items: Vec<T> = from.take(query.size + 1).collect();
        let more = items.len() > query.size;
        items.truncate(query.size);
        Self { items, more }
    }

    /// Makes the cursor after this page; with `doubled`, the last record comes again on the next one.
    pub(super) fn next(&self, query: &Query, doubled: bool, cursor: impl Fn(&T) -> Cursor) -> Option<Cursor> {
        if !self.more {
            return None;
        }
        let last = self.items.len().checked_sub(1 + usize::from(doubled));
        match last.and_then(|place| self.items.get(place)) {
            Some(item) => Some(cursor(item)),
            // A page of one that is doubled begins where this one began, which without a cursor is the start.
            None => query.cursor.or_else(|| self.items.last().map(cursor)),
        }
    }
}
