//! What happened at a time, on the timeline of one customer.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::platform::names;
use crate::platform::{Platform, UnknownName};
use std::fmt;
use std::str::FromStr;

names! {
    /// A kind of event. Names follow CloudEvents' `type`: area, then what happened.
    EventKind:
    /// The person became known to a platform.
    PersonSeen = "person.seen",
    /// An order was placed.
    OrderPlaced = "order.placed",
    /// An order was cancelled.
    OrderCancelled = "order.cancelled",
    /// Money went back.
    OrderRefunded = "order.refunded",
    /// A cart was left at the checkout.
    CartAbandoned = "cart.abandoned",
    /// A left cart became an order after all.
    CartRecovered = "cart.recovered",
    /// A parcel left.
    ParcelShipped = "parcel.shipped",
    /// A parcel has not arrived when it should have.
    ParcelLate = "parcel.late",
    /// A parcel arrived.
    ParcelDelivered = "parcel.delivered",
    /// A ticket was opened.
    TicketOpened = "ticket.opened",
    /// A ticket was closed.
    TicketClosed = "ticket.closed",
    /// The customer wrote.
    MessageReceived = "message.received",
    /// The shop answered.
    MessageSent = "message.sent",
    /// The shop wrote an internal note.
    NoteWritten = "note.written",
    /// A marketing e-mail was sent.
    MailSent = "mail.sent",
    /// A marketing e-mail was opened.
    MailOpened = "mail.opened",
    /// A link in a marketing e-mail was clicked.
    MailClicked = "mail.clicked",
    /// A marketing e-mail came back.
    MailBounced = "mail.bounced",
    /// The person unsubscribed.
    MailUnsubscribed = "mail.unsubscribed",
    /// The person asked to be told when something can be bought again.
    StockAsked = "stock.asked",
    /// Something else that the marketing platform recorded.
    MailOther = "mail.other",
    /// The customer rated how they were helped.
    TicketRated = "ticket.rated",
    /// A warehouse sent a shipment.
    ShipmentSent = "shipment.sent",
    /// A shipment cannot go on.
    ShipmentHeldUp = "shipment.held_up",
    /// A shipment has not arrived when it should have.
    ShipmentLate = "shipment.late",
    /// A shipment arrived.
    ShipmentDelivered = "shipment.delivered",
    /// A payment was taken.
    PaymentMade = "payment.made",
    /// A payment, or a part of it, went back.
    PaymentRefunded = "payment.refunded",
    /// The payer contests a payment.
    DisputeOpened = "dispute.opened",
    /// A dispute was decided.
    DisputeClosed = "dispute.closed",
    /// Fermata proposed an action, or changed what it had proposed.
    OursProposed = "ours.proposed",
    /// A person decided about a proposal.
    OursDecided = "ours.decided",
    /// An action of ours reached its end at the platform.
    OursDone = "ours.done",
    /// Fermata decided to do nothing, or to wait, and says why.
    OursHeldBack = "ours.held_back",
}

/// Where an event comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[ts(export_to = "model.ts")]
#[serde(rename_all = "snake_case")]
pub enum EventSource {
    /// A platform told us.
    Platform(Platform),
    /// We did it or concluded it.
    Ours,
}
