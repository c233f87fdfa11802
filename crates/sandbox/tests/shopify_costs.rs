//! Promises about what queries cost.

use serde_json::{Value, json};

use crate::shopify_door::Door;

/// Returns the points that a query requested and was worth.
async fn cost(door: &Door, query: &str, variables: Value) -> (u64, u64) {
    let answer = door.ask(query, variables).await;
    let cost = &answer["extensions"]["cost"];
    (cost["requestedQueryCost"].as_u64().expect("points"), cost["actualQueryCost"].as_u64().expect("points"))
}

#[tokio::test]
async fn queries_cost_what_real_shops_were_charged() {
    let door = Door::open().await;
    let order = json!({ "id": "gid://shopify/Order/1" });
    // Each is a recorded query, cut to the fields that carry its price, with the recorded requested cost.
    for (query, variables, points) in [
        ("query ($id: ID!) { customer(id: $id) { id email defaultEmailAddress { emailAddress } } }", json!({ "id": "gid://shopify/Customer/1" }), 2),
        ("{ orders(first: 20, sortKey: CREATED_AT, reverse: true) { nodes { id name cancelledAt } } }", json!({}), 7),
        (
            "query ($all: Boolean!) { orders(first: 20) { nodes { id } } ordersCount @include(if: $all) { count } }",
            json!({ "all": false }),
            7,
        ),
        ("query ($n: Int!) { orders(first: $n) { nodes { id tags } pageInfo { hasNextPage } } }", json!({ "n": 1 }), 3),
        (
            "query ($id: ID!) { order(id: $id) { id lineItems(first: 50) { nodes { id variant { id } originalUnitPriceSet { shopMoney { amount } } } } } }",
            order.clone(),
            17,
        ),
        (
            "query ($id: ID!) { customer(id: $id) { id defaultEmailAddress { emailAddress } defaultPhoneNumber { phoneNumber }
               defaultAddress { city } addressesV2(first: 250) { nodes { city } } } }",
            json!({ "id": "gid://shopify/Customer/1" }),
            16,
        ),
        (
            "{ event(id: \"gid://shopify/BasicEvent/1\") { id } events(first: 3) { nodes { id ... on BasicEvent { subjectId } }
               edges { cursor node { id } } pageInfo { endCursor } } eventsCount { count } }",
            json!({}),
            17,
        ),
        ("{ abandonedCheckouts(first: 2) { nodes { id } edges { node { id } } } abandonedCheckoutsCount { count } }", json!({}), 14),
        (
            "mutation ($id: ID!) { refundCreate(input: { orderId: $id }) @idempotent(key: \"k\") {
               refund { id transactions(first: 5) { nodes { id amountSet { shopMoney { amount } } } } } order { id } userErrors { message } } }",
            order,
            25,
        ),
    ] {
        assert_eq!(cost(&door, query, variables).await.0, points, "{query}");
    }
}

#[tokio::test]
async fn a_query_dearer_than_a_thousand_points_is_never_run() {
    let door = Door::open().await;
    let answer = door
        .ask("{ orders(first: 250) { nodes { lineItems(first: 250) { nodes { product { id variants(first: 100) { nodes { id } } } } } } } }", json!({}))
        .await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "MAX_COST_EXCEEDED");
    assert!(answer["errors"][0]["extensions"]["cost"].as_u64().is_some_and(|points| points > 1_000));
    assert_eq!(answer.get("data"), None);
}

#[tokio::test]
async fn an_empty_bucket_throttles_and_says_how_full_it_is() {
    let door = Door::with(|options| {
        options.shopify.bucket = 20;
        options.shopify.restore_rate = 5;
    })
    .await;
    let query = "{ orders(first: 20) { nodes { id } } }";
    let first = door.ask(query, json!({})).await;
    assert_eq!(
        first["extensions"]["cost"],
        json!({
            "requestedQueryCost": 7, "actualQueryCost": 7,
            "throttleStatus": { "maximumAvailable": 20, "currentlyAvailable": 13, "restoreRate": 5 },
        })
    );
    door.ask(query, json!({})).await;
    let third = door.ask(query, json!({})).await;
    assert_eq!(third.get("data"), None);
    assert_eq!(third["errors"][0]["message"], "Throttled");
    assert_eq!(third["errors"][0]["extensions"]["code"], "THROTTLED");
    assert_eq!(third["extensions"]["cost"]["actualQueryCost"], Value::Null);
    assert_eq!(third["extensions"]["cost"]["throttleStatus"]["currentlyAvailable"], 6);
    let cheap = door.ask("{ shop { name } }", json!({})).await;
    assert_eq!(
        cheap["data"]["shop"]["name"].as_str().map(str::is_empty),
        Some(false),
        "what can be paid is answered"
    );
}

#[tokio::test]
async fn what_was_not_found_is_given_back() {
    let door = Door::open().await;
    let (requested, actual) = cost(
        &door,
        "{ orders(first: 250, query: \"id:1\") { nodes { id customer { id } } } shop { name } }",
        json!({}),
    )
    .await;
    assert_eq!((requested, actual), (23, 23), "an empty list is charged as it was asked for, as recorded");
    let (requested, actual) = cost(
        &door,
        "query ($id: ID!) { order(id: $id) { id lineItems(first: 50) { nodes { id } } } }",
        json!({ "id": "gid://shopify/Order/1" }),
    )
    .await;
    assert_eq!((requested, actual), (10, 1));
}
