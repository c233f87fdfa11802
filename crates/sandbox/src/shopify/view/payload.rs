//! What mutations answer with.

use std::collections::HashMap;

use apollo_compiler::resolvers::{ObjectValue, ResolveInfo, ResolvedValue};
use apollo_compiler::response::JsonValue;

use super::order::OrderView;
use super::refund::RefundView;
use super::root;
use super::shop::Plain;
use super::{Resolved, Scene, forgotten};
use crate::shopify::change::{Done, Outcome};
use crate::shopify::errors::UserError;
use crate::shopify::gid;

/// The root of mutations, whose changes have been made already.
pub(crate) struct Changed<'w> {
    /// Where it is shown.
    pub(crate) scene: &'w Scene<'w>,
    /// What became of each field, by its key in the answer.
    pub(crate) outcomes: &'w HashMap<String, Outcome>,
}

impl ObjectValue for Changed<'_> {
    fn type_name(&self) -> &str {
        "Mutation"
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        let key = info.field_selections().first().map_or("", |field| field.response_key().as_str());
        match self.outcomes.get(key) {
            Some(Ok(done)) => {
                let name = payload(info.field_name());
                Ok(ResolvedValue::object(Payload { scene: self.scene, name, done }))
            }
            Some(Err(refusal)) => Err(refusal.clone().into()),
            None => forgotten(self, info),
        }
    }
}

struct Payload<'w> {
    scene: &'w Scene<'w>,
    name: String,
    done: &'w Done,
}

impl ObjectValue for Payload<'_> {
    fn type_name(&self) -> &str {
        &self.name
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        let order = || self.done.order.and_then(|order| OrderView::of(self.scene, order));
        match info.field_name() {
            "order" => Ok(ResolvedValue::nullable_object(order())),
            "refund" => Ok(ResolvedValue::nullable_object(order().and_then(|of| {
                let refund = of.order.refunds.iter().find(|refund| Some(refund.id) == self.done.refund)?;
                Some(RefundView { of, refund })
            }))),
            "node" => match &self.done.node {
                Some(id) => root::node(self.scene, info, id),
                None => Ok(ResolvedValue::null()),
            },
            "product" | "codeDiscountNode" | "fulfillmentOrder" | "bulkOperation" => match &self.done.node {
                Some(id) if self.done.errors.is_empty() => root::node(self.scene, info, id),
                _ => Ok(ResolvedValue::null()),
            },
            "fulfillmentHold" => match self.done.nodes.first() {
                Some(id) => root::node(self.scene, info, id),
                None => Ok(ResolvedValue::null()),
            },
            "productVariants" => {
                let all: Result<Vec<_>, _> =
                    self.done.nodes.iter().map(|id| root::node(self.scene, info, id)).collect();
                Ok(ResolvedValue::list(all?))
            }
            "inventoryAdjustmentGroup" => Ok(ResolvedValue::nullable_object(self.done.group.map(|group| {
                let id = gid::write("InventoryAdjustmentGroup", group.number);
                let at = group.at.to_string();
                let fields =
                    vec![("id", id.into()), ("createdAt", at.into()), ("reason", "correction".into())];
                Plain::new("InventoryAdjustmentGroup", fields)
            }))),
            "job" => Ok(ResolvedValue::nullable_object(
                self.done.order.filter(|_| self.done.errors.is_empty()).map(|order| {
                    let id = gid::write("Job", order.number());
                    Plain::new("Job", vec![("id", id.into()), ("done", false.into())])
                }),
            )),
            "userErrors" | "orderCancelUserErrors" => {
                let kind = error_kind(&self.name, info.field_name());
                Ok(ResolvedValue::list(self.done.errors.iter().map(|error| user_error(kind, error))))
            }
            _ => forgotten(self, info),
        }
    }
}

/// Names what a mutation answers with.
fn payload(mutation: &str) -> String {
    let mut letters = mutation.chars();
    letters.next().map_or_else(String::new, |first| {
        format!("{}{}Payload", first.to_ascii_uppercase(), letters.as_str())
    })
}

/// Names the type of the refusals in a field of a payload.
fn error_kind(payload: &str, field: &str) -> &'static str {
    match (payload, field) {
        (_, "orderCancelUserErrors") => "OrderCancelUserError",
        ("BulkOperationRunQueryPayload", _) => "BulkOperationUserError",
        ("InventorySetQuantitiesPayload", _) => "InventorySetQuantitiesUserError",
        ("ProductVariantsBulkUpdatePayload", _) => "ProductVariantsBulkUpdateUserError",
        ("DiscountCodeBasicCreatePayload" | "DiscountCodeDeactivatePayload", _) => "DiscountUserError",
        ("FulfillmentOrderHoldPayload", _) => "FulfillmentOrderHoldUserError",
        ("FulfillmentOrderReleaseHoldPayload", _) => "FulfillmentOrderReleaseHoldUserError",
        _ => "UserError",
    }
}

fn user_error<'a>(kind: &'static str, error: &UserError) -> ResolvedValue<'a> {
    let field = error.field.as_ref().map_or(JsonValue::Null, |parts| {
        JsonValue::Array(parts.iter().map(|part| part.as_str().into()).collect())
    });
    ResolvedValue::object(Plain::new(
        kind,
        vec![("field", field), ("message", error.message.as_str().into()), ("code", error.code.into())],
    ))
}
