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
                let name = match info.field_name() {
                    "refundCreate" => "RefundCreatePayload",
                    "orderUpdate" => "OrderUpdatePayload",
                    "tagsAdd" => "TagsAddPayload",
                    _ => "TagsRemovePayload",
                };
                Ok(ResolvedValue::object(Payload { scene: self.scene, name, done }))
            }
            Some(Err(refusal)) => Err(refusal.clone().into()),
            None => forgotten(self, info),
        }
    }
}

struct Payload<'w> {
    scene: &'w Scene<'w>,
    name: &'static str,
    done: &'w Done,
}

impl ObjectValue for Payload<'_> {
    fn type_name(&self) -> &str {
        self.name
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
            "userErrors" => Ok(ResolvedValue::list(self.done.errors.iter().map(user_error))),
            _ => forgotten(self, info),
        }
    }
}

fn user_error<'a>(error: &UserError) -> ResolvedValue<'a> {
    let field = error.field.as_ref().map_or(JsonValue::Null, |parts| {
        JsonValue::Array(parts.iter().map(|part| part.as_str().into()).collect())
    });
    ResolvedValue::object(Plain::new(
        "UserError",
        vec![("field", field), ("message", error.message.as_str().into())],
    ))
}
