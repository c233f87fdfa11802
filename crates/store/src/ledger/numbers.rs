//! Numbers about the ledger: what a workflow did, how long people take to decide.

use fermata_model::Timestamp;
use rusqlite::Connection;

use super::proposal::Proposal;
use super::table::{COLUMNS, read_row};
use crate::Error;
use crate::time::{optional, to_sql};

/// What became of a workflow's proposals.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// How many it made.
    pub proposed: u32,
    /// How many a person approved, whatever the platform made of them.
    pub approved: u32,
    /// How many of those a person had changed before.
    pub edited: u32,
    /// How many a person rejected.
    pub rejected: u32,
    /// When it last made one.
    pub last: Option<Timestamp>,
}

/// Counts what became of a workflow's proposals since an instant.
pub fn of_workflow(conn: &Connection, workflow: &str, since: Timestamp) -> Result<Record, Error> {
    let record = conn
        .prepare_cached(
            "SELECT COUNT(*),
                 COUNT(*) FILTER (WHERE by_person AND NOT rejected),
                 COUNT(*) FILTER (WHERE by_person AND NOT rejected AND made_by LIKE 'person:%'),
                 COUNT(*) FILTER (WHERE by_person AND rejected),
                 MAX(created_at)
             FROM (SELECT created_at, made_by, coalesce(decided_by LIKE 'person:%', 0) AS by_person,
                       coalesce(json_extract(trouble, '$.code') = 'rejected', 0) AS rejected
                   FROM proposal WHERE workflow = ?1 AND created_at >= ?2)",
        )?
        .query_row((workflow, to_sql(since)), |row| {
            Ok(Record {
                proposed: row.get(0)?,
                approved: row.get(1)?,
                edited: row.get(2)?,
                rejected: row.get(3)?,
                last: optional(row, 4)?,
            })
        })?;
    Ok(record)
}

/// Returns the median time from proposal to a person's decision since an instant, in seconds;
/// `None` if nobody decided anything.
pub fn median_to_decide(conn: &Connection, since: Timestamp) -> Result<Option<u32>, Error> {
    let mut query = conn.prepare_cached(
        "SELECT (decided_at - created_at) / 1000000 AS took FROM proposal
         WHERE decided_at >= ?1 AND decided_by LIKE 'person:%' ORDER BY took",
    )?;
    let took: Vec<i64> = query.query_map([to_sql(since)], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(took.get(took.len() / 2).map(|&seconds| u32::try_from(seconds.max(0)).unwrap_or(u32::MAX)))
}

/// Lists proposals, the newest first, those before `before` only if it is given.
pub fn newest(conn: &Connection, before: Option<i64>, limit: u32) -> Result<Vec<Proposal>, Error> {
    let mut query = conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM proposal WHERE id < coalesce(?1, 9223372036854775807) ORDER BY id DESC LIMIT ?2"
    ))?;
    let rows = query.query_map((before, limit), read_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}
