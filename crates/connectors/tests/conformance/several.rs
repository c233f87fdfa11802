//! A vendor's documents where there are many, written in YAML, one for each part of its interface.
//!
//! Each says in `servers` below which version its paths lie. Rewritten are bounds that are exclusive by
//! a word, which JSON Schema wants as numbers, and `oneOf`, which becomes `anyOf`: the vendor's shapes
//! overlap, so that its own example of a refund of a whole order fits two of them.

use std::path::Path;

use serde_json::{Value, json};

use super::Spec;
use super::openapi::OpenApi;
use crate::support::listener::{Reply, Seen};

/// A vendor's documents.
pub(super) struct Several {
    /// Each with the path below which its own paths lie.
    documents: Vec<(String, OpenApi)>,
}

impl Several {
    /// Reads documents of a folder; `below` is the path of the account that requests begin with.
    pub(super) fn load(folder: &Path, below: &str, names: &[&str]) -> Self {
        let read = |name: &&str| {
            let text = std::fs::read_to_string(folder.join(name)).unwrap();
            let mut root: Value = serde_saphyr::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}"));
            let server = root["servers"][0]["url"].as_str().unwrap().to_owned();
            let version = server.rsplit_once('/').unwrap().1;
            shared_parameters(&mut root);
            reworded(&mut root);
            (format!("{below}/{version}"), OpenApi::of(root))
        };
        Self { documents: names.iter().map(read).collect() }
    }

    /// Adds a document whose paths lie below another path.
    pub(super) fn and(mut self, below: &str, document: OpenApi) -> Self {
        self.documents.push((below.to_owned(), document));
        self
    }

    /// Finds the document that a request is about, and the request as that document writes it.
    pub(super) fn place(&self, request: &Seen) -> Option<(&OpenApi, Seen)> {
        self.documents.iter().find_map(|(below, document)| {
            let path = request.path.strip_prefix(below)?;
            document.operation(&request.method, path)?;
            Some((document, Seen { path: path.to_owned(), ..request.clone() }))
        })
    }
}

impl Spec for Several {
    fn name(&self, request: &Seen) -> Option<String> {
        let (document, request) = self.place(request)?;
        document.name(&request)
    }

    fn check_request(&self, request: &Seen) -> Vec<String> {
        match self.place(request) {
            Some((document, request)) => document.check_request(&request),
            None => vec![format!("no operation {} {}", request.method, request.path)],
        }
    }

    fn check_answer(&self, request: &Seen, reply: &Reply) -> Vec<String> {
        match self.place(request) {
            Some((document, request)) => document.check_answer(&request, reply),
            None => vec![format!("no operation {} {}", request.method, request.path)],
        }
    }
}

/// Gives each operation the parameters that its path has for all of them.
fn shared_parameters(root: &mut Value) {
    for methods in root["paths"].as_object_mut().unwrap().values_mut() {
        let methods = methods.as_object_mut().unwrap();
        let Some(Value::Array(shared)) = methods.remove("parameters") else { continue };
        for operation in methods.values_mut().filter(|operation| operation.get("responses").is_some()) {
            let own = operation["parameters"].as_array().cloned().unwrap_or_default();
            operation["parameters"] = shared.iter().cloned().chain(own).collect();
        }
    }
}

/// Rewrites what JSON Schema reads otherwise.
fn reworded(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(reworded),
        Value::Object(fields) => {
            fields.values_mut().for_each(reworded);
            for (exclusive, bound) in [("exclusiveMaximum", "maximum"), ("exclusiveMinimum", "minimum")] {
                let Some(Value::Bool(is_exclusive)) = fields.get(exclusive).cloned() else { continue };
                fields.remove(exclusive);
                if is_exclusive && let Some(limit) = fields.remove(bound) {
                    fields.insert(exclusive.to_owned(), limit);
                }
            }
            if !fields.contains_key("anyOf")
                && let Some(branches) = fields.remove("oneOf")
            {
                fields.insert("anyOf".to_owned(), branches);
            }
        }
        _ => {}
    }
}

#[test]
fn what_json_schema_reads_otherwise_is_reworded() {
    let mut schema = json!({
        "a": { "maximum": 5, "exclusiveMaximum": true }, "b": { "exclusiveMinimum": true }, "c": { "oneOf": [{}, {}] },
    });
    reworded(&mut schema);
    assert_eq!(schema, json!({ "a": { "exclusiveMaximum": 5 }, "b": {}, "c": { "anyOf": [{}, {}] } }));
}
