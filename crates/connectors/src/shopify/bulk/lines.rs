//! Between the lines of a file and the records of a page.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Bulk;

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// Whole records, and how many bytes they took.
    Records(Vec<String>, usize),
    /// Not a single one is whole.
    Longer,
    /// These are no such lines.
    Odd,
}

/// Cuts lines into records: a line without a parent begins one, those of its children follow it.
///
/// The last record is whole if another one, or the end of the file, comes after it.
pub(super) fn cut(text: &str, is_last: bool, inner: Option<&str>, most: usize) -> Cut {
    let mut records: Vec<String> = Vec::new();
    let mut open: Option<(usize, Value)> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if !line.ends_with('\n') && !is_last {
            break;
        }
        if line.trim().is_empty() {
            at += line.len();
            continue;
        }
        let Ok(mut value) = serde_json::from_str::<Value>(line) else { return Cut::Odd };
        let parent = value.as_object_mut().and_then(|members| members.remove("__parentId"));
        if let Some(parent) = parent {
            let nodes = match (&mut open, inner) {
                (Some((_, whole)), Some(inner)) if whole["id"] == parent => {
                    whole[inner]["nodes"].as_array_mut()
                }
                _ => None,
            };
            let Some(nodes) = nodes else { return Cut::Odd };
            nodes.push(value);
        } else {
            if !value["id"].is_string() {
                return Cut::Odd;
            }
            if let Some((_, whole)) = open.take() {
                records.push(written(&whole));
                if records.len() == most {
                    return Cut::Records(records, at);
                }
            }
            if let Some(inner) = inner {
                value[inner] = json!({ "nodes": [] });
            }
            open = Some((at, value));
        }
        at += line.len();
    }
    match open {
        Some((_, whole)) if is_last => {
            records.push(written(&whole));
            Cut::Records(records, text.len())
        }
        Some((begins, _)) if !records.is_empty() => Cut::Records(records, begins),
        None if is_last => Cut::Records(records, text.len()),
        _ => Cut::Longer,
    }
}

/// Writes JSON with the members of every object in the order of their names.
fn written(value: &Value) -> String {
    fn write(value: &Value, out: &mut String) {
        match value {
            Value::Object(members) => {
                let sorted: BTreeMap<&String, &Value> = members.iter().collect();
                for (index, (name, value)) in sorted.into_iter().enumerate() {
                    out.push(if index == 0 { '{' } else { ',' });
                    out.push_str(&Value::from(name.as_str()).to_string());
                    out.push(':');
                    write(value, out);
                }
                out.push_str(if members.is_empty() { "{}" } else { "}" });
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    out.push(if index == 0 { '[' } else { ',' });
                    write(item, out);
                }
                out.push_str(if items.is_empty() { "[]" } else { "]" });
            }
            plain => out.push_str(&plain.to_string()),
        }
    }
    let mut out = String::new();
    write(value, &mut out);
    out
}

impl Bulk {
    /// Returns the text of a record from a page as [`cut`] makes it from lines, so that a record looks
    /// the same on whichever way it came: its inner list whole and without a place to read on, its
    /// members in order.
    ///
    /// A text that is no object is left as it is.
    pub(in crate::shopify) fn even(&self, raw: &str) -> String {
        let Ok(mut value) = serde_json::from_str::<Value>(raw) else { return raw.to_owned() };
        let Some(members) = value.as_object_mut() else { return raw.to_owned() };
        let more = members.remove("more");
        if let Some(list) = self.inner.and_then(|(inner, _)| members.get_mut(inner)) {
            let mut nodes = list["nodes"].as_array().cloned().unwrap_or_default();
            nodes.extend(more.and_then(|more| more.as_array().cloned()).unwrap_or_default());
            *list = json!({ "nodes": nodes });
        }
        written(&value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "{\"id\":\"o1\",\"n\":\"Jos\u{e9}\"}\n{\"id\":\"l1\",\"__parentId\":\"o1\"}\n\
        {\"id\":\"l2\",\"__parentId\":\"o1\"}\n{\"id\":\"o2\"}\n{\"id\":\"o3\"}\n\
        {\"id\":\"l3\",\"__parentId\":\"o3\"}\n";

    /// Reads the file in stretches of so many bytes, each as far as it is text.
    fn whole(stretch: usize, most: usize) -> Vec<String> {
        let (mut at, mut stretch_now, mut all) = (0, stretch, Vec::new());
        while at < FILE.len() {
            let mut to = (at + stretch_now).min(FILE.len());
            while !FILE.is_char_boundary(to) {
                to -= 1;
            }
            match cut(&FILE[at..to], to == FILE.len(), Some("lines"), most) {
                Cut::Records(records, bytes) => {
                    assert!(records.len() <= most && bytes > 0);
                    all.extend(records);
                    at += bytes;
                    stretch_now = stretch;
                }
                Cut::Longer => stretch_now += 1,
                Cut::Odd => panic!("at {at}, {to}"),
            }
        }
        all
    }

    #[test]
    fn every_stretch_gives_the_same_whole_records() {
        let expected = [
            "{\"id\":\"o1\",\"lines\":{\"nodes\":[{\"id\":\"l1\"},{\"id\":\"l2\"}]},\"n\":\"Jos\u{e9}\"}",
            "{\"id\":\"o2\",\"lines\":{\"nodes\":[]}}",
            "{\"id\":\"o3\",\"lines\":{\"nodes\":[{\"id\":\"l3\"}]}}",
        ];
        for stretch in 1..=FILE.len() {
            for most in 1..4 {
                assert_eq!(whole(stretch, most), expected, "{stretch} bytes, {most} records");
            }
        }
    }

    #[test]
    fn lines_that_are_no_records_are_odd() {
        for odd in [
            "{\"errors\":[]}\n",
            "<Error/>\n",
            "{\"id\":\"l1\",\"__parentId\":\"o1\"}\n",
            "{\"id\":\"o1\"}\n{\"id\":\"l1\",\"__parentId\":\"o2\"}\n",
        ] {
            assert_eq!(cut(odd, true, Some("lines"), 9), Cut::Odd, "{odd}");
        }
        assert_eq!(cut("", true, None, 9), Cut::Records(Vec::new(), 0), "an empty file has no records");
    }

    #[test]
    fn a_record_looks_the_same_on_either_way() {
        let page = "{ \"n\": \"a\\u003cb\", \"id\": \"o1\", \"lines\": { \"nodes\": [ {\"id\":\"l1\"} ],\
            \"pageInfo\": { \"hasNextPage\": true, \"endCursor\": \"x\" } }, \"more\": [ {\"id\":\"l2\"} ] }";
        let file = "{\"id\":\"o1\",\"n\":\"a<b\"}\n{\"id\":\"l1\",\"__parentId\":\"o1\"}\n\
            {\"id\":\"l2\",\"__parentId\":\"o1\"}\n";
        let Cut::Records(records, _) = cut(file, true, Some("lines"), 9) else { panic!() };
        let bulk = Bulk { list: "orders", fields: "", inner: Some(("lines", "")) };
        assert_eq!(bulk.even(page), records[0]);
    }
}
