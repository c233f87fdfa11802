//! Undo: a yes is taken back before it has left. Afterwards it is honestly too late.

use fermata_model::{ProposalId, State};
use fermata_store::ledger::Proposal;

use crate::Error;
use crate::agreement::{self, Related};
use crate::engine::Engine;
use crate::life;
use crate::people::{Person, Role};

/// What to take back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undo {
    /// These.
    These(Vec<ProposalId>),
    /// What was approved together under this number.
    Batch(i64),
    /// What the person approved last, with all that was approved together with it.
    Last,
}

/// One proposal and what became of it.
pub type Each = (ProposalId, Result<Proposal, Error>);

impl Engine {
    /// Takes back what has not left; each goes back to *held* as a new version.
    ///
    /// Each proposal has a result of its own: [`Error::Leaving`] if it is too late for it,
    /// [`Error::NotWaiting`] if it was not approved.
    pub fn undo(&self, undo: Undo, person: &Person) -> Result<Vec<Each>, Error> {
        person.must_be(Role::Agent, "undo")?;
        let ids = agreement::read(&*self.inner.agreement, |books| match &undo {
            Undo::These(ids) => Ok(ids.clone()),
            Undo::Batch(batch) => books.related(Related::Batch(*batch)),
            Undo::Last => match books.last_batch(Some(&person.actor()))? {
                Some(batch) => books.related(Related::Batch(batch)),
                None => Ok(Vec::new()),
            },
        })?;
        Ok(ids.into_iter().map(|id| (id, self.undo_one(id, person))).collect())
    }

    fn undo_one(&self, id: ProposalId, person: &Person) -> Result<Proposal, Error> {
        let hand = self.hand(person.actor(), format!("{} decides", person.role));
        agreement::write(&*self.inner.agreement, &person.actor(), |books| {
            let mut row = books.proposal(id)?.ok_or_else(|| Error::missing("proposal", id))?;
            match row.state {
                State::Approved => {}
                State::Sending | State::InDoubt | State::Accepted | State::Confirmed | State::Undone => {
                    return Err(Error::Leaving { id, state: row.state });
                }
                state => return Err(Error::NotWaiting { id, state }),
            }
            if person.role == Role::Agent && row.decided_by != Some(person.actor()) {
                return Err(Error::NotAllowed {
                    why: "An agent takes back only their own decisions.".to_owned(),
                });
            }
            life::back_to_held(&mut row, hand.now);
            let note = format!("Taken back by {}; nothing was sent", person.name);
            life::commit(books, &hand, State::Approved, &row, "proposal.undone", note, None)?;
            books.proposal(id)?.ok_or_else(|| Error::missing("proposal", id))
        })
    }
}
