//! One run on its way through its steps: actions are proposed, waits are waited for.

use fermata_model::{EventKind, Mode, Money, ProposalId, State, Timestamp};
use fermata_store::ledger::{Case, NewProposal, Origin, Proposal, Rule, Surface};
use fermata_store::runs::Run;
use jiff::SignedDuration;
use serde_json::json;

use super::memory::{self, Memory};
use crate::agreement::{Books, Told};
use crate::desk::{propose, withdraw};
use crate::guard;
use crate::life::{self, Hand};
use crate::policy::Policy;
use crate::workflow::decide::{Decided, Proposed, View};
use crate::workflow::expression::{Scope, put};
use crate::workflow::facts::Facts;
use crate::workflow::file::{Step, Workflow};
use crate::{Error, words};

/// How long a run sleeps at most while it waits for decisions; they wake it sooner.
pub(super) const REST_HOURS: i64 = 24;

/// How far a run came.
pub(super) enum Reached {
    /// The end of its steps.
    End,
    /// A step that waits until then at the latest.
    Waits(Timestamp),
}

/// Adds what became of earlier steps to what expressions see.
pub(crate) fn add_steps(scope: &mut Scope, memory: &Memory) {
    put(scope, "steps", &memory.results);
}

pub(super) fn hours(now: Timestamp, hours: i64) -> Timestamp {
    now.checked_add(SignedDuration::from_hours(hours)).unwrap_or(Timestamp::MAX)
}

/// One run on its way through its steps.
pub(super) struct Walk<'a> {
    pub(super) books: &'a dyn Books,
    pub(super) hand: Hand<'a>,
    pub(super) workflow: &'a Workflow,
    pub(super) view: View<'a>,
    pub(super) scope: Scope,
    pub(super) facts: &'a Facts,
    pub(super) policy: &'a Policy,
    pub(super) decided: Option<&'a Decided>,
    pub(super) mode: Mode,
    pub(super) run: &'a Run,
    pub(super) now: Timestamp,
}

impl Walk<'_> {
    /// Goes on as far as it can.
    pub(super) fn walk(&mut self, memory: &mut Memory) -> Result<Reached, Error> {
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
        let purposeless = format!("No longer needed: the workflow has come to \"{}\"", step.id);
        for needed in &step.needs {
            match self.needed(memory, needed, &purposeless)? {
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
                            || row.state == State::Confirmed
                            || self.in_shadow(&row) =>
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

    /// Tells whether an action was done in shadow, and its workflow is still there: only then may
    /// another build on it.
    fn in_shadow(&self, row: &Proposal) -> bool {
        row.state == State::Shadowed && self.mode == Mode::Shadow
    }

    /// Asks whether an action that a step builds on was done. One that nobody has said yes to so far
    /// is withdrawn, for `purposeless` says that it has no purpose by now.
    pub(super) fn needed(&self, memory: &Memory, needed: &str, purposeless: &str) -> Result<Needed, Error> {
        let Some(id) = memory.results.get(needed).and_then(|r| r.proposal) else {
            return Ok(Needed::Not(format!("\"{needed}\" was left out")));
        };
        let Some(row) = self.books.proposal(id)? else {
            return Ok(Needed::Not(format!("\"{needed}\" is gone")));
        };
        match row.state {
            // What was really done is not followed up in shadow alone: it waits until the workflow
            // may act again.
            State::Confirmed | State::Undone if self.mode == Mode::Shadow => Ok(Needed::Wait),
            State::Confirmed | State::Undone => Ok(Needed::Done),
            _ if self.in_shadow(&row) => Ok(Needed::Done),
            State::Held => {
                withdraw::purposeless(self.books, &self.hand, row, purposeless)?;
                Ok(Needed::Not(format!("\"{needed}\" was never approved")))
            }
            state if state.is_unfinished() => Ok(Needed::Wait),
            _ => Ok(Needed::Not(format!("\"{needed}\" was not done"))),
        }
    }

    fn propose(
        &self,
        step: &Step,
        after: Option<ProposalId>,
        memory: &mut Memory,
        result: &mut memory::Result,
    ) -> Result<(), Error> {
        let proposed = self.view.propose(step, &self.scope)?;
        self.lay(step, proposed, after, self.decided, memory, result)
    }

    /// Writes the proposal of a step down, unless it is there already or its account is gone.
    /// `decided` says what it rests on; without it that is written down anew.
    pub(super) fn lay(
        &self,
        step: &Step,
        proposed: Proposed,
        after: Option<ProposalId>,
        decided: Option<&Decided>,
        memory: &mut Memory,
        result: &mut memory::Result,
    ) -> Result<(), Error> {
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
            case: self.case(memory, decided, proposed.why, proposed.action.amount())?,
            made_by: self.hand.actor.clone(),
            created_at: self.now,
            deadline_at: Some(hours(self.now, self.workflow.hold.deadline_hours)),
            undo_seconds: self.policy.undo_window(kind),
            action: proposed.action,
        };
        let title = words::title(&new.action);
        if !withdraw::has_account(self.books, &new.action)? {
            let why = format!("{title}: held back, because its account was removed");
            result.left_out = Some(why.clone());
            return self.held_back(why);
        }
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
        decided: Option<&Decided>,
        why: Option<String>,
        amount: Option<Money>,
    ) -> Result<Case, Error> {
        // Steps that come later are decided on the facts of that day, so what they rest on is
        // written down anew.
        let fresh = match decided {
            Some(decided) => Some(decided.clone()),
            None => self.view.choose(&self.scope)?.filter(|decided| decided.option == memory.option),
        };
        let limit = amount.map(|amount| {
            let cap = guard::per_action(self.policy, Some(&self.workflow.guard), amount.currency);
            format!("up to {}, {}", cap.shown(), self.workflow.hold.who)
        });
        let rule = Rule { name: self.workflow.id.clone(), version: self.workflow.version, limit };
        let decided = fresh.unwrap_or_else(|| Decided {
            occurrence: self.run.occurrence.clone(),
            option: memory.option.clone(),
            why: memory.why.clone(),
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

/// What became of an action that a step builds on.
pub(super) enum Needed {
    /// It was done.
    Done,
    /// It may still be done.
    Wait,
    /// It will not be done, and why.
    Not(String),
}
