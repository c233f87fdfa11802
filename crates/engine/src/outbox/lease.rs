//! The sender's lease.
//!
//! A lease that ran out does not stop bytes that were already sent. So whoever takes it over
//! puts everything that was `sending` under an older one in doubt, before anything else.

use std::sync::atomic::Ordering;
use std::time::Duration;

use fermata_model::{ProposalId, State, Timestamp};
use fermata_store::audit::Actor;
use fermata_store::ledger::Lease;

use crate::Error;
use crate::agreement::{self, Books, Due};
use crate::engine::{Engine, names};
use crate::life::{self, Hand};
use crate::policy::later;

/// How long a lease lasts unless renewed; longer than any single call to a platform.
const LASTS: Duration = Duration::from_secs(120);

impl Engine {
    /// Takes or renews the right to send. Returns its epoch; `None` if another process has it.
    pub(crate) fn take_lease(&self) -> Result<Option<i64>, Error> {
        if let Some(epoch) = self.lease_is_fresh()? {
            return Ok(Some(epoch));
        }
        // Being the only one tells that whoever had the lease before this process began is dead.
        // It does not tell so of one who took it from this very process while it slept.
        let alone = !self.inner.held_before.load(Ordering::Acquire) && self.inner.agreement.alone();
        let hand = self.hand(Actor::Fermata, "lease");
        let epoch = self.take_lease_over(alone, &hand)?;
        if epoch.is_some() {
            self.inner.held_before.store(true, Ordering::Release);
        }
        Ok(epoch)
    }

    /// Returns the epoch if this process has the lease for a good while yet and nothing under it
    /// was left behind, so that an idle engine writes nothing.
    fn lease_is_fresh(&self) -> Result<Option<i64>, Error> {
        let enough = later(self.now(), LASTS / 2);
        agreement::read(&*self.inner.agreement, |books| {
            let Some(lease) = books.lease(names::SENDER)? else { return Ok(None) };
            if lease.holder != self.inner.holder || lease.ends_at < enough || !is_running(&lease, self.now())
            {
                return Ok(None);
            }
            let sending = books.due(Due::SendingBefore(lease.epoch + 1), u32::MAX)?;
            let in_flight = self.in_flight();
            Ok(sending.iter().all(|id| in_flight.contains(id)).then_some(lease.epoch))
        })
    }

    fn take_lease_over(&self, alone: bool, hand: &Hand<'_>) -> Result<Option<i64>, Error> {
        agreement::write(&*self.inner.agreement, &Actor::Fermata, |books| {
            let epoch = match books.lease(names::SENDER)? {
                Some(lease) if lease.holder == self.inner.holder => lease.epoch,
                Some(lease) if !alone && is_running(&lease, hand.now) => return Ok(None),
                Some(lease) => lease.epoch + 1,
                None => 1,
            };
            let lease = Lease { holder: self.inner.holder.clone(), epoch, ends_at: later(hand.now, LASTS) };
            books.put_lease(names::SENDER, &lease)?;
            for id in books.due(Due::SendingBefore(epoch), u32::MAX)? {
                doubt(books, hand, id, "Fermata ended while it was on its way")?;
            }
            // Under this very lease, but nobody is at it: its outcome could not be written down.
            for id in books.due(Due::SendingBefore(epoch + 1), u32::MAX)? {
                if !self.in_flight().contains(&id) {
                    doubt(books, hand, id, "What became of it could not be written down")?;
                }
            }
            Ok(Some(epoch))
        })
    }

    /// Gives the lease back, so that another process need not wait for its end.
    pub(crate) fn release_lease(&self) -> Result<(), Error> {
        let now = self.now();
        agreement::write(&*self.inner.agreement, &Actor::Fermata, |books| {
            match books.lease(names::SENDER)? {
                Some(lease) if lease.holder == self.inner.holder => {
                    books.put_lease(names::SENDER, &Lease { ends_at: now, ..lease })
                }
                _ => Ok(()),
            }
        })
    }
}

/// Tells whether a lease still runs. One that ends further ahead than any lease may was written
/// under a clock that has since been set back.
fn is_running(lease: &Lease, now: Timestamp) -> bool {
    lease.ends_at > now && lease.ends_at <= later(now, LASTS)
}

fn doubt(books: &dyn Books, hand: &Hand<'_>, id: ProposalId, why: &str) -> Result<(), Error> {
    let Some(mut row) = books.proposal(id)? else { return Ok(()) };
    row.state = State::InDoubt;
    row.next_at = Some(hand.now);
    life::commit(books, hand, State::Sending, &row, "proposal.in_doubt", why, None)
}

/// Tells whether this process still holds the lease of this epoch.
pub(crate) fn holds(engine: &Engine, books: &dyn Books, epoch: i64, now: Timestamp) -> Result<bool, Error> {
    Ok(books
        .lease(names::SENDER)?
        .is_some_and(|l| l.holder == engine.inner.holder && l.epoch == epoch && is_running(&l, now)))
}
