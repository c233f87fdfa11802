//! A run goes on as far as it can, in one transaction: its memory, its proposals, their audit.

use fermata_model::{CustomerId, EventKind, Mode, ProposalId, RunId, State, Timestamp};
use fermata_store::audit::Actor;
use fermata_store::ledger::{Case, NewProposal, Origin, Proposal, Rule, Surface};
use fermata_store::runs::{Run, RunState};
use jiff::SignedDuration;
use serde_json::json;

use super::memory::{self, Memory};
use crate::agreement::{self, Books, Told};
use crate::desk::{propose, rules};
use crate::engine::{self, Engine};
use crate::life::{self, Hand};
use crate::policy::Policy;
use crate::workflow::decide::{Decided, View};
use crate::workflow::expression::{Scope, put};
use crate::workflow::facts::Facts;
use crate::workflow::file::{Step, Workflow};
use crate::{Error, words};

/// How long a run sleeps at most while it waits for decisions; they wake it sooner.
const REST_HOURS: i64 = 24;
/// How many runs go on in one pass.
const AT_ONCE: u32 = 500;

/// How far a run came.
enum Reached {
    /// The end of its steps.
    End,
    /// A step that waits until then at the latest.
    Waits(Timestamp),
}

/// Adds what became of earlier steps to what expressions see.
pub(crate) fn add_steps(scope: &mut Scope, memory: &Memory) {
    put(scope, "steps", &memory.results);
}

fn hours(now: Timestamp, hours: i64) -> Timestamp {
    now.checked_add(SignedDuration::from_hours(hours)).unwrap_or(Timestamp::MAX)
}

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
            let memory =
                Memory { option: decided.option.clone(), steps: decided.steps.clone(), ..Memory::default() };
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
            _ => {
                return self.end(run, RunState::Failed, "Its version of the workflow is no longer there", now);
            }
        };
        let Some(customer) = run.customer else {
            return self.end(run, RunState::Failed, "It is about nobody", now);
        };
        let facts = self.facts(customer, &policy, now)?;
        agreement::write(&*self.inner.agreement, &Actor::Workflow(workflow.id.clone()), |books| {
            self.go_on(books, workflow, run.clone(), &facts, &policy, None, now)
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
        if run.state == RunState::Waiting {
            let view = View::new(workflow, facts, policy.time_zone(), now);
            let Some(scope) = view.subject_of(&run.occurrence)? else {
                finish(&mut run, RunState::Failed, "What it was about is no longer there", now);
                return books.update_run(&run);
            };
            let hand = self
                .hand(Actor::Workflow(workflow.id.clone()), format!("{} v{}", workflow.id, workflow.version));
            let mut walk =
                Walk { books, hand, workflow, view, scope, facts, policy, decided, mode, run: &run, now };
            match walk.walk(&mut memory)? {
                Reached::Waits(until) => run.wake_at = Some(until),
                Reached::End => {
                    run.state = RunState::Watching;
                    run.wake_at = Some(hours(now, workflow.learn.within_hours));
                }
            }
        } else if memory.outcome.is_some() || run.wake_at.is_some_and(|wake| wake <= now) {
            // Woken by an event of its customer, or by the end of the time in which it watches.
            let over = memory.outcome.is_some() || now >= hours(run.started_at, workflow.learn.within_hours);
            if over {
                let note = memory.outcome.as_ref().map_or_else(
                    || "Nothing followed".to_owned(),
                    |outcome| format!("Followed by {}", outcome.kind),
                );
                finish(&mut run, RunState::Done, &note, now);
            } else {
                run.wake_at = Some(hours(run.started_at, workflow.learn.within_hours));
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

fn finish(run: &mut Run, state: RunState, note: &str, now: Timestamp) {
    run.state = state;
    run.wake_at = None;
    run.ended_at = Some(now);
    note.clone_into(&mut run.note);
}

/// One run on its way through its steps.
struct Walk<'a> {
    books: &'a dyn Books,
    hand: Hand<'a>,
    workflow: &'a Workflow,
    view: View<'a>,
    scope: Scope,
    facts: &'a Facts,
    policy: &'a Policy,
    decided: Option<&'a Decided>,
    mode: Mode,
    run: &'a Run,
    now: Timestamp,
}

impl Walk<'_> {
    fn walk(&mut self, memory: &mut Memory) -> Result<Reached, Error> {
        while let Some(id) = memory.steps.get(memory.done).cloned() {
            let step = self.workflow.step(&id).ok_or_else(|| Error::missing("step", &id))?;
            add_steps(&mut self.scope, memory);
            let mut result = memory.results.remove(&id).unwrap_or_default();
            let waits = if step.wait.is_some() {
                self.wait(step, &mut result)?
            } else {
                self.act(step, memory, &mut result)?
            };
            memory.results.insert(id, result);
            if let Some(until) = waits {
                return Ok(Reached::Waits(until));
            }
            memory.done += 1;
        }
        Ok(Reached::End)
    }

    fn wait(&self, step: &Step, result: &mut memory::Result) -> Result<Option<Timestamp>, Error> {
        let Some(wait) = &step.wait else { return Ok(None) };
        let since = *result.since.get_or_insert(self.now);
        if self.view.holds(&wait.until, &self.scope)? {
            return Ok(None);
        }
        let until = hours(since, wait.at_most_hours);
        result.timed_out = self.now >= until;
        Ok((!result.timed_out).then_some(until))
    }

    fn act(
        &mut self,
        step: &Step,
        memory: &mut Memory,
        result: &mut memory::Result,
    ) -> Result<Option<Timestamp>, Error> {
        for needed in &step.needs {
            match self.needed(memory, needed, step)? {
                Needed::Done => {}
                Needed::Wait => return Ok(Some(hours(self.now, REST_HOURS))),
                Needed::Not(why) => {
                    result.left_out = Some(why);
                    return Ok(None);
                }
            }
        }
        if !self.view.all_hold(&step.when, &self.scope)? {
            result.left_out = Some("its conditions do not hold".to_owned());
            return Ok(None);
        }
        let after = match &step.after {
            Some(first) => match memory.results.get(first).and_then(|r| r.proposal) {
                Some(id) => match self.books.proposal(id)? {
                    Some(row)
                        if row.state.is_unfinished()
                            || matches!(row.state, State::Confirmed | State::Shadowed) =>
                    {
                        Some(id)
                    }
                    _ => {
                        result.left_out = Some(format!("\"{first}\" was not done"));
                        return Ok(None);
                    }
                },
                None => {
                    result.left_out = Some(format!("\"{first}\" was left out"));
                    return Ok(None);
                }
            },
            None => None,
        };
        self.propose(step, after, memory, result)?;
        Ok(None)
    }

    /// Asks whether an action that a step builds on was done.
    fn needed(&self, memory: &Memory, needed: &str, step: &Step) -> Result<Needed, Error> {
        let Some(id) = memory.results.get(needed).and_then(|r| r.proposal) else {
            return Ok(Needed::Not(format!("\"{needed}\" was left out")));
        };
        let Some(mut row) = self.books.proposal(id)? else {
            return Ok(Needed::Not(format!("\"{needed}\" is gone")));
        };
        match row.state {
            State::Confirmed | State::Shadowed => Ok(Needed::Done),
            // Nobody has said yes so far, and by now it has no purpose.
            State::Held => {
                row.state = State::Refused;
                let note = format!("No longer needed: the workflow has come to \"{}\"", step.id);
                row.trouble = life::trouble("withdrawn", note.clone(), None);
                life::commit(self.books, &self.hand, State::Held, &row, "proposal.withdrawn", note, None)?;
                Ok(Needed::Not(format!("\"{needed}\" was never approved")))
            }
            state if state.is_unfinished() => Ok(Needed::Wait),
            _ => Ok(Needed::Not(format!("\"{needed}\" was not done"))),
        }
    }

    fn propose(
        &mut self,
        step: &Step,
        after: Option<ProposalId>,
        memory: &mut Memory,
        result: &mut memory::Result,
    ) -> Result<(), Error> {
        let proposed = self.view.propose(step, &self.scope)?;
        if let Some(known) = self.books.of_occurrence(&self.workflow.id, &step.id, &proposed.occurrence)? {
            result.proposal = Some(known);
            return Ok(());
        }
        let kind = proposed.action.kind();
        let new = NewProposal {
            key: self.hand.ids.key(),
            surface: Surface::Queue,
            customer: self.run.customer,
            origin: Origin {
                workflow: Some(self.workflow.id.clone()),
                workflow_version: self.workflow.version,
                run: Some(self.run.id),
                step: step.id.clone(),
                occurrence: proposed.occurrence,
            },
            group: memory.lead,
            after,
            case: self.case(memory, proposed.why, proposed.action.amount())?,
            made_by: self.hand.actor.clone(),
            created_at: self.now,
            deadline_at: Some(hours(self.now, self.workflow.hold.deadline_hours)),
            undo_seconds: self.policy.undo_window(kind),
            action: proposed.action,
        };
        let title = words::title(&new.action);
        let guard = Some(&self.workflow.guard);
        match propose::lay(self.books, &self.hand, self.policy, guard, self.mode, new) {
            Ok(Proposal { id, .. }) => {
                memory.lead.get_or_insert(id);
                result.proposal = Some(id);
                Ok(())
            }
            Err(Error::Duplicate { id }) => {
                let why =
                    format!("{title}: held back, because proposal {id} on the same order is not finished");
                result.left_out = Some(why.clone());
                self.held_back(why)
            }
            Err(error) => Err(error),
        }
    }

    fn held_back(&self, title: String) -> Result<(), Error> {
        life::note(self.books, &self.hand, "run.held_back", &json!({ "run": self.run.id, "why": title }))?;
        let Some(customer) = self.run.customer else { return Ok(()) };
        self.books.tell(&Told {
            customer,
            at: self.now,
            kind: EventKind::OursHeldBack,
            proposal: None,
            title,
            amount: None,
            state: None,
        })
    }

    fn case(
        &self,
        memory: &Memory,
        why: Option<String>,
        amount: Option<fermata_model::Money>,
    ) -> Result<Case, Error> {
        // Steps that come later are decided on the facts of that day, so what they rest on is
        // written down anew.
        let fresh = match self.decided {
            Some(decided) => Some(decided.clone()),
            None => self.view.choose(&self.scope)?.filter(|decided| decided.option == memory.option),
        };
        let limit = amount.map(|amount| {
            let cap = self.workflow.guard.per_action.as_ref().unwrap_or(&self.policy.per_action);
            format!("up to {}, {}", cap.limit(amount.currency), self.workflow.hold.who)
        });
        let rule = Rule { name: self.workflow.id.clone(), version: self.workflow.version, limit };
        let decided = fresh.unwrap_or_else(|| Decided {
            occurrence: self.run.occurrence.clone(),
            option: memory.option.clone(),
            why: self.run.note.clone(),
            evidence: Vec::new(),
            alternatives: Vec::new(),
            flip: None,
            steps: Vec::new(),
        });
        Ok(Case {
            why: why.unwrap_or(decided.why),
            evidence: decided.evidence,
            rule,
            alternatives: decided.alternatives,
            flip: decided.flip,
            warnings: Vec::new(),
            facts_at: self.facts.read_at,
        })
    }
}

enum Needed {
    Done,
    Wait,
    Not(String),
}
