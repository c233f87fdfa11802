//! Objects as the vendor shows them, with every member of its fixtures.
//!
//! Source: stripe/openapi fixtures3.json for charge, payment_intent and refund; docs.stripe.com "The Dispute object",
//! "The Account object".

use fermata_model::Platform;
use serde_json::{Map, Value, json};

use super::disputes::{self, Dispute};
use super::ids;
use crate::world::{Address, Moment, Order, OrderId, World};

/// The account.
pub(super) fn account(world: &World) -> Value {
    json!({
        "id": "acct_1PracticeStore00", "object": "account", "type": "standard",
        "business_profile": { "name": world.shop.name, "url": format!("https://{}", world.shop.domain) },
        "country": world.shop.country, "default_currency": currency(world),
        "email": world.shop.email, "charges_enabled": true, "payouts_enabled": true, "details_submitted": true,
        "settings": { "dashboard": { "display_name": world.shop.name, "timezone": "Etc/UTC" } },
    })
}

/// The shop's currency as the vendor writes it.
pub(super) fn currency(world: &World) -> String {
    world.shop.currency.code().to_lowercase()
}

/// The charge of an order.
pub(super) fn charge(world: &World, id: OrderId, order: &Order, now: Moment) -> Value {
    let refunded = order.refunded();
    let amount = order.payment.amount;
    let name = world.people.get(person(order)).map(|person| format!("{} {}", person.first, person.last));
    let phone = world.people.get(person(order)).and_then(|person| person.phone.as_deref());
    let home = world.people.get(person(order)).map(|person| &person.address);
    let to = order.ship_to.as_deref().or(home);
    let text = ids::write(ids::CHARGE, id.number());
    let mut shown = json!({
        "id": text, "object": "charge",
        "amount": amount, "amount_captured": amount, "amount_refunded": refunded,
        "balance_transaction": ids::write("txn_3P", order.payment.id.number()),
        "billing_details": {
            "address": home.map_or_else(|| address(&Address::default()), address),
            "email": order.email, "name": name, "phone": phone, "tax_id": null,
        },
        "calculated_statement_descriptor": world.shop.name, "captured": true,
        "created": order.created_at.second(), "currency": currency(world),
        "description": format!("Order {}", world.order_name(id)),
        "disputed": disputes::of(world, id, now).is_some(), "fraud_details": {}, "livemode": false,
        "metadata": metadata(world, id, order),
        "outcome": {
            "advice_code": null, "network_advice_code": null, "network_decline_code": null,
            "network_status": "approved_by_network", "reason": null, "seller_message": "Payment complete.",
            "type": "authorized",
        },
        "paid": true, "payment_intent": ids::write(ids::INTENT, id.number()),
        "payment_method": ids::write("pm_1P", order.payment.id.number()), "payment_method_details": method(order),
        "receipt_email": order.email,
        "receipt_url": format!("https://pay.stripe.com/receipts/payment/{text}"),
        "refunded": refunded >= amount,
        "shipping": to.map(|to| json!({
            "address": address(to), "carrier": null, "name": name, "phone": phone, "tracking_number": null,
        })),
        "status": "succeeded",
    });
    leave_empty(&mut shown, CHARGE_EMPTY);
    shown
}

/// Members of a charge that nothing here fills.
const CHARGE_EMPTY: &[&str] = &[
    "application",
    "application_fee",
    "application_fee_amount",
    "customer",
    "failure_balance_transaction",
    "failure_code",
    "failure_message",
    "on_behalf_of",
    "receipt_number",
    "review",
    "source",
    "source_transfer",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "transfer_data",
    "transfer_group",
];

/// Members of a payment intent that nothing here fills. A key that only reads gets no secret for the browser.
const INTENT_EMPTY: &[&str] = &[
    "application",
    "application_fee_amount",
    "canceled_at",
    "cancellation_reason",
    "client_secret",
    "customer",
    "customer_account",
    "excluded_payment_method_types",
    "last_payment_error",
    "next_action",
    "on_behalf_of",
    "payment_method_configuration_details",
    "processing",
    "review",
    "setup_future_usage",
    "shipping",
    "source",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "transfer_data",
    "transfer_group",
];

fn leave_empty(shown: &mut Value, members: &[&str]) {
    for member in members {
        shown[*member] = Value::Null;
    }
}

/// The payment intent of an order.
pub(super) fn intent(world: &World, id: OrderId, order: &Order) -> Value {
    let amount = order.payment.amount;
    let mut shown = json!({
        "id": ids::write(ids::INTENT, id.number()), "object": "payment_intent",
        "amount": amount, "amount_capturable": 0, "amount_details": { "tip": {} }, "amount_received": amount,
        "automatic_payment_methods": { "enabled": true }, "capture_method": "automatic",
        "confirmation_method": "automatic", "created": order.created_at.second(), "currency": currency(world),
        "description": format!("Order {}", world.order_name(id)),
        "latest_charge": ids::write(ids::CHARGE, id.number()), "livemode": false,
        "managed_payments": { "enabled": false }, "metadata": metadata(world, id, order),
        "payment_method": ids::write("pm_1P", order.payment.id.number()), "payment_method_options": {},
        "payment_method_types": [kind(order)], "receipt_email": order.email, "status": "succeeded",
    });
    leave_empty(&mut shown, INTENT_EMPTY);
    shown
}

/// A dispute.
pub(super) fn dispute(world: &World, dispute: &Dispute) -> Value {
    json!({
        "id": dispute.id, "object": "dispute", "amount": dispute.amount, "balance_transactions": [],
        "charge": ids::write(ids::CHARGE, dispute.order.number()), "created": dispute.created.second(),
        "currency": currency(world), "enhanced_eligibility_types": [], "evidence": {},
        "evidence_details": {
            "due_by": dispute.due_by.second(), "enhanced_eligibility": {}, "has_evidence": dispute.answered,
            "past_due": dispute.now > dispute.due_by && !dispute.answered,
            "submission_count": u8::from(dispute.answered),
        },
        "is_charge_refundable": false, "livemode": false, "metadata": {}, "network_reason_code": null,
        "payment_intent": ids::write(ids::INTENT, dispute.order.number()),
        "reason": dispute.reason, "status": dispute.status,
    })
}

fn person(order: &Order) -> usize {
    use crate::world::Id;
    order.person.index()
}

/// What the shop noted when it took the money: a shop of its own its order's id and number, WooCommerce's plugin what it
/// writes for the orders it keeps the books of.
fn metadata(world: &World, id: OrderId, order: &Order) -> Value {
    if world.storefront_of(order.person) == Platform::Woocommerce {
        return json!({
            "order_id": world.order_name(id).trim_start_matches('#'),
            "site_url": format!("https://{}", world.shop.domain),
        });
    }
    json!({ "order_id": id.number().to_string(), "order_number": world.order_name(id) })
}

/// The kind of the payment method, in the vendor's word.
pub(super) fn kind(order: &Order) -> &'static str {
    if order.payment.gateway == "paypal" { "paypal" } else { "card" }
}

fn method(order: &Order) -> Value {
    if kind(order) == "paypal" {
        return json!({ "type": "paypal", "paypal": { "payer_email": order.email, "transaction_id": null } });
    }
    let last = format!("{:04}", order.payment.id.number() % 10_000);
    json!({
        "type": "card",
        "card": {
            "brand": "visa", "country": "US", "exp_month": 8, "exp_year": 2030, "funding": "credit", "last4": last,
            "network": "visa", "wallet": null,
        },
    })
}

fn address(address: &Address) -> Value {
    let mut shown = Map::new();
    let text = |text: &str| if text.is_empty() { Value::Null } else { json!(text) };
    shown.insert("city".to_owned(), text(&address.city));
    shown.insert("country".to_owned(), json!(address.country()));
    shown.insert("line1".to_owned(), text(&address.street));
    shown.insert("line2".to_owned(), json!(address.extra));
    shown.insert("postal_code".to_owned(), text(&address.zip));
    shown.insert("state".to_owned(), json!(address.province));
    Value::Object(shown)
}
