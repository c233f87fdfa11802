//! Promises about bulk operations: what may be asked, what the file is like, and who gets it.

use serde_json::{Value, json};

use crate::shopify_door::Door;

const ORDERS: &str = "{ orders { edges { node { id name lineItems { edges { node { id sku } } } } } } }";

/// Asks for an operation and returns its payload.
async fn start(door: &Door, query: &str, grouped: bool) -> Value {
    let mutation = "mutation($query: String!, $grouped: Boolean!) {
        bulkOperationRunQuery(query: $query, groupObjects: $grouped) {
            bulkOperation { id status url } userErrors { code field message } } }";
    door.data(mutation, json!({ "query": query, "grouped": grouped })).await["bulkOperationRunQuery"].take()
}

async fn state(door: &Door, id: &Value) -> Value {
    let query = "query($id: ID!) { bulkOperation(id: $id) {
        status url partialDataUrl errorCode objectCount rootObjectCount fileSize } }";
    door.data(query, json!({ "id": id })).await["bulkOperation"].take()
}

async fn written(door: &Door, query: &str, grouped: bool) -> (Value, String) {
    let started = start(door, query, grouped).await;
    assert_eq!(started["userErrors"], json!([]), "{query}");
    door.practice.advance(30);
    let state = state(door, &started["bulkOperation"]["id"]).await;
    let url = state["url"].as_str().expect("a file").to_owned();
    let text = door.client.get(&url).send().await.expect("an answer").text().await.expect("text");
    (state, text)
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// The messages are recorded ones, 2026-04.
#[tokio::test]
async fn a_query_that_cannot_be_run_in_bulk_is_refused() {
    let door = Door::open().await;
    let list = |inner: &str| format!("{{ orders {{ edges {{ node {{ {inner} }} }} }} }}");
    for (query, said) in [
        ("", "Invalid bulk query: syntax error, unexpected end of file"),
        ("{ shop { id } }", "Bulk queries must contain at least one connection."),
        (
            "{ node(id: \"gid://shopify/Order/1\") { id } }",
            "Bulk queries cannot contain a top level `node` field.",
        ),
        (
            "{ products { nodes { id } } }",
            "All connection fields in a bulk query must select their contents using 'edges' > 'node', e.g: \
             'products { edges { node {'. Selecting via 'nodes' is not supported. Invalid connection fields: \
             'products'.",
        ),
        (
            &list("name lineItems { edges { node { id } } }"),
            "The parent 'node' field for a nested connection must select the 'id' field without an alias and must \
             be of 'ID' return type. Connection fields without 'id': orders.",
        ),
        (
            &list("id fulfillments { events(first: 1) { edges { node { id } } } }"),
            "Queries that contain a connection field within a list field are not currently supported.",
        ),
        (
            "mutation { tagsAdd(id: \"gid://shopify/Order/1\", tags: [\"a\"]) { userErrors { message } } }",
            "Invalid operation type. Only `query` operations are supported.",
        ),
    ] {
        let payload = start(&door, query, false).await;
        assert_eq!(payload["bulkOperation"], json!(null), "{query}");
        let first = &payload["userErrors"][0];
        assert_eq!(first, &json!({ "code": "INVALID", "field": ["query"], "message": said }), "{query}");
    }
    for query in [
        "{ orders { edges { node { noSuchField } } } }",
        "{ orders { edges { node { ...o } } } } fragment o on Order { id }",
    ] {
        assert_eq!(start(&door, query, false).await["userErrors"][0]["code"], "INVALID", "{query}");
    }
}

#[tokio::test]
async fn the_file_holds_every_record_and_names_the_one_above() {
    let door = Door::open().await;
    let orders = door.practice.world(|world| world.orders.len());
    let (state, grouped) = written(&door, ORDERS, true).await;
    let grouped = lines(&grouped);
    assert_eq!(state["status"], "COMPLETED");
    assert_eq!(state["rootObjectCount"], orders.to_string());
    assert_eq!(state["objectCount"], grouped.len().to_string());
    let mut above = json!(null);
    for line in &grouped {
        match line.get("__parentId") {
            Some(parent) => {
                assert_eq!(*parent, above, "children follow their parent where that is asked for");
            }
            None => above = line["id"].clone(),
        }
    }
    let (_, loose) = written(&door, ORDERS, false).await;
    let loose = lines(&loose);
    assert_eq!(loose.len(), grouped.len());
    assert!(loose[..orders].iter().all(|line| line.get("__parentId").is_none()), "nobody promised an order");
}

#[tokio::test]
async fn a_file_is_handed_out_in_parts_to_whoever_has_its_address_and_no_other_secret() {
    let door = Door::open().await;
    let (state, whole) = written(&door, ORDERS, true).await;
    let url = state["url"].as_str().expect("a file");
    let get = |url: &str| door.client.get(url);
    let part = get(url).header("range", "bytes=5-24").send().await.expect("an answer");
    assert_eq!(part.status(), 206);
    assert_eq!(part.headers()["content-range"], format!("bytes 5-24/{}", whole.len()));
    assert_eq!(part.text().await.expect("text"), whole[5..25]);
    let beyond = get(url).header("range", format!("bytes={}-", whole.len())).send().await.expect("an answer");
    assert_eq!(beyond.status(), 416);
    let signed = get(url).header("X-Shopify-Access-Token", &door.token).send().await.expect("an answer");
    assert_eq!(signed.status(), 400, "the file's server has no business with the shop's token");
    let rewritten = get(&url.replace("%20", "+")).send().await.expect("an answer");
    assert_eq!(rewritten.status(), 403, "the address is signed letter by letter");
    door.practice.advance(8 * 86_400);
    assert_eq!(get(url).send().await.expect("an answer").status(), 400, "it lasts a week");
}

#[tokio::test]
async fn five_run_at_once_and_each_takes_its_time() {
    let door = Door::open().await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        let started = start(&door, ORDERS, false).await;
        assert_eq!(started["bulkOperation"]["status"], "CREATED");
        ids.push(started["bulkOperation"]["id"].clone());
    }
    let sixth = start(&door, ORDERS, false).await;
    assert_eq!(sixth["userErrors"][0]["code"], "OPERATION_IN_PROGRESS");
    assert_eq!(sixth["userErrors"][0]["field"], json!(null));
    door.practice.advance(10);
    assert_eq!(state(&door, &ids[0]).await["status"], "RUNNING");
    assert_eq!(state(&door, &ids[0]).await["url"], json!(null));
    door.practice.advance(20);
    assert_eq!(state(&door, &ids[0]).await["status"], "COMPLETED");
    assert_eq!(start(&door, ORDERS, false).await["userErrors"], json!([]));
    door.practice.advance(9 * 86_400);
    let expired = state(&door, &ids[0]).await;
    assert_eq!((expired["status"].as_str(), &expired["url"]), (Some("EXPIRED"), &json!(null)));
}

#[tokio::test]
async fn what_an_app_may_not_see_fails_the_operation() {
    let door = Door::with(|options| {
        options.without_scopes.insert("read_orders".to_owned());
    })
    .await;
    let started = start(&door, ORDERS, false).await;
    door.practice.advance(30);
    let state = state(&door, &started["bulkOperation"]["id"]).await;
    assert_eq!(
        (state["status"].as_str(), state["errorCode"].as_str()),
        (Some("FAILED"), Some("ACCESS_DENIED"))
    );
    assert_eq!(
        (&state["url"], &state["partialDataUrl"]),
        (&json!(null), &json!(null)),
        "nothing was written"
    );
}

#[tokio::test]
async fn while_a_long_file_is_written_whoever_asks_is_answered() {
    let door = Door::with(|options| options.customers = 1_500).await;
    let orders = door.practice.world(|world| world.orders.len());
    assert!(orders > 2_500, "{orders} orders are no long file");
    let started = start(&door, ORDERS, true).await;
    let id = &started["bulkOperation"]["id"];
    door.practice.advance(30);
    assert_eq!(state(&door, id).await["status"], "RUNNING");
    let whole = loop {
        let state = state(&door, id).await;
        if state["status"] != "RUNNING" {
            break state;
        }
    };
    assert_eq!(whole["status"], "COMPLETED");
    assert_eq!(whole["rootObjectCount"], orders.to_string());
    let text = door.client.get(whole["url"].as_str().expect("a file")).send().await.expect("an answer");
    let lines = lines(&text.text().await.expect("text"));
    let ids: std::collections::BTreeSet<_> = lines.iter().map(|line| line["id"].to_string()).collect();
    assert_eq!(ids.len(), lines.len(), "a record is in it twice");
}
