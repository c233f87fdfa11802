//! The one form of each kind of value.

use fermata_identity::{email, orders, phone};

#[test]
fn an_address_has_one_form() {
    for (written, form) in [
        (" Anna.Schmidt@Example.COM ", Some("anna.schmidt@example.com")),
        ("anna@bücher.example", Some("anna@xn--bcher-kva.example")),
        ("anna+shop@example.com", Some("anna+shop@example.com")),
        ("no address", None),
        ("@example.com", None),
        ("anna@localhost", None),
        ("", None),
    ] {
        assert_eq!(email::normalise(written).as_deref(), form, "{written:?}");
    }
}

#[test]
fn what_many_share_carries_no_weight() {
    for shared in ["info@firma.example", "noreply@shop.example", "support+7@shop.example", "a@b.invalid"] {
        assert!(!email::has_weight(shared), "{shared}");
    }
    assert!(email::has_weight("informatik@uni.example"));
    for made_up in ["+1 212 345 6789", "+49 30 5555555", "0000000000"] {
        assert_eq!(phone::normalise(made_up, Some("US")), None, "{made_up}");
    }
    assert!(phone::normalise("+1 212 345 6780", None).is_some(), "its neighbour is somebody's number");
}

#[test]
fn a_number_has_one_form_and_is_never_guessed() {
    for (written, country, form) in [
        ("+49 30 901820", None, Some("+4930901820")),
        ("0049 30 901820", None, Some("+4930901820")),
        ("030 901820", Some("DE"), Some("+4930901820")),
        ("030 901820", Some("de"), Some("+4930901820")),
        ("030 901820", None, None),
        ("12", Some("DE"), None),
    ] {
        assert_eq!(phone::normalise(written, country).as_deref(), form, "{written:?} in {country:?}");
    }
}

#[test]
fn order_numbers_are_read_and_other_digits_are_not() {
    assert_eq!(orders::in_text("Where is my order #1042? I paid 20.00"), ["#1042"]);
    assert_eq!(orders::in_text("#1042 and #1043, again #1042"), ["#1042", "#1043"]);
    assert_eq!(orders::in_text("(#1042), »#1043«"), ["#1042", "#1043"]);
    for none in ["1042", "#12", "#1042abc", "issue # 5", "#1001 #1002 #1003 #1004", "##1042", "a#1042"] {
        assert!(orders::in_text(none).is_empty(), "{none}");
    }
    for none in ["it&#8217;s late", "&#160;", "see https://shop.example/help/#1042"] {
        assert!(orders::in_text(none).is_empty(), "{none}");
    }
}
