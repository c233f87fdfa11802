//! The sender: the intent is on disk before the first byte leaves.

use std::time::Duration;

use fermata_model::{Frozen, Mode, ProposalId, Receipt, State, Timestamp};
use fermata_store::audit::Actor;
use fermata_store::ledger::{Looks, Proposal};
use futures_util::StreamExt;
use futures_util::stream;
use jiff::SignedDuration;

use super::lease;
use super::patience::within;
use crate::agreement::{self, Books, Due};
use crate::desk::rules;
use crate::engine::{self, Engine};
use crate::fail_points as at;
use crate::guard;
use crate::life::{self, Hand};
use crate::policy::{back_off, later};
use crate::ports::{Failure, Fate, Sent};
use crate::runs::freshness::Holds;
use crate::{Error, words};

/// How many actions are on their way at once; the platforms' own budgets slow them further.
const SIDE_BY_SIDE: usize = 4;
/// How many are taken up in one pass.
const AT_ONCE: u32 = 32;
/// How long an action waits before its turn comes again, while another must be done first.
const WAIT_FOR_ANOTHER: Duration = Duration::from_secs(60);
/// How long an action waits before its turn comes again, after something of ours failed.
const WAIT_AFTER_ERROR: Duration = Duration::from_secs(60);
/// How long after its intent was written down an action may still begin to leave.
const SENDS_WITHIN: Duration = Duration::from_secs(10);

/// Whether an approved action may leave now.
enum Clearance {
    /// It may.
    Go,
    /// Not yet, for this reason.
    Wait(String),
    /// A person must look at it again, for this reason.
    Back(String),
}

/// Runs blocking work off the async threads.
pub(crate) async fn blocking<T: Send + 'static>(
    engine: &Engine,
    work: impl FnOnce(&Engine) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let engine = engine.clone();
    match tokio::task::spawn_blocking(move || work(&engine)).await {
        Ok(result) => result,
        Err(error) => Err(Error::invalid(format!("A task ended badly: {error}"))),
    }
}

impl Engine {
    /// Sends what is due. Returns how many actions left; zero also if another process may send,
    /// or all sending is stopped.
    pub async fn send_due(&self) -> usize {
        match self.send_pass().await {
            Ok(count) => count,
            Err(error) => {
                tracing::warn!(%error, "a pass of the sender failed; it is tried again");
                0
            }
        }
    }

    async fn send_pass(&self) -> Result<usize, Error> {
        let Some((epoch, due)) = blocking(self, |engine| {
            let Some(epoch) = engine.take_lease()? else { return Ok(None) };
            let now = engine.now();
            let due = agreement::read(&*engine.inner.agreement, |books| {
                if engine::stop_switch(books)?.on {
                    Ok(Vec::new())
                } else {
                    books.due(Due::Send(now), AT_ONCE)
                }
            })?;
            Ok(Some((epoch, due)))
        })
        .await?
        else {
            return Ok(0);
        };
        let left = stream::iter(due)
            .map(|id| async move {
                match self.send_one(id, epoch).await {
                    Ok(left) => left,
                    Err(Error::Outrun) => false,
                    Err(error) => {
                        tracing::warn!(proposal = %id, %error, "an action was not sent; it is tried again");
                        self.wait_after(id, error).await;
                        false
                    }
                }
            })
            .buffer_unordered(SIDE_BY_SIDE)
            .filter(|left| std::future::ready(*left))
            .count()
            .await;
        Ok(left)
    }

    /// Keeps an action that could not be sent because of us, not of its platform, from being
    /// tried again at once.
    async fn wait_after(&self, id: ProposalId, error: Error) {
        let waited = blocking(self, move |engine| {
            let now = engine.now();
            agreement::write(&*engine.inner.agreement, &Actor::Fermata, |books| {
                let Some(mut row) = books.proposal(id)?.filter(|row| row.state == State::Approved) else {
                    return Ok(());
                };
                row.next_at = Some(later(now, WAIT_AFTER_ERROR));
                row.trouble = life::trouble(error.code(), error.to_string(), error.hint());
                life::postpone(books, &row).map(|_| ())
            })
        })
        .await;
        if let Err(error) = waited {
            tracing::warn!(proposal = %id, %error, "that could not be written down either");
        }
    }

    /// Sends one action. Returns whether it left.
    async fn send_one(&self, id: ProposalId, epoch: i64) -> Result<bool, Error> {
        let Some(row) = blocking(self, move |engine| engine.clear(id)).await? else { return Ok(false) };
        let frozen = match self.still_trusted(&row) {
            Some(frozen) => frozen,
            None => {
                let connection = row.action.target().connection;
                let platforms = &self.inner.ports.platforms;
                let prepared = platforms.prepare(connection, &row.action, row.key);
                match within(Fate::NotDone, prepared).await {
                    Ok(frozen) => frozen,
                    Err(failure) => {
                        return blocking(self, move |engine| engine.not_ready(row, failure))
                            .await
                            .map(|()| false);
                    }
                }
            }
        };
        let points = &self.inner.ports.fail_points;
        points.hit(at::BEFORE_SENDING_COMMIT);
        let Some(_in_flight) = InFlight::begin(self, id) else { return Ok(false) };
        let exact = frozen.clone();
        let entered = blocking(self, move |engine| engine.enter_sending(row, exact, epoch)).await?;
        let Some(row) = entered else { return Ok(false) };
        points.hit(at::AFTER_SENDING_COMMIT);
        points.hit(at::BEFORE_SEND);
        let answer = match self.still_fresh(&row) {
            Ok(()) => within(Fate::InDoubt, self.inner.ports.platforms.send(&frozen)).await,
            Err(slept) => Err(slept),
        };
        points.hit(at::AFTER_SEND);
        points.hit(at::BEFORE_OUTCOME_COMMIT);
        blocking(self, move |engine| engine.outcome(row, answer)).await?;
        points.hit(at::AFTER_OUTCOME_COMMIT);
        Ok(true)
    }

    /// Asks whether the first byte follows the intent at once.
    ///
    /// If this process or its machine slept in between, the stop switch, the limits and the facts
    /// that were read then say nothing about now, and another may have asked the platform
    /// meanwhile. Nothing was sent yet, so it goes back and is asked about anew.
    fn still_fresh(&self, row: &Proposal) -> Result<(), Failure> {
        let most = SignedDuration::try_from(SENDS_WITHIN).unwrap_or(SignedDuration::ZERO);
        match row.progress.sent_at {
            Some(entered) if self.now().duration_since(entered).abs() <= most => Ok(()),
            _ => Err(Failure {
                fate: Fate::NotDone,
                code: "slept".to_owned(),
                message: "This computer slept just before it left; nothing was sent.".to_owned(),
                hint: None,
                retry_after: None,
            }),
        }
    }

    /// Reads an approved action and asks whether it may leave; writes down why not.
    fn clear(&self, id: ProposalId) -> Result<Option<Proposal>, Error> {
        let now = self.now();
        let Some(row) = agreement::read(&*self.inner.agreement, |books| books.proposal(id))? else {
            return Ok(None);
        };
        if row.state != State::Approved {
            return Ok(None);
        }
        match self.clearance(&row, now)? {
            Clearance::Go => Ok(Some(row)),
            Clearance::Wait(why) => {
                let mut row = row;
                row.next_at = Some(later(now, WAIT_FOR_ANOTHER));
                row.progress.kept_back = Some(why);
                agreement::write(&*self.inner.agreement, &Actor::Fermata, |books| {
                    life::postpone(books, &row)
                })?;
                Ok(None)
            }
            Clearance::Back(why) => {
                let hand = self.hand(Actor::Fermata, "facts");
                agreement::write(&*self.inner.agreement, &Actor::Fermata, |books| {
                    ask_again(books, &hand, row.clone(), &why)
                })?;
                Ok(None)
            }
        }
    }

    fn clearance(&self, row: &Proposal, now: Timestamp) -> Result<Clearance, Error> {
        let (policy, first) = agreement::read(&*self.inner.agreement, |books| {
            let first = row.after.map(|after| books.proposal(after)).transpose()?.flatten();
            Ok((engine::policy(books)?, first))
        })?;
        let valid = SignedDuration::from_hours(policy.approval_valid_hours);
        if row.decided_at.is_some_and(|decided| now.duration_since(decided) > valid) {
            return Ok(Clearance::Back(format!(
                "It was approved more than {} hours ago and could not leave",
                policy.approval_valid_hours
            )));
        }
        if let Some(first) = first {
            let title = words::title(&first.action);
            match first.state {
                State::Confirmed => {}
                state if state.is_unfinished() => {
                    return Ok(Clearance::Wait(format!("Leaves after \"{title}\" is done")));
                }
                _ => {
                    return Ok(Clearance::Back(format!(
                        "\"{title}\" was not done; check what this one says"
                    )));
                }
            }
        }
        Ok(match self.still_holds(row, &policy, now)? {
            Holds::Yes => Clearance::Go,
            Holds::Unseen(why) => Clearance::Wait(why.to_owned()),
            Holds::No(why) => Clearance::Back(why),
        })
    }

    /// Returns the frozen request of an earlier try that provably did nothing, as long as the
    /// platform is trusted to know its key; after that the request is built anew.
    fn still_trusted(&self, row: &Proposal) -> Option<Frozen> {
        let frozen = row.frozen.as_ref()?;
        let settling = self.inner.ports.platforms.settling(row.action.target().connection, row.action.kind());
        let first_sent = row.progress.first_sent_at?;
        let age = self.now().duration_since(first_sent);
        let trusted = SignedDuration::try_from(settling.key_trusted_for).unwrap_or(SignedDuration::ZERO);
        (!age.is_negative() && age < trusted && frozen.action == row.action).then(|| frozen.clone())
    }

    /// Writes down that the request could not even be built.
    fn not_ready(&self, row: Proposal, failure: Failure) -> Result<(), Error> {
        let hand = self.hand(Actor::Fermata, "sender");
        agreement::write(&*self.inner.agreement, &Actor::Fermata, |books| {
            let mut row = row.clone();
            row.trouble = life::trouble(&failure.code, failure.message.clone(), failure.hint.clone());
            if failure.fate == Fate::Refused {
                row.state = State::Refused;
                let note = failure.message.clone();
                return life::commit(books, &hand, State::Approved, &row, "proposal.refused", note, None);
            }
            row.progress.attempts += 1;
            row.next_at = Some(later(hand.now, back_off(row.progress.attempts, failure.retry_after)));
            if life::postpone(books, &row)? { Ok(()) } else { Err(Error::Outrun) }
        })
    }

    /// Enters `sending`: the stop switch, the lease and the guardrails are read in the very
    /// transaction that writes the intent. Returns `None` if something stands against it.
    fn enter_sending(&self, row: Proposal, frozen: Frozen, epoch: i64) -> Result<Option<Proposal>, Error> {
        let hand = self.hand(Actor::Fermata, "sender");
        agreement::write(&*self.inner.agreement, &Actor::Fermata, |books| {
            if engine::stop_switch(books)?.on || !lease::holds(self, books, epoch, hand.now)? {
                return Ok(None);
            }
            if self.not_trusted_any_more(books, &row)? {
                ask_again(books, &hand, row.clone(), "Its workflow may no longer act by itself")?;
                return Ok(None);
            }
            let policy = engine::policy(books)?;
            let guard = self.guard(row.origin.workflow.as_ref());
            if let Err(breach) = guard::check(books, &policy, guard, &row, hand.now)? {
                ask_again(books, &hand, row.clone(), breach.text())?;
                return Ok(None);
            }
            let mut row = row.clone();
            row.state = State::Sending;
            if row.frozen.as_ref() != Some(&frozen) {
                row.frozen = Some(frozen.clone());
                row.progress.first_sent_at = Some(hand.now);
            }
            row.lease_epoch = epoch;
            row.next_at = None;
            row.trouble = None;
            row.progress.attempts += 1;
            row.progress.sent_at = Some(hand.now);
            row.progress.kept_back = None;
            row.progress.looks = Looks::default();
            let note = format!("Sending to {}", words::platform(&row));
            life::commit(books, &hand, State::Approved, &row, "proposal.sending", note, None)?;
            books.proposal(row.id)
        })
    }

    /// Tells whether an action rests on the trust in its workflow alone, and that was withdrawn.
    fn not_trusted_any_more(&self, books: &dyn Books, row: &Proposal) -> Result<bool, Error> {
        let Some(Actor::Workflow(id)) = &row.decided_by else { return Ok(false) };
        let Some(shipped) = self.shipped(id) else { return Ok(true) };
        Ok(rules::mode(books, &shipped.workflow)? != Mode::Auto)
    }

    /// Writes down what the platform said.
    fn outcome(&self, row: Proposal, answer: Result<Sent, Failure>) -> Result<(), Error> {
        let hand = self.hand(Actor::Fermata, "sender");
        agreement::write(&*self.inner.agreement, &Actor::Fermata, |books| {
            let mut row = row.clone();
            let (what, note) = match &answer {
                Ok(Sent::Confirmed(receipt)) => confirmed(&mut row, receipt),
                Ok(Sent::Accepted) => {
                    row.state = State::Accepted;
                    row.progress.accepted_at = Some(hand.now);
                    row.next_at = Some(later(hand.now, back_off(1, None)));
                    ("proposal.accepted", format!("{} has it; not visible yet", words::platform(&row)))
                }
                Err(failure) => {
                    row.trouble = life::trouble(&failure.code, failure.message.clone(), failure.hint.clone());
                    match failure.fate {
                        Fate::Refused => {
                            row.state = State::Refused;
                            ("proposal.refused", failure.message.clone())
                        }
                        Fate::NotDone => {
                            row.state = State::Approved;
                            let wait = back_off(row.progress.attempts, failure.retry_after);
                            row.next_at = Some(later(hand.now, wait));
                            ("proposal.not_done", format!("{} It is tried again.", failure.message))
                        }
                        Fate::InDoubt => {
                            row.state = State::InDoubt;
                            row.next_at = Some(later(hand.now, back_off(1, None)));
                            ("proposal.in_doubt", failure.message.clone())
                        }
                    }
                }
            };
            life::commit(books, &hand, State::Sending, &row, what, note, None)
        })
    }
}

/// Notes the platform's proof on a row.
pub(super) fn confirmed(row: &mut Proposal, receipt: &Receipt) -> (&'static str, String) {
    row.state = State::Confirmed;
    row.receipt = Some(receipt.clone());
    row.next_at = None;
    row.trouble = None;
    ("proposal.confirmed", format!("Done, receipt {}", receipt.external_id))
}

/// Puts an approved action back before a person.
fn ask_again(books: &dyn Books, hand: &Hand<'_>, mut row: Proposal, why: &str) -> Result<(), Error> {
    life::back_to_held(&mut row, hand.now);
    life::warn(&mut row, "facts_changed", why);
    life::commit(books, hand, State::Approved, &row, "proposal.held", why, None)
}

/// Remembers what this process is sending at this moment.
struct InFlight<'a> {
    engine: &'a Engine,
    id: ProposalId,
}

impl<'a> InFlight<'a> {
    /// Returns `None` if it is on its way already, so that only one takes it out again.
    fn begin(engine: &'a Engine, id: ProposalId) -> Option<Self> {
        engine.in_flight().insert(id).then_some(Self { engine, id })
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.engine.in_flight().remove(&self.id);
    }
}
