//! Failures in each of the shapes that the vendor's documents give, in words.

use fermata_connectors::Pull;
use fermata_model::Stream;
use serde_json::{Value, json};

use super::bigcommerce;
use crate::support::listener::{Listener, Reply};
use crate::support::now;

async fn message(status: u16, body: Value) -> String {
    let listener = Listener::start(move |_, _| Reply::status(status, &body)).await;
    let pull = Pull { stream: Stream::Stock, since: None, until: now(), token: None, size: None };
    bigcommerce(&listener).pull(&pull).await.unwrap_err().to_string()
}

#[tokio::test]
async fn a_failure_is_told_in_the_words_of_the_vendor() {
    for (body, expected) in [
        (json!({ "status": 422, "title": "Not so.", "type": "/docs", "errors": {} }), "Not so"),
        (
            json!({ "status": 422, "title": "JSON data is missing or invalid", "errors": { "name": "is missing" } }),
            "name: is missing",
        ),
        (json!({ "status": 422, "title": "Bad.", "errors": { "name": ["is missing"] } }), "name: is missing"),
        (json!({ "status": 400, "title": "Input is invalid", "detail": "Syntax error" }), "Syntax error"),
        (json!({ "status": "403", "title": "No", "error": "" }), "No"),
        (
            json!([{ "status": 404, "message": "The field cannot be written to." }]),
            "The field cannot be written to",
        ),
        (
            json!({ "errors": [{ "status": 422, "title": "Parameter id:in is required" }], "meta": {} }),
            "Parameter id:in is required",
        ),
        (json!({ "status": 404, "title": "Gone", "errors": [] }), "Gone"),
        (
            json!({ "data": [{ "status": 422, "title": "No store credit for a guest." }] }),
            "No store credit for a guest",
        ),
        (json!({ "batch_errors": [{ "status": 422, "title": "One failed", "errors": {} }] }), "One failed"),
    ] {
        let said = message(422, body.clone()).await;
        assert_eq!(said, format!("BigCommerce refused the request: {expected}."), "{body}");
    }
    for nothing in [json!({}), json!([]), json!("text"), json!({ "errors": {} }), json!({ "data": [] })] {
        assert_eq!(message(422, nothing).await, "BigCommerce refused the request (status 422).");
    }
}

#[tokio::test]
async fn a_store_that_is_out_of_service_says_why() {
    let degraded = json!({ "error": { "code": "SERVICE_DEGRADED", "message": "Temporarily unavailable", "retry_after_seconds": 30 } });
    let tax =
        json!({ "data": [{ "order_id": 1, "status": 503, "error": "Tax service gone away" }], "meta": {} });
    for (body, expected) in [(degraded, "Temporarily unavailable"), (tax, "Tax service gone away")] {
        assert_eq!(message(503, body).await, format!("BigCommerce failed by its own account: {expected}."));
    }
}

#[tokio::test]
async fn a_permission_that_is_missing_is_named() {
    let said = message(
        403,
        json!({ "status": 403, "title": "You don't have a required scope to access the endpoint" }),
    )
    .await;
    assert!(said.ends_with("that takes store_inventory."), "{said}");
}
