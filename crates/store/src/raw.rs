//! The text that each record was read from, as it came but for card numbers.
//!
//! It is about half of all that is written and is looked at rarely, so it is kept compressed. LZ4 halves an
//! order and costs little; see `docs/decisions/0017-landing-a-history.md`.

use fermata_model::RecordId;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OptionalExtension, ToSql};

use crate::{Error, Tx, bulk};

/// A compressed text is a blob, any other a text; those that were there stay what they were.
///
/// Only what the schema says of the column changes, in place: to move 200,000 texts of 4 kB took 13 s and a log as
/// long as the file, before any encryption. To a strict table `ANY` keeps what is given to it, so that what is there needs no other form. The second
/// name, given and taken back, tells other connections to read the schema anew.
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
const SHORT: usize = 200;

/// A text as it is kept.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Body<'a> {
    Plain(&'a str),
    Packed(&'a [u8]),
}

impl ToSql for Body<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Body::Plain(text) => ValueRef::Text(text.as_bytes()),
            Body::Packed(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// Compresses a text; `None` if that does not make it shorter.
pub(crate) fn pack(text: &str) -> Option<Box<[u8]>> {
    if text.len() < SHORT {
        return None;
    }
    let packed = lz4_flex::block::compress_prepend_size(text.as_bytes());
    (packed.len() < text.len()).then(|| packed.into_boxed_slice())
}

fn unpack(body: ValueRef<'_>) -> Result<String, Error> {
    let unreadable = |error: &dyn std::fmt::Display| Error::unreadable("raw text", error);
    match body {
        ValueRef::Blob(packed) => {
            let bytes = lz4_flex::block::decompress_size_prepended(packed).map_err(|e| unreadable(&e))?;
            String::from_utf8(bytes).map_err(|e| unreadable(&e))
        }
        plain => Ok(plain.as_str().map_err(|e| unreadable(&e))?.to_owned()),
    }
}

/// Writes the texts of records that have none.
pub(crate) fn insert<'a>(
    tx: &Tx<'_>,
    texts: impl IntoIterator<Item = (RecordId, Body<'a>)>,
) -> Result<(), Error> {
    bulk::insert(tx, "raw (record, body)", texts.into_iter().map(|(id, body)| (id.0, body)))
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
    let mut query = conn.prepare_cached("SELECT body FROM raw WHERE record = ?1")?;
    let found = query.query_row([id.0], |row| Ok(unpack(row.get_ref(0)?))).optional()?;
    found.transpose()
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
    use super::*;

    fn kept(text: &str) -> String {
        match pack(text) {
            Some(packed) => unpack(ValueRef::Blob(&packed)).unwrap(),
            None => unpack(ValueRef::Text(text.as_bytes())).unwrap(),
        }
    }

    #[test]
    fn every_text_comes_back_as_it_was_and_long_ones_are_kept_shorter() {
        let line = r#"{"id":1,"title":"Linen shirt, größe M","price":"49.00"},"#;
        for times in [0, 1, 5, 500] {
            assert_eq!(kept(&line.repeat(times)), line.repeat(times));
        }
        assert!(pack(line).is_none());
        assert!(pack(&line.repeat(5)).unwrap().len() < line.len() * 2);
    }

    #[test]
    fn a_damaged_text_is_said_and_nothing_is_guessed() {
        let packed = pack(&"a shirt, ".repeat(50)).unwrap();
        for length in [0, 3, packed.len() - 1] {
            let error = unpack(ValueRef::Blob(&packed[..length])).unwrap_err();
            assert!(error.to_string().contains("raw text"), "{error}");
        }
    }
}
