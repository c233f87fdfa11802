//! Masks what looks like a payment card's number before it is written anywhere.

use std::borrow::Cow;

/// Digits of a card number: the shortest and the longest in use.
const LENGTHS: std::ops::RangeInclusive<usize> = 13..=19;

/// How the digits of a card are grouped.
const SHAPES: [&[usize]; 4] = [&[4, 4, 4, 4, 3], &[4, 4, 4, 4], &[4, 6, 5], &[4, 6, 4]];

/// Replaces all but the last four digits of whatever looks like a card number.
///
/// A number is taken for one if it has 13 to 19 digits, single blanks or dashes between them,
/// begins like the card schemes do and passes the Luhn check; further numbers may stand before and
/// behind it.
pub(crate) fn text(text: &str) -> Cow<'_, str> {
    mask(text, |_, _| true)
}

/// Masks inside a JSON text, leaving alone numbers and strings that are nothing but digits:
/// those are ids.
pub(crate) fn json(raw: &str) -> Cow<'_, str> {
    let bytes = raw.as_bytes();
    let (mut read, mut in_string) = (0, false);
    mask(raw, |start, end| {
        while read < start {
            match bytes[read] {
                b'"' => in_string = !in_string,
                b'\\' if in_string => read += 1,
                _ => {}
            }
            read += 1;
        }
        let whole_string =
            start.checked_sub(1).map(|at| bytes[at]) == Some(b'"') && bytes.get(end).copied() == Some(b'"');
        in_string && !whole_string
    })
}

/// Masks one text that was found to hold card numbers wherever else it stands, as in the raw
/// JSON beside it.
pub(crate) fn same_numbers(found_in: &str, raw: &str) -> Option<String> {
    let mut masked: Option<String> = None;
    for (start, end) in cards(found_in) {
        let number = &found_in[start..end];
        let source = masked.as_deref().unwrap_or(raw);
        if source.contains(number) {
            masked = Some(source.replace(number, &hidden(number)));
        }
    }
    masked
}

fn mask(text: &str, mut wanted: impl FnMut(usize, usize) -> bool) -> Cow<'_, str> {
    let mut masked = String::new();
    let mut done = 0;
    for (start, end) in cards(text) {
        if wanted(start, end) {
            masked.push_str(&text[done..start]);
            masked.push_str(&hidden(&text[start..end]));
            done = end;
        }
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    masked.push_str(&text[done..]);
    Cow::Owned(masked)
}

fn hidden(number: &str) -> String {
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let mut seen = 0;
    number
        .chars()
        .map(|c| {
            if !c.is_ascii_digit() {
                return c;
            }
            seen += 1;
            if seen + 4 > digits { c } else { '•' }
        })
        .collect()
}

/// Finds card numbers: byte ranges, in order, not overlapping.
fn cards(text: &str) -> Vec<(usize, usize)> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut groups = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let inside_word = at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'.');
        groups.clear();
        loop {
            let start = at;
            while bytes.get(at).is_some_and(u8::is_ascii_digit) {
                at += 1;
            }
            groups.push((start, at));
            let separated = matches!(bytes.get(at), Some(b' ' | b'-'));
            if !separated || !bytes.get(at + 1).is_some_and(u8::is_ascii_digit) {
                break;
            }
            at += 1;
        }
        if !inside_word {
            among(bytes, &groups, &mut found);
        }
    }
    found
}

/// Finds the card numbers among groups of digits that stand in a row: the whole row, or the part
/// of it that is grouped as cards are, since people write the date and the check number behind it.
fn among(bytes: &[u8], groups: &[(usize, usize)], found: &mut Vec<(usize, usize)>) {
    if is_card(bytes, groups) {
        found.push((groups[0].0, groups[groups.len() - 1].1));
        return;
    }
    let mut first = 0;
    while first < groups.len() {
        let rest = &groups[first..];
        let shape = SHAPES.iter().find(|shape| {
            rest.len() >= shape.len()
                && rest.iter().zip(**shape).all(|(&(start, end), &length)| end - start == length)
                && is_card(bytes, &rest[..shape.len()])
        });
        let length = match shape {
            Some(shape) => shape.len(),
            None => usize::from(is_card(bytes, &rest[..1])),
        };
        if length > 0 {
            found.push((rest[0].0, rest[length - 1].1));
        }
        first += length.max(1);
    }
}

fn is_card(bytes: &[u8], groups: &[(usize, usize)]) -> bool {
    let length: usize = groups.iter().map(|(start, end)| end - start).sum();
    if !LENGTHS.contains(&length) {
        return false;
    }
    let digits: Vec<u8> =
        groups.iter().flat_map(|&(start, end)| &bytes[start..end]).map(|digit| digit - b'0').collect();
    matches!(digits[0], 2..=6) && luhn(&digits)
}

fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, &digit)| {
            let digit = u32::from(digit);
            match (place % 2, digit) {
                (0, _) => digit,
                (_, 0..=4) => digit * 2,
                _ => digit * 2 - 9,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::{json, text};

    #[test]
    fn card_numbers_lose_all_but_their_last_digits() {
        assert_eq!(text("my card 4111 1111 1111 1111, thanks"), "my card •••• •••• •••• 1111, thanks");
        assert_eq!(text("5555555555554444"), "••••••••••••4444");
        assert_eq!(text("4111 1111 1111 1111 12/27 123"), "•••• •••• •••• 1111 12/27 123");
        assert_eq!(text("12 27 4111111111111111 123"), "12 27 ••••••••••••1111 123");
        assert_eq!(text("no 7 3782-822463-10005"), "no 7 ••••-••••••-•0005");
    }

    #[test]
    fn other_numbers_stay() {
        for other in ["order #1042", "+49 170 1234567", "4111 1111 1111 1112", "00340434161094021501"] {
            assert_eq!(text(other), other);
        }
    }

    #[test]
    fn ids_in_json_stay_and_texts_are_masked() {
        let raw = r#"{"id":4111111111111111,"ref":"4111111111111111","text":"it is 4111111111111111!"}"#;
        let masked = r#"{"id":4111111111111111,"ref":"4111111111111111","text":"it is ••••••••••••1111!"}"#;
        assert_eq!(json(raw), masked);
        let listed = r#"{"ids":[4111111111111111, 4111111111111111],"text":"\"no\", 4111111111111111, no"}"#;
        let masked = r#"{"ids":[4111111111111111, 4111111111111111],"text":"\"no\", ••••••••••••1111, no"}"#;
        assert_eq!(json(listed), masked, "between commas in a text it is no id");
    }
}
