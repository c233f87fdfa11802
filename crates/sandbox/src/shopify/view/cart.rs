//! Abandoned checkouts.

use apollo_compiler::resolvers::{ResolveInfo, ResolvedValue};
use fermata_model::Platform;

use super::catalogue::{ProductView, VariantView};
use super::connection::Connection;
use super::customer::CustomerView;
use super::line::goods;
use super::place::PlaceView;
use super::{Resolved, Scene, flag, forgotten, id, maybe, maybe_time, none, object, text, time, view, whole};
use crate::shopify::page::Place;
use crate::world::{Cart, CartId, Id, Line, Variant};

/// A cart that reached the checkout.
#[derive(Clone, Copy)]
pub(crate) struct CartView<'w> {
    /// Where it is shown.
    pub(crate) scene: &'w Scene<'w>,
    /// Its id.
    pub(crate) id: CartId,
    /// The cart.
    pub(crate) cart: &'w Cart,
}
object!(CartView, "AbandonedCheckout");

impl<'w> CartView<'w> {
    /// Shows a cart, if there is one of this id.
    pub(crate) fn of(scene: &'w Scene<'w>, id: CartId) -> Option<Self> {
        scene.world.cart_at(Platform::Shopify, id).map(|cart| Self { scene, id, cart })
    }

    fn address(&self) -> Option<PlaceView<'w>> {
        let person = self.scene.world.people.get(self.cart.person.index())?;
        // Whoever typed no mail address did not get as far as the postal one.
        self.cart.email.as_deref()?;
        Some(PlaceView {
            scene: self.scene,
            address: &person.address,
            name: (&person.first, &person.last),
            company: None,
            phone: person.phone.as_deref(),
            number: self.id.number(),
            model: "Address",
        })
    }

    fn field<'a>(&'a self, name: &str, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        let (scene, cart) = (self.scene, self.cart);
        Ok(match name {
            "id" => id("AbandonedCheckout", self.id.number()),
            "name" => text(&format!("#{}", self.id.number())),
            "abandonedCheckoutUrl" => text(&scene.world.cart_link(self.id).unwrap_or_default()),
            "createdAt" => time(cart.created_at),
            "updatedAt" => time(cart.updated_at),
            "completedAt" => maybe_time(cart.completed_at),
            // The only way to the address that was typed: the checkout itself shows none. So a person who was
            // not signed in appears as the customer that the vendor makes of such an address.
            "customer" => ResolvedValue::nullable_object(
                cart.account
                    .or_else(|| cart.email.as_deref().and_then(|email| scene.world.account_by_email(email)))
                    .and_then(|account| CustomerView::of(scene, account)),
            ),
            "billingAddress" | "shippingAddress" => ResolvedValue::nullable_object(self.address()),
            "customAttributes" | "discountCodes" | "taxLines" => none(),
            "defaultCursor" => text(&Place { id: self.id.number(), at: None }.cursor()),
            "lineItems" => {
                let all =
                    cart.lines.iter().map(|line| (line.id.number(), CartLineView { scene, line })).collect();
                return Connection::of(info, all);
            }
            "note" => text(""),
            "taxesIncluded" => flag(true),
            "subtotalPriceSet" | "totalLineItemsPriceSet" | "totalPriceSet" => scene.bag(cart.total()),
            "totalDiscountSet" => scene.bag(0),
            "totalDutiesSet" | "totalTaxSet" => ResolvedValue::null(),
            _ => return forgotten(self, info),
        })
    }
}

view! {
    /// A line of a cart.
    CartLineView, "AbandonedCheckoutLineItem", line: Line
}

impl CartLineView<'_> {
    fn field<'a>(&'a self, name: &str, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        let (scene, line) = (self.scene, self.line);
        let (variant, product) = goods(scene, line);
        Ok(match name {
            "id" => id("AbandonedCheckoutLineItem", line.id.number()),
            "title" => maybe(product.map(|product| &*product.title)),
            "variantTitle" => {
                maybe(variant.filter(|variant| !variant.values.is_empty()).map(Variant::title).as_deref())
            }
            "sku" => maybe(variant.map(|variant| &*variant.sku)),
            "quantity" => whole(i64::from(line.quantity)),
            "product" => ResolvedValue::nullable_object(
                variant.and_then(|variant| ProductView::of(scene, variant.product)),
            ),
            "variant" => ResolvedValue::nullable_object(VariantView::of(scene, line.variant)),
            "customAttributes" => none(),
            "originalUnitPriceSet" | "discountedUnitPriceSet" | "discountedUnitPriceWithCodeDiscount" => {
                scene.bag(line.price)
            }
            "originalTotalPriceSet" | "discountedTotalPriceSet" | "discountedTotalPriceWithCodeDiscount" => {
                scene.bag(line.price * i64::from(line.quantity))
            }
            _ => return forgotten(self, info),
        })
    }
}
