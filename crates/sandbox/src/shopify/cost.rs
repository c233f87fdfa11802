//! What a query costs, and the bucket that the cost is paid from.
//!
//! The vendor documents the bucket but not the price list; the prices here are those that 40 recorded answers of
//! real shops (versions 2025-01 and 2026-04) agree on:
//!
//! - a field of a plain value is free, and so are money, weights, `pageInfo` and `userErrors`;
//! - an object costs 1 plus what is asked of it, a list of objects as much as one of them;
//! - a connection costs 2 plus, for `nodes` and again for `edges`, the price of one node times `width(first)`,
//!   where `width` grows with the logarithm: 1, 3, 4, 5, 7, 10 for first = 1, 5, 10, 20, 50, 250;
//! - a count at the root costs 10, and so does a mutation, a refund 20; the objects of a mutation's answer are
//!   free themselves, what is asked of them is not.

use apollo_compiler::ExecutableDocument;
use apollo_compiler::Schema;
use apollo_compiler::ast::{DirectiveList, Value};
use apollo_compiler::executable::{Field, Operation, Selection, SelectionSet};
use apollo_compiler::response::{JsonMap, JsonValue};
use serde_json::json;

use crate::rate::Bucket;

/// The most points that one query may request.
pub(crate) const MOST: u32 = 1_000;

/// What a connection of so many records costs per point of one record.
fn width(first: u64) -> u32 {
    // Steps of about 1.7: the smallest numbers of records at which the recorded price goes up.
    const STEPS: [u64; 11] = [1, 3, 5, 9, 15, 25, 42, 70, 119, 202, 343];
    let reached = STEPS.iter().filter(|least| first >= **least).count();
    u32::try_from(reached).unwrap_or(1).max(1)
}

/// What a request asks, walked for its price.
pub(crate) struct Prices<'a> {
    schema: &'a Schema,
    document: &'a ExecutableDocument,
    variables: &'a JsonMap,
}

impl<'a> Prices<'a> {
    /// Prices a request whose variables were coerced.
    pub(crate) fn new(schema: &'a Schema, document: &'a ExecutableDocument, variables: &'a JsonMap) -> Self {
        Self { schema, document, variables }
    }

    /// Returns the points that a request asks for before anything is known of its answer.
    pub(crate) fn requested(&self, operation: &Operation) -> u32 {
        self.root(operation, None).max(1)
    }

    /// Returns the points that its answer was worth.
    pub(crate) fn actual(&self, operation: &Operation, data: &JsonMap) -> u32 {
        self.root(operation, Some(data)).max(1)
    }

    fn root(&self, operation: &Operation, data: Option<&JsonMap>) -> u32 {
        let mut points = 0_u32;
        for field in
            operation.root_fields(self.document).filter(|field| !left_out(&field.directives, self.variables))
        {
            let answer = data.map(|data| data.get(field.response_key().as_str()).unwrap_or(&JsonValue::Null));
            let price = if operation.is_mutation() {
                self.mutation(field, answer)
            } else if field.ty().inner_named_type() == "Count" {
                10
            } else if field.name == "nodes" {
                let many =
                    self.argument(field, "ids").and_then(|ids| ids.as_array().map(Vec::len)).unwrap_or(1);
                self.field(field, None).saturating_mul(u32::try_from(many).unwrap_or(u32::MAX))
            } else {
                self.field(field, answer)
            };
            points = points.saturating_add(price);
        }
        points
    }

    fn mutation(&self, field: &Field, answer: Option<&JsonValue>) -> u32 {
        let mut points = if field.name == "refundCreate" { 20 } else { 10 };
        for part in field.selection_set.fields() {
            let answer = answer.map(|answer| member(answer, part));
            if answer.is_none_or(|answer| !answer.is_null()) {
                points += self.set(&part.selection_set, answer);
            }
        }
        points
    }

    fn field(&self, field: &Field, answer: Option<&JsonValue>) -> u32 {
        let ty = field.ty().inner_named_type().as_str();
        if field.selection_set.is_empty() || matches!(ty, "MoneyBag" | "MoneyV2" | "PageInfo" | "UserError") {
            return 0;
        }
        if ty.ends_with("Connection") {
            return self.connection(field, answer);
        }
        match answer {
            Some(JsonValue::Null) => 0,
            Some(JsonValue::Array(items)) => {
                1 + items.iter().map(|item| self.set(&field.selection_set, Some(item))).max().unwrap_or(0)
            }
            answer => 1 + self.set(&field.selection_set, answer),
        }
    }

    fn connection(&self, field: &Field, answer: Option<&JsonValue>) -> u32 {
        let asked = ["first", "last"]
            .iter()
            .filter_map(|name| self.argument(field, name).and_then(|value| value.as_u64()))
            .max()
            .unwrap_or(1);
        let mut points = 2_u32;
        for part in field.selection_set.fields() {
            let listed = answer.map(|answer| member(answer, part));
            let items = listed.and_then(JsonValue::as_array).filter(|items| !items.is_empty());
            // An empty answer is charged as it was requested, as in the recordings.
            let many = items.map_or(asked, |items| items.len() as u64);
            let price = |set: &SelectionSet, of: fn(&JsonValue) -> &JsonValue| match items {
                Some(items) => items.iter().map(|item| 1 + self.set(set, Some(of(item)))).max().unwrap_or(1),
                None => 1 + self.set(set, None),
            };
            let one = match part.name.as_str() {
                "nodes" => price(&part.selection_set, |item| item),
                "edges" => part
                    .selection_set
                    .fields()
                    .filter(|inner| inner.name == "node")
                    .map(|node| {
                        price(&node.selection_set, |item| item.get("node").unwrap_or(&JsonValue::Null))
                    })
                    .sum::<u32>()
                    .max(1),
                _ => continue,
            };
            points = points.saturating_add(one.saturating_mul(width(many)));
        }
        points
    }

    /// Sums a selection; of fragments on an interface only the dearest counts, since one object is one type.
    fn set(&self, set: &SelectionSet, answer: Option<&JsonValue>) -> u32 {
        let whole = self.schema.get_interface(set.ty.as_str()).is_none();
        let (mut points, mut dearest) = (0_u32, 0_u32);
        for selection in
            set.selections.iter().filter(|selection| !left_out(selection.directives(), self.variables))
        {
            let (price, fragment) = match selection {
                Selection::Field(field) => {
                    (self.field(field, answer.map(|answer| member(answer, field))), false)
                }
                Selection::InlineFragment(inline) => (self.set(&inline.selection_set, answer), true),
                Selection::FragmentSpread(spread) => (
                    self.document
                        .fragments
                        .get(&spread.fragment_name)
                        .map_or(0, |fragment| self.set(&fragment.selection_set, answer)),
                    true,
                ),
            };
            if fragment && !whole {
                dearest = dearest.max(price);
            } else {
                points = points.saturating_add(price);
            }
        }
        points.saturating_add(dearest)
    }

    fn argument(&self, field: &Field, name: &str) -> Option<JsonValue> {
        match field.specified_argument_by_name(name)?.as_ref() {
            Value::Variable(variable) => self.variables.get(variable.as_str()).cloned(),
            Value::Int(int) => int.try_to_i32().ok().map(JsonValue::from),
            Value::List(items) => Some(JsonValue::Array(vec![JsonValue::Null; items.len()])),
            _ => None,
        }
    }
}

/// Tells whether `@skip` or `@include` leaves something out.
pub(crate) fn left_out(directives: &DirectiveList, variables: &JsonMap) -> bool {
    let holds = |name: &str| match directives.get(name)?.specified_argument_by_name("if")?.as_ref() {
        Value::Boolean(flag) => Some(*flag),
        Value::Variable(variable) => variables.get(variable.as_str())?.as_bool(),
        _ => None,
    };
    holds("skip") == Some(true) || holds("include") == Some(false)
}

fn member<'j>(answer: &'j JsonValue, field: &Field) -> &'j JsonValue {
    answer.get(field.response_key().as_str()).unwrap_or(&JsonValue::Null)
}

/// Returns `throttleStatus` as every answer carries it.
pub(crate) fn status(bucket: &Bucket) -> serde_json::Value {
    json!({
        "maximumAvailable": bucket.size().floor() as u64,
        "currentlyAvailable": bucket.left().floor() as u64,
        "restoreRate": bucket.per_second().floor() as u64,
    })
}
