//! The parts of an order that have addresses of their own: lines, shipping addresses, parcels, coupons.

use serde_json::{Map, Value, json};

use super::super::numbers::{ADDRESSES, CUSTOMERS, LINES, PARCELS, PRODUCTS, VARIANTS};
use super::super::values::{four, mail_date};
use super::super::{Asked, lists};
use super::seen::{Seen, Which, asked_for};
use super::state::Book;
use super::sums::shares;
use super::view;
use crate::json::merged;
use crate::paging::Numbered;
use crate::vendor::{Call, Reply};
use crate::world::{Address, Line, Order, Parcel, World};

/// How everything is sent.
pub(super) const METHOD: &str = "Standard";

/// Returns the lines that are still there: one whose pieces were all taken off is not shown.
pub(super) fn lines(order: &Order) -> impl Iterator<Item = (usize, &Line)> {
    order.lines.iter().enumerate().filter(|(_, line)| line.quantity > 0)
}

/// Returns the pieces of a line that have left.
pub(super) fn sent(order: &Order, place: usize) -> u32 {
    let left = order.parcels.iter().any(|parcel| parcel.lines.iter().any(|sent| usize::from(*sent) == place));
    if left { order.lines.get(place).map_or(0, |line| line.quantity) } else { 0 }
}

/// Returns the number of an order's shipping address.
pub(super) fn address_number(which: Which) -> u64 {
    ADDRESSES.of(<crate::world::OrderId as crate::world::Id>::new(which.place()))
}

/// Lists the lines of an order.
pub(in super::super) fn products(
    asked: &Asked<'_>,
    call: &mut Call<'_>,
    numbered: &mut Numbered,
) -> Result<Reply, Reply> {
    let seen = asked_for(asked, call.world)?;
    let written: Vec<Value> = lines(&seen.order).map(|(place, _)| line(call, &seen, place)).collect();
    Ok(lists::plain(numbered, asked, call, &written, |_, line| line.clone()))
}

/// Lists the coupons of an order; the world's discounts come without codes, so there are none.
pub(in super::super) fn coupons(asked: &Asked<'_>, call: &Call<'_>) -> Result<Reply, Reply> {
    asked_for(asked, call.world)?;
    Ok(Reply::empty(204))
}

/// Lists the shipping addresses of an order, of which there is one.
pub(in super::super) fn addresses(
    asked: &Asked<'_>,
    call: &mut Call<'_>,
    book: &Book,
    numbered: &mut Numbered,
) -> Result<Reply, Reply> {
    let seen = asked_for(asked, call.world)?;
    let written = [address(asked, call, book, &seen)];
    Ok(lists::plain(numbered, asked, call, &written, |_, address| address.clone()))
}

/// Lists the parcels of an order.
pub(in super::super) fn shipments(
    asked: &Asked<'_>,
    call: &mut Call<'_>,
    book: &Book,
    numbered: &mut Numbered,
) -> Result<Reply, Reply> {
    let seen = asked_for(asked, call.world)?;
    let parcels = &seen.order.parcels;
    let written: Vec<Value> = parcels.iter().map(|parcel| shipment(call, book, &seen, parcel)).collect();
    Ok(lists::plain(numbered, asked, call, &written, |_, parcel| parcel.clone()))
}

/// Writes a line of an order.
pub(super) fn line(call: &Call<'_>, seen: &Seen<'_>, place: usize) -> Value {
    let (world, order) = (&*call.world, &*seen.order);
    let Some(line) = order.lines.get(place) else { return Value::Null };
    let share = shares(order).0.get(place).copied().unwrap_or_default();
    let currency = world.shop.currency;
    let four = |minor: i64| four(minor, currency);
    let zero = four(0);
    let pieces = i64::from(line.quantity.max(1));
    let variant = world.variants.get(line.variant);
    let product = variant.and_then(|variant| Some((variant.product, world.products.get(variant.product)?)));
    let name = match product {
        Some((_, product)) => product.title.to_string(),
        None => world.variant_title(line.variant),
    };
    let options: Vec<Value> = product
        .into_iter()
        .flat_map(|(_, product)| product.options.iter().enumerate())
        .filter_map(|(nth, option)| {
            let value = variant?.values.get(nth)?;
            let id = LINES.of(line.id) * 4 + nth as u64;
            Some(json!({
                "id": id, "option_id": nth + 1, "order_product_id": LINES.of(line.id),
                "product_option_id": nth + 1, "display_name": option, "display_value": value, "value": value,
                "type": "Multiple choice", "name": option, "display_style": "",
                "display_name_customer": option, "display_name_merchant": option,
                "display_value_customer": value, "display_value_merchant": value,
            }))
        })
        .collect();
    let discounts = match share.full - share.paid {
        0 => json!([]),
        off => json!([{
            "id": "manual-discount", "amount": four(off), "name": "Manual Discount", "code": null,
            "target": "order",
        }]),
    };
    let back: i64 = order
        .refunds
        .iter()
        .flat_map(|refund| &refund.lines)
        .filter(|(at, _, _)| usize::from(*at) == place)
        .map(|(_, _, amount)| amount)
        .sum();
    let first = json!({
        "id": LINES.of(line.id),
        "order_id": seen.which.number(),
        "product_id": product.map_or(0, |(id, _)| PRODUCTS.of(id)),
        "variant_id": variant.map_or(0, |_| VARIANTS.of(line.variant)),
        "order_pickup_method_id": 0,
        "order_address_id": address_number(seen.which),
        "name": name, "name_customer": name, "name_merchant": name,
        "sku": variant.map_or("", |variant| &variant.sku),
        "upc": "", "type": "physical",
        "base_price": four(line.price),
        "price_ex_tax": four(line.price - share.tax / pieces),
        "price_inc_tax": four(line.price),
        "price_tax": four(share.tax / pieces),
        "base_total": four(share.full),
        "total_ex_tax": four(share.full - share.tax),
        "total_inc_tax": four(share.full),
        "total_tax": four(share.tax),
        "discounted_total_inc_tax": four(share.paid),
        "quantity": line.quantity,
        "quantity_shipped": sent(order, place),
        "quantity_refunded": line.refunded,
        "is_refunded": line.refunded >= line.quantity,
        "refund_amount": four(back),
        "return_id": 0,
        "weight": "1.0000", "width": "0.0000", "height": "0.0000", "depth": "0.0000",
        "applied_discounts": discounts,
        "product_options": options,
    });
    let rest = json!({
        "base_cost_price": zero, "cost_price_inc_tax": zero, "cost_price_ex_tax": zero, "cost_price_tax": zero,
        "wrapping_id": 0, "wrapping_name": "", "base_wrapping_cost": zero, "wrapping_cost_ex_tax": zero,
        "wrapping_cost_inc_tax": zero, "wrapping_cost_tax": zero, "wrapping_message": "",
        "event_name": null, "event_date": null, "fixed_shipping_cost": zero,
        "ebay_item_id": "", "ebay_transaction_id": "", "option_set_id": null,
        "parent_order_product_id": null, "is_bundled_product": false, "bin_picking_number": "",
        "external_id": null, "brand": "", "configurable_fields": [], "gift_certificate_id": null,
    });
    merged([first, rest])
}

/// Writes where somebody lives, or where parcels are to go instead.
pub(super) fn home(world: &World, order: &Order, elsewhere: Option<&Address>) -> Map<String, Value> {
    let account = order.account.and_then(|account| world.accounts.get(account));
    let person = &world.people[crate::world::Id::index(order.person)];
    let names = account.map_or((&*person.first, &*person.last), |account| (&*account.first, &*account.last));
    let phone = person.phone.as_deref().unwrap_or("");
    view::address(names, elsewhere.unwrap_or(&person.address), phone, order.email.as_deref().unwrap_or(""))
}

/// Writes where an order goes, with what was overwritten.
pub(super) fn postal(call: &Call<'_>, book: &Book, seen: &Seen<'_>) -> Map<String, Value> {
    let mut written = home(call.world, &seen.order, seen.order.ship_to.as_deref());
    if let Which::Placed(id) = seen.which
        && let Some(over) = book.shipping.get(&id)
    {
        written.extend(over.clone());
    }
    written
}

/// Writes the shipping address of an order.
pub(super) fn address(asked: &Asked<'_>, call: &Call<'_>, book: &Book, seen: &Seen<'_>) -> Value {
    let order = &*seen.order;
    let currency = call.world.shop.currency;
    let four = |minor: i64| four(minor, currency);
    let (_, tax) = shares(order);
    let number = address_number(seen.which);
    let resource = format!("/orders/{}/shipping_addresses/{number}/shipping_quotes", seen.which.number());
    let root = asked.request.path.split("/orders").next().unwrap_or_default();
    let costs = json!({
        "id": number,
        "order_id": seen.which.number(),
        "items_total": order.lines.iter().map(|line| line.quantity).sum::<u32>(),
        "items_shipped": (0..order.lines.len()).map(|place| sent(order, place)).sum::<u32>(),
        "shipping_method": METHOD,
        "base_cost": four(order.shipping),
        "cost_ex_tax": four(order.shipping - tax),
        "cost_inc_tax": four(order.shipping),
        "cost_tax": four(tax),
        "cost_tax_class_id": 2,
        "base_handling_cost": four(0),
        "handling_cost_ex_tax": four(0),
        "handling_cost_inc_tax": four(0),
        "handling_cost_tax": four(0),
        "handling_cost_tax_class_id": 2,
        "shipping_zone_id": 1,
        "shipping_zone_name": "Everywhere",
        "form_fields": [],
        "shipping_quotes": {
            "url": format!("{}{root}{resource}", asked.request.base_url), "resource": resource,
        },
    });
    merged([Value::Object(postal(call, book, seen)), costs])
}

fn shipment(call: &Call<'_>, book: &Book, seen: &Seen<'_>, parcel: &Parcel) -> Value {
    let order = &*seen.order;
    let items: Vec<Value> = parcel
        .lines
        .iter()
        .filter_map(|place| order.lines.get(usize::from(*place)))
        .filter(|line| line.quantity > 0)
        .map(|line| {
            let product = call.world.variants.get(line.variant).map_or(0, |it| PRODUCTS.of(it.product));
            json!({
                "order_product_id": LINES.of(line.id), "product_id": product, "quantity": line.quantity,
            })
        })
        .collect();
    // Only UPS is among the providers that the vendor knows by a word; others have their name in the carrier.
    let provider = if parcel.carrier == "UPS" { "ups" } else { "" };
    json!({
        "id": PARCELS.of(parcel.id),
        "order_id": seen.which.number(),
        "customer_id": order.account.map_or(0, |account| CUSTOMERS.of(account)),
        "order_address_id": address_number(seen.which),
        "date_created": mail_date(parcel.shipped_at),
        "tracking_number": parcel.tracking,
        "merchant_shipping_cost": "0.0000",
        "shipping_method": METHOD,
        "shipping_provider": provider,
        "shipping_provider_display_name": parcel.carrier,
        "tracking_carrier": parcel.carrier.to_lowercase(),
        "tracking_link": "",
        "generated_tracking_link": "",
        "comments": "",
        "billing_address": home(call.world, order, None),
        "shipping_address": postal(call, book, seen),
        "items": items,
    })
}

/// Returns the number of the shipping address of a placed order.
pub(in super::super) fn address_of(id: crate::world::OrderId) -> u64 {
    address_number(Which::Placed(id))
}
