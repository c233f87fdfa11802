//! Cutting a page off a list, in either direction, and the envelope it travels in.

use serde_json::{Value, json};

use super::query::{Cursor, Query};
use crate::paging::{Order, walk};
use crate::vendor::{Call, Reply, Request};
use crate::world::{Id, Moment, Row, Table, Thing};

/// A page of rows by the time that orders them.
#[derive(Debug)]
pub(super) struct Found<I> {
    pub(super) items: Vec<(Moment, I)>,
    more: bool,
}

/// What a list is made of before it is cut.
pub(super) struct Rows<'q, 'w, I, T> {
    pub(super) query: &'q Query,
    pub(super) table: &'w Table<I, T>,
    /// The only rows that can be meant, where a parameter names them.
    pub(super) named: Option<Vec<I>>,
    /// The times between which the rows lie, both ends included.
    pub(super) span: (Moment, Moment),
    /// The number that the platform shows for an id, and back.
    pub(super) read: fn(u64) -> Option<I>,
}

/// All of time.
pub(super) fn always() -> (Moment, Moment) {
    (Moment::from_second(i64::MIN), Moment::from_second(i64::MAX))
}

impl<I: Id, T: Row> Rows<'_, '_, I, T> {
    /// Cuts the page that the query asks for out of the rows that pass.
    pub(super) fn page(self, admits: impl Fn(I, &T) -> bool) -> Found<I> {
        let (by_updated, order) = self.query.order();
        let cursor = self.query.cursor;
        let back = cursor.is_some_and(|cursor| cursor.back);
        let order = Order { backwards: order.backwards != back };
        let start = cursor.and_then(|cursor| Some((cursor.at, (self.read)(cursor.number)?)));
        let key = |row: &T| if by_updated { row.updated_at() } else { row.created_at() };
        let table = self.table;
        let narrow = self.span != always();
        let rows: Box<dyn Iterator<Item = (I, &T)>> = if let Some(named) = self.named {
            let mut rows: Vec<_> = named.into_iter().filter_map(|id| Some((id, table.get(id)?))).collect();
            rows.sort_by_key(|(id, row)| (key(row), *id));
            rows.dedup_by_key(|(id, _)| *id);
            if order.backwards {
                rows.reverse();
            }
            Box::new(rows.into_iter().filter(move |(id, row)| match start {
                Some(start) if order.backwards => (key(row), *id) < start,
                Some(start) => (key(row), *id) > start,
                None => true,
            }))
        } else if by_updated || narrow {
            walk(table, self.span, start, order)
        } else if order.backwards {
            Box::new(table.before(start.map(|(_, id)| id)))
        } else {
            Box::new(table.after(start.map(|(_, id)| id)))
        };
        let limit = self.query.limit;
        let mut items: Vec<(Moment, I)> = rows
            .filter(|(id, row)| admits(*id, row))
            .map(|(id, row)| (key(row), id))
            .take(limit + 1)
            .collect();
        let more = items.len() > limit;
        items.truncate(limit);
        if back {
            items.reverse();
        }
        Found { items, more }
    }
}

impl<I: Id> Found<I> {
    /// Answers with the page, its records written by `write`; `thing` names what a record stands for.
    pub(super) fn answer(
        self,
        request: &Request,
        query: &Query,
        call: &mut Call<'_>,
        number: fn(I) -> u64,
        thing: impl Fn(&Call<'_>, I) -> Option<Thing>,
        write: impl Fn(&Call<'_>, I) -> Option<Value>,
    ) -> Reply {
        let shown: Vec<Thing> = self.items.iter().filter_map(|(_, id)| thing(call, *id)).collect();
        let doubled = call.page(&shown);
        let cursor = |item: Option<&(Moment, I)>, back| {
            item.map(|(at, id)| query.seal(Cursor { at: *at, number: number(*id), back }))
        };
        let came_back = query.cursor.is_some_and(|cursor| cursor.back);
        let (before, after) = match query.cursor {
            None => (false, self.more),
            Some(_) if came_back => (self.more, true),
            Some(_) => (true, self.more),
        };
        // A doubled page leads back by one record, as long as that still leads on.
        let last = self.items.len().saturating_sub(if doubled && self.items.len() > 1 { 2 } else { 1 });
        let next = if after { cursor(self.items.get(last), false) } else { None };
        let previous = if before { cursor(self.items.first(), true) } else { None };
        let data = self.items.iter().filter_map(|(_, id)| write(call, *id)).collect();
        envelope(request, data, previous, next)
    }
}

/// Answers with a page of a list that hardly changes; a place in it is cursor enough.
pub(super) fn small(request: &Request, query: &Query, records: Vec<Value>) -> Reply {
    let start = query.cursor.map_or(0, |cursor| cursor.number as usize).min(records.len());
    let end = (start + query.limit).min(records.len());
    let at =
        |place: usize| query.seal(Cursor { at: Moment::from_second(0), number: place as u64, back: false });
    let next = (end < records.len()).then(|| at(end));
    let previous = (start > 0).then(|| at(start.saturating_sub(query.limit)));
    let data = records.into_iter().skip(start).take(end - start).collect();
    envelope(request, data, previous, next)
}

fn envelope(request: &Request, data: Vec<Value>, previous: Option<String>, next: Option<String>) -> Reply {
    Reply::json(
        200,
        &json!({
            "data": data,
            "object": "list",
            "uri": request.path,
            "meta": { "prev_cursor": previous, "next_cursor": next },
        }),
    )
}
