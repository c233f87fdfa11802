//! Deadlines: when nobody answers, nothing happens, and it says so.

use fermata_model::State;
use fermata_store::audit::Actor;

use crate::Error;
use crate::agreement::{self, Due};
use crate::engine::Engine;
use crate::life;

impl Engine {
    /// Lets held proposals lapse whose deadline has passed. Returns how many.
    ///
    /// A clock that jumps can only make this happen too early or too late; it can never approve.
    pub(crate) fn lapse(&self) -> Result<usize, Error> {
        let now = self.now();
        let due = agreement::read(&*self.inner.agreement, |books| books.due(Due::Lapse(now), 500))?;
        for &id in &due {
            let hand = self.hand(Actor::Fermata, "deadline");
            agreement::write(&*self.inner.agreement, &Actor::Fermata, |books| {
                let Some(mut row) = books.proposal(id)? else { return Ok(()) };
                if row.state != State::Held || row.deadline_at.is_none_or(|deadline| deadline > now) {
                    return Ok(());
                }
                row.state = State::Expired;
                let note = "Nobody answered in time; nothing was done";
                life::commit(books, &hand, State::Held, &row, "proposal.expired", note, None)
            })?;
        }
        Ok(due.len())
    }
}
