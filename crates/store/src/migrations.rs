//! Every change of the schema, in order. All that are pending run in one transaction.
//!
//! A migration is named by its time and never edited once released; a new one goes to the end of
//! the list. An older build refuses a file that a newer one has migrated.

use std::path::Path;

use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};

use crate::Error;

/// The schema's history: the time of each change, and its SQL.
const HISTORY: &[(&str, &str)] = &[
    ("2026-11-21 20:00 settings", crate::settings::MIGRATION),
    ("2026-11-21 20:01 changes", crate::changes::MIGRATION),
    ("2026-11-21 20:02 connections", crate::connections::MIGRATION),
    ("2026-11-21 20:03 progress", crate::progress::MIGRATION),
    ("2026-11-21 20:30 alerts", crate::alerts::MIGRATION),
    ("2026-11-21 20:31 audit", crate::audit::MIGRATION),
    ("2026-11-21 20:32 guardrails", crate::guardrails::MIGRATION),
    ("2026-11-21 20:33 ledger", crate::ledger::MIGRATION),
    ("2026-11-21 20:34 runs", crate::runs::MIGRATION),
];

/// Brings the schema up to date.
///
/// Errors: [`Error::TooNew`] if a newer build wrote the file.
pub(crate) fn apply(conn: &mut Connection, path: &Path) -> Result<(), Error> {
    let found: u32 = conn.query_row("PRAGMA user_version", (), |row| row.get(0))?;
    let found = found as usize;
    if found > HISTORY.len() {
        return Err(Error::TooNew { path: path.to_owned(), found, known: HISTORY.len() });
    }
    let steps = HISTORY.iter().map(|(name, sql)| M::up(sql).comment(name)).collect();
    Migrations::new(steps).to_latest(conn).map_err(|error| match error {
        rusqlite_migration::Error::RusqliteError { err, .. } => Error::from(err),
        other => Error::unreadable("schema", other),
    })
}
