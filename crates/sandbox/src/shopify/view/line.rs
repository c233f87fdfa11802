//! Lines of orders.

use apollo_compiler::resolvers::{ResolveInfo, ResolvedValue};

use super::catalogue::{ProductView, VariantView};
use super::order::OrderView;
use super::{Resolved, Scene, flag, forgotten, id, maybe, none, object, text, whole};
use crate::world::{Line, Product, Variant};

/// A line of an order.
#[derive(Clone, Copy)]
pub(crate) struct LineView<'w> {
    /// Its order.
    pub(crate) of: OrderView<'w>,
    /// Its place in the order.
    pub(crate) place: usize,
    /// The line.
    pub(crate) line: &'w Line,
}

object!(LineView, "LineItem", of.scene);
object!(ShippingView, "ShippingLine", of.scene);

/// Finds what a line was, if it is still sold.
pub(crate) fn goods<'w>(scene: &'w Scene<'w>, line: &Line) -> (Option<&'w Variant>, Option<&'w Product>) {
    let variant = scene.world.variants.get(line.variant);
    let product = variant.and_then(|variant| scene.world.products.get(variant.product));
    (variant, product)
}

impl<'w> LineView<'w> {
    /// Returns how many pieces have not gone back.
    pub(crate) fn left(&self) -> u32 {
        self.line.quantity.saturating_sub(self.line.refunded)
    }

    fn unfulfilled(&self) -> u32 {
        let packed = self
            .of
            .order
            .parcels
            .iter()
            .any(|parcel| parcel.lines.iter().any(|place| usize::from(*place) == self.place));
        if packed { 0 } else { self.left() }
    }

    fn field<'a>(&'a self, name: &str, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        let (scene, line): (&'w Scene<'w>, _) = (self.of.scene, self.line);
        let (variant, product) = goods(scene, line);
        let pieces = i64::from(line.quantity);
        let order = self.of.order;
        Ok(match name {
            "id" => id("LineItem", line.id.number()),
            "name" => text(&scene.world.variant_title(line.variant)),
            "title" => text(product.map_or("(removed)", |product| &product.title)),
            "variantTitle" => {
                maybe(variant.filter(|variant| !variant.values.is_empty()).map(Variant::title).as_deref())
            }
            "sku" => maybe(variant.map(|variant| &*variant.sku)),
            "vendor" => maybe(product.map(|product| &*product.vendor)),
            "quantity" => whole(pieces),
            "currentQuantity" | "refundableQuantity" => whole(i64::from(self.left())),
            "unfulfilledQuantity" => whole(i64::from(self.unfulfilled())),
            "nonFulfillableQuantity" => whole(i64::from(line.refunded)),
            "requiresShipping" | "restockable" | "taxable" => flag(true),
            "isGiftCard" => flag(false),
            "merchantEditable" => flag(self.unfulfilled() > 0),
            "customAttributes" | "taxLines" => none(),
            "product" => ResolvedValue::nullable_object(
                variant.and_then(|variant| ProductView::of(scene, variant.product)),
            ),
            "variant" => ResolvedValue::nullable_object(VariantView::of(scene, line.variant)),
            "originalUnitPriceSet" | "discountedUnitPriceSet" => scene.bag(line.price),
            "originalTotalSet" | "discountedTotalSet" => scene.bag(line.price * pieces),
            "discountedUnitPriceAfterAllDiscountsSet" => scene.bag(order.worth(self.place, 1)),
            "totalDiscountSet" => scene.bag(0),
            "unfulfilledOriginalTotalSet" | "unfulfilledDiscountedTotalSet" => {
                scene.bag(line.price * i64::from(self.unfulfilled()))
            }
            _ => return forgotten(self, info),
        })
    }
}

/// The shipping of an order.
#[derive(Clone, Copy)]
pub(crate) struct ShippingView<'w> {
    /// Its order.
    pub(crate) of: OrderView<'w>,
}

impl ShippingView<'_> {
    fn field<'a>(&'a self, name: &str, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        let order = self.of.order;
        Ok(match name {
            "id" => id("ShippingLine", self.of.id.number()),
            "title" | "code" => text(if order.shipping == 0 { "Free shipping" } else { "Standard" }),
            "source" => text("shopify"),
            "custom" | "isRemoved" => flag(false),
            "originalPriceSet" | "discountedPriceSet" => self.of.scene.bag(order.shipping),
            "currentDiscountedPriceSet" => self.of.scene.bag(order.shipping_left()),
            "carrierIdentifier" | "deliveryCategory" | "phone" => ResolvedValue::null(),
            "taxLines" => none(),
            _ => return forgotten(self, info),
        })
    }
}
