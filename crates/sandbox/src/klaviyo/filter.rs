//! The filter grammar: `op(field,value)` clauses joined with commas or wrapped in `and(...)`.
//!
//! Strings are quoted, times and numbers bare, lists in brackets. Which field takes which operator is the
//! operation's own affair (the specification's `x-klaviyo-filters`); a clause it does not declare is refused.
//! Source: klaviyo/openapi revision 2026-07-15, developers.klaviyo.com "filtering", read November 2026.

use jiff::Timestamp;

/// One comparison of a field with a value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Clause {
    pub(super) operator: Operator,
    pub(super) field: String,
    pub(super) value: Operand,
}

/// How a clause compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Equals,
    Any,
    Has,
    Contains,
    StartsWith,
    EndsWith,
    GreaterThan,
    GreaterOrEqual,
    LessThan,
    LessOrEqual,
}

/// What a clause compares with, typed by what its field declares.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Operand {
    None,
    Text(String),
    Texts(Vec<String>),
    Time(Timestamp),
    Number(f64),
    Bool(bool),
}

/// The type a field's values have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Time,
    Number,
    Bool,
}

/// A field that an operation lets be filtered, with the operators it declares for one value, for a list, for none.
#[derive(Debug)]
pub(super) struct Filterable {
    pub(super) field: &'static str,
    pub(super) kind: Kind,
    pub(super) single: &'static [Operator],
    pub(super) list: &'static [Operator],
    pub(super) none: &'static [Operator],
}

impl Operator {
    fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "equals" => Self::Equals,
            "any" => Self::Any,
            "has" => Self::Has,
            "contains" => Self::Contains,
            "starts-with" => Self::StartsWith,
            "ends-with" => Self::EndsWith,
            "greater-than" => Self::GreaterThan,
            "greater-or-equal" => Self::GreaterOrEqual,
            "less-than" => Self::LessThan,
            "less-or-equal" => Self::LessOrEqual,
            _ => return None,
        })
    }
}

impl Clause {
    /// Tells whether a text value passes this clause.
    pub(super) fn admits_text(&self, value: Option<&str>) -> bool {
        match (&self.value, self.operator) {
            (Operand::Text(wanted), Operator::Equals) => value == Some(wanted),
            (Operand::Texts(wanted), _) => value.is_some_and(|value| wanted.iter().any(|w| w == value)),
            (Operand::Text(wanted), Operator::Contains) => value.is_some_and(|v| v.contains(wanted.as_str())),
            (Operand::Text(wanted), Operator::StartsWith) => {
                value.is_some_and(|v| v.starts_with(wanted.as_str()))
            }
            (Operand::Text(wanted), Operator::EndsWith) => {
                value.is_some_and(|v| v.ends_with(wanted.as_str()))
            }
            _ => false,
        }
    }

    /// Tells whether a point in time passes this clause.
    pub(super) fn admits_time(&self, value: Option<Timestamp>) -> bool {
        let (Operand::Time(bound), Some(value)) = (&self.value, value) else { return false };
        match self.operator {
            Operator::Equals => value == *bound,
            Operator::GreaterThan => value > *bound,
            Operator::GreaterOrEqual => value >= *bound,
            Operator::LessThan => value < *bound,
            Operator::LessOrEqual => value <= *bound,
            _ => false,
        }
    }

    /// Tells whether a flag passes this clause.
    pub(super) fn admits_bool(&self, value: bool) -> bool {
        self.value == Operand::Bool(value)
    }
}

/// Reads a filter and checks each clause against what the operation declares.
///
/// Errors: a sentence saying what is wrong, for the `detail` of the vendor's error.
pub(super) fn parse(text: &str, declared: &[Filterable]) -> Result<Vec<Clause>, String> {
    nested(text, declared, 0)
}

/// How deep `and(...)` may nest.
const DEEPEST: u8 = 10;

fn nested(text: &str, declared: &[Filterable], depth: u8) -> Result<Vec<Clause>, String> {
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err("The filter is empty.".to_owned());
    }
    let mut clauses = Vec::new();
    loop {
        let open = rest.find('(').ok_or_else(|| format!("Expected an operator and '(' at '{rest}'."))?;
        let word = rest[..open].trim();
        let inside_and_after = &rest[open + 1..];
        let close =
            closing(inside_and_after).ok_or_else(|| format!("Unbalanced parenthesis after '{word}'."))?;
        let inside = &inside_and_after[..close];
        if word == "and" {
            if depth == DEEPEST {
                return Err("The filter nests too deeply.".to_owned());
            }
            clauses.extend(nested(inside, declared, depth + 1)?);
        } else {
            clauses.push(clause(word, inside, declared)?);
        }
        rest = inside_and_after[close + 1..].trim_start();
        if rest.is_empty() {
            return Ok(clauses);
        }
        rest = rest
            .strip_prefix(',')
            .ok_or_else(|| format!("Expected ',' between filters at '{rest}'."))?
            .trim_start();
    }
}

/// Finds the parenthesis that closes the one just opened, minding quotes.
fn closing(text: &str) -> Option<usize> {
    let (mut depth, mut quote, mut escaped) = (0_u32, None, false);
    for (at, letter) in text.char_indices() {
        if escaped {
            escaped = false;
            continue;
        }
        match (letter, quote) {
            ('\\', Some(_)) => escaped = true,
            (letter, Some(open)) if letter == open => quote = None,
            ('"' | '\'', None) => quote = Some(letter),
            ('(', None) => depth += 1,
            (')', None) if depth == 0 => return Some(at),
            (')', None) => depth -= 1,
            _ => {}
        }
    }
    None
}

fn clause(word: &str, inside: &str, declared: &[Filterable]) -> Result<Clause, String> {
    let operator =
        Operator::parse(word).ok_or_else(|| format!("'{word}' is not a valid filter operator."))?;
    let (field, value) = match inside.split_once(',') {
        Some((field, value)) => (field.trim(), Some(value.trim())),
        None => (inside.trim(), None),
    };
    let allowed = declared
        .iter()
        .find(|f| f.field == field)
        .ok_or_else(|| format!("'{field}' is not a filterable field."))?;
    let refuse = || format!("'{word}' is not an allowed operator for '{field}' with this value.");
    let value = match value {
        None if allowed.none.contains(&operator) => Operand::None,
        Some(list) if list.starts_with('[') => {
            if !allowed.list.contains(&operator) {
                return Err(refuse());
            }
            texts(list)?
        }
        Some(value) if allowed.single.contains(&operator) => single(value, field, allowed.kind)?,
        _ => return Err(refuse()),
    };
    Ok(Clause { operator, field: field.to_owned(), value })
}

fn single(value: &str, field: &str, kind: Kind) -> Result<Operand, String> {
    let wrong = |wanted: &str| format!("Invalid value for '{field}': expected {wanted}, got {value}.");
    match kind {
        Kind::Text => quoted(value).map(Operand::Text).ok_or_else(|| wrong("a quoted string")),
        Kind::Time => value.parse().map(Operand::Time).map_err(|_| wrong("an unquoted ISO 8601 datetime")),
        Kind::Number => value.parse().map(Operand::Number).map_err(|_| wrong("a number")),
        Kind::Bool => value.parse().map(Operand::Bool).map_err(|_| wrong("true or false")),
    }
}

fn texts(list: &str) -> Result<Operand, String> {
    let wrong = || format!("Invalid list value: {list}.");
    let mut rest = list.strip_prefix('[').and_then(|l| l.strip_suffix(']')).ok_or_else(wrong)?.trim();
    let mut values = Vec::new();
    while !rest.is_empty() {
        let end = string_end(rest).ok_or_else(wrong)?;
        values.push(quoted(&rest[..end]).ok_or_else(wrong)?);
        rest = rest[end..].trim_start();
        match rest.strip_prefix(',') {
            Some(more) => rest = more.trim_start(),
            None if rest.is_empty() => {}
            None => return Err(wrong()),
        }
    }
    if values.is_empty() || values.len() > 100 { Err(wrong()) } else { Ok(Operand::Texts(values)) }
}

/// Finds where the quoted string that starts `text` ends, one past its closing quote.
fn string_end(text: &str) -> Option<usize> {
    let open = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            letter if letter == open => return Some(at + 1),
            _ => {}
        }
    }
    None
}

fn quoted(text: &str) -> Option<String> {
    if string_end(text)? != text.len() {
        return None;
    }
    let (mut plain, mut escaped) = (String::with_capacity(text.len()), false);
    for letter in text[1..text.len() - 1].chars() {
        match letter {
            '\\' if !escaped => escaped = true,
            letter => {
                plain.push(letter);
                escaped = false;
            }
        }
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    static DECLARED: &[Filterable] = &[
        Filterable {
            field: "email",
            kind: Kind::Text,
            single: &[Operator::Equals],
            list: &[Operator::Any],
            none: &[],
        },
        Filterable {
            field: "updated",
            kind: Kind::Time,
            single: &[Operator::GreaterThan],
            list: &[],
            none: &[],
        },
        Filterable { field: "metric", kind: Kind::Text, single: &[], list: &[], none: &[Operator::Has] },
    ];

    #[test]
    fn clauses_are_read_in_order_with_their_types() {
        let read = parse(
            r#"equals(email,"a\"b,(c)@x.de"),greater-than(updated,2026-01-02T03:04:05Z),has(metric)"#,
            DECLARED,
        )
        .expect("a legal filter");
        assert_eq!(read[0].value, Operand::Text(r#"a"b,(c)@x.de"#.to_owned()));
        assert_eq!(read[1].value, Operand::Time("2026-01-02T03:04:05Z".parse().expect("time")));
        assert_eq!(read[2].operator, Operator::Has);
        assert_eq!(parse("and(any(email,['a','b']),has(metric))", DECLARED).expect("nested").len(), 2);
    }

    #[test]
    fn what_is_not_declared_is_refused() {
        for wrong in [
            "",
            "equals",
            "equals(name,'x')",
            "greater-or-equal(updated,2026-01-02T03:04:05Z)",
            "greater-than(updated,\"2026-01-02T03:04:05Z\")",
            "greater-than(updated,2026-01-02)",
            "equals(email,bare)",
            "equals(email,['a'])",
            "or(equals(email,'a'),equals(email,'b'))",
            "equals(email,'a')has(metric)",
            "equals(email,'a'",
            &format!("{}has(metric){}", "and(".repeat(50_000), ")".repeat(50_000)),
        ] {
            assert!(parse(wrong, DECLARED).is_err(), "{wrong} must be refused");
        }
    }
}
