//! JSON as several vendors write it.

use fermata_model::{Currency, Money};
use serde_json::Value;

/// Makes one object of several; of members with one name the last counts.
pub(crate) fn merged<const N: usize>(parts: [Value; N]) -> Value {
    let members = parts.into_iter().filter_map(|part| match part {
        Value::Object(members) => Some(members),
        _ => None,
    });
    Value::Object(members.flatten().collect())
}

/// Writes an amount as a JSON number in major units, with all its digits.
pub(crate) fn number(minor: i64, currency: Currency) -> Value {
    // The shortest digits that mean the same number are the decimal's own.
    serde_json::from_str(&Money::new(minor, currency).decimal()).unwrap_or(Value::Null)
}
