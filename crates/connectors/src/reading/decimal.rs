//! Amounts, exactly as a vendor wrote them.

use fermata_model::{Currency, Money, MoneyError};
use serde::de::{Deserialize, Deserializer, Error as _, Unexpected};
use serde_json::value::RawValue;

use super::filled;

/// A decimal number as it was written, be it as text or as a number; nothing where there was
/// nothing (null, or blank text). It is never a float on its way, so that money stays exact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Decimal(pub(crate) Option<String>);

impl Decimal {
    /// Reads an amount exactly; `None` if there is none.
    ///
    /// Errors: what is wrong with it, for a person.
    pub(crate) fn exact(&self, currency: Currency) -> Result<Option<Money>, String> {
        self.parsed(currency).transpose().map_err(|error| inexact(&error))
    }

    /// Reads a price as somebody typed it: one that is finer than any coin is kept out, not guessed.
    ///
    /// Errors: those of [`Self::exact`].
    pub(crate) fn coined(&self, currency: Currency) -> Result<Option<Money>, String> {
        match self.parsed(currency) {
            Some(Err(MoneyError::TooFine { .. })) => Ok(None),
            read => read.transpose().map_err(|error| inexact(&error)),
        }
    }

    /// Reads an amount that is only shown, such as a price with its taxes; what is finer than the
    /// currency is rounded, half away from zero.
    ///
    /// Errors: those of [`Self::exact`].
    pub(crate) fn rounded(&self, currency: Currency) -> Result<Option<Money>, String> {
        let read = match (&self.0, self.parsed(currency)) {
            (Some(text), Some(Err(MoneyError::TooFine { .. }))) => {
                let (whole, part) = text.split_once('.').unwrap_or((text, ""));
                let (kept, cut) = part.split_at_checked(currency.digits() as usize).unwrap_or((part, ""));
                let up = i64::from(cut.as_bytes().first().is_some_and(|digit| *digit >= b'5'));
                let up = if whole.starts_with('-') { -up } else { up };
                Some(
                    Money::parse(&format!("{whole}.{kept}0"), currency)
                        .map(|cut| Money::new(cut.minor + up, currency)),
                )
            }
            (_, read) => read,
        };
        read.transpose().map_err(|error| inexact(&error))
    }

    fn parsed(&self, currency: Currency) -> Option<Result<Money, MoneyError>> {
        self.0.as_deref().map(|text| Money::parse(text, currency))
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let odd = || D::Error::invalid_type(Unexpected::Other("value"), &"a decimal number");
        match raw.get().as_bytes().first() {
            Some(b'n') => Ok(Self(None)),
            Some(b'"') => {
                let text: String = serde_json::from_str(raw.get()).map_err(|_| odd())?;
                Ok(Self(filled(Some(text)).map(|text| text.trim().to_owned())))
            }
            Some(b'-' | b'0'..=b'9') => Ok(Self(Some(raw.get().to_owned()))),
            _ => Err(odd()),
        }
    }
}

/// Says why an amount cannot be kept, without showing text that is none.
pub(crate) fn inexact(error: &MoneyError) -> String {
    match error {
        MoneyError::NotANumber(_) => "an amount is not a decimal number".to_owned(),
        MoneyError::UnknownCurrency(_) => "a currency is not one of ISO 4217".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_keep_the_digits_they_were_written_with() {
        for (json, expected) in [
            ("\"30.00\"", Some("30.00")),
            ("30.10", Some("30.10")),
            ("12345678901234567890.01", Some("12345678901234567890.01")),
            ("-5", Some("-5")),
            ("null", None),
            ("\" \"", None),
        ] {
            let read: Decimal = serde_json::from_str(json).unwrap();
            assert_eq!(read.0.as_deref(), expected, "{json}");
        }
        for odd in ["true", "[]", "{}"] {
            assert!(serde_json::from_str::<Decimal>(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn an_amount_that_is_finer_than_its_currency_is_rounded_or_kept_out_but_never_exact() {
        for (text, currency, expected) in [
            ("12.3456", Currency::EUR, 1235),
            ("12.3449", Currency::EUR, 1234),
            ("-3.335", Currency::EUR, -334),
            ("-0.0050", Currency::EUR, -1),
            ("0.0049", Currency::EUR, 0),
            ("99.5", Currency::JPY, 100),
        ] {
            let amount = Decimal(Some(text.to_owned()));
            assert_eq!(amount.rounded(currency).unwrap().unwrap().minor, expected, "{text}");
            assert_eq!(amount.coined(currency), Ok(None), "{text}");
            assert!(amount.exact(currency).is_err(), "{text}");
        }
        for (text, currency, expected) in [("7.0000", Currency::EUR, 700), ("1000.0000", Currency::JPY, 1000)]
        {
            let (amount, expected) =
                (Decimal(Some(text.to_owned())), Ok(Some(Money::new(expected, currency))));
            assert_eq!(amount.exact(currency), expected, "{text}");
            assert_eq!(amount.coined(currency), expected, "{text}");
            assert_eq!(amount.rounded(currency), expected, "{text}");
        }
        assert!(Decimal(Some("a lot".to_owned())).coined(Currency::EUR).is_err());
        assert_eq!(Decimal(None).rounded(Currency::EUR), Ok(None));
    }
}
