//! What Shopify can do, with the page each number comes from.

use std::time::Duration;

use fermata_model::{ActionKind, Platform, Stream};
use jiff::civil::date;

use crate::capability::{ActionCapability, Capability, CredentialField, Removal, Scope, StreamCapability};

const MINUTE: u64 = 60;
const DAY: u64 = 24 * 60 * MINUTE;

/// The search index behind every filter lags writes by seconds (lightward/mechanic-tasks #66);
/// minutes are cheap, since what is read again lands on itself.
const OVERLAP: Duration = Duration::from_secs(10 * MINUTE);

/// The vendor names a retention window of keys without its length (api/usage/implementing-idempotency).
const KEPT: Duration = Duration::from_secs(60 * MINUTE);

/// A change without a key, told by the state of the thing, which is read past the search index.
const fn state(action: ActionKind) -> ActionCapability {
    ActionCapability {
        action,
        settles_within: Duration::from_secs(MINUTE),
        key_trusted_for: Duration::ZERO,
        undone_by: None,
    }
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
        StreamCapability {
            stream: Stream::Customers,
            page_size: 250,
            incremental: true,
            overlap: OVERLAP,
            every: Duration::from_secs(5 * MINUTE),
            removal: Removal::Swept(Duration::from_secs(DAY)),
        },
        StreamCapability {
            stream: Stream::Products,
            page_size: 250,
            incremental: true,
            overlap: OVERLAP,
            every: Duration::from_secs(10 * MINUTE),
            removal: Removal::Told,
        },
        StreamCapability {
            stream: Stream::Stock,
            page_size: 250,
            incremental: true,
            overlap: OVERLAP,
            every: Duration::from_secs(10 * MINUTE),
            removal: Removal::Swept(Duration::from_secs(DAY)),
        },
        StreamCapability {
            stream: Stream::Orders,
            page_size: 250,
            incremental: true,
            overlap: OVERLAP,
            every: Duration::from_secs(MINUTE),
            removal: Removal::Swept(Duration::from_secs(DAY)),
        },
        StreamCapability {
            stream: Stream::Carts,
            page_size: 250,
            incremental: true,
            overlap: OVERLAP,
            every: Duration::from_secs(2 * MINUTE),
            removal: Removal::Swept(Duration::from_secs(DAY)),
        },
        StreamCapability {
            stream: Stream::Discounts,
            page_size: 250,
            incremental: true,
            overlap: OVERLAP,
            every: Duration::from_secs(30 * MINUTE),
            removal: Removal::Swept(Duration::from_secs(DAY)),
        },
        StreamCapability {
            stream: Stream::Removals,
            page_size: 250,
            incremental: true,
            overlap: OVERLAP,
            every: Duration::from_secs(15 * MINUTE),
            removal: Removal::Never,
        },
    ],
    actions: &[
        ActionCapability {
            action: ActionKind::OrderRefund,
            // Refunds are read by their order, past the search index; the rest is the time a slow
            // payment provider may hold the request.
            settles_within: Duration::from_secs(2 * MINUTE),
            key_trusted_for: KEPT,
            undone_by: None,
        },
        // A job, whose time the vendor does not name.
        ActionCapability {
            settles_within: Duration::from_secs(5 * MINUTE),
            ..state(ActionKind::OrderCancel)
        },
        ActionCapability { undone_by: Some(ActionKind::OrderAddress), ..state(ActionKind::OrderAddress) },
        ActionCapability { undone_by: Some(ActionKind::OrderTag), ..state(ActionKind::OrderTag) },
        state(ActionKind::OrderNote),
        ActionCapability {
            key_trusted_for: KEPT,
            undone_by: Some(ActionKind::StockSet),
            ..state(ActionKind::StockSet)
        },
        ActionCapability { undone_by: Some(ActionKind::PriceSet), ..state(ActionKind::PriceSet) },
        ActionCapability { undone_by: Some(ActionKind::ProductEdit), ..state(ActionKind::ProductEdit) },
        ActionCapability {
            undone_by: Some(ActionKind::DiscountDisable),
            ..state(ActionKind::DiscountCreate)
        },
        state(ActionKind::DiscountDisable),
        ActionCapability {
            undone_by: Some(ActionKind::FulfilmentRelease),
            ..state(ActionKind::FulfilmentHold)
        },
        ActionCapability {
            undone_by: Some(ActionKind::FulfilmentHold),
            ..state(ActionKind::FulfilmentRelease)
        },
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
        "Shopify does not tell which orders or customers were deleted; only deleted products are noticed.",
        "On the smallest plans Shopify does not show names and addresses of customers to an app of your own.",
        "Discounts that need no code are not shown.",
        "An order that is sent from several places cannot be held.",
        "A refund cannot be taken back, and a cancelled order stays cancelled.",
        "A note is written below the old one as it was read a moment before; what somebody adds in between is lost.",
    ],
};
