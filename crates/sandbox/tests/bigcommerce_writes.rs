//! Promises of the BigCommerce twin's writes: what is changed, what only later, what is refused, and the journal of it.

use fermata_model::{Money, Platform};
use fermata_sandbox::{Effect, Options};
use serde_json::{Value, json};

use crate::bigcommerce_reads::{alone, store, v2, v3};
use crate::twin::{Answer, Twin};

fn applied(twin: &Twin, kind: &str) -> Vec<Effect> {
    let journal = twin.practice.journal(Platform::Bigcommerce);
    journal.into_iter().flat_map(|entry| entry.applied).filter(|effect| effect.kind == kind).collect()
}

fn refused(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{}", answer.text);
}

/// A paid order of a registered customer with a discount, nothing of which went back.
async fn paid(twin: &Twin) -> Value {
    let path =
        "/v2/orders?limit=250&include=consignments.line_items&consignment_structure=object&max_id=8000000";
    let orders = v2(twin, path).await;
    let fits = |order: &&Value| {
        order["payment_status"] == "captured" && order["status_id"] != 5 && order["customer_id"] != 0
    };
    orders.iter().find(fits).expect("a paid order").clone()
}

/// An order of which nothing has left; the shop waits until somebody places one.
async fn waiting(twin: &Twin) -> u64 {
    for _ in 0..500 {
        let orders = twin.get("/v2/orders?status_id=11").await;
        if let Some(id) = orders.body[0]["id"].as_u64() {
            return id;
        }
        twin.practice.advance(3_600);
    }
    panic!("nobody ordered anything for weeks");
}

/// All lines and the shipping of an order, as a refund names them.
fn everything(order: &Value) -> Value {
    let consignment = &order["consignments"]["shipping"][0];
    let lines = consignment["line_items"].as_array().expect("lines");
    let mut items: Vec<Value> = lines
        .iter()
        .map(|line| {
            json!({ "item_type": "PRODUCT", "item_id": line["id"], "quantity": line["quantity"], "reason": "op-7" })
        })
        .collect();
    if consignment["cost_inc_tax"].as_f64() > Some(0.0) {
        let amount = consignment["cost_inc_tax"].clone();
        items.push(json!({ "item_type": "SHIPPING", "item_id": consignment["id"], "amount": amount }));
    }
    json!(items)
}

#[tokio::test]
async fn a_whole_refund_is_quoted_scheduled_and_later_carried_out() {
    let twin = store().await;
    let order = paid(&twin).await;
    let id = &order["id"];
    let items = everything(&order);
    let quotes = format!("/v3/orders/{id}/payment_actions/refund_quotes");
    let quote = twin.write("POST", &quotes, &json!({ "items": items })).await;
    refused(&quote, 201);
    let method = quote.body["data"]["refund_methods"][0][0].clone();
    let euros = |text: &str| Money::parse(text, fermata_model::Currency::EUR).expect("money");
    let total = euros(order["total_inc_tax"].as_str().expect("a text"));
    assert_eq!(euros(&method["amount"].to_string()), total, "all of it, to the cent");

    let refunds = format!("/v3/orders/{id}/payment_actions/refunds");
    let payment =
        json!({ "provider_id": method["provider_id"], "amount": method["amount"], "offline": false });
    let body = json!({ "items": items, "payments": [payment] });
    let booked = twin.write("POST", &refunds, &body).await;
    refused(&booked, 201);
    let made = &booked.body["data"];
    assert!(made["payments"][0].get("transaction_id").is_none(), "201 is not done");
    assert_eq!(twin.get(&format!("/v2/orders/{id}")).await.body["payment_status"], "captured");
    assert_eq!(v3_data(&twin, &format!("/v3/orders/{id}/transactions")).await.len(), 1);
    refused(&twin.write("POST", &refunds, &body).await, 422);

    let before = twin.practice.now();
    twin.practice.advance(5);
    let after = twin.get(&format!("/v2/orders/{id}")).await.body;
    assert_eq!((&after["status_id"], &after["payment_status"]), (&json!(4), &json!("refunded")));
    assert_eq!(after["refunded_amount"], "0.0000");
    let since = before.to_string();
    let moved = twin.send(twin.request("GET", "/v2/orders").query(&[("min_date_modified", since)])).await;
    assert!(moved.body.as_array().is_some_and(|all| all.iter().any(|one| one["id"] == *id)));
    assert_eq!(v3_data(&twin, &format!("/v3/orders/{id}/transactions")).await[1]["event"], "refund");
    let shown = v3_data(&twin, &refunds).await;
    assert_eq!(shown.len(), 1);
    assert!(shown[0]["payments"][0]["transaction_id"].is_string());
    assert_eq!(shown[0]["items"][0]["reason"], "op-7");
    refused(&twin.write("POST", &refunds, &body).await, 422);

    let effects = applied(&twin, "refund");
    assert_eq!(effects.len(), 1);
    assert_eq!(effects[0].amount, Some(total));
    let one = twin.get(&format!("/v3/orders/payment_actions/refunds/{}", made["id"])).await;
    refused(&one, 200);
}

async fn v3_data(twin: &Twin, path: &str) -> Vec<Value> {
    twin.get(path).await.data().to_vec()
}

#[tokio::test]
async fn a_refund_that_is_not_its_quote_is_refused_and_books_nothing() {
    let twin = store().await;
    let order = paid(&twin).await;
    let id = &order["id"];
    let refunds = format!("/v3/orders/{id}/payment_actions/refunds");
    let part = |amount: Value| json!([{ "item_type": "ORDER", "item_id": id, "amount": amount }]);
    let pay = |provider: &str, amount: Value| json!([{ "provider_id": provider, "amount": amount }]);
    for body in [
        json!({ "items": part(json!(5.0)), "payments": pay("custom", json!(4.99)) }),
        json!({ "items": part(json!(5.001)), "payments": pay("custom", json!(5.001)) }),
        json!({ "items": part(json!(99999)), "payments": pay("custom", json!(99999)) }),
        json!({ "items": part(json!(5.0)), "payments": pay("braintree", json!(5.0)) }),
        json!({ "items": [], "payments": [] }),
        json!({ "items": part(json!(5.0)), "payments": pay("custom", json!(5.0)), "note": "x" }),
    ] {
        refused(&twin.write("POST", &refunds, &body).await, 422);
    }
    let guest = v2(&twin, "/v2/orders?limit=250&customer_id=0&max_id=8000000").await;
    let guest = guest.iter().find(|order| order["payment_status"] == "captured" && order["status_id"] != 5);
    if let Some(guest) = guest {
        let items = json!([{ "item_type": "ORDER", "item_id": guest["id"], "amount": 5.0 }]);
        let body = json!({ "items": items, "payments": pay("storecredit", json!(5.0)) });
        let path = format!("/v3/orders/{}/payment_actions/refunds", guest["id"]);
        refused(&twin.write("POST", &path, &body).await, 422);
    }
    refused(
        &twin
            .write("POST", "/v3/orders/9000001/payment_actions/refund_quotes", &json!({ "items": [] }))
            .await,
        404,
    );
    assert!(applied(&twin, "refund").is_empty());
}

#[tokio::test]
async fn a_refund_whose_answer_was_cut_is_found_among_all() {
    let twin = store().await;
    let order = paid(&twin).await;
    let id = &order["id"];
    let body = json!({
        "items": [{ "item_type": "ORDER", "item_id": id, "amount": 5, "reason": "op-1" }],
        "payments": [{ "provider_id": "custom", "amount": 5, "offline": true }],
    });
    twin.fault(json!({ "fault": "cut_after", "operation": "createOrderRefund", "times": 1 }));
    let path = format!("/v3/orders/{id}/payment_actions/refunds");
    let request =
        twin.request("POST", &path).header("content-type", "application/json").body(body.to_string());
    assert!(request.send().await.is_err(), "the answer was cut off");
    let since = twin.practice.now().to_string();
    let list = twin.request("GET", "/v3/orders/payment_actions/refunds").query(&[("created:min", since)]);
    let found = twin.send(list).await;
    assert_eq!(found.data().len(), 1, "{}", found.text);
    assert_eq!(found.data()[0]["items"][0]["reason"], "op-1");
    assert_eq!(found.data()[0]["total_amount"], json!(5.0));
    twin.practice.advance(5);
    assert_eq!(twin.get(&format!("/v2/orders/{id}")).await.body["status_id"], 14);
    assert_eq!(applied(&twin, "refund").len(), 1);
}

#[tokio::test]
async fn a_status_set_by_hand_cancels_holds_and_lets_go() {
    let twin = store().await;
    let id = waiting(&twin).await;
    let path = format!("/v2/orders/{id}");
    let set = async |status: u64| twin.write("PUT", &path, &json!({ "status_id": status })).await;
    let held = set(12).await;
    assert_eq!((&held.body["status_id"], held.status), (&json!(12), 200));
    set(12).await;
    assert_eq!(applied(&twin, "fulfilment.hold").len(), 1, "the same status again changes nothing");
    twin.practice.advance(4 * 86_400);
    let still = twin.get(&path).await.body;
    assert_eq!((&still["status_id"], &still["items_shipped"]), (&json!(12), &json!(0)), "a held order stays");
    assert_eq!(set(11).await.body["status_id"], 11);
    assert_eq!(applied(&twin, "fulfilment.release").len(), 1);
    let note = twin.write("PUT", &path, &json!({ "status_id": 5, "staff_notes": "Ordered twice" })).await;
    assert_eq!((&note.body["status_id"], &note.body["staff_notes"]), (&json!(5), &json!("Ordered twice")));
    assert_eq!((applied(&twin, "order.cancel").len(), applied(&twin, "order.note").len()), (1, 1));
    assert_eq!(note.body["payment_status"], "captured", "cancelling refunds nothing");
    twin.practice.advance(60);
    let again = json!({ "staff_notes": "Ordered twice", "customer_message": "", "status_id": 5 });
    let again = twin.write("PUT", &path, &again).await;
    assert_eq!(again.body["date_modified"], note.body["date_modified"], "what was so before moves no date");
    refused(&set(15).await, 400);
    refused(&twin.write("PUT", &path, &json!({ "colour": 1 })).await, 400);
}

#[tokio::test]
async fn addresses_and_lines_of_an_order_can_be_changed() {
    let twin = store().await;
    let id = waiting(&twin).await;
    let address = v2(&twin, &format!("/v2/orders/{id}/shipping_addresses")).await[0].clone();
    let path = format!("/v2/orders/{id}/shipping_addresses/{}", address["id"]);
    let new = json!({ "street_1": "Lindenweg 7", "city": "Hamburg", "zip": "20095", "country_iso2": "DE" });
    let changed = twin.write("PUT", &path, &new).await;
    assert_eq!((changed.status, &changed.body["city"]), (200, &json!("Hamburg")));
    assert_eq!(changed.body["first_name"], address["first_name"], "what was left out stays");
    assert_eq!(applied(&twin, "order.address").len(), 1);
    refused(&twin.write("PUT", &format!("/v2/orders/{id}/shipping_addresses/1"), &new).await, 404);

    let billing = json!({ "billing_address": { "first_name": "Erased", "email": "", "zip": "0" } });
    let erased = twin.write("PUT", &format!("/v2/orders/{id}"), &billing).await;
    assert_eq!(erased.body["billing_address"]["first_name"], "Erased");
    assert_eq!(erased.body["billing_address"]["email"], "");

    let lines = v2(&twin, &format!("/v2/orders/{id}/products")).await;
    let body = json!({ "products": [{ "id": lines[0]["id"], "quantity": 0 }] });
    refused(&twin.write("PUT", &format!("/v2/orders/{id}"), &body).await, 200);
    let left = twin.get(&format!("/v2/orders/{id}/products")).await;
    let left = left.body.as_array().map_or(0, Vec::len);
    assert_eq!(left, lines.len() - 1, "a line without pieces is gone");
}

#[tokio::test]
async fn deleting_customers_needs_to_say_which() {
    let twin = store().await;
    let customers = v3(&twin, "/v3/customers?limit=250").await;
    refused(&twin.send(twin.request("DELETE", "/v3/customers")).await, 204);
    assert_eq!(v3(&twin, "/v3/customers?limit=250").await.len(), customers.len(), "nothing happened");
    let id = &customers[0]["id"];
    let path = format!("/v3/customers?id:in={id}");
    refused(&twin.send(twin.request("DELETE", &path)).await, 204);
    assert!(twin.get(&path).await.data().is_empty());
    assert_eq!(applied(&twin, "customer.delete").len(), 1);
    let (one, other) = (&customers[1], &customers[2]);
    let taken = json!([{ "id": one["id"], "email": other["email"] }]);
    refused(&twin.write("PUT", "/v3/customers", &taken).await, 422);
    let both =
        json!([{ "id": one["id"], "email": "a@b.example" }, { "id": other["id"], "email": "A@b.example" }]);
    refused(&twin.write("PUT", "/v3/customers", &both).await, 422);
    let moved = json!([{ "id": one["id"], "email": "a@b.example" }]);
    refused(&twin.write("PUT", "/v3/customers", &moved).await, 200);
    let follows = json!([{ "id": other["id"], "email": one["email"] }]);
    refused(&twin.write("PUT", "/v3/customers", &follows).await, 200);
    let back = json!([{ "id": other["id"], "email": "a@b.example" }]);
    refused(&twin.write("PUT", "/v3/customers", &back).await, 422);
    let noted = twin.write("PUT", "/v3/customers", &json!([{ "id": one["id"], "notes": "VIP" }])).await;
    assert_eq!(noted.data()[0]["notes"], "VIP");
    let many: Vec<Value> = (0..11).map(|_| json!({ "id": 1 })).collect();
    refused(&twin.write("PUT", "/v3/customers", &json!(many)).await, 413);
}

#[tokio::test]
async fn prices_and_texts_of_products_are_changed() {
    let twin = store().await;
    let products = v3(&twin, "/v3/catalog/products?include=variants").await;
    let product = products.iter().find(|it| it["variants"].as_array().is_some_and(|all| all.len() > 1));
    let product = product.expect("a product with variants");
    let (id, variant) = (&product["id"], product["variants"][1]["id"].clone());
    assert!(product["variants"][1]["price"].is_null(), "it costs what the product does");
    let own = twin.write("PUT", "/v3/catalog/variants", &json!([{ "id": variant, "price": 71.5 }])).await;
    assert_eq!(own.data()[0]["price"], json!(71.5));
    let changed =
        json!({ "price": 12.34, "name": "Renamed", "page_title": "Seen", "custom_url": { "url": "/new/" } });
    let path = format!("/v3/catalog/products/{id}?include=variants");
    let changed = twin.write("PUT", &path, &changed).await;
    let data = &changed.body["data"];
    assert_eq!((&data["price"], &data["name"]), (&json!(12.34), &json!("Renamed")));
    assert_eq!((&data["page_title"], &data["custom_url"]["url"]), (&json!("Seen"), &json!("/new/")));
    assert_eq!(data["variants"][1]["price"], json!(71.5), "a price of its own stays");
    assert_eq!(data["variants"][0]["calculated_price"], json!(12.34));
    assert_eq!((applied(&twin, "price.set").len(), applied(&twin, "product.edit").len()), (2, 1));
    let other = products.iter().find(|it| it["id"] != *id).expect("another");
    refused(&twin.write("PUT", &path, &json!({ "name": other["name"] })).await, 409);
    refused(&twin.write("PUT", &path, &json!({ "price": "12.34" })).await, 422);
    refused(&twin.write("PUT", "/v3/catalog/variants", &json!([{ "id": 1, "price": 1 }])).await, 422);

    let record = |currency: &str| json!([{ "variant_id": variant, "price": 9.99, "currency": currency }]);
    refused(&twin.write("PUT", "/v3/pricelists/1/records", &record("eur")).await, 200);
    let path = format!("/v3/pricelists/1/records?variant_id:in={variant}");
    assert_eq!(twin.get(&path).await.data()[0]["price"], json!(9.99));
    let wrong = twin.write("PUT", "/v3/pricelists/1/records", &record("xyz")).await;
    refused(&wrong, 422);
    assert!(wrong.body["batch_errors"].is_array());
}

#[tokio::test]
async fn numbers_without_measure_are_refused() {
    let twin = store().await;
    let id = waiting(&twin).await;
    let path = format!("/v2/orders/{id}");
    let line = v2(&twin, &format!("{path}/products")).await[0]["id"].clone();
    for (member, value) in
        [("quantity", json!(4_294_967_295_u64)), ("price_inc_tax", json!(90_000_000_000_000_000_i64))]
    {
        let mut change = json!({ "id": line });
        change[member] = value;
        refused(&twin.write("PUT", &path, &json!({ "products": [change] })).await, 400);
    }
    refused(&twin.get(&path).await, 200);
    let product = &v3(&twin, "/v3/catalog/products?include=variants").await[0];
    let (own, variant) = (format!("/v3/catalog/products/{}", product["id"]), &product["variants"][0]["id"]);
    for member in ["price", "inventory_level"] {
        let mut change = json!({ "id": variant });
        change[member] = json!(90_000_000_000_000_000_i64);
        refused(&twin.write("PUT", "/v3/catalog/variants", &json!([change])).await, 422);
        let change = json!({ member: change[member] });
        refused(&twin.write("PUT", &own, &change).await, 422);
    }
    let adjusted = json!({ "items": [{ "location_id": 1, "variant_id": variant, "quantity": i64::MAX }] });
    refused(&twin.write("POST", "/v3/inventory/adjustments/relative", &adjusted).await, 422);
    assert!(applied(&twin, "stock.set").is_empty() && applied(&twin, "price.set").is_empty());
}

#[tokio::test]
async fn stock_is_set_at_once_and_shows_a_little_later() {
    let twin = store().await;
    let items = v3(&twin, "/v3/inventory/items?limit=1000").await;
    let variant = &items[0]["identity"]["variant_id"];
    let path = format!("/v3/inventory/items?variant_id:in={variant}");
    let shown = async || twin.get(&path).await.data()[0]["locations"][0]["available_to_sell"].clone();
    let before = shown().await;
    let body = |quantity: i64| json!({ "reason": "Counted", "items": [{ "location_id": 1, "variant_id": variant, "quantity": quantity }] });
    let set = twin.write("PUT", "/v3/inventory/adjustments/absolute", &body(41)).await;
    assert!(set.body["transaction_id"].is_string(), "{}", set.text);
    assert_eq!(shown().await, before, "a read right after it is old");
    twin.practice.advance(3);
    assert_eq!(shown().await, json!(41));
    refused(&twin.write("POST", "/v3/inventory/adjustments/relative", &body(-1)).await, 200);
    twin.practice.advance(3);
    assert_eq!(shown().await, json!(40));
    assert_eq!(applied(&twin, "stock.set").len(), 2);
    let several = v3(&twin, "/v3/catalog/products?limit=250").await;
    let several = several.iter().find(|it| it["inventory_tracking"] == "variant").expect("one with variants");
    let wrong = json!({ "items": [{ "location_id": 1, "product_id": several["id"], "quantity": 1 }] });
    let wrong = twin.write("PUT", "/v3/inventory/adjustments/absolute", &wrong).await;
    refused(&wrong, 422);
    assert_eq!(wrong.header("content-type"), Some("application/problem+json"));
    refused(&twin.write("PUT", "/v3/inventory/adjustments/absolute", &body(-1)).await, 422);
}

#[tokio::test]
async fn a_code_is_made_once_and_taken_away() {
    let twin = store().await;
    let coupon = |enabled: bool| {
        json!({
            "name": "Sorry", "type": "per_total_discount", "amount": "5.0000", "code": "SORRY-1",
            "applies_to": { "entity": "categories", "ids": [0] }, "enabled": enabled, "max_uses": 1,
        })
    };
    let made = twin.write("POST", "/v2/coupons", &coupon(true)).await;
    refused(&made, 201);
    refused(&twin.write("POST", "/v2/coupons", &coupon(true)).await, 409);
    let found = twin.get("/v2/coupons?code=SORRY-1").await;
    assert_eq!(found.body[0]["id"], made.body["id"]);
    let path = format!("/v2/coupons/{}", made.body["id"]);
    refused(&twin.write("PUT", &path, &json!({ "enabled": false })).await, 400);
    assert_eq!(twin.write("PUT", &path, &coupon(false)).await.body["enabled"], false);
    assert_eq!((applied(&twin, "discount.create").len(), applied(&twin, "discount.disable").len()), (1, 1));

    let rules = json!([{ "action": { "cart_value": { "discount": { "percentage_amount": "10" } } } }]);
    let promotion = json!({ "name": "Ten off", "redemption_type": "COUPON", "rules": rules });
    let promotion = twin.write("POST", "/v3/promotions", &promotion).await;
    refused(&promotion, 201);
    let id = &promotion.body["data"]["id"];
    let codes = format!("/v3/promotions/{id}/codes");
    refused(&twin.write("POST", &codes, &json!({ "code": "sorry-1" })).await, 422);
    refused(&twin.write("POST", &codes, &json!({ "code": "TEN%" })).await, 422);
    let code = twin.write("POST", &codes, &json!({ "code": "TEN", "max_uses": 1 })).await;
    refused(&code, 201);
    assert_eq!(twin.get("/v3/promotions/codes?code=TEN").await.data()[0]["id"], code.body["data"]["id"]);
    assert_eq!(v3(&twin, "/v3/promotions?code=TEN").await.len(), 1);
    let path = format!("{codes}/{}", code.body["data"]["id"]);
    refused(&twin.send(twin.request("DELETE", &path)).await, 204);
    assert!(twin.get(&codes).await.data().is_empty());
}

#[tokio::test]
async fn what_was_done_is_there_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let kept = || Options { state: Some(folder.path().to_owned()), ..alone() };
    let twin = Twin::start(Platform::Bigcommerce, kept()).await;
    let order = paid(&twin).await;
    let id = order["id"].clone();
    let body = json!({
        "items": [{ "item_type": "ORDER", "item_id": id, "amount": 5, "reason": "op-1" }],
        "payments": [{ "provider_id": "custom", "amount": 5 }],
    });
    refused(&twin.write("POST", &format!("/v3/orders/{id}/payment_actions/refunds"), &body).await, 201);
    let held = waiting(&twin).await;
    refused(&twin.write("PUT", &format!("/v2/orders/{held}"), &json!({ "status_id": 12 })).await, 200);
    twin.practice.advance(60);
    let before = twin.get("/v3/orders/payment_actions/refunds?limit=250").await.body;
    let order = twin.get(&format!("/v2/orders/{held}")).await.body;
    twin.practice.stop().await;

    let twin = Twin::start(Platform::Bigcommerce, kept()).await;
    twin.practice.advance(60);
    assert_eq!(twin.get("/v3/orders/payment_actions/refunds?limit=250").await.body, before);
    let mut again = twin.get(&format!("/v2/orders/{held}")).await.body;
    for link in ["products", "shipping_addresses", "coupons", "consignments", "fees"] {
        again[link] = order[link].clone();
    }
    assert_eq!(again, order, "but for the port in its links");
    assert_eq!(applied(&twin, "refund").len(), 1);
}
