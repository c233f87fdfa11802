//! What the texts of a stream have in common, by which they are compressed.
//!
//! Each text alone is compressed to half: most of it are names of fields, which are the same in every other
//! text of its kind. Against a pattern of these little more than a quarter is left. A pattern is made once, of
//! the first texts that come in numbers, and kept in the file beside what was compressed by it.
//!
//! It stays when records are removed, so it holds no value, whoever said it: of a shop's first customers all may
//! be one person.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use fermata_model::{Change, Platform, Stream};
use rusqlite::Connection;
use sha2::{Digest, Sha256};

use crate::{Error, Tx, codes, raw};

pub(crate) const MIGRATION: &str = "
CREATE TABLE pattern (
    id       INTEGER PRIMARY KEY,
    platform INTEGER NOT NULL,
    stream   INTEGER NOT NULL,
    text     TEXT NOT NULL
) STRICT;
ALTER TABLE raw ADD COLUMN pattern INTEGER;
";

/// Of how many texts a pattern is made.
const SAMPLES: usize = 16;
/// How long a pattern may be, in bytes: whoever compresses reads all of it each time.
const LONGEST: usize = 4 << 10;

/// What the texts of one stream of a platform have in common.
#[derive(Debug)]
pub(crate) struct Pattern {
    /// Follows from what it is, so that the same one made twice is one.
    pub(crate) id: i64,
    platform: Platform,
    stream: Stream,
    pub(crate) text: String,
}

/// The patterns of a store, shared by all who prepare texts for it.
#[derive(Debug, Default)]
pub struct Patterns(RwLock<HashMap<(Platform, Stream), Arc<Pattern>>>);

impl Patterns {
    /// Reads those that are kept.
    pub(crate) fn load(conn: &Connection) -> Result<Self, Error> {
        let mut query = conn.prepare("SELECT id, platform, stream, text FROM pattern ORDER BY id")?;
        let mut rows = query.query(())?;
        let mut known = HashMap::new();
        while let Some(row) = rows.next()? {
            let platform = codes::read_platform(row.get(1)?)?;
            let stream = codes::read_stream(row.get(2)?)?;
            let pattern = Pattern { id: row.get(0)?, platform, stream, text: row.get(3)? };
            known.insert((platform, stream), Arc::new(pattern));
        }
        Ok(Self(RwLock::new(known)))
    }

    /// Makes a pattern for each stream that has none and of which these are enough texts.
    pub(crate) fn learn(&self, platform: Platform, changes: &[Change]) {
        let mut texts: HashMap<Stream, Vec<&str>> = HashMap::new();
        for change in changes {
            let Change::Seen(record) = change else { continue };
            if record.raw.len() >= raw::SHORT {
                texts.entry(record.stream).or_default().push(&record.raw);
            }
        }
        texts.retain(|stream, texts| texts.len() >= SAMPLES && self.of(platform, *stream).is_none());
        for (stream, texts) in texts {
            let pattern = Arc::new(Pattern::new(platform, stream, common(&texts)));
            let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
            known.entry((platform, stream)).or_insert(pattern);
        }
    }

    /// Returns the pattern of a stream.
    pub(crate) fn of(&self, platform: Platform, stream: Stream) -> Option<Arc<Pattern>> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.get(&(platform, stream)).cloned()
    }
}

impl Pattern {
    pub(crate) fn new(platform: Platform, stream: Stream, text: String) -> Self {
        let of = format!("{platform} {stream} {text}");
        let digest: [u8; 32] = Sha256::digest(of).into();
        let [a, b, c, d, e, f, g, h, ..] = digest;
        Self { id: i64::from_le_bytes([a, b, c, d, e, f, g, h]), platform, stream, text }
    }

    /// Keeps it, if it is not kept yet.
    pub(crate) fn keep(&self, tx: &Tx<'_>) -> Result<(), Error> {
        tx.prepare_cached(
            "INSERT OR IGNORE INTO pattern (id, platform, stream, text) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute((
            self.id,
            codes::platform(self.platform),
            codes::stream(self.stream),
            &self.text,
        ))?;
        Ok(())
    }
}

/// Returns what JSON texts have in common: the longest of some of them, without its values, and with the names
/// that most of them have too.
fn common(texts: &[&str]) -> String {
    let samples: Vec<_> = texts.iter().copied().step_by(texts.len() / SAMPLES).take(SAMPLES).collect();
    let Some(longest) = samples.iter().max_by_key(|text| text.len()) else { return String::new() };
    let mut pattern = without_values(longest, |piece| {
        samples.iter().filter(|text| text.contains(piece)).count() * 4 >= samples.len() * 3
    });
    let end = (0..=LONGEST.min(pattern.len())).rev().find(|end| pattern.is_char_boundary(*end)).unwrap_or(0);
    pattern.truncate(end);
    pattern
}

/// Leaves out of a JSON text whatever is said in it, but for names and beginnings of addresses that are common.
fn without_values(text: &str, is_common: impl Fn(&str) -> bool) -> String {
    let mut pattern = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(begin) = rest.find('"') {
        pattern.extend(rest[..begin].chars().filter(|c| !is_of_number(*c)));
        let Some(length) = length_of_string(&rest[begin..]) else { return pattern };
        let quoted = &rest[begin..begin + length];
        rest = &rest[begin + length..];
        let is_name = rest.trim_start().starts_with(':');
        match if is_name { Some(quoted) } else { beginning(quoted) }.filter(|piece| is_common(piece)) {
            Some(whole) if whole.len() == quoted.len() => pattern.push_str(whole),
            Some(begin) => pattern.extend([begin, "\""]),
            None => pattern.push_str("\"\""),
        }
    }
    pattern.extend(rest.chars().filter(|c| !is_of_number(*c)));
    pattern
}

/// Returns how long the string is with which a JSON text begins, with its quotes.
fn length_of_string(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (place, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(place + 1),
            _ => {}
        }
    }
    None
}

const fn is_of_number(c: char) -> bool {
    matches!(c, '0'..='9' | '-' | '+' | '.')
}

/// Returns what comes before the last slash of an address, with the quote before it: `"gid://shopify/Order/`.
fn beginning(quoted: &str) -> Option<&str> {
    let slash = quoted.rfind('/').filter(|_| quoted.contains("://"))?;
    Some(&quoted[..=slash])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(place: u32) -> String {
        format!(
            r#"{{"id":"gid://shopify/Order/{place}","email":"ada{place}@example.com","paid":"PAID","state":"OPEN",
               "note":"she said \"soon\" {place}","name":"ada","total":-{place}.50,"open":true,"by-{place}":1}}"#
        )
    }

    #[test]
    fn a_pattern_keeps_the_form_and_no_value_even_if_all_say_it() {
        let texts: Vec<_> = (10..50).map(order).collect();
        let texts: Vec<_> = texts.iter().map(String::as_str).collect();
        let pattern = common(&texts);
        let form: String = pattern.split_whitespace().collect();
        assert_eq!(
            form,
            r#"{"id":"gid://shopify/Order/","email":"","paid":"","state":"","note":"","name":"","total":,"open":true,"":}"#
        );
    }

    #[test]
    fn whatever_the_texts_are_a_pattern_is_made() {
        for text in ["", "\"", "{\"", r#"{"a\"#, "größe", r#""größe""#, r#"{"":""}"#, "[1,2]"] {
            common(&[text; SAMPLES]);
        }
        let long = format!("[{}]", r#"{"größe":"M"},"#.repeat(1_000));
        let pattern = common(&[long.as_str(); SAMPLES]);
        assert!(pattern.len() <= LONGEST && pattern.len() > LONGEST - 4, "{}", pattern.len());
    }
}
