//! What the Stripe connector makes of what Stripe says and fails to say.

mod actions;
mod records;
mod streams;

use std::sync::Arc;

use fermata_connectors::{Connector, connect};
use fermata_model::Platform;
use serde_json::{Value, json};

use crate::support::listener::{Listener, Reply};
use crate::support::settings;

fn stripe(listener: &Listener) -> Arc<dyn Connector> {
    connect(Platform::Stripe, settings(&listener.url, &[("api_key", "rk_1")])).unwrap()
}

fn list(data: &[Value], has_more: bool) -> Reply {
    Reply::json(json!({ "object": "list", "url": "/v1/x", "has_more": has_more, "data": data }))
}

/// A whole charge of 42.00 EUR.
fn charge() -> Value {
    json!({
        "id": "ch_1", "object": "charge", "amount": 4200, "amount_captured": 4200, "amount_refunded": 0,
        "application": null, "captured": true, "created": 1_795_200_000, "currency": "eur", "status": "succeeded",
        "disputed": false, "customer": "cus_1", "receipt_email": "ann@example.com",
        "billing_details": {
            "email": "ann@example.com", "name": "Ann Lee", "phone": "+4915112345678", "address": { "country": "DE" },
        },
        "metadata": { "order_id": "77", "order_number": "#1042" },
    })
}

fn refund(id: &str, status: &str, metadata: &Value) -> Value {
    json!({
        "id": id, "object": "refund", "amount": 1500, "charge": "ch_1", "created": 1_795_262_400, "currency": "eur",
        "status": status, "reason": null, "metadata": metadata, "payment_intent": "pi_1",
    })
}

fn failure(status: u16, kind: &str, code: Option<&str>, message: &str) -> Reply {
    Reply::status(status, json!({ "error": { "type": kind, "code": code, "message": message } }))
}
