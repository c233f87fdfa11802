//! What the REST twins share: a table of routes, and what the parameters of a query must be.

use jiff::Timestamp;

use crate::vendor::{Operation, Request};

/// An entry in a twin's table of routes. Where a literal and a template fit the same path, the
/// literal comes first in the table.
pub(crate) trait Route: 'static {
    /// Returns what it is found by.
    fn head(&self) -> Head;
}

/// What every entry has, whatever else a vendor says of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Head {
    /// The vendor's name of the operation.
    pub(crate) name: &'static str,
    /// The method, in capitals.
    pub(crate) method: &'static str,
    /// The path: literal parts, `{}` for any text, `{n}` for a whole number above 0, either also
    /// with something behind it (`{n}:cancel`).
    pub(crate) path: &'static str,
}

/// What a table says to a method and a path.
#[derive(Debug)]
pub(crate) enum Found<'p, R: 'static> {
    /// This route, with what stands at its placeholders, in order.
    Route(&'static R, Vec<&'p str>),
    /// The path is served, by another method.
    OtherMethod,
    /// No such path.
    Nowhere,
}

/// Looks a request up. A slash at the end of the path makes no difference.
pub(crate) fn find<'p, R: Route>(table: &'static [R], method: &str, path: &'p str) -> Found<'p, R> {
    let mut other = false;
    for route in table {
        let head = route.head();
        if let Some(parts) = captures(head.path, path) {
            if head.method == method {
                return Found::Route(route, parts);
            }
            other = true;
        }
    }
    if other { Found::OtherMethod } else { Found::Nowhere }
}

/// Names a request for the journal and for rules of faults; every method but GET asks for a change.
pub(crate) fn operation<R: Route>(table: &'static [R], request: &Request) -> Operation {
    let name = match find(table, &request.method, &request.path) {
        Found::Route(route, _) => route.head().name,
        Found::OtherMethod | Found::Nowhere => "unknown",
    };
    if request.method == "GET" { Operation::read(name) } else { Operation::write(name) }
}

fn captures<'p>(template: &str, path: &'p str) -> Option<Vec<&'p str>> {
    let path = path.strip_suffix('/').unwrap_or(path);
    let (mut parts, mut given) = (template.split('/'), path.split('/'));
    let mut found = Vec::new();
    loop {
        match (parts.next(), given.next()) {
            (None, None) => return Some(found),
            (Some(part), Some(given)) => {
                let (whole, after) = match (part.strip_prefix("{n}"), part.strip_prefix("{}")) {
                    (Some(after), _) => (true, after),
                    (None, Some(after)) => (false, after),
                    (None, None) if part == given => continue,
                    (None, None) => return None,
                };
                let value = given.strip_suffix(after).filter(|value| !value.is_empty())?;
                if whole && !value.parse().is_ok_and(|number: u64| number > 0) {
                    return None;
                }
                found.push(value);
            }
            _ => return None,
        }
    }
}

/// What a parameter's value must be.
#[derive(Debug)]
pub(crate) enum Param {
    /// A whole number that is not negative.
    Whole,
    /// Text, not empty, of at most 320 bytes.
    Text,
    /// `true` or `false`.
    Bool,
    /// A point in time, ISO 8601 with an offset.
    Time,
    /// One of these words, separated by blanks.
    OneOf(&'static str),
    /// Like [`Param::Whole`]; may be given several times.
    Wholes,
    /// Like [`Param::Text`]; may be given several times.
    Texts,
}

impl Param {
    /// Tells whether it may be given several times.
    pub(crate) fn several(&self) -> bool {
        matches!(self, Self::Wholes | Self::Texts)
    }

    /// Checks a value.
    ///
    /// Errors: what is wrong, in a sentence.
    pub(crate) fn check(&self, value: &str) -> Result<(), String> {
        let (fits, what) = match self {
            Self::Whole | Self::Wholes => (value.parse::<u64>().is_ok(), "integer"),
            Self::Text | Self::Texts => (!value.is_empty() && value.len() <= 320, "string"),
            Self::Bool => (matches!(value, "true" | "false"), "boolean"),
            Self::Time => (value.parse::<Timestamp>().is_ok(), "datetime"),
            Self::OneOf(allowed) => {
                let known = allowed.split(' ').any(|known| known == value);
                return if known {
                    Ok(())
                } else {
                    Err(format!("Must be one of: {}.", allowed.replace(' ', ", ")))
                };
            }
        };
        if fits { Ok(()) } else { Err(format!("Not a valid {what}.")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct One(&'static str, &'static str);

    impl Route for One {
        fn head(&self) -> Head {
            Head { name: self.1, method: self.0, path: self.1 }
        }
    }

    static TABLE: &[One] = &[
        One("GET", "/v1/orders"),
        One("PUT", "/v1/orders/merge"),
        One("PUT", "/v1/orders/{n}"),
        One("POST", "/v1/orders/{n}:cancel"),
        One("GET", "/v1/people/{}/notes/{n}"),
    ];

    fn found(method: &str, path: &str) -> String {
        match find(TABLE, method, path) {
            Found::Route(route, parts) => format!("{} {}", route.1, parts.join(" ")),
            Found::OtherMethod => "other method".to_owned(),
            Found::Nowhere => "nowhere".to_owned(),
        }
    }

    #[test]
    fn a_path_leads_to_its_route_and_what_stands_at_the_placeholders() {
        assert_eq!(found("GET", "/v1/orders/"), "/v1/orders ");
        assert_eq!(found("PUT", "/v1/orders/merge"), "/v1/orders/merge ");
        assert_eq!(found("PUT", "/v1/orders/17"), "/v1/orders/{n} 17");
        assert_eq!(found("POST", "/v1/orders/17:cancel"), "/v1/orders/{n}:cancel 17");
        assert_eq!(found("GET", "/v1/people/re_1/notes/2"), "/v1/people/{}/notes/{n} re_1 2");
    }

    #[test]
    fn what_is_not_served_is_told_apart_from_what_is_served_otherwise() {
        assert_eq!(found("DELETE", "/v1/orders/17"), "other method");
        for nowhere in ["/v1/orders/0", "/v1/orders/x", "/v1/orders/17/lines", "/v1/people//notes/2", "/"] {
            assert_eq!(found("PUT", nowhere), "nowhere", "{nowhere}");
        }
    }

    #[test]
    fn a_parameter_is_held_against_its_kind() {
        assert_eq!(Param::Whole.check("-1"), Err("Not a valid integer.".to_owned()));
        assert_eq!(Param::Time.check("2026-11-21T20:00:00Z"), Ok(()));
        assert_eq!(Param::Text.check(""), Err("Not a valid string.".to_owned()));
        assert_eq!(Param::OneOf("asc desc").check("up"), Err("Must be one of: asc, desc.".to_owned()));
    }
}
