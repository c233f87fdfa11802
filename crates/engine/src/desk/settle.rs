//! Doubt that the platform cannot resolve is settled by a person, with a note.

use fermata_model::{ProposalId, Receipt, State};
use fermata_store::ledger::{Looks, Proposal};

use super::decide::seen;
use super::propose::leaves_at;
use super::withdraw::{must_be_answerable, must_have_account};
use crate::Error;
use crate::agreement;
use crate::engine::{self, Engine};
use crate::guard;
use crate::life;
use crate::people::{Person, Role};

/// What a person found out about an action whose answer was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// It happened.
    Happened,
    /// It did not happen, and it shall not.
    DidNot,
    /// It did not happen; it is approved again and leaves after its undo window.
    SendAgain,
}

impl Engine {
    /// Settles an action in doubt.
    ///
    /// Errors: [`Error::NotWaiting`] if it is not in doubt, [`Error::Changed`] for another
    /// version than the person saw, [`Error::NotAllowed`] (money needs an operator),
    /// [`Error::Invalid`] without a note.
    pub fn settle(
        &self,
        id: ProposalId,
        version: i64,
        settlement: Settlement,
        note: &str,
        person: &Person,
    ) -> Result<Proposal, Error> {
        let note = note.trim();
        if note.is_empty() {
            return Err(Error::invalid("Say how you know."));
        }
        let hand = self.hand(person.actor(), format!("{} settles", person.role));
        let row = agreement::write(&*self.inner.agreement, &person.actor(), |books| {
            let mut row = seen(books, id, version)?;
            if row.state != State::InDoubt {
                return Err(Error::NotWaiting { id, state: row.state });
            }
            let role = if row.is_money() { Role::Operator } else { Role::Agent };
            person.must_be(role, "settle this")?;
            row.next_at = None;
            let (what, told) = match settlement {
                Settlement::Happened => {
                    row.state = State::Confirmed;
                    row.receipt = Some(Receipt {
                        external_id: format!("seen by {}", person.name),
                        at: hand.now,
                        amount: row.action.amount(),
                    });
                    ("proposal.settled_done", format!("{} saw that it happened: {note}", person.name))
                }
                Settlement::DidNot => {
                    row.state = State::Refused;
                    let told = format!("{} saw that it did not happen: {note}", person.name);
                    row.trouble = life::trouble("settled", told.clone(), None);
                    ("proposal.settled_not_done", told)
                }
                Settlement::SendAgain => {
                    must_have_account(books, &row.action)?;
                    let policy = engine::policy(books)?;
                    let guard = self.guard(row.origin.workflow.as_ref());
                    if let Err(breach) = guard::check(books, &policy, guard, &row, hand.now)? {
                        return Err(Error::Limit { why: breach.text().to_owned() });
                    }
                    row.state = State::Approved;
                    row.decided_by = Some(person.actor());
                    row.decided_at = Some(hand.now);
                    row.undo_seconds = policy.undo_window(row.action.kind());
                    row.leaves_at = Some(leaves_at(&row, hand.now));
                    row.progress.looks = Looks::default();
                    row.trouble = None;
                    (
                        "proposal.approved",
                        format!("{} saw that it did not happen and sends it again: {note}", person.name),
                    )
                }
            };
            life::commit(books, &hand, State::InDoubt, &row, what, told, None)?;
            books.proposal(id)?.ok_or_else(|| Error::missing("proposal", id))
        })?;
        self.wake();
        Ok(row)
    }

    /// Makes the platform be asked now about an action in doubt, or taken and not yet visible.
    ///
    /// Errors: [`Error::NotWaiting`] if it is neither, [`Error::Invalid`] if its account is gone.
    pub fn look_now(&self, id: ProposalId, person: &Person) -> Result<(), Error> {
        person.must_be(Role::Agent, "ask the platform")?;
        agreement::write(&*self.inner.agreement, &person.actor(), |books| {
            let mut row = books.proposal(id)?.ok_or_else(|| Error::missing("proposal", id))?;
            if !matches!(row.state, State::InDoubt | State::Accepted) {
                return Err(Error::NotWaiting { id, state: row.state });
            }
            must_be_answerable(books, &row.action)?;
            row.next_at = None;
            if life::postpone(books, &row)? { Ok(()) } else { Err(Error::Outrun) }
        })?;
        self.wake();
        Ok(())
    }
}
