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
    /// A storefront, with companies and price lists for trade customers.
    Bigcommerce = "bigcommerce",
    /// A storefront inside the shop's own WordPress.
    Woocommerce = "woocommerce",
    /// The help desk: tickets and messages.
    Gorgias = "gorgias",
    /// E-mail marketing: profiles, sends, opens, clicks.
    Klaviyo = "klaviyo",
    /// The warehouse: shipments, stock, goods on their way in.
    Shipbob = "shipbob",
    /// Payments that a shop takes itself: charges, refunds, disputes.
    Stripe = "stripe",
}

impl Platform {
    /// Returns the name as the vendor writes it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Shopify => "Shopify",
            Self::Bigcommerce => "BigCommerce",
            Self::Woocommerce => "WooCommerce",
            Self::Gorgias => "Gorgias",
            Self::Klaviyo => "Klaviyo",
            Self::Shipbob => "ShipBob",
            Self::Stripe => "Stripe",
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
    /// Money that went back, where a platform lists it apart from orders and payments.
    Refunds = "refunds",
    /// Pieces per variant and place.
    Stock = "stock",
    /// Discounts and their codes.
    Discounts = "discounts",
    /// Trade customers.
    Companies = "companies",
    /// Price lists, without their prices.
    PriceLists = "price_lists",
    /// Prices on price lists.
    Prices = "prices",
    /// Labels that tickets can carry.
    Tags = "tags",
    /// People who work at the help desk.
    Agents = "agents",
    /// What customers said about how they were helped.
    Ratings = "ratings",
    /// Lists of marketing profiles.
    Lists = "lists",
    /// Marketing profiles that share a condition.
    Segments = "segments",
    /// Automated series of messages.
    Flows = "flows",
    /// Messages sent to many at once.
    Campaigns = "campaigns",
    /// Orders as a warehouse holds them; the shop's own order is another record.
    WarehouseOrders = "warehouse_orders",
    /// Shipments with their tracking.
    Shipments = "shipments",
    /// Goods on their way into a warehouse.
    Receiving = "receiving",
    /// Charges of cards and accounts.
    Payments = "payments",
    /// Payments that their payer contests.
    Disputes = "disputes",
}

impl Stream {
    /// Returns what a person calls these records, as it stands within a sentence.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Sends => "e-mails",
            Self::Removals => "deletions",
            Self::PriceLists => "price lists",
            Self::WarehouseOrders => "warehouse orders",
            Self::Receiving => "deliveries to the warehouse",
            // These are called what they are named.
            _ => self.name(),
        }
    }
}
