//! Our operations held against the vendor's own description of them.

use serde_json::Value;

use super::super::filter::Operator::{
    Any, Contains, EndsWith, Equals, GreaterOrEqual, GreaterThan, Has, LessOrEqual, LessThan, StartsWith,
};
use super::*;

/// The texts of a list.
fn texts(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// The name that the vendor has for an operator.
fn word(operator: super::super::filter::Operator) -> &'static str {
    match operator {
        Any => "any",
        Contains => "contains",
        EndsWith => "ends-with",
        Equals => "equals",
        GreaterOrEqual => "greater-or-equal",
        GreaterThan => "greater-than",
        Has => "has",
        LessOrEqual => "less-or-equal",
        LessThan => "less-than",
        StartsWith => "starts-with",
    }
}

#[test]
fn nothing_is_served_that_the_vendor_does_not_declare() {
    let Some(spec) = crate::described::read("specs/klaviyo/openapi-stable-2026-07-15.json.gz") else {
        return;
    };
    for ours in OPERATIONS {
        let name = ours.name;
        let paths = spec["paths"].as_object().expect("paths");
        let theirs = paths
            .values()
            .filter_map(|path| path.get(ours.method.to_lowercase()))
            .find(|operation| operation["operationId"] == name)
            .unwrap_or_else(|| panic!("the vendor knows no {name}"));
        let number = |window: &str| {
            let text = theirs["x-klaviyo-ratelimit"][window].as_str().expect("a limit");
            text.split('/').next().and_then(|number| number.parse::<u32>().ok()).expect("a number")
        };
        assert!(ours.burst <= number("burst") && ours.steady <= number("steady"), "{name}: limits");
        assert_eq!(texts(&theirs["x-klaviyo-scopes"]), ours.scopes, "{name}: scopes");
        let parameter = |wanted: &str| {
            let all = theirs["parameters"].as_array().expect("parameters");
            all.iter().find(|parameter| parameter["name"] == wanted).map(|parameter| &parameter["schema"])
        };
        let listed = |name: &str, of: &str, ours: &str| {
            let schema = parameter(of).unwrap_or_else(|| panic!("{name}: the vendor knows no {of}"));
            let known = if of == "sort" { texts(&schema["enum"]) } else { texts(&schema["items"]["enum"]) };
            for one in ours.split(' ') {
                assert!(known.contains(&one), "{name}: {of} has no {one}");
            }
        };
        assert_eq!(ours.cursor, parameter("page[cursor]").is_some(), "{name}: cursor");
        let size = parameter("page[size]");
        let size = size.map(|size| (size["default"].as_u64(), size["maximum"].as_u64()));
        let our_size = ours.page.map(|(default, most)| (Some(default as u64), Some(most as u64)));
        assert_eq!(our_size, size, "{name}: page size");
        if !ours.sorts.is_empty() {
            listed(name, "sort", ours.sorts);
        }
        if !ours.include.is_empty() {
            listed(name, "include", ours.include);
        }
        for (kind, declared) in ours.fields {
            listed(name, &format!("fields[{kind}]"), declared);
        }
        if let Some((kind, declared)) = ours.additional {
            listed(name, &format!("additional-fields[{kind}]"), declared);
        }
        for filter in ours.filters {
            let theirs = &theirs["x-klaviyo-filters"][filter.field]["operators"];
            for (family, operators) in
                [("single", filter.single), ("list", filter.list), ("none", filter.none)]
            {
                for operator in operators {
                    let known = texts(&theirs[family]);
                    assert!(
                        known.contains(&word(*operator)),
                        "{name}: {} {family} {operator:?}",
                        filter.field
                    );
                }
            }
        }
    }
}
