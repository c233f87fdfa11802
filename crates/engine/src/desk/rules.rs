//! The stop switch, the workflows' modes, and the audit log.

use fermata_model::{Mode, Timestamp};
use fermata_store::audit;
use fermata_store::guardrails::Set;
use fermata_store::ledger::{Filter, Sum, Tab};
use fermata_store::runs::{self, ModeSet, Run};
use serde_json::json;

use crate::agreement::{self, Reads};
use crate::engine::{self, Engine, names};
use crate::life;
use crate::people::{Person, Role};
use crate::policy::StopSwitch;
use crate::{Error, workflow::file::Workflow};

/// A workflow as the list of workflows shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkflowInfo {
    /// Its name for ever.
    pub id: String,
    /// Its version.
    pub version: i64,
    /// What it does, in a sentence.
    pub summary: String,
    /// How far it is trusted.
    pub mode: Mode,
    /// Who set the mode and when; `None` while it stands where it was installed.
    pub mode_set: Option<(String, Timestamp)>,
    /// Runs that have not ended.
    pub running: i64,
    /// Runs it ever had.
    pub runs: i64,
    /// What waits for a person.
    pub waiting: Sum,
    /// Its file.
    pub file: &'static str,
}

/// Returns a workflow's mode: as it was set, or as its file says.
pub(crate) fn mode(books: &dyn Reads, workflow: &Workflow) -> Result<Mode, Error> {
    Ok(books.modes(&workflow.id)?.first().map_or(workflow.hold.mode, |set| set.mode))
}

impl Engine {
    /// Reads the stop switch.
    pub fn stop_switch(&self) -> Result<StopSwitch, Error> {
        agreement::read(&*self.inner.agreement, |books| engine::stop_switch(books))
    }

    /// Stops all sending, or lets it go on. Effective before the next send; nothing is lost.
    ///
    /// Whoever may decide may stop; it takes an operator to go on.
    pub fn set_stop(&self, on: bool, person: &Person) -> Result<StopSwitch, Error> {
        if on {
            person.must_be(Role::Agent, "stop all sending")?;
        } else {
            person.must_be(Role::Operator, "let sending go on")?;
        }
        let hand = self.hand(person.actor(), format!("{} decides", person.role));
        let switch = agreement::write(&*self.inner.agreement, &person.actor(), |books| {
            if engine::stop_switch(books)?.on != on {
                let set = Set { value: on.to_string(), by: person.name.clone(), at: hand.now };
                books.put_setting(names::STOP, &set)?;
                life::note(books, &hand, if on { "sending.stopped" } else { "sending.resumed" }, &json!({}))?;
            }
            engine::stop_switch(books)
        })?;
        self.wake();
        Ok(switch)
    }

    /// Lists the workflows.
    pub fn workflows(&self) -> Result<Vec<WorkflowInfo>, Error> {
        let now = self.now();
        let mut list = Vec::new();
        for shipped in &self.inner.workflows {
            let workflow = &shipped.workflow;
            let (running, runs) = self.inner.store.read(|conn| Ok(runs::count(conn, &workflow.id)?))?;
            list.push(agreement::read(&*self.inner.agreement, |books| {
                let set = books.modes(&workflow.id)?.into_iter().next();
                let filter = Filter {
                    tab: Some(Tab::ToApprove),
                    workflow: Some(workflow.id.clone()),
                    customer: None,
                    awake_at: Some(now),
                };
                Ok(WorkflowInfo {
                    id: workflow.id.clone(),
                    version: workflow.version,
                    summary: workflow.summary.clone(),
                    mode: set.as_ref().map_or(workflow.hold.mode, |set| set.mode),
                    mode_set: set.map(|set| (set.by, set.at)),
                    running,
                    runs,
                    waiting: books.sum(&filter)?,
                    file: shipped.file,
                })
            })?);
        }
        Ok(list)
    }

    /// Sets how far a workflow is trusted. Going down takes an agent, up to `approve` an
    /// operator, `auto` an owner.
    pub fn set_mode(&self, id: &str, mode: Mode, person: &Person) -> Result<(), Error> {
        let workflow = &self.shipped(id).ok_or_else(|| Error::missing("workflow", id))?.workflow;
        let hand = self.hand(person.actor(), format!("{} decides", person.role));
        agreement::write(&*self.inner.agreement, &person.actor(), |books| {
            let before = self::mode(books, workflow)?;
            if before == mode {
                return Ok(());
            }
            let needed = match mode {
                _ if mode < before => Role::Agent,
                Mode::Auto => Role::Owner,
                _ => Role::Operator,
            };
            person.must_be(needed, &format!("set a workflow to {mode}"))?;
            books.put_mode(id, &ModeSet { mode, by: person.name.clone(), at: hand.now })?;
            let value = json!({ "workflow": id, "before": before, "after": mode });
            life::note(books, &hand, "workflow.mode", &value)
        })?;
        self.wake();
        Ok(())
    }

    /// Lists the latest runs, of one workflow or of all.
    pub fn runs(&self, workflow: Option<&str>, limit: u32) -> Result<Vec<Run>, Error> {
        Ok(self.inner.store.read(|conn| Ok(runs::latest(conn, workflow, limit)?))?)
    }

    /// Lists the latest entries of the audit log, newest first.
    pub fn audit(&self, limit: u32) -> Result<Vec<audit::Entry>, Error> {
        Ok(self.inner.store.read(|conn| Ok(audit::latest(conn, limit)?))?)
    }

    /// Checks the whole audit chain.
    pub fn verify_audit(&self) -> Result<audit::Verified, Error> {
        Ok(self.inner.store.read(|conn| Ok(audit::verify(conn)?))?)
    }
}
