//! An order in the vendor's words.

use serde_json::{Value, json};

use super::sums::{Split, Sums};
use super::{base, status};
use crate::json::merged;
use crate::mark::mark;
use crate::woocommerce::books::OrderBook;
use crate::woocommerce::places::{self, Whose};
use crate::woocommerce::times::{gmt, maybe_gmt};
use crate::woocommerce::{Scene, escaped, shop};
use crate::world::{Id as _, Line, Moment, Order, OrderId, Parcel};

/// Writes an order.
pub(crate) fn show(scene: &Scene<'_>, id: OrderId, order: &Order) -> Value {
    let empty = OrderBook::default();
    let book = scene.books.orders.get(&id).unwrap_or(&empty);
    merged([
        head(scene, id, order, book),
        sums(scene, id, order),
        people(scene, id, order, book),
        tail(scene, id, order, book),
    ])
}

fn head(scene: &Scene<'_>, id: OrderId, order: &Order, book: &OrderBook) -> Value {
    let gateway = book.payment_method.as_deref().and_then(shop::gateway).unwrap_or(shop::paid_by(order));
    let method = book.payment_method.as_deref().unwrap_or(gateway.id);
    let paid = order.payment.paid_at;
    let completed = completed_at(order);
    let status = status(order, Some(book));
    let unpaid = matches!(status.as_str(), "pending" | "failed");
    let sees = scene.world.order_name(id);
    merged([
        json!({
            "id": id.number(),
            "parent_id": 0,
            "status": status,
            "currency": scene.world.shop.currency.code(),
            "currency_symbol": shop::symbol(scene.world.shop.currency.code(), false),
            "version": shop::VERSION,
            "prices_include_tax": true,
            "date_created": scene.zone.local(order.created_at),
            "date_created_gmt": gmt(order.created_at),
            "date_modified": scene.zone.local(order.updated_at),
            "date_modified_gmt": gmt(order.updated_at),
            "date_completed": scene.zone.maybe(completed),
            "date_completed_gmt": maybe_gmt(completed),
            "date_paid": scene.zone.maybe(paid),
            "date_paid_gmt": maybe_gmt(paid),
        }),
        json!({
            "number": sees.trim_start_matches('#'),
            "order_key": key(id),
            "payment_method": method,
            "payment_method_title": if method == gateway.id { gateway.title } else { "" },
            "transaction_id": if paid.is_some() { order.payment.id.number().to_string() } else { String::new() },
            "customer_ip_address": "",
            "customer_user_agent": "",
            "created_via": "checkout",
            "customer_note": book.customer_note.as_deref().unwrap_or_default(),
            "cart_hash": "",
            "is_editable": matches!(status.as_str(), "pending" | "on-hold"),
            "needs_payment": unpaid && order.total() > 0,
            "needs_processing": true,
        }),
    ])
}

/// Returns since when everything has left.
fn completed_at(order: &Order) -> Option<Moment> {
    let sent = order.fulfillment_status() == "FULFILLED";
    sent.then(|| order.parcels.iter().map(|parcel| parcel.shipped_at).max()).flatten()
}

fn key(id: OrderId) -> String {
    format!("wc_order_{:013x}", mark(0, [id.number().to_string()]) >> 12)
}

fn sums(scene: &Scene<'_>, id: OrderId, order: &Order) -> Value {
    let sums = Sums::of(order);
    let discount = sums.discount();
    let cart_tax: i64 = sums.after.iter().map(|split| split.tax).sum();
    let number = id.number();
    let taxes = |split: Split| taxes(scene, order, split.tax, split.tax);
    let mut shipping_lines = Vec::new();
    if order.shipping > 0 {
        shipping_lines.push(json!({
            "id": number + 1,
            "method_title": "Flat rate",
            "method_id": "flat_rate",
            "instance_id": "1",
            "total": scene.money(sums.shipping.net),
            "total_tax": scene.money(sums.shipping.tax),
            "taxes": taxes(sums.shipping),
            "tax_status": "taxable",
            "meta_data": [],
        }));
    }
    let mut coupon_lines = Vec::new();
    if order.discount > 0 {
        coupon_lines.push(json!({
            "id": number + 2,
            "code": "welcome10",
            "discount": scene.money(discount.net),
            "discount_tax": scene.money(discount.tax),
            "meta_data": [],
            "discount_type": "percent",
            "nominal_amount": 10,
            "free_shipping": false,
        }));
    }
    let mut tax_lines = Vec::new();
    if order.tax > 0 {
        tax_lines.push(json!({
            "id": number + 3,
            "rate_code": format!("{}-VAT-1", scene.world.shop.country),
            "rate_id": 1,
            "label": "VAT",
            "compound": false,
            "tax_total": scene.money(cart_tax),
            "shipping_tax_total": scene.money(sums.shipping.tax),
            "rate_percent": 19,
            "meta_data": [],
        }));
    }
    json!({
        "discount_total": scene.money(discount.net),
        "discount_tax": scene.money(discount.tax),
        "shipping_total": scene.money(sums.shipping.net),
        "shipping_tax": scene.money(sums.shipping.tax),
        "cart_tax": scene.money(cart_tax),
        "total": scene.money(order.total()),
        "total_tax": scene.money(cart_tax + sums.shipping.tax),
        "line_items": lines(scene, id, order, &sums),
        "tax_lines": tax_lines,
        "shipping_lines": shipping_lines,
        "fee_lines": [],
        "coupon_lines": coupon_lines,
    })
}

fn taxes(scene: &Scene<'_>, order: &Order, total: i64, subtotal: i64) -> Value {
    if order.tax == 0 {
        return json!([]);
    }
    json!([{ "id": 1, "total": scene.money(total), "subtotal": scene.money(subtotal) }])
}

fn lines(scene: &Scene<'_>, id: OrderId, order: &Order, sums: &Sums) -> Vec<Value> {
    let book = scene.books.orders.get(&id);
    order
        .lines
        .iter()
        .enumerate()
        .map(|(place, line)| {
            let (before, after) = (sums.before[place], sums.after[place]);
            let nth = u16::try_from(place).unwrap_or(u16::MAX);
            let restocked = book.and_then(|book| book.restocked.get(&nth)).copied().unwrap_or(0);
            let returned = base(order) == "cancelled" || book.is_some_and(|book| book.returned);
            let reduced = line.quantity.saturating_sub(restocked);
            let meta = if returned || reduced == 0 {
                json!([])
            } else {
                json!([item_meta(line.id.number(), "_reduced_stock", &reduced.to_string())])
            };
            merged([
                line_item(scene, line, i64::from(line.quantity), after.net),
                json!({
                    "id": line.id.number(),
                    "subtotal": scene.money(before.net),
                    "subtotal_tax": scene.money(before.tax),
                    "total": scene.money(after.net),
                    "total_tax": scene.money(after.tax),
                    "taxes": taxes(scene, order, after.tax, before.tax),
                    "meta_data": meta,
                }),
            ])
        })
        .collect()
}

/// Writes one entry of an item's metadata.
pub(crate) fn item_meta(id: u64, key: &str, value: &str) -> Value {
    json!({ "id": id, "key": key, "value": value, "display_key": key, "display_value": value })
}

/// Writes what the items of orders and refunds have in common.
pub(crate) fn line_item(scene: &Scene<'_>, line: &Line, quantity: i64, net: i64) -> Value {
    let variant = scene.world.variants.get(line.variant);
    let product = variant.and_then(|variant| scene.world.products.get(variant.product));
    let varies = product.is_some_and(|product| !product.options.is_empty());
    let parent = product.filter(|_| varies).map(|product| escaped(&product.title));
    json!({
        "name": escaped(&scene.world.variant_title(line.variant)),
        "product_id": variant.map_or(0, |variant| variant.product.number()),
        "variation_id": if varies { line.variant.number() } else { 0 },
        "quantity": quantity,
        "tax_class": "",
        "sku": variant.map_or("", |variant| &variant.sku),
        "global_unique_id": "",
        "price": ratio(net, quantity, scene.world.shop.currency.digits()),
        "image": { "id": "", "src": "" },
        "parent_name": parent,
    })
}

/// Writes an amount divided by pieces as a JSON number of up to six digits behind the point.
fn ratio(minor: i64, pieces: i64, digits: u32) -> Value {
    let unit = 10_i128.pow(digits);
    let millionths = i128::from(minor) * 1_000_000 / (i128::from(pieces.abs().max(1)) * unit);
    let sign = if millionths < 0 { "-" } else { "" };
    let (whole, rest) = (millionths.abs() / 1_000_000, millionths.abs() % 1_000_000);
    let rest = format!("{rest:06}");
    let rest = rest.trim_end_matches('0');
    let text = if rest.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest}") };
    serde_json::from_str(&text).unwrap_or(Value::Null)
}

fn people(scene: &Scene<'_>, id: OrderId, order: &Order, book: &OrderBook) -> Value {
    let person = scene.world.people.get(order.person.index());
    let whose = Whose {
        first: person.map_or("", |person| &person.first),
        last: person.map_or("", |person| &person.last),
        email: order.email.as_deref(),
        phone: person.and_then(|person| person.phone.as_deref()),
    };
    let home = person.map(|person| &person.address);
    let bound = order.ship_to.as_deref().or(home);
    let shipping_name = Whose { phone: None, ..whose };
    let customer = order.account.map_or(0, |account| account.number());
    let mut links = scene.links("orders", id.number());
    links["email_templates"] = json!([{
        "embeddable": true,
        "href": scene.href(&format!("orders/{}/actions/email_templates", id.number())),
    }]);
    if customer > 0 {
        links["customer"] = json!([{ "href": scene.href(&format!("customers/{customer}")) }]);
    }
    json!({
        "customer_id": customer,
        "billing": places::show(home, whose, &book.billing, true),
        "shipping": places::show(bound, shipping_name, &book.shipping, false),
        "payment_url": format!("{}/checkout/order-pay/{}/?pay_for_order=true&key={}", scene.base, id.number(), key(id)),
        "_links": links,
    })
}

fn tail(scene: &Scene<'_>, id: OrderId, order: &Order, book: &OrderBook) -> Value {
    let mut meta = book.meta.show();
    if !order.parcels.is_empty() {
        let parcels: Vec<Value> = order.parcels.iter().map(tracking).collect();
        meta.push(json!({ "id": id.number() + 4, "key": "_wc_shipment_tracking_items", "value": parcels }));
    }
    let refunds: Vec<Value> = order
        .refunds
        .iter()
        .rev()
        .map(|refund| {
            json!({
                "id": refund.id.number(),
                "reason": refund.note.as_deref().unwrap_or_default(),
                "total": scene.money(-refund.amount),
            })
        })
        .collect();
    json!({ "meta_data": meta, "refunds": refunds })
}

/// Writes a parcel as the extension Shipment Tracking keeps it.
fn tracking(parcel: &Parcel) -> Value {
    json!({
        "tracking_provider": parcel.carrier.to_lowercase(),
        "custom_tracking_provider": "",
        "custom_tracking_link": "",
        "tracking_number": parcel.tracking,
        "date_shipped": parcel.shipped_at.second().to_string(),
        "tracking_id": format!("{:032x}", mark(0, [parcel.id.number().to_string()])),
    })
}
