//! Reading parameters: names in brackets, and what each value must be. The same for the query of a GET and the form
//! that is the body of a POST.

use std::collections::{BTreeMap, BTreeSet};

use super::errors::{bad, parameter};
use super::routes::Route;
use crate::mark::mark;
use crate::vendor::{Reply, Request};
use crate::world::Moment;

/// Records on a page unless told, and at most.
const PAGE: (usize, usize) = (10, 100);

/// What a parameter's value must be.
#[derive(Debug)]
pub(super) enum Kind {
    /// Text of at most 5,000 characters, not empty.
    Text,
    /// A whole number.
    Whole,
    /// `true` or `false`.
    Bool,
    /// One of these words, separated by blanks.
    Word(&'static str),
    /// Seconds since 1970, or bounds of them: `created[gte]`.
    Range,
    /// Up to 50 pairs of up to 40 and 500 characters: `metadata[order_id]`; empty as a whole removes all.
    Metadata,
    /// Members to be shown whole: `expand[]`; of these, the one that is played.
    Expand(&'static str),
}

/// What was given; every value is known to be of its kind.
#[derive(Debug, Default)]
pub(super) struct Given {
    values: BTreeMap<String, String>,
    /// Pairs; `None` if there are none.
    pub(super) metadata: Option<BTreeMap<String, String>>,
    /// Was metadata given as an empty text, which removes all?
    pub(super) no_metadata: bool,
    expand: BTreeSet<String>,
    bounds: Vec<(String, i64)>,
    /// A mark of the filters, for the fault that shows a record twice.
    pub(super) stamp: u64,
}

/// Reads what a request gives.
///
/// Errors: the reply that names the first parameter that is wrong or not declared.
pub(super) fn read(request: &Request, route: &Route) -> Result<Given, Reply> {
    let pairs = if request.method == "GET" {
        if !request.body.is_empty() {
            return Err(bad(None, "A GET has its parameters in the query."));
        }
        request.query.clone()
    } else {
        form(request)?
    };
    let mut given = Given { stamp: mark(0, [route.name]), ..Given::default() };
    for (name, value) in &pairs {
        let unknown = || parameter("parameter_unknown", name, &format!("Received unknown parameter: {name}"));
        let (root, inner) = taken_apart(name).ok_or_else(unknown)?;
        let (_, kind) = route.params.iter().find(|(known, _)| *known == root).ok_or_else(unknown)?;
        if !matches!(root, "limit" | "starting_after" | "ending_before" | "expand") {
            given.stamp = mark(given.stamp, [name, value]);
        }
        let fresh = match (kind, inner) {
            (Kind::Range, inner) => {
                let bound = inner.unwrap_or("eq");
                if !["eq", "gt", "gte", "lt", "lte"].contains(&bound) {
                    return Err(unknown());
                }
                given.bounds.push((bound.to_owned(), whole(name, value)?));
                given.bounds.iter().filter(|(known, _)| known == bound).count() == 1
            }
            (Kind::Metadata, None) if value.is_empty() => !std::mem::replace(&mut given.no_metadata, true),
            (Kind::Metadata, Some(key)) => {
                let most = key.chars().count() <= 40 && value.chars().count() <= 500 && !key.is_empty();
                if !most {
                    let message = "Metadata keys can have up to 40 characters and values up to 500.";
                    return Err(bad(Some(name), message));
                }
                let all = given.metadata.get_or_insert_default();
                all.insert(key.to_owned(), value.clone()).is_none()
            }
            (Kind::Metadata, None) => return Err(bad(Some(name), "Invalid hash.")),
            (Kind::Expand(played), Some(place)) if place.bytes().all(|digit| digit.is_ascii_digit()) => {
                if value != played || played.is_empty() {
                    return Err(bad(Some("expand"), &format!("This property cannot be expanded ({value}).")));
                }
                given.expand.insert(value.clone())
            }
            (Kind::Expand(_), _) => return Err(bad(Some(name), "Invalid array.")),
            (_, Some(_)) => return Err(unknown()),
            (kind, None) => {
                kind.check(name, value)?;
                given.values.insert(name.clone(), value.clone()).is_none()
            }
        };
        if !fresh {
            return Err(bad(Some(name), &format!("{name} was given more than once.")));
        }
    }
    if given.metadata.as_ref().is_some_and(|all| all.len() > 50) {
        return Err(bad(Some("metadata"), "Metadata can have up to 50 keys."));
    }
    Ok(given)
}

fn form(request: &Request) -> Result<Vec<(String, String)>, Reply> {
    if request.raw_query.is_some() {
        return Err(bad(None, "A POST has its parameters in the body."));
    }
    let media = request.header("content-type").and_then(|media| media.split(';').next()).map(str::trim);
    if !request.body.is_empty() && media != Some("application/x-www-form-urlencoded") {
        let message =
            "Invalid request (check that your POST content type is application/x-www-form-urlencoded).";
        return Err(bad(None, message));
    }
    Ok(request.form())
}

/// Takes `metadata[order_id]` apart; `None` if the brackets do not fit, or go deeper.
fn taken_apart(name: &str) -> Option<(&str, Option<&str>)> {
    let Some((root, rest)) = name.split_once('[') else {
        return (!name.contains(']')).then_some((name, None));
    };
    let inner = rest.strip_suffix(']').filter(|inner| !inner.contains(['[', ']']))?;
    Some((root, Some(inner)))
}

fn whole(name: &str, value: &str) -> Result<i64, Reply> {
    let message = || format!("Invalid integer: {value}");
    value.parse().map_err(|_| parameter("parameter_invalid_integer", name, &message()))
}

impl Kind {
    fn check(&self, name: &str, value: &str) -> Result<(), Reply> {
        match self {
            Self::Whole => whole(name, value).map(drop),
            Self::Bool if !matches!(value, "true" | "false") => {
                Err(bad(Some(name), &format!("Invalid boolean: {value}")))
            }
            Self::Word(words) if !words.split(' ').any(|word| word == value) => {
                Err(bad(Some(name), &format!("Invalid {name}: must be one of {}", words.replace(' ', ", "))))
            }
            Self::Text if value.is_empty() => {
                let message = format!("You passed an empty string for '{name}'.");
                Err(parameter("parameter_invalid_empty", name, &message))
            }
            Self::Text if value.chars().count() > 5_000 => Err(bad(Some(name), "Invalid string: too long.")),
            _ => Ok(()),
        }
    }
}

impl Given {
    /// Returns a value as text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// Returns a whole number.
    pub(super) fn whole(&self, name: &str) -> Option<i64> {
        self.text(name)?.parse().ok()
    }

    /// Tells whether a member is to be shown whole.
    pub(super) fn expands(&self, member: &str) -> bool {
        self.expand.contains(member)
    }

    /// Tells whether a moment lies within the bounds.
    pub(super) fn within(&self, at: Moment) -> bool {
        let at = at.second();
        self.bounds.iter().all(|(bound, second)| match bound.as_str() {
            "gt" => at > *second,
            "gte" => at >= *second,
            "lt" => at < *second,
            "lte" => at <= *second,
            _ => at == *second,
        })
    }

    /// Returns how many records a page shall have.
    pub(super) fn limit(&self) -> Result<usize, Reply> {
        let Some(limit) = self.whole("limit") else { return Ok(PAGE.0) };
        usize::try_from(limit).ok().filter(|limit| (1..=PAGE.1).contains(limit)).ok_or_else(|| {
            let message = format!("This value must be between 1 and {} (it currently is '{limit}').", PAGE.1);
            parameter("parameter_invalid_integer", "limit", &message)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_brackets_are_taken_apart_once_and_no_deeper() {
        assert_eq!(taken_apart("amount"), Some(("amount", None)));
        assert_eq!(taken_apart("metadata[a b]"), Some(("metadata", Some("a b"))));
        assert_eq!(taken_apart("expand[]"), Some(("expand", Some(""))));
        for odd in ["metadata[a", "metadata]", "metadata[a][b]", "metadata[a]b", "metadata[[a]]"] {
            assert_eq!(taken_apart(odd), None, "{odd}");
        }
    }
}
