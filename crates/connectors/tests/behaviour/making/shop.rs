//! What is done at storefronts.

use fermata_model::action::{Off, ProductText};
use fermata_model::record::Order;
use fermata_model::{Action, ActionKind, Address, Entity, Money, Platform, Record, Stream};
use fermata_sandbox::world::VariantId;

use super::{named, target, to_be};
use crate::behaviour::stage::{Stage, key};

/// Words that the platforms have for an order whose whole price was taken and is still there.
const PAID: &[&str] = &["PAID", "processing", "completed", "captured"];

fn paid(entity: &Entity) -> bool {
    let Entity::Order(order) = entity else { return false };
    PAID.contains(&order.payment_status.as_str())
        && order.total.minor > 500
        && order.refunded.minor == 0
        && order.cancelled_at.is_none()
}

/// Paid and still in the shop.
fn waiting(entity: &Entity) -> bool {
    paid(entity)
        && matches!(entity, Entity::Order(Order { parcels, delivery_status, .. })
            if parcels.is_empty() && !["completed", "Manual Verification Required"].contains(&delivery_status.as_str()))
}

fn sold(entity: &Entity) -> bool {
    matches!(entity, Entity::Product(product)
        if product.variants.iter().any(|variant| variant.price.is_some() && variant.available.is_some()))
}

pub(super) async fn action(stage: &Stage, kind: ActionKind, nth: usize) -> Action {
    match kind {
        ActionKind::OrderRefund
        | ActionKind::OrderTag
        | ActionKind::OrderNote
        | ActionKind::OrderCancel
        | ActionKind::OrderAddress
        | ActionKind::FulfilmentHold
        | ActionKind::FulfilmentRelease => on_order(stage, kind, nth).await,
        ActionKind::StockSet | ActionKind::PriceSet | ActionKind::ProductEdit => {
            on_product(stage, kind, nth).await
        }
        _ => on_discount(stage, kind, nth).await,
    }
}

async fn on_order(stage: &Stage, kind: ActionKind, nth: usize) -> Action {
    let fits = match kind {
        ActionKind::OrderRefund | ActionKind::OrderTag | ActionKind::OrderNote => paid,
        _ => waiting,
    };
    // In a small shop it takes some hours until somebody orders, and some until it is packed.
    let mut tries = 0;
    let record = loop {
        let found = stage.lately(Stream::Orders).await.into_values();
        let mut fitting: Vec<Record> = found.filter(|record| fits(&record.entity)).collect();
        if !fitting.is_empty() {
            break fitting.swap_remove(nth % fitting.len());
        }
        tries += 1;
        assert!(tries < 500, "nobody orders");
        stage.practice.advance(7_200);
    };
    let Entity::Order(found) = &record.entity else { unreachable!() };
    let order = named(&record);
    match kind {
        ActionKind::OrderRefund => Action::OrderRefund {
            order,
            amount: Money::new(500, found.total.currency),
            note: "Parcel late".to_owned(),
            restock: Vec::new(),
        },
        ActionKind::OrderTag => {
            Action::OrderTag { order, add: vec![format!("fermata-late-{nth}")], remove: Vec::new() }
        }
        ActionKind::OrderNote => {
            Action::OrderNote { order, text: format!("Called about the parcel ({nth})") }
        }
        ActionKind::OrderCancel => {
            Action::OrderCancel { order, restock: true, note: "Ordered twice".to_owned() }
        }
        ActionKind::OrderAddress => Action::OrderAddress {
            order,
            address: Address {
                first_name: "Ana".to_owned(),
                last_name: "Ruiz".to_owned(),
                // Another one each time, since an order may be sent elsewhere twice.
                street: format!("Lindenweg {}", nth + 7),
                city: "Hamburg".to_owned(),
                postal_code: "20095".to_owned(),
                country: "DE".to_owned(),
                ..Address::default()
            },
        },
        ActionKind::FulfilmentHold => {
            Action::FulfilmentHold { order, note: "Address is being checked".to_owned() }
        }
        _ => {
            let hold = Action::FulfilmentHold { order: order.clone(), note: "Checking".to_owned() };
            stage.done(&hold, key(998)).await;
            Action::FulfilmentRelease { order }
        }
    }
}

async fn on_product(stage: &Stage, kind: ActionKind, nth: usize) -> Action {
    let record = target(stage, Stream::Products, nth, sold).await;
    let Entity::Product(found) = &record.entity else { unreachable!() };
    let sold = found.variants.iter().find(|variant| variant.price.is_some() && variant.available.is_some());
    let sold = sold.unwrap();
    let (product, variant) = (named(&record), sold.external_id.clone());
    match kind {
        ActionKind::StockSet => {
            let (location, expected) = shelf(stage, &variant, sold.available);
            Action::StockSet { product, variant, location, quantity: 41, expected }
        }
        ActionKind::PriceSet => {
            let price = sold.price.unwrap();
            Action::PriceSet { product, variant, price: Money::new(price.minor + 100, price.currency) }
        }
        _ => Action::ProductEdit {
            product,
            text: ProductText { title: Some(format!("Renamed {nth}")), ..ProductText::default() },
        },
    }
}

/// Returns a place and what lies there, at platforms where pieces lie at several.
fn shelf(stage: &Stage, variant: &str, in_all: Option<i64>) -> (Option<String>, Option<i64>) {
    if stage.platform != Platform::Shopify {
        return (None, in_all);
    }
    stage.practice.world(|world| {
        let id = VariantId::from_number(variant.parse().unwrap()).unwrap();
        let held = world.variants.get(id).unwrap().stock[0];
        (Some(world.locations[0].id.number().to_string()), Some(held))
    })
}

async fn on_discount(stage: &Stage, kind: ActionKind, nth: usize) -> Action {
    let create = Action::DiscountCreate {
        discount: to_be(Stream::Discounts, format!("SORRY-{nth}")),
        title: format!("Sorry {nth}"),
        off: Off::BasisPoints(1_000),
        uses: Some(1),
        ends_at: None,
    };
    if kind == ActionKind::DiscountCreate {
        return create;
    }
    stage.done(&create, key(997)).await;
    let record = target(stage, Stream::Discounts, nth, |entity| {
        // One that was put out of force before is a draft at some platforms.
        matches!(entity, Entity::Discount(discount) if !["draft", "disabled", "EXPIRED"].contains(&discount.status.as_str())
            && discount.codes.iter().any(|code| code.to_uppercase().starts_with("SORRY-")))
    });
    Action::DiscountDisable { discount: named(&record.await) }
}
