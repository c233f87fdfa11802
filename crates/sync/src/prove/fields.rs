//! Which fields of two versions differ.

use std::collections::BTreeSet;

use fermata_model::record::Entity;
use serde_json::Value;

/// How many fields of a record are named.
const NAMED: usize = 12;

/// Names the fields in which a record differs from what is held of it.
pub(super) fn differing(
    here: Option<&Entity>,
    here_raw: &str,
    there: &Entity,
    there_raw: &str,
) -> Vec<String> {
    let mut fields = Vec::new();
    let neutral = |entity: Option<&Entity>| serde_json::to_value(entity).unwrap_or(Value::Null);
    walk(&neutral(here), &neutral(Some(there)), "", &mut fields);
    if fields.is_empty() {
        let read = |raw: &str| serde_json::from_str(raw).unwrap_or(Value::Null);
        walk(&read(here_raw), &read(there_raw), "raw:", &mut fields);
    }
    if fields.is_empty() && here_raw != there_raw {
        // The same values, written in another way.
        fields.push("raw:".to_owned());
    }
    fields
}

fn walk(here: &Value, there: &Value, path: &str, fields: &mut Vec<String>) {
    if here == there || fields.len() >= NAMED {
        return;
    }
    let below = |name: &str| {
        let dot = if path.is_empty() || path.ends_with(':') { "" } else { "." };
        format!("{path}{dot}{name}")
    };
    match (here, there) {
        (Value::Object(one), Value::Object(two)) => {
            let names: BTreeSet<&String> = one.keys().chain(two.keys()).collect();
            for name in names {
                let value =
                    |of: &serde_json::Map<String, Value>| of.get(name).cloned().unwrap_or(Value::Null);
                walk(&value(one), &value(two), &below(name), fields);
            }
        }
        (Value::Array(one), Value::Array(two)) if one.len() == two.len() => {
            for (place, (one, two)) in one.iter().zip(two).enumerate() {
                walk(one, two, &below(&place.to_string()), fields);
            }
        }
        _ => fields.push(if path.is_empty() { "everything".to_owned() } else { path.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::walk;

    #[test]
    fn fields_are_named_by_their_paths() {
        let here =
            json!({ "total": 1, "who": { "name": "A", "emails": ["a"] }, "lines": [{ "n": 1 }, { "n": 2 }] });
        let there =
            json!({ "total": 2, "who": { "name": "A" }, "lines": [{ "n": 1 }, { "n": 3 }], "note": "x" });
        let mut fields = Vec::new();
        walk(&here, &there, "", &mut fields);
        assert_eq!(fields, ["lines.1.n", "note", "total", "who.emails"]);
        let mut raw = Vec::new();
        walk(&here, &there, "raw:", &mut raw);
        assert_eq!(raw[1], "raw:note");
    }
}
