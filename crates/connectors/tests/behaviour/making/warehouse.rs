//! What is done at warehouses.

use fermata_model::action::{Arrival, Pieces};
use fermata_model::{Action, ActionKind, Entity, Stream};

use super::{named, target, to_be};
use crate::behaviour::stage::{Stage, key};

fn inside(entity: &Entity) -> bool {
    matches!(entity, Entity::Shipment(shipment)
        if shipment.status == "Processing" && shipment.shipped_at.is_none())
}

pub(super) async fn action(stage: &Stage, kind: ActionKind, nth: usize) -> Action {
    match kind {
        ActionKind::ReceivingCreate | ActionKind::ReceivingCancel => on_receiving(stage, kind, nth).await,
        _ => on_shipment(stage, kind, nth).await,
    }
}

async fn on_shipment(stage: &Stage, kind: ActionKind, nth: usize) -> Action {
    // In a small shop it takes days until somebody orders, and hours until it is packed.
    for _ in 0..1_000 {
        let waits = stage.practice.world(|world| {
            let mut paid = world.orders.iter().filter(|(_, order)| order.payment.paid_at.is_some());
            paid.any(|(_, order)| {
                order.cancelled_at.is_none() && order.stop.is_none() && !order.unpacked().is_empty()
            })
        });
        if waits {
            break;
        }
        stage.practice.advance(1_800);
    }
    let shipment = named(&target(stage, Stream::Shipments, nth, inside).await);
    match kind {
        ActionKind::ShipmentHold => Action::ShipmentHold { shipment },
        ActionKind::ShipmentCancel => Action::ShipmentCancel { shipment },
        _ => {
            stage.done(&Action::ShipmentHold { shipment: shipment.clone() }, key(998)).await;
            Action::ShipmentRelease { shipment }
        }
    }
}

async fn on_receiving(stage: &Stage, kind: ActionKind, nth: usize) -> Action {
    let stock = target(
        stage,
        Stream::Stock,
        nth,
        |entity| matches!(entity, Entity::Stock(stock) if stock.location.is_some()),
    );
    let Entity::Stock(stock) = stock.await.entity else { unreachable!() };
    let number = format!("PO-{nth}");
    let create = Action::ReceivingCreate {
        receiving: to_be(Stream::Receiving, number),
        arrival: Arrival {
            location: stock.location.unwrap(),
            expected_on: "2026-12-01".parse().unwrap(),
            tracking: None,
            pieces: vec![Pieces { line: stock.item, quantity: 24 }],
        },
    };
    if kind == ActionKind::ReceivingCreate {
        return create;
    }
    stage.done(&create, key(997)).await;
    let made = target(stage, Stream::Receiving, nth, |entity| {
        matches!(entity, Entity::Receiving(receiving)
            if receiving.status == "Awaiting"
                && receiving.reference.as_deref().is_some_and(|number| number.starts_with("PO-")))
    });
    Action::ReceivingCancel { receiving: named(&made.await) }
}
