//! The ledger's table, and how a row is read from it.

use fermata_model::{Action, CustomerId, ProposalId, RunId};
use rusqlite::Row;

use super::proposal::{Origin, Proposal};
use crate::columns::{json, json_opt, name};
use crate::time::{column, optional};

/// `proposal_money_once` is the promise "one unfinished money action per target";
/// `proposal_occurrence` is "once per workflow, step and occurrence".
pub(crate) const MIGRATION: &str = "
CREATE TABLE proposal (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  version INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  state TEXT NOT NULL,
  surface TEXT NOT NULL,
  kind TEXT NOT NULL,
  action TEXT NOT NULL,
  connection INTEGER NOT NULL,
  target_stream TEXT NOT NULL,
  target_id TEXT NOT NULL,
  amount_minor INTEGER,
  currency TEXT,
  customer INTEGER,
  workflow TEXT,
  workflow_version INTEGER NOT NULL,
  run INTEGER,
  step TEXT NOT NULL,
  occurrence TEXT NOT NULL,
  plan INTEGER,
  after INTEGER,
  card TEXT NOT NULL,
  made_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  deadline_at INTEGER,
  later_until INTEGER,
  undo_seconds INTEGER NOT NULL,
  decided_by TEXT,
  decided_at INTEGER,
  leaves_at INTEGER,
  batch INTEGER,
  next_at INTEGER,
  lease_epoch INTEGER NOT NULL,
  frozen TEXT,
  receipt TEXT,
  trouble TEXT,
  progress TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX proposal_money_once ON proposal(connection, target_stream, target_id)
  WHERE amount_minor IS NOT NULL
    AND state IN ('proposed', 'held', 'approved', 'sending', 'in_doubt', 'accepted');
CREATE UNIQUE INDEX proposal_occurrence ON proposal(workflow, step, occurrence) WHERE workflow IS NOT NULL;
CREATE INDEX proposal_state ON proposal(state, deadline_at);
CREATE INDEX proposal_customer ON proposal(customer, created_at) WHERE customer IS NOT NULL;
CREATE INDEX proposal_run ON proposal(run) WHERE run IS NOT NULL;
CREATE INDEX proposal_plan ON proposal(plan);
CREATE INDEX proposal_decided ON proposal(decided_at) WHERE decided_at IS NOT NULL;
CREATE TABLE lease (
  name TEXT PRIMARY KEY,
  holder TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  ends_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
";

/// The columns that [`read_row`] reads, in its order.
pub(super) const COLUMNS: &str = "id, key, version, epoch, state, surface, action, customer, workflow, \
     workflow_version, run, step, occurrence, plan, after, card, made_by, created_at, deadline_at, later_until, \
     undo_seconds, decided_by, decided_at, leaves_at, batch, next_at, lease_epoch, frozen, receipt, trouble, progress, \
     (SELECT platform FROM connection WHERE connection.id = proposal.connection)";

/// Reads one row of [`COLUMNS`].
pub(super) fn read_row(row: &Row<'_>) -> rusqlite::Result<Proposal> {
    let id = ProposalId(row.get(0)?);
    let action: Action = json(row, 6)?;
    Ok(Proposal {
        id,
        key: name(row, 1)?,
        version: row.get(2)?,
        epoch: row.get(3)?,
        state: name(row, 4)?,
        surface: name(row, 5)?,
        action,
        customer: row.get::<_, Option<i64>>(7)?.map(CustomerId),
        origin: Origin {
            workflow: row.get(8)?,
            workflow_version: row.get(9)?,
            run: row.get::<_, Option<i64>>(10)?.map(RunId),
            step: row.get(11)?,
            occurrence: row.get(12)?,
        },
        group: row.get::<_, Option<i64>>(13)?.map_or(id, ProposalId),
        after: row.get::<_, Option<i64>>(14)?.map(ProposalId),
        case: json(row, 15)?,
        made_by: name(row, 16)?,
        created_at: column(row, 17)?,
        deadline_at: optional(row, 18)?,
        later_until: optional(row, 19)?,
        undo_seconds: row.get(20)?,
        decided_by: row.get::<_, Option<String>>(21)?.map(|_| name(row, 21)).transpose()?,
        decided_at: optional(row, 22)?,
        leaves_at: optional(row, 23)?,
        batch: row.get(24)?,
        next_at: optional(row, 25)?,
        lease_epoch: row.get(26)?,
        frozen: json_opt(row, 27)?,
        receipt: json_opt(row, 28)?,
        trouble: json_opt(row, 29)?,
        progress: json(row, 30)?,
        platform: row.get::<_, Option<String>>(31)?.map(|_| name(row, 31)).transpose()?,
    })
}
