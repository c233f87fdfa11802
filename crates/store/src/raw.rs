//! The text that each record was read from, as it came but for card numbers.
//!
//! It would be half of all that is written and is looked at rarely, so it is kept compressed, against what the
//! texts of its stream have [in common](crate::patterns). LZ4 costs little; see
//! `docs/decisions/0017-landing-a-history.md`.

use std::sync::Arc;

use fermata_model::RecordId;
use lz4_flex::block;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OptionalExtension, ToSql};

use crate::patterns::Pattern;
use crate::{Error, Tx, bulk};

/// A compressed text is a blob, any other a text; those that were there stay what they were.
///
/// Only what the schema says of the column changes, in place: to move 200,000 texts of 4 kB took 13 s and a
/// log as long as the file, before any encryption. In a strict table `ANY` keeps what is given to it, so that
/// what is there needs no other form. The second name, given and taken back, tells other connections to read
/// the schema anew.
///
/// Source: sqlite.org/lang_altertable.html, 8; sqlite.org/pragma.html, `writable_schema`.
pub(crate) const PACKED: &str = "
ALTER TABLE raw RENAME TO packed;
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = 'CREATE TABLE packed (
    record INTEGER PRIMARY KEY,
    body   ANY NOT NULL
) STRICT' WHERE type = 'table' AND name = 'packed';
PRAGMA writable_schema = RESET;
ALTER TABLE packed RENAME TO raw;
";

/// Texts shorter than this, in bytes, are not worth it.
pub(crate) const SHORT: usize = 200;

/// A text as it is kept, if that is not as it came.
#[derive(Debug)]
pub(crate) struct Packed {
    bytes: Vec<u8>,
    /// By what it was compressed.
    pattern: Option<Arc<Pattern>>,
}

/// A text to be kept.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Body<'a> {
    Plain(&'a str),
    Packed(&'a Packed),
}

impl ToSql for Body<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Body::Plain(text) => ValueRef::Text(text.as_bytes()),
            Body::Packed(packed) => ValueRef::Blob(&packed.bytes),
        }))
    }
}

impl<'a> Body<'a> {
    const fn pattern(self) -> Option<&'a Arc<Pattern>> {
        match self {
            Body::Packed(packed) => packed.pattern.as_ref(),
            Body::Plain(_) => None,
        }
    }
}

/// Compresses a text; `None` if that does not make it shorter.
pub(crate) fn pack(text: &str, pattern: Option<Arc<Pattern>>) -> Option<Packed> {
    if text.len() < SHORT {
        return None;
    }
    let bytes = match &pattern {
        Some(pattern) => block::compress_prepend_size_with_dict(text.as_bytes(), pattern.text.as_bytes()),
        None => block::compress_prepend_size(text.as_bytes()),
    };
    (bytes.len() < text.len()).then_some(Packed { bytes, pattern })
}

/// Reads a text as it came, from what is kept and the pattern by which that was compressed.
fn unpack(body: ValueRef<'_>, pattern: &str) -> Result<String, Error> {
    let unreadable = |error: &dyn std::fmt::Display| Error::unreadable("raw text", error);
    match body {
        ValueRef::Blob(packed) => {
            let bytes = block::decompress_size_prepended_with_dict(packed, pattern.as_bytes());
            String::from_utf8(bytes.map_err(|e| unreadable(&e))?).map_err(|e| unreadable(&e))
        }
        plain => Ok(plain.as_str().map_err(|e| unreadable(&e))?.to_owned()),
    }
}

/// Writes the texts of records that have none.
pub(crate) fn insert<'a>(
    tx: &Tx<'_>,
    texts: impl IntoIterator<Item = (RecordId, Body<'a>)>,
) -> Result<(), Error> {
    let mut patterns: Vec<&Arc<Pattern>> = Vec::new();
    let rows = texts.into_iter().map(|(id, body)| {
        let pattern = body.pattern();
        if let Some(pattern) = pattern.filter(|pattern| patterns.iter().all(|kept| kept.id != pattern.id)) {
            patterns.push(pattern);
        }
        (id.0, body, pattern.map(|pattern| pattern.id))
    });
    bulk::insert(tx, "raw (record, body, pattern)", rows)?;
    patterns.into_iter().try_for_each(|pattern| pattern.keep(tx))
}

/// Removes the text of a record, if it has any.
pub(crate) fn remove(tx: &Tx<'_>, id: RecordId) -> Result<(), Error> {
    tx.prepare_cached("DELETE FROM raw WHERE record = ?1")?.execute([id.0])?;
    Ok(())
}

/// Reads the JSON text that a record was read from; `None` if it was only named, or is gone.
///
/// Errors: [`Error::Unreadable`] if what is kept is damaged.
pub fn read(conn: &Connection, id: RecordId) -> Result<Option<String>, Error> {
    let mut query = conn.prepare_cached(
        "SELECT body, CASE WHEN raw.pattern IS NULL THEN '' ELSE pattern.text END
         FROM raw LEFT JOIN pattern ON pattern.id = raw.pattern WHERE record = ?1",
    )?;
    let found = query.query_row([id.0], |row| {
        let pattern =
            row.get_ref(1)?.as_str().map_err(|_| Error::unreadable("raw text", "its pattern is lost"));
        Ok(pattern.and_then(|pattern| unpack(row.get_ref(0)?, pattern)))
    });
    found.optional()?.transpose()
}

/// Tells whether what is kept of a record is exactly this; what is damaged is not.
pub(crate) fn is(conn: &Connection, id: RecordId, text: &str) -> Result<bool, Error> {
    match read(conn, id) {
        Err(Error::Unreadable { .. }) => Ok(false),
        found => Ok(found?.as_deref() == Some(text)),
    }
}

#[cfg(test)]
mod tests {
    use fermata_model::{Platform, Stream};

    use super::*;

    fn pattern(text: &str) -> Arc<Pattern> {
        Arc::new(Pattern::new(Platform::Shopify, Stream::Orders, text.to_owned()))
    }

    fn kept(text: &str, pattern: Option<Arc<Pattern>>) -> String {
        match pack(text, pattern.clone()) {
            Some(packed) => {
                unpack(ValueRef::Blob(&packed.bytes), pattern.as_ref().map_or("", |pattern| &pattern.text))
                    .unwrap()
            }
            None => unpack(ValueRef::Text(text.as_bytes()), "").unwrap(),
        }
    }

    #[test]
    fn every_text_comes_back_as_it_was_and_long_ones_are_kept_shorter() {
        let line = r#"{"id":1,"title":"Linen shirt, größe M","price":"49.00"},"#;
        for times in [0, 1, 5, 500] {
            for by in [None, Some(pattern("")), Some(pattern(r#"{"id":,"title":"","price":""},"#))] {
                assert_eq!(kept(&line.repeat(times), by), line.repeat(times));
            }
        }
        assert!(pack(line, None).is_none());
        let (alone, by_pattern) = (pack(&line.repeat(5), None), pack(&line.repeat(5), Some(pattern(line))));
        assert!(alone.as_ref().unwrap().bytes.len() < line.len() * 2);
        assert!(by_pattern.unwrap().bytes.len() < alone.unwrap().bytes.len() / 2);
    }

    #[test]
    fn a_damaged_text_is_said_and_nothing_is_guessed() {
        let packed = pack(&"a shirt, ".repeat(50), None).unwrap().bytes;
        for length in [0, 3, packed.len() - 1] {
            let error = unpack(ValueRef::Blob(&packed[..length]), "").unwrap_err();
            assert!(error.to_string().contains("raw text"), "{error}");
        }
    }
}
