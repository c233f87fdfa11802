//! Runs of workflows: what each remembers and what it waits for; and how far workflows are trusted.

use std::fmt;
use std::str::FromStr;

use fermata_model::platform::UnknownName;
use fermata_model::{CustomerId, Mode, RunId, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row};

use crate::columns::name;
use crate::time::{column, from_sql, optional, to_sql};

pub(crate) const MIGRATION: &str = "
CREATE TABLE run (
  id INTEGER PRIMARY KEY,
  workflow TEXT NOT NULL,
  version INTEGER NOT NULL,
  occurrence TEXT NOT NULL,
  customer INTEGER,
  state TEXT NOT NULL,
  memory TEXT NOT NULL,
  wake_at INTEGER,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  note TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX run_occurrence ON run(workflow, occurrence);
CREATE INDEX run_state ON run(state, wake_at);
CREATE INDEX run_customer ON run(customer) WHERE customer IS NOT NULL;
CREATE TABLE workflow_mode (
  id INTEGER PRIMARY KEY,
  workflow TEXT NOT NULL,
  mode TEXT NOT NULL,
  set_by TEXT NOT NULL,
  set_at INTEGER NOT NULL
) STRICT;
CREATE INDEX workflow_mode_workflow ON workflow_mode(workflow, id);
";

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RunState {
    /// Waits for an event, a decision or a time.
    Waiting,
    /// Has done what it does and watches the outcome.
    Watching,
    /// Ended.
    Done,
    /// Could not go on; the note says why.
    Failed,
}

impl RunState {
    /// Returns the name used in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Watching => "watching",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }
}

impl fmt::Display for RunState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for RunState {
    type Err = UnknownName;
    fn from_str(text: &str) -> Result<Self, UnknownName> {
        match text {
            "waiting" => Ok(Self::Waiting),
            "watching" => Ok(Self::Watching),
            "done" => Ok(Self::Done),
            "failed" => Ok(Self::Failed),
            _ => Err(UnknownName(text.to_owned())),
        }
    }
}

/// One execution of a workflow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// The workflow.
    pub workflow: String,
    /// The version that it began with and ends with.
    pub version: i64,
    /// What makes it one of a kind, such as the parcel it is about.
    pub occurrence: String,
    /// Whom it concerns.
    pub customer: Option<CustomerId>,
    /// Where it stands.
    pub state: RunState,
    /// What it remembers, as the engine's JSON.
    pub memory: String,
    /// When it goes on by itself, if it does.
    pub wake_at: Option<Timestamp>,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// What it last did, in words.
    pub note: String,
}

/// A mode that was set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModeSet {
    /// The mode.
    pub mode: Mode,
    /// Who set it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

const COLUMNS: &str =
    "id, workflow, version, occurrence, customer, state, memory, wake_at, started_at, ended_at, note";

fn read_row(row: &Row<'_>) -> rusqlite::Result<Run> {
    Ok(Run {
        id: RunId(row.get(0)?),
        workflow: row.get(1)?,
        version: row.get(2)?,
        occurrence: row.get(3)?,
        customer: row.get::<_, Option<i64>>(4)?.map(CustomerId),
        state: name(row, 5)?,
        memory: row.get(6)?,
        wake_at: optional(row, 7)?,
        started_at: column(row, 8)?,
        ended_at: optional(row, 9)?,
        note: row.get(10)?,
    })
}

/// Reads one run.
pub fn get(conn: &Connection, id: RunId) -> rusqlite::Result<Option<Run>> {
    conn.prepare_cached(&format!("SELECT {COLUMNS} FROM run WHERE id = ?1"))?
        .query_row([id.0], read_row)
        .optional()
}

/// Finds the run of a workflow for an occurrence.
pub fn of_occurrence(conn: &Connection, workflow: &str, occurrence: &str) -> rusqlite::Result<Option<RunId>> {
    conn.prepare_cached("SELECT id FROM run WHERE workflow = ?1 AND occurrence = ?2")?
        .query_row((workflow, occurrence), |row| row.get(0).map(RunId))
        .optional()
}

/// Lists the latest runs, of one workflow or of all.
pub fn latest(conn: &Connection, workflow: Option<&str>, limit: u32) -> rusqlite::Result<Vec<Run>> {
    conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM run WHERE ?1 IS NULL OR workflow = ?1 ORDER BY id DESC LIMIT ?2"
    ))?
    .query_map((workflow, limit), read_row)?
    .collect()
}

/// Counts a workflow's runs that have not ended, and all it ever had.
pub fn count(conn: &Connection, workflow: &str) -> rusqlite::Result<(i64, i64)> {
    conn.prepare_cached(
        "SELECT COALESCE(SUM(state IN ('waiting', 'watching')), 0), COUNT(*) FROM run WHERE workflow = ?1",
    )?
    .query_row([workflow], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Lists the unfinished runs whose time has come.
pub fn due(conn: &Connection, now: Timestamp, limit: u32) -> rusqlite::Result<Vec<RunId>> {
    conn.prepare_cached(
        "SELECT id FROM run WHERE state IN ('waiting', 'watching') AND wake_at <= ?1 ORDER BY wake_at, id LIMIT ?2",
    )?
    .query_map((to_sql(now), limit), |row| row.get(0).map(RunId))?
    .collect()
}

/// Lists a workflow's runs about a customer that watch the outcome.
pub fn watching(conn: &Connection, workflow: &str, customer: CustomerId) -> rusqlite::Result<Vec<Run>> {
    conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM run WHERE customer = ?2 AND workflow = ?1 AND state = 'watching' ORDER BY id"
    ))?
    .query_map((workflow, customer.0), read_row)?
    .collect()
}

/// Returns when the next run goes on by itself.
pub fn next_due(conn: &Connection) -> rusqlite::Result<Option<Timestamp>> {
    let soonest: Option<i64> = conn
        .prepare_cached("SELECT MIN(wake_at) FROM run WHERE state IN ('waiting', 'watching')")?
        .query_row([], |row| row.get(0))?;
    Ok(soonest.and_then(|micros| from_sql(micros).ok()))
}

/// Writes a new run down; `run.id` is ignored. A constraint violation means that the workflow has
/// run for this occurrence.
pub fn insert(conn: &Connection, run: &Run) -> rusqlite::Result<RunId> {
    conn.prepare_cached(
        "INSERT INTO run (workflow, version, occurrence, customer, state, memory, wake_at, started_at, ended_at, \
         note) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?
    .execute((
        &run.workflow,
        run.version,
        &run.occurrence,
        run.customer.map(|c| c.0),
        run.state.name(),
        &run.memory,
        run.wake_at.map(to_sql),
        to_sql(run.started_at),
        run.ended_at.map(to_sql),
        &run.note,
    ))?;
    Ok(RunId(conn.last_insert_rowid()))
}

/// Writes what a run has come to.
pub fn update(conn: &Connection, run: &Run) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "UPDATE run SET state = ?2, memory = ?3, wake_at = ?4, ended_at = ?5, note = ?6 WHERE id = ?1",
    )?
    .execute((
        run.id.0,
        run.state.name(),
        &run.memory,
        run.wake_at.map(to_sql),
        run.ended_at.map(to_sql),
        &run.note,
    ))?;
    Ok(())
}

/// Makes an unfinished run due, if it is not due sooner.
pub fn wake(conn: &Connection, run: RunId, now: Timestamp) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "UPDATE run SET wake_at = ?2 WHERE id = ?1 AND state IN ('waiting', 'watching') \
         AND (wake_at IS NULL OR wake_at > ?2)",
    )?
    .execute((run.0, to_sql(now)))?;
    Ok(())
}

/// Makes the unfinished runs of a customer due.
pub fn wake_of(conn: &Connection, customer: CustomerId, now: Timestamp) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "UPDATE run SET wake_at = ?2 WHERE customer = ?1 AND state IN ('waiting', 'watching') \
         AND (wake_at IS NULL OR wake_at > ?2)",
    )?
    .execute((customer.0, to_sql(now)))?;
    Ok(())
}

/// Makes every run due that is under way.
pub fn wake_waiting(conn: &Connection, now: Timestamp) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "UPDATE run SET wake_at = ?1 WHERE state = 'waiting' AND (wake_at IS NULL OR wake_at > ?1)",
    )?
    .execute([to_sql(now)])?;
    Ok(())
}

/// Moves runs to the customer that another one became part of.
pub fn repoint_customer(conn: &Connection, from: CustomerId, to: CustomerId) -> rusqlite::Result<()> {
    conn.prepare_cached("UPDATE run SET customer = ?2 WHERE customer = ?1")?.execute((from.0, to.0))?;
    Ok(())
}

/// Reads the modes a workflow has had, newest first; empty if it stands at its default.
pub fn modes(conn: &Connection, workflow: &str) -> rusqlite::Result<Vec<ModeSet>> {
    conn.prepare_cached(
        "SELECT mode, set_by, set_at FROM workflow_mode WHERE workflow = ?1 ORDER BY id DESC",
    )?
    .query_map([workflow], |row| Ok(ModeSet { mode: name(row, 0)?, by: row.get(1)?, at: column(row, 2)? }))?
    .collect()
}

/// Sets a workflow's mode.
pub fn set_mode(conn: &Connection, workflow: &str, set: &ModeSet) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "INSERT INTO workflow_mode (workflow, mode, set_by, set_at) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute((workflow, set.mode.name(), &set.by, to_sql(set.at)))?;
    Ok(())
}
