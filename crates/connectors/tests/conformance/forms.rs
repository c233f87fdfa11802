//! Forms, and queries that write objects and lists in brackets: `metadata[order_id]=7`, `expand[]=data.charge`.

use serde_json::{Map, Value, json};

use super::openapi::typed;

/// The media type of a form.
pub(super) const MEDIA: &str = "application/x-www-form-urlencoded";

/// Returns a name without what stands in brackets behind it.
pub(super) fn root(name: &str) -> &str {
    name.split_once('[').map_or(name, |(root, _)| root)
}

/// Returns the members that are given of one parameter: what stands in the brackets (`None` without any) and the value.
pub(super) fn members<'q>(query: &'q [(String, String)], name: &str) -> Vec<(Option<&'q str>, &'q str)> {
    let of_it = query.iter().filter(|(given, _)| root(given) == name);
    of_it.map(|(given, value)| (given[name.len()..].strip_prefix('['), value.as_str())).collect()
}

/// Puts the members of one parameter together, each as its schema means it.
pub(super) fn value(given: &[(Option<&str>, &str)], schema: &Value) -> Value {
    let branches = || schema["anyOf"].as_array().into_iter().flatten().chain([schema]);
    let of_kind = |kind: &str| branches().find(|branch| branch["type"] == json!(kind));
    // What is given more than once, or not closed, is left as a text that no schema allows.
    let inner: Option<Vec<(&str, &str)>> =
        given.iter().map(|(inner, value)| Some((inner.as_ref()?.strip_suffix(']')?, *value))).collect();
    let Some(inner) = inner else {
        let scalar = ["integer", "boolean", "number"].into_iter().find_map(of_kind).unwrap_or(schema);
        return match given {
            [(None, value)] => typed(value, scalar),
            _ => json!("given more than once"),
        };
    };
    if inner.iter().all(|(place, _)| place.bytes().all(|digit| digit.is_ascii_digit())) {
        let items = of_kind("array").map_or(&Value::Null, |array| &array["items"]);
        return inner.iter().map(|(_, value)| typed(value, items)).collect();
    }
    let object = of_kind("object").unwrap_or(schema);
    let mut members = Map::new();
    for (name, value) in inner {
        let member = object["properties"].get(name).unwrap_or(&object["additionalProperties"]);
        let before = members.insert(name.to_owned(), typed(value, member));
        if before.is_some() {
            return json!("given more than once");
        }
    }
    Value::Object(members)
}

/// Reads a whole form as the object that its schema describes.
pub(super) fn body(text: &str, schema: &Value) -> Value {
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(text.as_bytes()).into_owned().collect();
    let mut whole = Map::new();
    for (name, _) in &pairs {
        let name = root(name);
        whole.insert(name.to_owned(), value(&members(&pairs, name), &schema["properties"][name]));
    }
    Value::Object(whole)
}

#[test]
fn a_form_is_read_as_its_schema_means_it() {
    let schema = json!({ "properties": {
        "amount": { "type": "integer" },
        "expand": { "type": "array", "items": { "type": "string" } },
        "metadata": { "anyOf": [
            { "type": "object", "additionalProperties": { "type": "string" } }, { "type": "string" },
        ] },
        "created": { "anyOf": [{ "type": "object", "properties": { "gte": { "type": "integer" } } }, { "type": "integer" }] },
    } });
    let read = |text: &str| body(text, &schema);
    assert_eq!(
        read("amount=5&expand[]=a&expand[]=b&metadata%5Bk%5D=7&created[gte]=9"),
        json!({ "amount": 5, "expand": ["a", "b"], "metadata": { "k": "7" }, "created": { "gte": 9 } })
    );
    assert_eq!(read("created=9&metadata="), json!({ "created": 9, "metadata": "" }));
    for odd in ["amount=5&amount=6", "metadata[k]=1&metadata[k]=2", "metadata[k=1", "amount[a]=5"] {
        let read = read(odd);
        assert!(read.as_object().unwrap().values().all(|value| !value.is_i64()), "{odd}: {read}");
    }
}
