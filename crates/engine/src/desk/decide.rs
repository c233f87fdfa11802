//! Decisions: approve, reject with a reason, edit, later.

use fermata_model::{Action, Money, ProposalId, State, Timestamp};
use fermata_store::ledger::Proposal;

use super::propose::leaves_at;
use super::sound::sound;
use super::undo::Each;
use super::withdraw::must_have_account;
use crate::agreement::{self, Books, Related};
use crate::engine::{self, Engine};
use crate::guard;
use crate::life::{self, Hand, Step};
use crate::people::{Person, Role};
use crate::policy::Policy;
use crate::workflow::reading;
use crate::{Error, fail_points, words};

/// What a person decides about a proposal.
#[expect(clippy::large_enum_variant, reason = "one is made per decision of a person, and soon gone")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Yes.
    Approve,
    /// No, and why.
    Reject {
        /// Shown to whoever proposed it.
        reason: String,
    },
    /// Otherwise: a new version that names the person and approves nothing.
    Edit {
        /// The action as it shall be; only what its kind allows may differ.
        action: Action,
    },
    /// Not now.
    Later {
        /// When it comes back.
        until: Timestamp,
    },
}

/// What became of many decisions made together.
#[derive(Debug)]
pub struct Batch {
    /// Their number, for undo.
    pub batch: i64,
    /// Each proposal's result.
    pub results: Vec<Each>,
    /// Sum of what was approved, per currency.
    pub sums: Vec<Money>,
}

impl Engine {
    /// Decides about the version of a proposal that a person saw.
    ///
    /// Errors: [`Error::Changed`] if it is another version by now, [`Error::NotWaiting`],
    /// [`Error::NotAllowed`], [`Error::Limit`], [`Error::Invalid`] for a bad edit or a missing
    /// reason. Nothing is changed then.
    pub fn decide(
        &self,
        id: ProposalId,
        version: i64,
        decision: Decision,
        person: &Person,
    ) -> Result<Proposal, Error> {
        let batch = self.next_batch()?;
        self.decide_one(id, version, &decision, person, batch)
    }

    /// Decides the same about many proposals; each stands for itself.
    pub fn decide_many(
        &self,
        seen: &[(ProposalId, i64)],
        decision: Decision,
        person: &Person,
    ) -> Result<Batch, Error> {
        let batch = self.next_batch()?;
        let mut results = Vec::with_capacity(seen.len());
        let mut sums: Vec<Money> = Vec::new();
        for &(id, version) in seen {
            let result = self.decide_one(id, version, &decision, person, batch);
            if let Ok(row) = &result
                && row.state == State::Approved
                && let Some(amount) = row.action.amount()
            {
                match sums.iter_mut().find(|sum| sum.currency == amount.currency) {
                    Some(sum) => *sum = sum.checked_add(amount)?,
                    None => sums.push(amount),
                }
            }
            results.push((id, result));
        }
        sums.sort_by_key(|sum| sum.currency.code());
        Ok(Batch { batch, results, sums })
    }

    fn next_batch(&self) -> Result<i64, Error> {
        agreement::read(&*self.inner.agreement, |books| Ok(books.last_batch(None)?.unwrap_or(0) + 1))
    }

    fn decide_one(
        &self,
        id: ProposalId,
        version: i64,
        decision: &Decision,
        person: &Person,
        batch: i64,
    ) -> Result<Proposal, Error> {
        person.must_be(Role::Agent, "decide")?;
        let left = match decision {
            Decision::Edit { action: Action::OrderRefund { order, .. } } => {
                self.inner.store.read(|conn| Ok(reading::left_of(conn, order))).map_err(Error::from)??
            }
            _ => None,
        };
        let hand = self.hand(person.actor(), format!("{} decides", person.role));
        let decided = agreement::write(&*self.inner.agreement, &person.actor(), |books| {
            let row = waiting(books, id, version, hand.now)?;
            let desk = Desk { books, hand: &hand, person, policy: engine::policy(books)? };
            match decision {
                Decision::Approve => desk.approve(self, row, batch)?,
                Decision::Reject { reason } => desk.reject(row, reason)?,
                Decision::Edit { action } => desk.edit(self, row, action, left)?,
                Decision::Later { until } => desk.later(row, *until)?,
            }
            books.proposal(id)?.ok_or_else(|| Error::missing("proposal", id))
        })?;
        if decided.state == State::Approved {
            self.inner.ports.fail_points.hit(fail_points::AFTER_APPROVE);
        }
        self.wake();
        Ok(decided)
    }
}

/// Reads a proposal that a person saw in this version and that still waits.
pub(crate) fn seen(books: &dyn Books, id: ProposalId, version: i64) -> Result<Proposal, Error> {
    let row = books.proposal(id)?.ok_or_else(|| Error::missing("proposal", id))?;
    if row.version == version {
        return Ok(row);
    }
    let mut what = Vec::new();
    for entry in books.history(id)? {
        let step: Option<Step> = entry.value.as_deref().and_then(|value| serde_json::from_str(value).ok());
        if let Some(step) = step.filter(|step| step.version > version) {
            what.push(step.note);
        }
    }
    Err(Error::Changed { id, version: row.version, what })
}

fn waiting(books: &dyn Books, id: ProposalId, version: i64, now: Timestamp) -> Result<Proposal, Error> {
    let row = seen(books, id, version)?;
    if row.state != State::Held {
        return Err(Error::NotWaiting { id, state: row.state });
    }
    if row.deadline_at.is_some_and(|deadline| deadline <= now) {
        return Err(Error::NotWaiting { id, state: State::Expired });
    }
    Ok(row)
}

struct Desk<'a> {
    books: &'a dyn Books,
    hand: &'a Hand<'a>,
    person: &'a Person,
    policy: Policy,
}

impl Desk<'_> {
    fn approve(&self, engine: &Engine, mut row: Proposal, batch: i64) -> Result<(), Error> {
        must_have_account(self.books, &row.action)?;
        if let Some(shipped) = row.origin.workflow.as_ref().and_then(|id| engine.shipped(id)) {
            self.person.must_be(shipped.workflow.hold.who, "approve this")?;
        }
        let amount = guard::with_today(self.books, &self.policy, &row, self.hand.now)?;
        if let Some(amount) = amount
            && self.person.role == Role::Agent
        {
            let limit = self.policy.agent_limit.limit(amount.currency);
            if amount.minor > limit.minor {
                return Err(Error::NotAllowed {
                    why: format!(
                        "{} for this customer today is above the agents' limit of {}; an operator must approve it.",
                        amount.shown(),
                        limit.shown()
                    ),
                });
            }
        }
        let guard = engine.guard(row.origin.workflow.as_ref());
        if let Err(breach) = guard::check(self.books, &self.policy, guard, &row, self.hand.now)? {
            return Err(Error::Limit { why: breach.text().to_owned() });
        }
        let from = row.state;
        if let Some(threshold) = amount.and_then(|amount| self.policy.two_people_for(amount)) {
            let threshold = threshold.shown();
            if row.made_by == self.hand.actor {
                return Err(Error::NotAllowed {
                    why: format!("Above {threshold} nobody approves what they proposed or edited."),
                });
            }
            match &row.progress.first_approval {
                None => {
                    row.progress.first_approval = Some((self.person.name.clone(), self.hand.now));
                    row.version += 1;
                    let note = format!(
                        "{} approved first; a second person is needed above {threshold}",
                        self.person.name
                    );
                    return life::commit(
                        self.books,
                        self.hand,
                        from,
                        &row,
                        "proposal.first_approval",
                        note,
                        None,
                    );
                }
                Some((first, _)) if *first == self.person.name => {
                    return Err(Error::NotAllowed {
                        why: format!("You approved it first; above {threshold} a second person is needed."),
                    });
                }
                Some(_) => {}
            }
        }
        row.state = State::Approved;
        row.decided_by = Some(self.hand.actor.clone());
        row.decided_at = Some(self.hand.now);
        // The window as it is set now, not as it was when the proposal was made.
        row.undo_seconds = self.policy.undo_window(row.action.kind());
        row.leaves_at = Some(leaves_at(&row, self.hand.now));
        row.later_until = None;
        row.batch = Some(batch);
        let note = format!("Approved by {}", self.person.name);
        life::commit(self.books, self.hand, from, &row, "proposal.approved", note, None)
    }

    fn reject(&self, mut row: Proposal, reason: &str) -> Result<(), Error> {
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(Error::invalid("Say why you reject it."));
        }
        let from = row.state;
        row.state = State::Refused;
        row.decided_by = Some(self.hand.actor.clone());
        row.decided_at = Some(self.hand.now);
        let note = format!("Rejected by {}: {reason}", self.person.name);
        row.trouble = life::trouble("rejected", note.clone(), None);
        life::commit(self.books, self.hand, from, &row, "proposal.rejected", note, None)
    }

    fn edit(
        &self,
        engine: &Engine,
        mut row: Proposal,
        action: &Action,
        left: Option<Money>,
    ) -> Result<(), Error> {
        may_replace(&row.action, action)?;
        sound(action)?;
        if *action == row.action {
            return Err(Error::invalid("Nothing was changed."));
        }
        if let Some(amount) = action.amount() {
            if let Some(left) = left
                && amount.minor > left.minor
            {
                return Err(Error::invalid(format!(
                    "{} is more than what is left of the order, {}.",
                    amount.shown(),
                    left.shown()
                )));
            }
            let guard = engine.guard(row.origin.workflow.as_ref());
            guard::action_cap(&self.policy, guard, amount)
                .map_err(|breach| Error::Limit { why: breach.text().to_owned() })?;
        }
        let from = row.state;
        let before = std::mem::replace(&mut row.action, action.clone());
        row.version += 1;
        row.made_by = self.hand.actor.clone();
        row.progress.first_approval = None;
        let note = format!("Edited by {}: {}", self.person.name, words::title(&row.action));
        life::commit(self.books, self.hand, from, &row, "proposal.edited", note, Some(before))?;
        self.ask_again_about_followers(&row)
    }

    /// What leaves after an edited action may speak of it, so a person must look at it again.
    fn ask_again_about_followers(&self, edited: &Proposal) -> Result<(), Error> {
        for id in self.books.related(Related::WaitingFor(edited.id))? {
            let Some(mut follower) = self.books.proposal(id)? else { continue };
            let from = follower.state;
            let note = format!(
                "{} edited \"{}\"; check what this one says",
                self.person.name,
                words::title(&edited.action)
            );
            life::warn(&mut follower, "text_may_be_outdated", &note);
            life::back_to_held(&mut follower, self.hand.now);
            life::commit(self.books, self.hand, from, &follower, "proposal.held", note, None)?;
        }
        Ok(())
    }

    fn later(&self, mut row: Proposal, until: Timestamp) -> Result<(), Error> {
        if until <= self.hand.now {
            return Err(Error::invalid("Later must lie in the future."));
        }
        if row.deadline_at.is_some_and(|deadline| until >= deadline) {
            return Err(Error::invalid("It expires before then."));
        }
        let from = row.state;
        row.later_until = Some(until);
        let note = format!("Put aside by {}", self.person.name);
        life::commit(self.books, self.hand, from, &row, "proposal.later", note, None)
    }
}

/// Checks that an edit changes only what the action's kind allows.
fn may_replace(old: &Action, new: &Action) -> Result<(), Error> {
    if old.kind() != new.kind() || old.target() != new.target() {
        return Err(Error::invalid("An edit cannot change what is done or to what."));
    }
    match (old, new) {
        (Action::OrderRefund { amount: a, .. }, Action::OrderRefund { amount: b, .. })
        | (Action::PaymentRefund { amount: a, .. }, Action::PaymentRefund { amount: b, .. })
            if a.currency != b.currency =>
        {
            Err(Error::invalid("An edit cannot change the currency."))
        }
        (Action::MarketingHold { .. } | Action::MarketingRelease { .. }, _) => {
            Err(Error::invalid("There is nothing to edit here."))
        }
        _ => Ok(()),
    }
}
