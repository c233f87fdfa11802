//! Reads of the ledger: one row, lists, sums, and what is due.

use fermata_model::{
    ConnectionId, Currency, CustomerId, Money, ProposalId, RecordRef, RunId, State, Timestamp,
};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params_from_iter};

use super::proposal::Proposal;
use super::table::{COLUMNS, read_row};
use crate::time::{from_sql, to_sql};

/// The tabs of the approvals screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tab {
    /// Waits in the queue.
    ToApprove,
    /// Suggested beside a customer.
    Suggestions,
    /// Approved, sending or taken by the platform: not yet done.
    Leaving,
    /// The answer was lost.
    InDoubt,
    /// Has come to an end.
    Decided,
    /// What workflows in shadow would have done.
    Shadow,
    /// All.
    All,
}

/// Which proposals a list holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// The tab; `None` is all.
    pub tab: Option<Tab>,
    /// Of one customer.
    pub customer: Option<CustomerId>,
    /// Of one workflow.
    pub workflow: Option<String>,
    /// Proposals put aside until later than this are left out of [`Tab::ToApprove`] and
    /// [`Tab::Suggestions`]; `None` shows them.
    pub awake_at: Option<Timestamp>,
}

/// How many proposals there are and what they sum up to, per currency.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// Count of proposals.
    pub count: i64,
    /// Sum of their amounts, one per currency, by code.
    pub money: Vec<Money>,
    /// When the oldest of them was made.
    pub oldest_at: Option<Timestamp>,
}

impl Filter {
    fn sql(&self) -> (String, Vec<Value>) {
        let mut clause = match self.tab {
            None | Some(Tab::All) => "1",
            Some(Tab::ToApprove) => "state = 'held' AND surface = 'queue'",
            Some(Tab::Suggestions) => "state = 'held' AND surface = 'suggestion'",
            Some(Tab::Leaving) => "state IN ('approved', 'sending', 'accepted')",
            Some(Tab::InDoubt) => "state = 'in_doubt'",
            Some(Tab::Decided) => "state IN ('confirmed', 'refused', 'expired', 'undone')",
            Some(Tab::Shadow) => "state = 'shadowed'",
        }
        .to_owned();
        let mut values = Vec::new();
        if let Some(customer) = self.customer {
            clause.push_str(" AND customer = ?");
            values.push(Value::from(customer.0));
        }
        if let Some(workflow) = &self.workflow {
            clause.push_str(" AND workflow = ?");
            values.push(Value::from(workflow.clone()));
        }
        if let (Some(now), Some(Tab::ToApprove | Tab::Suggestions)) = (self.awake_at, self.tab) {
            clause.push_str(" AND (later_until IS NULL OR later_until <= ?)");
            values.push(Value::from(to_sql(now)));
        }
        (clause, values)
    }

    /// What expires first, then what costs most; what has ended, newest first.
    fn order(&self) -> &'static str {
        match self.tab {
            Some(Tab::ToApprove | Tab::Suggestions) => {
                "deadline_at NULLS LAST, amount_minor DESC NULLS LAST, id"
            }
            Some(Tab::InDoubt) => "amount_minor DESC NULLS LAST, id",
            Some(Tab::Leaving) => "leaves_at, id",
            _ => "COALESCE(decided_at, created_at) DESC, id DESC",
        }
    }
}

/// Reads one proposal.
pub fn get(conn: &Connection, id: ProposalId) -> rusqlite::Result<Option<Proposal>> {
    conn.prepare_cached(&format!("SELECT {COLUMNS} FROM proposal WHERE id = ?1"))?
        .query_row([id.0], read_row)
        .optional()
}

/// Lists proposals from `offset` on, at most `limit`.
pub fn list(conn: &Connection, filter: &Filter, offset: u32, limit: u32) -> rusqlite::Result<Vec<Proposal>> {
    let (clause, mut values) = filter.sql();
    values.push(Value::from(limit));
    values.push(Value::from(offset));
    let sql =
        format!("SELECT {COLUMNS} FROM proposal WHERE {clause} ORDER BY {} LIMIT ? OFFSET ?", filter.order());
    conn.prepare_cached(&sql)?.query_map(params_from_iter(values), read_row)?.collect()
}

/// Counts and sums what a list holds.
pub fn sum(conn: &Connection, filter: &Filter) -> rusqlite::Result<Sum> {
    let (clause, values) = filter.sql();
    let mut statement = conn.prepare_cached(&format!(
        "SELECT currency, COUNT(*), SUM(amount_minor), MIN(created_at) FROM proposal WHERE {clause} \
         GROUP BY currency ORDER BY currency"
    ))?;
    let mut rows = statement.query(params_from_iter(values))?;
    let mut sum = Sum::default();
    while let Some(row) = rows.next()? {
        sum.count += row.get::<_, i64>(1)?;
        if let Some(money) = crate::columns::money(row, 2, 0)? {
            sum.money.push(money);
        }
        let oldest = crate::time::optional(row, 3)?;
        sum.oldest_at = match (sum.oldest_at, oldest) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }
    Ok(sum)
}

fn ids(conn: &Connection, sql: &str, values: Vec<Value>) -> rusqlite::Result<Vec<ProposalId>> {
    conn.prepare_cached(sql)?.query_map(params_from_iter(values), |row| row.get(0).map(ProposalId))?.collect()
}

/// Lists approved actions whose undo window and waiting time are over, the one that waits longest
/// first.
pub fn ready_to_send(conn: &Connection, now: Timestamp, limit: u32) -> rusqlite::Result<Vec<ProposalId>> {
    ids(
        conn,
        "SELECT id FROM proposal WHERE state = 'approved' AND leaves_at <= ?1 \
         AND (next_at IS NULL OR next_at <= ?1) ORDER BY COALESCE(next_at, leaves_at), id LIMIT ?2",
        vec![to_sql(now).into(), limit.into()],
    )
}

/// Lists actions in doubt, or taken and not yet visible, that are due to be asked after; of a connection
/// that is gone nothing can be asked.
pub fn ready_to_look(conn: &Connection, now: Timestamp, limit: u32) -> rusqlite::Result<Vec<ProposalId>> {
    ids(
        conn,
        "SELECT id FROM proposal WHERE state IN ('in_doubt', 'accepted') \
         AND (next_at IS NULL OR next_at <= ?1) AND connection IN (SELECT id FROM connection) \
         ORDER BY next_at, id LIMIT ?2",
        vec![to_sql(now).into(), limit.into()],
    )
}

/// Lists actions in doubt, or taken and not yet visible, of connections that are gone, for as long as their
/// trouble has not this code.
pub fn unanswerable(conn: &Connection, code: &str, limit: u32) -> rusqlite::Result<Vec<ProposalId>> {
    ids(
        conn,
        "SELECT id FROM proposal WHERE state IN ('in_doubt', 'accepted') \
         AND connection NOT IN (SELECT id FROM connection) \
         AND (state = 'accepted' OR trouble IS NULL OR trouble ->> '$.code' <> ?1) ORDER BY id LIMIT ?2",
        vec![code.to_owned().into(), limit.into()],
    )
}

/// Lists held proposals whose deadline has passed.
pub fn past_deadline(conn: &Connection, now: Timestamp, limit: u32) -> rusqlite::Result<Vec<ProposalId>> {
    ids(
        conn,
        "SELECT id FROM proposal WHERE state = 'held' AND deadline_at <= ?1 ORDER BY deadline_at, id LIMIT ?2",
        vec![to_sql(now).into(), limit.into()],
    )
}

/// Lists what waits for a connection, held or approved, the newest first: what waits for another
/// comes before it.
pub fn waiting_at(conn: &Connection, connection: ConnectionId) -> rusqlite::Result<Vec<ProposalId>> {
    ids(
        conn,
        "SELECT id FROM proposal WHERE state IN ('held', 'approved') AND connection = ?1 ORDER BY id DESC",
        vec![connection.0.into()],
    )
}

/// Lists what waits for connections that are gone, in the order of [`waiting_at`].
pub fn stranded(conn: &Connection, limit: u32) -> rusqlite::Result<Vec<ProposalId>> {
    ids(
        conn,
        "SELECT id FROM proposal WHERE state IN ('held', 'approved') \
         AND connection NOT IN (SELECT id FROM connection) ORDER BY id DESC LIMIT ?1",
        vec![limit.into()],
    )
}

/// Lists what was `sending` under a lease older than this epoch: nobody knows what became of it.
pub fn sending_before(conn: &Connection, epoch: i64) -> rusqlite::Result<Vec<ProposalId>> {
    ids(
        conn,
        "SELECT id FROM proposal WHERE state = 'sending' AND lease_epoch < ?1 ORDER BY id",
        vec![epoch.into()],
    )
}

/// Lists the approved proposals of one batch of decisions.
pub fn approved_in_batch(conn: &Connection, batch: i64) -> rusqlite::Result<Vec<ProposalId>> {
    ids(
        conn,
        "SELECT id FROM proposal WHERE state = 'approved' AND batch = ?1 ORDER BY id",
        vec![batch.into()],
    )
}

/// Returns the number of the last batch that somebody decided; without an actor, of the last at all.
pub fn last_batch(conn: &Connection, actor: Option<&str>) -> rusqlite::Result<Option<i64>> {
    conn.prepare_cached("SELECT MAX(batch) FROM proposal WHERE ?1 IS NULL OR decided_by = ?1")?
        .query_row([actor], |row| row.get(0))
}

/// Finds the unfinished money action on a target, if there is one.
pub fn unfinished_money(conn: &Connection, target: &RecordRef) -> rusqlite::Result<Option<ProposalId>> {
    conn.prepare_cached(
        "SELECT id FROM proposal WHERE connection = ?1 AND target_stream = ?2 AND target_id = ?3 \
         AND amount_minor IS NOT NULL \
         AND state IN ('proposed', 'held', 'approved', 'sending', 'in_doubt', 'accepted')",
    )?
    .query_row((target.connection.0, target.stream.name(), &target.external_id), |row| {
        row.get(0).map(ProposalId)
    })
    .optional()
}

/// Finds what a workflow's step proposed for an occurrence.
pub fn of_occurrence(
    conn: &Connection,
    workflow: &str,
    step: &str,
    occurrence: &str,
) -> rusqlite::Result<Option<ProposalId>> {
    conn.prepare_cached("SELECT id FROM proposal WHERE workflow = ?1 AND step = ?2 AND occurrence = ?3")?
        .query_row((workflow, step, occurrence), |row| row.get(0).map(ProposalId))
        .optional()
}

/// Lists what a run proposed.
pub fn of_run(conn: &Connection, run: RunId) -> rusqlite::Result<Vec<ProposalId>> {
    ids(conn, "SELECT id FROM proposal WHERE run = ?1 ORDER BY id", vec![run.0.into()])
}

/// Lists the proposals of one plan, itself included.
pub fn of_group(conn: &Connection, lead: ProposalId) -> rusqlite::Result<Vec<ProposalId>> {
    ids(conn, "SELECT id FROM proposal WHERE id = ?1 OR plan = ?1 ORDER BY id", vec![lead.0.into()])
}

/// Lists the unfinished proposals that wait for this one.
pub fn waiting_for(conn: &Connection, first: ProposalId) -> rusqlite::Result<Vec<ProposalId>> {
    ids(
        conn,
        "SELECT id FROM proposal WHERE after = ?1 AND state IN ('held', 'approved') ORDER BY id",
        vec![first.0.into()],
    )
}

/// Lists the unfinished proposals about one customer.
pub fn unfinished_of(conn: &Connection, customer: CustomerId) -> rusqlite::Result<Vec<ProposalId>> {
    ids(
        conn,
        "SELECT id FROM proposal WHERE customer = ?1 \
         AND state IN ('proposed', 'held', 'approved', 'sending', 'in_doubt', 'accepted') ORDER BY id",
        vec![customer.0.into()],
    )
}

/// Whose actions a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted<'a> {
    /// All actions about one customer.
    Customer(CustomerId),
    /// All actions of one workflow.
    Workflow(&'a str),
}

/// Counts what was decided within `[from, to)` and may have been or will be done: approved,
/// sending, in doubt, accepted, confirmed, and reversed later. `except` is left out.
///
/// Returns how many there are, in any currency and without money too, and the sum in minor units
/// of those in `currency`.
pub fn used(
    conn: &Connection,
    counted: Counted<'_>,
    currency: Option<Currency>,
    from: Timestamp,
    to: Timestamp,
    except: Option<ProposalId>,
) -> rusqlite::Result<(i64, i64)> {
    let (clause, value) = match counted {
        Counted::Customer(customer) => ("customer = ?1", Value::from(customer.0)),
        Counted::Workflow(workflow) => ("workflow = ?1", Value::from(workflow.to_owned())),
    };
    conn.prepare_cached(&format!(
        "SELECT COUNT(*), COALESCE(SUM(CASE WHEN currency = ?5 THEN amount_minor ELSE 0 END), 0) FROM proposal \
         WHERE {clause} AND decided_at >= ?2 AND decided_at < ?3 AND id IS NOT ?4 \
         AND state IN ('approved', 'sending', 'in_doubt', 'accepted', 'confirmed', 'undone')"
    ))?
    .query_row(
        (value, to_sql(from), to_sql(to), except.map(|e| e.0), currency.map(Currency::code)),
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// Counts a customer's money actions of ours since an instant that were done or may have been.
pub fn money_actions_since(
    conn: &Connection,
    customer: CustomerId,
    since: Timestamp,
) -> rusqlite::Result<i64> {
    conn.prepare_cached(
        "SELECT COUNT(*) FROM proposal WHERE customer = ?1 AND amount_minor IS NOT NULL AND created_at >= ?2 \
         AND state IN ('approved', 'sending', 'in_doubt', 'accepted', 'confirmed')",
    )?
    .query_row((customer.0, to_sql(since)), |row| row.get(0))
}

/// Returns the soonest instant at which something in the ledger is due, if any.
pub fn next_due(conn: &Connection) -> rusqlite::Result<Option<Timestamp>> {
    let soonest: Option<i64> = conn
        .prepare_cached(
            "SELECT MIN(due) FROM ( \
             SELECT MIN(MAX(leaves_at, COALESCE(next_at, leaves_at))) AS due FROM proposal WHERE state = 'approved' \
             UNION ALL SELECT MIN(COALESCE(next_at, created_at)) FROM proposal WHERE state IN ('in_doubt', 'accepted') \
             AND connection IN (SELECT id FROM connection) \
             UNION ALL SELECT MIN(deadline_at) FROM proposal WHERE state = 'held')",
        )?
        .query_row([], |row| row.get(0))?;
    Ok(soonest.and_then(|micros| from_sql(micros).ok()))
}

/// Counts the proposals in each state.
pub fn count_by_state(conn: &Connection) -> rusqlite::Result<Vec<(State, i64)>> {
    conn.prepare_cached("SELECT state, COUNT(*) FROM proposal GROUP BY state")?
        .query_map([], |row| Ok((crate::columns::name(row, 0)?, row.get(1)?)))?
        .collect()
}
