//! Every request of the BigCommerce connector, against the vendor's OpenAPI files.

use std::path::Path;

use fermata_connectors::{Pull, connect, registry};
use fermata_model::action::{Off, ProductText};
use fermata_model::{
    Action, Address, Change, ConnectionId, Currency, Key, Money, Platform, RecordRef, Stream,
};
use serde_json::{Value, json};

use super::openapi::shared;
use super::several::Several;
use super::{b2b, hold, in_body, listen, more};
use crate::support::listener::{Reply, Seen};
use crate::support::{now, settings};

/// Where the account lies; also what requests begin with.
pub(super) const BELOW: &str = "/stores/abc123";

const FILES: &[&str] = &[
    "store_information.v2.yml",
    "orders.v2.oas2.yml",
    "orders.v3.yml",
    "customers.v3.yml",
    "products_catalog.v3.yml",
    "product-variants_catalog.v3.yml",
    "inventory.v3.yml",
    "locations.v3.yml",
    "marketing.v2.yml",
    "promotions.v3.yml",
    "price_lists.v3.yml",
];

/// The vendor's descriptions, with that of B2B Edition.
pub(super) fn spec(folder: &Path) -> Several {
    Several::load(folder, BELOW, FILES).and(b2b::BELOW, b2b::spec())
}

fn line() -> Value {
    json!({
        "id": 31, "order_id": 100, "product_id": 5, "name": "Linen shirt", "sku": "LS-M", "quantity": 2,
        "price_inc_tax": "20.3349", "variant_id": 77,
    })
}

fn order(id: u32, status: u32) -> Value {
    json!({
        "id": id, "customer_id": 0, "status_id": status, "status": "As is", "payment_status": "captured",
        "date_created": "Wed, 05 Nov 2025 20:16:55 +0000", "date_modified": "Wed, 19 Nov 2025 20:16:55 +0000",
        "total_inc_tax": "40.6700", "currency_code": "USD", "default_currency_code": "EUR",
        "items_total": 2, "items_shipped": 1, "staff_notes": "Call first", "cart_id": "c",
        "billing_address": { "first_name": "Ann", "last_name": "Lee", "email": "ann@example.com", "zip": "53111",
            "country_iso2": "DE", "phone": "+4915112345678" },
        "consignments": { "pickups": [], "downloads": [], "email": { "gift_certificates": [] },
            "shipping": [{ "id": 9, "line_items": [line()] }] },
    })
}

fn refund(id: u32, payment: &Value) -> Value {
    json!({
        "id": id, "order_id": 100, "created": "2025-11-19T20:16:55Z", "total_amount": 5.25, "reason": "",
        "items": [{ "item_type": "ORDER", "item_id": 100, "reason": "late", "requested_amount": 5.25 }],
        "payments": [payment],
    })
}

fn paid(amount: f64) -> Value {
    json!({ "id": 1, "provider_id": "stripe", "amount": amount, "offline": false, "is_declined": false,
        "declined_message": "", "transaction_id": "77" })
}

fn product() -> Value {
    json!({
        "id": 5, "name": "Linen shirt", "type": "physical", "price": 20.5, "availability": "available",
        "is_visible": true, "inventory_tracking": "variant", "description": "<p>Light.</p>", "page_title": "",
        "date_created": "2025-01-01T00:00:00+00:00", "date_modified": "2025-11-19T20:16:55+00:00",
        "variants": [{ "id": 77, "product_id": 5, "sku": "LS-M", "price": 21.0, "inventory_level": 7,
            "option_values": [{ "id": 1, "label": "M", "option_id": 2, "option_display_name": "Size" }] }],
    })
}

fn coupon(enabled: bool) -> Value {
    json!({
        "id": 4, "name": "Sorry", "type": "percentage_discount", "amount": "10.0000", "code": "SORRY-1",
        "enabled": enabled, "applies_to": { "entity": "categories", "ids": [0] }, "max_uses": 0, "num_uses": 1,
        "expires": "", "date_created": "Tue, 13 Mar 2018 16:18:59 +0000",
    })
}

fn list(records: Value) -> Reply {
    let count = records.as_array().unwrap().len();
    Reply::json(json!({ "data": records, "meta": { "pagination": {
        "total": count, "count": count, "per_page": 50, "current_page": 1, "total_pages": 1,
        "links": { "current": "?page=1" },
    } } }))
}

fn of_b2b(path: &str) -> Reply {
    let records = match path {
        "/companies" => json!([{
            "companyId": "147340", "companyName": "Glam Squad", "companyStatus": "1", "companyEmail": "g@example.com",
            "companyPhone": "123", "bcGroupName": "Trade", "bcGroupId": 4, "uuid": "", "catalogId": "", "catalogName": "",
            "createdAt": "1618787774", "updatedAt": "1618794615",
            "priceListAssign": [{ "channelId": 1, "priceListId": 6, "priceListName": "Trade", "channelName": "Shop" }],
        }]),
        "/users" => json!([{
            "id": 9, "companyId": 147_340, "customerId": 3, "email": "ann@example.com", "firstName": "Ann",
            "lastName": "Lee", "role": 1, "createdAt": 1_574_999_690, "updatedAt": 1_574_999_690,
        }]),
        other => panic!("nothing is scripted for {other:?} of B2B Edition"),
    };
    let pagination = json!({ "limit": 249, "offset": 0, "totalCount": 1 });
    Reply::json(
        json!({ "code": 200, "data": records, "meta": { "message": "SUCCESS", "pagination": pagination } }),
    )
}

fn script(seen: &Seen) -> Reply {
    if let Some(path) = seen.path.strip_prefix(b2b::BELOW) {
        return of_b2b(path);
    }
    let path = seen.path.strip_prefix(BELOW).unwrap_or_else(|| panic!("below the account: {}", seen.path));
    let query = seen.query_pairs();
    let asks = |name: &str| query.iter().any(|(n, _)| n == name);
    let reply = match (seen.method.as_str(), path) {
        ("GET", "/v2/store") => Reply::json(
            json!({ "id": "1", "name": "The Shop", "currency": "EUR", "timezone": { "name": "Europe/Berlin" } }),
        ),
        ("GET", "/v2/orders") if asks("status_id") => Reply::json(json!([order(103, 0)])),
        ("GET", "/v2/orders") => {
            let mut linked = order(104, 2);
            linked["consignments"] =
                json!({ "url": "https://x/orders/104/consignments", "resource": "/orders/104" });
            Reply::json(json!([order(100, 11), linked]))
        }
        ("GET", "/v2/orders/100") => Reply::json(order(100, 11)),
        ("GET", "/v2/orders/101") => Reply::json(order(101, 12)),
        ("GET", "/v2/orders/104/products") => Reply::json(json!([line()])),
        ("GET", "/v2/orders/100/shipments" | "/v2/orders/104/shipments") => Reply::json(json!([{
            "id": 6, "order_id": 100, "date_created": "Mon, 11 Mar 2019 17:22:08 +0000", "tracking_number": "EJ9",
            "shipping_provider": "usps", "shipping_provider_display_name": "USPS",
        }])),
        ("GET", "/v2/orders/100/shipping_addresses") => Reply::json(json!([{
            "id": 9, "order_id": 100, "first_name": "Ann", "last_name": "Lee", "street_1": "Old street 1",
            "city": "Bonn", "zip": "53111", "country": "Germany", "country_iso2": "DE",
        }])),
        ("PUT", "/v2/orders/100" | "/v2/orders/101") => Reply::json(order(100, 11)),
        ("PUT", "/v2/orders/100/shipping_addresses/9") => Reply::json(json!({ "id": 9, "order_id": 100 })),
        ("GET", "/v3/orders/payment_actions/refunds") => list(json!([refund(8, &paid(5.25))])),
        ("GET", "/v3/orders/100/payment_actions/refunds") => list(json!([refund(8, &paid(5.25))])),
        ("GET", "/v3/orders/100/transactions") => list(json!([{
            "event": "purchase", "method": "credit_card", "amount": 40.67, "currency": "EUR", "gateway": "stripe",
            "status": "ok",
        }])),
        ("POST", "/v3/orders/100/payment_actions/refund_quotes") => Reply::status(
            201,
            json!({ "data": { "order_id": 100, "total_refund_amount": 5.0, "refund_methods": [
                [{ "provider_id": "custom", "amount": 5.0, "offline": true }],
                [{ "provider_id": "stripe", "amount": 5.0, "offline": false, "offline_provider": false }],
            ] }, "meta": {} }),
        ),
        ("POST", "/v3/orders/100/payment_actions/refunds") => {
            Reply::status(201, json!({ "data": refund(9, &paid(5.0)), "meta": {} }))
        }
        ("GET", "/v3/customers") => list(json!([{
            "id": 3, "email": "ann@example.com", "first_name": "Ann", "last_name": "Lee", "phone": "",
            "date_created": "2025-01-01T00:00:00Z", "date_modified": "2025-11-19T20:16:55Z", "addresses": [],
        }])),
        ("GET", "/v3/catalog/products") => list(json!([product()])),
        ("GET" | "PUT", "/v3/catalog/products/5") => Reply::json(json!({ "data": product(), "meta": {} })),
        ("GET", "/v3/catalog/products/5/variants/77") => {
            Reply::json(json!({ "data": product()["variants"][0], "meta": {} }))
        }
        ("PUT", "/v3/catalog/variants") => list(product()["variants"].clone()),
        ("GET", "/v3/inventory/items") => {
            let at = |id: u32| json!({ "location_id": id, "location_name": "Store", "available_to_sell": 7, "total_inventory_onhand": 7 });
            list(
                json!([{ "identity": { "sku": "LS-M", "variant_id": 77, "product_id": 5 }, "locations": [at(1), at(2)] }]),
            )
        }
        ("GET", "/v3/inventory/locations") => list(json!([{ "id": 1, "code": "MAIN", "label": "Store" }])),
        ("PUT", "/v3/inventory/adjustments/absolute") => Reply::json(json!({ "transaction_id": "t" })),
        ("GET", "/v2/coupons") if asks("code") => Reply::json(json!([])),
        ("GET", "/v2/coupons") => Reply::json(json!([coupon(true)])),
        ("POST", "/v2/coupons") => Reply::status(201, coupon(true)),
        ("PUT", "/v2/coupons/4") => Reply::json(coupon(false)),
        ("GET", "/v3/promotions") => list(json!([{
            "id": 2, "name": "Ten off", "redemption_type": "AUTOMATIC", "status": "ENABLED", "current_uses": 3,
            "start_date": "2025-01-01T00:00:00+00:00", "created_from": "react_ui", "channels": [], "customer": {},
            "rules": [], "notifications": [], "stop": false, "currency_code": "EUR",
            "can_be_used_with_other_promotions": true,
        }])),
        ("GET", "/v3/pricelists") => list(json!([{
            "id": 6, "name": "Trade", "active": true, "date_created": "2025-01-01T00:00:00Z",
            "date_modified": "2025-11-19T20:16:55Z",
        }])),
        ("GET", "/v3/pricelists/assignments") => list(json!([{
            "id": 1, "customer_group_id": 4, "price_list_id": 6, "channel_id": 1,
        }])),
        ("GET", "/v3/pricelists/6/records") => list(json!([{
            "price_list_id": 6, "variant_id": 77, "sku": "LS-M", "currency": "eur", "price": 18.5, "calculated_price": 18.5,
            "date_created": "2025-01-01T00:00:00Z", "date_modified": "2025-11-19T20:16:55Z",
        }])),
        other => panic!("nothing is scripted for {other:?}"),
    };
    reply
        .with("x-rate-limit-requests-quota", "150")
        .with("x-rate-limit-requests-left", "149")
        .with("x-rate-limit-time-window-ms", "30000")
        .with("x-rate-limit-time-reset-ms", "15000")
}

fn target(stream: Stream, id: &str) -> RecordRef {
    RecordRef { connection: ConnectionId(7), stream, external_id: id.into(), label: format!("#{id}") }
}

pub(super) fn actions() -> Vec<Action> {
    let eur = |minor| Money::new(minor, Currency::EUR);
    let (order, held) = (target(Stream::Orders, "100"), target(Stream::Orders, "101"));
    let (product, variant) = (target(Stream::Products, "5"), "77".to_owned());
    let address = Address { street: "New street 2".into(), country: "DE".into(), ..Address::default() };
    vec![
        Action::OrderRefund { order: order.clone(), amount: eur(500), note: "late".into(), restock: vec![] },
        Action::OrderCancel { order: order.clone(), restock: true, note: "twice".into() },
        Action::OrderNote { order: order.clone(), text: "Called".into() },
        Action::FulfilmentHold { order: order.clone(), note: "Address".into() },
        Action::FulfilmentRelease { order: held },
        Action::OrderAddress { order, address },
        Action::StockSet {
            product: product.clone(),
            variant: variant.clone(),
            location: None,
            quantity: 9,
            expected: Some(7),
        },
        Action::PriceSet { product: product.clone(), variant, price: eur(1_990) },
        Action::PriceSet { product: product.clone(), variant: String::new(), price: eur(1_990) },
        Action::ProductEdit {
            product,
            text: ProductText { seo_title: Some("Shirt".into()), ..ProductText::default() },
        },
        Action::DiscountCreate {
            discount: target(Stream::Discounts, "SORRY-2"),
            title: "Sorry".into(),
            off: Off::BasisPoints(1_250),
            uses: Some(1),
            ends_at: Some(now()),
        },
        Action::DiscountDisable { discount: target(Stream::Discounts, "4") },
    ]
}

#[tokio::test]
async fn every_bigcommerce_request_is_valid_by_the_published_schemas() {
    let Some(folder) = shared("specs/bigcommerce") else { return };
    let spec = spec(&folder);
    let (listener, log) = listen(script).await;
    // Each has a budget of its own, so that nothing waits.
    let store = || {
        let settings = settings(&format!("{}{BELOW}", listener.url), &[("access_token", "t0ken")]);
        connect(Platform::Bigcommerce, settings).unwrap()
    };
    let account = store().check().await.unwrap();
    assert_eq!((account.name.as_str(), account.missing.len(), account.absent.len()), ("The Shop", 0, 0));
    assert_eq!(account.currency, Some(Currency::EUR));

    for stream in registry::capability(Platform::Bigcommerce).streams {
        for since in [None, Some(now().saturating_sub(jiff::SignedDuration::from_hours(72)).unwrap())] {
            let mut pull = Pull { stream: stream.stream, since, until: now(), token: None, size: None };
            loop {
                let page = store().pull(&pull).await.unwrap();
                for change in &page.changes {
                    assert!(matches!(change, Change::Seen(_)), "{change:?}");
                }
                let Some(next) = page.next else { break };
                pull.token = Some(next);
            }
        }
        assert!(
            !store().ids(stream.stream, None, now()).await.unwrap().ids.is_empty()
                || stream.stream == Stream::Refunds
        );
    }

    let key: Key = "0197f3f0-0000-7000-8000-000000000001".parse().unwrap();
    for action in actions() {
        let frozen = store().prepare(&action, key, now()).await.unwrap();
        store().send(&frozen).await.unwrap();
        store().find(&frozen).await.unwrap();
    }

    for (request, _) in log.lock().unwrap().iter() {
        assert_eq!(request.header("x-auth-token"), Some("t0ken"));
        assert_eq!(request.header("accept"), Some("application/json"));
        let store = request.path.starts_with(b2b::BELOW).then_some("abc123");
        assert_eq!(request.header("x-store-hash"), store, "{}", request.path);
    }
    hold(
        &spec,
        &log,
        &[
            ("getStoreInformation", |r| more(r, "a=b")),
            ("getOrders", |r| more(r, "min_date_changed=x")),
            ("getOrder", |r| more(r, "includes=x")),
            ("getOrderProducts", |r| r.headers.retain(|(name, _)| name != "accept")),
            ("getOrderShipments", |r| more(r, "size=5")),
            ("getOrderShippingAddresses", |r| more(r, "size=5")),
            ("updateOrder", |r| in_body(r, "\"staff_notes\"", "\"staff_note\"")),
            ("updateOrderShippingAddress", |r| in_body(r, "\"street_1\"", "\"street\"")),
            ("getOrdersRefunds", |r| more(r, "created:from=x")),
            ("getOrderRefunds", |r| more(r, "page=1")),
            ("getOrderTransactions", |r| more(r, "page=1")),
            ("createOrderRefundQuotes", |r| in_body(r, "\"amount\":5.00", "\"amount\":\"5.00\"")),
            ("createOrderRefund", |r| in_body(r, "\"payments\"", "\"payment\"")),
            ("getCustomers", |r| r.query = "sort=id".to_owned()),
            ("getProducts", |r| r.query = "limit=251".to_owned()),
            ("getProduct", |r| more(r, "fields=x")),
            ("updateProduct", |r| in_body(r, "\"price\":19.90", "\"price\":\"19.90\"")),
            ("getProductVariant", |r| more(r, "fields=x")),
            ("updateVariantsBatch", |r| in_body(r, "\"price\"", "\"prices\"")),
            ("get-inventory-items", |r| more(r, "variant_id=77")),
            ("getLocations", |r| more(r, "default=true")),
            ("put-absolute-adjustment", |r| in_body(r, "\"quantity\":9", "\"quantity\":\"9\"")),
            ("getCoupons", |r| more(r, "type=percentage")),
            ("createCoupon", |r| in_body(r, "\"amount\":\"12.50\"", "\"amount\":12.50")),
            ("updateCoupon", |r| in_body(r, "\"enabled\":false", "\"enabled\":0")),
            ("getPromotions", |r| more(r, "limit=251")),
            ("get-companies", |r| r.headers.retain(|(name, _)| name != "x-store-hash")),
            ("companies_users_list", |r| more(r, "sortBy=updatedAt")),
            ("getListOfPriceListAssignments", |r| more(r, "group=4")),
            ("getPriceLists", |r| more(r, "sort=id")),
            ("getPriceListRecords", |r| more(r, "include=price")),
        ],
    );
}
