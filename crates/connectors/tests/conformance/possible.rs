//! Answers that allow an action, and then show that it was done.
//!
//! An answer that was made at random seldom allows anything: an order is in no state, a shipment has long left. What
//! decides about an action is put into it here, before and after the action, and the rest stays as it was made.

use fermata_model::{Action, Frozen};
use serde_json::{Value, json};

use crate::support::listener::Seen;

/// Changes an answer so that an action is possible, or, given what was sent, so that it was done.
pub(super) type Possible = fn(&Seen, &mut Value, Option<&Frozen>);

/// Puts fields into an object, over those that it has.
fn put(into: &mut Value, fields: Value) {
    let Value::Object(fields) = fields else { panic!("fields of an object: {fields}") };
    if !into.is_object() {
        *into = json!({});
    }
    into.as_object_mut().unwrap().extend(fields);
}

/// Keeps the first record of a list, or makes an empty one, and puts fields into it.
fn only(list: &mut Value, fields: Value) {
    let mut first = list.as_array().and_then(|records| records.first()).cloned().unwrap_or_else(|| json!({}));
    put(&mut first, fields);
    *list = json!([first]);
}

/// Makes the page the only one.
fn last_page(answer: &mut Value) {
    put(&mut answer["meta"], json!({ "pagination": { "total_pages": 1, "current_page": 1 } }));
}

/// Returns the last part of a path.
fn named(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// At BigCommerce, for the actions of its conformance test.
pub(super) fn at_bigcommerce(seen: &Seen, answer: &mut Value, done: Option<&Frozen>) {
    let path = seen.path.strip_prefix(super::bigcommerce::BELOW).unwrap();
    let action = done.map(|frozen| &frozen.action);
    let key = done.map(|frozen| format!("Fermata {}", frozen.key)).unwrap_or_default();
    match path {
        "/v2/store" => answer["currency"] = json!("EUR"),
        "/v2/orders/100" | "/v2/orders/101" => {
            let status = match action {
                Some(Action::OrderCancel { .. }) => 5,
                Some(Action::FulfilmentHold { .. }) => 12,
                None if path.ends_with("101") => 12,
                _ => 11,
            };
            let fields = json!({ "id": 100, "status_id": status, "payment_status": "captured",
                "total_inc_tax": "40.6700", "default_currency_code": "EUR", "staff_notes": key });
            put(answer, fields);
        }
        "/v2/orders/100/shipping_addresses" => {
            only(answer, json!({ "id": 9 }));
            if let Some(Action::OrderAddress { address, .. }) = action {
                let fields = json!({ "first_name": address.first_name, "last_name": address.last_name,
                    "company": address.company, "street_1": address.street, "street_2": address.street_2,
                    "city": address.city, "zip": address.postal_code, "country_iso2": address.country,
                    "phone": address.phone });
                put(&mut answer[0], fields);
            }
        }
        "/v3/orders/100/transactions" => answer["data"] = json!([]),
        "/v3/orders/100/payment_actions/refund_quotes" => {
            let method = json!({ "provider_id": "stripe", "amount": 5, "offline": false });
            put(&mut answer["data"], json!({ "total_refund_amount": 5, "refund_methods": [[method]] }));
        }
        "/v3/orders/100/payment_actions/refunds" if seen.method == "GET" => match done {
            None => answer["data"] = json!([]),
            Some(_) => {
                let item =
                    json!({ "item_type": "ORDER", "item_id": 100, "reason": key, "requested_amount": 5 });
                let payment = json!({ "id": 1, "provider_id": "stripe", "amount": 5, "offline": false,
                    "is_declined": false, "declined_message": "", "transaction_id": "77" });
                only(
                    &mut answer["data"],
                    json!({ "id": 8, "total_amount": 5, "items": [item], "payments": [payment] }),
                );
            }
        },
        "/v3/inventory/items" => {
            let held = if done.is_some() { 9 } else { 7 };
            let identity = json!({ "variant_id": 77, "product_id": 5 });
            let place =
                json!({ "location_id": 1, "total_inventory_onhand": held, "available_to_sell": held });
            only(&mut answer["data"], json!({ "identity": identity, "locations": [place] }));
            last_page(answer);
        }
        "/v3/catalog/products/5" | "/v3/catalog/products/5/variants/77" => {
            let price = if matches!(action, Some(Action::PriceSet { .. })) { 19.9 } else { 20.5 };
            put(&mut answer["data"], json!({ "price": price }));
            if let Some(Action::ProductEdit { text, .. }) = action {
                put(&mut answer["data"], json!({ "page_title": text.seo_title }));
            }
        }
        "/v2/coupons" if done.is_none() && seen.query.contains("code=") => *answer = json!([]),
        "/v2/coupons" if seen.method == "GET" => {
            let made = matches!(action, Some(Action::DiscountCreate { .. }));
            let (id, code) = if made { (44, "SORRY-2") } else { (4, "SORRY-1") };
            let fields = json!({ "id": id, "code": code, "name": format!("Sorry {key}"), "amount": "10.0000",
                "type": "percentage_discount", "enabled": made || done.is_none(),
                "applies_to": { "entity": "categories", "ids": [0] } });
            only(answer, fields);
        }
        _ => {}
    }
}

/// At Gorgias, for actions on the tickets 12, which is open, and 13, which is closed.
pub(super) fn at_gorgias(seen: &Seen, answer: &mut Value, done: Option<&Frozen>) {
    let action = done.map(|frozen| &frozen.action);
    match seen.path.as_str() {
        "/api/tickets/12" | "/api/tickets/13" => {
            let open = (named(&seen.path) == "12") != matches!(action, Some(Action::TicketClose { .. }));
            let open = open || matches!(action, Some(Action::TicketReopen { .. }));
            let agent = if matches!(action, Some(Action::TicketAssign { .. })) { 3 } else { 4 };
            let priority =
                if matches!(action, Some(Action::TicketPrioritise { .. })) { "critical" } else { "normal" };
            let tag = if matches!(action, Some(Action::TicketTag { .. })) { "late" } else { "other" };
            let fields = json!({ "status": if open { "open" } else { "closed" }, "priority": priority, "spam": false,
                "trashed_datetime": null, "customer": { "id": 7, "email": "ann@example.com" },
                "assignee_user": { "id": agent }, "tags": [{ "id": 1, "name": tag }] });
            put(answer, fields);
        }
        "/api/tags" => only(&mut answer["data"], json!({ "id": 1, "name": "late" })),
        "/api/messages" => {
            put(&mut answer["meta"], json!({ "next_cursor": null }));
            if let Some(frozen) = done {
                let fields = json!({ "id": 501, "external_id": frozen.key.to_string(),
                    "created_datetime": "2026-11-21T12:00:01Z", "sent_datetime": "2026-11-21T12:00:05Z" });
                only(&mut answer["data"], fields);
            }
        }
        _ => {}
    }
}

/// At Klaviyo, for actions on the profiles P1, which receives marketing, and P2, which does not, and on the campaigns
/// C1, which waits to be sent, and C2, which is a draft.
pub(super) fn at_klaviyo(seen: &Seen, answer: &mut Value, done: Option<&Frozen>) {
    let action = done.map(|frozen| &frozen.action);
    match seen.path.as_str() {
        "/api/profiles/P1" | "/api/profiles/P2" => {
            let held = (named(&seen.path) == "P2") != action.is_some();
            let held = held && !matches!(action, Some(Action::MarketingRelease { .. }));
            let reasons = if held {
                json!([{ "reason": "USER_SUPPRESSED", "timestamp": "2026-11-21T12:00:03Z" }])
            } else {
                json!([])
            };
            let size = match action {
                None if named(&seen.path) == "P1" => json!({}),
                Some(Action::ProfileSet { value: None, .. }) => json!({}),
                _ => json!({ "size": "M" }),
            };
            let marketing = json!({ "can_receive_email_marketing": !held, "consent": "SUBSCRIBED",
                "consent_timestamp": null, "last_updated": null, "method": null, "method_detail": null,
                "custom_method_detail": null, "double_optin": null, "suppression": reasons,
                "list_suppressions": [] });
            put(
                &mut answer["data"]["attributes"],
                json!({ "email": "ann@example.com", "properties": size,
                    "subscriptions": { "email": { "marketing": marketing } } }),
            );
        }
        "/api/profiles/P1/relationships/lists" | "/api/profiles/P2/relationships/lists" => {
            let on = (seen.path.contains("P2")) != done.is_some();
            answer["data"] = if on { json!([{ "type": "list", "id": "77" }]) } else { json!([]) };
        }
        "/api/campaigns/C1" | "/api/campaigns/C2" => {
            let waits = (named(&seen.path) == "C1") != done.is_some();
            let strategy = json!({ "method": "static", "datetime": "2026-12-01T10:00:00+00:00",
                "options": { "is_local": false } });
            let status = if waits { "Scheduled" } else { "Draft" };
            put(&mut answer["data"]["attributes"], json!({ "status": status, "send_strategy": strategy }));
        }
        "/api/template-universal-content/B1" => {
            let words = if done.is_some() { "New words." } else { "Old words." };
            let options = json!({ "show_on": "all", "visible_check": null, "content_repeat": null });
            let data = json!({ "content": words, "display_options": options });
            put(
                &mut answer["data"]["attributes"],
                json!({ "definition": { "content_type": "block", "type": "html", "data": data } }),
            );
        }
        "/api/events" if seen.method == "GET" => {
            if let Some(frozen) = done {
                let links = json!({ "self": "https://a.klaviyo.com/api/events/E1" });
                let metric = json!({ "metric": { "data": { "type": "metric", "id": "M1" } } });
                let fields = json!({ "type": "event", "id": "E1", "relationships": metric, "links": &links });
                only(&mut answer["data"], fields);
                put(
                    &mut answer["data"][0]["attributes"],
                    json!({ "datetime": "2026-11-21T12:00:01+00:00",
                        "event_properties": { "fermata_action": frozen.key.to_string(), "VariantId": "77" } }),
                );
                if matches!(frozen.action, Action::StockNotice { .. }) {
                    let name = json!({ "name": "Subscribed to Back in Stock" });
                    let fields = json!({ "type": "metric", "id": "M1", "attributes": name, "links": links });
                    only(&mut answer["included"], fields);
                }
            }
        }
        _ => {}
    }
}

/// At ShipBob, for actions on the shipments 77, which is being packed, and 78, which is on hold.
pub(super) fn at_shipbob(seen: &Seen, answer: &mut Value, done: Option<&Frozen>) {
    let action = done.map(|frozen| &frozen.action);
    match seen.path.as_str() {
        "/2026-01/shipment/77" | "/2026-01/shipment/78" => {
            let status = match action {
                Some(Action::ShipmentHold { .. }) => "OnHold",
                Some(Action::ShipmentCancel { .. }) => "Cancelled",
                None if seen.path.ends_with("78") => "OnHold",
                _ => "Processing",
            };
            put(answer, json!({ "status": status }));
        }
        "/2026-01/fulfillment-center" => only(answer, json!({ "id": 77 })),
        "/2026-01/receiving" if seen.method == "GET" => {
            if let Some(frozen) = done {
                let number = format!("PO-7/{}", frozen.key);
                only(answer, json!({ "id": 61, "status": "Awaiting", "purchase_order_number": number }));
            }
        }
        "/2026-01/receiving/77" => {
            put(answer, json!({ "status": if done.is_some() { "Cancelled" } else { "Awaiting" } }));
        }
        _ => {}
    }
}

/// At Stripe, for a refund of a charge.
pub(super) fn at_stripe(seen: &Seen, answer: &mut Value, done: Option<&Frozen>) {
    if let ("GET", "/v1/refunds", Some(frozen)) = (seen.method.as_str(), seen.path.as_str(), done) {
        let fields = json!({ "id": "re_1", "status": "succeeded", "amount": 1_500, "currency": "eur",
            "created": 1_795_262_401, "metadata": { "fermata_action": frozen.key.to_string() } });
        only(&mut answer["data"], fields);
    }
}
