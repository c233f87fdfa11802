//! One GraphQL request from its body to its answer.

use std::sync::Arc;

use apollo_compiler::ExecutableDocument;
use apollo_compiler::ast;
use apollo_compiler::executable;
use apollo_compiler::request::coerce_variable_values;
use apollo_compiler::resolvers::Execution;
use apollo_compiler::response::{ExecutionResponse, JsonMap, JsonValue};
use apollo_compiler::validation::Valid;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::cost::{MOST, Prices};
use super::schema::schema;
use super::view::payload::Changed;
use super::view::root::Root;
use super::{Shopify, bulk, change, cost, errors};
use crate::vendor::{Call, Operation, Reply, Request};

/// How many validated documents are remembered.
const REMEMBERED: usize = 200;

/// A request's body.
#[derive(Deserialize)]
struct Asked {
    query: String,
    #[serde(default)]
    variables: Option<Map<String, Value>>,
    #[serde(default, rename = "operationName")]
    operation_name: Option<String>,
}

impl Asked {
    fn read(request: &Request) -> Option<Self> {
        let kind = request.header("content-type").unwrap_or_default();
        if kind.starts_with("application/graphql") {
            let query = String::from_utf8(request.body.to_vec()).ok()?;
            return Some(Self { query, variables: None, operation_name: None });
        }
        // A body of any other kind is a form to the vendor, and a form without a `query`.
        if !kind.starts_with("application/json") {
            return None;
        }
        serde_json::from_slice(&request.body).ok()
    }
}

/// Names the operation of a request: its first field, such as `orders` or `refundCreate`.
pub(super) fn operation(request: &Request) -> Operation {
    let unknown = || Operation::read("graphql");
    let Some(asked) = Asked::read(request) else { return unknown() };
    // Not validated: the journal wants to know what even a wrong request meant to do.
    let document = ast::Document::parse(asked.query, "query.graphql").unwrap_or_else(|wrong| wrong.partial);
    let wanted = asked.operation_name.as_deref();
    let operation = document.definitions.iter().find_map(|definition| match definition {
        ast::Definition::OperationDefinition(operation)
            if wanted.is_none() || operation.name.as_ref().map(|name| name.as_str()) == wanted =>
        {
            Some(operation)
        }
        _ => None,
    });
    let Some(operation) = operation else { return unknown() };
    let first = operation.selection_set.iter().find_map(|selection| match selection {
        ast::Selection::Field(field) => Some(field.name.as_str()),
        _ => None,
    });
    let name = first.unwrap_or("graphql");
    if operation.operation_type == ast::OperationType::Mutation {
        Operation::write(name)
    } else {
        Operation::read(name)
    }
}

/// Answers a request whose token is valid.
pub(super) fn answer(shopify: &mut Shopify, request: &Request, call: &mut Call<'_>) -> Reply {
    let Some(asked) = Asked::read(request) else {
        return Reply::json(400, &json!({ "errors": { "query": "Required parameter missing or invalid" } }));
    };
    match execute(shopify, &asked, call) {
        Ok(reply) => reply,
        Err(refusal) => Reply::json(200, &refusal),
    }
}

fn execute(shopify: &mut Shopify, asked: &Asked, call: &mut Call<'_>) -> Result<Reply, Value> {
    let document = shopify.document(asked)?;
    let operation = document
        .operations
        .get(asked.operation_name.as_deref())
        .map_err(|_| json!({ "errors": [{ "message": "No operation with this name was provided" }] }))?;
    let given = json!(asked.variables.clone().unwrap_or_default());
    let raw = match JsonValue::from(given.clone()) {
        JsonValue::Object(raw) => raw,
        _ => JsonMap::new(),
    };
    let variables = coerce_variable_values(schema(), operation, &raw).map_err(|wrong| {
        errors::invalid_variables(&wrong.to_graphql_error(&document.sources), operation, &given)
    })?;

    let prices = Prices::new(schema(), &document, &variables);
    let requested = prices.requested(operation);
    if requested > MOST {
        return Err(errors::too_dear(requested, MOST));
    }
    if !call.replaying && shopify.bucket.take(f64::from(requested), call.elapsed).is_err() {
        return Err(errors::throttled(requested, &cost::status(&shopify.bucket)));
    }

    bulk::settle(shopify, call);
    let outcomes = if operation.is_mutation() {
        change::make(shopify, call, &document, operation, &variables)
    } else {
        Default::default()
    };
    let scene = shopify.scene(call);
    let execution = Execution::new(schema(), &document)
        .operation(operation)
        .coerced_variable_values(&variables)
        .enable_schema_introspection(true);
    let result = if operation.is_mutation() {
        execution.execute_sync(&Changed { scene: &scene, outcomes: &outcomes })
    } else {
        execution.execute_sync(&Root { scene: &scene })
    };
    let answer = result.map_err(|wrong| json!({ "errors": [wrong.to_graphql_error(&document.sources)] }))?;
    let (shown, searches) = (scene.shown.into_inner(), scene.searches.into_inner());
    call.page(&shown);

    let actual = answer.data.as_ref().map_or(1, |data| prices.actual(operation, data)).min(requested);
    if !call.replaying {
        shopify.bucket.give_back(f64::from(requested - actual));
        call.points += actual;
    }
    let mut extensions = json!({ "cost": {
        "requestedQueryCost": requested,
        "actualQueryCost": actual,
        "throttleStatus": cost::status(&shopify.bucket),
    } });
    if !searches.is_empty() {
        extensions["search"] = Value::Array(searches);
    }
    Ok(reply(answer, &extensions))
}

fn reply(answer: ExecutionResponse, extensions: &Value) -> Reply {
    #[derive(serde::Serialize)]
    struct Body<'b> {
        data: Option<JsonMap>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        errors: Vec<Value>,
        extensions: &'b Value,
    }
    let errors = answer.errors.iter().map(errors::field_error).collect();
    Reply::typed(200, "application/json; charset=utf-8", &Body { data: answer.data, errors, extensions })
}

impl Shopify {
    /// Validates a document, unless the same was valid before.
    fn document(&mut self, asked: &Asked) -> Result<Arc<Valid<ExecutableDocument>>, Value> {
        if let Some(known) = self.documents.get(&asked.query) {
            return Ok(Arc::clone(known));
        }
        let document = ExecutableDocument::parse_and_validate(schema(), &asked.query, "query.graphql")
            .map_err(|wrong| errors::invalid_document(&wrong.errors, &title(&wrong.partial)))?;
        if self.documents.len() >= REMEMBERED {
            self.documents.clear();
        }
        let document = Arc::new(document);
        self.documents.insert(asked.query.clone(), Arc::clone(&document));
        Ok(document)
    }
}

/// Returns what the vendor puts first in the path of a validation error: `mutation RefundOrder`.
fn title(document: &ExecutableDocument) -> String {
    let operation: Option<&executable::Operation> = document.operations.iter().next().map(|node| &**node);
    operation.map_or_else(
        || "query".to_owned(),
        |operation| {
            let kind = operation.operation_type.name();
            operation.name.as_ref().map_or_else(|| kind.to_owned(), |name| format!("{kind} {name}"))
        },
    )
}
