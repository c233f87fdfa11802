//! From BigCommerce's words to ours: pure and total. A state that we do not know is kept as text.

mod catalog;
mod orders;
mod trade;

use fermata_model::record::Change;
use fermata_model::{Currency, Money, MoneyError, Platform, Stream};

pub(super) use catalog::{of_variant, product, product_price};
pub(super) use orders::{cart, currency, order, paid_back};

use crate::Error;
use crate::failure::no_stream;
use crate::reading::{Decimal, change, inexact};

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
        Stream::PriceLists => change(stream, raw, trade::price_list),
        Stream::Prices => change(stream, raw, trade::price),
        other => return Err(no_stream(Platform::Bigcommerce, other)),
    })
}

/// Reads an amount that must be there and exact.
fn money(amount: &Decimal, currency: Currency, name: &str) -> Result<Money, String> {
    let text = amount.0.as_deref().ok_or_else(|| format!("{name} is missing"))?;
    Money::parse(text, currency).map_err(|error| inexact(&error))
}

/// Reads an amount that is only shown, and rounds what is finer than the currency: a price with
/// its taxes can have four digits.
fn rounded(amount: &Decimal, currency: Currency) -> Result<Money, String> {
    let text = amount.0.as_deref().unwrap_or("0");
    match Money::parse(text, currency) {
        Err(MoneyError::TooFine { .. }) => {
            let digits = usize::try_from(currency.digits()).unwrap_or(0);
            let (whole, part) = text.split_once('.').unwrap_or((text, ""));
            let (kept, rest) = part.split_at_checked(digits).unwrap_or((part, ""));
            let cut = Money::parse(&format!("{whole}.{kept}0"), currency).map_err(|error| inexact(&error))?;
            let up = i64::from(rest.as_bytes().first().is_some_and(|digit| *digit >= b'5'));
            let up = if text.starts_with('-') { -up } else { up };
            Ok(Money::new(cut.minor.saturating_add(up), currency))
        }
        read => read.map_err(|error| inexact(&error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_that_is_finer_than_its_currency_is_rounded() {
        for (text, expected) in
            [("12.3456", 1235), ("12.3449", 1234), ("-0.0050", -1), ("7.0000", 700), ("0.0049", 0)]
        {
            let amount = Decimal(Some(text.to_owned()));
            assert_eq!(rounded(&amount, Currency::EUR).unwrap().minor, expected, "{text}");
        }
        assert_eq!(rounded(&Decimal(Some("99.5".to_owned())), Currency::JPY).unwrap().minor, 100);
    }
}
