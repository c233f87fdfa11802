//! Prices as they are typed: texts, kept unrounded; what is no number clears the price.

use fermata_model::Currency;

/// Reads what was typed: the digits, point and minus that are in it, if they make a number; else empty.
pub(crate) fn typed(text: &str) -> String {
    let kept: String = text.chars().filter(|c| c.is_ascii_digit() || matches!(c, '.' | '-')).collect();
    if minor(&kept, Currency::EUR).is_some() { kept } else { String::new() }
}

/// Rounds a price to minor units; `None` if it is no number.
pub(crate) fn minor(text: &str, currency: Currency) -> Option<i64> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let digits_only = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() + fraction.len() == 0 || !digits_only(whole) || !digits_only(fraction) {
        return None;
    }
    let places = usize::try_from(currency.digits()).ok()?;
    let kept: String = fraction.chars().chain(std::iter::repeat('0')).take(places).collect();
    let up = fraction.as_bytes().get(places).is_some_and(|digit| *digit >= b'5');
    let amount: i64 = format!("0{whole}{kept}").parse().ok()?;
    Some(sign * (amount + i64::from(up)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_kept_and_what_is_no_number_is_nothing() {
        for (given, kept, cents) in [
            ("13.00", "13.00", Some(1300)),
            ("6.005", "6.005", Some(601)),
            ("abc", "", None),
            ("7", "7", Some(700)),
        ] {
            assert_eq!(typed(given), kept, "{given}");
            assert_eq!(minor(kept, Currency::EUR), cents, "{given}");
        }
    }
}
