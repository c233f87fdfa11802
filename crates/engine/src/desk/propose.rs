//! How a proposal comes to wait: warnings, guardrails, then the mode.

use fermata_model::{Action, CustomerId, Mode, ProposalId, State, Timestamp};
use fermata_store::audit::Actor;
use fermata_store::ledger::{Case, Evidence, NewProposal, Origin, Proposal, Rule, Surface, Warning};
use jiff::SignedDuration;

use super::sound::sound;
use super::withdraw::must_have_account;
use crate::Error;
use crate::agreement::{self, Books, Related};
use crate::engine::{self, Engine};
use crate::guard::{self, Breach};
use crate::life::{self, Hand};
use crate::people::{Person, Role};
use crate::policy::Policy;
use crate::workflow::file::Guard;

/// An action that a person proposes by hand.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// The effect.
    pub action: Action,
    /// Whom it concerns.
    pub customer: Option<CustomerId>,
    /// Why, in one sentence.
    pub why: String,
    /// What it rests on.
    pub evidence: Vec<Evidence>,
    /// When it lapses if nobody answers.
    pub deadline_at: Option<Timestamp>,
    /// What it takes back, if it does: that one is marked as undone once this is done.
    pub takes_back: Option<ProposalId>,
}

impl Engine {
    /// Proposes an action by hand; it waits in the queue like any other.
    ///
    /// Errors: [`Error::Duplicate`], [`Error::Limit`] if it is above the cap for one action,
    /// [`Error::NotAllowed`] for viewers.
    pub fn propose(&self, draft: Draft, person: &Person) -> Result<Proposal, Error> {
        person.must_be(Role::Agent, "propose an action")?;
        if draft.why.trim().is_empty() {
            return Err(Error::invalid("Say why, in a sentence."));
        }
        let key = self.inner.ports.ids.key();
        let hand = self.hand(person.actor(), "by hand");
        agreement::write(&*self.inner.agreement, &person.actor(), |books| {
            let policy = engine::policy(books)?;
            let limit = draft
                .action
                .amount()
                .map(|a| format!("up to {}", policy.per_action.limit(a.currency).shown()));
            let new = NewProposal {
                key,
                surface: Surface::Queue,
                action: draft.action.clone(),
                customer: draft.customer,
                origin: Origin {
                    workflow: None,
                    workflow_version: 0,
                    run: None,
                    step: "by-hand".to_owned(),
                    occurrence: key.to_string(),
                },
                group: draft.takes_back,
                after: None,
                case: Case {
                    why: draft.why.clone(),
                    evidence: draft.evidence.clone(),
                    rule: Rule { name: "by hand".to_owned(), version: 1, limit },
                    alternatives: Vec::new(),
                    flip: None,
                    warnings: Vec::new(),
                    facts_at: None,
                },
                made_by: person.actor(),
                created_at: hand.now,
                deadline_at: draft.deadline_at,
                undo_seconds: policy.undo_window(draft.action.kind()),
            };
            let row = lay(books, &hand, &policy, None, Mode::Approve, new)?;
            if row.state == State::Refused {
                let why = row.trouble.map_or_else(|| "A limit stands against it.".to_owned(), |t| t.message);
                return Err(Error::Limit { why });
            }
            Ok(row)
        })
    }
}

/// Writes a proposal down and takes it to where its mode and the guardrails let it wait.
///
/// Errors: [`Error::Duplicate`] if its target has another unfinished money action,
/// [`Error::Invalid`] if the action lacks something, or its account is gone.
pub(crate) fn lay(
    books: &dyn Books,
    hand: &Hand<'_>,
    policy: &Policy,
    guard: Option<&Guard>,
    mode: Mode,
    mut new: NewProposal,
) -> Result<Proposal, Error> {
    sound(&new.action)?;
    must_have_account(books, &new.action)?;
    // In shadow nothing will ever leave, so nothing stands in its way; but it must not take the
    // place of a proposal that could.
    if new.action.amount().is_some()
        && let Some(id) = books.unfinished_money(new.action.target())?
    {
        return Err(Error::Duplicate { id });
    }
    new.case.warnings.extend(warnings(books, policy, &new)?);
    new.surface = if mode == Mode::Suggest { Surface::Suggestion } else { Surface::Queue };
    let mut row = life::begin(books, hand, &new)?;
    let from = row.state;
    let why = row.case.why.clone();
    let breach = guard::check(books, policy, guard, &row, hand.now)?.err();
    let two_people =
        guard::with_today(books, policy, &row, hand.now)?.and_then(|amount| policy.two_people_for(amount));
    match (mode, &breach) {
        (Mode::Off, _) => return Err(Error::invalid("The workflow is off.")),
        (Mode::Shadow, _) => {
            row.state = State::Shadowed;
            life::commit(books, hand, from, &row, "proposal.shadowed", why, None)?;
        }
        (_, Some(Breach::Action(text))) => {
            row.state = State::Refused;
            row.trouble = life::trouble("limit", text.clone(), None);
            let guardrail = Hand::new(hand.ids, hand.now, Actor::Fermata, "guardrail");
            life::commit(books, &guardrail, from, &row, "proposal.refused", text.clone(), None)?;
        }
        // Where two people are asked for, nobody's yes is not enough.
        (Mode::Auto, None) if two_people.is_none() => {
            row.state = State::Approved;
            row.decided_by = Some(hand.actor.clone());
            row.decided_at = Some(hand.now);
            row.leaves_at = Some(leaves_at(&row, hand.now));
            life::commit(books, hand, from, &row, "proposal.approved", why, None)?;
        }
        (_, breach) => {
            if let Some(breach) = breach {
                life::warn(&mut row, "day_limit", breach.text());
            }
            row.state = State::Held;
            life::commit(books, hand, from, &row, "proposal.held", why, None)?;
        }
    }
    books.proposal(row.id)?.ok_or_else(|| Error::missing("proposal", row.id))
}

/// Returns when an action that is approved now may leave.
pub(crate) fn leaves_at(row: &Proposal, now: Timestamp) -> Timestamp {
    now.checked_add(SignedDuration::from_secs(row.undo_seconds)).unwrap_or(Timestamp::MAX)
}

fn warnings(books: &dyn Books, policy: &Policy, new: &NewProposal) -> Result<Vec<Warning>, Error> {
    let mut warnings = Vec::new();
    let mut warn = |code: &str, text: String| warnings.push(Warning { code: code.to_owned(), text });
    if let Some(customer) = new.customer {
        if new.action.amount().is_some() {
            let since =
                new.created_at.checked_sub(SignedDuration::from_hours(90 * 24)).unwrap_or(Timestamp::MIN);
            let earlier = books.money_actions_since(customer, since)?;
            if earlier >= 2 {
                warn("third_refund", format!("Refund number {} in 90 days", earlier + 1));
            }
        }
        let mut others = 0;
        for id in books.related(Related::Customer(customer))? {
            let same_plan = books.proposal(id)?.is_some_and(|other| Some(other.group) == new.group);
            others += i32::from(!same_plan);
        }
        if others > 0 {
            warn("second_proposal", format!("{others} more waiting or on the way for the same customer"));
        }
    }
    if let Some(read) = new.case.facts_at {
        let age = new.created_at.duration_since(read);
        if age > SignedDuration::from_mins(policy.stale_after_minutes) {
            warn("stale_facts", format!("The facts were read {} minutes ago", age.as_mins()));
        }
    }
    Ok(warnings)
}
