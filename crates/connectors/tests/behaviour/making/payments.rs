//! What is done at payment platforms.

use std::collections::BTreeSet;

use fermata_model::{Action, Entity, Money, Record, Stream};

use super::named;
use crate::behaviour::stage::Stage;

fn whole(entity: &Entity) -> bool {
    matches!(entity, Entity::Payment(payment)
        if payment.status == "succeeded" && payment.refunded.minor == 0 && payment.amount.minor > 500)
}

pub(super) async fn action(stage: &Stage, nth: usize) -> Action {
    let mut contested = BTreeSet::new();
    for record in stage.all(Stream::Disputes).await.into_values() {
        if let Entity::Dispute(dispute) = record.entity {
            contested.insert(dispute.payment);
        }
    }
    let payments = stage.all(Stream::Payments).await;
    let mut fitting: Vec<Record> = payments
        .into_values()
        .filter(|record| whole(&record.entity) && !contested.contains(&record.external_id))
        .collect();
    assert!(!fitting.is_empty(), "no payment can be refunded");
    let record = fitting.swap_remove(nth % fitting.len());
    let Entity::Payment(found) = &record.entity else { unreachable!() };
    Action::PaymentRefund {
        payment: named(&record),
        amount: Money::new(500, found.amount.currency),
        note: "Parcel late".to_owned(),
    }
}
