//! Reading a query against what its route declares, and the cursors of lists.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;

use super::errors::bad;
use super::routes::Route;
use crate::mark::mark;
use crate::paging::Order;
use crate::rest::Param;
use crate::vendor::{Reply, Request};
use crate::world::Moment;

/// Records on a page unless told, and at most.
const PAGE: (usize, usize) = (30, 100);

/// What a query asks for; every value is known to be of its kind.
#[derive(Debug)]
pub(super) struct Query {
    pairs: Vec<(String, String)>,
    pub(super) limit: usize,
    pub(super) cursor: Option<Cursor>,
    stamp: u64,
}

/// Where a page begins: beside the record with this time and number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cursor {
    pub(super) at: Moment,
    pub(super) number: u64,
    /// Does it lead to what comes before rather than after?
    pub(super) back: bool,
}

impl Query {
    /// Reads a request's query.
    ///
    /// Errors: the reply that names the first parameter that is wrong or not declared.
    pub(super) fn read(request: &Request, route: &Route) -> Result<Self, Reply> {
        let mut query = Self { pairs: Vec::new(), limit: PAGE.0, cursor: None, stamp: 0 };
        let mut cursor = None;
        for (name, value) in &request.query {
            let declared = route.params.iter().find(|(known, _)| known == name).map(|(_, param)| param);
            if !declared.is_some_and(Param::several) && query.text(name).is_some() {
                return Err(bad(name, "Given more than once."));
            }
            match (name.as_str(), declared) {
                (_, Some(param)) => {
                    param.check(value).map_err(|what| bad(name, &what))?;
                    query.stamp = mark(query.stamp, [name, value]);
                }
                ("limit", None) if route.list => {
                    query.limit = value
                        .parse()
                        .ok()
                        .filter(|limit| (1..=PAGE.1).contains(limit))
                        .ok_or_else(|| bad(name, &format!("Must be between 1 and {}.", PAGE.1)))?;
                }
                ("cursor", None) if route.list => cursor = Some(value),
                _ => return Err(bad(name, "Unknown field.")),
            }
            query.pairs.push((name.clone(), value.clone()));
        }
        query.stamp = mark(query.stamp, [route.name]);
        if let Some(text) = cursor {
            query.cursor = Some(query.open(text).ok_or_else(|| bad("cursor", "Invalid cursor."))?);
        }
        Ok(query)
    }

    /// Returns a parameter as text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Returns a parameter as a number.
    pub(super) fn whole(&self, name: &str) -> Option<u64> {
        self.text(name)?.parse().ok()
    }

    /// Returns a parameter as a time.
    pub(super) fn time(&self, name: &str) -> Option<Timestamp> {
        self.text(name)?.parse().ok()
    }

    /// Returns all values of a parameter that may be given several times; `None` if it is not given.
    pub(super) fn all(&self, name: &str) -> Option<Vec<&str>> {
        let values: Vec<&str> =
            self.pairs.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str()).collect();
        (!values.is_empty()).then_some(values)
    }

    /// Returns whether the list goes by last change, and its direction; newest first unless told.
    pub(super) fn order(&self) -> (bool, Order) {
        let order = self.text("order_by").unwrap_or("created_datetime:desc");
        (order.starts_with("updated"), Order { backwards: order.ends_with("desc") })
    }

    /// Writes a cursor; it serves only the same list with the same filters and order.
    pub(super) fn seal(&self, cursor: Cursor) -> String {
        let side = if cursor.back { '<' } else { '>' };
        STANDARD.encode(format!("{}{side}{}?{:x}", cursor.at.second(), cursor.number, self.stamp))
    }

    fn open(&self, text: &str) -> Option<Cursor> {
        let plain = String::from_utf8(STANDARD.decode(text).ok()?).ok()?;
        let (place, stamp) = plain.split_once('?')?;
        let back = place.contains('<');
        let (at, number) = place.split_once(['<', '>'])?;
        let cursor = Cursor { at: Moment::from_second(at.parse().ok()?), number: number.parse().ok()?, back };
        (u64::from_str_radix(stamp, 16).ok()? == self.stamp).then_some(cursor)
    }
}
