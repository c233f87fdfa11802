//! Klaviyo's filter language, checked against what an operation lists in `x-klaviyo-filters`.

use serde_json::{Value, json};

/// Lists everything that is wrong with a filter.
pub(super) fn check(filter: &str, allowed: Option<&Value>) -> Vec<String> {
    let Some(allowed) = allowed else {
        return vec!["a filter where none is documented".to_owned()];
    };
    let mut wrong = Vec::new();
    let mut rest = filter;
    loop {
        let Some((condition, after)) = first(rest) else {
            wrong.push(format!("{rest:?} is not a condition"));
            return wrong;
        };
        one(&condition, allowed, &mut wrong);
        match after.strip_prefix(',') {
            Some(more) => rest = more,
            None if after.is_empty() => return wrong,
            None => {
                wrong.push(format!("{after:?} follows a condition"));
                return wrong;
            }
        }
    }
}

struct Condition<'a> {
    operator: &'a str,
    field: &'a str,
    value: Option<&'a str>,
}

/// Splits off the first condition; commas and brackets inside quotes belong to the value.
fn first(text: &str) -> Option<(Condition<'_>, &str)> {
    let open = text.find('(')?;
    let mut quote = None;
    let mut comma = None;
    for (at, c) in text.char_indices().skip_while(|(at, _)| *at <= open) {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (Some(q), _) if q == c => quote = None,
            (None, ',') if comma.is_none() => comma = Some(at),
            (None, ')') => {
                let (field, value) = match comma {
                    Some(comma) => (&text[open + 1..comma], Some(&text[comma + 1..at])),
                    None => (&text[open + 1..at], None),
                };
                return Some((Condition { operator: &text[..open], field, value }, &text[at + 1..]));
            }
            _ => {}
        }
    }
    None
}

fn one(condition: &Condition<'_>, allowed: &Value, wrong: &mut Vec<String>) {
    let Condition { operator, field, value } = condition;
    let Some(listed) = allowed.get(*field) else {
        wrong.push(format!("filter: {field} cannot be filtered by"));
        return;
    };
    let arity = match value {
        None => "none",
        Some(value) if value.starts_with('[') => "list",
        Some(_) => "single",
    };
    let operators = listed["operators"][arity].as_array().cloned().unwrap_or_default();
    if !operators.contains(&json!(operator)) {
        wrong.push(format!("filter: {field} knows no {operator} of this arity ({arity})"));
    }
    let Some(value) = value.filter(|_| arity == "single") else { return };
    let kind = &listed["value"];
    let unquoted = ['"', '\''].iter().find_map(|q| value.strip_prefix(*q)?.strip_suffix(*q));
    let fits = match (kind["type"].as_str(), kind["format"].as_str(), unquoted) {
        (Some("string"), Some("date-time"), None) => value.parse::<fermata_model::Timestamp>().is_ok(),
        (Some("string"), None, Some(text)) => {
            kind["enum"].as_array().is_none_or(|listed| listed.contains(&json!(text)))
        }
        (Some("number"), _, None) => value.parse::<f64>().is_ok(),
        (Some("boolean"), _, None) => matches!(value, "true" | "false"),
        _ => false,
    };
    if !fits {
        wrong.push(format!("filter: {value} is not a value of {field}"));
    }
}

#[test]
fn a_filter_is_held_against_the_list() {
    let allowed = json!({
        "updated": { "operators": { "single": ["greater-than"] }, "value": { "type": "string", "format": "date-time" } },
        "id": { "operators": { "single": ["equals"], "list": ["any"] }, "value": { "type": "string" } },
    });
    let wrong = |filter: &str| check(filter, Some(&allowed)).len();
    assert_eq!(wrong("greater-than(updated,2026-01-01T00:00:00Z)"), 0);
    assert_eq!(wrong("greater-than(updated,2026-01-01T00:00:00Z),equals(id,\"a,)b\")"), 0);
    assert_eq!(wrong("any(id,[\"a\",\"b\"])"), 0);
    assert_eq!(wrong("greater-or-equal(updated,2026-01-01T00:00:00Z)"), 1, "an operator that is not listed");
    assert_eq!(wrong("equals(email,\"a\")"), 1, "a field that is not listed");
    assert_eq!(wrong("greater-than(updated,\"2026-01-01T00:00:00Z\")"), 1, "a time in quotes");
    assert_eq!(wrong("equals(id,a)"), 1, "text without quotes");
    assert_eq!(wrong("equals(id,\"a\")x"), 1);
    assert_eq!(wrong("nonsense"), 1);
    assert_eq!(check("equals(id,\"a\")", None).len(), 1);
}
