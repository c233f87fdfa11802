//! The ledger and its audit chain.

use super::shell::count;
use crate::Problem;
use crate::console::Console;
use crate::door::Caller;
use crate::wire::{AuditCheck, Ledger, LedgerEntry, LedgerList, Nothing};

/// How many entries a page holds unless told otherwise.
const PAGE: u32 = 200;

impl Console {
    pub(crate) async fn ledger_list(&self, _: &Caller, request: LedgerList) -> Result<Ledger, Problem> {
        let limit = if request.limit == 0 { PAGE } else { request.limit.min(10_000) };
        let kept = self
            .read(move |conn| fermata_store::ledger::numbers::newest(conn, request.before, limit))
            .await?;
        let next = (kept.len() == limit as usize).then(|| kept.last().map(|p| p.id.0)).flatten();
        let entries = kept
            .into_iter()
            .map(|p| LedgerEntry {
                id: p.id,
                key: p.key.to_string(),
                kind: p.action.kind(),
                target: p.action.target().label.clone(),
                amount: p.action.amount(),
                state: p.state,
                moved_at: moved_at(&p),
                attempts: p.progress.attempts,
                decided_by: p.decided_by.as_ref().map(fermata_engine::words::who),
                receipt: p.receipt.map(|r| r.external_id),
            })
            .collect();
        Ok(Ledger { entries, next })
    }

    pub(crate) async fn audit_check(&self, _: &Caller, _: Nothing) -> Result<AuditCheck, Problem> {
        let verified = self.engine(fermata_engine::Engine::verify_audit).await?;
        Ok(AuditCheck {
            entries: count(usize::try_from(verified.entries).unwrap_or_default()),
            head: verified.head,
            first_bad: verified.broken_at,
        })
    }
}

/// Returns when an action last moved.
fn moved_at(proposal: &fermata_engine::Proposal) -> fermata_model::Timestamp {
    let progress = &proposal.progress;
    [proposal.decided_at, progress.sent_at, progress.accepted_at, progress.looks.last_at]
        .into_iter()
        .flatten()
        .fold(proposal.created_at, Ord::max)
}
