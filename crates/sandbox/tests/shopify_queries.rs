//! Promises about reading Shopify: every field, pages, searches, labels.

use std::collections::BTreeSet;
use std::path::PathBuf;

use fermata_sandbox::{Plan, WorldKind};
use serde_json::{Value, json};

use crate::shopify_door::Door;

/// Everything at once that one order can be asked for, so that every field resolves to its declared type.
const WHOLE_ORDERS: &str = include_str!("shopify_whole_orders.graphql");
const WHOLE_REST: &str = include_str!("shopify_whole_rest.graphql");

#[tokio::test]
async fn every_field_of_the_schema_answers_with_its_declared_type() {
    let door = Door::open().await;
    let data = door.data(WHOLE_ORDERS, json!({ "first": 2 })).await;
    assert_eq!(data["orders"]["nodes"].as_array().map(Vec::len), Some(2));
    let data = door.data(WHOLE_REST, json!({ "first": 2 })).await;
    assert_eq!(data["products"]["nodes"].as_array().map(Vec::len), Some(2));
    let asked = format!("{WHOLE_ORDERS}{WHOLE_REST}");
    let declared = fermata_sandbox::shopify::SDL.lines().filter_map(|line| {
        let field = line.strip_prefix("  ")?.split(['(', ':', ' ']).next()?;
        line.contains(": ").then_some(field)
    });
    let inputs = [
        "orderId",
        "parentId",
        "locationId",
        "lineItemId",
        "notify",
        "allowOverRefunding",
        "discrepancyReason",
        "fullRefund",
        "currency",
        "restockType",
        "countryCode",
        "shippingAddress",
        "quantities",
        "reason",
        "referenceDocumentUri",
        "context",
        "customerGets",
        "externalId",
        "notifyMerchant",
    ];
    let changes = [
        "bulkOperationRunQuery",
        "refundCreate",
        "orderUpdate",
        "orderCancel",
        "tagsAdd",
        "tagsRemove",
        "refund",
        "field",
        "node",
        "job",
        "code",
        "userErrors",
        "orderCancelUserErrors",
        "inventorySetQuantities",
        "inventoryAdjustmentGroup",
        "productVariantsBulkUpdate",
        "productUpdate",
        "discountCodeBasicCreate",
        "discountCodeDeactivate",
        "codeDiscountNode",
        "extraInfo",
        "fulfillmentOrderHold",
        "fulfillmentOrderReleaseHold",
        "fulfillmentHold",
        "fulfillmentOrder",
    ];
    let forgotten: BTreeSet<&str> = declared
        .filter(|field| !inputs.contains(field) && !changes.contains(field))
        .filter(|field| !asked.split(|letter: char| !letter.is_alphanumeric()).any(|word| word == *field))
        .collect();
    assert_eq!(forgotten, BTreeSet::new(), "fields that no test asks for");
}

#[tokio::test]
async fn worlds_of_real_data_answer_with_declared_types_too() {
    let shared = std::env::var_os("FERMATA_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    if !shared.join("data").is_dir() {
        println!("skipped: no real data sets at {}", shared.display());
        return;
    }
    for world in [WorldKind::TauRetail, WorldKind::UciRetail] {
        let door = Door::with(|options| {
            options.world = world;
            options.shared = Some(shared.clone());
            options.customers = 500;
        })
        .await;
        door.data(WHOLE_ORDERS, json!({ "first": 3 })).await;
        door.data(WHOLE_REST, json!({ "first": 3 })).await;
        let query = "{ orders(first: 250, reverse: true) { nodes { id shippingAddress { countryCodeV2 } totalPriceSet { shopMoney { amount currencyCode } } } } }";
        let data = door.data(query, json!({})).await;
        assert_eq!(data["orders"]["nodes"].as_array().map(Vec::len), Some(250), "{world}");
    }
}

/// Walks a list to its end and returns what it showed.
async fn walk(door: &Door, list: &str, arguments: &str, fields: &str) -> Vec<Value> {
    let query = format!(
        "query ($after: String) {{ {list}({arguments}, after: $after) {{ nodes {{ id {fields} }} pageInfo {{ hasNextPage endCursor }} }} }}"
    );
    let (mut after, mut all) = (Value::Null, Vec::new());
    loop {
        let mut data = door.data(&query, json!({ "after": after })).await;
        let page = data[list].take();
        all.extend(page["nodes"].as_array().expect("nodes").iter().cloned());
        if page["pageInfo"]["hasNextPage"] == false {
            return all;
        }
        after = page["pageInfo"]["endCursor"].clone();
        let cursor = after.as_str().expect("a cursor");
        assert!(
            cursor.contains('+') && cursor.contains('/'),
            "a cursor that needs no escaping proves nothing"
        );
    }
}

#[tokio::test]
async fn pages_show_every_record_once_in_order_whichever_way() {
    let door = Door::open().await;
    let total = door.data("{ ordersCount(limit: null) { count precision } }", json!({})).await["ordersCount"]
        ["count"]
        .take();
    let by_id = walk(&door, "orders", "first: 7", "createdAt").await;
    assert_eq!(json!(by_id.len()), total);
    let ids: BTreeSet<&str> = by_id.iter().filter_map(|order| order["id"].as_str()).collect();
    assert_eq!(ids.len(), by_id.len(), "no record twice");
    let by_change = walk(&door, "orders", "first: 7, sortKey: UPDATED_AT", "updatedAt").await;
    assert_eq!(by_change.len(), by_id.len());
    assert!(by_change.windows(2).all(|pair| pair[0]["updatedAt"].as_str() <= pair[1]["updatedAt"].as_str()));
    let mut back = walk(&door, "orders", "first: 11, sortKey: UPDATED_AT, reverse: true", "updatedAt").await;
    back.reverse();
    assert_eq!(back, by_change);
    let last = door.data("{ orders(last: 3, sortKey: UPDATED_AT) { nodes { id updatedAt } pageInfo { hasPreviousPage } } }", json!({})).await;
    assert_eq!(last["orders"]["nodes"].as_array().expect("nodes")[..], by_change[by_change.len() - 3..]);
    for list in ["customers", "products", "abandonedCheckouts", "productVariants", "inventoryItems"] {
        let shown = walk(&door, list, "first: 9", "__typename").await;
        let ids: BTreeSet<&str> = shown.iter().filter_map(|one| one["id"].as_str()).collect();
        assert!(!ids.is_empty() && ids.len() == shown.len(), "{list}");
    }
}

#[tokio::test]
async fn cursors_from_elsewhere_are_refused_and_from_the_future_lead_to_nothing() {
    let door = Door::open().await;
    let query = "query ($after: String) { orders(first: 5, sortKey: UPDATED_AT, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }";
    let by_id = door.data("{ orders(first: 1) { pageInfo { endCursor } } }", json!({})).await;
    let wrong = door.ask(query, json!({ "after": by_id["orders"]["pageInfo"]["endCursor"] })).await;
    assert_eq!(wrong["errors"][0]["message"], "Invalid cursor for current pagination sort.");
    assert!(door.ask(query, json!({ "after": "nonsense" })).await["errors"].is_array());
    let last =
        door.data("{ orders(last: 1, sortKey: UPDATED_AT) { pageInfo { endCursor } } }", json!({})).await;
    let beyond = door.data(query, json!({ "after": last["orders"]["pageInfo"]["endCursor"] })).await;
    assert_eq!(
        beyond["orders"],
        json!({ "nodes": [], "pageInfo": { "hasNextPage": false, "endCursor": null } })
    );
}

#[tokio::test]
async fn searches_find_what_they_say() {
    let door = Door::open().await;
    let all =
        walk(&door, "orders", "first: 100", "updatedAt createdAt name email displayFinancialStatus").await;
    let edge = all[all.len() / 2]["updatedAt"].as_str().expect("a time").to_owned();
    let order = &all[all.len() / 3];
    let number = order["id"].as_str().and_then(|id| id.rsplit('/').next()).expect("a number");
    let name = order["name"].as_str().expect("a name");
    let email = all.iter().find_map(|order| order["email"].as_str()).expect("an address");
    type Expected<'e> = Box<dyn Fn(&Value) -> bool + 'e>;
    let cases: Vec<(String, Expected<'_>)> = vec![
        (format!("updated_at:>='{edge}'"), Box::new(|one| one["updatedAt"].as_str() >= Some(&edge))),
        (format!("updated_at:>'{edge}'"), Box::new(|one| one["updatedAt"].as_str() > Some(&edge))),
        (format!("updated_at:<='{edge}'"), Box::new(|one| one["updatedAt"].as_str() <= Some(&edge))),
        (
            format!("created_at:<'{edge}' financial_status:paid"),
            Box::new(|one| {
                one["createdAt"].as_str() < Some(&edge) && one["displayFinancialStatus"] == "PAID"
            }),
        ),
        (format!("id:{number}"), Box::new(|one| one["id"] == order["id"])),
        (format!("name:{name}"), Box::new(|one| one["name"] == name)),
        (format!("email:\\\"{email}\\\""), Box::new(|one| one["email"] == email)),
        (format!("NOT id:{number}"), Box::new(|one| one["id"] != order["id"])),
    ];
    for (query, expected) in cases {
        for sort in ["ID", "UPDATED_AT"] {
            let arguments = format!("first: 100, sortKey: {sort}, query: \"{query}\"");
            let mut found: Vec<Value> =
                walk(&door, "orders", &arguments, "updatedAt createdAt name email displayFinancialStatus")
                    .await;
            found.sort_by(|a, b| a["id"].as_str().cmp(&b["id"].as_str()));
            let mut wanted: Vec<Value> = all.iter().filter(|one| expected(one)).cloned().collect();
            wanted.sort_by(|a, b| a["id"].as_str().cmp(&b["id"].as_str()));
            assert_eq!(found, wanted, "{query} by {sort}");
        }
    }
}

#[tokio::test]
async fn customers_are_found_by_whole_days_of_change() {
    let door = Door::open().await;
    let id = door.practice.world(|world| world.accounts.iter().next().expect("a customer").0);
    door.practice.change(|world, _| {
        world.accounts.edit(
            id,
            "2026-11-20T09:00:00Z".parse::<jiff::Timestamp>().expect("a time").into(),
            |_| (),
        )
    });
    for (query, found) in [
        ("updated_at:>='2026-11-20T23:00:00Z'", true),
        ("updated_at:>'2026-11-20T01:00:00Z'", false),
        ("updated_at:'2026-11-20T12:00:00Z'", true),
        ("updated_at:<='2026-11-20T01:00:00Z'", true),
    ] {
        let query = format!("id:{} {query}", id.number());
        let data = door
            .data(
                "query ($q: String) { customers(first: 5, query: $q) { nodes { id } } }",
                json!({ "q": query }),
            )
            .await;
        assert_eq!(
            data["customers"]["nodes"].as_array().is_some_and(|nodes| nodes.len() == 1),
            found,
            "{query}"
        );
    }
}

#[tokio::test]
async fn an_unknown_filter_is_ignored_with_a_warning() {
    let door = Door::open().await;
    let answer =
        door.ask("{ found: orders(first: 3, query: \"shoe_size:44\") { nodes { id } } }", json!({})).await;
    assert_eq!(
        answer["data"]["found"]["nodes"].as_array().map(Vec::len),
        Some(3),
        "as if nothing had been searched"
    );
    assert_eq!(
        answer["extensions"]["search"],
        json!([{
            "path": ["found"],
            "query": "shoe_size:44",
            "parsed": { "field": "shoe_size", "match_all": "44" },
            "warnings": [{ "field": "shoe_size", "message": "Invalid search field for this query.", "code": "invalid_field" }],
        }])
    );
    let customers = door
        .ask("{ customers(first: 1, query: \"created_at:>2026-01-01\") { nodes { id } } }", json!({}))
        .await;
    assert_eq!(
        customers["extensions"]["search"][0]["warnings"][0]["field"], "created_at",
        "it is customer_date there"
    );
    let counted = door
        .ask("{ customersCount(query: \"email:a@b.example created_at:>2026-01-01\") { count } }", json!({}))
        .await;
    assert_eq!(
        counted["extensions"]["search"][0]["warnings"],
        json!([{ "field": "email", "message": "Invalid search field for this query.", "code": "invalid_field" }]),
        "recorded: counts know fewer filters than lists"
    );
    let naked = door
        .ask("{ orders(first: 1, query: \"updated_at:>2026-01-01T10:20:30Z\") { nodes { id } } }", json!({}))
        .await;
    assert_eq!(
        naked["extensions"]["search"][0]["warnings"][0]["field"], "20",
        "a time without quotes falls apart"
    );
    let fine = door
        .ask(
            "{ orders(first: 1, query: \"updated_at:>'2026-01-01T10:20:30Z'\") { nodes { id } } }",
            json!({}),
        )
        .await;
    assert_eq!(fine["extensions"].get("search"), None);
}

#[tokio::test]
async fn the_search_index_lags_behind_changes() {
    let door = Door::with(|options| options.shopify.search_lag = 5).await;
    let id = door.practice.world(|world| world.orders.iter().next().expect("an order").0);
    door.practice.change(|world, now| world.orders.edit(id, now, |_| ()));
    let query = format!(
        "{{ searched: orders(first: 1, query: \"id:{}\") {{ nodes {{ id }} }} order(id: \"gid://shopify/Order/{}\") {{ id }} }}",
        id.number(),
        id.number()
    );
    let at_once = door.data(&query, json!({})).await;
    assert_eq!(at_once["searched"]["nodes"], json!([]), "the index has not seen it yet");
    assert!(at_once["order"]["id"].is_string(), "reading by id has");
    door.practice.advance(6);
    assert_eq!(door.data(&query, json!({})).await["searched"]["nodes"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn deleted_products_leave_an_event() {
    let door = Door::open().await;
    let gone = door.practice.change(|world, now| {
        let (id, _) = world.products.iter().next().expect("a product");
        world.products.remove(id);
        world.removed_products.push((now, id));
        id
    });
    let data = door
        .data(
            "query ($id: ID!) { product(id: $id) { id }
               events(first: 5, query: \"action:destroy AND subject_type:PRODUCT AND created_at:>='2026-11-21T20:00:00Z'\", sortKey: CREATED_AT) {
                 nodes { action createdAt ... on BasicEvent { subjectId subjectType } } } }",
            json!({ "id": format!("gid://shopify/Product/{}", gone.number()) }),
        )
        .await;
    assert_eq!(data["product"], Value::Null);
    assert_eq!(
        data["events"]["nodes"],
        json!([{
            "action": "destroy", "createdAt": "2026-11-21T20:00:00Z",
            "subjectId": format!("gid://shopify/Product/{}", gone.number()), "subjectType": "PRODUCT",
        }])
    );
}

#[tokio::test]
async fn one_record_may_stand_on_two_pages_when_the_plan_says_so() {
    let door = Door::open().await;
    let plan = json!({ "rules": [{ "platform": "shopify", "operation": "orders", "fault": "double_page", "times": 1 }] });
    door.practice.set_faults(serde_json::from_value::<Plan>(plan).expect("a plan"));
    let shown = walk(&door, "orders", "first: 20, sortKey: UPDATED_AT", "name").await;
    let ids: BTreeSet<&str> = shown.iter().filter_map(|one| one["id"].as_str()).collect();
    assert_eq!(shown.len(), ids.len() + 1, "one came twice and none was lost");
}

#[tokio::test]
async fn tags_and_notes_are_changed_as_the_vendor_normalises_them() {
    let door = Door::open().await;
    let id = door.data("{ orders(first: 1) { nodes { id } } }", json!({})).await["orders"]["nodes"][0]["id"]
        .take();
    let changed = door
        .data(
            "mutation ($id: ID!) {
               noted: orderUpdate(input: { id: $id, note: \"call first\", tags: [\"b\"] }) { order { note tags } userErrors { message } }
               tagsAdd(id: $id, tags: [\"Zebra, apple\", \"B\"]) { node { ... on Order { tags } } userErrors { message } }
             }",
            json!({ "id": id }),
        )
        .await;
    assert_eq!(changed["noted"]["userErrors"], json!([]));
    assert_eq!(changed["tagsAdd"]["node"]["tags"], json!(["apple", "b", "Zebra"]));
    let removed = door
        .data("mutation ($id: ID!) { tagsRemove(id: $id, tags: \"APPLE\") { node { ... on Order { tags note } } userErrors { message } } }", json!({ "id": id }))
        .await;
    assert_eq!(removed["tagsRemove"]["node"], json!({ "tags": ["b", "Zebra"], "note": "call first" }));
    assert_eq!(door.writes().len(), 2);
}

#[tokio::test]
async fn a_change_that_is_skipped_is_not_made() {
    let door = Door::open().await;
    let id = door.data("{ orders(first: 1) { nodes { id } } }", json!({})).await["orders"]["nodes"][0]["id"]
        .take();
    let answer = door
        .ask(
            "mutation ($id: ID!, $no: Boolean!) {
               left: tagsAdd(id: $id, tags: [\"left\"]) @skip(if: $no) { userErrors { message } }
               out: tagsAdd(id: $id, tags: [\"out\"]) @include(if: false) { userErrors { message } }
               made: tagsAdd(id: $id, tags: [\"made\"]) { node { ... on Order { tags } } }
             }",
            json!({ "id": id, "no": true }),
        )
        .await;
    assert_eq!(answer["data"], json!({ "made": { "node": { "tags": ["made"] } } }));
}

#[tokio::test]
async fn what_lies_at_a_place_is_searched_by_its_own_change() {
    let door = Door::open().await;
    let asked = "query($filter: String) { locations(first: 1) { nodes {
        inventoryLevels(first: 250, query: $filter) { nodes { updatedAt location { id } item { id } } } } } }";
    let levels = async |filter: Value| {
        let data = door.data(asked, json!({ "filter": filter })).await;
        let levels = &data["locations"]["nodes"][0]["inventoryLevels"]["nodes"];
        levels.as_array().expect("levels").clone()
    };
    let all = levels(json!(null)).await;
    let mut times: Vec<&str> = all.iter().map(|level| level["updatedAt"].as_str().expect("a time")).collect();
    times.sort_unstable();
    let mark = times[times.len() - 1];
    let changed = levels(json!(format!("updated_at:>='{mark}'"))).await;
    let expected = times.iter().filter(|time| **time >= mark).count();
    assert!(expected < all.len(), "some are older");
    assert_eq!(changed.len(), expected);
    assert!(all.iter().all(|level| level["location"] == all[0]["location"]), "one place");
}
