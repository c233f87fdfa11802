//! Promises of the Stripe twin's refunds: what is booked, what is refused, what a key protects.

use fermata_model::Platform;
use fermata_sandbox::Options;
use serde_json::{Value, json};

use crate::stripe_reads::{pages, stripe};
use crate::twin::{Answer, Twin, options};

async fn post(twin: &Twin, path: &str, key: Option<&str>, form: &[(&str, &str)]) -> Answer {
    let mut request = twin.request("POST", path);
    if let Some(key) = key {
        request = request.header("idempotency-key", key);
    }
    let body: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    twin.send(request.header("content-type", "application/x-www-form-urlencoded").body(body)).await
}

/// Whole charges of at least 10.00, by card or PayPal, that nobody contests.
async fn charges(twin: &Twin, kind: &str) -> Vec<Value> {
    let all = pages(twin, "/v1/charges?limit=100").await;
    let fits = |charge: &Value| {
        charge["disputed"] == false
            && charge["amount_refunded"] == 0
            && charge["amount"].as_i64() > Some(1_000)
            && charge["payment_method_details"]["type"] == kind
    };
    all.into_iter().filter(fits).collect()
}

fn text<'v>(record: &'v Value, name: &str) -> &'v str {
    record[name].as_str().expect("text")
}

fn booked(twin: &Twin) -> usize {
    let journal = twin.practice.journal(Platform::Stripe);
    journal.iter().flat_map(|entry| &entry.applied).filter(|effect| effect.kind == "payment.refund").count()
}

#[tokio::test]
async fn a_refund_is_booked_once_with_what_was_noted_on_it() {
    let twin = stripe().await;
    let charge = charges(&twin, "card").await.swap_remove(0);
    let id = text(&charge, "id");
    let form =
        [("charge", id), ("amount", "500"), ("metadata[action]", "a-1"), ("reason", "requested_by_customer")];
    let made = post(&twin, "/v1/refunds", Some("key-1"), &form).await;
    assert_eq!(made.status, 200, "{}", made.text);
    assert_eq!((&made.body["status"], &made.body["amount"]), (&json!("succeeded"), &json!(500)));
    assert_eq!(made.body["metadata"], json!({ "action": "a-1" }));
    let listed = pages(&twin, &format!("/v1/refunds?charge={id}")).await;
    assert_eq!(listed, std::slice::from_ref(&made.body));
    let after = twin.get(&format!("/v1/charges/{id}")).await.body;
    assert_eq!((&after["amount_refunded"], &after["refunded"]), (&json!(500), &json!(false)));
    let journal = twin.practice.journal(Platform::Stripe);
    let entry = journal.iter().find(|entry| !entry.applied.is_empty()).expect("it is in the books");
    assert_eq!((entry.operation.as_str(), entry.key.as_deref()), ("PostRefunds", Some("key-1")));
    assert_eq!(entry.applied[0].target, id);
    let order = charge["metadata"]["order_number"].as_str().expect("a number").to_owned();
    let back = twin.practice.world(|world| {
        world
            .order_named(&order)
            .and_then(|id| world.orders.get(id))
            .map(fermata_sandbox::world::Order::refunded)
    });
    assert_eq!(back, Some(500), "the shop knows of it");
}

#[tokio::test]
async fn a_key_brings_the_first_answer_again_for_a_day() {
    let twin = stripe().await;
    let charge = charges(&twin, "card").await.swap_remove(0);
    let intent = text(&charge, "payment_intent");
    let form = [("payment_intent", intent), ("amount", "300")];
    let first = post(&twin, "/v1/refunds", Some("k"), &form).await;
    assert_eq!(first.header("idempotent-replayed"), None);
    twin.practice.advance(86_000);
    let again = post(&twin, "/v1/refunds", Some("k"), &form).await;
    assert_eq!((again.status, &again.body), (200, &first.body));
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    let other = post(&twin, "/v1/refunds", Some("k"), &[("payment_intent", intent), ("amount", "301")]).await;
    assert_eq!((other.status, &other.body["error"]["type"]), (400, &json!("idempotency_error")));
    assert_eq!(booked(&twin), 1);
    twin.practice.advance(500);
    assert_eq!(post(&twin, "/v1/refunds", Some("k"), &form).await.status, 200);
    assert_eq!(booked(&twin), 2, "a key of yesterday is a new request");
    assert_eq!(post(&twin, "/v1/refunds", None, &form).await.status, 200);
    assert_eq!(booked(&twin), 3, "without a key nothing protects");
}

#[tokio::test]
async fn what_was_executed_is_kept_and_what_was_not_is_free() {
    let twin = stripe().await;
    let charge = charges(&twin, "card").await.swap_remove(0);
    let id = text(&charge, "id");
    let unfit = post(&twin, "/v1/refunds", Some("a"), &[("charge", id), ("colour", "red")]).await;
    assert_eq!(unfit.body["error"]["code"], "parameter_unknown");
    assert_eq!(post(&twin, "/v1/refunds", Some("a"), &[("charge", id), ("amount", "1")]).await.status, 200);
    let most = charge["amount"].to_string();
    let executed = post(&twin, "/v1/refunds", Some("b"), &[("charge", id), ("amount", &most)]).await;
    assert_eq!(executed.body["error"]["code"], "amount_too_large");
    let again = post(&twin, "/v1/refunds", Some("b"), &[("charge", id), ("amount", &most)]).await;
    assert_eq!((again.body, again.headers.contains_key("idempotent-replayed")), (executed.body, true));
}

#[tokio::test]
async fn what_cannot_go_back_is_refused_with_the_vendors_code() {
    let twin = stripe().await;
    let charge = charges(&twin, "card").await.swap_remove(0);
    let id = text(&charge, "id");
    let rest = post(&twin, "/v1/refunds", None, &[("charge", id)]).await;
    assert_eq!(rest.body["amount"], charge["amount"], "without an amount the whole rest goes back");
    let disputes = pages(&twin, "/v1/disputes?limit=100").await;
    let contested = disputes.iter().find(|dispute| dispute["status"] != "won").expect("one that is not won");
    let whole = post(&twin, "/v1/refunds", None, &[("charge", id)]).await;
    assert_eq!((whole.status, &whole.body["error"]["code"]), (400, &json!("charge_already_refunded")));
    let contested = post(&twin, "/v1/refunds", None, &[("charge", text(contested, "charge"))]).await;
    assert_eq!((contested.status, &contested.body["error"]["code"]), (400, &json!("charge_disputed")));
    for (form, status) in [
        (vec![], 400),
        (vec![("charge", "ch_1")], 404),
        (vec![("charge", id), ("payment_intent", text(&charge, "payment_intent"))], 400),
        (vec![("charge", id), ("amount", "5.00")], 400),
        (vec![("charge", id), ("amount", "-5")], 400),
        (vec![("charge", id), ("reason", "late")], 400),
        (vec![("charge", id), ("metadata", "x")], 400),
        (vec![("charge", id), ("metadata[a][b]", "x")], 400),
        (vec![("charge", id), ("refund_application_fee", "true")], 400),
        (vec![("charge", id), ("origin", "customer_balance")], 400),
    ] {
        let refused = post(&twin, "/v1/refunds", None, &form).await;
        assert_eq!(refused.status, status, "{form:?}: {}", refused.text);
    }
    let json = twin.request("POST", "/v1/refunds").header("content-type", "application/json");
    assert_eq!(twin.send(json.body(json!({ "charge": id }).to_string())).await.status, 400);
    assert_eq!(booked(&twin), 1);
}

#[tokio::test]
async fn money_to_paypal_takes_a_while_and_notes_can_be_changed() {
    let twin = stripe().await;
    let charge = charges(&twin, "paypal").await.swap_remove(0);
    let form =
        [("charge", text(&charge, "id")), ("amount", "400"), ("metadata[a]", "1"), ("metadata[b]", "2")];
    let made = post(&twin, "/v1/refunds", None, &form).await;
    assert_eq!(made.body["status"], "pending", "200 is not arrival: {}", made.text);
    let path = format!("/v1/refunds/{}", text(&made.body, "id"));
    twin.practice.advance(120);
    assert_eq!(twin.get(&path).await.body["status"], "succeeded");
    let changed = post(&twin, &path, None, &[("metadata[a]", ""), ("metadata[c]", "3")]).await;
    assert_eq!(changed.body["metadata"], json!({ "b": "2", "c": "3" }), "{}", changed.text);
    assert_eq!(post(&twin, &path, None, &[("amount", "1")]).await.status, 400, "nothing else can be changed");
    assert_eq!(post(&twin, &format!("{path}/cancel"), None, &[]).await.status, 400);
    assert_eq!(post(&twin, &path, None, &[("metadata", "")]).await.body["metadata"], json!({}));
}

#[tokio::test]
async fn a_refund_that_the_shop_books_is_seen_here() {
    let twin = stripe().await;
    let charge = charges(&twin, "card").await.swap_remove(0);
    let name = text(&charge["metadata"], "order_number").to_owned();
    twin.practice.change(|world, now| {
        let id = world.order_named(&name).expect("the order");
        let new = fermata_sandbox::world::NewRefund { amount: 700, ..Default::default() };
        world.refund(id, new, now)
    });
    let refunds = pages(&twin, &format!("/v1/refunds?charge={}", text(&charge, "id"))).await;
    assert_eq!((refunds.len(), &refunds[0]["amount"], &refunds[0]["metadata"]), (1, &json!(700), &json!({})));
}

#[tokio::test]
async fn an_answer_that_was_cut_leaves_a_refund_that_is_found_by_its_note() {
    let twin = stripe().await;
    let charge = charges(&twin, "card").await.swap_remove(0);
    let id = text(&charge, "id").to_owned();
    twin.fault(json!({ "fault": "cut_after", "times": 1, "write": true }));
    let request = twin
        .request("POST", "/v1/refunds")
        .header("idempotency-key", "lost")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(format!("charge={id}&amount=200&metadata%5Baction%5D=mine"));
    request.send().await.expect_err("the connection is cut");
    let listed = pages(&twin, &format!("/v1/refunds?charge={id}")).await;
    assert_eq!(listed[0]["metadata"]["action"], "mine");
    let form = [("charge", id.as_str()), ("amount", "200"), ("metadata[action]", "mine")];
    let again = post(&twin, "/v1/refunds", Some("lost"), &form).await;
    assert_eq!((again.status, &again.body), (200, &listed[0]));
    assert_eq!(booked(&twin), 1);
}

#[tokio::test]
async fn refunds_and_keys_survive_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let kept = || Options { state: Some(folder.path().to_owned()), ..options() };
    let twin = Twin::start(Platform::Stripe, kept()).await;
    let charge = charges(&twin, "card").await.swap_remove(0);
    let form = [("charge", text(&charge, "id")), ("amount", "250"), ("metadata[action]", "a-9")];
    let made = post(&twin, "/v1/refunds", Some("kept"), &form).await;
    assert_eq!(made.status, 200, "{}", made.text);
    twin.practice.stop().await;

    let twin = Twin::start(Platform::Stripe, kept()).await;
    let path = format!("/v1/refunds/{}", text(&made.body, "id"));
    assert_eq!(twin.get(&path).await.body, made.body, "the same refund under the same id");
    let again = post(&twin, "/v1/refunds", Some("kept"), &form).await;
    assert_eq!((again.status, again.header("idempotent-replayed")), (200, Some("true")));
    assert_eq!(booked(&twin), 1);
}
