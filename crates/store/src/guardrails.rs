//! Limits, undo windows and the stop switch: named settings of the engine, each with who set it.
//!
//! A value is JSON that the engine reads and writes; a name that was never set has the engine's
//! own default. Every value ever set is kept.

use fermata_model::Timestamp;
use rusqlite::{Connection, OptionalExtension};

use crate::time::{column, to_sql};

pub(crate) const MIGRATION: &str = "
CREATE TABLE policy (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  set_by TEXT NOT NULL,
  set_at INTEGER NOT NULL
) STRICT;
CREATE INDEX policy_name ON policy(name, id);
";

/// A value as it was set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set {
    /// The value, as JSON.
    pub value: String,
    /// Who set it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// Reads the present value of a name; `None` if it was never set.
pub fn get(conn: &Connection, name: &str) -> rusqlite::Result<Option<Set>> {
    conn.prepare_cached("SELECT value, set_by, set_at FROM policy WHERE name = ?1 ORDER BY id DESC LIMIT 1")?
        .query_row([name], |row| Ok(Set { value: row.get(0)?, by: row.get(1)?, at: column(row, 2)? }))
        .optional()
}

/// Lists every value that a name has had, newest first.
pub fn history(conn: &Connection, name: &str) -> rusqlite::Result<Vec<Set>> {
    conn.prepare_cached("SELECT value, set_by, set_at FROM policy WHERE name = ?1 ORDER BY id DESC")?
        .query_map([name], |row| Ok(Set { value: row.get(0)?, by: row.get(1)?, at: column(row, 2)? }))?
        .collect()
}

/// Sets a value.
pub fn set(conn: &Connection, name: &str, set: &Set) -> rusqlite::Result<()> {
    conn.prepare_cached("INSERT INTO policy (name, value, set_by, set_at) VALUES (?1, ?2, ?3, ?4)")?
        .execute((name, &set.value, &set.by, to_sql(set.at)))?;
    Ok(())
}
