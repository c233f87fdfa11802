//! What a request body may look like, written as data and checked before anything acts on it.
//!
//! Most vendors refuse bodies with ill-typed members and name the place; this says which members an operation
//! declares and collects every complaint, and each platform puts them in its own words.

use jiff::Timestamp;
use serde_json::Value;

use crate::vendor::Request;

/// The shape one JSON value must have.
pub(crate) enum Shape {
    /// Any value at all; what the vendor leaves open.
    Any,
    /// Text of at most so many characters.
    Text(usize),
    /// Text from a closed list of words, separated by blanks.
    OneOf(&'static str),
    /// A point in time, ISO 8601 with an offset.
    Time,
    /// A whole number that is not negative.
    Whole,
    /// Any number.
    Number,
    /// `true` or `false`.
    Bool,
    /// A list of at most so many values of one shape.
    List(&'static Shape, usize),
    /// An object with exactly the declared members.
    Object(&'static [Member]),
    /// An object that declares some members and lets others pass.
    Open(&'static [Member]),
}

/// One declared member of an object.
pub(crate) struct Member {
    name: &'static str,
    shape: Shape,
    required: bool,
    nullable: bool,
}

impl Member {
    /// Declares a member that may be absent but not null.
    pub(crate) const fn may(name: &'static str, shape: Shape) -> Self {
        Self { name, shape, required: false, nullable: false }
    }

    /// Declares a member that may be absent or null.
    pub(crate) const fn null(name: &'static str, shape: Shape) -> Self {
        Self { name, shape, required: false, nullable: true }
    }

    /// Declares a member that must be there and may be null.
    pub(crate) const fn must_or_null(name: &'static str, shape: Shape) -> Self {
        Self { name, shape, required: true, nullable: true }
    }

    /// Declares a member that must be there and not null.
    pub(crate) const fn must(name: &'static str, shape: Shape) -> Self {
        Self { name, shape, required: true, nullable: false }
    }
}

/// One thing wrong with a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Complaint {
    /// Where, as a JSON pointer; empty for the body itself.
    pub(crate) pointer: String,
    /// What, in words.
    pub(crate) what: String,
    /// Whether the member is simply not there.
    pub(crate) missing: bool,
}

impl Complaint {
    /// The outermost member the complaint is about, or `None` for the body itself.
    pub(crate) fn member(&self) -> Option<&str> {
        self.pointer.strip_prefix('/').and_then(|rest| rest.split('/').next())
    }
}

/// Why a body cannot be acted upon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// It is no JSON.
    NotJson,
    /// It departs from its shape, in this.
    Shape(Vec<Complaint>),
}

/// Reads a request's body as JSON of a shape.
pub(crate) fn read(request: &Request, shape: &Shape) -> Result<Value, Unfit> {
    let body = request.json().ok_or(Unfit::NotJson)?;
    let complaints = check(&body, shape);
    if complaints.is_empty() { Ok(body) } else { Err(Unfit::Shape(complaints)) }
}

/// Collects everything in which `value` departs from `shape`; empty means it fits.
fn check(value: &Value, shape: &Shape) -> Vec<Complaint> {
    let mut found = Vec::new();
    walk(value, shape, &mut String::new(), &mut found);
    found
}

fn walk(value: &Value, shape: &Shape, at: &mut String, found: &mut Vec<Complaint>) {
    match (shape, value) {
        (Shape::Any, _) | (Shape::Number, Value::Number(_)) | (Shape::Bool, Value::Bool(_)) => {}
        (Shape::Text(most), Value::String(text)) => {
            if text.chars().count() > *most {
                complain(at, format!("Longer than maximum length {most}."), found);
            }
        }
        (Shape::OneOf(allowed), Value::String(text)) => {
            if !allowed.split(' ').any(|known| known == text) {
                complain(at, format!("'{text}' is not one of: {}.", allowed.replace(' ', ", ")), found);
            }
        }
        (Shape::Time, Value::String(text)) => {
            if text.parse::<Timestamp>().is_err() {
                complain(at, "Not a valid datetime.".to_owned(), found);
            }
        }
        (Shape::Whole, Value::Number(number)) => {
            if number.as_u64().is_none() {
                complain(at, "Not a valid integer.".to_owned(), found);
            }
        }
        (Shape::List(item, most), Value::Array(values)) => {
            if values.len() > *most {
                complain(at, format!("Longer than maximum length {most}."), found);
            }
            for (index, value) in values.iter().enumerate() {
                below(at, &index.to_string(), |at| walk(value, item, at, found));
            }
        }
        (Shape::Object(members) | Shape::Open(members), Value::Object(object)) => {
            for member in *members {
                match object.get(member.name) {
                    None if member.required => below(at, member.name, |at| {
                        found.push(Complaint {
                            pointer: at.clone(),
                            what: "Missing data for required field.".to_owned(),
                            missing: true,
                        });
                    }),
                    None => {}
                    Some(Value::Null) if member.nullable => {}
                    Some(Value::Null) => {
                        below(at, member.name, |at| complain(at, "Field may not be null.".to_owned(), found));
                    }
                    Some(value) => below(at, member.name, |at| walk(value, &member.shape, at, found)),
                }
            }
            if matches!(shape, Shape::Object(_)) {
                for name in object.keys() {
                    if !members.iter().any(|member| member.name == name) {
                        below(at, name, |at| complain(at, "Unknown field.".to_owned(), found));
                    }
                }
            }
        }
        (expected, _) => complain(at, format!("Not a valid {}.", expected.word()), found),
    }
}

impl Shape {
    fn word(&self) -> &'static str {
        match self {
            Self::Any => "value",
            Self::Text(_) | Self::OneOf(_) => "string",
            Self::Time => "datetime",
            Self::Whole => "integer",
            Self::Number => "number",
            Self::Bool => "boolean",
            Self::List(..) => "list",
            Self::Object(_) | Self::Open(_) => "object",
        }
    }
}

fn complain(at: &str, what: String, found: &mut Vec<Complaint>) {
    found.push(Complaint { pointer: at.to_owned(), what, missing: false });
}

fn below(at: &mut String, name: &str, then: impl FnOnce(&mut String)) {
    let before = at.len();
    at.push('/');
    at.push_str(name);
    then(at);
    at.truncate(before);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    static BODY: Shape = Shape::Object(&[
        Member::must("name", Shape::Text(5)),
        Member::null("when", Shape::Time),
        Member::may("ids", Shape::List(&Shape::Whole, 2)),
    ]);

    fn complaints(body: &Value) -> Vec<String> {
        check(body, &BODY).into_iter().map(|c| format!("{} {}", c.pointer, c.what)).collect()
    }

    #[test]
    fn a_fitting_body_has_no_complaint() {
        assert!(complaints(&json!({"name": "abc", "when": null, "ids": [1, 2]})).is_empty());
    }

    #[test]
    fn every_departure_is_named_with_its_place() {
        assert_eq!(
            complaints(&json!({"when": "yesterday", "ids": [1, -2], "colour": 1})),
            [
                "/name Missing data for required field.",
                "/when Not a valid datetime.",
                "/ids/1 Not a valid integer.",
                "/colour Unknown field.",
            ]
        );
        assert_eq!(complaints(&json!({"name": null})), ["/name Field may not be null."]);
        assert_eq!(complaints(&json!([])), [" Not a valid object."]);
    }
}
