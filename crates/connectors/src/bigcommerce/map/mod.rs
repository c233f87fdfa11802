//! From BigCommerce's words to ours: pure and total. A state that we do not know is kept as text.

mod catalog;
mod companies;
mod orders;
mod trade;

use fermata_model::record::Change;
use fermata_model::{Currency, Money, Platform, Stream};

pub(super) use catalog::{of_variant, product, product_price};
pub(super) use companies::numbered;
pub(super) use orders::{cart, currency, order, paid_back};

use crate::Error;
use crate::failure::no_stream;
use crate::reading::{Decimal, change};

/// Reads one record from the text that [`streams`](super::streams) made of it.
pub(super) fn record(stream: Stream, raw: &str) -> Result<Change, Error> {
    Ok(match stream {
        Stream::Customers => change(stream, raw, trade::customer),
        Stream::Orders | Stream::Refunds => order(raw),
        Stream::Carts => cart(raw),
        Stream::Products => product(raw),
        Stream::Stock => change(stream, raw, catalog::stock),
        // Made by us; a coupon's own text has a number there.
        Stream::Discounts if raw.starts_with(r#"{"id":"promotion"#) => change(stream, raw, trade::promotion),
        Stream::Discounts => change(stream, raw, trade::coupon),
        Stream::Companies => change(stream, raw, companies::company),
        Stream::PriceLists => change(stream, raw, trade::price_list),
        Stream::Prices => change(stream, raw, trade::price),
        other => return Err(no_stream(Platform::Bigcommerce, other)),
    })
}

/// Reads an amount that must be there and exact.
fn money(amount: &Decimal, currency: Currency, name: &str) -> Result<Money, String> {
    amount.exact(currency)?.ok_or_else(|| format!("{name} is missing"))
}
