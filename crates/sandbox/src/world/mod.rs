//! The truth behind the platforms: people, goods, orders, parcels, talk and mail, in one place.
//!
//! Each platform shows its own view of it under its own ids: one [`Person`] can be two Shopify
//! customers ([`Account`]), a Gorgias customer ([`Contact`]) under another spelling and a Klaviyo
//! [`Profile`] under a third. The world lives its history event by event ([`life`]), so ids follow
//! time and every date fits the others; after that it goes on in practice time, and reacts to what
//! is done to it ([`effects`]).
//!
//! Same seed, same size, same outside effects at the same practice times: same world. Reading
//! draws no random number and changes nothing.

pub mod effects;
pub mod ids;
pub mod life;
pub mod mail;
pub mod moment;
pub mod people;
pub mod table;
pub mod talk;
pub mod trade;

mod build;
mod goods;
mod invent;
mod lookup;
mod real;
mod scene;
mod spelling;
mod texts;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use fermata_model::Platform;

pub use effects::{NewEvent, NewRefund};
pub use ids::{
    AccountId, CartId, ChangeId, ContactId, EventId, Id, LineId, LocationId, MessageId, OrderId, ParcelId,
    PersonId, ProductId, ProfileId, RefundId, TicketId, TransactionId, VariantId,
};
pub use mail::{About, CustomEvent, MailEvent, Metric, MetricId, Newsletter, Plan, Standing};
pub use moment::{DAY, HOUR, Moment};
pub use people::{Account, Address, Consent, Contact, Person, Profile, Shop, Suppression, SuppressionReason};
pub use scene::{Doing, Instruction};
pub use table::{Row, Table};
pub use talk::{Agent, Author, Change, Message, NewMessage, Ticket};
pub use trade::{Cart, Line, Location, Order, Parcel, Payment, Product, Refund, Stop, Thing, Variant};

/// Everything there is.
///
/// Platforms read the tables freely. They change the world only through the methods of
/// [`effects`], which keep the indexes true and let people react.
#[derive(Debug)]
pub struct World {
    /// The shop.
    pub shop: Shop,
    /// Where people order. Each person keeps to one of them, see [`World::storefront_of`].
    pub storefronts: Vec<Platform>,
    /// The people; a [`PersonId`] is a place in it.
    pub people: Vec<Person>,
    /// Customers at Shopify.
    pub accounts: Table<AccountId, Account>,
    /// Customers at Gorgias.
    pub contacts: Table<ContactId, Contact>,
    /// Profiles at Klaviyo.
    pub profiles: Table<ProfileId, Profile>,
    /// Places where stock lies.
    pub locations: Vec<Location>,
    /// Products.
    pub products: Table<ProductId, Product>,
    /// Variants.
    pub variants: Table<VariantId, Variant>,
    /// Orders.
    pub orders: Table<OrderId, Order>,
    /// Carts left at the checkout, also those that became orders.
    pub carts: Table<CartId, Cart>,
    /// Tickets.
    pub tickets: Table<TicketId, Ticket>,
    /// Messages of all tickets.
    pub messages: Table<MessageId, Message>,
    /// What the help desk's event list tells.
    pub changes: Table<ChangeId, Change>,
    /// Events at Klaviyo. By id they follow the time of learning; [`Table::updated`] walks them by
    /// the time at which they happened.
    pub events: Table<EventId, MailEvent>,
    /// Metrics at Klaviyo.
    pub metrics: Vec<Metric>,
    /// Newsletters whose day has come.
    pub newsletters: Vec<Newsletter>,
    /// When the next newsletter goes out.
    pub newsletter_due: Moment,
    /// What was decided about newsletters, by their places.
    pub newsletter_plans: BTreeMap<u16, Standing>,
    /// When customers were first asked how they were helped, by ticket.
    pub surveys: BTreeMap<TicketId, Moment>,
    /// Those who answer tickets.
    pub agents: Vec<Agent>,
    /// The events of each profile, by the time at which they happened.
    pub events_of: BTreeSet<(ProfileId, Moment, EventId)>,
    /// The orders of each account.
    pub orders_of: BTreeSet<(AccountId, OrderId)>,
    /// The tickets of each contact.
    pub tickets_of: BTreeSet<(ContactId, TicketId)>,
    /// The messages of each ticket.
    pub messages_of: BTreeSet<(TicketId, MessageId)>,
    /// Products that were deleted, in the order of time.
    pub removed_products: Vec<(Moment, ProductId)>,
    /// Tickets by the caller's own id.
    pub tickets_by_external: HashMap<Box<str>, TicketId>,
    pub(crate) index: lookup::Index,
    pub(crate) life: life::Life,
}
