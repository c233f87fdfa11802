//! From WooCommerce's words to ours: pure and total. A status is kept as it is written.

use fermata_model::record::{
    Change, Discount, Entity, Line, Order, Parcel, Person, Product, Refund, Stock, Variant, Who,
};
use fermata_model::{Currency, Money, Platform, Stream, Timestamp};

use super::wire::{self, at};
use crate::failure::no_stream;
use crate::reading::{Decimal, Loose, Mapped, change, country, filled, full_name, inexact, read_again};
use crate::{Error, html};

/// Where the extension Shipment Tracking keeps an order's parcels.
///
/// Source: woocommerce.com/document/shipment-tracking, developer notes.
const TRACKING: &str = "_wc_shipment_tracking_items";

/// Reads one record again.
pub(super) fn reread(stream: Stream, raw: &str) -> Result<Change, Error> {
    let change = match stream {
        Stream::Customers => customer(raw),
        // Refunds bring the orders that they belong to.
        Stream::Orders | Stream::Refunds => order(raw),
        Stream::Products => product(raw),
        Stream::Stock => counted(raw),
        Stream::Discounts => coupon(raw),
        other => return Err(no_stream(Platform::Woocommerce, other)),
    };
    read_again(Platform::Woocommerce, change)
}

/// Reads one customer.
pub(super) fn customer(raw: &str) -> Change {
    change(Stream::Customers, raw, mapped_customer)
}

fn mapped_customer(customer: wire::Customer) -> Result<Mapped, &'static str> {
    let created_at = at(&customer.date_created_gmt);
    // The time of change may be null, above all for users of WordPress's own.
    let changed_at = at(&customer.date_modified_gmt)
        .or(created_at)
        .ok_or("the customer has neither date_created_gmt nor date_modified_gmt")?;
    let contacts = [customer.billing.unwrap_or_default(), customer.shipping.unwrap_or_default()];
    let name = full_name(customer.first_name.0.as_deref(), customer.last_name.0.as_deref());
    let person = Person {
        who: Who {
            external_id: Some(customer.id.0.clone()),
            emails: texts([&customer.email, &contacts[0].email]),
            phones: texts([&contacts[0].phone, &contacts[1].phone]),
            name: name.or_else(|| contacts.iter().find_map(name_of)),
            country: contacts.iter().find_map(country_of),
            claims: Vec::new(),
        },
        created_at,
        city: contacts.iter().find_map(|contact| filled(contact.city.0.clone())),
        locale: None,
        tags: Vec::new(),
        accepts_marketing: None,
        suppressed: None,
    };
    Ok(Mapped { external_id: customer.id.0, changed_at, entity: Entity::Person(person) })
}

/// Reads one order, with its refunds where they were folded in.
pub(super) fn order(raw: &str) -> Change {
    change(Stream::Orders, raw, mapped_order)
}

fn mapped_order(order: wire::Order) -> Result<Mapped, String> {
    let placed_at = at(&order.date_created_gmt).ok_or("the order has no date_created_gmt")?;
    let changed_at = at(&order.date_modified_gmt).unwrap_or(placed_at);
    let currency: Currency = order.currency.parse().map_err(|error| inexact(&error))?;
    let total = order.total.exact(currency)?.ok_or("the order has no total")?;
    let with_tax = order.prices_include_tax == true;
    let lines = order.line_items.unwrap_or_default();
    let lines =
        lines.into_iter().map(|each| line(each, currency, with_tax)).collect::<Result<Vec<_>, _>>()?;
    let details = order.fermata_refunds.unwrap_or_default();
    let shorts = order.refunds.unwrap_or_default();
    let mut refunded = Money::zero(currency);
    let mut refunds = Vec::with_capacity(shorts.len().max(details.len()));
    for detail in &details {
        let amount = absolute(&detail.amount, currency)?;
        refunds.push(Refund {
            external_id: detail.id.0.clone(),
            at: at(&detail.date_created_gmt).unwrap_or(changed_at),
            amount,
            note: filled(detail.reason.0.clone()),
        });
    }
    for short in shorts.iter().filter(|short| !details.iter().any(|detail| detail.id == short.id)) {
        let (at, amount) = (changed_at, absolute(&short.total, currency)?);
        let note = filled(short.reason.0.clone());
        refunds.push(Refund { external_id: short.id.0.clone(), at, amount, note });
    }
    for refund in &refunds {
        refunded = refunded.checked_add(refund.amount).map_err(|error| inexact(&error))?;
    }
    let billing = order.billing.unwrap_or_default();
    let shipping = order.shipping.unwrap_or_default();
    let entity = Order {
        name: format!("#{}", filled(order.number.0).unwrap_or_else(|| order.id.0.clone())),
        who: Who {
            // Guests have the id 0 and are known by their address alone.
            external_id: filled(order.customer_id.0).filter(|id| id != "0"),
            emails: texts([&billing.email]),
            phones: texts([&billing.phone, &shipping.phone]),
            name: [&billing, &shipping].into_iter().find_map(name_of),
            country: [&shipping, &billing].into_iter().find_map(country_of),
            claims: Vec::new(),
        },
        placed_at,
        // When it was cancelled is not told; it was the last change, or lies before that.
        cancelled_at: (order.status == "cancelled").then_some(changed_at),
        currency,
        total,
        refunded,
        // One status says both.
        payment_status: order.status.clone(),
        delivery_status: order.status.clone(),
        lines,
        refunds,
        parcels: parcels(&order.meta_data, &order.status),
        tags: Vec::new(),
        note: None,
    };
    Ok(Mapped { external_id: order.id.0, changed_at, entity: Entity::Order(entity) })
}

fn line(line: wire::Line, currency: Currency, with_tax: bool) -> Result<Line, String> {
    let quantity = whole(&line.quantity).ok_or("a line has no quantity")?;
    let shown = |sum: &Decimal| sum.rounded(currency).map(|sum| sum.map_or(0, |sum| sum.minor));
    let mut sum = shown(&line.subtotal)?;
    if with_tax {
        sum = sum.saturating_add(shown(&line.subtotal_tax)?);
    }
    // The whole line is exact; a piece of it may not be.
    let pieces = quantity.abs().max(1);
    let unit = (sum.saturating_add(pieces / 2)).div_euclid(pieces);
    let variation = filled(line.variation_id.0).filter(|id| id != "0");
    Ok(Line {
        external_id: line.id.0,
        variant: variation.or_else(|| filled(line.product_id.0).filter(|id| id != "0")),
        sku: filled(line.sku.0),
        title: html::text(&line.name.0.unwrap_or_default()),
        quantity,
        unit_price: Money::new(unit, currency),
    })
}

fn parcels(meta: &Option<Vec<wire::Meta>>, status: &str) -> Vec<Parcel> {
    let items = wire::meta(meta, TRACKING).and_then(serde_json::Value::as_array);
    let read = |item: &serde_json::Value| {
        let item: wire::Tracking = serde_json::from_value(item.clone()).ok()?;
        let tracking = filled(item.tracking_number.0);
        let shipped = item.date_shipped.0?.trim().parse::<i64>().ok()?;
        Some(Parcel {
            external_id: filled(item.tracking_id.0).or_else(|| tracking.clone())?,
            carrier: filled(item.tracking_provider.0).or_else(|| filled(item.custom_tracking_provider.0)),
            tracking,
            status: status.to_owned(),
            shipped_at: Timestamp::from_second(shipped).ok()?,
            due_at: None,
            delivered_at: None,
        })
    };
    items.into_iter().flatten().filter_map(read).collect()
}

/// Reads one product, with its variations and the shop's currency folded in.
pub(super) fn product(raw: &str) -> Change {
    change(Stream::Products, raw, mapped_product)
}

fn mapped_product(product: wire::Item) -> Result<Mapped, String> {
    let changed_at = at(&product.date_modified_gmt).or_else(|| at(&product.date_created_gmt));
    let changed_at = changed_at.ok_or("the product has neither date_created_gmt nor date_modified_gmt")?;
    let currency = product.fermata_currency.as_deref().ok_or("the shop's currency is not known")?;
    let currency: Currency = currency.parse().map_err(|error| inexact(&error))?;
    let mut variants = Vec::new();
    for variation in product.fermata_variations.iter().flatten() {
        let options = variation.attributes.iter().flatten().filter_map(|each| filled(each.option.0.clone()));
        let title = options.collect::<Vec<_>>().join(" / ");
        let title = filled(Some(title)).or_else(|| filled(variation.name.0.clone())).unwrap_or_default();
        variants.push(variant(variation, html::text(&title), currency)?);
    }
    if variants.is_empty() && product.kind.0.as_deref() != Some("variable") {
        // A product without variations is bought as it is.
        variants.push(variant(&product, String::new(), currency)?);
    }
    let entity = Product {
        title: html::text(&product.name.0.unwrap_or_default()),
        status: product.status.0.unwrap_or_default(),
        product_type: filled(product.kind.0),
        created_at: at(&product.date_created_gmt).unwrap_or(changed_at),
        variants,
    };
    Ok(Mapped { external_id: product.id.0, changed_at, entity: Entity::Product(entity) })
}

fn variant(item: &wire::Item, title: String, currency: Currency) -> Result<Variant, String> {
    Ok(Variant {
        external_id: item.id.0.clone(),
        sku: filled(item.sku.0.clone()),
        title,
        price: item.price.coined(currency)?,
        available: whole(&item.stock_quantity).filter(|_| is_counted(item)),
    })
}

/// Tells whether pieces are counted, here or with the product that a variation belongs to.
pub(super) fn is_counted(item: &wire::Item) -> bool {
    item.manage_stock == true || item.manage_stock == "parent"
}

/// Reads one product's or variation's count; `None` for a product whose variations are counted, or
/// that is only a shelf of others.
pub(super) fn stock(raw: &str) -> Option<Change> {
    if let Ok(item) = serde_json::from_str::<wire::Item>(raw) {
        let kind = item.kind.0.as_deref().unwrap_or_default();
        if matches!(kind, "variable" | "grouped" | "external") && !is_counted(&item) {
            return None;
        }
    }
    Some(counted(raw))
}

fn counted(raw: &str) -> Change {
    change(Stream::Stock, raw, |item: wire::Item| {
        let changed_at = at(&item.date_modified_gmt).or_else(|| at(&item.date_created_gmt));
        let changed_at = changed_at.ok_or("it has neither date_created_gmt nor date_modified_gmt")?;
        let stock = Stock {
            available: whole(&item.stock_quantity).filter(|_| is_counted(&item)),
            product: filled(item.parent_id.0).filter(|id| id != "0").or_else(|| Some(item.id.0.clone())),
            item: item.id.0.clone(),
            sku: filled(item.sku.0),
            location: None,
            location_name: None,
            on_hand: None,
            committed: None,
            incoming: None,
        };
        Ok::<_, &'static str>(Mapped { external_id: item.id.0, changed_at, entity: Entity::Stock(stock) })
    })
}

/// Reads one coupon.
pub(super) fn coupon(raw: &str) -> Change {
    change(Stream::Discounts, raw, mapped_coupon)
}

fn mapped_coupon(coupon: wire::Coupon) -> Result<Mapped, &'static str> {
    let changed_at = at(&coupon.date_modified_gmt).or_else(|| at(&coupon.date_created_gmt));
    let changed_at = changed_at.ok_or("the coupon has neither date_created_gmt nor date_modified_gmt")?;
    let number = |text: &Loose| text.0.as_deref().and_then(|text| text.trim().parse::<i64>().ok());
    let value = [coupon.amount.0, coupon.discount_type.0];
    let discount = Discount {
        title: filled(coupon.description.0).map_or_else(|| coupon.code.clone(), |text| html::text(&text)),
        codes: vec![coupon.code],
        status: coupon.status.0.unwrap_or_default(),
        value: value.into_iter().filter_map(filled).collect::<Vec<_>>().join(" "),
        used: number(&coupon.usage_count),
        // 0, like null, is without end.
        limit: number(&coupon.usage_limit).filter(|limit| *limit > 0),
        starts_at: None,
        ends_at: at(&coupon.date_expires_gmt),
    };
    Ok(Mapped { external_id: coupon.id.0, changed_at, entity: Entity::Discount(discount) })
}

/// Reads what went back, whatever sign it is written with.
pub(super) fn absolute(text: &Decimal, currency: Currency) -> Result<Money, String> {
    let amount = text.exact(currency)?.ok_or("a refund has no amount")?;
    Ok(Money::new(amount.minor.saturating_abs(), currency))
}

/// Reads a count, of which plugins make fractions; those are cut.
pub(super) fn whole(text: &Decimal) -> Option<i64> {
    let text = text.0.as_deref()?;
    text.split_once('.').map_or(text, |(whole, _)| whole).parse().ok()
}

fn name_of(contact: &wire::Contact) -> Option<String> {
    full_name(contact.first_name.0.as_deref(), contact.last_name.0.as_deref())
}

fn country_of(contact: &wire::Contact) -> Option<String> {
    country(contact.country.0.clone())
}

/// Keeps what is there, once each, in order.
fn texts<const N: usize>(values: [&Loose; N]) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for value in values.into_iter().filter_map(|value| filled(value.0.clone())) {
        if !kept.iter().any(|known| known.eq_ignore_ascii_case(&value)) {
            kept.push(value);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_whole() {
        assert_eq!(whole(&Decimal(Some("2.0".to_owned()))), Some(2));
    }
}
