//! Amounts in the smallest unit as Stripe counts it.
//!
//! Stripe's smallest unit is that of ISO 4217 but for three currencies: it counts hundredths of the króna and of the
//! Ugandan shilling, which have none, and whole ariary, which have fifths that ISO writes as two digits.
//!
//! Source: docs.stripe.com, Supported currencies, zero-decimal currencies and special cases.

use fermata_model::{Currency, Money, MoneyError};

/// How many times ours Stripe's unit is, or the other way round.
enum Unit {
    Same,
    /// A hundredth of ours.
    Finer,
    /// A hundred of ours.
    Coarser,
}

fn unit(currency: Currency) -> Unit {
    match currency.code() {
        "ISK" | "UGX" => Unit::Finer,
        "MGA" => Unit::Coarser,
        _ => Unit::Same,
    }
}

/// Reads an amount.
///
/// Errors: [`MoneyError`] if it cannot be kept exactly.
pub(super) fn read(amount: i64, code: &str) -> Result<Money, MoneyError> {
    let currency: Currency = code.parse()?;
    let minor = match unit(currency) {
        Unit::Same => amount,
        Unit::Finer if amount % 100 == 0 => amount / 100,
        Unit::Finer => {
            return Err(MoneyError::TooFine { amount: amount.to_string(), currency: currency.code() });
        }
        Unit::Coarser => amount.checked_mul(100).ok_or(MoneyError::Overflow)?,
    };
    Ok(Money::new(minor, currency))
}

/// Writes an amount; `None` if Stripe cannot express it.
pub(super) fn write(money: Money) -> Option<i64> {
    match unit(money.currency) {
        Unit::Same => Some(money.minor),
        Unit::Finer => money.minor.checked_mul(100),
        Unit::Coarser => (money.minor % 100 == 0).then_some(money.minor / 100),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_stripe_counts_and_written_back() {
        for (amount, code, minor) in [
            (1099, "usd", 1099),
            (500, "jpy", 500),
            (50_000, "isk", 500),
            (7, "mga", 700),
            (1_230, "kwd", 1_230),
        ] {
            let read = read(amount, code).unwrap();
            assert_eq!((read.minor, write(read)), (minor, Some(amount)), "{code}");
        }
        assert!(matches!(read(150, "ugx"), Err(MoneyError::TooFine { .. })));
        assert!(matches!(read(1, "xbt"), Err(MoneyError::UnknownCurrency(_))));
        assert_eq!(write(Money::new(150, "MGA".parse().unwrap())), None);
    }
}
