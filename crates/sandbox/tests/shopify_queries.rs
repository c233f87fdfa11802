//! Promises about reading Shopify: sign-in, scopes, searches, pages, costs.

use std::collections::BTreeSet;

use fermata_model::Platform;
use fermata_sandbox::Plan;
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
    ];
    let changes =
        ["refundCreate", "orderUpdate", "tagsAdd", "tagsRemove", "refund", "field", "node", "userErrors"];
    let forgotten: BTreeSet<&str> = declared
        .filter(|field| !inputs.contains(field) && !changes.contains(field))
        .filter(|field| !asked.split(|letter: char| !letter.is_alphanumeric()).any(|word| word == *field))
        .collect();
    assert_eq!(forgotten, BTreeSet::new(), "fields that no test asks for");
}

#[tokio::test]
async fn a_wrong_token_is_refused_and_a_minted_one_lives_until_it_is_revoked() {
    let mut door = Door::open().await;
    let right = std::mem::replace(&mut door.token, "shpat_wrong".to_owned());
    let refused = door.send("2026-10", "{ shop { name } }", json!({})).await;
    assert_eq!(refused.status(), 401);
    let body: Value = refused.json().await.expect("JSON");
    assert!(
        body["errors"].as_str().is_some_and(|said| said.starts_with("[API] Invalid API key or access token"))
    );

    let access = door.practice.access(Platform::Shopify).clone();
    let mint = |secret: String| {
        let form = [
            ("grant_type", "client_credentials".to_owned()),
            ("client_id", access.user.clone()),
            ("client_secret", secret),
        ];
        door.client.post(door.url("/admin/oauth/access_token")).form(&form).send()
    };
    assert_eq!(mint("guess".to_owned()).await.expect("an answer").status(), 400);
    let minted: Value = mint(access.secret.clone()).await.expect("an answer").json().await.expect("JSON");
    assert_eq!(minted["expires_in"], 86_399);
    assert!(minted["scope"].as_str().is_some_and(|scopes| scopes.contains("read_orders")));
    door.token = minted["access_token"].as_str().expect("a token").to_owned();
    assert_ne!(door.token, right);
    door.data("{ shop { name } }", json!({})).await;

    let plan = json!({ "rules": [{ "platform": "shopify", "operation": "shop", "fault": "revoke_token", "times": 1 }] });
    door.practice.set_faults(serde_json::from_value::<Plan>(plan).expect("a plan"));
    assert_eq!(door.send("2026-10", "{ shop { name } }", json!({})).await.status(), 401);
    assert_eq!(
        door.send("2026-10", "{ shop { name } }", json!({})).await.status(),
        401,
        "revoked is revoked"
    );
    door.token = right;
    door.data("{ shop { name } }", json!({})).await;
}

#[tokio::test]
async fn an_older_version_is_answered_by_this_one_and_says_so() {
    let door = Door::open().await;
    for (version, status) in [("2026-10", 200), ("2024-01", 200), ("2027-01", 404), ("unstable", 404)] {
        let answer = door.send(version, "{ shop { name } }", json!({})).await;
        assert_eq!(answer.status(), status, "{version}");
        assert_eq!(answer.headers()["x-shopify-api-version"], "2026-10");
    }
}

#[tokio::test]
async fn what_the_schema_does_not_know_is_refused_as_the_vendor_does() {
    let door = Door::open().await;
    for (query, variables, message, code) in [
        (
            "query Q { orders(first: 1) { nodes { id colour } } }",
            json!({}),
            "Field 'colour' doesn't exist on type 'Order'",
            "undefinedField",
        ),
        (
            "query Q { orders(first: 1, sort: ID) { nodes { id } } }",
            json!({}),
            "Field 'orders' doesn't accept argument 'sort'",
            "argumentNotAccepted",
        ),
        (
            "query Q { order { id } }",
            json!({}),
            "Field 'order' is missing required arguments: id",
            "missingRequiredArguments",
        ),
        (
            "mutation Q($input: RefundInput!) { refundCreate(input: $input) @idempotent { userErrors { message } } }",
            json!({ "input": { "orderId": "gid://shopify/Order/1" } }),
            "Directive 'idempotent' is missing required arguments: key",
            "missingRequiredArguments",
        ),
        (
            "mutation Q($input: RefundInput!) { refundCreate(input: $input) @idempotent(key: \"k\") { userErrors { message } } }",
            json!({ "input": { "orderId": "gid://shopify/Order/1", "userId": 0 } }),
            "Variable $input of type RefundInput! was provided invalid value for userId (Field is not defined on RefundInput)",
            "INVALID_VARIABLE",
        ),
        ("{ orders(first: 251) { nodes { id } } }", json!({}), "first cannot exceed 250", "BAD_REQUEST"),
        ("{ orders { nodes { id } } }", json!({}), "you must provide one of first or last", "BAD_REQUEST"),
        (
            "{ order(id: \"gid://shopify/Customer/1\") { id } }",
            json!({}),
            "Invalid id: gid://shopify/Customer/1",
            "RESOURCE_NOT_FOUND",
        ),
    ] {
        let answer = door.ask(query, variables).await;
        assert_eq!(answer["errors"][0]["message"], message, "{query}: {answer}");
        assert_eq!(answer["errors"][0]["extensions"]["code"], code);
    }
    let answer = door.ask("{ order(id: \"gid://shopify/Order/1\") { id } }", json!({})).await;
    assert_eq!(answer["data"], json!({ "order": null }), "what does not exist is null and no error");
    let raw = door
        .client
        .post(door.url("/admin/api/2026-10/graphql.json"))
        .header("X-Shopify-Access-Token", &door.token);
    assert_eq!(raw.body("not json").send().await.expect("an answer").status(), 400);
}

#[tokio::test]
async fn a_missing_scope_makes_only_its_own_path_null() {
    let door = Door::with(|options| {
        options.without_scopes = ["read_customers", "write_orders"].map(str::to_owned).into();
    })
    .await;
    let answer = door.ask("{ orders(first: 250) { nodes { id name customer { id } } } }", json!({})).await;
    let error = &answer["errors"][0];
    assert_eq!(
        error["message"],
        "Access denied for customer field. Required access: `read_customers` access scope."
    );
    assert_eq!(error["extensions"]["code"], "ACCESS_DENIED");
    assert_eq!(error["extensions"]["requiredAccess"], "`read_customers` access scope.");
    assert_eq!(error["path"], json!(["orders", "nodes", 0, "customer"]));
    assert_eq!(answer["data"]["orders"]["nodes"][0]["customer"], Value::Null);
    assert!(answer["data"]["orders"]["nodes"][0]["name"].is_string(), "other data is there");
    let denied = door
        .ask(
            "mutation { refundCreate(input: { orderId: \"gid://shopify/Order/1\" }) @idempotent(key: \"k\") { userErrors { message } } }",
            json!({}),
        )
        .await;
    assert_eq!(denied["data"], json!({ "refundCreate": null }));
    assert_eq!(denied["errors"][0]["extensions"]["code"], "ACCESS_DENIED");
    let scopes = door.data("{ currentAppInstallation { accessScopes { handle } } }", json!({})).await;
    let handles = scopes["currentAppInstallation"]["accessScopes"].as_array().expect("scopes");
    assert!(
        handles.contains(&json!({ "handle": "read_orders" }))
            && !handles.contains(&json!({ "handle": "read_customers" }))
    );
}

#[tokio::test]
async fn without_read_all_orders_only_sixty_days_exist() {
    let all = Door::open().await;
    let some = Door::with(|options| options.without_scopes = [String::from("read_all_orders")].into()).await;
    let count = "{ ordersCount { count precision } }";
    let all_count = all.data(count, json!({})).await["ordersCount"]["count"].as_i64().expect("a number");
    let some_count = some.data(count, json!({})).await["ordersCount"]["count"].as_i64().expect("a number");
    assert!(0 < some_count && some_count < all_count, "{some_count} of {all_count}");
    let oldest = "{ orders(first: 1, sortKey: CREATED_AT) { nodes { id createdAt } } }";
    let first = some.data(oldest, json!({})).await["orders"]["nodes"][0]["createdAt"].take();
    assert!(first.as_str().expect("a time") >= "2026-09-22T20:00:00Z");
    let hidden = all.data(oldest, json!({})).await["orders"]["nodes"][0]["id"].take();
    let found = some
        .data("query ($id: ID!) { order(id: $id) { id } node(id: $id) { id } }", json!({ "id": hidden }))
        .await;
    assert_eq!(found, json!({ "order": null, "node": null }));
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
