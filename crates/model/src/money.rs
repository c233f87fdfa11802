//! Money: integer minor units with a currency, never a float.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use ts_rs::TS;

/// A currency of ISO 4217.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Currency(iso_currency::Currency);

impl Currency {
    /// The euro, which most examples use.
    pub const EUR: Self = Self(iso_currency::Currency::EUR);
    /// The United States dollar.
    pub const USD: Self = Self(iso_currency::Currency::USD);
    /// The pound sterling.
    pub const GBP: Self = Self(iso_currency::Currency::GBP);
    /// The yen, which has no minor unit.
    pub const JPY: Self = Self(iso_currency::Currency::JPY);

    /// Returns the three-letter code in capitals.
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// Returns how English texts outside its own country mark the currency, as `Intl` does: `€`,
    /// `US$`; the code for those that have no sign.
    fn mark(self) -> &'static str {
        match self.code() {
            "EUR" => "€",
            "GBP" => "£",
            "USD" => "US$",
            "AUD" => "A$",
            "BRL" => "R$",
            "CAD" => "CA$",
            "CNY" => "CN¥",
            "HKD" => "HK$",
            "ILS" => "₪",
            "INR" => "₹",
            "JPY" => "JP¥",
            "KRW" => "₩",
            "MXN" => "MX$",
            "NZD" => "NZ$",
            "TWD" => "NT$",
            "VND" => "₫",
            code => code,
        }
    }

    /// Returns how many decimal digits the minor unit has: 2 for EUR, 0 for JPY, 3 for KWD.
    pub fn digits(self) -> u32 {
        self.0.exponent().map_or(0, u32::from)
    }
}

impl FromStr for Currency {
    type Err = MoneyError;

    /// Reads a three-letter code in either case.
    fn from_str(code: &str) -> Result<Self, MoneyError> {
        iso_currency::Currency::from_code(&code.to_ascii_uppercase())
            .map(Self)
            .ok_or_else(|| MoneyError::UnknownCurrency(code.to_owned()))
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        code.parse().map_err(serde::de::Error::custom)
    }
}

/// Why an amount could not be read or computed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// The text is not a decimal number.
    #[error("\"{0}\" is not an amount of money")]
    NotANumber(String),
    /// The amount has more digits than the currency's minor unit, so it cannot be kept exactly.
    #[error("{amount} {currency} is finer than the currency's smallest unit")]
    TooFine {
        /// The amount as it was written.
        amount: String,
        /// The currency it was meant in.
        currency: &'static str,
    },
    /// No currency has this code.
    #[error("\"{0}\" is not an ISO 4217 currency")]
    UnknownCurrency(String),
    /// Two amounts of different currencies were to be added or compared.
    #[error("{0} and {1} cannot be added: different currencies")]
    Mixed(&'static str, &'static str),
    /// The result does not fit 64 bits.
    #[error("the amount is too large")]
    Overflow,
}

/// An amount in the currency's smallest unit: 12.34 EUR is `minor` 1234.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[ts(export_to = "model.ts")]
pub struct Money {
    /// Count of the smallest unit; negative where money flows back.
    #[ts(type = "number")]
    pub minor: i64,
    /// ISO 4217 code.
    #[ts(type = "string")]
    pub currency: Currency,
}

impl Money {
    /// Makes an amount from minor units.
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Nothing, in a currency.
    pub const fn zero(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }

    /// Reads a decimal string in major units, such as `"15.0"` or `"-3.20"`.
    ///
    /// Trailing zeros beyond the minor unit are accepted, other digits there are not: an amount
    /// is kept exactly or refused. More than 28 digits behind the point are refused, whatever they
    /// are.
    ///
    /// Errors: [`MoneyError::NotANumber`], [`MoneyError::TooFine`], [`MoneyError::Overflow`].
    pub fn parse(decimal: &str, currency: Currency) -> Result<Self, MoneyError> {
        let text = decimal.trim();
        if text.contains('_') {
            // The decimal reader takes it for a mark between thousands; no platform writes one.
            return Err(MoneyError::NotANumber(decimal.to_owned()));
        }
        let value = Decimal::from_str_exact(text).map_err(|error| match error {
            rust_decimal::Error::Underflow => {
                MoneyError::TooFine { amount: decimal.to_owned(), currency: currency.code() }
            }
            _ => MoneyError::NotANumber(decimal.to_owned()),
        })?;
        Self::from_decimal(value, currency)
    }

    /// Converts a decimal in major units; see [`Money::parse`] for what is refused.
    pub fn from_decimal(value: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        let scaled =
            value.checked_mul(Decimal::from(10_u64.pow(currency.digits()))).ok_or(MoneyError::Overflow)?;
        if !scaled.fract().is_zero() {
            return Err(MoneyError::TooFine { amount: value.to_string(), currency: currency.code() });
        }
        scaled.to_i64().map(|minor| Self { minor, currency }).ok_or(MoneyError::Overflow)
    }

    /// Returns the amount in major units with exactly the currency's digits, as platforms want it.
    pub fn decimal(self) -> String {
        Decimal::new(self.minor, self.currency.digits()).to_string()
    }

    /// Writes the amount as texts for people do: `€1,204.50`, `-US$3.20`, `CHF 5.00`.
    ///
    /// The same in all that the core words; a front end that shows an amount by itself writes it in
    /// the person's language.
    pub fn shown(self) -> String {
        let decimal = self.decimal();
        let (sign, digits) = decimal.strip_prefix('-').map_or(("", decimal.as_str()), |rest| ("-", rest));
        let (whole, fraction) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
        let mut grouped = String::new();
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        let mark = self.currency.mark();
        // A code and its amount stay on one line.
        let gap = if mark.ends_with(|c: char| c.is_ascii_alphabetic()) { "\u{a0}" } else { "" };
        format!("{sign}{mark}{gap}{grouped}{fraction}")
    }

    /// Adds two amounts of one currency.
    ///
    /// Errors: [`MoneyError::Mixed`], [`MoneyError::Overflow`].
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        let minor = self.minor.checked_add(other.minor).ok_or(MoneyError::Overflow)?;
        Ok(Self { minor, ..self })
    }

    /// Takes one amount from another of the same currency.
    ///
    /// Errors: [`MoneyError::Mixed`], [`MoneyError::Overflow`].
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        let minor = self.minor.checked_sub(other.minor).ok_or(MoneyError::Overflow)?;
        Ok(Self { minor, ..self })
    }

    /// Returns a share of the amount in hundredths, rounded half away from zero to the minor unit.
    ///
    /// Errors: [`MoneyError::Overflow`].
    pub fn percent(self, percent: u32) -> Result<Self, MoneyError> {
        let share = Decimal::from(self.minor) * Decimal::from(percent) / Decimal::ONE_HUNDRED;
        let rounded = share.round_dp_with_strategy(0, rust_decimal::RoundingStrategy::MidpointAwayFromZero);
        rounded.to_i64().map(|minor| Self { minor, ..self }).ok_or(MoneyError::Overflow)
    }

    /// Tells whether the amount is above zero.
    pub const fn is_positive(self) -> bool {
        self.minor > 0
    }

    fn same_currency(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            Ok(())
        } else {
            Err(MoneyError::Mixed(self.currency.code(), other.currency.code()))
        }
    }
}

impl fmt::Display for Money {
    /// Writes `12.34 EUR`, for logs and messages to machines; see [`Money::shown`] for people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.decimal(), self.currency)
    }
}
