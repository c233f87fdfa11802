//! What BigCommerce can do, with the page each number comes from.

use std::time::Duration;

use fermata_model::{ActionKind, Platform, Stream};

use crate::capability::{ActionCapability, Capability, CredentialField, Removal, Scope, StreamCapability};

/// Rows may move while a list that is sorted by change is read.
const OVERLAP: Duration = Duration::from_mins(5);

/// The permission that opens B2B Edition, where a store has it.
pub(super) const B2B: &str = "B2B Edition";

const fn changes(stream: Stream, page_size: u32, minutes: u64, removal: Removal) -> StreamCapability {
    StreamCapability::of_changes(stream, page_size, OVERLAP, Duration::from_mins(minutes), removal)
}

const fn whole(stream: Stream, page_size: u32, minutes: u64) -> StreamCapability {
    StreamCapability::whole(stream, page_size, Duration::from_mins(minutes), Removal::DAILY)
}

/// An action without a key; a write is answered when it is done, so that a lost one shows soon.
const fn action(action: ActionKind, settles: u64, undone_by: Option<ActionKind>) -> ActionCapability {
    ActionCapability::keyless(action, Duration::from_mins(settles), undone_by)
}

/// What BigCommerce can do.
pub static CAPABILITY: Capability = Capability {
    platform: Platform::Bigcommerce,
    // Requests name no version but that in the path: 2 for orders and coupons, 3 for the rest.
    api_version: "v3",
    retires: None,
    address_example: "https://api.bigcommerce.com/stores/abc123",
    credentials: &[CredentialField {
        name: "access_token",
        label: "Access token of a store-level API account (Settings, Store-level API accounts)",
        secret: true,
        required: true,
    }],
    // Page sizes: at most 250 in both versions, 1000 for inventory items (inventory.v3). Orders
    // take fewer, because each of which something was sent costs a request of its own.
    streams: &[
        changes(Stream::Customers, 250, 5, Removal::DAILY),
        // Before the orders, which bring what was refunded by the time that they are first read.
        changes(Stream::Refunds, 50, 5, Removal::Never),
        // Archived orders leave the list without a word.
        changes(Stream::Orders, 50, 2, Removal::Swept(Duration::from_hours(7 * 24))),
        changes(Stream::Carts, 250, 5, Removal::DAILY),
        changes(Stream::Products, 250, 10, Removal::DAILY),
        whole(Stream::Stock, 1000, 15),
        whole(Stream::Discounts, 250, 60),
        // B2B Edition: below 250 (models/utils/pagination.yaml) or up to it (user.yaml). Members are read with it.
        whole(Stream::Companies, 249, 60),
        whole(Stream::PriceLists, 250, 60),
        whole(Stream::Prices, 250, 60),
    ],
    actions: &[
        // Executed by the gateway after the answer; the vendor names no time.
        action(ActionKind::OrderRefund, 15, None),
        action(ActionKind::OrderCancel, 2, None),
        action(ActionKind::OrderAddress, 2, Some(ActionKind::OrderAddress)),
        action(ActionKind::OrderNote, 2, None),
        action(ActionKind::FulfilmentHold, 2, Some(ActionKind::FulfilmentRelease)),
        action(ActionKind::FulfilmentRelease, 2, Some(ActionKind::FulfilmentHold)),
        // "Asynchronous": a read right after may be old. Guide on inventory adjustments.
        action(ActionKind::StockSet, 5, Some(ActionKind::StockSet)),
        action(ActionKind::PriceSet, 2, Some(ActionKind::PriceSet)),
        action(ActionKind::ProductEdit, 2, Some(ActionKind::ProductEdit)),
        action(ActionKind::DiscountCreate, 2, Some(ActionKind::DiscountDisable)),
        action(ActionKind::DiscountDisable, 2, None),
    ],
    // The security scheme of each file used; each has a `_read_only` form that reads as well.
    scopes: &[
        Scope {
            name: "store_v2_information_read_only",
            needed_for: "The connection cannot be checked, and prices have no currency.",
            required: true,
        },
        Scope {
            name: "store_v2_orders",
            needed_for: "Orders, parcels and refunds are not shown, and nothing can be done about them.",
            required: true,
        },
        Scope { name: "store_v2_customers", needed_for: "Customers are not shown.", required: true },
        Scope {
            name: "store_v2_products",
            needed_for: "Products and price lists are neither shown nor changed.",
            required: false,
        },
        Scope { name: "store_inventory", needed_for: "Stock is neither shown nor changed.", required: false },
        Scope {
            name: "store_v2_marketing",
            needed_for: "Discounts are neither shown nor made.",
            required: false,
        },
        Scope {
            name: "store_locations_read_only",
            needed_for: "Stock that lies at several places can only be set where the place is named.",
            required: false,
        },
        Scope {
            name: "store_v2_transactions_read_only",
            needed_for: "A refund is not compared with what was really taken before it is sent.",
            required: false,
        },
        // As the page of API accounts names it: guide on authentication for B2B Edition.
        Scope {
            name: B2B,
            needed_for: "Companies that buy from you are not shown. A store without B2B Edition has none, and needs nothing.",
            required: false,
        },
    ],
    limits: &[
        "BigCommerce does not list carts: only those that reached the payment page are shown, as orders of the state \"Incomplete\", without a link back to them.",
        "Companies are part of BigCommerce's B2B Edition, which a store need not have. A company whose price list differs between storefronts is shown with one of them.",
        "BigCommerce has no tags on orders.",
        "A refund puts nothing back on the shelf, and whether a cancelled order does is a setting of the shop.",
        "A payment that can only be given back by hand (bank deposit, cash) is not refunded by Fermata.",
        "Holding an order sets it to \"Manual Verification Required\"; the shop's settings decide whether the customer is told.",
        "A note is written below the staff notes as they were read; whatever somebody writes in that very second is lost.",
        "New discount codes are coupons, which work in the store's own currency only; of promotions only those without a code are listed beside them.",
        "An address of an order that differs by its state alone must be changed at BigCommerce, which writes states in its own way, so that nobody could tell afterwards.",
        "The price of a price list overrules the one that Fermata sets.",
    ],
};
