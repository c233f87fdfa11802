//! Writes of the ledger: a new row, and the compare-and-set that every move is.

use fermata_model::{CustomerId, ProposalId, State};
use rusqlite::{Connection, named_params};

use super::proposal::{NewProposal, Progress, Proposal};
use crate::columns::to_json;
use crate::time::to_sql;

/// Writes a new proposal down, in state `proposed`, version 1.
///
/// Errors: a constraint violation if its target has another unfinished money action, or if the
/// workflow's step has been there for this occurrence; ask [`super::read::unfinished_money`] and
/// [`super::read::of_occurrence`] first, in the same transaction.
pub fn insert(conn: &Connection, new: &NewProposal) -> rusqlite::Result<ProposalId> {
    let target = new.action.target();
    let amount = new.action.amount();
    conn.prepare_cached(
        "INSERT INTO proposal (key, version, epoch, state, surface, kind, action, connection, target_stream, \
         target_id, amount_minor, currency, customer, workflow, workflow_version, run, step, occurrence, plan, \
         after, card, made_by, created_at, deadline_at, undo_seconds, lease_epoch, progress) \
         VALUES (:key, 1, 1, 'proposed', :surface, :kind, :action, :connection, :stream, :target, :minor, \
         :currency, :customer, :workflow, :workflow_version, :run, :step, :occurrence, :plan, :after, :card, \
         :made_by, :created_at, :deadline_at, :undo_seconds, 0, :progress)",
    )?
    .execute(named_params! {
        ":key": new.key.to_string(),
        ":surface": new.surface.name(),
        ":kind": new.action.kind().name(),
        ":action": to_json(&new.action)?,
        ":connection": target.connection.0,
        ":stream": target.stream.name(),
        ":target": target.external_id,
        ":minor": amount.map(|m| m.minor),
        ":currency": amount.map(|m| m.currency.code()),
        ":customer": new.customer.map(|c| c.0),
        ":workflow": new.origin.workflow,
        ":workflow_version": new.origin.workflow_version,
        ":run": new.origin.run.map(|r| r.0),
        ":step": new.origin.step,
        ":occurrence": new.origin.occurrence,
        ":plan": new.group.map(|g| g.0),
        ":after": new.after.map(|a| a.0),
        ":card": to_json(&new.case)?,
        ":made_by": new.made_by.to_string(),
        ":created_at": to_sql(new.created_at),
        ":deadline_at": new.deadline_at.map(to_sql),
        ":undo_seconds": new.undo_seconds,
        ":progress": to_json(&Progress::default())?,
    })?;
    Ok(ProposalId(conn.last_insert_rowid()))
}

/// Writes a row's new content if it still stands where the caller read it, and gives it the next
/// epoch. Returns whether it did; `false` means that somebody else was faster.
///
/// `row.epoch` is the epoch that was read, `from` the state that was read.
pub fn update(conn: &Connection, row: &Proposal, from: State) -> rusqlite::Result<bool> {
    let amount = row.action.amount();
    let changed = conn
        .prepare_cached(
            "UPDATE proposal SET version = :version, epoch = epoch + 1, state = :state, surface = :surface, \
             action = :action, amount_minor = :minor, currency = :currency, after = :after, card = :card, \
             made_by = :made_by, deadline_at = :deadline_at, later_until = :later_until, \
             undo_seconds = :undo_seconds, decided_by = :decided_by, decided_at = :decided_at, \
             leaves_at = :leaves_at, batch = :batch, next_at = :next_at, lease_epoch = :lease_epoch, \
             frozen = :frozen, receipt = :receipt, trouble = :trouble, progress = :progress \
             WHERE id = :id AND state = :from AND epoch = :epoch",
        )?
        .execute(named_params! {
            ":id": row.id.0,
            ":from": from.name(),
            ":epoch": row.epoch,
            ":version": row.version,
            ":state": row.state.name(),
            ":surface": row.surface.name(),
            ":action": to_json(&row.action)?,
            ":minor": amount.map(|m| m.minor),
            ":currency": amount.map(|m| m.currency.code()),
            ":after": row.after.map(|a| a.0),
            ":card": to_json(&row.case)?,
            ":made_by": row.made_by.to_string(),
            ":deadline_at": row.deadline_at.map(to_sql),
            ":later_until": row.later_until.map(to_sql),
            ":undo_seconds": row.undo_seconds,
            ":decided_by": row.decided_by.as_ref().map(ToString::to_string),
            ":decided_at": row.decided_at.map(to_sql),
            ":leaves_at": row.leaves_at.map(to_sql),
            ":batch": row.batch,
            ":next_at": row.next_at.map(to_sql),
            ":lease_epoch": row.lease_epoch,
            ":frozen": row.frozen.as_ref().map(to_json).transpose()?,
            ":receipt": row.receipt.as_ref().map(to_json).transpose()?,
            ":trouble": row.trouble.as_ref().map(to_json).transpose()?,
            ":progress": to_json(&row.progress)?,
        })?;
    Ok(changed == 1)
}

/// Moves proposals to the customer that another one became part of. Nothing about the actions
/// themselves changes, so versions stay.
pub fn repoint_customer(conn: &Connection, from: CustomerId, to: CustomerId) -> rusqlite::Result<()> {
    conn.prepare_cached("UPDATE proposal SET customer = ?2 WHERE customer = ?1")?.execute((from.0, to.0))?;
    Ok(())
}
