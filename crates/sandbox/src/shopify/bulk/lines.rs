//! The result of a query as lines: one for each record, with the id of the one above it.

use apollo_compiler::ast::{Argument, Definition, Document, Selection, Value as Literal};
use apollo_compiler::request::coerce_variable_values;
use apollo_compiler::resolvers::Execution;
use apollo_compiler::response::JsonMap;
use apollo_compiler::{ExecutableDocument, Name, Node};
use serde_json::{Map, Value, json};

use super::Written;
use crate::shopify::page::MOST;
use crate::shopify::schema::schema;
use crate::shopify::view::root::Root;
use crate::shopify::{Shopify, errors};
use crate::vendor::Call;

/// What the vendor calls a failure of its own.
const BROKEN: &str = "INTERNAL_SERVER_ERROR";

/// One record.
#[derive(Debug)]
struct Line {
    depth: usize,
    text: String,
}

/// How many pages are run at once: whoever asks meanwhile is answered in time, however large the shop.
const AT_ONCE: usize = 10;

/// A query on its way to its end.
#[derive(Debug, Default)]
pub(super) struct Writing {
    lines: Vec<Line>,
    /// Where the list at the root goes on.
    after: Option<String>,
}

impl Writing {
    /// Runs the next pages of a query; returns what it gave once it is at its end.
    pub(super) fn go_on(
        &mut self,
        shopify: &Shopify,
        call: &Call<'_>,
        query: &str,
        grouped: bool,
    ) -> Option<Written> {
        let Ok(document) = Document::parse(query, "bulk.graphql") else {
            return Some(self.end(call, grouped, Some(BROKEN)));
        };
        for _ in 0..AT_ONCE {
            match page(shopify, call, &paged(&document, self.after.as_deref()), &mut self.lines) {
                Ok(Some(next)) => self.after = Some(next),
                Ok(None) => return Some(self.end(call, grouped, None)),
                Err(error) => return Some(self.end(call, grouped, Some(error))),
            }
        }
        None
    }

    fn end(&mut self, call: &Call<'_>, grouped: bool, error: Option<&'static str>) -> Written {
        let mut lines = std::mem::take(&mut self.lines);
        if !grouped {
            lines.sort_by_key(|line| line.depth);
        }
        let roots = lines.iter().filter(|line| line.depth == 0).count() as u64;
        let mut written =
            Written { at: call.now, text: String::new(), lines: lines.len() as u64, roots, error };
        for line in lines {
            written.text.push_str(&line.text);
            written.text.push('\n');
        }
        written
    }
}

/// Runs one page of the list at the root; returns where it goes on.
fn page(
    shopify: &Shopify,
    call: &Call<'_>,
    query: &str,
    lines: &mut Vec<Line>,
) -> Result<Option<String>, &'static str> {
    let document =
        ExecutableDocument::parse_and_validate(schema(), query, "bulk.graphql").map_err(|_| BROKEN)?;
    let operation = document.operations.get(None).map_err(|_| BROKEN)?;
    let variables = coerce_variable_values(schema(), operation, &JsonMap::new()).map_err(|_| BROKEN)?;
    let scene = shopify.scene(call);
    let answer = Execution::new(schema(), &document)
        .operation(operation)
        .coerced_variable_values(&variables)
        .execute_sync(&Root { scene: &scene })
        .map_err(|_| BROKEN)?;
    if let Some(error) = answer.errors.first() {
        let denied = errors::field_error(error)["extensions"]["code"] == "ACCESS_DENIED";
        return Err(if denied { "ACCESS_DENIED" } else { BROKEN });
    }
    let data = serde_json::to_value(&answer.data).map_err(|_| BROKEN)?;
    let list = data.as_object().and_then(|data| data.values().next()).ok_or(BROKEN)?;
    for node in nodes(list) {
        record(node.clone(), None, 0, lines)?;
    }
    let info = &list["pageInfo"];
    Ok(info["endCursor"].as_str().filter(|_| info["hasNextPage"] == true).map(str::to_owned))
}

fn nodes(list: &Value) -> impl Iterator<Item = &Value> {
    list["edges"].as_array().into_iter().flatten().map(|edge| &edge["node"])
}

/// Writes a record without the lists in it, and then what they hold.
fn record(
    node: Value,
    parent: Option<&str>,
    depth: usize,
    lines: &mut Vec<Line>,
) -> Result<(), &'static str> {
    let Value::Object(members) = node else { return Ok(()) };
    let (lists, mut plain): (Map<String, Value>, Map<String, Value>) =
        members.into_iter().partition(|(_, value)| value.get("edges").is_some());
    let id = plain.get("id").and_then(Value::as_str).map(str::to_owned);
    if let Some(parent) = parent {
        plain.insert("__parentId".to_owned(), json!(parent));
    }
    lines.push(Line { depth, text: Value::Object(plain).to_string() });
    for list in lists.values() {
        // Longer than a page: the practice store does not read on in it.
        if list["pageInfo"]["hasNextPage"] == true {
            return Err(BROKEN);
        }
        for node in nodes(list) {
            record(node.clone(), id.as_deref(), depth + 1, lines)?;
        }
    }
    Ok(())
}

/// Makes every list of a query a page: the one at the root after a place, those inside as long as a page can be.
fn paged(document: &Document, after: Option<&str>) -> String {
    let mut document = document.clone();
    for definition in &mut document.definitions {
        if let Definition::OperationDefinition(operation) = definition {
            for selection in &mut operation.make_mut().selection_set {
                cut(selection, after);
            }
        }
    }
    document.to_string()
}

fn cut(selection: &mut Selection, after: Option<&str>) {
    match selection {
        Selection::Field(field) => {
            let field = field.make_mut();
            for inner in &mut field.selection_set {
                cut(inner, None);
            }
            let edges = |one: &Selection| matches!(one, Selection::Field(field) if field.name == "edges");
            if field.selection_set.iter().any(edges) {
                field
                    .arguments
                    .retain(|one| !matches!(one.name.as_str(), "first" | "last" | "after" | "before"));
                let most = i32::try_from(MOST).unwrap_or(i32::MAX);
                field.arguments.push(argument("first", Literal::Int(most.into())));
                if let Some(after) = after {
                    field.arguments.push(argument("after", Literal::String(after.to_owned())));
                }
                field.selection_set.extend(page_info());
            }
        }
        Selection::InlineFragment(inline) => {
            for inner in &mut inline.make_mut().selection_set {
                cut(inner, None);
            }
        }
        Selection::FragmentSpread(_) => {}
    }
}

fn argument(name: &'static str, value: Literal) -> Node<Argument> {
    Node::new(Argument { name: Name::new_static_unchecked(name), value: Node::new(value) })
}

/// What tells where a list goes on.
fn page_info() -> Vec<Selection> {
    let asked = Document::parse("{ pageInfo { hasNextPage endCursor } }", "page.graphql");
    let document = asked.unwrap_or_else(|wrong| wrong.partial);
    let operation = document.definitions.into_iter().find_map(|definition| match definition {
        Definition::OperationDefinition(operation) => Some(operation),
        _ => None,
    });
    operation.map_or_else(Vec::new, |operation| operation.selection_set.clone())
}
