//! Which scope a field needs, and the scopes' descriptions.

/// Returns the scope that a field needs; `None` if any signed-in app may read it.
///
/// Source: the "Requires" lines of the vendor's field descriptions, version 2026-10.
pub(crate) fn scope(ty: &str, field: &str) -> Option<&'static str> {
    match (ty, field) {
        (
            "QueryRoot",
            "order" | "orders" | "ordersCount" | "refund" | "abandonedCheckouts" | "abandonedCheckoutsCount",
        )
        | ("Customer", "orders" | "lastOrder") => Some("read_orders"),
        ("QueryRoot", "customer" | "customers" | "customersCount")
        | ("Order" | "AbandonedCheckout", "customer") => Some("read_customers"),
        (
            "QueryRoot",
            "product"
            | "products"
            | "productsCount"
            | "productVariant"
            | "productVariants"
            | "productVariantsCount",
        )
        | ("LineItem" | "AbandonedCheckoutLineItem", "product" | "variant") => Some("read_products"),
        ("QueryRoot", "inventoryItem" | "inventoryItems")
        | ("ProductVariant", "inventoryItem")
        | ("InventoryItem", "inventoryLevel" | "inventoryLevels") => Some("read_inventory"),
        ("QueryRoot", "location" | "locations" | "locationsCount")
        | ("InventoryLevel" | "Fulfillment" | "RefundLineItem", "location") => Some("read_locations"),
        ("Mutation", "refundCreate" | "orderUpdate") => Some("write_orders"),
        _ => None,
    }
}

/// Returns the scope that reading a thing by its global id needs.
pub(crate) fn of_kind(kind: &str) -> Option<&'static str> {
    match kind {
        "Order" | "LineItem" | "Refund" | "OrderTransaction" | "Fulfillment" | "AbandonedCheckout" => {
            Some("read_orders")
        }
        "Customer" => Some("read_customers"),
        "Product" | "ProductVariant" => Some("read_products"),
        "InventoryItem" | "InventoryLevel" => Some("read_inventory"),
        "Location" => Some("read_locations"),
        _ => None,
    }
}

/// Returns the scope that changing the labels of a thing needs.
pub(crate) fn to_tag(kind: &str) -> Option<&'static str> {
    match kind {
        "Order" => Some("write_orders"),
        "Customer" => Some("write_customers"),
        "Product" => Some("write_products"),
        _ => None,
    }
}

/// Says what a scope allows, as `AccessScope.description`.
pub(crate) fn describe(scope: &str) -> String {
    match scope.split_once('_') {
        Some(("read", what)) => format!("Read {}", what.replace('_', " ")),
        Some(("write", what)) => format!("Modify {}", what.replace('_', " ")),
        _ => scope.to_owned(),
    }
}
