//! What is sold, and the orders, parcels, refunds and carts that come of it.

use super::ids::{
    AccountId, CartId, LineId, LocationId, OrderId, ParcelId, PersonId, ProductId, RefundId, TransactionId,
    VariantId,
};
use super::moment::Moment;
use super::people::{Address, rows};

/// A product.
#[derive(Clone, Debug)]
pub struct Product {
    /// Title.
    pub title: Box<str>,
    /// Text of the product page, plain.
    pub description: Box<str>,
    /// URL part.
    pub handle: Box<str>,
    /// Kind of product in the shop's words.
    pub kind: Box<str>,
    /// Maker.
    pub vendor: Box<str>,
    /// Labels.
    pub tags: Vec<Box<str>>,
    /// Names of the options, such as `Size`, `Colour`.
    pub options: Vec<Box<str>>,
    /// Its variants, in order.
    pub variants: Vec<VariantId>,
    /// Does its size raise questions (clothes, shoes)?
    pub sized: bool,
    /// When it was made.
    pub created_at: Moment,
    /// When it, or the stock of a variant, last changed.
    pub updated_at: Moment,
}

/// One buyable form of a product.
#[derive(Clone, Debug)]
pub struct Variant {
    /// Its product.
    pub product: ProductId,
    /// Values of the product's options, in their order; empty if there are none.
    pub values: Vec<Box<str>>,
    /// Stock keeping unit.
    pub sku: Box<str>,
    /// Price in minor units of the shop's currency.
    pub price: i64,
    /// Pieces per location, in the order of [`World::locations`](super::World::locations).
    pub stock: Vec<i64>,
    /// When it was made.
    pub created_at: Moment,
    /// When it last changed.
    pub updated_at: Moment,
}

impl Variant {
    /// Returns its title: the values, or `Default Title` as Shopify has it.
    pub fn title(&self) -> String {
        if self.values.is_empty() { "Default Title".to_owned() } else { self.values.join(" / ") }
    }

    /// Returns the pieces that can be sold, all locations together.
    pub fn available(&self) -> i64 {
        self.stock.iter().sum()
    }
}

/// A place where stock lies.
#[derive(Clone, Debug)]
pub struct Location {
    /// Its id.
    pub id: LocationId,
    /// Its name.
    pub name: Box<str>,
}

/// An order.
#[derive(Clone, Debug)]
pub struct Order {
    /// Its name where it has one of its own, such as `#W2611340`; see
    /// [`World::order_name`](super::World::order_name).
    pub name: Option<Box<str>>,
    /// Who ordered.
    pub person: PersonId,
    /// The account it was ordered with; `None` for a guest.
    pub account: Option<AccountId>,
    /// Address typed at the checkout.
    pub email: Option<Box<str>>,
    /// Where it goes, if elsewhere than the person's address.
    pub ship_to: Option<Box<Address>>,
    /// What was bought.
    pub lines: Vec<Line>,
    /// Shipping, in minor units.
    pub shipping: i64,
    /// Discount on the whole, in minor units, as a positive number.
    pub discount: i64,
    /// Tax contained in the total, in minor units.
    pub tax: i64,
    /// The payment.
    pub payment: Payment,
    /// Parcels, in the order of leaving; one not yet packed is not there.
    pub parcels: Vec<Parcel>,
    /// Why what has not left yet stays in the warehouse.
    pub stop: Option<Stop>,
    /// What went back.
    pub refunds: Vec<Refund>,
    /// The shop's labels.
    pub tags: Vec<Box<str>>,
    /// The shop's note.
    pub note: Option<Box<str>>,
    /// Why it was cancelled, in Shopify's words.
    pub cancel_reason: Option<Box<str>>,
    /// When it was cancelled.
    pub cancelled_at: Option<Moment>,
    /// When everything was done.
    pub closed_at: Option<Moment>,
    /// When it was placed.
    pub created_at: Moment,
    /// When it last changed.
    pub updated_at: Moment,
}

impl Order {
    /// Makes an order as it is the moment it is placed: nothing sent, nothing taken back, sent home,
    /// shipping and tax 0 and no discount.
    pub(crate) fn placed(
        person: PersonId,
        account: Option<AccountId>,
        email: Option<Box<str>>,
        lines: Vec<Line>,
        payment: Payment,
        at: Moment,
    ) -> Self {
        Self {
            name: None,
            person,
            account,
            email,
            ship_to: None,
            lines,
            shipping: 0,
            discount: 0,
            tax: 0,
            payment,
            parcels: Vec::new(),
            stop: None,
            refunds: Vec::new(),
            tags: Vec::new(),
            note: None,
            cancel_reason: None,
            cancelled_at: None,
            closed_at: None,
            created_at: at,
            updated_at: at,
        }
    }

    /// Returns the price of all lines, before discount and shipping.
    pub fn subtotal(&self) -> i64 {
        self.lines.iter().map(|line| line.price * i64::from(line.quantity)).sum()
    }

    /// Returns what the customer was to pay.
    pub fn total(&self) -> i64 {
        self.subtotal() - self.discount + self.shipping
    }

    /// Returns what has gone back so far.
    pub fn refunded(&self) -> i64 {
        self.refunds.iter().map(|refund| refund.amount).sum()
    }

    /// Returns what was paid so far, in minor units.
    pub fn received(&self) -> i64 {
        if self.payment.paid_at.is_some() { self.payment.amount } else { 0 }
    }

    /// Returns the most that may still go back, in minor units.
    pub fn refundable(&self) -> i64 {
        (self.received() - self.refunded()).max(0)
    }

    /// Returns what pieces of a line are worth after the order's discount, in minor units, rounded
    /// down; 0 if there is no such line.
    pub fn worth(&self, place: usize, pieces: u32) -> i64 {
        let Some(line) = self.lines.get(place) else { return 0 };
        let full = line.price * i64::from(pieces);
        match self.subtotal() {
            0 => 0,
            subtotal => full * (subtotal - self.discount) / subtotal,
        }
    }

    /// Returns how much of the shipping has not gone back yet, in minor units.
    pub fn shipping_left(&self) -> i64 {
        (self.shipping - self.refunds.iter().map(|refund| refund.shipping).sum::<i64>()).max(0)
    }

    /// Returns the lines that are still in the warehouse, as places in [`Order::lines`].
    pub fn unpacked(&self) -> Vec<u16> {
        let packed: usize = self.parcels.iter().map(|parcel| parcel.lines.len()).sum();
        (packed..self.lines.len()).filter_map(|place| u16::try_from(place).ok()).collect()
    }

    /// Returns the payment state in Shopify's word.
    pub fn financial_status(&self) -> &'static str {
        let (paid, back) = (self.payment.amount, self.refunded());
        if self.payment.paid_at.is_none() {
            if self.cancelled_at.is_some() { "VOIDED" } else { "PENDING" }
        } else if back == 0 {
            "PAID"
        } else if back < paid {
            "PARTIALLY_REFUNDED"
        } else {
            "REFUNDED"
        }
    }

    /// Returns the delivery state in Shopify's word.
    pub fn fulfillment_status(&self) -> &'static str {
        let sent: usize = self.parcels.iter().map(|parcel| parcel.lines.len()).sum();
        match sent {
            0 => "UNFULFILLED",
            sent if sent < self.lines.len() => "PARTIALLY_FULFILLED",
            _ => "FULFILLED",
        }
    }
}

/// One line of an order or a cart.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its id.
    pub id: LineId,
    /// What was bought.
    pub variant: VariantId,
    /// Pieces.
    pub quantity: u32,
    /// Price of a piece when it was bought, in minor units.
    pub price: i64,
    /// Pieces that went back.
    pub refunded: u32,
}

/// The payment of an order.
#[derive(Clone, Debug)]
pub struct Payment {
    /// Its transaction.
    pub id: TransactionId,
    /// Gateway in Shopify's word, such as `shopify_payments`, `paypal`, `gift_card`.
    pub gateway: &'static str,
    /// What was paid, in minor units.
    pub amount: i64,
    /// When; `None` while it is pending.
    pub paid_at: Option<Moment>,
}

/// A word to the warehouse that something is not to leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop {
    /// When it was given.
    pub at: Moment,
    /// Will it never leave? Else it waits to be released.
    pub for_good: bool,
    /// May others buy the pieces meanwhile?
    pub frees_stock: bool,
}

/// A parcel.
#[derive(Clone, Debug)]
pub struct Parcel {
    /// Its id.
    pub id: ParcelId,
    /// Carrier.
    pub carrier: &'static str,
    /// Tracking number.
    pub tracking: Box<str>,
    /// The lines in it, as places in [`Order::lines`].
    pub lines: Vec<u16>,
    /// When it left.
    pub shipped_at: Moment,
    /// When it was promised to arrive.
    pub due_at: Moment,
    /// When the carrier first scanned it.
    pub in_transit_at: Option<Moment>,
    /// When it arrived.
    pub delivered_at: Option<Moment>,
    /// When it last changed.
    pub updated_at: Moment,
}

impl Parcel {
    /// Tells whether it should have arrived before `now` and has not.
    pub fn is_late(&self, now: Moment) -> bool {
        self.delivered_at.is_none() && self.due_at < now
    }
}

/// Money that went back.
#[derive(Clone, Debug)]
pub struct Refund {
    /// Its id.
    pub id: RefundId,
    /// The transaction that moved the money; `None` if lines were booked and no money moved.
    pub transaction: Option<TransactionId>,
    /// How much, in minor units.
    pub amount: i64,
    /// Gateway it went back through.
    pub gateway: &'static str,
    /// The lines that were taken back: place in [`Order::lines`], pieces, amount in minor units.
    pub lines: Vec<(u16, u32, i64)>,
    /// The part of it that is shipping, in minor units.
    pub shipping: i64,
    /// Its note.
    pub note: Option<Box<str>>,
    /// When it was booked.
    pub created_at: Moment,
}

/// A cart left at the checkout.
#[derive(Clone, Debug)]
pub struct Cart {
    /// Who left it.
    pub person: PersonId,
    /// The account, if the person was signed in.
    pub account: Option<AccountId>,
    /// Address typed, as far as the checkout got.
    pub email: Option<Box<str>>,
    /// What it holds.
    pub lines: Vec<Line>,
    /// Secret part of its recovery link.
    pub token: u64,
    /// When it became an order.
    pub completed_at: Option<Moment>,
    /// The order it became.
    pub order: Option<OrderId>,
    /// When it was left.
    pub created_at: Moment,
    /// When it last changed.
    pub updated_at: Moment,
}

impl Cart {
    /// Returns what it would cost, in minor units.
    pub fn total(&self) -> i64 {
        self.lines.iter().map(|line| line.price * i64::from(line.quantity)).sum()
    }
}

/// A thing of the shop, for lists of things on a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thing {
    /// A Shopify customer.
    Account(AccountId),
    /// A Gorgias customer.
    Contact(super::ids::ContactId),
    /// A Klaviyo profile.
    Profile(super::ids::ProfileId),
    /// A product.
    Product(ProductId),
    /// An order.
    Order(OrderId),
    /// A cart.
    Cart(CartId),
    /// A ticket.
    Ticket(super::ids::TicketId),
}

impl Thing {
    /// Returns its kind and the number that its platform shows.
    pub(crate) fn written(self) -> (&'static str, u64) {
        match self {
            Self::Account(id) => ("account", id.number()),
            Self::Contact(id) => ("contact", id.number()),
            Self::Profile(id) => ("profile", id.number()),
            Self::Product(id) => ("product", id.number()),
            Self::Order(id) => ("order", id.number()),
            Self::Cart(id) => ("cart", id.number()),
            Self::Ticket(id) => ("ticket", id.number()),
        }
    }

    /// Reads what [`Thing::written`] returned.
    pub(crate) fn read(kind: &str, number: u64) -> Option<Self> {
        Some(match kind {
            "account" => Self::Account(AccountId::from_number(number)?),
            "contact" => Self::Contact(super::ids::ContactId::from_number(number)?),
            "profile" => Self::Profile(super::ids::ProfileId::from_number(number)?),
            "product" => Self::Product(ProductId::from_number(number)?),
            "order" => Self::Order(OrderId::from_number(number)?),
            "cart" => Self::Cart(CartId::from_number(number)?),
            "ticket" => Self::Ticket(super::ids::TicketId::from_number(number)?),
            _ => return None,
        })
    }
}

rows!(Product, Variant, Order, Cart);
