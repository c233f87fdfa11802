//! BigCommerce's descriptions, a file for each part of its interface, read as one.

use serde_json::{Map, Value, json};

use crate::support::shared;

const FILES: [&str; 11] = [
    "orders.v2.oas2.yml",
    "orders.v3.yml",
    "customers.v3.yml",
    "products_catalog.v3.yml",
    "product-variants_catalog.v3.yml",
    "inventory.v3.yml",
    "locations.v3.yml",
    "marketing.v2.yml",
    "promotions.v3.yml",
    "price_lists.v3.yml",
    "store_information.v2.yml",
];

/// Reads all files in place; says so where one is absent.
///
/// The components of each file stay apart, and an operation says in `x-file` where its own are. What the vendor
/// describes beside its files is added: refusals of any kind, and 204 for empty v2 lists.
pub(crate) fn read() -> Option<Value> {
    let (mut paths, mut components) = (Map::new(), Map::new());
    for file in FILES {
        let Ok(text) = std::fs::read_to_string(shared().join("specs/bigcommerce").join(file)) else {
            eprintln!("skipped: answers are not held against {file}, which is absent");
            return None;
        };
        let options = serde_saphyr::options! { duplicate_keys: serde_saphyr::DuplicateKeyPolicy::LastWins };
        let mut spec: Value = serde_saphyr::from_str_with_options(&text, options).expect("YAML");
        let version = if file.contains(".v2.") { "v2" } else { "v3" };
        let name = file.replace('.', "-");
        tidy(&mut spec, &format!("#/components/{name}/"));
        for (path, mut item) in members(&mut spec["paths"]) {
            for method in ["get", "put", "post", "delete"] {
                let Some(operation) = item.get_mut(method) else { continue };
                operation["x-file"] = json!(name);
                let responses = operation["responses"].as_object_mut().expect("responses");
                let anything = json!({ "content": { "application/json": { "schema": {} } } });
                responses.insert("4XX".to_owned(), anything.clone());
                responses.insert("5XX".to_owned(), anything);
                if version == "v2" && method == "get" {
                    responses.insert("204".to_owned(), json!({ "description": "" }));
                }
                if version == "v3" && responses.contains_key("204") {
                    // Declared with a body, though 204 has none.
                    responses.insert("204".to_owned(), json!({ "description": "" }));
                }
            }
            paths.insert(format!("/stores/{{store_hash}}/{version}{path}"), item);
        }
        components.insert(name, spec["components"].take());
    }
    Some(json!({ "paths": paths, "components": components }))
}

fn members(value: &mut Value) -> Map<String, Value> {
    match value.take() {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// Leads references to where the file's components are, and drops what no validator understands.
fn tidy(value: &mut Value, components: &str) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(|value| tidy(value, components)),
        Value::Object(object) => {
            if let Some(Value::String(reference)) = object.get_mut("$ref") {
                *reference = reference.replace("#/components/", components);
            }
            for misused in ["exclusiveMaximum", "exclusiveMinimum", "required"] {
                if object.get(misused).is_some_and(Value::is_boolean) {
                    object.remove(misused);
                }
            }
            object.values_mut().for_each(|value| tidy(value, components));
        }
        _ => {}
    }
}
