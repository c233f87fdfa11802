//! Promises about the schema that queries are validated against.

use std::collections::BTreeMap;

use apollo_compiler::Schema;
use apollo_compiler::ast::{InputValueDefinition, Value as Literal};
use apollo_compiler::schema::{ExtendedType, FieldDefinition};
use fermata_sandbox::shopify::SDL;
use serde_json::Value;

/// The vendor's introspection of one type, by name.
type Vendor = BTreeMap<String, Value>;

fn vendor() -> Option<(Vendor, Value)> {
    let path = crate::support::shared().join("specs/shopify/admin_2026-10.json.gz");
    let Ok(file) = std::fs::File::open(&path) else {
        println!("skipped: the vendor's schema is not there ({})", path.display());
        return None;
    };
    let spec: Value =
        serde_json::from_reader(flate2::read::GzDecoder::new(file)).expect("the vendor's schema as JSON");
    let schema = &spec["data"]["__schema"];
    let types = schema["types"].as_array().expect("types");
    let named =
        types.iter().map(|ty| (ty["name"].as_str().expect("a name").to_owned(), ty.clone())).collect();
    Some((named, schema["directives"].clone()))
}

fn reference(ty: &Value) -> String {
    match ty["kind"].as_str() {
        Some("NON_NULL") => format!("{}!", reference(&ty["ofType"])),
        Some("LIST") => format!("[{}]", reference(&ty["ofType"])),
        _ => ty["name"].as_str().unwrap_or_default().to_owned(),
    }
}

fn found<'v>(list: &'v Value, name: &str) -> Option<&'v Value> {
    list.as_array()?.iter().find(|one| one["name"] == name)
}

fn compare_value(at: &str, ours: &InputValueDefinition, theirs: &Value, wrong: &mut Vec<String>) {
    if ours.ty.to_string() != reference(&theirs["type"]) {
        wrong.push(format!("{at} is {} here and {} there", ours.ty, reference(&theirs["type"])));
    }
    let default = ours.default_value.as_deref().map(Literal::to_string);
    if default.as_deref() != theirs["defaultValue"].as_str() {
        wrong.push(format!("{at} defaults to {default:?} here and {} there", theirs["defaultValue"]));
    }
}

fn compare_field(at: &str, ours: &FieldDefinition, theirs: &Value, wrong: &mut Vec<String>) {
    if ours.ty.to_string() != reference(&theirs["type"]) {
        wrong.push(format!("{at} is {} here and {} there", ours.ty, reference(&theirs["type"])));
    }
    if ours.directives.has("deprecated") != (theirs["isDeprecated"] == true) {
        wrong.push(format!("{at} is deprecated only on one side"));
    }
    for argument in &ours.arguments {
        let at = format!("{at}({}:)", argument.name);
        match found(&theirs["args"], &argument.name) {
            Some(theirs) => compare_value(&at, argument, theirs, wrong),
            None => wrong.push(format!("{at} is not there")),
        }
    }
    for theirs in theirs["args"].as_array().into_iter().flatten() {
        let required = theirs["type"]["kind"] == "NON_NULL" && theirs["defaultValue"].is_null();
        if required && !ours.arguments.iter().any(|argument| theirs["name"] == argument.name.as_str()) {
            wrong.push(format!("{at} needs {} there", theirs["name"]));
        }
    }
}

/// Lists everything in which our schema is not a part of the vendor's.
fn departures(ours: &Schema, theirs: &Vendor) -> Vec<String> {
    let mut wrong = Vec::new();
    for (name, ty) in ours.types.iter().filter(|(_, ty)| !ty.is_built_in()) {
        let Some(theirs) = theirs.get(name.as_str()) else {
            wrong.push(format!("{name} is not there"));
            continue;
        };
        let (kind, fields, interfaces) = match ty {
            ExtendedType::Scalar(_) => ("SCALAR", Vec::new(), Vec::new()),
            ExtendedType::Object(object) => (
                "OBJECT",
                object.fields.values().collect(),
                object.implements_interfaces.iter().map(|one| one.name.to_string()).collect(),
            ),
            ExtendedType::Interface(interface) => {
                ("INTERFACE", interface.fields.values().collect(), Vec::new())
            }
            ExtendedType::Union(_) => ("UNION", Vec::new(), Vec::new()),
            ExtendedType::Enum(values) => {
                for value in values.values.keys() {
                    if found(&theirs["enumValues"], value).is_none() {
                        wrong.push(format!("{name}.{value} is not there"));
                    }
                }
                ("ENUM", Vec::new(), Vec::new())
            }
            ExtendedType::InputObject(input) => {
                for field in input.fields.values() {
                    let at = format!("{name}.{}", field.name);
                    match found(&theirs["inputFields"], &field.name) {
                        Some(theirs) => compare_value(&at, field, theirs, &mut wrong),
                        None => wrong.push(format!("{at} is not there")),
                    }
                }
                for field in theirs["inputFields"].as_array().into_iter().flatten() {
                    let required = field["type"]["kind"] == "NON_NULL" && field["defaultValue"].is_null();
                    if required && !input.fields.contains_key(field["name"].as_str().unwrap_or_default()) {
                        wrong.push(format!("{name} needs {} there", field["name"]));
                    }
                }
                ("INPUT_OBJECT", Vec::new(), Vec::new())
            }
        };
        if theirs["kind"] != kind {
            wrong.push(format!("{name} is {kind} here and {} there", theirs["kind"]));
        }
        for interface in interfaces {
            if found(&theirs["interfaces"], &interface).is_none() {
                wrong.push(format!("{name} is no {interface} there"));
            }
        }
        for field in fields {
            let at = format!("{name}.{}", field.name);
            match found(&theirs["fields"], &field.name) {
                Some(theirs) => compare_field(&at, field, theirs, &mut wrong),
                None => wrong.push(format!("{at} is not there")),
            }
        }
    }
    wrong
}

#[test]
fn our_schema_is_a_true_part_of_the_vendors() {
    let Some((theirs, directives)) = vendor() else { return };
    let ours = Schema::parse_and_validate(SDL, "schema.graphql").expect("our schema");
    assert_eq!(departures(&ours, &theirs), Vec::<String>::new());
    let idempotent = found(&directives, "idempotent").expect("the vendor's @idempotent");
    let our_own = ours.directive_definitions.get("idempotent").expect("our @idempotent");
    assert_eq!(our_own.arguments.len(), 1);
    assert_eq!(our_own.arguments[0].ty.to_string(), reference(&idempotent["args"][0]["type"]));
    assert_eq!(idempotent["locations"], serde_json::json!(["FIELD"]));
}

#[test]
fn a_wrong_schema_would_be_noticed() {
    let Some((theirs, _)) = vendor() else { return };
    let changed = SDL
        .replace("  displayName: String!", "  displayName: String")
        .replace("enum CountPrecision { AT_LEAST EXACT }", "enum CountPrecision { AT_LEAST EXACT GUESSED }")
        .replace("limit: Int = 10000", "limit: Int = 9")
        .replace("  quantity: Int!\n  restockType", "  quantity: Float!\n  restockType");
    let changed = Schema::parse(changed, "changed.graphql").expect("a schema");
    let wrong = departures(&changed, &theirs).join("\n");
    for expected in
        ["Customer.displayName", "CountPrecision.GUESSED", "(limit:)", "RefundLineItemInput.quantity"]
    {
        assert!(wrong.contains(expected), "{expected} passed unnoticed:\n{wrong}");
    }
}
