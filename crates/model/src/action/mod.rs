//! What Fermata can do in the world: typed, vendor-neutral effects.

mod kind;
mod parts;
mod sent;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::address::Address;
use crate::ids::RecordRef;
use crate::money::Money;

pub use kind::{ActionKind, Nature};
pub use parts::{Arrival, Off, Pieces, ProductText};
pub use sent::{Frozen, Receipt};

/// One effect at one platform, complete enough to be carried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export_to = "model.ts")]
#[serde(tag = "kind")]
pub enum Action {
    /// Money back on an order, to where it came from.
    #[serde(rename = "order.refund")]
    OrderRefund {
        /// The order.
        order: RecordRef,
        /// How much; in the currency the customer paid in.
        amount: Money,
        /// What the platform's books shall say about it.
        note: String,
        /// Pieces that go back on the shelf; none if empty.
        #[serde(default)]
        restock: Vec<Pieces>,
    },
    /// An order is called off. No money goes back: that is a refund of its own.
    #[serde(rename = "order.cancel")]
    OrderCancel {
        /// The order.
        order: RecordRef,
        /// Do its pieces go back on the shelf?
        restock: bool,
        /// What the platform's books shall say about it.
        note: String,
    },
    /// An order goes to another address.
    #[serde(rename = "order.address")]
    OrderAddress {
        /// The order.
        order: RecordRef,
        /// The whole new address.
        address: Address,
    },
    /// Labels of an order.
    #[serde(rename = "order.tag")]
    OrderTag {
        /// The order.
        order: RecordRef,
        /// Labels it shall have.
        add: Vec<String>,
        /// Labels it shall not have.
        remove: Vec<String>,
    },
    /// A line of text in the shop's own notes on an order, below what is there.
    #[serde(rename = "order.note")]
    OrderNote {
        /// The order.
        order: RecordRef,
        /// Plain text.
        text: String,
    },
    /// An order is not sent until released.
    #[serde(rename = "fulfilment.hold")]
    FulfilmentHold {
        /// The order.
        order: RecordRef,
        /// Why, for whoever packs.
        note: String,
    },
    /// A held order may be sent.
    #[serde(rename = "fulfilment.release")]
    FulfilmentRelease {
        /// The order.
        order: RecordRef,
    },
    /// How many pieces of a variant there are at a place.
    #[serde(rename = "stock.set")]
    StockSet {
        /// The product.
        product: RecordRef,
        /// The platform's id of the variant; empty for a product without variants.
        variant: String,
        /// The platform's id of the place; `None` where the platform has but one.
        location: Option<String>,
        /// The new count.
        quantity: i64,
        /// The count it was decided on: if the platform has another by now, nothing is done.
        expected: Option<i64>,
    },
    /// The price of a variant.
    #[serde(rename = "price.set")]
    PriceSet {
        /// The product.
        product: RecordRef,
        /// The platform's id of the variant; empty for a product without variants.
        variant: String,
        /// The new price, in the shop's own currency.
        price: Money,
    },
    /// The texts of a product.
    #[serde(rename = "product.edit")]
    ProductEdit {
        /// The product.
        product: RecordRef,
        /// What changes.
        text: ProductText,
    },
    /// A code that takes something off.
    #[serde(rename = "discount.create")]
    DiscountCreate {
        /// The discount that shall come to be; its id is the code.
        discount: RecordRef,
        /// What the shop calls it.
        title: String,
        /// What it takes off.
        off: Off,
        /// How often it can be used in all; `None` is without end.
        uses: Option<u32>,
        /// When it ends; `None` is never.
        #[ts(type = "string | null")]
        ends_at: Option<jiff::Timestamp>,
    },
    /// A code works no more.
    #[serde(rename = "discount.disable")]
    DiscountDisable {
        /// The discount.
        discount: RecordRef,
    },
    /// Money back on a payment that the shop took itself.
    #[serde(rename = "payment.refund")]
    PaymentRefund {
        /// The payment.
        payment: RecordRef,
        /// How much; in the currency of the payment.
        amount: Money,
        /// What the platform's books shall say about it.
        note: String,
    },
    /// A message to the customer in a ticket.
    #[serde(rename = "ticket.reply")]
    TicketReply {
        /// The ticket.
        ticket: RecordRef,
        /// Plain text.
        text: String,
    },
    /// An internal note in a ticket.
    #[serde(rename = "ticket.note")]
    TicketNote {
        /// The ticket.
        ticket: RecordRef,
        /// Plain text.
        text: String,
    },
    /// Labels of a ticket.
    #[serde(rename = "ticket.tag")]
    TicketTag {
        /// The ticket.
        ticket: RecordRef,
        /// Labels it shall have.
        add: Vec<String>,
        /// Labels it shall not have.
        remove: Vec<String>,
    },
    /// Who answers a ticket.
    #[serde(rename = "ticket.assign")]
    TicketAssign {
        /// The ticket.
        ticket: RecordRef,
        /// The platform's id of the agent; `None` leaves it to nobody.
        agent: Option<String>,
    },
    /// How urgent a ticket is.
    #[serde(rename = "ticket.prioritise")]
    TicketPrioritise {
        /// The ticket.
        ticket: RecordRef,
        /// The platform's word for it.
        priority: String,
    },
    /// A ticket is answered.
    #[serde(rename = "ticket.close")]
    TicketClose {
        /// The ticket.
        ticket: RecordRef,
    },
    /// A ticket is to be answered after all.
    #[serde(rename = "ticket.reopen")]
    TicketReopen {
        /// The ticket.
        ticket: RecordRef,
    },
    /// No marketing to a person until released.
    #[serde(rename = "marketing.hold")]
    MarketingHold {
        /// The marketing profile.
        profile: RecordRef,
    },
    /// Marketing to a person may go on.
    #[serde(rename = "marketing.release")]
    MarketingRelease {
        /// The marketing profile.
        profile: RecordRef,
    },
    /// One follow-up message to a person.
    #[serde(rename = "marketing.follow_up")]
    MarketingFollowUp {
        /// The marketing profile.
        profile: RecordRef,
        /// The concern that was answered, in words the message can use.
        concern: String,
        /// What lies in the cart, in words the message can use.
        item: String,
        /// Link back to the cart, if there is one.
        link: Option<String>,
    },
    /// One property of a marketing profile.
    #[serde(rename = "profile.set")]
    ProfileSet {
        /// The marketing profile.
        profile: RecordRef,
        /// The property's name.
        property: String,
        /// The new value; `None` takes the property away.
        value: Option<String>,
    },
    /// Something happened to a person, told to the marketing platform.
    #[serde(rename = "event.track")]
    EventTrack {
        /// The marketing profile.
        profile: RecordRef,
        /// What happened, in the words that flows listen for.
        metric: String,
        /// More about it: name and value.
        properties: Vec<(String, String)>,
    },
    /// A person is on a list.
    #[serde(rename = "list.add")]
    ListAdd {
        /// The marketing profile.
        profile: RecordRef,
        /// The platform's id of the list.
        list: String,
    },
    /// A person is not on a list.
    #[serde(rename = "list.remove")]
    ListRemove {
        /// The marketing profile.
        profile: RecordRef,
        /// The platform's id of the list.
        list: String,
    },
    /// A person is told when something can be bought again.
    #[serde(rename = "stock.notice")]
    StockNotice {
        /// The marketing profile.
        profile: RecordRef,
        /// The marketing platform's id of the variant.
        variant: String,
    },
    /// A campaign is not sent.
    #[serde(rename = "campaign.hold")]
    CampaignHold {
        /// The campaign.
        campaign: RecordRef,
    },
    /// A held campaign is sent when it was to be sent.
    #[serde(rename = "campaign.release")]
    CampaignRelease {
        /// The campaign.
        campaign: RecordRef,
    },
    /// One block of a campaign says something else.
    #[serde(rename = "campaign.block")]
    CampaignBlock {
        /// The campaign.
        campaign: RecordRef,
        /// The platform's id of the block.
        block: String,
        /// What it shall say, as HTML that we wrote.
        html: String,
    },
    /// A shipment stays in the warehouse until released.
    #[serde(rename = "shipment.hold")]
    ShipmentHold {
        /// The shipment.
        shipment: RecordRef,
    },
    /// A held shipment may leave.
    #[serde(rename = "shipment.release")]
    ShipmentRelease {
        /// The shipment.
        shipment: RecordRef,
    },
    /// A shipment is called off.
    #[serde(rename = "shipment.cancel")]
    ShipmentCancel {
        /// The shipment.
        shipment: RecordRef,
    },
    /// Goods are announced to a warehouse.
    #[serde(rename = "receiving.create")]
    ReceivingCreate {
        /// The receiving order that shall come to be; its id is our purchase order's number.
        receiving: RecordRef,
        /// What comes, where to and when.
        arrival: Arrival,
    },
    /// Announced goods do not come.
    #[serde(rename = "receiving.cancel")]
    ReceivingCancel {
        /// The receiving order.
        receiving: RecordRef,
    },
}

impl Action {
    /// Returns the kind.
    pub const fn kind(&self) -> ActionKind {
        match self {
            Self::OrderRefund { .. } => ActionKind::OrderRefund,
            Self::OrderCancel { .. } => ActionKind::OrderCancel,
            Self::OrderAddress { .. } => ActionKind::OrderAddress,
            Self::OrderTag { .. } => ActionKind::OrderTag,
            Self::OrderNote { .. } => ActionKind::OrderNote,
            Self::FulfilmentHold { .. } => ActionKind::FulfilmentHold,
            Self::FulfilmentRelease { .. } => ActionKind::FulfilmentRelease,
            Self::StockSet { .. } => ActionKind::StockSet,
            Self::PriceSet { .. } => ActionKind::PriceSet,
            Self::ProductEdit { .. } => ActionKind::ProductEdit,
            Self::DiscountCreate { .. } => ActionKind::DiscountCreate,
            Self::DiscountDisable { .. } => ActionKind::DiscountDisable,
            Self::PaymentRefund { .. } => ActionKind::PaymentRefund,
            Self::TicketReply { .. } => ActionKind::TicketReply,
            Self::TicketNote { .. } => ActionKind::TicketNote,
            Self::TicketTag { .. } => ActionKind::TicketTag,
            Self::TicketAssign { .. } => ActionKind::TicketAssign,
            Self::TicketPrioritise { .. } => ActionKind::TicketPrioritise,
            Self::TicketClose { .. } => ActionKind::TicketClose,
            Self::TicketReopen { .. } => ActionKind::TicketReopen,
            Self::MarketingHold { .. } => ActionKind::MarketingHold,
            Self::MarketingRelease { .. } => ActionKind::MarketingRelease,
            Self::MarketingFollowUp { .. } => ActionKind::MarketingFollowUp,
            Self::ProfileSet { .. } => ActionKind::ProfileSet,
            Self::EventTrack { .. } => ActionKind::EventTrack,
            Self::ListAdd { .. } => ActionKind::ListAdd,
            Self::ListRemove { .. } => ActionKind::ListRemove,
            Self::StockNotice { .. } => ActionKind::StockNotice,
            Self::CampaignHold { .. } => ActionKind::CampaignHold,
            Self::CampaignRelease { .. } => ActionKind::CampaignRelease,
            Self::CampaignBlock { .. } => ActionKind::CampaignBlock,
            Self::ShipmentHold { .. } => ActionKind::ShipmentHold,
            Self::ShipmentRelease { .. } => ActionKind::ShipmentRelease,
            Self::ShipmentCancel { .. } => ActionKind::ShipmentCancel,
            Self::ReceivingCreate { .. } => ActionKind::ReceivingCreate,
            Self::ReceivingCancel { .. } => ActionKind::ReceivingCancel,
        }
    }

    /// Returns the record it acts on.
    pub const fn target(&self) -> &RecordRef {
        match self {
            Self::OrderRefund { order, .. }
            | Self::OrderCancel { order, .. }
            | Self::OrderAddress { order, .. }
            | Self::OrderTag { order, .. }
            | Self::OrderNote { order, .. }
            | Self::FulfilmentHold { order, .. }
            | Self::FulfilmentRelease { order } => order,
            Self::StockSet { product, .. }
            | Self::PriceSet { product, .. }
            | Self::ProductEdit { product, .. } => product,
            Self::DiscountCreate { discount, .. } | Self::DiscountDisable { discount } => discount,
            Self::PaymentRefund { payment, .. } => payment,
            Self::TicketReply { ticket, .. }
            | Self::TicketNote { ticket, .. }
            | Self::TicketTag { ticket, .. }
            | Self::TicketAssign { ticket, .. }
            | Self::TicketPrioritise { ticket, .. }
            | Self::TicketClose { ticket }
            | Self::TicketReopen { ticket } => ticket,
            Self::MarketingHold { profile }
            | Self::MarketingRelease { profile }
            | Self::MarketingFollowUp { profile, .. }
            | Self::ProfileSet { profile, .. }
            | Self::EventTrack { profile, .. }
            | Self::ListAdd { profile, .. }
            | Self::ListRemove { profile, .. }
            | Self::StockNotice { profile, .. } => profile,
            Self::CampaignHold { campaign }
            | Self::CampaignRelease { campaign }
            | Self::CampaignBlock { campaign, .. } => campaign,
            Self::ShipmentHold { shipment }
            | Self::ShipmentRelease { shipment }
            | Self::ShipmentCancel { shipment } => shipment,
            Self::ReceivingCreate { receiving, .. } | Self::ReceivingCancel { receiving } => receiving,
        }
    }

    /// Returns the money that leaves, if any does.
    pub const fn amount(&self) -> Option<Money> {
        match self {
            Self::OrderRefund { amount, .. } | Self::PaymentRefund { amount, .. } => Some(*amount),
            _ => None,
        }
    }
}
