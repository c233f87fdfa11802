//! Mutations: their arguments read, their scope checked, their effect booked, each once.

use std::collections::HashMap;

use apollo_compiler::ExecutableDocument;
use apollo_compiler::ast;
use apollo_compiler::executable::{Field, Operation};
use apollo_compiler::response::JsonMap;
use fermata_model::Platform;
use serde_json::{Map, Value};

use super::books::Adjustment;
use super::cost::left_out;
use super::errors::{Refusal, UserError};
use super::once::Attempt;
use super::{Shopify, access, bulk, catalogue, discounts, gid, holds, orders, refund};
use crate::vendor::Call;
use crate::world::{AccountId, OrderId, ProductId, RefundId};

/// What a mutation did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Done {
    /// The order it was about, if there is such.
    pub(crate) order: Option<OrderId>,
    /// The refund that came of it.
    pub(crate) refund: Option<RefundId>,
    /// The thing that was labelled, by its global id.
    pub(crate) node: Option<String>,
    /// Further things that it made or changed, by their global ids.
    pub(crate) nodes: Vec<String>,
    /// The setting of stock that it was.
    pub(crate) group: Option<Adjustment>,
    /// Why it was refused; empty if it was not.
    pub(crate) errors: Vec<UserError>,
}

impl Done {
    /// Refuses without an order at hand.
    pub(crate) fn refused(error: UserError) -> Self {
        Self { errors: vec![error], ..Self::default() }
    }
}

/// What became of a mutation: what it did, or why its field is an error.
pub(crate) type Outcome = Result<Done, Refusal>;

/// Makes the changes that an operation asks for, one after the other.
pub(crate) fn make(
    shopify: &mut Shopify,
    call: &mut Call<'_>,
    document: &ExecutableDocument,
    operation: &Operation,
    variables: &JsonMap,
) -> HashMap<String, Outcome> {
    let mut outcomes = HashMap::new();
    for field in operation.root_fields(document) {
        let key = field.response_key().as_str();
        if !outcomes.contains_key(key) && !left_out(&field.directives, variables) {
            let outcome = one(shopify, call, field, variables);
            outcomes.insert(key.to_owned(), outcome);
        }
    }
    outcomes
}

fn one(shopify: &mut Shopify, call: &mut Call<'_>, field: &Field, variables: &JsonMap) -> Outcome {
    let name = field.name.as_str();
    let allowed = |call: &Call<'_>, scope: &str| {
        if call.replaying || call.access.allows(scope) {
            Ok(())
        } else {
            Err(Refusal::no_access(name, scope))
        }
    };
    if let Some(scope) = access::scope("Mutation", name) {
        allowed(call, scope)?;
    }
    let arguments: Map<String, Value> = field
        .arguments
        .iter()
        .map(|argument| (argument.name.to_string(), plain(&argument.value, variables)))
        .collect();
    let input = arguments.get("input").cloned().unwrap_or_default();
    let key = field
        .directives
        .get("idempotent")
        .and_then(|directive| directive.specified_argument_by_name("key"))
        .map(|key| plain(key, variables).as_str().unwrap_or_default().to_owned());
    match name {
        "refundCreate" | "inventorySetQuantities" => {
            let key = key.ok_or_else(|| {
                Refusal::bad_request(
                    "The @idempotent directive is required for this mutation but was not provided.",
                )
            })?;
            if key.trim().is_empty() {
                return Err(Refusal::bad_request(
                    "The idempotency key cannot be an empty string or whitespace only.",
                ));
            }
            call.key(key.as_str());
            let order = input["orderId"].as_str().and_then(|id| order_of(call, id));
            match shopify.once.begin(name, &key, &Value::Object(arguments), call) {
                Attempt::First(attempt) => {
                    let done = if name == "refundCreate" {
                        refund::create(shopify, call, &input)
                    } else {
                        catalogue::set_quantities(shopify, call, &input)?
                    };
                    shopify.once.end(attempt, done.clone());
                    Ok(done)
                }
                Attempt::Again(done) => Ok(done),
                Attempt::Refused((message, code)) => {
                    let errors = vec![UserError::whole(message).coded(code)];
                    Ok(Done { order, errors, ..Done::default() })
                }
            }
        }
        "bulkOperationRunQuery" => bulk::start(shopify, call, &arguments),
        "orderUpdate" => Ok(orders::update(shopify, call, &input)),
        "productVariantsBulkUpdate" => Ok(catalogue::set_prices(call, &arguments)),
        "productUpdate" => {
            let product = arguments.get("product").cloned().unwrap_or_default();
            Ok(catalogue::edit_product(shopify, call, &product))
        }
        "discountCodeBasicCreate" => {
            let discount = arguments.get("basicCodeDiscount").cloned().unwrap_or_default();
            Ok(discounts::create(shopify, call, &discount))
        }
        "discountCodeDeactivate" => Ok(discounts::deactivate(shopify, call, &arguments)),
        "fulfillmentOrderHold" => Ok(holds::hold(shopify, call, &arguments)),
        "fulfillmentOrderReleaseHold" => Ok(holds::release(shopify, call, &arguments)),
        "orderCancel" => Ok(orders::cancel(shopify, call, &arguments)),
        _ => {
            let id = arguments.get("id").and_then(Value::as_str).unwrap_or_default();
            let kind = gid::read(id).map_or("", |(kind, _)| kind);
            allowed(call, access::to_tag(kind).ok_or_else(|| Refusal::invalid_id(id))?)?;
            Ok(tag(call, id, &labels(arguments.get("tags")), name == "tagsAdd"))
        }
    }
}

/// Finds an order by its global id; one that the app may not see does not exist for it.
pub(crate) fn order_of(call: &Call<'_>, id: &str) -> Option<OrderId> {
    let order = OrderId::from_number(gid::number(id, "Order")?)?;
    let row = call.world.order_at(Platform::Shopify, order)?;
    let seen = call.replaying
        || call.access.allows("read_all_orders")
        || row.created_at >= call.now.plus(-60 * crate::world::DAY);
    seen.then_some(order)
}

/// Reads labels as the vendor takes them: one text per label, or several in one with commas between.
pub(crate) fn labels(value: Option<&Value>) -> Vec<String> {
    let texts: Vec<&str> = match value {
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(text)) => vec![text],
        _ => Vec::new(),
    };
    let parts = texts.into_iter().flat_map(|text| text.split(','));
    parts.map(str::trim).filter(|label| !label.is_empty()).map(str::to_owned).collect()
}

/// Adds labels that are not there yet in any case of letters, and keeps them sorted, as the vendor does.
pub(crate) fn add(tags: &mut Vec<Box<str>>, labels: &[String]) {
    for label in labels {
        if !tags.iter().any(|tag| tag.eq_ignore_ascii_case(label)) {
            tags.push(label.as_str().into());
        }
    }
    tags.sort_by_key(|tag| tag.to_lowercase());
}

fn tag(call: &mut Call<'_>, id: &str, labels: &[String], adding: bool) -> Done {
    let change = |tags: &mut Vec<Box<str>>| {
        if adding {
            add(tags, labels);
        } else {
            tags.retain(|tag| !labels.iter().any(|label| tag.eq_ignore_ascii_case(label)));
        }
    };
    let (kind, number) = gid::read(id).unwrap_or_default();
    let (now, order) = (call.now, order_of(call, id));
    let world = &mut *call.world;
    let found = match kind {
        "Order" => order.and_then(|order| world.orders.edit(order, now, |order| change(&mut order.tags))),
        "Customer" => AccountId::from_number(number)
            .filter(|account| world.account_at(Platform::Shopify, *account).is_some())
            .and_then(|account| world.accounts.edit(account, now, |account| change(&mut account.tags))),
        _ => ProductId::from_number(number)
            .and_then(|product| world.products.edit(product, now, |product| change(&mut product.tags))),
    };
    if found.is_none() {
        return Done::refused(UserError::at(&["id"], format!("{kind} does not exist")));
    }
    call.applied(if kind == "Order" { "order.tag" } else { "tags" }, id, None, None);
    Done { node: Some(id.to_owned()), ..Done::default() }
}

/// Turns a value of the document into plain JSON, with the variables put in.
fn plain(value: &ast::Value, variables: &JsonMap) -> Value {
    match value {
        ast::Value::Null => Value::Null,
        ast::Value::Enum(name) => Value::from(name.as_str()),
        ast::Value::Variable(name) => variables
            .get(name.as_str())
            .and_then(|value| serde_json::to_value(value).ok())
            .unwrap_or_default(),
        ast::Value::String(text) => Value::from(text.as_str()),
        ast::Value::Float(number) => serde_json::from_str(number.as_str()).unwrap_or_default(),
        ast::Value::Int(number) => serde_json::from_str(number.as_str()).unwrap_or_default(),
        ast::Value::Boolean(flag) => Value::from(*flag),
        ast::Value::List(items) => items.iter().map(|item| plain(item, variables)).collect(),
        ast::Value::Object(members) => {
            members.iter().map(|(name, value)| (name.to_string(), plain(value, variables))).collect()
        }
    }
}
