//! What ShipBob can do, with the page each number comes from.

use std::time::Duration;

use fermata_model::{ActionKind, Platform, Stream};
use jiff::civil::date;

use crate::capability::{ActionCapability, Capability, CredentialField, Removal, Scope, StreamCapability};

/// How long an effect whose answer was lost may take to show; the vendor's reads are of its own tables.
const SETTLES: Duration = Duration::from_mins(2);

const fn list(stream: Stream, page_size: u32, minutes: u64) -> StreamCapability {
    let every = Duration::from_mins(minutes);
    StreamCapability::of_changes(stream, page_size, Duration::from_mins(10), every, Removal::Never)
}

const fn action(action: ActionKind, undone_by: Option<ActionKind>) -> ActionCapability {
    ActionCapability::keyless(action, SETTLES, undone_by)
}

/// What ShipBob can do.
pub static CAPABILITY: Capability = Capability {
    platform: Platform::Shipbob,
    api_version: "2026-01",
    // developer.shipbob.com, Versioning: each version is supported for 24 months.
    retires: Some(date(2028, 1, 31)),
    address_example: "https://api.shipbob.com",
    credentials: &[CredentialField {
        name: "token",
        label: "Personal access token (Integrations, API Tokens; made by the account's root user)",
        secret: true,
        required: true,
    }],
    // `Limit` of /order: at most 250, says the per-version file of 2026-01. The other lists name no maximum.
    streams: &[
        list(Stream::WarehouseOrders, 250, 5),
        list(Stream::Shipments, 250, 10),
        StreamCapability::whole(Stream::Stock, 250, Duration::from_mins(15), Removal::DAILY),
        StreamCapability::whole(Stream::Receiving, 250, Duration::from_mins(30), Removal::Never),
    ],
    actions: &[
        action(ActionKind::ShipmentHold, Some(ActionKind::ShipmentRelease)),
        action(ActionKind::ShipmentRelease, Some(ActionKind::ShipmentHold)),
        action(ActionKind::ShipmentCancel, None),
        action(ActionKind::ReceivingCreate, Some(ActionKind::ReceivingCancel)),
        action(ActionKind::ReceivingCancel, None),
    ],
    // developer.shipbob.com, Authentication: scopes of the OAuth grant; a personal access token has them all.
    scopes: &[
        Scope {
            name: "orders_read",
            needed_for: "Orders in the warehouse and their shipments are not shown.",
            required: true,
        },
        Scope { name: "channels_read", needed_for: "The connection cannot be checked.", required: true },
        Scope {
            name: "inventory_read",
            needed_for: "Stock in the warehouses is not shown.",
            required: false,
        },
        Scope {
            name: "receiving_read",
            needed_for: "Goods on their way in are not shown, and cannot be announced.",
            required: false,
        },
        Scope {
            name: "orders_write",
            needed_for: "Shipments cannot be held, released or called off.",
            required: false,
        },
        Scope {
            name: "receiving_write",
            needed_for: "Goods cannot be announced to a warehouse.",
            required: false,
        },
    ],
    limits: &[
        "A shipment can be held or called off only until it is picked.",
        "Hold and release are on ShipBob's reference pages of this version, but not in the file of it that ShipBob published in May 2026; where an account does not know them yet, it says so and nothing is changed.",
        "A release lifts holds that were placed by hand; what ShipBob itself holds stays held.",
        "A cancelled shipment or receiving order cannot be brought back.",
        "What was seen of a shipment on its way is kept until it arrives; after that only its dates are.",
        "What an order is worth is told without its currency, so it is not shown.",
        "Stock and receiving orders are read whole each time, since ShipBob does not say which changed.",
    ],
};
