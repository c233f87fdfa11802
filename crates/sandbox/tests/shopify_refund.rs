//! Promises about money that goes back.

use std::time::Duration;

use fermata_model::Platform;
use fermata_sandbox::Plan;
use fermata_sandbox::world::OrderId;
use serde_json::{Value, json};

use crate::shopify_door::Door;

const REFUND: &str = "mutation Refund($input: RefundInput!, $key: String!) {
  refundCreate(input: $input) @idempotent(key: $key) {
    refund {
      id note createdAt totalRefundedSet { shopMoney { amount currencyCode } }
      transactions(first: 5) { nodes { id kind status gateway amountSet { presentmentMoney { amount } } parentTransaction { id } } }
      refundLineItems(first: 5) { nodes { quantity restockType restocked location { id } subtotalSet { shopMoney { amount } } lineItem { id } } }
    }
    order { id updatedAt displayFinancialStatus totalRefundedSet { shopMoney { amount } } refunds { id note } }
    userErrors { field message }
  }
}";

/// An order that was paid with this shop's only currency and of which nothing went back.
struct Paid {
    id: String,
    transaction: String,
    gateway: String,
    line: String,
    pieces: i64,
    minor: i64,
}

async fn paid(door: &Door) -> Paid {
    let data = door
        .data(
            "{ orders(first: 50, query: \"financial_status:paid\", sortKey: CREATED_AT, reverse: true) { nodes {
               id updatedAt totalReceivedSet { shopMoney { amount } }
               transactions { id gateway kind } lineItems(first: 1) { nodes { id refundableQuantity } } } } }",
            json!({}),
        )
        .await;
    let order = &data["orders"]["nodes"][0];
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let amount = text(&order["totalReceivedSet"]["shopMoney"]["amount"]);
    let currency = door.practice.world(|world| world.shop.currency);
    Paid {
        id: text(&order["id"]),
        transaction: text(&order["transactions"][0]["id"]),
        gateway: text(&order["transactions"][0]["gateway"]),
        line: text(&order["lineItems"]["nodes"][0]["id"]),
        pieces: order["lineItems"]["nodes"][0]["refundableQuantity"].as_i64().expect("a number"),
        minor: fermata_model::Money::parse(&amount, currency).expect("an amount").minor,
    }
}

impl Paid {
    fn input(&self, amount: &str) -> Value {
        json!({
            "orderId": self.id,
            "note": "late parcel",
            "transactions": [{
                "orderId": self.id, "parentId": self.transaction, "kind": "REFUND", "gateway": self.gateway,
                "amount": amount,
            }],
        })
    }
}

async fn refund(door: &Door, input: &Value, key: &str) -> Value {
    door.data(REFUND, json!({ "input": input, "key": key })).await["refundCreate"].take()
}

fn refunds(door: &Door) -> usize {
    door.writes().iter().flat_map(|entry| &entry.applied).filter(|effect| effect.kind == "refund").count()
}

#[tokio::test]
async fn a_refund_is_booked_once_and_moves_the_order() {
    let door = Door::open().await;
    let order = paid(&door).await;
    door.practice.advance(90);
    let answer = refund(&door, &order.input("1.50"), "key-1").await;
    assert_eq!(answer["userErrors"], json!([]));
    assert_eq!(answer["refund"]["totalRefundedSet"]["shopMoney"]["amount"], "1.5");
    assert_eq!(answer["refund"]["note"], "late parcel");
    let transaction = &answer["refund"]["transactions"]["nodes"][0];
    assert_eq!(transaction["kind"], "REFUND");
    assert_eq!(transaction["status"], "SUCCESS");
    assert_eq!(transaction["parentTransaction"]["id"], order.transaction.as_str());
    assert_eq!(answer["order"]["displayFinancialStatus"], "PARTIALLY_REFUNDED");
    assert_eq!(answer["order"]["updatedAt"], "2026-11-21T20:01:30Z", "a refund is a change of its order");

    let writes = door.writes();
    assert_eq!(writes.len(), 1);
    assert_eq!(writes[0].operation, "refundCreate");
    assert_eq!(writes[0].key.as_deref(), Some("key-1"));
    let effect = &writes[0].applied[0];
    assert_eq!((effect.kind.as_str(), effect.target.as_str()), ("refund", order.id.as_str()));
    assert_eq!(effect.amount.expect("an amount").minor, 150);
    assert_eq!(effect.id.as_deref(), answer["refund"]["id"].as_str());
}

#[tokio::test]
async fn the_same_key_answers_as_before_and_books_nothing() {
    let door = Door::open().await;
    let order = paid(&door).await;
    let first = refund(&door, &order.input("1.00"), "key-1").await;
    let again = refund(&door, &order.input("1.00"), "key-1").await;
    assert_eq!(first["refund"]["id"], again["refund"]["id"]);
    assert_eq!(refunds(&door), 1, "a repetition is no second refund");

    let other = refund(&door, &order.input("2.00"), "key-1").await;
    assert_eq!(other["refund"], Value::Null);
    assert_eq!(
        other["userErrors"],
        json!([{ "field": null, "message": "The same idempotency key cannot be used with different operation parameters." }])
    );
    assert_eq!(refunds(&door), 1);

    door.practice.advance(86_401);
    let tomorrow = refund(&door, &order.input("1.00"), "key-1").await;
    assert_ne!(first["refund"]["id"], tomorrow["refund"]["id"], "a key is forgotten after a day");
    assert_eq!(refunds(&door), 2);
}

#[tokio::test]
async fn a_repetition_while_the_first_is_in_progress_is_told_to_wait() {
    let door = Door::with(|options| options.shopify.refund_takes = Duration::from_secs(30)).await;
    let order = paid(&door).await;
    refund(&door, &order.input("1.00"), "key-1").await;
    let again = refund(&door, &order.input("1.00"), "key-1").await;
    assert_eq!(again["userErrors"][0]["message"], "This request is currently in progress, please try again.");
    assert_eq!(refunds(&door), 1);
}

#[tokio::test]
async fn without_a_key_there_is_no_refund() {
    let door = Door::open().await;
    let order = paid(&door).await;
    let naked = REFUND.replace(", $key: String!", "").replace(" @idempotent(key: $key)", "");
    let answer = door.ask(&naked, json!({ "input": order.input("1.00") })).await;
    assert_eq!(answer["data"], json!({ "refundCreate": null }));
    assert_eq!(
        answer["errors"][0]["message"],
        "The @idempotent directive is required for this mutation but was not provided."
    );
    assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_REQUEST");
    assert_eq!(answer["errors"][0]["path"], json!(["refundCreate"]));
    let blank = door.ask(REFUND, json!({ "input": order.input("1.00"), "key": " " })).await;
    assert_eq!(blank["data"]["refundCreate"], Value::Null);
    assert_eq!(refunds(&door), 0);
}

#[tokio::test]
async fn more_than_was_paid_never_goes_back() {
    let door = Door::open().await;
    let order = paid(&door).await;
    let currency = door.practice.world(|world| world.shop.currency);
    let most = fermata_model::Money::new(order.minor, currency).decimal();
    let more = fermata_model::Money::new(order.minor + 1, currency).decimal();
    let mut input = order.input(&more);
    let expected = json!([{ "field": null, "message": format!("Refund amount €{more} is greater than net payment received €{most}") }]);
    assert_eq!(refund(&door, &input, "a").await["userErrors"], expected);
    input["allowOverRefunding"] = json!(true);
    assert_eq!(refund(&door, &input, "b").await["userErrors"], expected, "recorded: the flag does not help");
    let all = refund(&door, &order.input(&most), "c").await;
    assert_eq!(all["order"]["displayFinancialStatus"], "REFUNDED");
    let nothing_left = refund(&door, &order.input("0.01"), "d").await;
    assert_eq!(
        nothing_left["userErrors"][0]["message"],
        "Refund amount €0.01 is greater than net payment received €0.00"
    );
    assert_eq!(refunds(&door), 1);
}

#[tokio::test]
async fn each_wrong_refund_is_refused_in_the_vendors_words() {
    let door = Door::open().await;
    let order = paid(&door).await;
    let with = |member: &str, value: Value| {
        let mut input = order.input("1.00");
        input["transactions"][0][member] = value;
        input
    };
    let line = |quantity: i64, restock: &str| {
        json!({ "orderId": order.id, "refundLineItems": [
            { "lineItemId": order.line, "quantity": quantity, "restockType": restock },
        ] })
    };
    let mut foreign = order.input("1.00");
    foreign["currency"] = json!("USD");
    for (input, field, message) in [
        (
            json!({ "orderId": "gid://shopify/Order/9999991782169281386" }),
            json!(["orderId"]),
            "Order does not exist",
        ),
        (with("kind", json!("AUTHORIZATION")), Value::Null, "Kind authorization is not a valid transaction"),
        (
            with("parentId", json!("gid://shopify/OrderTransaction/999999999999")),
            json!(["transactions"]),
            "Transactions require a parent_id associated with the order",
        ),
        (
            with("parentId", Value::Null),
            json!(["transactions"]),
            "Transactions require a parent_id associated with the order",
        ),
        (
            with("amount", json!("0.00")),
            json!(["transactions", "0", "amount"]),
            "Amount must be greater than zero",
        ),
        (
            with("amount", json!("1.005")),
            json!(["transactions", "0", "amount"]),
            "Amount must be greater than zero",
        ),
        (
            line(order.pieces + 1, "NO_RESTOCK"),
            json!(["refundLineItems", "0", "quantity"]),
            "Quantity cannot refund more items than were purchased",
        ),
        (
            line(1, "RETURN"),
            json!(["refundLineItems", "0", "locationId"]),
            "Location is required to restock an item",
        ),
        (foreign, json!(["currency"]), "Currency must be the presentment currency of the order"),
        (
            json!({ "orderId": order.id }),
            Value::Null,
            "Refund must contain line items, shipping or a transaction",
        ),
    ] {
        let answer = refund(&door, &input, &format!("wrong {message} {input}")).await;
        assert_eq!(answer["userErrors"], json!([{ "field": field, "message": message }]), "{input}");
        assert_eq!(answer["refund"], Value::Null);
    }
    assert_eq!(refunds(&door), 0, "what is refused changes nothing");
    // Recorded: a gateway other than the parent's is not minded, and the parent's is used.
    let other = refund(&door, &with("gateway", json!("bogus")), "gateway").await;
    assert_eq!(other["refund"]["transactions"]["nodes"][0]["gateway"], order.gateway.as_str());
}

#[tokio::test]
async fn lines_without_transactions_are_booked_and_no_money_moves() {
    let door = Door::open().await;
    let order = paid(&door).await;
    let (location, before) = door.practice.world(|world| (world.locations[0].id, stock(world, &order.line)));
    let location = format!("gid://shopify/Location/{}", location.number());
    let input = json!({ "orderId": order.id, "refundLineItems": [
        { "lineItemId": order.line, "quantity": 1, "restockType": "RETURN", "locationId": location },
    ] });
    let answer = refund(&door, &input, "lines").await;
    assert_eq!(answer["userErrors"], json!([]));
    assert_eq!(answer["refund"]["transactions"]["nodes"], json!([]));
    assert_eq!(answer["refund"]["totalRefundedSet"]["shopMoney"]["amount"], "0.0");
    let line = &answer["refund"]["refundLineItems"]["nodes"][0];
    assert_eq!((&line["restockType"], &line["restocked"]), (&json!("RETURN"), &json!(true)));
    assert_eq!(line["location"]["id"], location.as_str());
    assert_eq!(answer["order"]["displayFinancialStatus"], "PAID");
    assert_eq!(
        door.practice.world(|world| stock(world, &order.line)),
        before + 1,
        "the piece is back on the shelf"
    );
}

#[tokio::test]
async fn a_line_that_stands_twice_in_a_refund_goes_back_to_stock_whole() {
    let door = Door::open().await;
    let order = paid(&door).await;
    let (location, before) = door.practice.change(|world, now| {
        let number = order.id.rsplit('/').next().and_then(|number| number.parse().ok()).expect("a number");
        let id = OrderId::from_number(number).expect("an order");
        world.orders.edit(id, now, |order| order.lines[0].quantity = 3);
        (world.locations[0].id, stock(world, &order.line))
    });
    let location = format!("gid://shopify/Location/{}", location.number());
    let line = |pieces: u32| json!({ "lineItemId": order.line, "quantity": pieces, "restockType": "RETURN", "locationId": location });
    let input = json!({ "orderId": order.id, "refundLineItems": [line(1), line(2)] });
    assert_eq!(refund(&door, &input, "twice").await["userErrors"], json!([]));
    assert_eq!(door.practice.world(|world| stock(world, &order.line)), before + 3);
}

fn stock(world: &fermata_sandbox::world::World, line: &str) -> i64 {
    let number = line.rsplit('/').next().and_then(|number| number.parse::<u64>().ok());
    let variant = world
        .orders
        .iter()
        .flat_map(|(_, order)| &order.lines)
        .find(|one| Some(one.id.number()) == number)
        .map(|one| one.variant)
        .expect("the line");
    world.variants.get(variant).expect("the variant").available()
}

#[tokio::test]
async fn a_suggestion_is_what_may_really_go_back() {
    let door = Door::open().await;
    let order = paid(&door).await;
    let suggestion = door
        .data(
            "query ($id: ID!) { order(id: $id) { suggestedRefund(suggestFullRefund: true) {
               amountSet { shopMoney { amount } } maximumRefundableSet { shopMoney { amount } }
               suggestedTransactions { kind gateway parentTransaction { id } amountSet { presentmentMoney { amount currencyCode } } } } } }",
            json!({ "id": order.id }),
        )
        .await;
    let suggested = &suggestion["order"]["suggestedRefund"];
    let amount = suggested["amountSet"]["shopMoney"]["amount"].as_str().expect("an amount");
    assert_eq!(suggested["suggestedTransactions"][0]["parentTransaction"]["id"], order.transaction.as_str());
    let answer = refund(&door, &order.input(amount), "suggested").await;
    assert_eq!(answer["userErrors"], json!([]));
    assert_eq!(answer["order"]["displayFinancialStatus"], "REFUNDED");
}

#[tokio::test]
async fn an_answer_lost_after_the_effect_is_found_under_its_key_and_in_the_order() {
    let door = Door::open().await;
    let order = paid(&door).await;
    let plan: Plan = serde_json::from_value(json!({ "seed": 1, "rules": [
        { "platform": "shopify", "operation": "refundCreate", "fault": "cut_after", "times": 1 },
    ] }))
    .expect("a plan");
    door.practice.set_faults(plan);
    let lost = door
        .client
        .post(door.url("/admin/api/2026-10/graphql.json"))
        .header("X-Shopify-Access-Token", &door.token)
        .json(&json!({ "query": REFUND, "variables": { "input": order.input("1.00"), "key": "lost" } }))
        .send()
        .await;
    assert!(lost.is_err(), "the connection is cut before a byte of the answer");
    let seen = door
        .data("query ($id: ID!) { order(id: $id) { refunds { note } } }", json!({ "id": order.id }))
        .await;
    assert_eq!(seen["order"]["refunds"], json!([{ "note": "late parcel" }]));
    assert_eq!(refund(&door, &order.input("1.00"), "lost").await["userErrors"], json!([]));
    assert_eq!(refunds(&door), 1, "asked again under its key, it is found and not resent");
    assert_eq!(door.practice.journal(Platform::Shopify).iter().filter(|entry| entry.write).count(), 2);
}

#[tokio::test]
async fn after_a_restart_the_refund_is_there_and_its_key_is_known() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path().to_owned();
    let reopen = || Door::with(|options| options.state = Some(state.clone()));
    let door = reopen().await;
    let order = paid(&door).await;
    let first = refund(&door, &order.input("1.00"), "kept").await;
    door.practice.stop().await;

    let door = reopen().await;
    let again = refund(&door, &order.input("1.00"), "kept").await;
    assert_eq!(again["refund"]["id"], first["refund"]["id"]);
    assert_eq!(again["userErrors"], json!([]));
    assert_eq!(refunds(&door), 1, "the key outlives the process, as it does at the vendor");
    let other = refund(&door, &order.input("2.00"), "kept").await;
    assert_eq!(other["refund"], Value::Null);
    door.practice.stop().await;
}
