//! The kinds of action, and what sort of effect each has.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::platform::{UnknownName, names};

names! {
    /// The kind of an action, as written in workflows and guardrails.
    ActionKind:
    /// Money back on an order.
    OrderRefund = "order.refund",
    /// An order is called off.
    OrderCancel = "order.cancel",
    /// An order goes to another address.
    OrderAddress = "order.address",
    /// Labels of an order.
    OrderTag = "order.tag",
    /// A line in the shop's own notes on an order.
    OrderNote = "order.note",
    /// An order is not sent until released.
    FulfilmentHold = "fulfilment.hold",
    /// A held order may be sent.
    FulfilmentRelease = "fulfilment.release",
    /// How many pieces of a variant there are.
    StockSet = "stock.set",
    /// The price of a variant.
    PriceSet = "price.set",
    /// The texts of a product.
    ProductEdit = "product.edit",
    /// A code that takes something off.
    DiscountCreate = "discount.create",
    /// A code works no more.
    DiscountDisable = "discount.disable",
    /// Money back on a payment that the shop took itself.
    PaymentRefund = "payment.refund",
    /// A message to the customer in a ticket.
    TicketReply = "ticket.reply",
    /// An internal note in a ticket.
    TicketNote = "ticket.note",
    /// Labels of a ticket.
    TicketTag = "ticket.tag",
    /// Who answers a ticket.
    TicketAssign = "ticket.assign",
    /// How urgent a ticket is.
    TicketPrioritise = "ticket.prioritise",
    /// A ticket is answered.
    TicketClose = "ticket.close",
    /// A ticket is to be answered after all.
    TicketReopen = "ticket.reopen",
    /// No marketing to a person until released.
    MarketingHold = "marketing.hold",
    /// Marketing to a person may go on.
    MarketingRelease = "marketing.release",
    /// One follow-up message to a person.
    MarketingFollowUp = "marketing.follow_up",
    /// One property of a marketing profile.
    ProfileSet = "profile.set",
    /// Something happened to a person, told to the marketing platform.
    EventTrack = "event.track",
    /// A person is on a list.
    ListAdd = "list.add",
    /// A person is not on a list.
    ListRemove = "list.remove",
    /// A person is told when something can be bought again.
    StockNotice = "stock.notice",
    /// A campaign is not sent.
    CampaignHold = "campaign.hold",
    /// A held campaign is sent when it was to be sent.
    CampaignRelease = "campaign.release",
    /// One block of a campaign says something else.
    CampaignBlock = "campaign.block",
    /// A shipment stays in the warehouse until released.
    ShipmentHold = "shipment.hold",
    /// A held shipment may leave.
    ShipmentRelease = "shipment.release",
    /// A shipment is called off.
    ShipmentCancel = "shipment.cancel",
    /// Goods are announced to a warehouse.
    ReceivingCreate = "receiving.create",
    /// Announced goods do not come.
    ReceivingCancel = "receiving.cancel",
}

/// What sort of effect an action has; decides what a doubt about it takes to settle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Nature {
    /// Money leaves. Twice is a loss, so only a person may say that it did not happen.
    Money,
    /// Something is said or made that would stand there twice.
    Adds,
    /// Something is brought into a state; doing it again changes nothing.
    Sets,
}

impl ActionKind {
    /// Returns what sort of effect it has.
    pub const fn nature(self) -> Nature {
        match self {
            Self::OrderRefund | Self::PaymentRefund => Nature::Money,
            Self::OrderNote
            | Self::DiscountCreate
            | Self::TicketReply
            | Self::TicketNote
            | Self::MarketingFollowUp
            | Self::EventTrack
            // Who asks twice is told once, but it leaves two events, and what those start is the shop's.
            | Self::StockNotice
            | Self::ReceivingCreate => Nature::Adds,
            Self::OrderCancel
            | Self::OrderAddress
            | Self::OrderTag
            | Self::FulfilmentHold
            | Self::FulfilmentRelease
            | Self::StockSet
            | Self::PriceSet
            | Self::ProductEdit
            | Self::DiscountDisable
            | Self::TicketTag
            | Self::TicketAssign
            | Self::TicketPrioritise
            | Self::TicketClose
            | Self::TicketReopen
            | Self::MarketingHold
            | Self::MarketingRelease
            | Self::ProfileSet
            | Self::ListAdd
            | Self::ListRemove
            | Self::CampaignHold
            | Self::CampaignRelease
            | Self::CampaignBlock
            | Self::ShipmentHold
            | Self::ShipmentRelease
            | Self::ShipmentCancel
            | Self::ReceivingCancel => Nature::Sets,
        }
    }
}
