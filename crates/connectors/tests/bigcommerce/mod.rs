//! What the BigCommerce connector makes of what BigCommerce says and fails to say.

mod changes;
mod companies;
mod failures;
mod newest;
mod orders;
mod pages;
mod prices;
mod refund;

use std::sync::Arc;

use fermata_connectors::{Connector, connect};
use fermata_model::Platform;
use serde_json::{Value, json};

use crate::support::listener::Listener;
use crate::support::settings;

fn bigcommerce(listener: &Listener) -> Arc<dyn Connector> {
    let url = format!("{}/stores/abc123", listener.url);
    connect(Platform::Bigcommerce, settings(&url, &[("access_token", "t0ken")])).unwrap()
}

/// An order as version 2 writes it, with one line of two pieces.
fn order(id: u32, payment: &str) -> Value {
    json!({
        "id": id, "customer_id": 0, "status_id": 11, "status": "Awaiting Fulfillment", "payment_status": payment,
        "date_created": "Thu, 19 Nov 2026 20:16:55 +0000", "date_modified": "Fri, 20 Nov 2026 20:16:55 +0000",
        "total_inc_tax": "40.6700", "refunded_amount": "0.0000", "default_currency_code": "EUR",
        "currency_code": "USD", "items_shipped": 0, "staff_notes": "",
        "billing_address": { "first_name": "Ann", "last_name": "Lee", "email": "ann@example.com" },
        "consignments": { "shipping": [{ "line_items": [
            { "id": 31, "quantity": 2, "price_inc_tax": "20.3349", "name": "Shirt", "sku": "", "variant_id": 0 },
        ] }] },
    })
}

/// A refund with one payment through the gateway.
fn refund(order: u32, reason: &str, transaction: Option<&str>, is_declined: bool) -> Value {
    json!({
        "id": 8, "order_id": order, "created": "2026-11-21T11:59:58Z", "total_amount": 5, "reason": "",
        "items": [{ "item_type": "ORDER", "item_id": order, "reason": reason, "requested_amount": 5 }],
        "payments": [{ "provider_id": "stripe", "amount": 5, "offline": false, "is_declined": is_declined,
            "declined_message": if is_declined { "Card is closed" } else { "" }, "transaction_id": transaction }],
    })
}
