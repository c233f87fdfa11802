//! Actions that a platform of the practice store can carry out now, one of each kind.
//!
//! What they are done to is found among the neutral records, so one recipe serves every platform
//! that can do it.

mod desk;
mod marketing;
mod payments;
mod shop;
mod warehouse;

use fermata_model::{Action, ActionKind, ConnectionId, Entity, Record, RecordRef, Stream};

use super::stage::Stage;

/// Returns an action of a kind; `nth` picks among its targets.
pub(crate) async fn action(stage: &Stage, kind: ActionKind, nth: usize) -> Action {
    match kind {
        ActionKind::OrderRefund
        | ActionKind::OrderCancel
        | ActionKind::OrderAddress
        | ActionKind::OrderTag
        | ActionKind::OrderNote
        | ActionKind::FulfilmentHold
        | ActionKind::FulfilmentRelease
        | ActionKind::StockSet
        | ActionKind::PriceSet
        | ActionKind::ProductEdit
        | ActionKind::DiscountCreate
        | ActionKind::DiscountDisable => shop::action(stage, kind, nth).await,
        ActionKind::PaymentRefund => payments::action(stage, nth).await,
        ActionKind::TicketReply
        | ActionKind::TicketNote
        | ActionKind::TicketTag
        | ActionKind::TicketAssign
        | ActionKind::TicketPrioritise
        | ActionKind::TicketClose
        | ActionKind::TicketReopen => desk::action(stage, kind, nth).await,
        ActionKind::MarketingHold
        | ActionKind::MarketingRelease
        | ActionKind::MarketingFollowUp
        | ActionKind::ProfileSet
        | ActionKind::EventTrack
        | ActionKind::ListAdd
        | ActionKind::ListRemove
        | ActionKind::StockNotice
        | ActionKind::CampaignHold
        | ActionKind::CampaignRelease
        | ActionKind::CampaignBlock => marketing::action(stage, kind, nth).await,
        ActionKind::ShipmentHold
        | ActionKind::ShipmentRelease
        | ActionKind::ShipmentCancel
        | ActionKind::ReceivingCreate
        | ActionKind::ReceivingCancel => warehouse::action(stage, kind, nth).await,
    }
}

/// Picks a record of a stream that fits.
pub(super) async fn target(stage: &Stage, stream: Stream, nth: usize, fits: fn(&Entity) -> bool) -> Record {
    let found = stage.all(stream).await;
    let mut fitting: Vec<Record> =
        found.into_values().filter(|record| record.stream == stream && fits(&record.entity)).collect();
    assert!(!fitting.is_empty(), "no target among the {stream}");
    fitting.swap_remove(nth % fitting.len())
}

/// Names a record.
pub(super) fn named(record: &Record) -> RecordRef {
    let label = record.entity.label().unwrap_or("something").to_owned();
    RecordRef {
        connection: ConnectionId(7),
        stream: record.stream,
        external_id: record.external_id.clone(),
        label,
    }
}

/// Names a record that shall come to be.
pub(super) fn to_be(stream: Stream, external_id: String) -> RecordRef {
    RecordRef { connection: ConnectionId(7), stream, label: external_id.clone(), external_id }
}
