//! What a run waits for can never come: an account was removed, or its subject is no more. What the
//! run holds back meanwhile is proposed to be let go, and the proposal says why.

use fermata_model::{Action, ProposalId, State};
use fermata_store::ledger::Proposal;

use super::memory::{self, Memory};
use super::walk::{Needed, REST_HOURS, Reached, Walk, hours};
use crate::Error;
use crate::agreement::{Books, Reads};
use crate::desk::withdraw::has_account;
use crate::workflow::decide::{Decided, Proposed};
use crate::workflow::file::Workflow;

/// What is said of a run whose subject is gone.
pub(super) const GONE: &str = "What it was about is no longer there";

/// What is said of what cannot be seen, because an account is paused.
pub(super) const BLIND: &str = "Waits: an account that it rests on is paused, so nothing can be seen there";

/// Says which removed account keeps a run from going on; `None` if all are there that it needs.
///
/// Without one that its actions went to, it can neither see nor take back what it did. Without one
/// that its decision rests on, what it waits for cannot be seen to come.
pub(super) fn account(
    books: &dyn Books,
    workflow: &Workflow,
    memory: &Memory,
) -> Result<Option<String>, Error> {
    let waits =
        memory.steps.get(memory.done).and_then(|id| workflow.step(id)).is_some_and(|s| s.wait.is_some());
    for id in made(memory) {
        let Some(row) = books.proposal(id)? else { continue };
        if !has_account(books, &row.action)? {
            return Ok(Some("An account that it works with was removed".to_owned()));
        }
        if waits && let Some(which) = removed(books, &row)? {
            return Ok(Some(format!("What it waits for can never come: {which}")));
        }
    }
    Ok(None)
}

/// Says which removed account a proposal rests on; `None` if all are there.
pub(super) fn removed(books: &dyn Reads, row: &Proposal) -> Result<Option<String>, Error> {
    for line in &row.case.evidence {
        if let Some(record) = &line.record
            && !books.has_account(record.connection)?
        {
            let (label, text) = (line.label.to_lowercase(), &line.text);
            return Ok(Some(format!("the account was removed that its {label} ({text}) is from")));
        }
    }
    Ok(None)
}

/// Tells whether a proposal rests on an account that is paused.
///
/// An account is paused first when it is removed, and what came from it then goes piece by piece:
/// that a record is not there any more says nothing about it before the account is gone as well.
pub(super) fn rests_on_paused(books: &dyn Reads, row: &Proposal) -> Result<bool, Error> {
    for record in row.case.evidence.iter().filter_map(|line| line.record.as_ref()) {
        if books.is_paused(record.connection)? {
            return Ok(true);
        }
    }
    books.is_paused(row.action.target().connection)
}

/// Tells whether a run has proposed anything that rests on an account that is paused.
pub(super) fn is_blind(books: &dyn Books, memory: &Memory) -> Result<bool, Error> {
    for id in made(memory) {
        if let Some(row) = books.proposal(id)?
            && rests_on_paused(books, &row)?
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Lists what a run has proposed, in no order that matters.
pub(super) fn made(memory: &Memory) -> impl Iterator<Item = ProposalId> {
    memory.results.values().filter_map(|result| result.proposal)
}

impl Walk<'_> {
    /// Proposes to let go of what the run holds back, where one of its later steps would have done so.
    ///
    /// What nobody has said yes to is withdrawn; what is on its way is waited for.
    pub(super) fn let_go(&self, memory: &mut Memory, why: &str) -> Result<Reached, Error> {
        let later = memory.steps.get(memory.done..).unwrap_or_default().to_vec();
        let mut waits = None;
        for id in &later {
            let step = self.workflow.step(id).ok_or_else(|| Error::missing("step", id))?;
            for needed in &step.needs {
                let Some(held) = memory.results.get(needed).and_then(|result| result.proposal) else {
                    continue;
                };
                let Some(held) = self.books.proposal(held)? else { continue };
                let Some(action) = taken_back_by(&held).filter(|action| Some(action.kind()) == step.action)
                else {
                    continue;
                };
                if held.state == State::Undone || !has_account(self.books, &action)? {
                    continue;
                }
                match self.needed(memory, needed, why)? {
                    Needed::Done => {
                        let mut result = memory::Result::default();
                        let proposed = Proposed {
                            action,
                            why: Some(why.to_owned()),
                            occurrence: held.origin.occurrence.clone(),
                        };
                        self.lay(
                            step,
                            proposed,
                            None,
                            Some(&rests_on(&held, memory, why)),
                            memory,
                            &mut result,
                        )?;
                        memory.results.insert(id.clone(), result);
                    }
                    Needed::Wait => waits = Some(hours(self.now, REST_HOURS)),
                    Needed::Not(_) => {}
                }
            }
        }
        Ok(waits.map_or(Reached::End, Reached::Waits))
    }
}

/// Returns the action that takes back what was done, if one does.
pub(super) fn taken_back_by(held: &Proposal) -> Option<Action> {
    match &held.action {
        Action::MarketingHold { profile } => Some(Action::MarketingRelease { profile: profile.clone() }),
        _ => held.frozen.as_ref().and_then(|frozen| frozen.undo.as_deref().cloned()),
    }
}

/// Letting go rests on what holding back rested on; nothing newer can be read.
fn rests_on(held: &Proposal, memory: &Memory, why: &str) -> Decided {
    Decided {
        occurrence: held.origin.occurrence.clone(),
        option: memory.option.clone(),
        why: why.to_owned(),
        evidence: held.case.evidence.clone(),
        alternatives: Vec::new(),
        flip: None,
        steps: Vec::new(),
    }
}
