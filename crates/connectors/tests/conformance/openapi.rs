//! A vendor's published OpenAPI document, as a judge of requests and answers.
//!
//! Checked: the operation exists; required headers and query parameters are there, and no others;
//! each value fits its parameter's schema, bracketed names included; the media type is listed; the
//! body is valid; every field name is declared somewhere, so that a misspelt optional field does
//! not pass; filters use fields and operators that the operation lists.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use jsonschema::{Draft, Validator};
use serde_json::{Map, Value, json};

use super::paths::{fits, literal, path_value};
use super::{Spec, filter, forms};
use crate::support::listener::{Reply, Seen};

/// Returns a file of the shared material, or says plainly that the test was skipped.
pub(super) fn shared(file: &str) -> Option<PathBuf> {
    let root = std::env::var_os("FERMATA_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let path = root.join(file);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: {} is not there; set FERMATA_SHARED to the folder that holds it", path.display());
    None
}

/// A vendor's OpenAPI document.
pub(super) struct OpenApi {
    root: Value,
    validators: Mutex<BTreeMap<String, Arc<Validator>>>,
}

/// One operation of it.
#[derive(Clone, Copy)]
pub(super) struct Operation<'a> {
    /// The vendor's name.
    pub(super) id: &'a str,
    pub(super) value: &'a Value,
    template: &'a str,
}

impl OpenApi {
    /// Reads a document, unzipping it where its name says so, and rewrites what JSON Schema does
    /// not know.
    pub(super) fn load(path: &Path) -> Self {
        let bytes = std::fs::read(path).unwrap();
        let text = if path.extension().is_some_and(|e| e == "gz") {
            let mut text = String::new();
            flate2::read::GzDecoder::new(bytes.as_slice()).read_to_string(&mut text).unwrap();
            text
        } else {
            String::from_utf8(bytes).unwrap()
        };
        Self::of(serde_json::from_str(&text).unwrap())
    }

    /// Takes a document as it was read, and rewrites what JSON Schema does not know.
    pub(super) fn of(mut root: Value) -> Self {
        nullable(&mut root);
        Self { root, validators: Mutex::default() }
    }

    /// Adds paths that the document leaves out; those that it has stay as they are.
    pub(super) fn with(mut self, paths: Value) -> Self {
        let known = self.root["paths"].as_object_mut().unwrap();
        for (path, methods) in paths.as_object().unwrap() {
            known.entry(path).or_insert_with(|| methods.clone());
        }
        self
    }

    /// Finds the operation of a request; a literal path wins over a template.
    pub(super) fn operation(&self, method: &str, path: &str) -> Option<Operation<'_>> {
        let paths = self.root["paths"].as_object().unwrap();
        let mut fitting: Vec<_> = paths.iter().filter(|(template, _)| fits(template, path)).collect();
        fitting.sort_by_key(|(template, _)| std::cmp::Reverse(literal(template)));
        fitting.into_iter().find_map(|(template, methods)| {
            let value = methods.get(method.to_ascii_lowercase())?;
            Some(Operation { id: value["operationId"].as_str().unwrap_or(template), value, template })
        })
    }

    /// Lists everything that is wrong with a request.
    pub(super) fn check_request(&self, request: &Seen) -> Vec<String> {
        let Some(operation) = self.operation(&request.method, &request.path) else {
            return vec![format!("no operation {} {}", request.method, request.path)];
        };
        let mut wrong = Vec::new();
        self.check_parameters(&operation, request, &mut wrong);
        self.check_body(&operation, request, &mut wrong);
        for (_, value) in request.query_pairs().iter().filter(|(name, _)| name == "filter") {
            wrong.extend(filter::check(value, operation.value.get("x-klaviyo-filters")));
        }
        wrong
    }

    /// Lists everything that is wrong with an answer to a request.
    pub(super) fn check_answer(&self, request: &Seen, reply: &Reply) -> Vec<String> {
        let Some(operation) = self.operation(&request.method, &request.path) else {
            return vec![format!("no operation {} {}", request.method, request.path)];
        };
        let Reply::Answer { status: answered, body: text, .. } = reply else {
            return vec!["no answer".to_owned()];
        };
        let responses = &operation.value["responses"];
        let class = format!("{}XX", answered / 100);
        let Some((status, response)) = [answered.to_string(), class, "default".to_owned()]
            .into_iter()
            .find_map(|status| responses.get(&status).map(|response| (status, response)))
        else {
            return vec![format!("{}: status {answered} is not documented", operation.id)];
        };
        let response = self.resolve(response);
        let Some(content) = response.get("content").and_then(Value::as_object) else {
            let empty = text.is_empty();
            return if empty {
                vec![]
            } else {
                vec![format!("{}: a body where none is documented", operation.id)]
            };
        };
        let Some((media, schema)) = content.iter().next().map(|(media, c)| (media, &c["schema"])) else {
            return vec![];
        };
        let body: Value = match serde_json::from_str(text) {
            Ok(body) => body,
            Err(error) => return vec![format!("{}: answer is not JSON: {error}", operation.id)],
        };
        let key = format!("{} {} {status} {media}", request.method, operation.template);
        self.violations(&key, schema, &body)
    }

    fn check_parameters(&self, operation: &Operation<'_>, request: &Seen, wrong: &mut Vec<String>) {
        let query = request.query_pairs();
        let declared: Vec<&Value> = operation.value["parameters"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|parameter| self.resolve(parameter))
            .collect();
        for parameter in &declared {
            let name = parameter["name"].as_str().unwrap();
            let place = parameter["in"].as_str().unwrap();
            if parameter["style"] == json!("deepObject") {
                let given = forms::members(&query, name);
                if !given.is_empty() {
                    let schema = self.resolve(&parameter["schema"]);
                    let key = format!("{} {place} {name}", operation.id);
                    let found = self.violations(&key, schema, &forms::value(&given, schema));
                    wrong.extend(found.into_iter().map(|w| format!("{name}: {w}")));
                    self.undeclared(&[schema], &forms::value(&given, schema), name, wrong);
                    continue;
                }
            }
            let values: Vec<&str> = match place {
                "query" => query.iter().filter(|(n, _)| n == name).map(|(_, v)| v.as_str()).collect(),
                "header" => request.header(name).into_iter().collect(),
                "path" => path_value(operation.template, &request.path, name).into_iter().collect(),
                _ => continue,
            };
            if values.is_empty() {
                if parameter["required"] == json!(true) {
                    wrong.push(format!("{place} parameter {name} is missing"));
                }
                continue;
            }
            let schema = self.resolve(&parameter["schema"]);
            let value = if schema["type"] == json!("array") {
                let item = self.resolve(&schema["items"]);
                let split = parameter["explode"] == json!(false);
                let parts = values.iter().flat_map(|v| if split { v.split(',').collect() } else { vec![*v] });
                Value::Array(parts.map(|part| typed(part, item)).collect())
            } else {
                if values.len() > 1 {
                    wrong.push(format!("{place} parameter {name} is given {} times", values.len()));
                }
                typed(values[0], schema)
            };
            let key = format!("{} {place} {name}", operation.id);
            wrong.extend(self.violations(&key, schema, &value).into_iter().map(|w| format!("{name}: {w}")));
        }
        for (name, _) in &query {
            let is_declared = |p: &&&Value| {
                let deep = p["style"] == json!("deepObject");
                p["in"] == json!("query")
                    && (p["name"] == json!(name) || deep && p["name"] == json!(forms::root(name)))
            };
            if !declared.iter().any(|p| is_declared(&p)) {
                wrong.push(format!("query parameter {name} is not documented"));
            }
        }
    }

    fn check_body(&self, operation: &Operation<'_>, request: &Seen, wrong: &mut Vec<String>) {
        let documented = operation.value.get("requestBody").map(|body| self.resolve(body));
        let Some(documented) = documented else {
            if !request.body.is_empty() {
                wrong.push("a body where none is documented".to_owned());
            }
            return;
        };
        if request.body.is_empty() {
            if documented["required"] == json!(true) {
                wrong.push("the body is missing".to_owned());
            }
            return;
        }
        let media = request.header("content-type").unwrap_or_default();
        let media = media.split(';').next().unwrap_or_default().trim();
        let Some(content) = documented["content"].get(media) else {
            wrong.push(format!("content type {media:?} is not listed"));
            return;
        };
        let body: Value = if media == forms::MEDIA {
            forms::body(&request.body, &content["schema"])
        } else {
            match serde_json::from_str(&request.body) {
                Ok(body) => body,
                Err(error) => {
                    wrong.push(format!("the body is not JSON: {error}"));
                    return;
                }
            }
        };
        let key = format!("{} body {media}", operation.id);
        wrong.extend(self.violations(&key, &content["schema"], &body));
        self.undeclared(&[&content["schema"]], &body, "", wrong);
    }

    fn violations(&self, key: &str, schema: &Value, value: &Value) -> Vec<String> {
        let validator = self.validator(key, schema);
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
    }

    fn validator(&self, key: &str, schema: &Value) -> Arc<Validator> {
        let mut validators = self.validators.lock().unwrap();
        Arc::clone(validators.entry(key.to_owned()).or_insert_with(|| {
            let mut whole = schema.as_object().cloned().unwrap_or_default();
            // Draft 2020-12 lets `$ref` and its neighbours both stand.
            whole.insert("components".to_owned(), self.components_of(schema));
            let options = jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(true);
            Arc::new(options.build(&Value::Object(whole)).unwrap_or_else(|error| panic!("{key}: {error}")))
        }))
    }

    /// Returns the components that a schema refers to, also through others: a vendor has thousands, and all of them
    /// would be read for each schema.
    fn components_of(&self, schema: &Value) -> Value {
        let mut kept: BTreeMap<&str, BTreeMap<&str, &Value>> = BTreeMap::new();
        let mut open = vec![schema];
        while let Some(value) = open.pop() {
            match value {
                Value::Array(items) => open.extend(items),
                Value::Object(fields) => {
                    open.extend(fields.values());
                    let Some(target) = fields.get("$ref").and_then(Value::as_str) else { continue };
                    let mut path = target.trim_start_matches("#/components/").split('/');
                    let (Some(section), Some(name)) = (path.next(), path.next()) else { continue };
                    // One that is not found under its own name makes the validator complain.
                    let Some(found) = self.root["components"][section].get(name) else { continue };
                    if kept.entry(section).or_default().insert(name, found).is_none() {
                        open.push(found);
                    }
                }
                _ => {}
            }
        }
        json!(kept)
    }

    /// Names each field that no branch of the schema declares; maps without declared fields are
    /// free.
    fn undeclared(&self, schemas: &[&Value], value: &Value, at: &str, wrong: &mut Vec<String>) {
        let mut flat = Vec::new();
        for schema in schemas {
            self.branches(schema, &mut flat);
        }
        match value {
            Value::Object(fields) => {
                let declared: Vec<&Map<String, Value>> =
                    flat.iter().filter_map(|schema| schema.get("properties")?.as_object()).collect();
                if declared.is_empty() {
                    return;
                }
                for (name, field) in fields {
                    let of_field: Vec<&Value> = declared.iter().filter_map(|d| d.get(name)).collect();
                    let place = format!("{at}/{name}");
                    if of_field.is_empty() {
                        wrong.push(format!("{place} is not declared"));
                    } else {
                        self.undeclared(&of_field, field, &place, wrong);
                    }
                }
            }
            Value::Array(items) => {
                let of_items: Vec<&Value> = flat.iter().filter_map(|schema| schema.get("items")).collect();
                for (index, item) in items.iter().enumerate() {
                    self.undeclared(&of_items, item, &format!("{at}/{index}"), wrong);
                }
            }
            _ => {}
        }
    }

    pub(super) fn branches<'a>(&'a self, schema: &'a Value, out: &mut Vec<&'a Value>) {
        let schema = self.resolve(schema);
        out.push(schema);
        for several in ["allOf", "anyOf", "oneOf"] {
            for branch in schema.get(several).and_then(Value::as_array).into_iter().flatten() {
                self.branches(branch, out);
            }
        }
    }

    pub(super) fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        match value.get("$ref").and_then(Value::as_str) {
            Some(pointer) => {
                let pointer = pointer.strip_prefix('#').expect("a reference within the document");
                self.resolve(self.root.pointer(pointer).expect("what is referred to exists"))
            }
            None => value,
        }
    }
}

impl Spec for OpenApi {
    fn name(&self, request: &Seen) -> Option<String> {
        self.operation(&request.method, &request.path).map(|operation| operation.id.to_owned())
    }

    fn check_request(&self, request: &Seen) -> Vec<String> {
        self.check_request(request)
    }

    fn check_answer(&self, request: &Seen, reply: &Reply) -> Vec<String> {
        self.check_answer(request, reply)
    }
}

/// Rewrites `nullable`, which OpenAPI 3.0 has and JSON Schema has not, and reads "one of" as "any
/// of": Klaviyo's alternatives for e-mail, text message and push are the same but for optional
/// fields, so that no object is exactly one of them.
fn nullable(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(nullable),
        Value::Object(fields) => {
            fields.values_mut().for_each(nullable);
            if fields.get("oneOf").is_some_and(Value::is_array) && !fields.contains_key("anyOf") {
                let alternatives = fields.remove("oneOf").unwrap_or_default();
                fields.insert("anyOf".to_owned(), alternatives);
            }
            // A property may itself be called "nullable"; the keyword is a boolean.
            if !fields.get("nullable").is_some_and(Value::is_boolean) {
                return;
            }
            let is_nullable = fields.remove("nullable") == Some(json!(true));
            if !is_nullable {
                return;
            }
            if let Some(kind) = fields.get("type").filter(|kind| kind.is_string()).cloned() {
                fields.insert("type".to_owned(), json!([kind, "null"]));
                if let Some(values) = fields.get_mut("enum").and_then(Value::as_array_mut) {
                    values.push(Value::Null);
                }
            } else {
                let rest = std::mem::take(fields);
                fields.insert("anyOf".to_owned(), json!([rest, { "type": "null" }]));
            }
        }
        _ => {}
    }
}

/// Reads a value as its schema says it is meant.
pub(super) fn typed(text: &str, schema: &Value) -> Value {
    let of = |kind: &str| schema["type"] == json!(kind);
    let number = || text.parse::<i64>().ok().map(Value::from);
    match text {
        "true" | "false" if of("boolean") => json!(text == "true"),
        _ if of("integer") => number().unwrap_or_else(|| json!(text)),
        _ if of("number") => text.parse::<f64>().map_or_else(|_| json!(text), Value::from),
        _ => json!(text),
    }
}
