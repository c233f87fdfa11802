//! Phone numbers in the form in which equal means the same.

use phonenumber::country;

/// Brings a number into E.164 form, reading one without a country code as one of `country`
/// (two letters).
///
/// `None` if it is no valid number, or if it lacks a country code and no country is known: a
/// guess would join strangers.
pub fn normalise(number: &str, country: Option<&str>) -> Option<String> {
    let number = number.trim();
    let international = number.starts_with('+') || number.starts_with("00");
    let country = country.and_then(|code| code.to_ascii_uppercase().parse::<country::Id>().ok());
    if !international && country.is_none() {
        return None;
    }
    let written = match number.strip_prefix("00") {
        Some(rest) => format!("+{rest}"),
        None => number.to_owned(),
    };
    let parsed = phonenumber::parse(country, written).ok()?;
    if !phonenumber::is_valid(&parsed) {
        return None;
    }
    let e164 = parsed.format().mode(phonenumber::Mode::E164).to_string();
    has_weight(&e164).then_some(e164)
}

/// A number of one repeated digit, or one that just counts up, was made up by somebody.
fn has_weight(e164: &str) -> bool {
    let tail: Vec<u8> = e164.bytes().rev().take(7).filter(u8::is_ascii_digit).collect();
    let same = tail.windows(2).all(|pair| pair[0] == pair[1]);
    let counting = tail.windows(2).all(|pair| pair[0] == pair[1] + 1);
    tail.len() == 7 && !same && !counting
}
