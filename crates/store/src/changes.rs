//! What changed and who changed it, so that a window knows what is stale and skips its own echo.

use fermata_model::{ConnectionId, RunId};
use rusqlite::Connection;

use crate::Error;

pub(crate) const MIGRATION: &str = "
CREATE TABLE change_log (
    seq     INTEGER PRIMARY KEY,
    topic   TEXT NOT NULL,
    subject INTEGER,
    writer  TEXT NOT NULL
) STRICT;
";

/// How many entries of the change log are kept; a window that was away longer reads everything.
const KEPT: i64 = 10_000;

/// What a window may have to read again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Topic {
    /// The approval queue.
    Approvals,
    /// Customers and their timelines.
    Customers,
    /// Orders, carts and parcels.
    Orders,
    /// Tickets and messages.
    Tickets,
    /// Products and stock.
    Products,
    /// Connections, their health and progress.
    Connections,
    /// Alerts.
    Alerts,
    /// Workflows, their modes and runs.
    Workflows,
    /// Settings.
    Settings,
    /// The action ledger.
    Ledger,
}

impl Topic {
    /// Returns the name used in the log and in server-sent events.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Approvals => "approvals",
            Self::Customers => "customers",
            Self::Orders => "orders",
            Self::Tickets => "tickets",
            Self::Products => "products",
            Self::Connections => "connections",
            Self::Alerts => "alerts",
            Self::Workflows => "workflows",
            Self::Settings => "settings",
            Self::Ledger => "ledger",
        }
    }
}

/// Who writes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Writer {
    /// A person, by name.
    Person(String),
    /// What was pulled from a connection.
    Sync(ConnectionId),
    /// A workflow's run.
    Run(RunId),
    /// A duty of Fermata's own, such as the reconciler.
    System(&'static str),
}

impl std::fmt::Display for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Person(name) => write!(f, "person:{name}"),
            Self::Sync(connection) => write!(f, "sync:{connection}"),
            Self::Run(run) => write!(f, "run:{run}"),
            Self::System(duty) => write!(f, "system:{duty}"),
        }
    }
}

/// One committed change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its place in the log.
    pub seq: i64,
    /// What is stale.
    pub topic: Topic,
    /// The one row that changed, if it was one.
    pub subject: Option<i64>,
    /// Who changed it.
    pub writer: Writer,
}

/// Returns the place of the newest change in the log, whichever process made it.
pub fn last_change(conn: &Connection) -> Result<i64, Error> {
    let seq = conn
        .prepare_cached("SELECT COALESCE(MAX(seq), 0) FROM change_log")?
        .query_row([], |row| row.get(0))?;
    Ok(seq)
}

/// Writes what a transaction touched into the log and returns it for those who listen.
pub(crate) fn record(
    conn: &Connection,
    writer: &Writer,
    touched: &[(Topic, Option<i64>)],
) -> Result<Vec<Change>, Error> {
    let mut insert =
        conn.prepare_cached("INSERT INTO change_log (topic, subject, writer) VALUES (?1, ?2, ?3)")?;
    let name = writer.to_string();
    let mut changes = Vec::with_capacity(touched.len());
    for &(topic, subject) in touched {
        let seq = insert.insert((topic.name(), subject, &name))?;
        changes.push(Change { seq, topic, subject, writer: writer.clone() });
    }
    if let Some(last) = changes.last()
        && last.seq % 256 < touched.len() as i64
    {
        conn.prepare_cached("DELETE FROM change_log WHERE seq <= ?1")?.execute([last.seq - KEPT])?;
    }
    Ok(changes)
}
