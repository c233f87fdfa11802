//! Order numbers in what customers write.

/// The most numbers that are looked at in one text; more is a list, not somebody's order.
const MOST: usize = 3;

/// Finds order numbers such as `#1042`, in the form in which orders carry them.
///
/// Only numbers behind a `#` count: other digits in a text are dates, prices and phone numbers. A
/// `#` inside a word, a link or a sign written as `&#8217;` is none of a customer's. A text that names more than three names nobody's own order, and gives none.
pub fn in_text(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices('#') {
        let digits: String = text[at + 1..].chars().take_while(char::is_ascii_digit).collect();
        let after = text[at + 1 + digits.len()..].chars().next();
        let begins = !text[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '&' | '/' | '#'));
        let whole = begins && !after.is_some_and(char::is_alphanumeric);
        let name = format!("#{digits}");
        if (3..=10).contains(&digits.len()) && whole && !found.contains(&name) {
            found.push(name);
        }
    }
    if found.len() > MOST { Vec::new() } else { found }
}
