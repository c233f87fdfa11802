//! The platforms we speak to and the kinds of record they give.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

macro_rules! names {
    ($(#[$doc:meta])* $name:ident: $($(#[$vdoc:meta])* $variant:ident = $text:literal,)*) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
        #[ts(export_to = "model.ts")]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $text)] $variant,)*
        }

        impl $name {
            /// Every value, in the order in which they are shown.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Returns the name used in files, commands and the store.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }

        impl FromStr for $name {
            type Err = UnknownName;
            fn from_str(text: &str) -> Result<Self, UnknownName> {
                match text { $($text => Ok(Self::$variant),)* _ => Err(UnknownName(text.to_owned())) }
            }
        }
    };
}
pub(crate) use names;

/// A name that is none of those known here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a name known here")]
pub struct UnknownName(pub String);

names! {
    /// A platform that Fermata connects to.
    Platform:
    /// The storefront: customers, orders, carts, products, parcels, refunds.
    Shopify = "shopify",
    /// The help desk: tickets and messages.
    Gorgias = "gorgias",
    /// E-mail marketing: profiles, sends, opens, clicks.
    Klaviyo = "klaviyo",
}

impl Platform {
    /// Returns the name as the vendor writes it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Shopify => "Shopify",
            Self::Gorgias => "Gorgias",
            Self::Klaviyo => "Klaviyo",
        }
    }
}

names! {
    /// A kind of record. One platform gives several, one kind may come from several platforms.
    Stream:
    /// People with an account at the platform.
    Customers = "customers",
    /// Orders with their lines, payments, refunds and parcels.
    Orders = "orders",
    /// Carts that were left at the checkout.
    Carts = "carts",
    /// Products with variants and stock.
    Products = "products",
    /// Support tickets, without their messages.
    Tickets = "tickets",
    /// Messages inside tickets.
    Messages = "messages",
    /// Marketing profiles with their consent.
    Profiles = "profiles",
    /// E-mails sent, opened, clicked, bounced, and unsubscribes.
    Sends = "sends",
    /// What was deleted or merged at the platform.
    Removals = "removals",
}
