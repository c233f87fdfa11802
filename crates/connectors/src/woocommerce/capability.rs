//! What WooCommerce can do, with the page each number comes from.

use std::time::Duration;

use fermata_model::{ActionKind, Platform, Stream};

use crate::capability::{ActionCapability, Capability, CredentialField, Removal, Scope, StreamCapability};

/// The filters have whole seconds and leave the second that they name out; minutes are cheap, and
/// a gateway may finish a refund that was already listed.
const OVERLAP: Duration = Duration::from_mins(5);

/// The largest page: `per_page` in the route index of 10.5.
const MOST: u32 = 100;

const fn list(stream: Stream, minutes: u64, removal: Removal) -> StreamCapability {
    StreamCapability::of_changes(stream, MOST, OVERLAP, Duration::from_mins(minutes), removal)
}

/// A state of one object: it is there as soon as the server has finished the request.
const fn state(action: ActionKind, undone_by: Option<ActionKind>) -> ActionCapability {
    ActionCapability::keyless(action, Duration::from_mins(2), undone_by)
}

/// What WooCommerce can do.
pub static CAPABILITY: Capability = Capability {
    platform: Platform::Woocommerce,
    api_version: "wc/v3",
    retires: None,
    address_example: "https://your-shop.example",
    credentials: &[
        CredentialField {
            name: "consumer_key",
            label: "Consumer key (WooCommerce, Settings, Advanced, REST API), begins with ck_",
            secret: true,
            required: true,
        },
        CredentialField {
            name: "consumer_secret",
            label: "Consumer secret of the same key, begins with cs_",
            secret: true,
            required: true,
        },
    ],
    streams: &[
        // The list of customers knows neither a filter nor an order by change.
        StreamCapability::whole(Stream::Customers, MOST, Duration::from_hours(1), Removal::DAILY),
        list(Stream::Products, 10, Removal::DAILY),
        // Before the orders, which bring what was refunded by the time that they are first read.
        list(Stream::Refunds, 5, Removal::Never),
        list(Stream::Orders, 1, Removal::DAILY),
        list(Stream::Stock, 10, Removal::DAILY),
        list(Stream::Discounts, 15, Removal::DAILY),
    ],
    actions: &[
        // The server goes on after we hung up, for as long as the payment provider takes.
        ActionCapability::keyless(ActionKind::OrderRefund, Duration::from_mins(5), None),
        state(ActionKind::OrderCancel, None),
        state(ActionKind::OrderAddress, Some(ActionKind::OrderAddress)),
        state(ActionKind::OrderNote, None),
        state(ActionKind::FulfilmentHold, Some(ActionKind::FulfilmentRelease)),
        state(ActionKind::FulfilmentRelease, Some(ActionKind::FulfilmentHold)),
        state(ActionKind::StockSet, Some(ActionKind::StockSet)),
        state(ActionKind::PriceSet, Some(ActionKind::PriceSet)),
        state(ActionKind::ProductEdit, Some(ActionKind::ProductEdit)),
        state(ActionKind::DiscountCreate, Some(ActionKind::DiscountDisable)),
        state(ActionKind::DiscountDisable, None),
    ],
    // What a key may do: WooCommerce, Settings, Advanced, REST API, Permissions.
    scopes: &[
        Scope { name: "read", needed_for: "Nothing of the shop is shown.", required: true },
        Scope {
            name: "write",
            needed_for: "Nothing can be refunded, changed or held back.",
            required: false,
        },
    ],
    limits: &[
        "WooCommerce does not keep carts; only plugins do, each in its own way.",
        "Orders that a customer has begun and not placed (checkout drafts) are left out.",
        "WooCommerce does not tell when a customer changed, so all customers are read again each time.",
        "Removing a refund leaves its order unchanged, so it is noticed when the order changes next.",
        "WooCommerce has no tags on orders, and parcels are seen only where the extension Shipment Tracking writes them down.",
        "Only a payment method that can send money back by itself is refunded from here.",
        "A refund or a cancellation cannot be taken back.",
        "Holding an order, letting it go and cancelling it may make WooCommerce send the customer an e-mail.",
        "With a new address WooCommerce reckons the taxes of an order anew, and so its total; nothing is paid or charged for it.",
        "A cancelled order's pieces always go back on the shelf, and why it was cancelled is not written down.",
        "Texts for search engines belong to plugins and are not changed.",
        "The price of a product that is on sale is not changed.",
    ],
};
