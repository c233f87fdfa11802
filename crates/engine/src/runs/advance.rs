//! A run goes on as far as it can, in one transaction: its memory, its proposals, their audit.

use fermata_model::{CustomerId, EventKind, Mode, RunId, Timestamp};
use fermata_store::audit::Actor;
use fermata_store::runs::{Run, RunState};
use serde_json::json;

use super::lost;
use super::memory::{self, Memory};
use super::walk::{Reached, Walk, hours};
use crate::Error;
use crate::agreement::{self, Books};
use crate::desk::rules;
use crate::engine::{self, Engine};
use crate::life;
use crate::policy::Policy;
use crate::workflow::decide::{Decided, View};
use crate::workflow::facts::Facts;
use crate::workflow::file::Workflow;

/// How many runs go on in one pass.
const AT_ONCE: u32 = 500;

impl Engine {
    /// Starts a run, unless the workflow has run for this occurrence.
    pub(crate) fn begin_run(
        &self,
        workflow: &Workflow,
        customer: CustomerId,
        facts: &Facts,
        policy: &Policy,
        decided: &Decided,
        now: Timestamp,
    ) -> Result<(), Error> {
        let known =
            agreement::read(&*self.inner.agreement, |books| books.run_of(&workflow.id, &decided.occurrence))?;
        // "Do nothing" is looked at again with the next event: it may be otherwise then.
        if known.is_some() || decided.steps.is_empty() {
            return Ok(());
        }
        let actor = Actor::Workflow(workflow.id.clone());
        agreement::write(&*self.inner.agreement, &actor, |books| {
            if books.run_of(&workflow.id, &decided.occurrence)?.is_some() {
                return Ok(());
            }
            let memory = Memory {
                option: decided.option.clone(),
                why: decided.why.clone(),
                steps: decided.steps.clone(),
                ..Memory::default()
            };
            let mut run = Run {
                id: RunId(0),
                workflow: workflow.id.clone(),
                version: workflow.version,
                occurrence: decided.occurrence.clone(),
                customer: Some(customer),
                state: RunState::Waiting,
                memory: serde_json::to_string(&memory)?,
                wake_at: None,
                started_at: now,
                ended_at: None,
                note: decided.why.clone(),
            };
            run.id = books.insert_run(&run)?;
            self.go_on(books, workflow, run, facts, policy, Some(decided), now)
        })
    }

    /// Lets the runs go on whose time has come.
    pub(crate) fn advance_due(&self) -> Result<(), Error> {
        let now = self.now();
        let due = agreement::read(&*self.inner.agreement, |books| books.runs_due(now, AT_ONCE))?;
        for id in due {
            if let Err(error) = self.advance(id, now) {
                tracing::warn!(run = %id, %error, "a run could not go on; it is tried again");
                self.fail_softly(id, now, &error)?;
            }
        }
        Ok(())
    }

    fn advance(&self, id: RunId, now: Timestamp) -> Result<(), Error> {
        let (run, policy) = agreement::read(&*self.inner.agreement, |books| {
            Ok((books.run(id)?.ok_or_else(|| Error::missing("run", id))?, engine::policy(books)?))
        })?;
        let workflow = match self.shipped(&run.workflow) {
            Some(shipped) if shipped.workflow.version == run.version => &shipped.workflow,
            _ => return self.end_orphan(id, &policy, now),
        };
        let Some(customer) = run.customer else {
            return self.end(run, RunState::Failed, "It is about nobody", now);
        };
        let facts = self.facts(customer, &policy, now)?;
        agreement::write(&*self.inner.agreement, &Actor::Workflow(workflow.id.clone()), |books| {
            // Another process may have taken it further since it was read.
            match books.run(id)?.filter(|run| run.ended_at.is_none()) {
                Some(run) => self.go_on(books, workflow, run, &facts, &policy, None, now),
                None => Ok(()),
            }
        })
    }

    fn end(&self, mut run: Run, state: RunState, note: &str, now: Timestamp) -> Result<(), Error> {
        finish(&mut run, state, note, now);
        agreement::write(&*self.inner.agreement, &Actor::Fermata, |books| books.update_run(&run))
    }

    /// A run that fails is tried again in an hour; it says why meanwhile.
    fn fail_softly(&self, id: RunId, now: Timestamp, error: &Error) -> Result<(), Error> {
        agreement::write(&*self.inner.agreement, &Actor::Fermata, |books| {
            let Some(mut run) = books.run(id)? else { return Ok(()) };
            run.wake_at = Some(hours(now, 1));
            run.note = error.to_string();
            books.update_run(&run)
        })
    }

    #[expect(clippy::too_many_arguments, reason = "all that one step of a run is made of")]
    fn go_on(
        &self,
        books: &dyn Books,
        workflow: &Workflow,
        mut run: Run,
        facts: &Facts,
        policy: &Policy,
        decided: Option<&Decided>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let mode = rules::mode(books, workflow)?;
        if mode == Mode::Off && run.state == RunState::Waiting {
            run.wake_at = Some(hours(now, 1));
            "Its workflow is off".clone_into(&mut run.note);
            return books.update_run(&run);
        }
        let mut memory: Memory = serde_json::from_str(&run.memory)?;
        if run.state == RunState::Waiting && lost::is_blind(books, &memory)? {
            run.wake_at = Some(hours(now, 1));
            lost::BLIND.clone_into(&mut run.note);
            return books.update_run(&run);
        }
        if run.state == RunState::Waiting {
            let view = View::new(workflow, facts, policy.time_zone(), now);
            let scope = match lost::account(books, workflow, &memory)? {
                Some(why) => Err(why),
                None => view.subject_of(&run.occurrence)?.ok_or_else(|| lost::GONE.to_owned()),
            };
            let gone = scope.as_ref().err().cloned();
            let hand = self
                .hand(Actor::Workflow(workflow.id.clone()), format!("{} v{}", workflow.id, workflow.version));
            let scope = scope.unwrap_or_default();
            let mut walk =
                Walk { books, hand, workflow, view, scope, facts, policy, decided, mode, run: &run, now };
            let reached = match &gone {
                Some(why) => walk.let_go(&mut memory, why)?,
                None => walk.walk(&mut memory)?,
            };
            match (reached, gone) {
                (Reached::Waits(until), gone) => {
                    run.wake_at = Some(until);
                    run.note = gone.unwrap_or(run.note);
                }
                (Reached::End, Some(why)) => finish(&mut run, RunState::Failed, &why, now),
                (Reached::End, None) => {
                    run.state = RunState::Watching;
                    memory.watches_until = Some(hours(now, workflow.learn.within_hours));
                    run.wake_at = memory.watches_until;
                }
            }
        } else if memory.outcome.is_some() || run.wake_at.is_some_and(|wake| wake <= now) {
            // Woken by an event of its customer, or by the end of the time in which it watches.
            let over = memory.watches_until.is_none_or(|until| now >= until);
            if over || memory.outcome.is_some() {
                let note = memory.outcome.as_ref().map_or_else(
                    || "Nothing followed".to_owned(),
                    |outcome| format!("Followed by {}", outcome.kind),
                );
                finish(&mut run, RunState::Done, &note, now);
            } else {
                run.wake_at = memory.watches_until;
            }
        }
        run.memory = serde_json::to_string(&memory)?;
        books.update_run(&run)
    }

    /// Remembers what happened after a run had done what it does.
    pub(crate) fn note_outcome(
        &self,
        books: &dyn Books,
        workflow: &Workflow,
        customer: CustomerId,
        kind: EventKind,
        at: Timestamp,
        now: Timestamp,
    ) -> Result<(), Error> {
        for mut run in books.runs_watching(&workflow.id, customer)? {
            let mut memory: Memory = serde_json::from_str(&run.memory)?;
            if memory.outcome.is_some() || at <= run.started_at {
                continue;
            }
            memory.outcome = Some(memory::Outcome { kind, at });
            run.memory = serde_json::to_string(&memory)?;
            run.wake_at = Some(now);
            books.update_run(&run)?;
            let hand = self
                .hand(Actor::Workflow(workflow.id.clone()), format!("{} v{}", workflow.id, workflow.version));
            let value = json!({ "run": run.id, "option": memory.option, "event": kind, "at": at });
            life::note(books, &hand, "run.outcome", &value)?;
        }
        Ok(())
    }
}

pub(super) fn finish(run: &mut Run, state: RunState, note: &str, now: Timestamp) {
    run.state = state;
    run.wake_at = None;
    run.ended_at = Some(now);
    note.clone_into(&mut run.note);
}
