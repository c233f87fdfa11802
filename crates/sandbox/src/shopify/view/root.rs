//! What may be asked at the root, and things found by their global id.

use apollo_compiler::resolvers::{FieldError, ObjectValue, ResolveInfo, ResolvedValue};
use apollo_compiler::response::JsonValue;

use super::cart::CartView;
use super::catalogue::{ProductView, VariantView};
use super::connection::Listed;
use super::customer::CustomerView;
use super::discount::DiscountNodeView;
use super::event::EventView;
use super::line::LineView;
use super::order::OrderView;
use super::packing::{HoldView, PackingView};
use super::parcel::ParcelView;
use super::refund::RefundView;
use super::shop::{Installation, ShopView, versions};
use super::stock::{ItemView, LocationView};
use super::transaction::TransactionView;
use super::{Resolved, Scene, forgotten, object, text_argument};
use crate::shopify::errors::Refusal;
use crate::shopify::list::{self, connection, total};
use crate::shopify::{access, gid};
use crate::world::{AccountId, CartId, LocationId, OrderId, ProductId, VariantId};

/// The root of queries.
#[derive(Clone, Copy)]
pub(crate) struct Root<'w> {
    /// Where it is shown.
    pub(crate) scene: &'w Scene<'w>,
}
object!(Root, "QueryRoot");

impl<'w> Root<'w> {
    fn field<'a>(&'a self, name: &str, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        let scene: &'w Scene<'w> = self.scene;
        match name {
            "shop" => Ok(ResolvedValue::object(ShopView { scene })),
            "currentAppInstallation" => Ok(ResolvedValue::object(Installation { scene })),
            "publicApiVersions" => Ok(versions()),
            "customer" => single(scene, info, "Customer"),
            "customers" => connection::<CustomerView<'w>>(scene, info),
            "customersCount" => total::<CustomerView<'w>>(scene, info),
            "order" => single(scene, info, "Order"),
            "orders" => connection::<OrderView<'w>>(scene, info),
            "ordersCount" => total::<OrderView<'w>>(scene, info),
            "refund" => single(scene, info, "Refund"),
            "abandonedCheckouts" => connection::<CartView<'w>>(scene, info),
            "abandonedCheckoutsCount" => total::<CartView<'w>>(scene, info),
            "product" => single(scene, info, "Product"),
            "products" => connection::<ProductView<'w>>(scene, info),
            "productsCount" => total::<ProductView<'w>>(scene, info),
            "productVariant" => single(scene, info, "ProductVariant"),
            "productVariants" => connection::<VariantView<'w>>(scene, info),
            "productVariantsCount" => total::<VariantView<'w>>(scene, info),
            "inventoryItem" => single(scene, info, "InventoryItem"),
            "inventoryItems" => connection::<ItemView<'w>>(scene, info),
            "location" => match text_argument(info.arguments(), "id") {
                Some(_) => single(scene, info, "Location"),
                None => Ok(ResolvedValue::nullable_object(
                    locations(scene).into_iter().next().map(|(_, first)| first),
                )),
            },
            "locations" => list::short(scene, info, locations(scene)),
            "locationsCount" => {
                let all: Vec<_> = locations(scene).into_iter().map(|(_, location)| location).collect();
                list::short_total(scene, info, &all)
            }
            "codeDiscountNodes" => {
                let mut all = DiscountNodeView::all(scene);
                if list::sorts_by_change(info)? {
                    all.sort_by_key(|one| (one.discount.updated_at, one.discount.number));
                }
                list::short(scene, info, all.into_iter().map(|one| (one.discount.number, one)).collect())
            }
            "codeDiscountNodeByCode" => {
                let code = text_argument(info.arguments(), "code").unwrap_or_default();
                let all = DiscountNodeView::all(scene).into_iter();
                Ok(maybe(all.into_iter().find(|one| one.discount.code.eq_ignore_ascii_case(&code))))
            }
            "event" => single(scene, info, "BasicEvent"),
            "bulkOperation" => single(scene, info, "BulkOperation"),
            "events" => {
                let all = EventView::all(scene).into_iter().map(|event| (event.number(), event)).collect();
                list::short(scene, info, all)
            }
            "eventsCount" => list::short_total(scene, info, &EventView::all(scene)),
            "node" => {
                let id = text_argument(info.arguments(), "id").unwrap_or_default();
                node(scene, info, &id)
            }
            "nodes" => {
                let ids = info.arguments().get("ids").and_then(JsonValue::as_array);
                let all: Result<Vec<_>, FieldError> = ids
                    .into_iter()
                    .flatten()
                    .map(|id| node(scene, info, id.as_str().unwrap_or_default()))
                    .collect();
                Ok(ResolvedValue::list(all?))
            }
            _ => forgotten(self, info),
        }
    }
}

fn locations<'w>(scene: &'w Scene<'w>) -> Vec<(u64, LocationView<'w>)> {
    scene
        .world
        .locations
        .iter()
        .map(|location| (location.id.number(), LocationView { scene, location }))
        .collect()
}

/// Resolves a field that takes the id of one kind of thing.
fn single<'w: 'a, 'a>(scene: &'w Scene<'w>, info: &ResolveInfo<'_>, kind: &str) -> Resolved<'a> {
    let id = text_argument(info.arguments(), "id").unwrap_or_default();
    match gid::number(&id, kind) {
        Some(number) => find(scene, kind, number),
        None => Err(Refusal::invalid_id(&id).into()),
    }
}

/// Resolves a thing by its global id; null if there is none.
pub(crate) fn node<'w: 'a, 'a>(scene: &'w Scene<'w>, info: &ResolveInfo<'_>, id: &str) -> Resolved<'a> {
    let Some((kind, number)) = gid::read(id) else { return Err(Refusal::invalid_id(id).into()) };
    match access::of_kind(kind) {
        Some(scope) if !scene.free && !scene.access.allows(scope) => {
            Err(Refusal::no_access(info.field_name(), scope).into())
        }
        _ => find(scene, kind, number),
    }
}

fn find<'w: 'a, 'a>(scene: &'w Scene<'w>, kind: &str, number: u64) -> Resolved<'a> {
    let world = scene.world;
    let variant = || VariantId::from_number(number).and_then(|id| VariantView::of(scene, id));
    Ok(match kind {
        "Customer" => maybe(AccountId::from_number(number).and_then(|id| CustomerView::of(scene, id))),
        "Order" => maybe(OrderId::from_number(number).and_then(|id| OrderView::of(scene, id))),
        "AbandonedCheckout" => maybe(CartId::from_number(number).and_then(|id| CartView::of(scene, id))),
        "Product" => maybe(ProductId::from_number(number).and_then(|id| ProductView::of(scene, id))),
        "ProductVariant" => maybe(variant()),
        "InventoryItem" => maybe(variant().map(|of| ItemView { of })),
        "Location" => maybe(LocationId::from_number(number).and_then(|id| LocationView::of(scene, id))),
        "DiscountCodeNode" => {
            maybe(DiscountNodeView::all(scene).into_iter().find(|one| one.discount.number == number))
        }
        "FulfillmentOrder" => maybe(
            OrderId::from_number(number).and_then(|id| OrderView::of(scene, id)).map(|of| PackingView { of }),
        ),
        "FulfillmentHold" => maybe(
            scene
                .books
                .holds
                .values()
                .flatten()
                .find(|hold| hold.number == number)
                .map(|hold| HoldView { scene, hold }),
        ),
        "BulkOperation" => maybe(scene.bulk.show(number, scene.now)),
        "Shop" => maybe(Some(ShopView { scene })),
        "AppInstallation" => maybe(Some(Installation { scene })),
        "BasicEvent" => maybe(EventView::all(scene).into_iter().find(|event| event.number() == number)),
        // What belongs to an order is found by looking through the orders: rare, and there is no index for it.
        "LineItem" => maybe(world.orders.iter().find_map(|(id, order)| {
            let place = order.lines.iter().position(|line| line.id.number() == number)?;
            Some(LineView { of: OrderView::of(scene, id)?, place, line: &order.lines[place] })
        })),
        "Refund" => maybe(world.orders.iter().find_map(|(id, order)| {
            let refund = order.refunds.iter().find(|refund| refund.id.number() == number)?;
            Some(RefundView { of: OrderView::of(scene, id)?, refund })
        })),
        "Fulfillment" => maybe(world.orders.iter().find_map(|(id, order)| {
            let parcel = order.parcels.iter().find(|parcel| parcel.id.number() == number)?;
            Some(ParcelView { of: OrderView::of(scene, id)?, parcel })
        })),
        "OrderTransaction" => maybe(world.orders.iter().find_map(|(id, order)| {
            let refund = order
                .refunds
                .iter()
                .find(|refund| refund.transaction.is_some_and(|id| id.number() == number));
            if refund.is_none() && order.payment.id.number() != number {
                return None;
            }
            Some(TransactionView { of: OrderView::of(scene, id)?, refund })
        })),
        _ => return Err(Refusal::invalid_id(&gid::write(kind, number)).into()),
    })
}

fn maybe<'a>(found: Option<impl ObjectValue + 'a>) -> ResolvedValue<'a> {
    ResolvedValue::nullable_object(found)
}

/// Resolves the orders of one customer, searched and sorted as asked.
pub(crate) fn short_orders<'w: 'a, 'a>(
    scene: &'w Scene<'w>,
    info: &ResolveInfo<'_>,
    mut all: Vec<OrderView<'w>>,
) -> Resolved<'a>
where
    OrderView<'w>: Listed,
{
    if list::sorts_by_change(info)? {
        all.sort_by_key(|order| (order.order.updated_at, order.id));
    }
    list::short(scene, info, all.into_iter().map(|order| (order.id.number(), order)).collect())
}
