//! Workflows and their modes.

use fermata_engine::WorkflowInfo;
use fermata_model::Timestamp;
use fermata_store::{Store, ledger};

use crate::Problem;
use crate::console::{Console, blocking};
use crate::door::Caller;
use crate::wire::{ModeSet, Nothing, Workflow, WorkflowMode};

impl Console {
    pub(crate) async fn workflows(&self, _: &Caller, _: Nothing) -> Result<Vec<Workflow>, Problem> {
        let month_ago = self.days_ago(30);
        let (engine, store) = (self.engine.clone(), self.store.clone());
        blocking(move || {
            let known = engine.workflows()?;
            known.into_iter().map(|info| described(&store, info, month_ago)).collect()
        })
        .await
    }

    pub(crate) async fn workflows_mode(
        &self,
        caller: &Caller,
        request: WorkflowMode,
    ) -> Result<Vec<Workflow>, Problem> {
        let person = self.person(caller).await?;
        self.engine(move |engine| engine.set_mode(&request.id, request.mode, &person)).await?;
        self.engine.wake();
        self.workflows(caller, Nothing {}).await
    }
}

fn described(store: &Store, info: WorkflowInfo, since: Timestamp) -> Result<Workflow, Problem> {
    let record = store.read(|conn| ledger::numbers::of_workflow(conn, &info.id, since))?;
    Ok(Workflow {
        id: info.id,
        version: small(info.version),
        summary: info.summary,
        mode: info.mode,
        mode_set: info.mode_set.map(|(by, at)| ModeSet { by, at }),
        runs: small(info.runs),
        proposed: record.proposed,
        approved: record.approved,
        edited: record.edited,
        rejected: record.rejected,
        waiting: small(info.waiting.count),
        last_proposal: record.last,
        file: info.file.to_owned(),
    })
}

fn small(n: i64) -> u32 {
    u32::try_from(n).unwrap_or_default()
}
