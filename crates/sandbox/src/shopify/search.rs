//! The `query:` argument: the vendor's search language, as far as the practice store speaks it.
//!
//! A filter that a list does not know is not an error: the term is left out of the search and named in
//! `extensions.search[].warnings`, so a caller that does not look there gets more than it asked for. So does one that
//! writes a time without quotes: `updated_at:>2026-11-21T10:00:00Z` ends at the first colon, and what follows is
//! read as a filter called `00` (seen in public bug reports; the vendor's warnings then name `45` or `19`).

use serde_json::{Value, json};

use super::values::Span;

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    /// `field:value`
    Is,
    /// `field:>value`
    Over,
    /// `field:>=value`
    AtLeast,
    /// `field:<value`
    Under,
    /// `field:<=value`
    AtMost,
}

/// One term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Term {
    /// The filter; `None` for words searched anywhere.
    pub(crate) field: Option<String>,
    /// How the value compares.
    pub(crate) op: Op,
    /// The value without its quotes.
    pub(crate) value: String,
    /// Was it quoted?
    pub(crate) phrase: bool,
    /// The span of time that the value names, once the list has said that it wants one.
    pub(crate) span: Option<Span>,
}

/// A parsed search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Search {
    /// Everything.
    All,
    /// One term.
    Term(Term),
    /// All of these.
    And(Vec<Search>),
    /// Any of these.
    Or(Vec<Search>),
    /// What this does not match.
    Not(Box<Search>),
}

/// Parses a search; nothing is too odd to be read somehow.
pub(crate) fn parse(query: &str) -> Search {
    let mut reader = Reader { rest: query, depth: 0 };
    let mut parts = vec![reader.any()];
    // A stray bracket: the vendor reads on; so do we, with what is left as further terms.
    while !reader.rest.trim().is_empty() {
        reader.rest = reader.rest.trim_start().trim_start_matches(')');
        parts.push(reader.any());
    }
    join(parts, Search::And)
}

/// How deep brackets and negations may nest; beyond, their signs are read as part of a word.
const DEEPEST: u8 = 50;

struct Reader<'q> {
    rest: &'q str,
    depth: u8,
}

impl Reader<'_> {
    fn any(&mut self) -> Search {
        let mut parts = vec![self.all()];
        while self.word("OR") {
            parts.push(self.all());
        }
        join(parts, Search::Or)
    }

    fn all(&mut self) -> Search {
        let mut parts = Vec::new();
        loop {
            self.rest = self.rest.trim_start();
            if self.rest.is_empty() || self.rest.starts_with(')') || self.ahead("OR") {
                return join(parts, Search::And);
            }
            if self.word("AND") {
                continue;
            }
            parts.push(self.one());
        }
    }

    fn one(&mut self) -> Search {
        if self.depth < DEEPEST && (self.word("NOT") || self.sign('-')) {
            self.rest = self.rest.trim_start();
            return Search::Not(Box::new(self.deeper(Self::one)));
        }
        if self.depth < DEEPEST && self.sign('(') {
            let inside = self.deeper(Self::any);
            self.sign(')');
            return inside;
        }
        let (first, quoted) = self.value();
        if quoted || !self.sign(':') {
            return Search::Term(Term { field: None, op: Op::Is, value: first, phrase: quoted, span: None });
        }
        self.rest = self.rest.trim_start_matches(' ');
        let op = [(">=", Op::AtLeast), ("<=", Op::AtMost), (">", Op::Over), ("<", Op::Under)]
            .into_iter()
            .find_map(|(sign, op)| {
                self.rest = self.rest.strip_prefix(sign)?;
                Some(op)
            })
            .unwrap_or(Op::Is);
        let (value, phrase) = self.value();
        // Without quotes the value ended at a colon: what comes after it is a term of its own.
        if !phrase {
            self.sign(':');
        }
        Search::Term(Term { field: Some(first.to_lowercase()), op, value, phrase, span: None })
    }

    fn deeper(&mut self, read: impl FnOnce(&mut Self) -> Search) -> Search {
        self.depth += 1;
        let inside = read(self);
        self.depth -= 1;
        inside
    }

    fn value(&mut self) -> (String, bool) {
        for quote in ['"', '\''] {
            if let Some(rest) = self.rest.strip_prefix(quote) {
                let end = rest.find(quote).unwrap_or(rest.len());
                let value = rest[..end].to_owned();
                self.rest = rest.get(end + 1..).unwrap_or("");
                return (value, true);
            }
        }
        let end = self.rest.find([' ', '\t', '\n', ')', ':']).unwrap_or(self.rest.len());
        let (value, rest) = self.rest.split_at(end);
        self.rest = rest;
        (value.to_owned(), false)
    }

    fn sign(&mut self, sign: char) -> bool {
        let found = self.rest.strip_prefix(sign);
        self.rest = found.unwrap_or(self.rest);
        found.is_some()
    }

    fn ahead(&self, word: &str) -> bool {
        self.rest
            .trim_start()
            .strip_prefix(word)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '(']))
    }

    fn word(&mut self, word: &str) -> bool {
        let ahead = self.ahead(word);
        if ahead {
            self.rest = &self.rest.trim_start()[word.len()..];
        }
        ahead
    }
}

fn join(mut parts: Vec<Search>, with: fn(Vec<Search>) -> Search) -> Search {
    parts.retain(|part| *part != Search::All);
    match parts.len() {
        0 => Search::All,
        1 => parts.swap_remove(0),
        _ => with(parts),
    }
}

impl Search {
    /// Leaves out every term that `judge` refuses, and collects the vendor's warnings about them.
    pub(crate) fn pruned(self, judge: &dyn Fn(&mut Term) -> Verdict, warnings: &mut Vec<Value>) -> Self {
        match self {
            Self::All => Self::All,
            Self::Term(mut term) => {
                let field = term.field.clone().unwrap_or_default();
                match judge(&mut term) {
                    Verdict::Fine => Self::Term(term),
                    Verdict::UnknownField => {
                        warnings.push(json!({
                            "field": field,
                            "message": "Invalid search field for this query.",
                            "code": "invalid_field",
                        }));
                        Self::All
                    }
                    Verdict::BadValue => {
                        warnings.push(json!({
                            "field": field,
                            "message": format!("Input `{}` is not an accepted value.", term.value),
                            "code": "invalid_value",
                        }));
                        Self::All
                    }
                }
            }
            Self::And(parts) => {
                join(parts.into_iter().map(|part| part.pruned(judge, warnings)).collect(), Self::And)
            }
            Self::Or(parts) => {
                join(parts.into_iter().map(|part| part.pruned(judge, warnings)).collect(), Self::Or)
            }
            Self::Not(part) => match part.pruned(judge, warnings) {
                Self::All => Self::All,
                part => Self::Not(Box::new(part)),
            },
        }
    }

    /// Tells whether something matches, given how it answers each term.
    pub(crate) fn matches(&self, holds: &dyn Fn(&Term) -> bool) -> bool {
        match self {
            Self::All => true,
            Self::Term(term) => holds(term),
            Self::And(parts) => parts.iter().all(|part| part.matches(holds)),
            Self::Or(parts) => parts.iter().any(|part| part.matches(holds)),
            Self::Not(part) => !part.matches(holds),
        }
    }

    /// Returns the terms of one filter that everything found must satisfy.
    pub(crate) fn must(&self, field: &str) -> Vec<&Term> {
        match self {
            Self::Term(term) if term.field.as_deref() == Some(field) => vec![term],
            Self::And(parts) => parts.iter().flat_map(|part| part.must(field)).collect(),
            _ => Vec::new(),
        }
    }

    /// Returns how the vendor says it has understood the search.
    pub(crate) fn understood(&self) -> Value {
        match self {
            Self::All => json!({}),
            Self::Term(term) => {
                let how = match term.op {
                    Op::Is if term.phrase => return described(term, "match_phrase", json!(term.value)),
                    Op::Is => return described(term, "match_all", json!(term.value)),
                    Op::Over => "gt",
                    Op::AtLeast => "gte",
                    Op::Under => "lt",
                    Op::AtMost => "lte",
                };
                described(term, "range", json!({ how: term.value }))
            }
            Self::And(parts) => json!({ "and": parts.iter().map(Self::understood).collect::<Vec<_>>() }),
            Self::Or(parts) => json!({ "or": parts.iter().map(Self::understood).collect::<Vec<_>>() }),
            Self::Not(part) => json!({ "not": part.understood() }),
        }
    }
}

fn described(term: &Term, key: &str, value: Value) -> Value {
    match &term.field {
        Some(field) => json!({ "field": field, key: value }),
        None => json!({ key: value }),
    }
}

/// What a list thinks of a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It can be searched.
    Fine,
    /// The list has no such filter.
    UnknownField,
    /// The filter exists, the value cannot be read.
    BadValue,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term(field: Option<&str>, op: Op, value: &str, phrase: bool) -> Search {
        Search::Term(Term {
            field: field.map(str::to_owned),
            op,
            value: value.to_owned(),
            phrase,
            span: None,
        })
    }

    #[test]
    fn searches_are_read_as_the_vendor_reads_them() {
        assert_eq!(parse("  "), Search::All);
        assert_eq!(parse("Bob"), term(None, Op::Is, "Bob", false));
        assert_eq!(
            parse("updated_at:>='2026-11-21T10:00:00Z' AND id:<5"),
            Search::And(vec![
                term(Some("updated_at"), Op::AtLeast, "2026-11-21T10:00:00Z", true),
                term(Some("id"), Op::Under, "5", false),
            ])
        );
        assert_eq!(
            parse("a:1 OR -(b:2 c:3)"),
            Search::Or(vec![
                term(Some("a"), Op::Is, "1", false),
                Search::Not(Box::new(Search::And(vec![
                    term(Some("b"), Op::Is, "2", false),
                    term(Some("c"), Op::Is, "3", false),
                ]))),
            ])
        );
        assert_eq!(parse("a:1)"), term(Some("a"), Op::Is, "1", false));
        assert_eq!(parse("a:1) b:2)").must("b").len(), 1, "read on behind a stray bracket");
    }

    #[test]
    fn no_depth_of_brackets_is_too_much() {
        for deep in ["(", "-", "NOT ", "(a:1 OR ", ")", "a:1) "] {
            let query = deep.repeat(50_000);
            assert!(parse(&query).must("nothing").is_empty(), "{deep}");
        }
    }

    #[test]
    fn a_time_without_quotes_falls_apart_at_its_first_colon() {
        assert_eq!(
            parse("updated_at:>2026-09-25T02:45:22.433Z"),
            Search::And(vec![
                term(Some("updated_at"), Op::Over, "2026-09-25T02", false),
                term(Some("45"), Op::Is, "22.433Z", false),
            ])
        );
    }

    #[test]
    fn an_unknown_filter_is_dropped_and_named() {
        let mut warnings = Vec::new();
        let known = |term: &mut Term| {
            if term.field.as_deref() == Some("id") { Verdict::Fine } else { Verdict::UnknownField }
        };
        let pruned = parse("shoe_size:44 id:5").pruned(&known, &mut warnings);
        assert_eq!(pruned, term(Some("id"), Op::Is, "5", false));
        assert_eq!(warnings[0]["field"], "shoe_size");
        assert_eq!(parse("x:1").understood(), json!({ "field": "x", "match_all": "1" }));
    }
}
