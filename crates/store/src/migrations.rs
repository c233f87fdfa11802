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
    ("2026-11-21 20:10 records", crate::records::MIGRATION),
    ("2026-11-21 20:11 people", crate::people::MIGRATION),
    ("2026-11-21 20:12 lines", crate::lines::MIGRATION),
    ("2026-11-21 20:13 orders", crate::orders::MIGRATION),
    ("2026-11-21 20:14 carts", crate::carts::MIGRATION),
    ("2026-11-21 20:15 products", crate::products::MIGRATION),
    ("2026-11-21 20:16 tickets", crate::tickets::MIGRATION),
    ("2026-11-21 20:17 sends", crate::sends::MIGRATION),
    ("2026-11-21 20:18 identities", crate::identities::MIGRATION),
    ("2026-11-21 20:19 customers", crate::customers::MIGRATION),
    ("2026-11-21 20:20 timeline", crate::timeline::MIGRATION),
    ("2026-11-21 20:21 feed", crate::feed::MIGRATION),
    ("2026-11-21 20:22 search", crate::search::MIGRATION),
    ("2026-11-21 20:23 aside", crate::aside::MIGRATION),
    ("2026-11-21 20:30 alerts", crate::alerts::MIGRATION),
    ("2026-11-21 20:31 audit", crate::audit::MIGRATION),
    ("2026-11-21 20:32 guardrails", crate::guardrails::MIGRATION),
    ("2026-11-21 20:33 ledger", crate::ledger::MIGRATION),
    ("2026-11-21 20:34 runs", crate::runs::MIGRATION),
    ("2026-11-21 20:40 figures", crate::figures::MIGRATION),
    ("2026-11-21 23:40 kept", crate::kept::MIGRATION),
    ("2026-11-22 00:30 sweeps", crate::sweeps::MIGRATION),
    ("2026-11-22 00:55 share", crate::connections::SHARE),
    ("2026-11-22 03:40 proved", crate::proved::MIGRATION),
    ("2026-11-22 05:00 overlooked", crate::sweeps::OVERLOOKED),
    ("2026-11-22 07:20 arrivals", crate::arrivals::MIGRATION),
    ("2026-11-22 08:45 belongs", crate::kept::BELONGS),
    ("2026-11-22 15:00 named with identity", crate::records::NAMED_WITH_IDENTITY),
    ("2026-11-22 18:30 packed", crate::raw::PACKED),
    ("2026-11-22 21:40 members", crate::kept::MEMBERS),
    ("2026-11-22 21:45 patterns", crate::patterns::MIGRATION),
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
    steps().to_latest(conn).map_err(|error| match error {
        rusqlite_migration::Error::RusqliteError { err, .. } => Error::from(err),
        other => Error::unreadable("schema", other),
    })
}

fn steps() -> Migrations<'static> {
    Migrations::new(HISTORY.iter().map(|(name, sql)| M::up(sql).comment(name)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_is_named_by_its_own_time_in_order() {
        assert!(HISTORY.is_sorted_by(|(one, _), (next, _)| one.len() > 16 && one[..16] < next[..16]));
    }

    #[test]
    fn a_store_from_before_texts_were_compressed_takes_both_and_none_of_them_is_moved() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        let mut conn = Connection::open(&path).unwrap();
        let packed = HISTORY.iter().position(|(name, _)| name.ends_with(" packed")).unwrap();
        steps().to_version(&mut conn, packed).unwrap();
        conn.execute("INSERT INTO raw (record, body) VALUES (1, '{}')", ()).unwrap();
        let other = Connection::open(&path).unwrap();
        let blob = "INSERT INTO raw (record, body) VALUES (2, x'00ff')";
        assert!(other.execute(blob, ()).is_err(), "it takes texts alone");
        let place = "SELECT rootpage FROM sqlite_schema WHERE name = 'raw'";
        let before: i64 = conn.query_row(place, (), |row| row.get(0)).unwrap();

        apply(&mut conn, &path).unwrap();
        let after: i64 = conn.query_row(place, (), |row| row.get(0)).unwrap();
        assert_eq!(before, after, "the table lies where it lay");
        other.execute(blob, ()).expect("who had it open knows as well");
        let kinds: String = conn
            .query_row("SELECT group_concat(typeof(body), ' ') FROM raw ORDER BY record", (), |row| {
                row.get(0)
            })
            .unwrap();
        assert_eq!(kinds, "text blob");
        let sound: String = conn.query_row("PRAGMA integrity_check", (), |row| row.get(0)).unwrap();
        assert_eq!(sound, "ok");
        let of_new: String =
            conn.query_row("SELECT sql FROM sqlite_schema WHERE name = 'raw'", (), |row| row.get(0)).unwrap();
        assert!(of_new.contains("ANY NOT NULL") && of_new.ends_with("STRICT"), "{of_new}");
    }
}
