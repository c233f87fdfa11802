//! Promises of the WooCommerce twin's writes: what the vendor does, and what it does not mind.

use fermata_model::Platform;
use fermata_sandbox::Options;
use fermata_sandbox::world::{Doing, Id as _, Instruction};
use serde_json::{Value, json};

use crate::twin::{Answer, Twin, options};
use crate::woocommerce_reads::{items, pages, woocommerce};

const API: &str = "/wp-json/wc/v3";

/// A paid order that was placed just now: not packed, and nothing has happened to it.
async fn order(twin: &Twin) -> Value {
    twin.practice.act(&Instruction { customer: None, what: Doing::Order, concern: None }).expect("an order");
    let orders = twin.get(&format!("{API}/orders?status=processing&per_page=1")).await;
    items(&orders).first().cloned().expect("an order that waits")
}

fn path(order: &Value) -> String {
    format!("{API}/orders/{}", order["id"])
}

fn refund(twin: &Twin, order: &Value, body: Value) -> impl Future<Output = Answer> {
    let path = format!("{}/refunds", path(order));
    async move { twin.write("POST", &path, &body).await }
}

fn kinds(twin: &Twin) -> Vec<String> {
    let journal = twin.practice.journal(Platform::Woocommerce);
    journal.into_iter().flat_map(|entry| entry.applied).map(|effect| effect.kind).collect()
}

/// Pieces of the first line's variant that are in stock.
fn stock(twin: &Twin, order: &Value) -> i64 {
    let number = order["line_items"][0]["id"].as_u64().expect("an id");
    twin.practice.world(|world| {
        let mut lines = world.orders.iter().flat_map(|(_, order)| &order.lines);
        let line = lines.find(|line| line.id.number() == number).expect("the line");
        world.variants.get(line.variant).expect("a variant").available()
    })
}

#[tokio::test]
async fn four_equal_refunds_are_four_refunds() {
    let twin = woocommerce().await;
    let order = order(&twin).await;
    let body = json!({
        "amount": order["total"], "reason": "late", "meta_data": [{ "key": "_fermata_operation", "value": "op-1" }],
    });
    for _ in 0..4 {
        let made = refund(&twin, &order, body.clone()).await;
        assert_eq!(made.status, 201, "{}", made.text);
        assert_eq!((&made.body["amount"], &made.body["refunded_payment"]), (&order["total"], &json!(true)));
    }
    let listed = twin.get(&format!("{}/refunds", path(&order))).await;
    assert_eq!(items(&listed).len(), 4);
    let kept = |refund: &Value| refund["meta_data"][0]["value"] == "op-1";
    assert!(items(&listed).iter().all(kept), "our own id comes back: {}", listed.text);
    let journal = twin.practice.journal(Platform::Woocommerce);
    let booked: Vec<_> = journal.iter().filter(|entry| !entry.applied.is_empty()).collect();
    assert_eq!(booked.len(), 4);
    assert!(booked.iter().all(|entry| entry.key.as_deref() == Some("op-1")));
    assert_eq!(booked[0].operation, "POST orders/{id}/refunds");
    assert_eq!(booked[0].applied[0].kind, "refund");
    let shown = twin.get(&path(&order)).await;
    let total = format!("-{}", order["total"].as_str().expect("text"));
    assert_eq!(shown.body["refunds"][0]["total"], total, "negative here, positive there");
    assert_eq!((&shown.body["status"], &shown.body["total"]), (&json!("refunded"), &order["total"]));
    twin.practice.advance(1);
    let late = refund(&twin, &order, body).await;
    assert_eq!(late.status, 500, "a second later the sum is known");
}

#[tokio::test]
async fn a_refused_refund_is_500_with_a_bare_number() {
    let twin = woocommerce().await;
    let order = order(&twin).await;
    let wrong = |message: &str| json!({ "code": "woocommerce_rest_cannot_create_order_refund", "message": message, "data": 500 });
    let refused = refund(&twin, &order, json!({ "amount": "99999.00", "api_refund": false })).await;
    assert_eq!((refused.status, &refused.body), (500, &wrong("Invalid refund amount.")));
    let refused = refund(&twin, &order, json!({ "amount": "6.66" })).await;
    assert_eq!((refused.status, &refused.body), (500, &wrong("Card refund declined")));
    assert_eq!(twin.write("PUT", &path(&order), &json!({ "payment_method": "cod" })).await.status, 200);
    let refused = refund(&twin, &order, json!({ "amount": "1.00" })).await;
    let message = "The payment gateway for this order does not support automatic refunds.";
    assert_eq!((refused.status, &refused.body), (500, &wrong(message)));
    let booked = refund(&twin, &order, json!({ "amount": "1.00", "api_refund": false })).await;
    assert_eq!((booked.status, &booked.body["refunded_payment"]), (201, &json!(false)));
    let typed = refund(&twin, &order, json!({ "amount": 1 })).await;
    assert_eq!(
        (typed.status, &typed.body["data"]["params"]["amount"]),
        (400, &json!("amount is not of type string."))
    );
    assert_eq!(kinds(&twin), ["order_edit", "refund"]);
}

#[tokio::test]
async fn a_refund_of_a_line_restocks_unless_told_not_to() {
    let twin = woocommerce().await;
    let order = order(&twin).await;
    let line = &order["line_items"][0];
    let before = stock(&twin, &order);
    let body = |restock: Value| {
        let item = json!({ "id": line["id"], "quantity": 1, "refund_total": "0.10", "refund_tax": [{ "id": 1, "refund_total": "0.02" }] });
        let mut body = json!({ "line_items": [item, { "id": 1, "quantity": 1 }] });
        if !restock.is_null() {
            body["api_restock"] = restock;
        }
        body
    };
    let made = refund(&twin, &order, body(json!(false))).await;
    assert_eq!((made.status, &made.body["amount"]), (201, &json!("0.12")), "{}", made.text);
    assert_eq!(made.body["line_items"][0]["total"], "-0.10");
    assert_eq!(stock(&twin, &order), before);
    assert_eq!(refund(&twin, &order, body(Value::Null)).await.status, 201);
    assert_eq!(stock(&twin, &order), before + 1, "the default puts it back");
    assert_eq!(
        refund(&twin, &order, json!({ "amount": "0.00" })).await.status,
        201,
        "nothing is a refund too"
    );
}

#[tokio::test]
async fn notes_metadata_and_removed_refunds_do_not_move_the_date_and_all_else_does() {
    let twin = woocommerce().await;
    let order = order(&twin).await;
    let modified = async || twin.get(&path(&order)).await.body["date_modified_gmt"].clone();
    twin.practice.advance(60);
    let before = modified().await;
    let note = twin.write("POST", &format!("{}/notes", path(&order)), &json!({ "note": "Called" })).await;
    assert_eq!((note.status, &note.body["customer_note"]), (201, &json!(false)), "{}", note.text);
    let tags = json!({ "meta_data": [{ "key": "fermata_tags", "value": ["late"] }] });
    let tagged = twin.write("PUT", &path(&order), &tags).await;
    assert_eq!(tagged.body["meta_data"][0]["value"], json!(["late"]), "any type is kept");
    assert_eq!(modified().await, before);
    let made = refund(&twin, &order, json!({ "amount": "1.00" })).await;
    let refunded = modified().await;
    assert_ne!(refunded, before, "a refund moves it");
    twin.practice.advance(60);
    let gone = twin
        .send(twin.request("DELETE", &format!("{}/refunds/{}?force=true", path(&order), made.body["id"])));
    assert_eq!(gone.await.status, 200);
    assert_eq!(modified().await, refunded);
    assert!(items(&twin.get(&format!("{}/refunds", path(&order))).await).is_empty());
    let address = json!({ "shipping": { "address_1": "2 Side St", "country": "XX" } });
    let moved = twin.write("PUT", &path(&order), &address).await;
    assert_eq!((moved.status, &moved.body["shipping"]["country"]), (200, &json!("XX")), "nothing is checked");
    assert_eq!(moved.body["shipping"]["city"], order["shipping"]["city"], "the rest stays");
    assert_ne!(modified().await, refunded);
    let notes = twin.get(&format!("{}/notes", path(&order))).await;
    assert_eq!(items(&notes)[0]["note"], "Called", "newest first");
    assert_eq!(kinds(&twin), ["order.note", "order.tag", "refund", "refund.delete", "order.address"]);
    let refused = twin.write("PUT", &path(&order), &json!({ "billing": { "email": "nope" } })).await;
    assert_eq!(
        (refused.status, &refused.body["data"]["params"]["billing"]),
        (400, &json!("Invalid email address."))
    );
}

#[tokio::test]
async fn cancelling_restocks_and_refunds_nothing_and_can_be_taken_back() {
    let twin = woocommerce().await;
    let order = order(&twin).await;
    let before = stock(&twin, &order);
    let pieces = order["line_items"][0]["quantity"].as_i64().expect("pieces");
    let set = async |status: &str| {
        let set = twin.write("PUT", &path(&order), &json!({ "status": status })).await;
        assert_eq!((set.status, &set.body["status"]), (200, &json!(status)), "{}", set.text);
        set
    };
    let cancelled = set("cancelled").await;
    assert_eq!(cancelled.body["refunds"], json!([]));
    assert_eq!(stock(&twin, &order), before + pieces);
    set("cancelled").await;
    assert_eq!(stock(&twin, &order), before + pieces, "once is enough");
    set("processing").await;
    assert_eq!(stock(&twin, &order), before);
    set("on-hold").await;
    twin.practice.advance(3 * 24 * 3_600);
    assert_eq!(twin.get(&path(&order)).await.body["status"], "on-hold", "what is held is not sent");
    set("processing").await;
    assert_eq!(kinds(&twin), ["order.cancel", "order.status", "fulfilment.hold", "fulfilment.release"]);
    let refused = twin.write("PUT", &path(&order), &json!({ "status": "bogus" })).await;
    assert_eq!(refused.status, 400);
    assert_eq!(refused.body["data"]["details"]["status"]["code"], "rest_not_in_enum");
}

#[tokio::test]
async fn what_is_in_the_bin_is_only_in_the_list_of_the_bin() {
    let twin = woocommerce().await;
    let order = order(&twin).await;
    let delete =
        async |query: &str| twin.send(twin.request("DELETE", &format!("{}{query}", path(&order)))).await;
    let binned = delete("").await;
    assert_eq!((binned.status, &binned.body["status"]), (200, &json!("processing")), "shown as it was");
    let listed = async |query: &str| {
        let all = pages(&twin, &format!("orders?per_page=100&_fields=id&{query}")).await;
        all.iter().any(|one| one["id"] == order["id"])
    };
    assert!(!listed("status=any").await && listed("status=trash").await);
    assert_eq!(twin.get(&path(&order)).await.body["status"], "trash");
    let again = delete("").await;
    assert_eq!((again.status, &again.body["code"]), (410, &json!("woocommerce_rest_already_trashed")));
    assert_eq!(delete("?force=true").await.status, 200);
    let gone = twin.get(&path(&order)).await;
    assert_eq!((gone.status, &gone.body["code"]), (404, &json!("woocommerce_rest_shop_order_invalid_id")));
    assert!(!listed("status=trash").await);
}

/// The path of something that carries a price: a simple product, or a variation.
async fn sold(twin: &Twin) -> String {
    let products = pages(twin, "products?per_page=100").await;
    match products.iter().find(|product| product["type"] == "simple") {
        Some(simple) => format!("{API}/products/{}", simple["id"]),
        None => format!("{API}/products/{}/variations/{}", products[0]["id"], products[0]["variations"][0]),
    }
}

#[tokio::test]
async fn a_price_that_is_no_number_clears_the_price_and_is_200() {
    let twin = woocommerce().await;
    let path = sold(&twin).await;
    let put = async |body: Value| twin.write("PUT", &path, &body).await;
    let set = put(json!({ "regular_price": "13.00", "sale_price": "11.00" })).await;
    assert_eq!((&set.body["price"], &set.body["on_sale"]), (&json!("11.00"), &json!(true)), "{}", set.text);
    let fine = put(json!({ "regular_price": "6.005", "sale_price": "" })).await;
    assert_eq!(fine.body["price"], "6.005", "as typed");
    let cleared = put(json!({ "regular_price": "abc" })).await;
    assert_eq!(
        (cleared.status, &cleared.body["price"], &cleared.body["purchasable"]),
        (200, &json!(""), &json!(false))
    );
    let refused = put(json!({ "regular_price": 7 })).await;
    assert_eq!((refused.status, &refused.body["code"]), (400, &json!("rest_invalid_param")));
    let odd = put(json!({ "colour": "red" })).await;
    assert_eq!(odd.status, 200, "what nobody knows is ignored");
    assert_eq!(kinds(&twin), ["price.set", "price.set", "price.set"]);
}

#[tokio::test]
async fn stock_is_set_absolutely_and_may_be_below_nothing() {
    let twin = woocommerce().await;
    let path = sold(&twin).await;
    twin.practice.advance(60);
    let before = twin.get(&path).await.body;
    let set = twin.write("PUT", &path, &json!({ "stock_quantity": 41 })).await;
    assert_eq!((&set.body["stock_quantity"], set.status), (&json!(41), 200));
    assert_ne!(set.body["date_modified"], before["date_modified"]);
    let below = twin.write("PUT", &path, &json!({ "stock_quantity": -2 })).await;
    assert_eq!(
        (&below.body["stock_quantity"], &below.body["stock_status"]),
        (&json!(-2), &json!("outofstock"))
    );
    assert_eq!(kinds(&twin), ["stock.set", "stock.set"]);
}

#[tokio::test]
async fn numbers_without_measure_break_nothing() {
    let twin = woocommerce().await;
    let path = sold(&twin).await;
    for stock in [i64::MIN, i64::MAX] {
        let set = twin.write("PUT", &path, &json!({ "manage_stock": true, "stock_quantity": stock })).await;
        assert_eq!(set.status, 200, "{}", set.text);
    }
    let typed = "90000000000000000";
    let priced = twin.write("PUT", &path, &json!({ "regular_price": typed })).await;
    assert_eq!((priced.status, &priced.body["regular_price"]), (200, &json!(typed)), "it is kept as typed");
    for _ in 0..5 {
        order(&twin).await;
    }
    twin.practice.advance(30 * 86_400);
    assert_eq!(twin.get(&path).await.status, 200, "the shop lives on");
}

#[tokio::test]
async fn names_come_back_escaped_and_without_scripts() {
    let twin = woocommerce().await;
    let product = items(&twin.get(&format!("{API}/products?per_page=1")).await)[0]["id"].clone();
    let body = json!({ "name": "Mug & <b>spoon</b><script>alert(1)</script>", "description": "<p>Good & strong</p>" });
    let named = twin.write("PUT", &format!("{API}/products/{product}"), &body).await;
    assert_eq!(named.body["name"], "Mug &amp; <b>spoon</b>", "{}", named.text);
    assert_eq!(named.body["description"], "<p>Good &amp; strong</p>");
    assert_eq!(kinds(&twin), ["product.edit"]);
    let unknown = twin.write("PUT", &format!("{API}/products/999999"), &body).await;
    assert_eq!((unknown.status, &unknown.body["code"]), (400, &json!("woocommerce_rest_product_invalid_id")));
}

#[tokio::test]
async fn a_coupon_is_lower_cased_unique_and_can_be_disabled() {
    let twin = woocommerce().await;
    let body = json!({
        "code": "SORRY10", "discount_type": "percent", "amount": "10", "usage_limit": 1, "date_expires": "2027-01-01T00:00:00",
    });
    let made = twin.write("POST", &format!("{API}/coupons"), &body).await;
    assert_eq!((made.status, &made.body["code"]), (201, &json!("sorry10")), "{}", made.text);
    assert_eq!(
        (&made.body["amount"], &made.body["date_expires_gmt"]),
        (&json!("10.00"), &json!("2026-12-31T23:00:00"))
    );
    let again =
        twin.write("POST", &format!("{API}/coupons"), &json!({ "code": "sorry10", "amount": "5" })).await;
    assert_eq!(
        (again.status, &again.body["code"]),
        (400, &json!("woocommerce_rest_coupon_code_already_exists"))
    );
    let found = twin.get(&format!("{API}/coupons?code=Sorry10")).await;
    assert_eq!(items(&found)[0]["id"], made.body["id"]);
    assert!(items(&twin.get(&format!("{API}/coupons?code=other")).await).is_empty());
    let path = format!("{API}/coupons/{}", made.body["id"]);
    let ended = twin.write("PUT", &path, &json!({ "date_expires": "2026-01-01T00:00:00" })).await;
    assert_eq!(ended.status, 200, "{}", ended.text);
    assert_eq!(twin.send(twin.request("DELETE", &path)).await.status, 200);
    let all = twin.get(&format!("{API}/coupons")).await;
    assert_eq!(items(&all)[0]["status"], "trash", "this list leaves nothing out");
    assert!(items(&twin.get(&format!("{API}/coupons?code=sorry10")).await).is_empty());
    let anew = twin.write("POST", &format!("{API}/coupons"), &body).await;
    assert_eq!(anew.status, 201, "only a coupon in force has its code: {}", anew.text);
    assert_eq!(kinds(&twin), ["discount.create", "discount.disable", "discount.delete", "discount.create"]);
    let missing = twin.write("POST", &format!("{API}/coupons"), &json!({ "amount": "5" })).await;
    assert_eq!(missing.body["code"], "rest_missing_callback_param");
}

#[tokio::test]
async fn a_customer_is_changed_and_removed_only_by_force() {
    let twin = woocommerce().await;
    let customers = pages(&twin, "customers?per_page=100").await;
    let path = format!("{API}/customers/{}", customers[0]["id"]);
    let body = json!({ "first_name": "Ann", "billing": { "phone": "+15550001" } });
    let changed = twin.write("PUT", &path, &body).await;
    assert_eq!(
        (&changed.body["first_name"], &changed.body["billing"]["phone"]),
        (&json!("Ann"), &json!("+15550001"))
    );
    let taken = twin.write("PUT", &path, &json!({ "email": customers[1]["email"] })).await;
    assert_eq!(taken.status, 400);
    let email = customers[1]["email"].as_str().expect("an address");
    let found = twin.get(&format!("{API}/customers?email={email}")).await;
    assert_eq!(items(&found)[0]["id"], customers[1]["id"]);
    let moved = twin.write("PUT", &path, &json!({ "email": "ann@moved.example" })).await;
    assert_eq!(moved.body["email"], "ann@moved.example");
    let other = format!("{API}/customers/{}", customers[1]["id"]);
    let taken = twin.write("PUT", &other, &json!({ "email": "Ann@moved.example" })).await;
    assert_eq!(taken.status, 400, "somebody has it now");
    let free = twin.write("PUT", &other, &json!({ "email": customers[0]["email"] })).await;
    assert_eq!(free.status, 200, "nobody has it any more");
    assert_eq!(twin.send(twin.request("DELETE", &path)).await.status, 501);
    assert_eq!(twin.send(twin.request("DELETE", &format!("{path}?force=true"))).await.status, 200);
    assert_eq!(twin.get(&path).await.status, 404);
    let free = twin.write("PUT", &other, &json!({ "email": "ann@moved.example" })).await;
    assert_eq!(free.status, 200, "whoever is removed holds no address");
}

#[tokio::test]
async fn a_batch_is_200_with_errors_inside_and_holds_a_hundred() {
    let twin = woocommerce().await;
    let order = order(&twin).await;
    let body = json!({ "update": [{ "id": order["id"], "status": "on-hold" }, { "id": 999_999, "status": "on-hold" }] });
    let done = twin.write("POST", &format!("{API}/orders/batch"), &body).await;
    assert_eq!(done.status, 200);
    assert_eq!(done.body["update"][0]["status"], "on-hold");
    assert_eq!(done.body["update"][1]["error"]["code"], "woocommerce_rest_shop_order_invalid_id");
    let many = json!({ "update": vec![json!({ "id": 1 }); 101] });
    let refused = twin.write("POST", &format!("{API}/orders/batch"), &many).await;
    assert_eq!(
        (refused.status, &refused.body["code"]),
        (413, &json!("woocommerce_rest_request_entity_too_large"))
    );
}

#[tokio::test]
async fn a_refund_whose_answer_was_cut_is_there_to_be_found() {
    let twin = woocommerce().await;
    let order = order(&twin).await;
    twin.fault(json!({ "fault": "cut_after", "operation": "POST orders/{id}/refunds", "times": 1 }));
    let body = json!({ "amount": "1.00", "meta_data": [{ "key": "_fermata_operation", "value": "op-7" }] });
    let request = twin.request("POST", &format!("{}/refunds", path(&order))).json(&body);
    assert!(request.send().await.is_err());
    let listed = twin.get(&format!("{}/refunds", path(&order))).await;
    assert_eq!(items(&listed)[0]["meta_data"][0]["value"], "op-7");
    assert_eq!(kinds(&twin), ["refund"]);
}

#[tokio::test]
async fn what_was_written_is_there_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let kept = || Options {
        state: Some(folder.path().to_owned()),
        platforms: [Platform::Woocommerce].into(),
        ..options()
    };
    let twin = Twin::start(Platform::Woocommerce, kept()).await;
    let order = order(&twin).await;
    let body = json!({ "amount": "1.00", "meta_data": [{ "key": "_fermata_operation", "value": "op-1" }] });
    assert_eq!(refund(&twin, &order, body).await.status, 201);
    assert_eq!(refund(&twin, &order, json!({ "amount": "99999.00" })).await.status, 500);
    let tags = json!({ "status": "on-hold", "meta_data": [{ "key": "tags", "value": ["x"] }] });
    assert_eq!(twin.write("PUT", &path(&order), &tags).await.status, 200);
    assert_eq!(
        twin.write("POST", &format!("{API}/coupons"), &json!({ "code": "a1", "amount": "5" })).await.status,
        201
    );
    let relative = [
        path(&order),
        format!("{}/refunds", path(&order)),
        format!("{}/notes", path(&order)),
        format!("{API}/coupons"),
    ];
    let read = async |twin: &Twin| {
        let mut all = Vec::new();
        for path in &relative {
            let text = twin.get(path).await.text;
            all.push(text.replace(twin.practice.base_url(Platform::Woocommerce), ""));
        }
        all
    };
    let before = read(&twin).await;
    twin.practice.stop().await;
    let twin = Twin::start(Platform::Woocommerce, kept()).await;
    assert_eq!(read(&twin).await, before, "the same under the same numbers");
    let journal = twin.practice.journal(Platform::Woocommerce);
    let refunds = journal.iter().flat_map(|entry| &entry.applied).filter(|effect| effect.kind == "refund");
    assert_eq!(refunds.count(), 1);
    assert!(twin.practice.world(|world| world.orders.next_id().place() > 0));
}
