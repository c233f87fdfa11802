//! A table: rows by id, and the same rows in the order of their last change.

use std::collections::BTreeSet;
use std::marker::PhantomData;
use std::ops::RangeBounds;

use super::ids::Id;
use super::moment::Moment;

/// A row that knows when it came to be and when it last changed.
pub trait Row {
    /// Returns when it came to be.
    fn created_at(&self) -> Moment;
    /// Returns when it last changed.
    fn updated_at(&self) -> Moment;
    /// Sets when it last changed.
    fn set_updated_at(&mut self, at: Moment);
}

/// Rows by id, indexed by their last change. Ids are given in the order of insertion and never
/// again; since history is lived through in order, they also follow `created_at`.
///
/// The index is made when history ends ([`Table::index`]): nobody asks for it before, and keeping
/// it up through a year of changes costs more than making it once.
#[derive(Debug)]
pub struct Table<I, T> {
    rows: Vec<Option<T>>,
    count: usize,
    indexed: bool,
    by_updated: BTreeSet<(Moment, I)>,
    id: PhantomData<I>,
}

impl<I: Id, T: Row> Default for Table<I, T> {
    fn default() -> Self {
        Self { rows: Vec::new(), count: 0, indexed: false, by_updated: BTreeSet::new(), id: PhantomData }
    }
}

impl<I: Id, T: Row> Table<I, T> {
    /// Returns the id that the next row will get.
    pub fn next_id(&self) -> I {
        I::new(u32::try_from(self.rows.len()).unwrap_or(u32::MAX))
    }

    /// Adds a row.
    pub fn insert(&mut self, row: T) -> I {
        let id = self.next_id();
        if self.indexed {
            self.by_updated.insert((row.updated_at(), id));
        }
        self.count += 1;
        self.rows.push(Some(row));
        id
    }

    /// Makes the index by last change, and keeps it up from now on.
    pub(crate) fn index(&mut self) {
        let index = self.iter().map(|(id, row)| (row.updated_at(), id)).collect();
        self.by_updated = index;
        self.indexed = true;
        self.rows.shrink_to_fit();
    }

    /// Tells whether the index is kept up.
    pub(crate) fn is_indexed(&self) -> bool {
        self.indexed
    }

    /// Returns a row; `None` if there never was one or it was removed.
    pub fn get(&self, id: I) -> Option<&T> {
        self.rows.get(id.index())?.as_ref()
    }

    /// Changes a row; its `updated_at` becomes `at`.
    ///
    /// Returns what the change returns; `None` if there is no such row.
    pub fn edit<R>(&mut self, id: I, at: Moment, change: impl FnOnce(&mut T) -> R) -> Option<R> {
        let row = self.rows.get_mut(id.index())?.as_mut()?;
        let before = row.updated_at();
        let result = change(row);
        row.set_updated_at(at);
        if self.indexed && before != at {
            self.by_updated.remove(&(before, id));
            self.by_updated.insert((at, id));
        }
        Some(result)
    }

    /// Changes a row without anybody noticing: for bookkeeping that no platform shows.
    pub fn quietly<R>(&mut self, id: I, change: impl FnOnce(&mut T) -> R) -> Option<R> {
        self.rows.get_mut(id.index())?.as_mut().map(change)
    }

    /// Removes a row for good.
    pub fn remove(&mut self, id: I) -> Option<T> {
        let row = self.rows.get_mut(id.index())?.take()?;
        self.by_updated.remove(&(row.updated_at(), id));
        self.count -= 1;
        Some(row)
    }

    /// Counts the rows that exist.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Tells whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Walks the rows in the order of their ids, which is that of their creation; also backwards.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (I, &T)> {
        self.rows.iter().enumerate().filter_map(|(place, row)| {
            row.as_ref().map(|row| (I::new(u32::try_from(place).unwrap_or(u32::MAX)), row))
        })
    }

    /// Walks the rows whose ids come after a given one, oldest first; from the start if `None`.
    pub fn after(&self, id: Option<I>) -> impl DoubleEndedIterator<Item = (I, &T)> {
        let start = id.map_or(0, |id| id.index() + 1).min(self.rows.len());
        self.rows[start..].iter().enumerate().filter_map(move |(offset, row)| {
            row.as_ref().map(|row| (I::new(u32::try_from(start + offset).unwrap_or(u32::MAX)), row))
        })
    }

    /// Walks the rows whose ids come before a given one, newest first; from the end if `None`.
    pub fn before(&self, id: Option<I>) -> impl Iterator<Item = (I, &T)> {
        let end = id.map_or(self.rows.len(), Id::index).min(self.rows.len());
        self.rows[..end].iter().enumerate().rev().filter_map(|(place, row)| {
            row.as_ref().map(|row| (I::new(u32::try_from(place).unwrap_or(u32::MAX)), row))
        })
    }

    /// Walks the rows by last change, then id, within a range of (moment, id); also backwards.
    pub fn updated(&self, range: impl RangeBounds<(Moment, I)>) -> impl DoubleEndedIterator<Item = (I, &T)> {
        self.by_updated.range(range).filter_map(|(_, id)| self.get(*id).map(|row| (*id, row)))
    }
}
