//! People, and how each platform sees them.

use fermata_model::Currency;

use super::ids::PersonId;
use super::moment::Moment;

/// The shop itself.
#[derive(Clone, Debug)]
pub struct Shop {
    /// Its name.
    pub name: String,
    /// Its domain at Shopify, such as `linden-and-loom.myshopify.com`.
    pub domain: String,
    /// The address its mail comes from.
    pub email: String,
    /// Its only currency.
    pub currency: Currency,
    /// Two-letter country.
    pub country: String,
}

/// A human being. Platforms see only an [`Account`], a [`Contact`] or a [`Profile`] of theirs.
#[derive(Clone, Debug)]
pub struct Person {
    /// First name.
    pub first: Box<str>,
    /// Last name.
    pub last: Box<str>,
    /// The address as the person usually writes it.
    pub email: Box<str>,
    /// Another address of the same person, if any.
    pub second_email: Option<Box<str>>,
    /// Phone number in E.164, if known.
    pub phone: Option<Box<str>>,
    /// Where parcels go.
    pub address: Address,
    /// When the person first came to the shop.
    pub since: Moment,
    /// How the person feels about the shop: 0 calm, 100 furious.
    pub anger: u8,
}

/// A postal address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// Street and number.
    pub street: Box<str>,
    /// Flat, suite or floor, if any.
    pub extra: Option<Box<str>>,
    /// Town.
    pub city: Box<str>,
    /// State or province code, if the country has such.
    pub province: Option<Box<str>>,
    /// Postcode.
    pub zip: Box<str>,
    /// Two-letter country.
    pub country: [u8; 2],
}

impl Address {
    /// Returns the two-letter country.
    pub fn country(&self) -> &str {
        std::str::from_utf8(&self.country).unwrap_or("XX")
    }
}

/// A customer at Shopify. One person may have two.
#[derive(Clone, Debug)]
pub struct Account {
    /// Whose it is; `None` for one made through the interface.
    pub person: Option<PersonId>,
    /// First name as typed there.
    pub first: Box<str>,
    /// Last name as typed there.
    pub last: Box<str>,
    /// Address as typed there.
    pub email: Option<Box<str>>,
    /// Phone number; Shopify keeps E.164.
    pub phone: Option<Box<str>>,
    /// Did the person tick the newsletter box?
    pub accepts_marketing: bool,
    /// The shop's labels.
    pub tags: Vec<Box<str>>,
    /// The shop's note.
    pub note: Option<Box<str>>,
    /// When it was made.
    pub created_at: Moment,
    /// When it last changed.
    pub updated_at: Moment,
}

/// A customer at Gorgias.
#[derive(Clone, Debug)]
pub struct Contact {
    /// Whose it is, as far as the world knows.
    pub person: Option<PersonId>,
    /// Name as it came with the first message.
    pub name: Box<str>,
    /// Address as it came with the first message.
    pub email: Option<Box<str>>,
    /// Phone number as typed, in any spelling.
    pub phone: Option<Box<str>>,
    /// The Shopify customers that the help desk has linked to it.
    pub accounts: Vec<super::ids::AccountId>,
    /// A free id of the caller.
    pub external_id: Option<Box<str>>,
    /// When it was made.
    pub created_at: Moment,
    /// When it last changed.
    pub updated_at: Moment,
}

/// A profile at Klaviyo.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Whose it is, as far as the world knows.
    pub person: Option<PersonId>,
    /// Primary address, as typed there.
    pub email: Option<Box<str>>,
    /// E.164.
    pub phone: Option<Box<str>>,
    /// The shop's id of the person: the Shopify customer number, for most.
    pub external_id: Option<Box<str>>,
    /// First name.
    pub first: Option<Box<str>>,
    /// Last name.
    pub last: Option<Box<str>>,
    /// Consent to e-mail marketing.
    pub consent: Consent,
    /// When consent was last given or taken back.
    pub consent_at: Option<Moment>,
    /// Why marketing is kept from it, and since when; empty if nothing keeps it.
    pub suppressions: Vec<Suppression>,
    /// Free properties.
    pub properties: Option<Box<serde_json::Map<String, serde_json::Value>>>,
    /// When the last event of it happened.
    pub last_event_at: Option<Moment>,
    /// When it was made.
    pub created_at: Moment,
    /// When it last changed.
    pub updated_at: Moment,
}

impl Profile {
    /// Tells whether marketing e-mail reaches it now.
    pub fn reachable(&self) -> bool {
        self.email.is_some() && self.consent == Consent::Subscribed && self.suppressions.is_empty()
    }
}

/// Consent to e-mail marketing, as Klaviyo names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consent {
    /// Never asked.
    NeverSubscribed,
    /// Given.
    Subscribed,
    /// Taken back.
    Unsubscribed,
}

impl Consent {
    /// Returns Klaviyo's word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NeverSubscribed => "NEVER_SUBSCRIBED",
            Self::Subscribed => "SUBSCRIBED",
            Self::Unsubscribed => "UNSUBSCRIBED",
        }
    }
}

/// Why marketing is kept from a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// The reason.
    pub reason: SuppressionReason,
    /// Since when.
    pub at: Moment,
}

/// Reasons of a suppression, as Klaviyo names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SuppressionReason {
    /// Somebody, or an interface, suppressed it; only this kind can be lifted.
    UserSuppressed,
    /// The address does not exist.
    HardBounce,
    /// The person called a mail spam.
    SpamComplaint,
    /// The person unsubscribed.
    Unsubscribe,
}

impl SuppressionReason {
    /// Returns Klaviyo's word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::UserSuppressed => "USER_SUPPRESSED",
            Self::HardBounce => "HARD_BOUNCE",
            Self::SpamComplaint => "SPAM_COMPLAINT",
            Self::Unsubscribe => "UNSUBSCRIBE",
        }
    }
}

macro_rules! rows {
    ($($name:ty),*) => {$(
        impl $crate::world::table::Row for $name {
            fn created_at(&self) -> $crate::world::Moment {
                self.created_at
            }
            fn updated_at(&self) -> $crate::world::Moment {
                self.updated_at
            }
            fn set_updated_at(&mut self, at: $crate::world::Moment) {
                self.updated_at = at;
            }
        }
    )*};
}
pub(crate) use rows;
rows!(Account, Contact, Profile);
