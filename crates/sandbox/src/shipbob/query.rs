//! What a query asks for, held against what its route declares.

use serde_json::{Map, Value, json};

use super::errors;
use super::routes::Route;
use crate::mark::mark;
use crate::rest::Param;
use crate::vendor::{Reply, Request};
use crate::world::Moment;

/// A query that its route lets through.
#[derive(Debug)]
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads it; names are taken in any case of letters, as the vendor's server does.
    ///
    /// Errors: 400 for a name that the route does not declare or a value of another kind.
    pub(super) fn read(request: &Request, route: &Route) -> Result<Self, Reply> {
        let mut wrong = Map::new();
        let mut query = Vec::new();
        for (name, value) in &request.query {
            let declared = route.params.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
            match declared.map(|(known, param)| (known, param.check(value))) {
                None => drop(wrong.insert(name.clone(), json!(["Unknown parameter."]))),
                Some((known, Err(what))) => drop(wrong.insert((*known).to_owned(), json!([what]))),
                Some((known, Ok(()))) => query.push(((*known).to_owned(), value.clone())),
            }
        }
        if wrong.is_empty() { Ok(Self(query)) } else { Err(Reply::json(400, &Value::Object(wrong))) }
    }

    /// Returns a value as text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Returns a whole number.
    pub(super) fn whole(&self, name: &str) -> Option<u64> {
        self.text(name)?.parse().ok()
    }

    /// Returns a truth.
    pub(super) fn truth(&self, name: &str) -> Option<bool> {
        self.text(name)?.parse().ok()
    }

    /// Returns a point in time, in whole seconds.
    pub(super) fn time(&self, name: &str) -> Option<Moment> {
        self.text(name)?.parse().ok().map(|at: jiff::Timestamp| at.into())
    }

    /// Tells whether a point in time lies within the bounds of two parameters, each of which may be absent.
    pub(super) fn within(&self, at: Moment, (start, end): (&str, &str)) -> bool {
        self.time(start).is_none_or(|start| at >= start) && self.time(end).is_none_or(|end| at <= end)
    }

    /// Tells whether a text is one of a comma list; any is, if there is no list.
    pub(super) fn lists(&self, name: &str, wanted: &str) -> bool {
        self.text(name).is_none_or(|all| all.split(',').any(|one| one.trim() == wanted))
    }

    /// Returns the number of the page and its size, which is at most `most`.
    ///
    /// Errors: 400 for sizes and numbers out of bounds.
    pub(super) fn page(&self, usual: u64, most: u64) -> Result<(usize, usize), Reply> {
        let (page, size) = (self.whole("Page").unwrap_or(1), self.whole("Limit").unwrap_or(usual));
        if page == 0 {
            return Err(errors::bad(400, "Page", "Must be at least 1."));
        }
        if size == 0 || size > most {
            return Err(errors::bad(400, "Limit", &format!("Must be from 1 to {most}.")));
        }
        let whole = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        Ok((whole(page), whole(size)))
    }

    /// Marks the list asked for, whatever its page.
    pub(super) fn mark(&self, path: &str) -> u64 {
        let rest = self.0.iter().filter(|(name, _)| name != "Page");
        mark(0, [path].into_iter().chain(rest.flat_map(|(name, value)| [name.as_str(), value.as_str()])))
    }
}

/// A list of whole numbers or words, separated by commas.
pub(super) const LIST: Param = Param::Text;
