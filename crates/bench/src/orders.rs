//! Orders as the shop system sends them: pages of nested JSON, the same every time.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use fermata_model::Timestamp;

use crate::shop::{PAGE, email, instant, mix, name};

/// How many orders each customer has, on average.
const PER_CUSTOMER: u32 = 4;

/// Returns how many pages so many orders fill.
pub(crate) const fn pages(orders: u32) -> u32 {
    orders.div_ceil(PAGE)
}

/// Writes all pages into a folder, from which whoever is measured reads them: making them takes as long as
/// reading them.
pub(crate) fn write_pages(dir: &Path, orders: u32) -> std::io::Result<()> {
    std::fs::create_dir(dir)?;
    (0..pages(orders)).try_for_each(|number| std::fs::write(file(dir, number), page(orders, number)))
}

/// Returns where a page lies in a folder of them.
pub(crate) fn file(dir: &Path, page: u32) -> PathBuf {
    dir.join(format!("{page:06}.json"))
}

/// Makes one page of the answer that Shopify gives to our query for orders.
fn page(orders: u32, page: u32) -> String {
    let from = page * PAGE;
    let to = (from + PAGE).min(orders);
    let mut text = String::with_capacity(2_200 * PAGE as usize);
    text.push_str(r#"{"data":{"page":{"nodes":["#);
    for place in from..to {
        if place > from {
            text.push(',');
        }
        // Writing to a string cannot fail.
        let _ = order(&mut text, place, orders);
    }
    let more = to < orders;
    let _ = write!(
        text,
        r#"],"pageInfo":{{"hasNextPage":{more},"endCursor":"cursor-{to}"}}}}}},"extensions":{{"cost":{{"requestedQueryCost":262,"actualQueryCost":262}}}}}}"#
    );
    text
}

fn order(text: &mut String, place: u32, orders: u32) -> std::fmt::Result {
    let customers = (orders / PER_CUSTOMER).max(1);
    let whose = mix(place, 2) % customers;
    let at = instant(place, orders);
    let lines = 1 + place % 4;
    let refunded = place.is_multiple_of(20);
    let cents = 4_900 * lines;
    let (id, name, email, total) =
        (5_900_000_000_u64 + u64::from(place), name(whose), email(whose), amount(cents));
    write!(
        text,
        r##"{{"id":"gid://shopify/Order/{id}","name":"#{}","processedAt":"{at}","updatedAt":"{}","cancelledAt":null,"presentmentCurrencyCode":"EUR","displayFinancialStatus":"{}","displayFulfillmentStatus":"FULFILLED","email":"{email}","phone":null,"note":null,"tags":["web"],"customer":{{"id":"gid://shopify/Customer/{}"}},"shippingAddress":{{"name":"{name}","city":"Hamburg","countryCodeV2":"DE","phone":null}},"billingAddress":{{"name":"{name}","countryCodeV2":"DE"}},"totalPriceSet":{total},"totalRefundedSet":{},"lineItems":{{"nodes":["##,
        1_000 + place,
        later(at, 4),
        if refunded { "PARTIALLY_REFUNDED" } else { "PAID" },
        7_000_000_000_u64 + u64::from(whose),
        amount(if refunded { 1_000 } else { 0 }),
    )?;
    for line in 0..lines {
        let (sold, price) = (mix(place, line) % 5_000, amount(4_900));
        let comma = if line > 0 { "," } else { "" };
        write!(
            text,
            r#"{comma}{{"id":"gid://shopify/LineItem/{}","title":"Linen shirt, long sleeve, sand","sku":"SKU-{sold}","quantity":1,"variant":{{"id":"gid://shopify/ProductVariant/{}"}},"originalUnitPriceSet":{price}}}"#,
            14_000_000_000_u64 + u64::from(place) * 8 + u64::from(line),
            44_000_000_000_u64 + u64::from(sold),
        )?;
    }
    text.push_str(r#"],"pageInfo":{"hasNextPage":false,"endCursor":"last"}},"refunds":["#);
    if refunded {
        write!(
            text,
            r#"{{"id":"gid://shopify/Refund/{}","note":"late parcel","processedAt":"{}","totalRefundedSet":{}}}"#,
            9_000_000_000_u64 + u64::from(place),
            later(at, 4),
            amount(1_000),
        )?;
    }
    write!(
        text,
        r#"],"fulfillments":[{{"id":"gid://shopify/Fulfillment/{}","status":"SUCCESS","displayStatus":"DELIVERED","createdAt":"{}","estimatedDeliveryAt":"{}","deliveredAt":"{}","trackingInfo":[{{"company":"DHL","number":"00340434{place:012}"}}]}}]}}"#,
        6_000_000_000_u64 + u64::from(place),
        later(at, 1),
        later(at, 5),
        later(at, 4),
    )
}

fn later(at: Timestamp, days: i64) -> Timestamp {
    at + jiff::SignedDuration::from_hours(24 * days)
}

fn amount(cents: u32) -> String {
    format!(
        r#"{{"presentmentMoney":{{"amount":"{}.{:02}","currencyCode":"EUR"}}}}"#,
        cents / 100,
        cents % 100
    )
}
