//! What a platform told us, in neutral words.
//!
//! A connector turns each raw object into a [`Record`]: the neutral [`Entity`] beside the text it
//! came from. Statuses are kept as the platform wrote them; a status that we do not know is
//! shown, never guessed.

mod commerce;
mod talk;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use commerce::{
    Company, Discount, Dispute, Payment, Price, PriceList, Receiving, ReceivingLine, Return, Scan, Shipment,
    Stock, WarehouseOrder,
};
pub use talk::{Agent, Audience, Campaign, Flow, Rating, Tag};

use crate::money::{Currency, Money};
use crate::platform::Stream;

/// One thing that a page says about the platform's state.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// The object exists and looks like this.
    Seen(Box<Record>),
    /// The object exists no more, or lives on under another id.
    Gone(Gone),
    /// The object could not be read; it is kept with the reason and can be tried again.
    Unreadable(Unreadable),
}

/// One object as a platform gave it.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The kind of record.
    pub stream: Stream,
    /// The platform's id, exactly as it was given.
    pub external_id: String,
    /// When the platform last changed it; orders two versions of one record.
    pub changed_at: Timestamp,
    /// Its neutral form.
    pub entity: Entity,
    /// The JSON text it was read from.
    pub raw: String,
}

/// An object that was deleted, or merged into another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gone {
    /// The kind of record.
    pub stream: Stream,
    /// The id that is no more.
    pub external_id: String,
    /// When that happened.
    pub at: Timestamp,
    /// The id it lives on under, if the platform says so.
    pub merged_into: Option<String>,
}

/// An object that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The kind of record it should have been.
    pub stream: Stream,
    /// Its id, if at least that could be read.
    pub external_id: Option<String>,
    /// What was wrong, for a person.
    pub reason: String,
    /// The text as it came.
    pub raw: String,
}

/// The neutral form of a record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Entity {
    /// An account, a marketing profile or a help-desk customer.
    Person(Person),
    /// An order.
    Order(Order),
    /// A cart left at the checkout.
    Cart(Cart),
    /// A product.
    Product(Product),
    /// A support ticket.
    Ticket(Ticket),
    /// A message in a ticket.
    Message(Message),
    /// Something that happened to a marketing message.
    Send(Send),
    /// Pieces of one variant at one place.
    Stock(Stock),
    /// A discount.
    Discount(Discount),
    /// A trade customer.
    Company(Company),
    /// A price list.
    PriceList(PriceList),
    /// One price on a price list.
    Price(Price),
    /// A label that tickets can carry.
    Tag(Tag),
    /// Somebody who works at the help desk.
    Agent(Agent),
    /// What a customer said about how they were helped.
    Rating(Rating),
    /// A list or segment of marketing profiles.
    Audience(Audience),
    /// An automated series of messages.
    Flow(Flow),
    /// A message sent to many at once.
    Campaign(Campaign),
    /// An order as a warehouse holds it.
    WarehouseOrder(WarehouseOrder),
    /// A shipment with its tracking.
    Shipment(Shipment),
    /// Goods on their way into a warehouse.
    Receiving(Receiving),
    /// A charge of a card or account.
    Payment(Payment),
    /// Money that went back, listed apart from the payment it belongs to.
    Return(Return),
    /// A payment that its payer contests.
    Dispute(Dispute),
}

impl Entity {
    /// Returns what the record says about the person it is about; `None` if it is about nobody.
    pub const fn who(&self) -> Option<&Who> {
        match self {
            Self::Person(person) => Some(&person.who),
            Self::Order(order) => Some(&order.who),
            Self::Cart(cart) => Some(&cart.who),
            Self::Ticket(ticket) => Some(&ticket.who),
            Self::Message(message) => Some(&message.who),
            Self::Send(send) => Some(&send.who),
            Self::Rating(rating) => Some(&rating.who),
            Self::WarehouseOrder(order) => Some(&order.who),
            Self::Shipment(shipment) => Some(&shipment.who),
            Self::Payment(payment) => Some(&payment.who),
            Self::Product(_)
            | Self::Stock(_)
            | Self::Discount(_)
            | Self::Company(_)
            | Self::PriceList(_)
            | Self::Price(_)
            | Self::Tag(_)
            | Self::Agent(_)
            | Self::Audience(_)
            | Self::Flow(_)
            | Self::Campaign(_)
            | Self::Receiving(_)
            | Self::Return(_)
            | Self::Dispute(_) => None,
        }
    }

    /// Returns the money it speaks of, for sums that must agree on both sides: what an order or
    /// cart costs, what was paid, contested or went back.
    pub const fn money(&self) -> Option<Money> {
        match self {
            Self::Order(order) => Some(order.total),
            Self::Cart(cart) => Some(cart.total),
            Self::Payment(payment) => Some(payment.amount),
            Self::Return(back) => Some(back.refund.amount),
            Self::Dispute(dispute) => Some(dispute.amount),
            Self::Price(price) => Some(price.price),
            Self::WarehouseOrder(order) => order.total,
            _ => None,
        }
    }

    /// Returns what a person calls it, if it has such a name of its own.
    pub fn label(&self) -> Option<&str> {
        match self {
            Self::Stock(stock) => stock.sku.as_deref(),
            Self::Discount(discount) => discount.codes.first().map(String::as_str).or(Some(&discount.title)),
            Self::Company(company) => Some(&company.name),
            Self::PriceList(list) => Some(&list.name),
            Self::Price(price) => price.sku.as_deref(),
            Self::Tag(tag) => Some(&tag.name),
            Self::Agent(agent) => Some(&agent.name),
            Self::Audience(audience) => Some(&audience.name),
            Self::Flow(flow) => Some(&flow.name),
            Self::Campaign(campaign) => Some(&campaign.name),
            Self::WarehouseOrder(order) => order.name.as_deref(),
            Self::Shipment(shipment) => shipment.tracking.as_deref().or(shipment.order_name.as_deref()),
            Self::Receiving(receiving) => receiving.reference.as_deref(),
            Self::Payment(payment) => payment.order_name.as_deref(),
            Self::Order(order) => Some(&order.name),
            Self::Product(product) => Some(&product.title),
            Self::Person(_)
            | Self::Cart(_)
            | Self::Ticket(_)
            | Self::Message(_)
            | Self::Send(_)
            | Self::Rating(_)
            | Self::Return(_)
            | Self::Dispute(_) => None,
        }
    }
}

/// What a record says about the person behind it; the input of identity.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Who {
    /// The id of the person's own record at the same platform, if the record names it.
    pub external_id: Option<String>,
    /// E-mail addresses as written.
    pub emails: Vec<String>,
    /// Phone numbers as written.
    pub phones: Vec<String>,
    /// The name as written.
    pub name: Option<String>,
    /// Two-letter country, needed to read a phone number written without one.
    pub country: Option<String>,
    /// Ids of the same person at other platforms, as this platform claims: (platform, id).
    pub claims: Vec<(crate::Platform, String)>,
}

/// An account, a marketing profile or a help-desk customer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Person {
    /// Names, addresses and numbers.
    pub who: Who,
    /// When the platform first knew the person.
    pub created_at: Option<Timestamp>,
    /// City, for display and for telling namesakes apart.
    pub city: Option<String>,
    /// Language tag, if the platform knows one.
    pub locale: Option<String>,
    /// The platform's labels.
    pub tags: Vec<String>,
    /// May marketing e-mail be sent? `None` if the platform does not say.
    pub accepts_marketing: Option<bool>,
    /// Is the address on the platform's suppression list (no marketing reaches it)?
    pub suppressed: Option<bool>,
}

/// An order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The number customers know, such as `#1042`.
    pub name: String,
    /// Who ordered; a guest has only an e-mail address.
    pub who: Who,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// When it was cancelled, if it was.
    pub cancelled_at: Option<Timestamp>,
    /// The currency the customer paid in.
    pub currency: Currency,
    /// What the customer paid, shipping and taxes included.
    pub total: Money,
    /// What has gone back so far.
    pub refunded: Money,
    /// Payment state as the platform writes it.
    pub payment_status: String,
    /// Delivery state as the platform writes it.
    pub delivery_status: String,
    /// What was bought.
    pub lines: Vec<Line>,
    /// Money that went back.
    pub refunds: Vec<Refund>,
    /// Parcels.
    pub parcels: Vec<Parcel>,
    /// The platform's labels.
    pub tags: Vec<String>,
    /// The shop's own note.
    pub note: Option<String>,
}

/// One line of an order or cart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The platform's id of the line.
    pub external_id: String,
    /// The platform's id of the variant; `None` for a deleted or free-text product.
    pub variant: Option<String>,
    /// Stock keeping unit, if set.
    pub sku: Option<String>,
    /// Title as sold.
    pub title: String,
    /// Count of pieces.
    pub quantity: i64,
    /// Price of one piece before discounts.
    pub unit_price: Money,
}

/// Money that went back on an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    /// The platform's id.
    pub external_id: String,
    /// When it was booked.
    pub at: Timestamp,
    /// How much reached the customer; zero while the payment is still pending.
    pub amount: Money,
    /// The note it carries.
    pub note: Option<String>,
}

/// A parcel on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parcel {
    /// The platform's id.
    pub external_id: String,
    /// Carrier as written.
    pub carrier: Option<String>,
    /// Tracking number.
    pub tracking: Option<String>,
    /// State as the platform writes it.
    pub status: String,
    /// When it left.
    pub shipped_at: Timestamp,
    /// When it should arrive, as last promised.
    pub due_at: Option<Timestamp>,
    /// When it arrived.
    pub delivered_at: Option<Timestamp>,
}

/// A cart left at the checkout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cart {
    /// Who left it, as far as the checkout got.
    pub who: Who,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it became an order, if it did.
    pub completed_at: Option<Timestamp>,
    /// What it holds.
    pub lines: Vec<Line>,
    /// What it would cost.
    pub total: Money,
    /// Link that brings the customer back to it.
    pub recovery_url: Option<String>,
}

/// A product with its variants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// Title.
    pub title: String,
    /// Publication state as the platform writes it.
    pub status: String,
    /// Kind of product in the shop's words.
    pub product_type: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// What can be bought.
    pub variants: Vec<Variant>,
}

/// One buyable form of a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    /// The platform's id.
    pub external_id: String,
    /// Stock keeping unit, if set.
    pub sku: Option<String>,
    /// Title of the variant alone.
    pub title: String,
    /// Price; `None` if the platform withholds it.
    pub price: Option<Money>,
    /// Pieces that can be sold; `None` is unknown, which is not zero.
    pub available: Option<i64>,
}

/// A support ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Who wrote.
    pub who: Who,
    /// Subject, if any.
    pub subject: Option<String>,
    /// State as the platform writes it; `open` is still to be answered.
    pub status: String,
    /// Where it came in: e-mail, chat, ...
    pub channel: String,
    /// Begin of the first message.
    pub excerpt: Option<String>,
    /// The platform's labels.
    pub tags: Vec<String>,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it was closed, if it was.
    pub closed_at: Option<Timestamp>,
    /// When anybody last wrote.
    pub last_message_at: Option<Timestamp>,
    /// Is it spam or in the bin? Such a ticket waits for nobody.
    pub discarded: bool,
}

/// A message in a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// The platform's id of the ticket.
    pub ticket: String,
    /// Who wrote it, or whom the shop wrote to.
    pub who: Who,
    /// Did the shop write it?
    pub from_shop: bool,
    /// Can the customer see it? Internal notes cannot be seen.
    pub public: bool,
    /// The text, without markup; an untrusted text.
    pub text: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it left, for messages of the shop.
    pub sent_at: Option<Timestamp>,
    /// When sending failed for good.
    pub failed_at: Option<Timestamp>,
    /// The id that its writer gave it; ours carry the action's key.
    pub sender_ref: Option<String>,
}

/// Something that happened to a marketing message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Send {
    /// To whom.
    pub who: Who,
    /// The platform's name of what happened, such as `Received Email`.
    pub metric: String,
    /// What happened, if the name is one we know.
    pub kind: Option<SendKind>,
    /// The subject or campaign name.
    pub subject: Option<String>,
    /// When it happened, which may be long before or even after we learn of it.
    pub at: Timestamp,
    /// The id that its writer gave it; ours carry the action's key.
    pub sender_ref: Option<String>,
}

/// What happened to a marketing message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SendKind {
    /// It was sent and received.
    Sent,
    /// It was opened.
    Opened,
    /// A link in it was clicked.
    Clicked,
    /// It came back.
    Bounced,
    /// The person wants no more of them.
    Unsubscribed,
    /// The person called it spam.
    MarkedSpam,
    /// The person asked to be told when something can be bought again.
    StockAsked,
}
