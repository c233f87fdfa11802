//! What waits for an account leaves the queue with it: nothing could be sent there any more. What it was
//! in doubt about can be asked no more either; a person settles it.

use fermata_model::{Action, ConnectionId, ProposalId, State};
use fermata_store::Tx;
use fermata_store::audit::Actor;
use fermata_store::ledger::Proposal;

use crate::Error;
use crate::agreement::{self, Books, Due, Reads, Related, alert, sqlite};
use crate::engine::Engine;
use crate::life::{self, Hand};
use crate::people::Person;
use crate::words;

/// What somebody is told who wants something done at an account that is gone.
const GONE: &str = "Its account was removed; nothing was sent";

/// What is said of an action in doubt whose account is gone.
pub(crate) const CANNOT_ASK: &str = "Its account was removed, so it cannot be asked any more";

/// The trouble of an action in doubt whose account is gone.
const REMOVED: &str = "account_removed";

/// How many are taken up in one transaction, where none removes their account.
const AT_ONCE: u32 = 500;

impl Engine {
    /// Withdraws what still waits for an account, approved or not. Returns how many those were.
    ///
    /// What is on its way, or in doubt, stays what it is. Runs under way look at once what they have lost.
    /// `tx` is the transaction that removes the
    /// account, so that neither happens without the other; `account` names it as the subject of a sentence.
    pub fn withdraw_from(
        &self,
        tx: &Tx<'_>,
        connection: ConnectionId,
        account: &str,
        person: &Person,
    ) -> Result<usize, Error> {
        let hand = self.hand(person.actor(), format!("{} removes an account", person.role));
        sqlite::within(tx, |books| {
            let waiting = books.related(Related::Account(connection))?;
            books.wake_waiting_runs(hand.now)?;
            withdraw(books, &hand, &waiting, &format!("{account} was removed; nothing was sent"))
        })
    }

    /// Withdraws what waits for accounts that are gone: what came back from its way after the
    /// removal, and what an earlier version left behind.
    pub(crate) fn withdraw_stranded(&self) -> Result<usize, Error> {
        let stranded = agreement::read(&*self.inner.agreement, |books| books.due(Due::Withdraw, AT_ONCE))?;
        if stranded.is_empty() {
            return Ok(0);
        }
        let hand = self.hand(Actor::Fermata, "account removed");
        agreement::write(&*self.inner.agreement, &Actor::Fermata, |books| {
            withdraw(books, &hand, &stranded, GONE)
        })
    }
}

impl Engine {
    /// Leaves to a person what nobody can be asked about any more, because its account is gone.
    pub(crate) fn give_up_asking(&self) -> Result<(), Error> {
        let due = Due::Unanswerable(REMOVED);
        if agreement::read(&*self.inner.agreement, |books| books.due(due, 1))?.is_empty() {
            return Ok(());
        }
        let hand = self.hand(Actor::Fermata, "account removed");
        agreement::write(&*self.inner.agreement, &Actor::Fermata, |books| {
            books.due(due, AT_ONCE)?.into_iter().try_for_each(|id| leave_to_person(books, &hand, id))
        })
    }
}

fn leave_to_person(books: &dyn Books, hand: &Hand<'_>, id: ProposalId) -> Result<(), Error> {
    let Some(mut row) = books.proposal(id)? else { return Ok(()) };
    let from = row.state;
    row.state = State::InDoubt;
    row.next_at = None;
    row.version += 1;
    row.progress.looks.needs_person = true;
    row.trouble = life::trouble(REMOVED, CANNOT_ASK, None);
    let note = format!("{CANNOT_ASK}; a person must settle it");
    life::commit(books, hand, from, &row, "proposal.needs_person", note.clone(), None)?;
    books.raise(&alert(
        life::doubt_key(row.id),
        format!("{}: {note}.", words::title(&row.action)),
        "Look at it on the platform, then settle it with a note.",
        row.action.amount(),
        None,
        hand.now,
    ))
}

/// Withdraws proposals, those first that wait for another of them: a person need not be asked about
/// what goes as well.
fn withdraw(books: &dyn Books, hand: &Hand<'_>, rows: &[ProposalId], why: &str) -> Result<usize, Error> {
    let mut withdrawn = 0;
    for &id in rows {
        let Some(mut row) = books.proposal(id)? else { continue };
        let from = row.state;
        if !matches!(from, State::Held | State::Approved) {
            continue;
        }
        row.state = State::Refused;
        row.next_at = None;
        row.trouble = life::trouble("withdrawn", why, None);
        life::commit(books, hand, from, &row, "proposal.withdrawn", why, None)?;
        withdrawn += 1;
    }
    Ok(withdrawn)
}

/// Withdraws what nobody has said yes to so far and has no purpose any more.
pub(crate) fn purposeless(
    books: &dyn Books,
    hand: &Hand<'_>,
    mut row: Proposal,
    why: &str,
) -> Result<(), Error> {
    row.state = State::Refused;
    row.trouble = life::trouble("withdrawn", why, None);
    life::commit(books, hand, State::Held, &row, "proposal.withdrawn", why, None)
}

/// Tells whether the account is there that an action goes to.
pub(crate) fn has_account(books: &dyn Reads, action: &Action) -> Result<bool, Error> {
    books.has_account(action.target().connection)
}

/// Refuses to ask about an action whose account is gone.
pub(crate) fn must_be_answerable(books: &dyn Reads, action: &Action) -> Result<(), Error> {
    if has_account(books, action)? {
        Ok(())
    } else {
        Err(Error::invalid(format!("{CANNOT_ASK}. Settle it with a note.")))
    }
}

/// Refuses to let an action wait, or leave, for an account that is gone.
pub(crate) fn must_have_account(books: &dyn Reads, action: &Action) -> Result<(), Error> {
    if has_account(books, action)? { Ok(()) } else { Err(Error::invalid(format!("{GONE}."))) }
}
