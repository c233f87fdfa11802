//! An order as v2 writes it.
//!
//! Source: `order_Resp` of orders.v2; `refunded_amount` is `0.0000` whatever was refunded, as its description says.

use serde_json::{Map, Value, json};

use super::super::money;
use super::super::numbers::CUSTOMERS;
use super::super::values::{four, mail_date};
use super::parts;
use super::seen::{Seen, Which, modified};
use super::state::{Book, payment_status, status_name};
use super::sums::shares;
use crate::json::{merged, number};
use crate::mark::mark;
use crate::vendor::{Call, Request};
use crate::world::{Address, World};

/// What of an order's parts is to be written in it rather than linked.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Include {
    pub(super) consignments: bool,
    pub(super) lines: bool,
    pub(super) fees: bool,
}

/// Writes an order.
pub(super) fn order(
    request: &Request,
    call: &Call<'_>,
    book: &Book,
    seen: &Seen<'_>,
    include: Include,
) -> Value {
    let (world, order, now) = (&*call.world, &*seen.order, call.now);
    let currency = world.shop.currency;
    let code = currency.code();
    let status = book.status(seen, now);
    let (shares, shipping_tax) = shares(order);
    let goods_tax: i64 = shares.iter().map(|share| share.tax).sum();
    let four = |minor: i64| four(minor, currency);
    let zero = four(0);
    let total_tax = goods_tax + shipping_tax;
    let pieces: u32 = order.lines.iter().map(|line| line.quantity).sum();
    let sent: u32 = (0..order.lines.len()).map(|place| parts::sent(order, place)).sum();
    let placed = match seen.which {
        Which::Placed(id) => Some(id),
        Which::Left(_) => None,
    };
    let shipped = order.parcels.first().map_or_else(String::new, |parcel| mail_date(parcel.shipped_at));
    let link = |part: &str| {
        let resource = format!("/orders/{}/{part}", seen.which.number());
        let root = request.path.split("/orders").next().unwrap_or_default();
        json!({ "url": format!("{}{root}{resource}", request.base_url), "resource": resource })
    };
    let provider = money::provider(order.payment.gateway);
    let text = |kept: Option<&String>| kept.cloned().unwrap_or_default();
    let first = json!({
        "id": seen.which.number(),
        "customer_id": order.account.map_or(0, |account| CUSTOMERS.of(account)),
        "date_created": mail_date(order.created_at),
        "date_modified": mail_date(modified(order, now)),
        "date_shipped": shipped,
        "status_id": status,
        "status": status_name(status),
        "custom_status": status_name(status),
        "subtotal_ex_tax": four(order.subtotal() - goods_tax),
        "subtotal_inc_tax": four(order.subtotal()),
        "subtotal_tax": four(goods_tax),
        "base_shipping_cost": four(order.shipping),
        "shipping_cost_ex_tax": four(order.shipping - shipping_tax),
        "shipping_cost_inc_tax": four(order.shipping),
        "shipping_cost_tax": four(shipping_tax),
        "shipping_cost_tax_class_id": 2,
        "total_ex_tax": four(order.total() - total_tax),
        "total_inc_tax": four(order.total()),
        "total_tax": four(total_tax),
        "items_total": pieces,
        "items_shipped": sent,
        "payment_method": provider.title,
        "payment_provider_id": "",
        "payment_status": payment_status(order, now),
        "refunded_amount": zero,
        "order_is_digital": false,
        "ip_address": "",
        "ip_address_v6": "",
        "geoip_country": "",
        "geoip_country_iso2": "",
        "currency_id": 1,
        "currency_code": code,
        "currency_exchange_rate": "1.0000000000",
        "default_currency_id": 1,
        "default_currency_code": code,
        "store_default_currency_code": code,
        "store_default_to_transactional_exchange_rate": "1.0000000000",
        "staff_notes": order.note.as_deref().unwrap_or(""),
        "customer_message": text(placed.and_then(|id| book.message.get(&id))),
        "discount_amount": four(order.discount),
    });
    let rest = json!({
        "coupon_discount": zero,
        "store_credit_amount": zero,
        "gift_certificate_amount": zero,
        "shipping_address_count": 1,
        "is_deleted": placed.is_some_and(|id| book.archived.contains(&id)),
        "is_tax_inclusive_pricing": true,
        "is_email_opt_in": false,
        "order_source": "www",
        "ebay_order_id": "0",
        "cart_id": seen.cart.map_or_else(String::new, uuid),
        "billing_address": billing(world, book, seen),
        "channel_id": 1,
        "external_id": null,
        "external_merchant_id": null,
        "external_source": null,
        "external_order_id": external(world, book, seen),
        "tax_provider_id": "BasicTaxProvider",
        "customer_locale": "en",
        "products": link("products"),
        "shipping_addresses": link("shipping_addresses"),
        "coupons": link("coupons"),
        "fees": if include.fees { json!([]) } else { link("fees") },
        "consignments": if include.consignments {
            consignments(call, book, seen, include, |part| link(part))
        } else {
            link("consignments")
        },
    });
    let mut out = merged([first, rest]);
    for kind in ["handling", "wrapping"] {
        out[format!("base_{kind}_cost")] = json!(zero);
        for form in ["ex_tax", "inc_tax", "tax"] {
            out[format!("{kind}_cost_{form}")] = json!(zero);
        }
        out[format!("{kind}_cost_tax_class_id")] = json!(2);
    }
    out
}

fn consignments(
    call: &Call<'_>,
    book: &Book,
    seen: &Seen<'_>,
    include: Include,
    link: impl Fn(&str) -> Value,
) -> Value {
    let order = &*seen.order;
    let amount = |minor: i64| number(minor, call.world.shop.currency);
    let (_, tax) = shares(order);
    let lines: Vec<Value> = parts::lines(order)
        .map(|(place, line)| {
            if include.lines {
                parts::line(call, seen, place)
            } else {
                link(&format!("products/{}", super::super::numbers::LINES.of(line.id)))
            }
        })
        .collect();
    let shipping = Value::Object(parts::postal(call, book, seen));
    let costs = json!({
        "id": parts::address_number(seen.which),
        "form_fields": [],
        "line_items": lines,
        "items_total": order.lines.iter().map(|line| line.quantity).sum::<u32>(),
        "items_shipped": (0..order.lines.len()).map(|place| parts::sent(order, place)).sum::<u32>(),
        "shipping_method": parts::METHOD,
        "base_cost": amount(order.shipping),
        "cost_ex_tax": amount(order.shipping - tax),
        "cost_inc_tax": amount(order.shipping),
        "cost_tax": amount(tax),
        "cost_tax_class_id": 2,
        "base_handling_cost": amount(0),
        "handling_cost_ex_tax": amount(0),
        "handling_cost_inc_tax": amount(0),
        "handling_cost_tax": amount(0),
        "handling_cost_tax_class_id": 2,
        "shipping_zone_id": 1,
        "shipping_zone_name": "Everywhere",
        "shipping_quotes": link(&format!("consignments/shipping/{}/shipping_quotes", parts::address_number(seen.which))),
    });
    let shipping = merged([shipping, costs]);
    json!({ "pickups": [], "shipping": [shipping], "downloads": [], "email": { "gift_certificates": [] } })
}

/// Writes an address of an order; what a member has no value for is empty.
pub(super) fn address(names: (&str, &str), at: &Address, phone: &str, email: &str) -> Map<String, Value> {
    let written = json!({
        "first_name": names.0,
        "last_name": names.1,
        "company": "",
        "street_1": at.street,
        "street_2": at.extra.as_deref().unwrap_or(""),
        "city": at.city,
        "state": at.province.as_deref().unwrap_or(""),
        "zip": at.zip,
        "country": money::country(at.country()),
        "country_iso2": at.country(),
        "phone": phone,
        "email": email,
    });
    match written {
        Value::Object(written) => written,
        _ => Map::new(),
    }
}

fn billing(world: &World, book: &Book, seen: &Seen<'_>) -> Value {
    let order = &*seen.order;
    let mut written = parts::home(world, order, None);
    if let Which::Placed(id) = seen.which
        && let Some(over) = book.billing.get(&id)
    {
        written.extend(over.clone());
    }
    written.insert("form_fields".to_owned(), json!([]));
    Value::Object(written)
}

/// Returns the order's id elsewhere: what was written, or the name it brought along.
pub(super) fn external(world: &World, book: &Book, seen: &Seen<'_>) -> String {
    let Which::Placed(id) = seen.which else { return String::new() };
    let own = || world.orders.get(id).and_then(|order| order.name.as_deref()).unwrap_or("").to_owned();
    book.external.get(&id).cloned().unwrap_or_else(own)
}

/// Writes the secret of a cart as its id.
pub(super) fn uuid(token: u64) -> String {
    let other = mark(token, ["the other half of a cart's id"]);
    format!(
        "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
        token >> 32,
        token & 0xFFFF,
        (token >> 16) & 0xFFF,
        other & 0xFFF,
        other >> 16
    )
}
