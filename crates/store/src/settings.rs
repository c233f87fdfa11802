//! Settings: one JSON value per name.

use rusqlite::{Connection, OptionalExtension};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Error, Topic, Tx};

pub(crate) const MIGRATION: &str = "
CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
";

/// Reads a setting; `None` if it was never set.
///
/// Errors: [`Error::Unreadable`] if the stored value is of another shape.
pub fn get<T: DeserializeOwned>(conn: &Connection, name: &str) -> Result<Option<T>, Error> {
    let text: Option<String> = conn
        .prepare_cached("SELECT value FROM setting WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()?;
    Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
}

/// Writes a setting.
pub fn set<T: Serialize + ?Sized>(tx: &Tx<'_>, name: &str, value: &T) -> Result<(), Error> {
    tx.prepare_cached(
        "INSERT INTO setting (name, value) VALUES (?1, ?2)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )?
    .execute((name, serde_json::to_string(value)?))?;
    tx.changed(Topic::Settings, None);
    Ok(())
}

/// Forgets a setting, so that its default holds again.
pub fn unset(tx: &Tx<'_>, name: &str) -> Result<(), Error> {
    tx.prepare_cached("DELETE FROM setting WHERE name = ?1")?.execute([name])?;
    tx.changed(Topic::Settings, None);
    Ok(())
}
