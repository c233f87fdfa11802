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
    ("2026-11-23 02:00 together", crate::arrivals::TOGETHER),
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

    #[test]
    fn events_that_wait_in_a_store_from_before_they_were_kept_together_are_on_the_timeline() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        let mut conn = Connection::open(&path).unwrap();
        let before = HISTORY.iter().position(|(name, _)| name.ends_with(" together")).unwrap();
        steps().to_version(&mut conn, before).unwrap();
        // Half of what waited has been filed: that of customer 1.
        conn.execute_batch(
            "INSERT INTO arrival_run (run, first, last) VALUES (1, 2, 3), (2, 2, 2), (3, 9, 8);
             INSERT INTO arrival (run, customer, at, seq, kind, source, identity, learned_at, title, amount, currency, state)
             VALUES (1, 1, 10, 1024, 1, 2, 1, 50, '#1', 100, 'EUR', 'PAID'),
                    (1, 2, 11, 2048, 1, 2, 2, 50, '#2', 200, 'EUR', 'PAID'),
                    (1, 3, 12, 3072, 1, 2, 3, 50, '#3', NULL, NULL, NULL),
                    (2, 2, 10, 4096, 1, 2, 2, 51, '#4', NULL, NULL, NULL);
             INSERT INTO event (customer, at, seq, kind, source, identity, learned_at, title, amount, currency, state)
             SELECT customer, at, seq, kind, source, identity, learned_at, title, amount, currency, state
             FROM arrival WHERE customer = 1;",
        )
        .unwrap();
        let read = |conn: &Connection, from: &str| -> Vec<String> {
            let sql = format!(
                "SELECT concat_ws(' ', customer, at, seq, kind, source, identity, learned_at, title, amount, currency,
                     state) AS line FROM {from} ORDER BY line"
            );
            let mut query = conn.prepare(&sql).unwrap();
            query.query_map((), |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
        };
        let waited = read(&conn, "happened");
        assert_eq!(waited.len(), 4);

        apply(&mut conn, &path).unwrap();
        assert_eq!(read(&conn, "happened"), waited);
        assert_eq!(read(&conn, "event"), waited, "none of it waits");
    }
}
