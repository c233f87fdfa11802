//! Reading a query against what its route declares, and what of it every list understands.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::checks::{self, Complaint};
use super::errors;
use super::routes::Route;
use super::times::Zone;
use crate::mark::mark;
use crate::vendor::{Reply, Request};
use crate::world::Moment;

/// Records on a page unless told.
const PAGE: usize = 10;

/// What a query asks for; every value is known to be of its kind.
#[derive(Debug)]
pub(super) struct Query {
    values: BTreeMap<&'static str, Value>,
    times: [Option<Moment>; 4],
    /// Marks the list with its filters and order, whatever the page.
    pub(super) list: u64,
}

/// The stamps that lists are filtered by, in the order of [`Query::times`].
const TIMES: [&str; 4] = ["after", "before", "modified_after", "modified_before"];

/// What lists filter and sort their records by.
#[derive(Debug, Clone)]
pub(super) struct Row<I> {
    pub(super) id: I,
    pub(super) number: u64,
    pub(super) created: Moment,
    pub(super) updated: Moment,
    pub(super) title: String,
}

impl Query {
    /// Reads a request's query. Brackets behind a name make a list; what nobody declares is ignored.
    ///
    /// Errors: 400 with every complaint.
    pub(super) fn read(request: &Request, route: &Route, zone: &Zone) -> Result<Self, Reply> {
        let mut values: BTreeMap<&'static str, Value> = BTreeMap::new();
        let mut kinds = BTreeMap::new();
        for (name, value) in &request.query {
            let (bare, listed) = match name.split_once('[') {
                Some((bare, _)) => (bare, true),
                None => (name.as_str(), false),
            };
            let Some((known, kind)) = route.param(bare) else { continue };
            kinds.insert(known, kind);
            match values.get_mut(known) {
                Some(Value::Array(items)) if listed => items.push(json!(value)),
                _ if listed => drop(values.insert(known, json!([value]))),
                _ => drop(values.insert(known, json!(value))),
            }
        }
        let wrong: Vec<Complaint> = kinds
            .into_iter()
            .filter_map(|(name, kind)| checks::check(name, kind, &values[name]).err())
            .collect();
        if !wrong.is_empty() {
            return Err(errors::invalid(&wrong));
        }
        let marked = values.iter().filter(|(name, _)| !matches!(**name, "page" | "per_page"));
        let list = marked.fold(mark(0, [format!("{:?}", route.what)]), |list, (name, value)| {
            mark(list, [(*name).to_owned(), value.to_string()])
        });
        let mut query = Self { values, times: [None; 4], list };
        let gmt = query.flag("dates_are_gmt");
        query.times = TIMES.map(|name| zone.read(query.text(name)?, gmt));
        Ok(query)
    }

    /// Returns a parameter as text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.values.get(name)?.as_str()
    }

    /// Returns a parameter as a whole number.
    pub(super) fn whole(&self, name: &str) -> Option<i64> {
        checks::whole(self.values.get(name)?)
    }

    /// Returns a parameter as a flag; `false` if it is not given.
    pub(super) fn flag(&self, name: &str) -> bool {
        self.values.get(name).and_then(checks::flag).unwrap_or(false)
    }

    /// Returns a parameter as a list; empty if it is not given.
    pub(super) fn all(&self, name: &str) -> Vec<String> {
        self.values.get(name).map(checks::texts).unwrap_or_default()
    }

    fn numbers(&self, name: &str) -> Vec<u64> {
        self.all(name).iter().filter_map(|text| text.trim().parse().ok()).collect()
    }

    /// Tells whether records that belong to an order or product of this number are asked for.
    pub(super) fn of_parent(&self, number: u64) -> bool {
        let parents = self.numbers("parent");
        parents.is_empty() || parents.contains(&number)
    }

    /// Returns the number of the page, from 1, and its size.
    pub(super) fn page(&self) -> (usize, usize) {
        let read = |name: &str| self.whole(name).and_then(|number| usize::try_from(number).ok());
        (read("page").unwrap_or(1), read("per_page").unwrap_or(PAGE))
    }

    /// Keeps the rows that the common filters let through, and puts them in order: newest first
    /// unless told. The ends of time spans are not in them.
    pub(super) fn sift<I>(&self, mut rows: Vec<Row<I>>) -> Vec<I> {
        let (included, excluded) = (self.numbers("include"), self.numbers("exclude"));
        let [after, before, modified_after, modified_before] = self.times;
        rows.retain(|row| {
            (included.is_empty() || included.contains(&row.number))
                && !excluded.contains(&row.number)
                && after.is_none_or(|after| row.created > after)
                && before.is_none_or(|before| row.created < before)
                && modified_after.is_none_or(|after| row.updated > after)
                && modified_before.is_none_or(|before| row.updated < before)
        });
        match self.text("orderby") {
            Some("id") => rows.sort_by_key(|row| row.number),
            Some("modified") => rows.sort_by_key(|row| (row.updated, row.number)),
            Some("title" | "slug" | "name") => {
                rows.sort_by(|a, b| (&a.title, a.number).cmp(&(&b.title, b.number)));
            }
            Some("include") => {
                rows.sort_by_key(|row| included.iter().position(|number| *number == row.number));
                return rows.into_iter().map(|row| row.id).collect();
            }
            _ => rows.sort_by_key(|row| (row.created, row.number)),
        }
        if self.text("order") != Some("asc") {
            rows.reverse();
        }
        rows.into_iter().map(|row| row.id).collect()
    }

    /// Sets a parameter that the caller left out.
    pub(super) fn unless_given(&mut self, name: &'static str, value: &str) {
        self.values.entry(name).or_insert_with(|| json!(value));
    }
}
