//! The reconciler: after any doubt the platform is asked, before anything is tried again.

use std::time::Duration;

use fermata_model::{Action, Nature, ProposalId, State, Timestamp};
use fermata_store::audit::Actor;
use fermata_store::ledger::Proposal;
use futures_util::StreamExt;
use futures_util::stream;
use jiff::SignedDuration;

use super::patience::within;
use super::sender::{blocking, confirmed};
use crate::agreement::{self, Books, Due, alert};
use crate::engine::Engine;
use crate::life::{self, Hand};
use crate::policy::{back_off, later};
use crate::ports::{Failure, Fate, Found, Settling};
use crate::{Error, words};

/// How many questions are asked at once.
const SIDE_BY_SIDE: usize = 4;
/// How many are taken up in one pass.
const AT_ONCE: u32 = 32;
/// The shortest time in which something the platform took must become visible.
const VISIBLE_WITHIN: Duration = Duration::from_secs(15 * 60);

/// What it takes to believe that an action did not happen, and what follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Proof {
    /// Two reads apart by the settling time, and then a person.
    Person,
    /// Two reads apart by the settling time.
    TwoReads,
    /// One read: the action sets a value, so doing it again changes nothing.
    OneRead,
}

const fn proof(action: &Action) -> Proof {
    match action.kind().nature() {
        Nature::Money => Proof::Person,
        Nature::Adds => Proof::TwoReads,
        Nature::Sets => Proof::OneRead,
    }
}

impl Engine {
    /// Asks the platforms about what is in doubt, or taken and not yet visible. Returns how many
    /// were asked after.
    pub async fn look_due(&self) -> usize {
        let now = self.now();
        let due = blocking(self, move |engine| {
            agreement::read(&*engine.inner.agreement, |books| books.due(Due::Look(now), AT_ONCE))
        })
        .await;
        let due = due.unwrap_or_else(|error| {
            tracing::warn!(%error, "a pass of the reconciler failed; it is tried again");
            Vec::new()
        });
        let count = due.len();
        stream::iter(due)
            .for_each_concurrent(SIDE_BY_SIDE, |id| async move {
                match self.look_one(id).await {
                    Ok(()) | Err(Error::Outrun) => {}
                    Err(error) => {
                        tracing::warn!(proposal = %id, %error, "a question was not answered; it is asked again");
                    }
                }
            })
            .await;
        count
    }

    async fn look_one(&self, id: ProposalId) -> Result<(), Error> {
        let row = blocking(self, move |engine| engine.proposal(id)).await?;
        if !matches!(row.state, State::InDoubt | State::Accepted) {
            return Ok(());
        }
        let Some(frozen) = row.frozen.clone() else {
            return Err(Error::invalid("It is in doubt without ever having been sent."));
        };
        let found = within(Fate::NotDone, self.inner.ports.platforms.find(&frozen)).await;
        blocking(self, move |engine| engine.looked(row, found)).await
    }

    fn looked(&self, row: Proposal, found: Result<Found, Failure>) -> Result<(), Error> {
        let settling = self.inner.ports.platforms.settling(row.action.target().connection, row.action.kind());
        let hand = self.hand(Actor::Fermata, "reconciler");
        agreement::write(&*self.inner.agreement, &Actor::Fermata, |books| {
            let mut row = row.clone();
            let from = row.state;
            row.progress.looks.asked += 1;
            row.progress.looks.last_at = Some(hand.now);
            let asked = row.progress.looks.asked;
            row.next_at = Some(later(hand.now, back_off(asked, None)));
            match &found {
                Ok(Found::Yes(receipt)) => {
                    let (what, note) = confirmed(&mut row, receipt);
                    life::commit(books, &hand, from, &row, what, note, None)
                }
                Ok(Found::Failed(reason)) => {
                    row.state = State::Refused;
                    row.next_at = None;
                    row.trouble = life::trouble("platform_failed", reason.clone(), None);
                    life::commit(books, &hand, from, &row, "proposal.refused", reason.clone(), None)
                }
                Ok(Found::Pending) => {
                    row.progress.looks.absent = 0;
                    row.progress.looks.absent_since = None;
                    again(books, &row)
                }
                Ok(Found::No) if from == State::Accepted => unseen(books, &hand, row, settling),
                Ok(Found::No) => absent(books, &hand, row, settling),
                Err(failure) => {
                    row.next_at = Some(later(hand.now, back_off(asked, failure.retry_after)));
                    row.trouble = life::trouble(&failure.code, failure.message.clone(), failure.hint.clone());
                    again(books, &row)
                }
            }
        })
    }
}

fn again(books: &dyn Books, row: &Proposal) -> Result<(), Error> {
    if life::postpone(books, row)? { Ok(()) } else { Err(Error::Outrun) }
}

/// The platform took it, but does not show it.
fn unseen(books: &dyn Books, hand: &Hand<'_>, mut row: Proposal, settling: Settling) -> Result<(), Error> {
    let patience = VISIBLE_WITHIN.max(settling.settles_within * 2);
    let since = row.progress.accepted_at.unwrap_or(row.created_at);
    if apart(since, hand.now) < patience {
        return again(books, &row);
    }
    let note = format!("{} took it and does not show it", words::platform(&row));
    row.state = State::InDoubt;
    row.progress.looks = fermata_store::ledger::Looks::default();
    life::commit(books, hand, State::Accepted, &row, "proposal.in_doubt", note, None)
}

/// There is no trace of it at this moment.
fn absent(books: &dyn Books, hand: &Hand<'_>, mut row: Proposal, settling: Settling) -> Result<(), Error> {
    let looks = &mut row.progress.looks;
    looks.absent += 1;
    // A clock that was set back would make the two reads look further apart than they are, or
    // never apart; the count begins again.
    if looks.absent_since.is_none_or(|since| since > hand.now) {
        looks.absent_since = Some(hand.now);
        looks.absent = 1;
    }
    let waited = looks.absent_since.map_or(Duration::ZERO, |since| apart(since, hand.now));
    let settled = looks.absent >= 2 && waited >= settling.settles_within;
    let (asked, knew) = (looks.asked, looks.needs_person);
    let platform = words::platform(&row);
    match proof(&row.action) {
        Proof::Person if settled && !knew => {
            row.progress.looks.needs_person = true;
            let note =
                format!("{platform} shows no trace of it, asked {asked} times; a person must settle it");
            books.raise(&alert(
                life::doubt_key(row.id),
                format!("{}: {note}.", words::title(&row.action)),
                "Look at the order on the platform, then settle it with a note.",
                row.action.amount(),
                Some(row.action.target().connection),
                hand.now,
            ))?;
            row.version += 1;
            life::commit(books, hand, State::InDoubt, &row, "proposal.needs_person", note, None)
        }
        Proof::TwoReads if settled => approved_again(books, hand, row),
        Proof::OneRead => approved_again(books, hand, row),
        Proof::Person | Proof::TwoReads => {
            // The second read is due when the settling time is over, not much later.
            if !knew && let Some(since) = row.progress.looks.absent_since {
                let second = later(since, settling.settles_within).max(hand.now);
                row.next_at = row.next_at.map(|next| if asked >= 2 { next.min(second) } else { next });
            }
            again(books, &row)
        }
    }
}

/// It provably did not happen, so the yes still stands.
fn approved_again(books: &dyn Books, hand: &Hand<'_>, mut row: Proposal) -> Result<(), Error> {
    row.state = State::Approved;
    row.next_at = Some(hand.now);
    row.trouble = None;
    let note = format!("{} shows that it did not happen; it is sent again", words::platform(&row));
    life::commit(books, hand, State::InDoubt, &row, "proposal.proved_absent", note, None)
}

fn apart(from: Timestamp, to: Timestamp) -> Duration {
    Duration::try_from(to.duration_since(from).max(SignedDuration::ZERO)).unwrap_or(Duration::ZERO)
}
