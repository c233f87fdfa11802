//! A run whose version of its workflow is no longer in the program. It cannot go on, for nobody knows
//! any more what it would do next; but what it holds back is proposed to be let go.

use std::sync::atomic::Ordering;

use fermata_model::{ActionKind, Mode, RunId, State, Timestamp};
use fermata_store::audit::Actor;
use fermata_store::ledger::{Case, NewProposal, Origin, Proposal, Rule, Surface};
use fermata_store::runs::{Run, RunState};

use super::advance::finish;
use super::lost;
use super::memory::Memory;
use super::walk::{REST_HOURS, hours};
use crate::Error;
use crate::agreement::{self, Books};
use crate::desk::{propose, withdraw};
use crate::engine::Engine;
use crate::life::Hand;
use crate::policy::Policy;

/// The step that lets go of what such a run holds back; no workflow file may have one of this name.
pub(crate) const STEP: &str = "let-go-of";

/// What is said of such a run.
const NO_VERSION: &str = "Its version of the workflow is no longer there";

impl Engine {
    /// Lets every run under way look once at what an earlier program left: no event may ever wake one
    /// whose workflow is gone.
    pub(super) fn take_over_runs(&self) -> Result<(), Error> {
        if self.inner.took_over.load(Ordering::Relaxed) {
            return Ok(());
        }
        let now = self.now();
        agreement::write(&*self.inner.agreement, &Actor::Fermata, |books| books.wake_waiting_runs(now))?;
        self.inner.took_over.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Ends a run whose version of the workflow is gone, once nothing that it began is open.
    pub(super) fn end_orphan(&self, id: RunId, policy: &Policy, now: Timestamp) -> Result<(), Error> {
        let hand = self.hand(Actor::Fermata, "workflow gone");
        agreement::write(&*self.inner.agreement, &Actor::Fermata, |books| {
            // Another process may have taken it further since it was read.
            let Some(mut run) = books.run(id)?.filter(|run| run.ended_at.is_none()) else { return Ok(()) };
            let open = run.state == RunState::Waiting && let_go(books, &hand, policy, &run)?;
            if open {
                run.wake_at = Some(hours(now, REST_HOURS));
                NO_VERSION.clone_into(&mut run.note);
            } else {
                finish(&mut run, RunState::Failed, NO_VERSION, now);
            }
            books.update_run(&run)
        })
    }
}

/// Proposes to let go of all that the run holds back. What nobody has said yes to is withdrawn.
/// Returns whether any of it is on its way, and has to be waited for.
fn let_go(books: &dyn Books, hand: &Hand<'_>, policy: &Policy, run: &Run) -> Result<bool, Error> {
    let memory: Memory = serde_json::from_str(&run.memory)?;
    let mut open = false;
    for id in lost::made(&memory) {
        let Some(held) = books.proposal(id)? else { continue };
        if !holds_back(held.action.kind()) {
            continue;
        }
        match held.state {
            State::Held => withdraw::purposeless(books, hand, held, NO_VERSION)?,
            State::Confirmed => release(books, hand, policy, run, &memory, &held)?,
            state => open |= state.is_unfinished(),
        }
    }
    Ok(open)
}

/// Tells whether an action keeps something back for a time. A workflow that does so means to let go
/// of it; what else it did may be meant to stay.
const fn holds_back(kind: ActionKind) -> bool {
    matches!(
        kind,
        ActionKind::MarketingHold
            | ActionKind::FulfilmentHold
            | ActionKind::CampaignHold
            | ActionKind::ShipmentHold
    )
}

/// Proposes to let go of one thing, unless that is proposed already. A person decides, whatever the
/// workflow was trusted with, and in their own time: nobody else would do it later.
fn release(
    books: &dyn Books,
    hand: &Hand<'_>,
    policy: &Policy,
    run: &Run,
    memory: &Memory,
    held: &Proposal,
) -> Result<(), Error> {
    let Some(action) = lost::taken_back_by(held) else { return Ok(()) };
    if !withdraw::has_account(books, &action)? {
        return Ok(());
    }
    for id in lost::made(memory) {
        let known = books.proposal(id)?;
        if known.is_some_and(|known| known.action == action && known.state.is_unfinished()) {
            return Ok(());
        }
    }
    let occurrence = format!("{}/{}", held.origin.step, held.origin.occurrence);
    if books.of_occurrence(&run.workflow, STEP, &occurrence)?.is_some() {
        return Ok(());
    }
    let new = NewProposal {
        key: hand.ids.key(),
        surface: Surface::Queue,
        customer: run.customer,
        origin: Origin {
            workflow: Some(run.workflow.clone()),
            workflow_version: run.version,
            run: Some(run.id),
            step: STEP.to_owned(),
            occurrence,
        },
        group: memory.lead,
        after: None,
        case: Case {
            why: format!("{NO_VERSION} that held it back, so nobody else would let go of it"),
            evidence: held.case.evidence.clone(),
            rule: Rule { name: run.workflow.clone(), version: run.version, limit: None },
            alternatives: Vec::new(),
            flip: None,
            warnings: Vec::new(),
            facts_at: None,
        },
        made_by: hand.actor.clone(),
        created_at: hand.now,
        deadline_at: None,
        undo_seconds: policy.undo_window(action.kind()),
        action,
    };
    propose::lay(books, hand, policy, None, Mode::Approve, new).map(|_| ())
}
