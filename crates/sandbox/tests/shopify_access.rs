//! Promises about who may ask Shopify what: sign-in, versions, scopes, and what no schema knows.

use fermata_model::Platform;
use fermata_sandbox::Plan;
use fermata_sandbox::world::OrderId;
use serde_json::{Value, json};

use crate::shopify_door::Door;

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

#[tokio::test]
async fn of_several_storefronts_each_shows_only_its_own() {
    let door = Door::open().await;
    let counts = "{ ordersCount(limit: null) { count } customersCount { count } }";
    let before = door.data(counts, json!({})).await;
    let (ours, theirs) = door.practice.change(|world, _| {
        world.storefronts = vec![Platform::Shopify, Platform::Gorgias];
        let at = |place| {
            let order = |id: &OrderId| world.order_at(place, *id).is_some();
            world.orders.iter().map(|(id, _)| id).filter(order).collect::<Vec<_>>()
        };
        (at(Platform::Shopify), at(Platform::Gorgias))
    });
    let after = door.data(counts, json!({})).await;
    assert_eq!(after["ordersCount"]["count"], ours.len());
    assert_eq!(before["ordersCount"]["count"], ours.len() + theirs.len());
    assert!(after["customersCount"]["count"].as_u64() < before["customersCount"]["count"].as_u64());
    let id = format!("gid://shopify/Order/{}", theirs[0].number());
    let found = door.data("query($id: ID!) { order(id: $id) { id } }", json!({ "id": id })).await;
    assert_eq!(found["order"], Value::Null, "an order of another storefront does not exist here");
    let tagged = door
        .data(
            "mutation($id: ID!) { tagsAdd(id: $id, tags: [\"x\"]) { userErrors { message } } }",
            json!({ "id": id }),
        )
        .await;
    assert_eq!(tagged["tagsAdd"]["userErrors"][0]["message"], "Order does not exist");
}
