//! Who may send: a lease with an epoch that grows with every new holder.

use fermata_model::Timestamp;
use rusqlite::{Connection, OptionalExtension};

use crate::time::{column, to_sql};

/// The right to do something that only one at a time may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// Who holds it: a random id of one process's life.
    pub holder: String,
    /// Grows by one with every new holder.
    pub epoch: i64,
    /// When it runs out unless renewed.
    pub ends_at: Timestamp,
}

/// Reads a lease.
pub fn get(conn: &Connection, name: &str) -> rusqlite::Result<Option<Lease>> {
    conn.prepare_cached("SELECT holder, epoch, ends_at FROM lease WHERE name = ?1")?
        .query_row([name], |row| {
            Ok(Lease { holder: row.get(0)?, epoch: row.get(1)?, ends_at: column(row, 2)? })
        })
        .optional()
}

/// Writes a lease down, new or renewed. Whether that is allowed is the caller's to know, in the
/// same transaction.
pub fn put(conn: &Connection, name: &str, lease: &Lease) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "INSERT INTO lease (name, holder, epoch, ends_at) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, epoch = excluded.epoch, ends_at = excluded.ends_at",
    )?
    .execute((name, &lease.holder, lease.epoch, to_sql(lease.ends_at)))?;
    Ok(())
}
