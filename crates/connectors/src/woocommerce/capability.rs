//! What WooCommerce can do, with the page each number comes from.

use std::time::Duration;

use fermata_model::{ActionKind, Platform, Stream};

use crate::capability::{ActionCapability, Capability, CredentialField, Removal, Scope, StreamCapability};

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// The filters have whole seconds and leave the second that they name out; minutes are cheap, and
/// a gateway may finish a refund that was already listed.
const OVERLAP: Duration = Duration::from_secs(5 * MINUTE);

/// The largest page: `per_page` in the route index of 10.5.
const MOST: u32 = 100;

const fn list(stream: Stream, minutes: u64) -> StreamCapability {
    StreamCapability {
        stream,
        page_size: MOST,
        incremental: true,
        overlap: OVERLAP,
        every: Duration::from_secs(minutes * MINUTE),
        removal: Removal::Swept(Duration::from_secs(DAY)),
    }
}

/// A state of one object: it is there as soon as the server has finished the request.
const fn state(action: ActionKind, undone_by: Option<ActionKind>) -> ActionCapability {
    ActionCapability {
        action,
        settles_within: Duration::from_secs(2 * MINUTE),
        key_trusted_for: Duration::ZERO,
        undone_by,
    }
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
        StreamCapability {
            // The list of customers knows neither a filter nor an order by change.
            incremental: false,
            ..list(Stream::Customers, HOUR / MINUTE)
        },
        list(Stream::Products, 10),
        list(Stream::Orders, 1),
        StreamCapability { removal: Removal::Never, ..list(Stream::Refunds, 5) },
        list(Stream::Stock, 10),
        list(Stream::Discounts, 15),
    ],
    actions: &[
        ActionCapability {
            action: ActionKind::OrderRefund,
            // The server goes on after we hung up, for as long as the payment provider takes.
            settles_within: Duration::from_secs(5 * MINUTE),
            key_trusted_for: Duration::ZERO,
            undone_by: None,
        },
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
        "Orders have no labels of their own, and parcels are seen only where the extension Shipment Tracking writes them down.",
        "Only a payment method that can send money back by itself is refunded from here.",
        "A refund or a cancellation cannot be taken back.",
        "Holding an order, letting it go and cancelling it may make WooCommerce send the customer an e-mail.",
        "A cancelled order's pieces always go back on the shelf, and why it was cancelled is not written down.",
        "Texts for search engines belong to plugins and are not changed.",
        "The price of a product that is on sale is not changed.",
    ],
};
