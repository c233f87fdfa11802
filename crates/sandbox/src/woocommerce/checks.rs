//! What parameters and members must be, checked as WordPress checks them and refused in its words.
//!
//! WordPress takes numbers and flags also as text, texts only as text. What the vendor takes and this twin does not
//! simulate is refused too ([`Kind::Elsewhere`]): silence would look like success.

use serde_json::{Value, json};

use super::errors;
use super::times;
use crate::vendor::{Reply, Request};

/// What a value must be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// Text.
    Text,
    /// Text or null.
    NullOrText,
    /// An e-mail address.
    Email,
    /// A whole number.
    Whole,
    /// A whole number within these bounds.
    Between(i64, i64),
    /// A flag.
    Bool,
    /// A number or a text.
    Amount,
    /// Date and time, with an offset or without.
    Time,
    /// One of these words, separated by blanks.
    OneOf(&'static str),
    /// Whole numbers.
    Wholes,
    /// Some of these words.
    SomeOf(&'static str),
    /// An object.
    Object,
    /// A list of objects.
    Objects,
    /// A list of texts.
    Texts,
    /// Taken by the vendor, not by this twin.
    Elsewhere,
}

/// Names of parameters or members, and what they must be.
pub(super) type Declared = &'static [(&'static str, Kind)];

/// One thing wrong with a request.
#[derive(Debug)]
pub(super) struct Complaint {
    pub(super) name: String,
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) data: Value,
}

impl Complaint {
    /// Complains about a value in a sentence.
    pub(super) fn new(name: &str, code: &'static str, message: impl Into<String>) -> Self {
        Self { name: name.to_owned(), code, message: message.into(), data: Value::Null }
    }

    fn kind(name: &str, kind: &str) -> Self {
        let data = json!({ "param": name });
        Self { data, ..Self::new(name, "rest_invalid_type", format!("{name} is not of type {kind}.")) }
    }
}

/// Checks one value; lists may come as text with commas.
pub(super) fn check(name: &str, kind: Kind, value: &Value) -> Result<(), Complaint> {
    let fits = |fits: bool, word: &str| if fits { Ok(()) } else { Err(Complaint::kind(name, word)) };
    match kind {
        Kind::Text => fits(value.is_string(), "string"),
        Kind::NullOrText => fits(value.is_string() || value.is_null(), "null,string"),
        Kind::Email if value.as_str().is_some_and(is_email) => Ok(()),
        Kind::Email => Err(Complaint::new(name, "rest_invalid_email", "Invalid email address.")),
        Kind::Whole => fits(whole(value).is_some(), "integer"),
        Kind::Between(low, high) => match whole(value) {
            None => Err(Complaint::kind(name, "integer")),
            Some(number) if (low..=high).contains(&number) => Ok(()),
            Some(_) => {
                let message = if high == i64::MAX {
                    format!("{name} must be greater than or equal to {low}")
                } else {
                    format!("{name} must be between {low} (inclusive) and {high} (inclusive)")
                };
                Err(Complaint::new(name, "rest_out_of_bounds", message))
            }
        },
        Kind::Bool => fits(flag(value).is_some(), "boolean"),
        Kind::Amount => fits(value.is_string() || value.is_number(), "number,string"),
        Kind::Time if value.as_str().is_some_and(times::is_time) => Ok(()),
        Kind::Time => Err(Complaint::new(name, "rest_invalid_date", "Invalid date.")),
        Kind::OneOf(words) => one_of(name, words, value),
        Kind::SomeOf(words) => {
            let given = texts(value);
            given.iter().enumerate().try_for_each(|(place, word)| {
                one_of(&format!("{name}[{place}]"), words, &json!(word))
                    .map_err(|inner| Complaint { name: name.to_owned(), ..inner })
            })
        }
        Kind::Wholes => {
            let wrong = texts(value).iter().position(|text| text.trim().parse::<i64>().is_err());
            wrong.map_or(Ok(()), |place| {
                let inner = Complaint::kind(&format!("{name}[{place}]"), "integer");
                Err(Complaint { name: name.to_owned(), ..inner })
            })
        }
        Kind::Texts => fits(value.is_array() || value.is_string(), "array"),
        Kind::Object => fits(value.is_object(), "object"),
        Kind::Objects => {
            let objects = value.as_array().is_some_and(|items| items.iter().all(Value::is_object));
            fits(objects, "array")
        }
        Kind::Elsewhere => {
            let message = format!("{name} is not simulated by the practice store.");
            Err(Complaint::new(name, "rest_invalid_param", message))
        }
    }
}

fn one_of(name: &str, words: &str, value: &Value) -> Result<(), Complaint> {
    let words: Vec<&str> = words.split(' ').collect();
    if value.as_str().is_some_and(|given| words.contains(&given)) {
        return Ok(());
    }
    let listed = match words.as_slice() {
        [one, other] => format!("{one} and {other}"),
        [most @ .., last] if !most.is_empty() => format!("{}, and {last}", most.join(", ")),
        all => all.join(", "),
    };
    Err(Complaint::new(name, "rest_not_in_enum", format!("{name} is not one of {listed}.")))
}

/// Reads a whole number, also one written as text.
pub(super) fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// Reads a flag, also one written as text or as 0 and 1.
pub(super) fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) => match text.to_lowercase().as_str() {
            "true" | "1" => Some(true),
            "false" | "0" | "" => Some(false),
            _ => None,
        },
        Value::Number(number) => match number.as_i64() {
            Some(0) => Some(false),
            Some(1) => Some(true),
            _ => None,
        },
        _ => None,
    }
}

/// Reads a list, also one written as text with commas.
pub(super) fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => text.split(',').map(str::to_owned).filter(|part| !part.is_empty()).collect(),
        Value::Array(items) => {
            items.iter().map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned)).collect()
        }
        Value::Number(number) => vec![number.to_string()],
        _ => Vec::new(),
    }
}

/// Tells whether a text can be an e-mail address.
pub(super) fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && host.contains('.') && !host.starts_with('.') && !host.ends_with('.')
    }) && !text.contains(char::is_whitespace)
}

/// Reads a body as an object; what is not sent as JSON has no members that anybody knows.
///
/// Errors: 400 for broken JSON.
pub(super) fn body(request: &Request) -> Result<Value, Reply> {
    let json = request.header("content-type").is_some_and(|kind| kind.starts_with("application/json"));
    if !json || request.body.is_empty() {
        return Ok(json!({}));
    }
    match request.json() {
        Some(body @ Value::Object(_)) => Ok(body),
        _ => Err(errors::refuse(400, "rest_invalid_json", "Invalid JSON body passed.")),
    }
}

/// Holds the members of a body against what is declared; others are let pass, as the vendor does.
///
/// Errors: 400 with every complaint.
pub(super) fn fits(body: &Value, declared: Declared) -> Result<(), Reply> {
    let complaints: Vec<Complaint> =
        declared.iter().filter_map(|(name, kind)| check(name, *kind, body.get(*name)?).err()).collect();
    if complaints.is_empty() { Ok(()) } else { Err(errors::invalid(&complaints)) }
}
