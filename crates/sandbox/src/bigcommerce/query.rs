//! Reading a query against what its route declares.

use jiff::Timestamp;

use super::errors::Api;
use super::routes::{Kind, Paged, Route};
use super::values::instant;
use crate::mark::mark;
use crate::vendor::{Reply, Request};
use crate::world::Moment;

/// Records on a page, unless told.
pub(super) const PAGE: usize = 50;
/// The most products on a page that shows their options or modifiers.
const WITH_OPTIONS: usize = 10;

/// What a query asks for; every value is known to be of its kind.
#[derive(Debug)]
pub(super) struct Query {
    pairs: Vec<(String, String)>,
    /// The page, from 1, and its size.
    pub(super) page: (usize, usize),
    /// Marks the list with its filters and order.
    pub(super) stamp: u64,
    now: Moment,
}

impl Query {
    /// Reads a request's query.
    ///
    /// Errors: the reply that names the first parameter that is wrong or not declared.
    pub(super) fn read(request: &Request, route: &Route, now: Moment) -> Result<Self, Reply> {
        let api = Api::of(&request.path);
        let mut query = Self { pairs: Vec::new(), page: (1, PAGE), stamp: mark(0, [&*request.path]), now };
        for (name, value) in &request.query {
            let declared = route.params.iter().find(|(known, _)| known == name).map(|(_, kind)| kind);
            if query.text(name).is_some() {
                return Err(api.bad(name, "Given more than once."));
            }
            match (name.as_str(), declared, &route.paged) {
                (_, Some(kind), _) => {
                    kind.check(value, now).map_err(|what| api.bad(name, &what))?;
                    query.stamp = mark(query.stamp, [name, value]);
                }
                ("page", None, Paged::By(_)) => {
                    let page = value.parse().ok().filter(|page| *page > 0);
                    query.page.0 = page.ok_or_else(|| api.bad(name, "Must be a number from 1."))?;
                }
                ("limit", None, Paged::By(most)) => {
                    let limit = value.parse().ok().filter(|limit| (1..=*most).contains(limit));
                    query.page.1 =
                        limit.ok_or_else(|| api.bad(name, &format!("Must be between 1 and {most}.")))?;
                }
                _ => return Err(api.bad(name, "Not a known parameter.")),
            }
            query.pairs.push((name.clone(), value.clone()));
        }
        if query.has("include", "options") || query.has("include", "modifiers") {
            query.page.1 = query.page.1.min(WITH_OPTIONS);
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
        instant(self.text(name)?, self.now)
    }

    /// Returns the words of a parameter that may have several, separated by commas; `None` if it is not given.
    pub(super) fn words(&self, name: &str) -> Option<Vec<&str>> {
        self.text(name).map(|text| text.split(',').map(str::trim).collect())
    }

    /// Returns the numbers of a parameter that may have several; `None` if it is not given.
    pub(super) fn wholes(&self, name: &str) -> Option<Vec<u64>> {
        self.words(name).map(|words| words.iter().filter_map(|word| word.parse().ok()).collect())
    }

    /// Returns which numbers a parameter lets through.
    pub(super) fn wanted(&self, name: &str) -> Wanted {
        Wanted(self.wholes(name))
    }

    /// Tells whether a word is among those of a parameter.
    pub(super) fn has(&self, name: &str, word: &str) -> bool {
        self.words(name).is_some_and(|words| words.contains(&word))
    }

    /// Tells whether a time lies between the values of two parameters, both ends included.
    pub(super) fn within(&self, at: Moment, min: &str, max: &str) -> bool {
        let at = at.timestamp();
        self.time(min).is_none_or(|min| min <= at) && self.time(max).is_none_or(|max| at <= max)
    }

    /// Returns which numbers are let through under `one`, else under `several`.
    pub(super) fn named(&self, one: &str, several: &str) -> Wanted {
        Wanted(self.whole(one).map(|number| vec![number]).or_else(|| self.wholes(several)))
    }
}

/// The numbers that a list is cut down to; all where none were named.
#[derive(Debug)]
pub(super) struct Wanted(Option<Vec<u64>>);

impl Wanted {
    /// Tells whether a number is let through.
    pub(super) fn has(&self, number: u64) -> bool {
        self.0.as_ref().is_none_or(|all| all.contains(&number))
    }
}

impl Kind {
    fn check(&self, value: &str, now: Moment) -> Result<(), String> {
        let each =
            |fits: &dyn Fn(&str) -> bool| !value.is_empty() && value.split(',').all(|one| fits(one.trim()));
        let (fits, what) = match self {
            Self::Whole => (value.parse::<u64>().is_ok(), "a number"),
            Self::Wholes => (each(&|one| one.parse::<u64>().is_ok()), "numbers, separated by commas"),
            Self::Text => (!value.is_empty() && value.len() <= 320, "a text"),
            Self::Texts => (each(&|one| !one.is_empty()), "texts, separated by commas"),
            Self::Bool => (matches!(value, "true" | "false"), "true or false"),
            Self::Time => (instant(value, now).is_some(), "a date"),
            Self::OneOf(words) => {
                let known = words.split(' ').any(|known| known == value);
                return if known { Ok(()) } else { Err(format!("Must be one of: {words}.")) };
            }
            Self::SomeOf(words) => {
                let known = each(&|one| words.split(' ').any(|known| known == one));
                return if known { Ok(()) } else { Err(format!("Must be some of: {words}.")) };
            }
        };
        if fits { Ok(()) } else { Err(format!("Must be {what}.")) }
    }
}
