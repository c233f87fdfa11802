//! Is what a proposal rests on still true when it is about to leave?

use fermata_model::Timestamp;
use fermata_store::ledger::Proposal;

use super::{lost, orphan, walk};
use crate::Error;
use crate::agreement;
use crate::engine::Engine;
use crate::policy::Policy;
use crate::workflow::decide::View;
use crate::workflow::file::StillTrue;

/// Whether what a proposal rests on still holds.
pub(crate) enum Holds {
    /// Nothing that matters has changed.
    Yes,
    /// It cannot be seen at this moment, for this reason.
    Unseen(&'static str),
    /// It has changed, in this way.
    No(String),
}

impl Engine {
    /// Says whether what an approved action rests on has changed since it was proposed.
    ///
    /// Proposals by hand rest on the person who made them, and on the platform's own checks.
    pub(crate) fn still_holds(
        &self,
        row: &Proposal,
        policy: &Policy,
        now: Timestamp,
    ) -> Result<Holds, Error> {
        let (Some(id), Some(run), Some(customer)) = (&row.origin.workflow, row.origin.run, row.customer)
        else {
            return Ok(Holds::Yes);
        };
        // It lets go of something because its workflow is no longer what it was.
        if row.origin.step == orphan::STEP {
            return Ok(Holds::Yes);
        }
        let workflow = match self.shipped(id) {
            Some(shipped) if shipped.workflow.version == row.origin.workflow_version => &shipped.workflow,
            _ => return Ok(Holds::No(format!("The workflow {id} has changed since"))),
        };
        let Some(run) = agreement::read(&*self.inner.agreement, |books| books.run(run))? else {
            return Ok(Holds::No("The run that proposed it is gone".to_owned()));
        };
        // What lets go of something needs nothing to be there any more.
        let asked = |still: &&StillTrue| still.steps.is_empty() || still.steps.contains(&row.origin.step);
        let asked: Vec<_> = workflow.guard.still_true.iter().filter(asked).collect();
        if asked.is_empty() {
            return Ok(Holds::Yes);
        }
        let facts = self.facts(customer, policy, now)?;
        // Asked after the facts were read: if the accounts are there now, they were there then.
        let accounts = agreement::read(&*self.inner.agreement, |books| {
            Ok((lost::removed(books, row)?, lost::rests_on_paused(books, row)?))
        })?;
        match accounts {
            (Some(which), _) => return Ok(Holds::No(format!("It cannot be checked any more: {which}"))),
            (None, true) => return Ok(Holds::Unseen(lost::BLIND)),
            (None, false) => {}
        }
        let view = View::new(workflow, &facts, policy.time_zone(), now);
        let Some(mut scope) = view.subject_of(&run.occurrence)? else {
            return Ok(Holds::No(lost::GONE.to_owned()));
        };
        walk::add_steps(&mut scope, &serde_json::from_str(&run.memory)?);
        for still in asked {
            if !view.holds(&still.when, &scope)? {
                return view.sentence(&still.otherwise, &scope).map(Holds::No);
            }
        }
        Ok(Holds::Yes)
    }
}
