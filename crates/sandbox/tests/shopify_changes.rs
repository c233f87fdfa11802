//! Promises about what an app changes: orders, stock, prices, texts, discounts, holds.

use fermata_model::Platform;
use serde_json::{Value, json};

use crate::shopify_door::Door;

const CANCEL: &str = "mutation ($id: ID!, $note: String) {
  orderCancel(orderId: $id, reason: OTHER, restock: true, staffNote: $note,
    refundMethod: { originalPaymentMethodsRefund: false }) {
    job { id done } orderCancelUserErrors { code field message } userErrors { message }
  }
}";

fn applied(door: &Door, kind: &str) -> usize {
    let entries = door.practice.journal(Platform::Shopify);
    entries.iter().flat_map(|entry| &entry.applied).filter(|effect| effect.kind == kind).count()
}

/// Lets time go on until an order waits to be packed, and returns its id.
async fn waiting(door: &Door) -> Value {
    for _ in 0..500 {
        let data = door
            .data(
                "{ orders(first: 50, sortKey: CREATED_AT, reverse: true) { nodes {
                   id cancelledAt fulfillments { id } } } }",
                json!({}),
            )
            .await;
        let orders = data["orders"]["nodes"].as_array().expect("orders");
        let open =
            orders.iter().find(|order| order["cancelledAt"].is_null() && order["fulfillments"] == json!([]));
        if let Some(order) = open {
            return order["id"].clone();
        }
        door.practice.advance(7_200);
    }
    panic!("nobody orders anything");
}

#[tokio::test]
async fn a_cancellation_is_shown_a_moment_later_and_made_once() {
    let door = Door::open().await;
    let id = waiting(&door).await;
    let ask =
        async |note: &str| door.data(CANCEL, json!({ "id": id, "note": note })).await["orderCancel"].take();
    assert_eq!(ask(&"x".repeat(256)).await["orderCancelUserErrors"][0]["code"], "INVALID");
    let first = ask("ours").await;
    assert_eq!((&first["orderCancelUserErrors"], &first["job"]["done"]), (&json!([]), &json!(false)));
    let read = async || {
        let query = "query ($id: ID!) { order(id: $id) { cancelledAt cancellation { staffNote } totalRefundedSet { shopMoney { amount } } } }";
        door.data(query, json!({ "id": id })).await["order"].take()
    };
    assert_eq!(read().await["cancelledAt"], Value::Null, "the job is still at it");
    door.practice.advance(5);
    let order = read().await;
    assert!(order["cancelledAt"].is_string());
    assert_eq!(order["cancellation"]["staffNote"], "ours");
    assert_eq!(order["totalRefundedSet"]["shopMoney"]["amount"], "0.0", "no money went back");
    let again = ask("again").await;
    assert_eq!(
        again["userErrors"],
        json!([{ "message": "Cannot cancel an order that has already been canceled" }])
    );
    assert_eq!(applied(&door, "order.cancel"), 1);
}

#[tokio::test]
async fn stock_is_set_once_under_a_key_and_only_from_what_it_was() {
    let door = Door::open().await;
    let data = door
        .data(
            "{ inventoryItems(first: 1) { nodes { id inventoryLevels(first: 1) { nodes {
               location { id } quantities(names: [\"available\"]) { quantity } } } } } }",
            json!({}),
        )
        .await;
    let item = &data["inventoryItems"]["nodes"][0];
    let level = &item["inventoryLevels"]["nodes"][0];
    let held = level["quantities"][0]["quantity"].as_i64().expect("a count");
    let input = |from: Value, to: i64| {
        let mut quantity =
            json!({ "inventoryItemId": item["id"], "locationId": level["location"]["id"], "quantity": to });
        if from != "absent" {
            quantity["changeFromQuantity"] = from;
        }
        json!({ "name": "available", "reason": "correction", "quantities": [quantity] })
    };
    let set = async |input: Value, key: &str| {
        let query = "mutation ($input: InventorySetQuantitiesInput!, $key: String!) {
           inventorySetQuantities(input: $input) @idempotent(key: $key) {
             inventoryAdjustmentGroup { id } userErrors { code } } }";
        door.ask(query, json!({ "input": input, "key": key })).await
    };
    let missing = set(input(json!("absent"), 5), "a").await;
    assert_eq!(missing["errors"][0]["extensions"]["code"], "INVALID_FIELD_ARGUMENTS");
    let stale = set(input(json!(held + 1), 5), "b").await;
    assert_eq!(
        stale["data"]["inventorySetQuantities"]["userErrors"][0]["code"],
        "CHANGE_FROM_QUANTITY_STALE"
    );
    let first = set(input(json!(held), held + 3), "c").await;
    let again = set(input(json!(held), held + 3), "c").await;
    assert_eq!(first["data"], again["data"], "the same key answers as before");
    assert_eq!(applied(&door, "stock.set"), 1);
}

#[tokio::test]
async fn a_code_is_taken_once_and_a_handle_holds_once() {
    let door = Door::open().await;
    let query = "mutation ($discount: DiscountCodeBasicInput!) {
       discountCodeBasicCreate(basicCodeDiscount: $discount) { codeDiscountNode { id } userErrors { code } } }";
    let discount = json!({ "discount": { "code": "Sorry-1", "title": "Sorry", "startsAt": "2026-11-21T20:00:00Z",
        "context": { "all": "ALL" }, "customerGets": { "items": { "all": true }, "value": { "percentage": 0.1 } } } });
    let made = door.data(query, discount.clone()).await["discountCodeBasicCreate"].take();
    assert_eq!(made["userErrors"], json!([]));
    let again = door.data(query, discount).await["discountCodeBasicCreate"].take();
    assert_eq!(again["userErrors"], json!([{ "code": "TAKEN" }]));
    let off = "mutation ($id: ID!) { discountCodeDeactivate(id: $id) {
       codeDiscountNode { codeDiscount { ... on DiscountCodeBasic { status } } } userErrors { code } } }";
    for _ in 0..2 {
        let answer = door.data(off, json!({ "id": made["codeDiscountNode"]["id"] })).await;
        assert_eq!(answer["discountCodeDeactivate"]["codeDiscountNode"]["codeDiscount"]["status"], "EXPIRED");
    }
    assert_eq!(applied(&door, "discount.disable"), 1, "what is over stays over");

    let order = waiting(&door).await;
    let parts = "query ($id: ID!) { order(id: $id) { fulfillmentOrders(first: 2) { nodes { id status fulfillmentHolds { id handle } } } } }";
    let part = async || {
        door.data(parts, json!({ "id": order })).await["order"]["fulfillmentOrders"]["nodes"][0].take()
    };
    let id = part().await["id"].clone();
    let hold = "mutation ($id: ID!) { fulfillmentOrderHold(id: $id, fulfillmentHold: { reason: OTHER, handle: \"h\" }) { fulfillmentHold { id } userErrors { code } } }";
    let held = door.data(hold, json!({ "id": id })).await["fulfillmentOrderHold"].take();
    assert_eq!(held["userErrors"], json!([]));
    let twice = door.data(hold, json!({ "id": id })).await["fulfillmentOrderHold"].take();
    assert_eq!(twice["userErrors"], json!([{ "code": "DUPLICATE_FULFILLMENT_HOLD_HANDLE" }]));
    door.practice.advance(4 * 86_400);
    assert_eq!(part().await["status"], "ON_HOLD", "a held order is not packed");
    let release = "mutation ($id: ID!, $holds: [ID!]) { fulfillmentOrderReleaseHold(id: $id, holdIds: $holds) { userErrors { message } } }";
    let holds = json!({ "id": id, "holds": [held["fulfillmentHold"]["id"]] });
    assert_eq!(door.data(release, holds).await["fulfillmentOrderReleaseHold"]["userErrors"], json!([]));
    assert_ne!(part().await["status"], "ON_HOLD");
}
