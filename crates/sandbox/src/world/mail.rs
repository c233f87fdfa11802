//! Marketing: metrics, events, the newsletter and the abandoned-cart mail.

use super::ids::{CartId, OrderId, ProfileId, VariantId};
use super::moment::Moment;
use super::people::rows;
use super::table::Row;

/// A metric at Klaviyo, by its place in [`World::metrics`](super::World::metrics).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MetricId(pub u16);

impl MetricId {
    /// A mail was delivered.
    pub const RECEIVED: Self = Self(0);
    /// A mail was opened.
    pub const OPENED: Self = Self(1);
    /// A link in a mail was clicked.
    pub const CLICKED: Self = Self(2);
    /// A mail came back.
    pub const BOUNCED: Self = Self(3);
    /// The person unsubscribed.
    pub const UNSUBSCRIBED: Self = Self(4);
    /// The person called it spam.
    pub const SPAM: Self = Self(5);
    /// A checkout was begun (told by the shop).
    pub const STARTED_CHECKOUT: Self = Self(6);
    /// An order was placed (told by the shop).
    pub const PLACED_ORDER: Self = Self(7);
    /// The person asked to be told when something can be bought again.
    pub const STOCK_ASKED: Self = Self(8);

    /// The names of the metrics that exist from the start, in order.
    pub const BUILT_IN: [&'static str; 9] = [
        "Received Email",
        "Opened Email",
        "Clicked Email",
        "Bounced Email",
        "Unsubscribed from Email Marketing",
        "Marked Email as Spam",
        "Checkout Started",
        "Placed Order",
        "Subscribed to Back in Stock",
    ];
}

/// A metric.
#[derive(Clone, Debug)]
pub struct Metric {
    /// Its name.
    pub name: Box<str>,
    /// Made by an integration (`Klaviyo`, `Shopify`) or through the interface (`API`).
    pub integration: &'static str,
    /// When it was first used.
    pub created_at: Moment,
    /// When it last changed.
    pub updated_at: Moment,
}

/// An event at Klaviyo.
#[derive(Clone, Debug)]
pub struct MailEvent {
    /// Whose.
    pub profile: ProfileId,
    /// What.
    pub metric: MetricId,
    /// What it is about.
    pub about: About,
    /// When it happened, which may be before or after Klaviyo learnt of it.
    pub at: Moment,
    /// When Klaviyo learnt of it.
    pub created_at: Moment,
}

impl Row for MailEvent {
    fn created_at(&self) -> Moment {
        self.created_at
    }
    /// Returns when it happened: events never change, so their table is indexed by that.
    fn updated_at(&self) -> Moment {
        self.at
    }
    fn set_updated_at(&mut self, at: Moment) {
        self.at = at;
    }
}

/// What an event is about; its properties follow from it.
#[derive(Clone, Debug)]
pub enum About {
    /// The newsletter, by its place in [`World::newsletters`](super::World::newsletters).
    Newsletter(u16),
    /// A mail of the abandoned-cart flow.
    CartMail(CartId),
    /// A checkout.
    Cart(CartId),
    /// An order.
    Order(OrderId),
    /// A variant that somebody waits for.
    Restock(VariantId),
    /// A mail that a custom event started, such as our follow-up: its subject.
    FollowUp(Box<String>),
    /// An event that came through the interface.
    Custom(Box<CustomEvent>),
}

/// An event that came through the interface.
#[derive(Clone, Debug)]
pub struct CustomEvent {
    /// Its unique id, if it came with one: one per profile and metric.
    pub unique_id: Option<String>,
    /// Value in major units as a decimal text.
    pub value: Option<String>,
    /// Its currency.
    pub value_currency: Option<String>,
    /// Its properties.
    pub properties: serde_json::Map<String, serde_json::Value>,
}

/// A newsletter whose day has come.
#[derive(Clone, Debug)]
pub struct Newsletter {
    /// Its subject.
    pub subject: Box<str>,
    /// When it went out, or would have gone out.
    pub sent_at: Moment,
    /// Did it go out? One that was held back did not.
    pub went_out: bool,
}

/// What somebody decided about a newsletter before its day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What it is to become.
    pub plan: Plan,
    /// When that was decided.
    pub at: Moment,
}

/// What a newsletter is to become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plan {
    /// It goes out on its day, as all do about which nobody decided otherwise.
    Goes,
    /// It stays until somebody lets it go.
    Held,
    /// It never goes out.
    Cancelled,
}

rows!(Metric);
