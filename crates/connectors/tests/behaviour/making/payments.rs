//! What is done at payment platforms.

use fermata_model::{Action, Entity, Money, Stream};

use super::{named, target};
use crate::behaviour::stage::Stage;

fn whole(entity: &Entity) -> bool {
    matches!(entity, Entity::Payment(payment)
        if payment.status == "succeeded" && payment.refunded.minor == 0 && payment.amount.minor > 500)
}

pub(super) async fn action(stage: &Stage, nth: usize) -> Action {
    let record = target(stage, Stream::Payments, nth, whole).await;
    let Entity::Payment(found) = &record.entity else { unreachable!() };
    Action::PaymentRefund {
        payment: named(&record),
        amount: Money::new(500, found.amount.currency),
        note: "Parcel late".to_owned(),
    }
}
