//! What the twin serves: one literal per route with its scope and the parameters its query may have.
//!
//! Source: the vendor's portal file of 2026-01. Hold and release are not in it; their pages
//! (developer.shipbob.com/2026-01/api/orders/bulk-place-shipments-on-hold) say the paths.

use super::query::LIST;
use crate::rest;
use crate::rest::Param::{self, Bool, OneOf, Text, Time, Whole};

/// One served route.
#[derive(Debug)]
pub(super) struct Route {
    pub(super) name: &'static str,
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    pub(super) scope: &'static str,
    /// Does the vendor demand the header `shipbob_channel_id`?
    pub(super) channel: bool,
    pub(super) params: &'static [(&'static str, Param)],
}

impl rest::Route for Route {
    fn head(&self) -> rest::Head {
        rest::Head { name: self.name, method: self.method, path: self.path }
    }
}

const fn read(name: &'static str, path: &'static str, scope: &'static str) -> Route {
    Route { name, method: "GET", path, scope, channel: false, params: &[] }
}

const fn write(name: &'static str, path: &'static str, scope: &'static str) -> Route {
    Route { method: "POST", ..read(name, path, scope) }
}

/// The parameter that a `next` leads to, which the lists of stock do not declare.
pub(super) const CURSOR: &str = "Cursor";

pub(super) static ROUTES: &[Route] = &[
    Route {
        params: &[("RecordsPerPage", Whole), (CURSOR, Text)],
        ..read("get-channels", "/2026-01/channel", "channels_read")
    },
    Route {
        params: &[("IncludeInactive", Bool), ("ReceivingEnabled", Bool), ("AccessGranted", Bool)],
        ..read("get-locations", "/2026-01/location", "locations_read")
    },
    read("get-fulfillment-centers", "/2026-01/fulfillment-center", "receiving_read"),
    Route {
        params: &[
            ("Page", Whole),
            ("Limit", Whole),
            ("IDs", LIST),
            ("ReferenceIds", LIST),
            ("StartDate", Time),
            ("EndDate", Time),
            ("SortOrder", OneOf("Newest Oldest")),
            ("HasTracking", Bool),
            ("LastUpdateStartDate", Time),
            ("LastUpdateEndDate", Time),
            ("IsTrackingUploaded", Bool),
            ("LastTrackingUpdateStartDate", Time),
            ("LastTrackingUpdateEndDate", Time),
        ],
        ..read("get-orders", "/2026-01/order", "orders_read")
    },
    read("get-order", "/2026-01/order/{n}", "orders_read"),
    read("get-all-shipments-for-order", "/2026-01/order/{n}/shipment", "orders_read"),
    write("cancel-order", "/2026-01/order/{n}:cancel", "orders_write"),
    read("get-shipment", "/2026-01/shipment/{n}", "orders_read"),
    read("get-shipment-timeline", "/2026-01/shipment/{n}/timeline", "orders_read"),
    read("get-shipment-logs", "/2026-01/shipment/{n}/logs", "orders_read"),
    write("cancel-shipment", "/2026-01/shipment/{n}:cancel", "orders_write"),
    Route {
        channel: true,
        ..write("batch-cancel-shipments", "/2026-01/shipment:batchCancel", "orders_write")
    },
    write("bulk-place-shipments-on-hold", "/2026-01/shipment:bulkPlaceOnHold", "orders_write"),
    write("bulk-release-shipments-from-hold", "/2026-01/shipment:bulkReleaseHold", "orders_write"),
    Route {
        params: &[
            ("LocationType", Text),
            ("LocationId", Whole),
            ("SearchBy", Text),
            ("InventoryIds", LIST),
            ("IsActive", Bool),
            ("IsDigital", Bool),
            ("PageSize", Whole),
            ("SortBy", Text),
            (CURSOR, Text),
        ],
        ..read(
            "get-all-inventory-levels-grouped-by-fulfillment-center",
            "/2026-01/inventory-level/locations",
            "inventory_read",
        )
    },
    read(
        "get-inventory-levels-grouped-by-fulfillment-center",
        "/2026-01/inventory-level/{n}/locations",
        "inventory_read",
    ),
    Route {
        params: &[
            ("Page", Whole),
            ("Limit", Whole),
            ("IDs", LIST),
            ("Statuses", LIST),
            ("InsertStartDate", Time),
            ("InsertEndDate", Time),
            ("FulfillmentCenterIds", LIST),
            ("PurchaseOrderNumbers", LIST),
            ("ExternalSync", Bool),
            ("CompletedStartDate", Time),
            ("CompletedEndDate", Time),
        ],
        ..read("get-multiple-warehouse-receiving-orders", "/2026-01/receiving", "receiving_read")
    },
    read("get-warehouse-receiving-order", "/2026-01/receiving/{n}", "receiving_read"),
    read("get-warehouse-receiving-order-boxes", "/2026-01/receiving/{n}/boxes", "receiving_read"),
    write("create-warehouse-receiving-order", "/2026-01/receiving", "receiving_write"),
    write("cancel-warehouse-receiving-order", "/2026-01/receiving/{n}:cancel", "receiving_write"),
];

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// Described on pages of their own, not in the portal file.
    const NOT_DESCRIBED: [&str; 2] = ["bulk-place-shipments-on-hold", "bulk-release-shipments-from-hold"];

    #[test]
    fn nothing_is_served_that_the_vendor_does_not_declare() {
        let Some(spec) = crate::described::read("specs/shipbob/openapi-2026-01-portal-oas31.json") else {
            return;
        };
        let paths = spec["paths"].as_object().expect("paths");
        for ours in ROUTES.iter().filter(|route| !NOT_DESCRIBED.contains(&route.name)) {
            let found = paths.iter().find_map(|(path, methods)| {
                let operation = methods.get(ours.method.to_lowercase())?;
                (operation["operationId"] == ours.name).then_some((path, operation))
            });
            let (path, theirs) = found.unwrap_or_else(|| panic!("the vendor knows no {}", ours.name));
            assert_eq!(plain(path), plain(ours.path), "{}", ours.name);
            let parameters: &[Value] = theirs["parameters"].as_array().map_or(&[], Vec::as_slice);
            let parameter = |name: &str| parameters.iter().find(|parameter| parameter["name"] == name);
            for (name, _) in ours.params {
                let link = *name == CURSOR && ours.name.contains("inventory");
                assert!(link || parameter(name).is_some(), "{}: the vendor knows no {name}", ours.name);
            }
            let demanded = parameter("shipbob_channel_id").is_some_and(|header| header["required"] == true);
            assert_eq!(ours.channel, demanded, "{}: shipbob_channel_id", ours.name);
        }
    }

    /// A path with every placeholder made alike.
    fn plain(path: &str) -> String {
        let mut inside = false;
        path.chars()
            .filter(|one| {
                let kept = !inside || *one == '}';
                inside = (inside || *one == '{') && *one != '}';
                kept
            })
            .collect()
    }
}
