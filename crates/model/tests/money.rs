use fermata_model::{Currency, Money, MoneyError};
use proptest::prelude::*;

fn check(text: &str, currency: Currency, expect: Result<i64, MoneyError>) {
    assert_eq!(Money::parse(text, currency).map(|m| m.minor), expect, "{text} {currency}");
}

#[test]
fn decimal_text_is_kept_exactly_or_refused() {
    check("15.0", Currency::EUR, Ok(1500));
    check("15", Currency::EUR, Ok(1500));
    check("0.10", Currency::EUR, Ok(10));
    check("-3.20", Currency::USD, Ok(-320));
    check("15.000", Currency::JPY, Ok(15));
    check("15.005", Currency::EUR, Err(MoneyError::TooFine { amount: "15.005".into(), currency: "EUR" }));
    check("1,5", Currency::EUR, Err(MoneyError::NotANumber("1,5".into())));
    check("", Currency::EUR, Err(MoneyError::NotANumber(String::new())));
    let tiny = "15.00000000000000000000000000000000001";
    check(tiny, Currency::EUR, Err(MoneyError::TooFine { amount: tiny.into(), currency: "EUR" }));
    check("1_000", Currency::EUR, Err(MoneyError::NotANumber("1_000".into())));
    check("99999999999999999999", Currency::EUR, Err(MoneyError::Overflow));
}

#[test]
fn a_text_for_people_marks_and_groups_amounts_in_one_way() {
    for (minor, code, expect) in [
        (165_271, "USD", "US$1,652.71"),
        (-320, "EUR", "-€3.20"),
        (123_456_789, "GBP", "£1,234,567.89"),
        (99_900, "EUR", "€999.00"),
        (5, "EUR", "€0.05"),
        (1_500, "JPY", "JP¥1,500"),
        (500, "CHF", "CHF\u{a0}5.00"),
        (i64::MIN, "JPY", "-JP¥9,223,372,036,854,775,808"),
    ] {
        assert_eq!(Money::new(minor, code.parse().unwrap()).shown(), expect);
    }
}

#[test]
fn different_currencies_never_add() {
    let sum = Money::new(1, Currency::EUR).checked_add(Money::new(1, Currency::USD));
    assert_eq!(sum, Err(MoneyError::Mixed("EUR", "USD")));
}

#[test]
fn percent_rounds_half_away_from_zero() {
    assert_eq!(Money::new(1235, Currency::EUR).percent(10).unwrap().minor, 124);
    assert_eq!(Money::new(-1235, Currency::EUR).percent(10).unwrap().minor, -124);
    assert_eq!(Money::new(4999, Currency::EUR).percent(0).unwrap().minor, 0);
}

#[test]
fn json_form_is_minor_units_and_code() {
    let json = serde_json::to_string(&Money::new(1234, Currency::EUR)).unwrap();
    assert_eq!(json, r#"{"minor":1234,"currency":"EUR"}"#);
    assert!(serde_json::from_str::<Money>(r#"{"minor":1.5,"currency":"EUR"}"#).is_err(), "no fractions");
    assert!(serde_json::from_str::<Money>(r#"{"minor":1,"currency":"XX"}"#).is_err(), "no invented currency");
}

proptest! {
    #[test]
    fn writing_and_reading_an_amount_changes_nothing(minor in any::<i64>(), which in 0..4_usize) {
        let currency = [Currency::EUR, Currency::USD, Currency::JPY, "KWD".parse().unwrap()][which];
        let money = Money::new(minor, currency);
        prop_assert_eq!(Money::parse(&money.decimal(), currency), Ok(money));
    }
}
