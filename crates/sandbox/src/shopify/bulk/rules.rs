//! What a query must be like to be run in bulk; the messages are recorded ones (2026-04) where the vendor's
//! storage of recordings has them.

use apollo_compiler::ExecutableDocument;
use apollo_compiler::ast::OperationType;
use apollo_compiler::executable::{Field, Selection, SelectionSet};

use crate::shopify::schema::schema;

/// How many lists a query may have, and how deep they may lie inside one another.
const MOST: usize = 5;
const DEEPEST: usize = 2;

/// Says what is wrong with a query; nothing if it can be run.
pub(super) fn broken(query: &str) -> Vec<String> {
    if query.trim().is_empty() {
        return vec!["Invalid bulk query: syntax error, unexpected end of file".to_owned()];
    }
    let document = match ExecutableDocument::parse_and_validate(schema(), query, "bulk.graphql") {
        Ok(document) => document,
        Err(wrong) => {
            let said = wrong.errors.iter().next().map(|error| error.error.to_string()).unwrap_or_default();
            return vec![format!("Invalid bulk query: {said}")];
        }
    };
    let Ok(operation) = document.operations.get(None) else {
        return vec!["Invalid bulk query: exactly one operation is needed".to_owned()];
    };
    if operation.operation_type != OperationType::Query {
        return vec!["Invalid operation type. Only `query` operations are supported.".to_owned()];
    }
    let mut found = Found::default();
    found.set(&operation.selection_set, 0, false);
    let mut said = Vec::new();
    if !found.by_nodes.is_empty() {
        let first = &found.by_nodes[0];
        return vec![format!(
            "All connection fields in a bulk query must select their contents using 'edges' > 'node', e.g: '{first} \
             {{ edges {{ node {{'. Selecting via 'nodes' is not supported. Invalid connection fields: '{}'.",
            found.by_nodes.join("', '")
        )];
    }
    for top in operation.selection_set.fields() {
        if matches!(top.name.as_str(), "node" | "nodes") {
            said.push(format!("Bulk queries cannot contain a top level `{}` field.", top.name));
        }
    }
    if found.lists == 0 {
        said.push("Bulk queries must contain at least one connection.".to_owned());
    }
    if found.lists > MOST {
        said.push(format!("Bulk queries cannot contain more than {MOST} connections."));
    }
    if found.deepest > DEEPEST + 1 {
        said.push(format!(
            "Bulk queries cannot contain connections with a nesting depth greater than {DEEPEST}."
        ));
    }
    if !found.nameless.is_empty() {
        said.push(format!(
            "The parent 'node' field for a nested connection must select the 'id' field without an alias and must be \
             of 'ID' return type. Connection fields without 'id': {}.",
            found.nameless.join(", ")
        ));
    }
    if found.within_list {
        said.push(
            "Queries that contain a connection field within a list field are not currently supported."
                .to_owned(),
        );
    }
    // Ours: what no recording shows is not taken.
    if found.spreads || !operation.variables.is_empty() || operation.selection_set.selections.len() != 1 {
        said.push("Invalid bulk query: one list at the root, without variables and fragments".to_owned());
    }
    said
}

#[derive(Default)]
struct Found {
    lists: usize,
    deepest: usize,
    by_nodes: Vec<String>,
    nameless: Vec<String>,
    within_list: bool,
    spreads: bool,
}

impl Found {
    fn set(&mut self, set: &SelectionSet, depth: usize, in_list: bool) {
        for selection in &set.selections {
            match selection {
                Selection::Field(field) if is_list(field) => self.list(field, depth, in_list),
                Selection::Field(field) => {
                    self.set(&field.selection_set, depth, in_list || field.ty().is_list());
                }
                Selection::InlineFragment(inline) => self.set(&inline.selection_set, depth, in_list),
                Selection::FragmentSpread(_) => self.spreads = true,
            }
        }
    }

    fn list(&mut self, field: &Field, depth: usize, in_list: bool) {
        self.lists += 1;
        self.deepest = self.deepest.max(depth + 1);
        self.within_list |= in_list;
        let nodes = field.selection_set.fields().filter(|inner| inner.name == "edges");
        let nodes: Vec<_> = nodes
            .flat_map(|edges| edges.selection_set.fields().filter(|inner| inner.name == "node"))
            .collect();
        if nodes.is_empty() || field.selection_set.fields().any(|inner| inner.name == "nodes") {
            self.by_nodes.push(field.name.to_string());
        }
        for node in nodes {
            let mut inner = Self::default();
            inner.set(&node.selection_set, depth + 1, false);
            let named = node.selection_set.fields().any(|one| one.name == "id" && one.alias.is_none());
            if inner.lists > 0 && !named {
                self.nameless.push(field.name.to_string());
            }
            self.lists += inner.lists;
            self.deepest = self.deepest.max(inner.deepest);
            self.by_nodes.extend(inner.by_nodes);
            self.nameless.extend(inner.nameless);
            self.within_list |= inner.within_list;
            self.spreads |= inner.spreads;
        }
    }
}

fn is_list(field: &Field) -> bool {
    field.ty().inner_named_type().as_str().ends_with("Connection")
}
