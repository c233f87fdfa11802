//! Discounts.

use apollo_compiler::resolvers::{ResolveInfo, ResolvedValue};

use super::connection::Connection;
use super::{Resolved, Scene, count, flag, forgotten, id, maybe_time, object, text, time, view, whole};
use crate::shopify::discounts::{Discount, Off};

/// A discount with a code, as a thing of its own.
#[derive(Clone, Copy)]
pub(crate) struct DiscountNodeView<'w> {
    /// Where it is shown.
    pub(crate) scene: &'w Scene<'w>,
    /// The discount.
    pub(crate) discount: &'w Discount,
}
object!(DiscountNodeView, "DiscountCodeNode");

impl<'w> DiscountNodeView<'w> {
    /// Shows all of them, in the order of their making.
    pub(crate) fn all(scene: &'w Scene<'w>) -> Vec<Self> {
        scene.books.discounts.iter().map(|discount| Self { scene, discount }).collect()
    }

    fn field<'a>(&'a self, name: &str, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        Ok(match name {
            "id" => id("DiscountCodeNode", self.discount.number),
            "codeDiscount" => {
                ResolvedValue::object(DiscountView { scene: self.scene, discount: self.discount })
            }
            _ => return forgotten(self, info),
        })
    }
}

view! {
    /// What the discount is.
    DiscountView, "DiscountCodeBasic", discount: Discount
}

impl DiscountView<'_> {
    fn field<'a>(&'a self, name: &str, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        let discount = self.discount;
        Ok(match name {
            "title" => text(&discount.title),
            "status" => text(discount.status(self.scene.now)),
            "summary" | "shortSummary" => text(&self.summary()),
            "tags" => ResolvedValue::list(discount.tags.iter().map(|tag| text(tag)).collect::<Vec<_>>()),
            "codes" => {
                let code = CodeView { scene: self.scene, discount };
                return Connection::of(info, vec![(discount.number, code)]);
            }
            "codesCount" => count(1, None),
            "asyncUsageCount" => whole(0),
            "appliesOncePerCustomer" => flag(false),
            "usageLimit" => discount.limit.map_or_else(ResolvedValue::null, whole),
            "startsAt" => time(discount.starts_at),
            "endsAt" => maybe_time(discount.ends_at),
            "createdAt" => time(discount.created_at),
            "updatedAt" => time(discount.updated_at),
            _ => return forgotten(self, info),
        })
    }

    fn summary(&self) -> String {
        match self.discount.off {
            Off::Part(part) => format!("{}% off entire order", f64::from(part) / 100.0),
            Off::Amount(minor) => {
                let amount = fermata_model::Money::new(minor, self.scene.currency());
                format!("{amount} off entire order")
            }
        }
    }
}

view! {
    /// The code itself.
    CodeView, "DiscountRedeemCode", discount: Discount
}

impl CodeView<'_> {
    fn field<'a>(&'a self, name: &str, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        Ok(match name {
            "id" => id("DiscountRedeemCode", self.discount.number),
            "code" => text(&self.discount.code),
            "asyncUsageCount" => whole(0),
            _ => return forgotten(self, info),
        })
    }
}
