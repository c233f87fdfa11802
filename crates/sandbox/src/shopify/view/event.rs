//! Events of the shop: products that came and went.

use apollo_compiler::resolvers::{ResolveInfo, ResolvedValue};

use super::connection::Listed;
use super::{Resolved, Scene, flag, forgotten, id, text, time};
use crate::shopify::gid;
use crate::world::{DAY, Id, Moment, ProductId};

/// Days that events are kept; the vendor says one year.
const KEPT: i64 = 365;
/// Where event numbers begin.
const FIRST: u64 = 180_028_760_017_000;

/// Something done in the shop; the only trace of a deletion.
#[derive(Clone, Copy)]
pub(crate) struct EventView<'w> {
    scene: &'w Scene<'w>,
    /// What was done: `create` or `destroy`.
    pub(crate) action: &'static str,
    /// The product it was done to.
    pub(crate) product: ProductId,
    /// When.
    pub(crate) at: Moment,
}

impl<'w> EventView<'w> {
    /// Shows every event that is still kept, oldest first.
    pub(crate) fn all(scene: &'w Scene<'w>) -> Vec<Self> {
        let created = scene.world.products.iter().map(|(product, row)| (row.created_at, "create", product));
        let removed = scene.world.removed_products.iter().map(|(at, product)| (*at, "destroy", *product));
        let kept = scene.now.plus(-KEPT * DAY);
        let mut all: Vec<Self> = created
            .chain(removed)
            .filter(|(at, _, _)| *at >= kept)
            .map(|(at, action, product)| Self { scene, action, product, at })
            .collect();
        all.sort_by_key(|event| (event.at, event.number()));
        all
    }

    /// Returns its number, which follows time within an action.
    pub(crate) fn number(&self) -> u64 {
        FIRST + u64::from(self.product.place()) * 2 + u64::from(self.action == "destroy")
    }

    fn field<'a>(&'a self, name: &str, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        Ok(match name {
            "id" => id("BasicEvent", self.number()),
            "action" => text(self.action),
            "createdAt" => time(self.at),
            "subjectId" => text(&gid::write("Product", self.product.number())),
            "subjectType" => text("PRODUCT"),
            "attributeToUser" => flag(true),
            "attributeToApp" | "criticalAlert" | "hasAdditionalContent" => flag(false),
            "author" => text(&self.scene.world.shop.name),
            "message" => text(""),
            "additionalContent" | "additionalData" => text("null"),
            "arguments" => ResolvedValue::Leaf(Vec::<&str>::new().into()),
            "appTitle" | "secondaryMessage" => ResolvedValue::null(),
            _ => return forgotten(self, info),
        })
    }
}

impl apollo_compiler::resolvers::ObjectValue for EventView<'_> {
    fn type_name(&self) -> &str {
        "BasicEvent"
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        self.field(info.field_name(), info)
    }
}

impl Listed for EventView<'_> {
    const CONNECTION: &'static str = "EventConnection";
    const EDGE: &'static str = "EventEdge";
}
