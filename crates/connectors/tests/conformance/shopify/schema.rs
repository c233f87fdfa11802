//! The vendor's introspection result, as a schema that documents, variables and answers are held
//! against.

use std::fmt::Write as _;
use std::io::Read as _;
use std::path::Path;
use std::sync::OnceLock;

use apollo_compiler::executable::{Operation, Selection, SelectionSet};
use apollo_compiler::request::coerce_variable_values;
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Node, Schema, ast::Type};
use serde_json::Value;

use crate::conformance::openapi::shared;

/// Returns the vendor's schema of 2026-10, read once; `None` where it is not at hand.
pub(super) fn vendor() -> Option<&'static Valid<Schema>> {
    static SCHEMA: OnceLock<Option<Valid<Schema>>> = OnceLock::new();
    SCHEMA.get_or_init(|| Some(load(&shared("specs/shopify/admin_2026-10.json.gz")?))).as_ref()
}

fn load(path: &Path) -> Valid<Schema> {
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::read(path).unwrap().as_slice()).read_to_string(&mut text).unwrap();
    let root: Value = serde_json::from_str(&text).unwrap();
    let schema = root.pointer("/data/__schema").or_else(|| root.get("__schema")).unwrap();
    let sdl = written(schema);
    // Not validated itself: some fields are deprecated in an object but not in its interface,
    // which a strict reader refuses.
    match Schema::parse(sdl, "admin_2026-10.graphql") {
        Ok(schema) => Valid::assume_valid(schema),
        Err(error) => panic!("the vendor's schema cannot be read: {}", error.errors),
    }
}

/// Writes an introspection result in the schema language, without descriptions.
fn written(schema: &Value) -> String {
    let mut sdl = String::new();
    writeln!(
        sdl,
        "schema {{ query: {} mutation: {} }}",
        name(&schema["queryType"]),
        name(&schema["mutationType"])
    )
    .unwrap();
    for directive in list(&schema["directives"]) {
        if matches!(name(directive), "deprecated" | "include" | "oneOf" | "skip" | "specifiedBy") {
            continue;
        }
        let places: Vec<&str> = list(&directive["locations"]).iter().filter_map(Value::as_str).collect();
        writeln!(sdl, "directive @{}{} on {}", name(directive), arguments(directive), places.join(" | "))
            .unwrap();
    }
    for ty in list(&schema["types"]) {
        let type_name = name(ty);
        if type_name.starts_with("__") || matches!(type_name, "Boolean" | "Float" | "ID" | "Int" | "String") {
            continue;
        }
        let implements: Vec<&str> = list(&ty["interfaces"]).iter().map(name).collect();
        let implements = if implements.is_empty() {
            String::new()
        } else {
            format!(" implements {}", implements.join(" & "))
        };
        match ty["kind"].as_str().unwrap() {
            "SCALAR" => writeln!(sdl, "scalar {type_name}").unwrap(),
            "OBJECT" => writeln!(sdl, "type {type_name}{implements} {{{}}}", fields(ty)).unwrap(),
            "INTERFACE" => writeln!(sdl, "interface {type_name}{implements} {{{}}}", fields(ty)).unwrap(),
            "UNION" => {
                let members: Vec<&str> = list(&ty["possibleTypes"]).iter().map(name).collect();
                writeln!(sdl, "union {type_name} = {}", members.join(" | ")).unwrap();
            }
            "ENUM" => {
                let values: Vec<&str> = list(&ty["enumValues"]).iter().map(name).collect();
                writeln!(sdl, "enum {type_name} {{ {} }}", values.join(" ")).unwrap();
            }
            "INPUT_OBJECT" => {
                let inputs: Vec<String> = list(&ty["inputFields"]).iter().map(input).collect();
                writeln!(sdl, "input {type_name} {{ {} }}", inputs.join(" ")).unwrap();
            }
            other => panic!("{type_name} is of the unknown kind {other}"),
        }
    }
    sdl
}

fn fields(ty: &Value) -> String {
    let written =
        |field: &Value| format!(" {}{}: {}", name(field), arguments(field), type_text(&field["type"]));
    list(&ty["fields"]).iter().map(written).collect()
}

fn arguments(of: &Value) -> String {
    let inputs: Vec<String> = list(&of["args"]).iter().map(input).collect();
    if inputs.is_empty() { String::new() } else { format!("({})", inputs.join(" ")) }
}

fn input(value: &Value) -> String {
    let default = value["defaultValue"].as_str().map(|text| format!(" = {text}")).unwrap_or_default();
    format!("{}: {}{default}", name(value), type_text(&value["type"]))
}

fn type_text(ty: &Value) -> String {
    match ty["kind"].as_str().unwrap() {
        "NON_NULL" => format!("{}!", type_text(&ty["ofType"])),
        "LIST" => format!("[{}]", type_text(&ty["ofType"])),
        _ => name(ty).to_owned(),
    }
}

fn name(value: &Value) -> &str {
    value["name"].as_str().unwrap()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// A document with its variables, valid by the schema.
pub(super) struct Request {
    document: Valid<ExecutableDocument>,
    /// The name of its operation.
    pub(super) operation: String,
}

/// Checks the body of a request.
pub(super) fn check_request(schema: &Valid<Schema>, body: &Value) -> Result<Request, String> {
    let query = body["query"].as_str().ok_or("no query")?;
    let document = ExecutableDocument::parse_and_validate(schema, query, "request.graphql")
        .map_err(|error| error.errors.to_string())?;
    let operation = only(&document).clone();
    let variables = apollo_compiler::response::serde_json_bytes::to_value(&body["variables"])
        .map_err(|error| error.to_string())?;
    let variables = variables.as_object().ok_or("no variables")?;
    let declared: Vec<&str> = operation.variables.iter().map(|variable| variable.name.as_str()).collect();
    if let Some(unknown) = variables.keys().find(|name| !declared.contains(&name.as_str())) {
        return Err(format!("the variable {} is not declared", unknown.as_str()));
    }
    coerce_variable_values(schema, &operation, variables).map_err(|error| error.message().to_string())?;
    let operation = operation.name.as_ref().map(ToString::to_string).ok_or("no name")?;
    Ok(Request { document, operation })
}

fn only(document: &ExecutableDocument) -> &Node<Operation> {
    document.operations.get(None).expect("one operation")
}

/// Checks the data of an answer to a request: every field that was asked for is there, and only
/// those; nothing is null that must not be; enum values are known.
pub(super) fn check_answer(schema: &Valid<Schema>, request: &Request, data: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    let operation = only(&request.document);
    Checker { schema, document: &request.document, wrong: &mut wrong }.set(
        &operation.selection_set,
        data,
        "data",
    );
    wrong
}

struct Checker<'a> {
    schema: &'a Valid<Schema>,
    document: &'a ExecutableDocument,
    wrong: &'a mut Vec<String>,
}

impl Checker<'_> {
    fn set(&mut self, set: &SelectionSet, value: &Value, at: &str) {
        let Some(object) = value.as_object() else {
            self.wrong.push(format!("{at} is no object"));
            return;
        };
        let mut asked = Vec::new();
        self.fields(set, set.ty.as_str(), object, at, &mut asked);
        for key in object.keys().filter(|key| !asked.contains(*key)) {
            self.wrong.push(format!("{at}.{key} was not asked for"));
        }
    }

    fn fields(
        &mut self,
        set: &SelectionSet,
        ty: &str,
        object: &serde_json::Map<String, Value>,
        at: &str,
        asked: &mut Vec<String>,
    ) {
        for selection in &set.selections {
            match selection {
                Selection::Field(field) => {
                    let key = field.response_key().to_string();
                    let at = format!("{at}.{key}");
                    let conditional = field.directives.has("include") || field.directives.has("skip");
                    // Fields of another possible type need not be there.
                    let optional = conditional || ty != set.ty.as_str() || self.is_abstract(&set.ty);
                    match object.get(&key) {
                        Some(value) => self.value(field.ty(), &field.selection_set, value, &at),
                        None if optional => {}
                        None => self.wrong.push(format!("{at} is missing")),
                    }
                    asked.push(key);
                }
                // Which of the possible types it is, the answer does not say: a fragment applies
                // if its fields are there.
                Selection::InlineFragment(inline) => {
                    self.fields(&inline.selection_set, ty, object, at, asked);
                }
                Selection::FragmentSpread(spread) => {
                    let fragment = spread.fragment_def(self.document).expect("valid").clone();
                    self.fields(&fragment.selection_set, ty, object, at, asked);
                }
            }
        }
    }

    fn is_abstract(&self, ty: &str) -> bool {
        matches!(self.schema.types.get(ty), Some(ExtendedType::Interface(_) | ExtendedType::Union(_)))
    }

    fn value(&mut self, ty: &Type, set: &SelectionSet, value: &Value, at: &str) {
        if value.is_null() {
            if ty.is_non_null() {
                self.wrong.push(format!("{at} must not be null"));
            }
            return;
        }
        if ty.is_list() {
            let Some(items) = value.as_array() else {
                self.wrong.push(format!("{at} is no list"));
                return;
            };
            for (index, item) in items.iter().enumerate() {
                self.value(ty.item_type(), set, item, &format!("{at}[{index}]"));
            }
            return;
        }
        let named = ty.inner_named_type();
        let fits = match self.schema.types.get(named) {
            Some(ExtendedType::Enum(kind)) => {
                value.as_str().is_some_and(|text| kind.values.contains_key(text))
            }
            Some(ExtendedType::Scalar(_)) => fits_scalar(named.as_str(), value),
            _ => {
                self.set(set, value, at);
                true
            }
        };
        if !fits {
            self.wrong.push(format!("{at}: {value} is no {named}"));
        }
    }
}

fn fits_scalar(name: &str, value: &Value) -> bool {
    match name {
        "Boolean" => value.is_boolean(),
        "Int" => value.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
        "Float" => value.is_number(),
        "JSON" => true,
        "DateTime" => value.as_str().is_some_and(|text| text.parse::<jiff::Timestamp>().is_ok()),
        "Decimal" | "Money" => value.as_str().is_some_and(|text| text.parse::<f64>().is_ok()),
        _ => value.is_string(),
    }
}
