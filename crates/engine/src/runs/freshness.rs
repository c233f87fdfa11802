//! Is what a proposal rests on still true when it is about to leave?

use fermata_model::Timestamp;
use fermata_store::ledger::Proposal;

use super::walk;
use crate::Error;
use crate::agreement;
use crate::engine::Engine;
use crate::policy::Policy;
use crate::workflow::decide::View;
use crate::workflow::file::StillTrue;

impl Engine {
    /// Says what has changed since an approved action was proposed; `None` if nothing that
    /// matters has.
    ///
    /// Proposals by hand rest on the person who made them, and on the platform's own checks.
    pub(crate) fn no_longer_true(
        &self,
        row: &Proposal,
        policy: &Policy,
        now: Timestamp,
    ) -> Result<Option<String>, Error> {
        let (Some(id), Some(run), Some(customer)) = (&row.origin.workflow, row.origin.run, row.customer)
        else {
            return Ok(None);
        };
        let workflow = match self.shipped(id) {
            Some(shipped) if shipped.workflow.version == row.origin.workflow_version => &shipped.workflow,
            _ => return Ok(Some(format!("The workflow {id} has changed since"))),
        };
        let Some(run) = agreement::read(&*self.inner.agreement, |books| books.run(run))? else {
            return Ok(Some("The run that proposed it is gone".to_owned()));
        };
        // What lets go of something needs nothing to be there any more.
        let asked = |still: &&StillTrue| still.steps.is_empty() || still.steps.contains(&row.origin.step);
        let asked: Vec<_> = workflow.guard.still_true.iter().filter(asked).collect();
        if asked.is_empty() {
            return Ok(None);
        }
        let facts = self.facts(customer, policy, now)?;
        let view = View::new(workflow, &facts, policy.time_zone(), now);
        let Some(mut scope) = view.subject_of(&run.occurrence)? else {
            return Ok(Some("What it was about is no longer there".to_owned()));
        };
        walk::add_steps(&mut scope, &serde_json::from_str(&run.memory)?);
        for still in asked {
            if !view.holds(&still.when, &scope)? {
                return view.sentence(&still.otherwise, &scope).map(Some);
            }
        }
        Ok(None)
    }
}
