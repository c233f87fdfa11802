//! What Shopify can do, with the page each number comes from.

use std::time::Duration;

use fermata_model::{ActionKind, Platform, Stream};
use jiff::civil::date;

use crate::capability::{ActionCapability, Capability, CredentialField, Removal, Scope, StreamCapability};

/// The search index behind every filter lags writes by seconds (lightward/mechanic-tasks #66);
/// minutes are cheap, since what is read again lands on itself.
const OVERLAP: Duration = Duration::from_mins(10);

/// The vendor names a retention window of keys without its length (api/usage/implementing-idempotency).
const KEPT: Duration = Duration::from_hours(1);

const fn list(stream: Stream, minutes: u64, removal: Removal) -> StreamCapability {
    StreamCapability::of_changes(stream, 250, OVERLAP, Duration::from_mins(minutes), removal)
}

const fn action(action: ActionKind, settles: u64, undone_by: Option<ActionKind>) -> ActionCapability {
    ActionCapability::keyless(action, Duration::from_mins(settles), undone_by)
}

/// A change that is told by the state of the thing, which is read past the search index.
const fn state(kind: ActionKind, undone_by: Option<ActionKind>) -> ActionCapability {
    action(kind, 1, undone_by)
}

/// The same, where the vendor recognises a repetition by its key.
const fn keyed(action: ActionCapability) -> ActionCapability {
    ActionCapability { key_trusted_for: KEPT, ..action }
}

/// What Shopify can do.
pub static CAPABILITY: Capability = Capability {
    platform: Platform::Shopify,
    api_version: "2026-10",
    // Shopify answers a version for twelve months at least.
    retires: Some(date(2027, 10, 1)),
    address_example: "https://your-shop.myshopify.com",
    credentials: &[
        CredentialField {
            name: "access_token",
            label: "Admin API access token (of a custom app made before 2026), begins with shpat_",
            secret: true,
            required: false,
        },
        CredentialField {
            name: "client_id",
            label: "Or: client ID of your app (Dev Dashboard, Settings)",
            secret: false,
            required: false,
        },
        CredentialField {
            name: "client_secret",
            label: "Client secret of the same app",
            secret: true,
            required: false,
        },
    ],
    // 250 is the most that a connection gives (shopify.dev, api/usage/pagination-graphql); a
    // shop may find a page too costly, then it is asked for smaller ones.
    streams: &[
        list(Stream::Customers, 5, Removal::DAILY),
        list(Stream::Products, 10, Removal::Told),
        list(Stream::Stock, 10, Removal::DAILY),
        list(Stream::Orders, 1, Removal::DAILY),
        list(Stream::Carts, 2, Removal::DAILY),
        list(Stream::Discounts, 30, Removal::DAILY),
        list(Stream::Removals, 15, Removal::Never),
    ],
    actions: &[
        // Refunds are read by their order, past the search index; the rest is the time a slow payment
        // provider may hold the request.
        keyed(action(ActionKind::OrderRefund, 2, None)),
        // A job, whose time the vendor does not name.
        action(ActionKind::OrderCancel, 5, None),
        state(ActionKind::OrderAddress, Some(ActionKind::OrderAddress)),
        state(ActionKind::OrderTag, Some(ActionKind::OrderTag)),
        state(ActionKind::OrderNote, None),
        keyed(state(ActionKind::StockSet, Some(ActionKind::StockSet))),
        state(ActionKind::PriceSet, Some(ActionKind::PriceSet)),
        state(ActionKind::ProductEdit, Some(ActionKind::ProductEdit)),
        state(ActionKind::DiscountCreate, Some(ActionKind::DiscountDisable)),
        state(ActionKind::DiscountDisable, None),
        state(ActionKind::FulfilmentHold, Some(ActionKind::FulfilmentRelease)),
        state(ActionKind::FulfilmentRelease, Some(ActionKind::FulfilmentHold)),
    ],
    scopes: &[
        Scope {
            name: "read_orders",
            needed_for: "Orders, parcels, refunds and carts are not shown.",
            required: true,
        },
        Scope { name: "read_customers", needed_for: "Customers are not recognised.", required: true },
        Scope {
            name: "write_orders",
            needed_for: "Refunds cannot be made, and orders cannot be changed or cancelled.",
            required: false,
        },
        Scope { name: "read_products", needed_for: "Products and stock are not shown.", required: false },
        Scope { name: "write_products", needed_for: "Prices and texts cannot be changed.", required: false },
        Scope {
            name: "read_inventory",
            needed_for: "Stock is not shown and cannot be set.",
            required: false,
        },
        Scope { name: "write_inventory", needed_for: "Stock cannot be set.", required: false },
        Scope { name: "read_discounts", needed_for: "Discounts are not shown.", required: false },
        Scope {
            name: "write_discounts",
            needed_for: "Discounts can be neither made nor switched off.",
            required: false,
        },
        Scope {
            name: "read_merchant_managed_fulfillment_orders",
            needed_for: "Orders cannot be held in the shop.",
            required: false,
        },
        Scope {
            name: "write_merchant_managed_fulfillment_orders",
            needed_for: "Orders cannot be held in the shop.",
            required: false,
        },
        Scope {
            name: "read_locations",
            needed_for: "Stock is not shown and cannot be set, and refunded pieces cannot go back on the shelf.",
            required: false,
        },
        Scope {
            name: "read_all_orders",
            needed_for: "Orders older than 60 days are not shown.",
            required: false,
        },
    ],
    limits: &[
        "Shopify tells of deleted products only; that an order or a customer was deleted is noticed within a day.",
        "On the smallest plans Shopify does not show names and addresses of customers to an app of your own.",
        "Discounts that need no code are not shown.",
        "An order that is sent from several places cannot be held.",
        "A refund cannot be taken back, and a cancelled order stays cancelled.",
        "A note is written below the old one as it was read a moment before; what somebody adds in between is lost.",
    ],
};
