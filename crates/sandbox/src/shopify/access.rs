//! Which scope a field needs, and the scopes' descriptions.

/// Returns the scope that a field needs; `None` if any signed-in app may read it.
///
/// Source: the "Requires" lines of the vendor's field descriptions, version 2026-10.
pub(crate) fn scope(ty: &str, field: &str) -> Option<&'static str> {
    match ty {
        "QueryRoot" => match field {
            "order"
            | "orders"
            | "ordersCount"
            | "refund"
            | "abandonedCheckouts"
            | "abandonedCheckoutsCount" => Some("read_orders"),
            "customer" | "customers" | "customersCount" => Some("read_customers"),
            "product"
            | "products"
            | "productsCount"
            | "productVariant"
            | "productVariants"
            | "productVariantsCount" => Some("read_products"),
            "inventoryItem" | "inventoryItems" => Some("read_inventory"),
            "codeDiscountNodes" | "codeDiscountNodeByCode" => Some("read_discounts"),
            "location" | "locations" | "locationsCount" => Some("read_locations"),
            _ => None,
        },
        "Order" if field == "fulfillmentOrders" => Some("read_merchant_managed_fulfillment_orders"),
        "Customer" if matches!(field, "orders" | "lastOrder") => Some("read_orders"),
        "Order" | "AbandonedCheckout" if field == "customer" => Some("read_customers"),
        "LineItem" | "AbandonedCheckoutLineItem" if matches!(field, "product" | "variant") => {
            Some("read_products")
        }
        "ProductVariant" if field == "inventoryItem" => Some("read_inventory"),
        "InventoryItem" | "Location" if matches!(field, "inventoryLevel" | "inventoryLevels") => {
            Some("read_inventory")
        }
        "InventoryLevel" | "Fulfillment" | "RefundLineItem" if field == "location" => Some("read_locations"),
        "Mutation" if field == "inventorySetQuantities" => Some("write_inventory"),
        "Mutation" if matches!(field, "productVariantsBulkUpdate" | "productUpdate") => {
            Some("write_products")
        }
        "Mutation" if matches!(field, "discountCodeBasicCreate" | "discountCodeDeactivate") => {
            Some("write_discounts")
        }
        "Mutation" if matches!(field, "fulfillmentOrderHold" | "fulfillmentOrderReleaseHold") => {
            Some("write_merchant_managed_fulfillment_orders")
        }
        "Mutation" if matches!(field, "refundCreate" | "orderUpdate" | "orderCancel") => Some("write_orders"),
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
        "DiscountCodeNode" => Some("read_discounts"),
        "FulfillmentOrder" | "FulfillmentHold" => Some("read_merchant_managed_fulfillment_orders"),
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
