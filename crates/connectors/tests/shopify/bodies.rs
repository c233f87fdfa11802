//! Answers in Shopify's shapes, after `specs/shopify/captures` of 2025-01 and 2026-04.

use serde_json::{Value, json};

use crate::support::listener::Reply;

/// A whole answer with its cost.
pub(crate) fn answer(data: Value) -> Reply {
    Reply::json(json!({ "data": data, "extensions": { "cost": {
        "requestedQueryCost": 33, "actualQueryCost": 27,
        "throttleStatus": { "maximumAvailable": 2000.0, "currentlyAvailable": 1973, "restoreRate": 100.0 },
    } } }))
    .with("x-shopify-api-version", "2026-10")
    .with("x-request-id", "7f2c")
}

/// A refusal of the whole request.
pub(crate) fn refusal(message: &str, code: Option<&str>) -> Reply {
    let extensions = code.map_or_else(|| json!({}), |code| json!({ "code": code }));
    Reply::json(json!({ "errors": [{ "message": message, "extensions": extensions }] }))
}

/// "Throttled" as shops send it.
pub(crate) fn throttled() -> Reply {
    Reply::json(json!({
        "errors": [{ "message": "Throttled", "extensions": { "code": "THROTTLED" } }],
        "extensions": { "cost": { "requestedQueryCost": 101, "actualQueryCost": null,
            "throttleStatus": { "maximumAvailable": 2000, "currentlyAvailable": 100, "restoreRate": 100000 } } },
    }))
}

pub(crate) fn page(nodes: Value, next: Option<&str>) -> Reply {
    answer(json!({ "page": {
        "nodes": nodes,
        "pageInfo": { "hasNextPage": next.is_some(), "endCursor": next },
    } }))
}

pub(crate) fn money(amount: &str) -> Value {
    json!({ "presentmentMoney": { "amount": amount, "currencyCode": "EUR" } })
}

pub(crate) fn customer(id: u64, updated: &str) -> Value {
    json!({
        "id": format!("gid://shopify/Customer/{id}"),
        "createdAt": "2026-01-02T03:04:05Z",
        "updatedAt": updated,
        "firstName": "Ada", "lastName": null, "locale": "en", "tags": ["vip"],
        "defaultEmailAddress": { "emailAddress": "ada@example.com", "marketingState": "SUBSCRIBED" },
        "defaultPhoneNumber": null,
        "defaultAddress": { "city": "Graz", "countryCodeV2": "AT", "phone": "0316 123456" },
    })
}

pub(crate) fn line(id: u64) -> Value {
    json!({
        "id": format!("gid://shopify/LineItem/{id}"),
        "title": "Linen shirt", "sku": "LS-1", "quantity": 2,
        "variant": { "id": "gid://shopify/ProductVariant/44" },
        "originalUnitPriceSet": money("10.0"),
    })
}

pub(crate) fn order(id: u64) -> Value {
    json!({
        "id": format!("gid://shopify/Order/{id}"),
        "name": "#1042",
        "processedAt": "2026-11-01T10:00:00Z",
        "updatedAt": "2026-11-20T10:00:00Z",
        "cancelledAt": null,
        "presentmentCurrencyCode": "EUR",
        "displayFinancialStatus": "PARTIALLY_REFUNDED",
        "displayFulfillmentStatus": "IN_PROGRESS",
        "email": "ada@example.com", "phone": null, "note": null, "tags": [],
        "customer": { "id": "gid://shopify/Customer/9" },
        "shippingAddress": { "name": "Ada L", "city": "Graz", "countryCodeV2": "AT", "phone": null },
        "billingAddress": null,
        "totalPriceSet": money("25.00"),
        "totalRefundedSet": money("5.0"),
        "lineItems": { "nodes": [line(1)], "pageInfo": { "hasNextPage": false, "endCursor": "l1" } },
        "refunds": [{ "id": "gid://shopify/Refund/70", "note": "late", "processedAt": "2026-11-10T10:00:00Z",
            "totalRefundedSet": money("5.0") }],
        "fulfillments": [{
            "id": "gid://shopify/Fulfillment/80", "status": "SUCCESS", "displayStatus": "IN_TRANSIT",
            "createdAt": "2026-11-02T10:00:00Z", "estimatedDeliveryAt": "2026-11-05T18:00:00Z", "deliveredAt": null,
            "trackingInfo": [{ "company": "DHL", "number": "JD0001" }],
        }],
    })
}

/// The order as a refund looks at it: 25.00 paid in one go, 5.00 of it gone back.
pub(crate) fn refundable() -> Value {
    json!({ "order": {
        "name": "#1042", "currencyCode": "EUR", "presentmentCurrencyCode": "EUR",
        "netPaymentSet": money("20.0"),
        "transactions": [
            transaction(100, "SALE", "SUCCESS", "25.00", None),
            transaction(101, "REFUND", "SUCCESS", "5.00", Some(100)),
        ],
    } })
}

pub(crate) fn transaction(id: u64, kind: &str, status: &str, amount: &str, parent: Option<u64>) -> Value {
    json!({
        "id": format!("gid://shopify/OrderTransaction/{id}"),
        "kind": kind, "status": status, "gateway": "shopify_payments",
        "parentTransaction": parent.map(|id| json!({ "id": format!("gid://shopify/OrderTransaction/{id}") })),
        "amountSet": money(amount),
    })
}

/// A refund as the books show it.
pub(crate) fn booked(note: &str, moves: &[(&str, &str)]) -> Value {
    let nodes: Vec<Value> = moves
        .iter()
        .map(|(status, amount)| json!({ "kind": "REFUND", "status": status, "amountSet": money(amount) }))
        .collect();
    json!({
        "id": "gid://shopify/Refund/4242", "note": note, "processedAt": "2026-11-21T12:00:01Z",
        "transactions": { "nodes": nodes },
    })
}

/// What a refund with pieces looks at: one line, of which two pieces are left, sent from place 3.
pub(crate) fn restockable() -> Value {
    json!({
        "order": {
            "lineItems": { "nodes": [{ "id": "gid://shopify/LineItem/1", "refundableQuantity": 2 }] },
            "fulfillments": [{ "location": { "id": "gid://shopify/Location/3" } }],
        },
        "location": { "id": "gid://shopify/Location/2" },
    })
}

/// The order as the actions on it look at it: nothing has left yet.
pub(crate) fn order_state() -> Value {
    json!({
        "id": "gid://shopify/Order/5", "name": "#1042", "updatedAt": "2026-11-20T10:00:00Z",
        "cancelledAt": null, "displayFulfillmentStatus": "UNFULFILLED", "note": "Ring twice",
        "tags": ["VIP"],
        "shippingAddress": {
            "firstName": "Ada", "lastName": "L", "company": null, "address1": "Murgasse 1", "address2": null,
            "city": "Graz", "provinceCode": null, "zip": "8010", "countryCodeV2": "AT", "phone": "+43316123456",
        },
    })
}

/// What a mutation says of the order that it changed.
pub(crate) fn changed() -> Value {
    json!({ "id": "gid://shopify/Order/5", "updatedAt": "2026-11-21T12:00:01Z" })
}

pub(crate) fn discount() -> Value {
    json!({
        "id": "gid://shopify/DiscountCodeNode/6",
        "codeDiscount": {
            "title": "Sorry", "status": "ACTIVE", "summary": "10% off entire order", "asyncUsageCount": 2,
            "usageLimit": null, "startsAt": "2026-11-01T00:00:00Z", "endsAt": null,
            "updatedAt": "2026-11-20T10:00:00Z", "codes": { "nodes": [{ "code": "SORRY" }] },
        },
    })
}

pub(crate) fn discount_state(status: &str) -> Value {
    json!({
        "id": "gid://shopify/DiscountCodeNode/6",
        "codeDiscount": {
            "title": "Sorry", "status": status, "tags": [], "updatedAt": "2026-11-20T10:00:00Z",
        },
    })
}

/// Variant 44 of product 12, 7 pieces at place 3.
pub(crate) fn stock_state() -> Value {
    json!({ "productVariant": {
        "id": "gid://shopify/ProductVariant/44",
        "product": { "id": "gid://shopify/Product/12" },
        "inventoryItem": {
            "id": "gid://shopify/InventoryItem/4400", "tracked": true,
            "inventoryLevels": { "nodes": [{
                "location": { "id": "gid://shopify/Location/3" },
                "quantities": [{ "name": "available", "quantity": 7, "updatedAt": "2026-11-20T10:00:00Z" }],
            }] },
        },
    } })
}

/// The same variant, at 10.00.
pub(crate) fn variant_state() -> Value {
    json!({ "productVariant": {
        "id": "gid://shopify/ProductVariant/44", "price": "10.00", "updatedAt": "2026-11-20T10:00:00Z",
        "product": {
            "id": "gid://shopify/Product/12",
            "priceRangeV2": { "minVariantPrice": { "currencyCode": "EUR" } },
        },
    } })
}

pub(crate) fn product_state() -> Value {
    json!({ "product": {
        "id": "gid://shopify/Product/12", "title": "Shirt", "updatedAt": "2026-11-20T10:00:00Z",
        "descriptionHtml": "<p>A shirt.</p>", "seo": { "title": null, "description": null },
    } })
}

/// The order as whoever packs it sees it: held by us and by somebody else.
pub(crate) fn hold_state() -> Value {
    let hold = |id: u64, handle: &str, ours: bool| {
        json!({ "id": format!("gid://shopify/FulfillmentHold/{id}"), "handle": handle,
            "heldByRequestingApp": ours, "reasonNotes": "Checking" })
    };
    json!({ "order": {
        "name": "#1042", "cancelledAt": null,
        "fulfillmentOrders": { "nodes": [{
            "id": "gid://shopify/FulfillmentOrder/90", "status": "ON_HOLD",
            "updatedAt": "2026-11-20T10:00:00Z",
            "fulfillmentHolds": [
                hold(1, "fermata-0192e4a0-0000-4000-8000-000000000001", true),
                hold(2, "another app", false),
            ],
        }] },
    } })
}

/// Who we are and what we may do.
pub(crate) fn checked() -> Value {
    json!({
        "shop": {
            "id": "gid://shopify/Shop/548380009", "name": "Fern & Thread",
            "currencyCode": "EUR", "ianaTimezone": "Europe/Vienna",
        },
        "currentAppInstallation": { "accessScopes": [
            { "handle": "write_orders" }, { "handle": "read_customers" }, { "handle": "write_products" },
            { "handle": "write_inventory" }, { "handle": "read_locations" }, { "handle": "write_discounts" },
            { "handle": "write_merchant_managed_fulfillment_orders" },
        ] },
    })
}

pub(crate) fn cart() -> Value {
    json!({
        "id": "gid://shopify/AbandonedCheckout/31?key=abc",
        "createdAt": "2026-11-20T08:00:00Z",
        "updatedAt": "2026-11-20T09:00:00Z",
        "completedAt": null,
        "abandonedCheckoutUrl": "https://shop.example/recover/31",
        "customer": {
            "id": "gid://shopify/Customer/9", "firstName": "Ada", "lastName": "L",
            "defaultEmailAddress": { "emailAddress": "ada@example.com" },
            "defaultPhoneNumber": { "phoneNumber": "+43316" },
        },
        "shippingAddress": null,
        "billingAddress": { "name": "A. L.", "countryCodeV2": "AT", "phone": "+43316" },
        "totalPriceSet": money("20.0"),
        "lineItems": { "nodes": [line(1)], "pageInfo": { "hasNextPage": false, "endCursor": null } },
    })
}

pub(crate) fn variant(id: u64) -> Value {
    json!({ "id": format!("gid://shopify/ProductVariant/{id}"),
        "sku": "x", "title": "L", "price": "1500", "inventoryQuantity": 0 })
}

pub(crate) fn product() -> Value {
    let mut unknown = variant(44);
    unknown["sku"] = json!("");
    unknown["inventoryQuantity"] = json!(null);
    json!({
        "id": "gid://shopify/Product/12", "title": "Linen shirt", "status": "ACTIVE", "productType": "",
        "createdAt": "2026-01-01T00:00:00Z", "updatedAt": "2026-11-01T00:00:00Z",
        "priceRangeV2": { "minVariantPrice": { "currencyCode": "JPY" } },
        "variants": { "nodes": [unknown, variant(45)], "pageInfo": { "hasNextPage": false, "endCursor": null } },
    })
}

/// Seven pieces of the linen shirt at one place.
pub(crate) fn level(item: u64, place: u64) -> Value {
    let quantity = |name: &str, quantity: i64| json!({ "name": name, "quantity": quantity });
    json!({
        "updatedAt": "2026-11-20T10:00:00Z",
        "location": { "id": format!("gid://shopify/Location/{place}"), "name": "Warehouse" },
        "item": {
            "id": format!("gid://shopify/InventoryItem/{item}"), "sku": "LS-1", "tracked": true,
            "variants": { "nodes": [{
                "id": "gid://shopify/ProductVariant/44", "product": { "id": "gid://shopify/Product/12" },
            }] },
        },
        "quantities": [
            quantity("available", 7), quantity("on_hand", 9), quantity("committed", 2), quantity("incoming", 30),
        ],
    })
}

/// The first page of what lies at one place; `further` leads on in it, `next` to the next place.
pub(crate) fn shelf(levels: Value, further: Option<&str>, next: Option<&str>) -> Reply {
    let info = |cursor: Option<&str>| json!({ "hasNextPage": cursor.is_some(), "endCursor": cursor });
    answer(json!({ "places": {
        "nodes": [{ "page": { "nodes": levels, "pageInfo": info(further) } }], "pageInfo": info(next),
    } }))
}

/// An entry of the shop's log about a product, or whatever else `kind` says.
pub(crate) fn event(id: u64, kind: &str, action: &str) -> Value {
    json!({
        "id": format!("gid://shopify/BasicEvent/{id}"), "action": action, "createdAt": "2026-11-20T08:00:00Z",
        "subjectId": format!("gid://shopify/Product/{id}"), "subjectType": kind,
    })
}
