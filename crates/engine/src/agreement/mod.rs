//! What several machines must agree on: leases, approvals, the action ledger, its audit.
//!
//! Everything that decides whether something leaves goes through [`Agreement`], so that a team
//! can share it through another database than the one file of a desktop. Today there is
//! [`sqlite`].
//!
//! One call of [`Agreement::write`] is one transaction that survives a power loss. What is read
//! in it is what it decides on; a row is changed by compare-and-set ([`Books::update`]).

pub mod sqlite;

use fermata_model::{
    ConnectionId, Currency, CustomerId, EventKind, Money, ProposalId, RecordRef, RunId, State, Timestamp,
};
use fermata_store::alerts::NewAlert;
use fermata_store::audit::{Actor, Entry, NewEntry};
use fermata_store::guardrails::Set;
use fermata_store::ledger::read::Counted;
use fermata_store::ledger::{Filter, Lease, NewProposal, Proposal, Sum};
use fermata_store::runs::{ModeSet, Run};

use crate::Error;

/// Transactions over what must be agreed on.
pub trait Agreement: Send + Sync {
    /// Runs `work` in one transaction; all of it is kept, or nothing if it fails.
    fn write(&self, who: &Actor, work: &mut dyn FnMut(&dyn Books) -> Result<(), Error>) -> Result<(), Error>;

    /// Runs `work` on one consistent state.
    fn read(&self, work: &mut dyn FnMut(&dyn Reads) -> Result<(), Error>) -> Result<(), Error>;

    /// Tells whether every other holder of a lease is known to be dead, so that its lease need
    /// not run out first. A file lock tells it on one machine; among several, nothing does.
    fn alone(&self) -> bool;
}

/// Runs `work` in one transaction and returns what it returns.
pub(crate) fn write<T>(
    agreement: &dyn Agreement,
    who: &Actor,
    mut work: impl FnMut(&dyn Books) -> Result<T, Error>,
) -> Result<T, Error> {
    let mut result = None;
    agreement.write(who, &mut |books| {
        result = Some(work(books)?);
        Ok(())
    })?;
    Ok(result.expect("a transaction that succeeds has run its work"))
}

/// Reads one consistent state and returns what `work` returns.
pub(crate) fn read<T>(
    agreement: &dyn Agreement,
    mut work: impl FnMut(&dyn Reads) -> Result<T, Error>,
) -> Result<T, Error> {
    let mut result = None;
    agreement.read(&mut |books| {
        result = Some(work(books)?);
        Ok(())
    })?;
    Ok(result.expect("a read that succeeds has run its work"))
}

/// Proposals that something is to be done with now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Approved, undo window and waiting time over.
    Send(Timestamp),
    /// In doubt, or accepted and not yet visible, at an account that is there.
    Look(Timestamp),
    /// The same at an account that is gone, unless its trouble has this code already.
    Unanswerable(&'static str),
    /// Held beyond the deadline.
    Lapse(Timestamp),
    /// Held or approved for an account that is gone, the newest first.
    Withdraw,
    /// Sending under a lease with a smaller epoch than this.
    SendingBefore(i64),
}

/// Proposals that have something to do with another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Related {
    /// The plan that this one leads, itself included.
    Plan(ProposalId),
    /// Held or approved, and waiting for this one to be done.
    WaitingFor(ProposalId),
    /// What a run proposed.
    Run(RunId),
    /// Approved in one batch.
    Batch(i64),
    /// Unfinished, about one customer.
    Customer(CustomerId),
    /// Held or approved for one account, the newest first.
    Account(ConnectionId),
}

/// A line for the customer's timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Whose timeline.
    pub customer: CustomerId,
    /// When.
    pub at: Timestamp,
    /// One of the `ours.*` kinds.
    pub kind: EventKind,
    /// The action it is about.
    pub proposal: Option<ProposalId>,
    /// The line.
    pub title: String,
    /// Money, if money moves.
    pub amount: Option<Money>,
    /// The action's state, if it is about one.
    pub state: Option<State>,
}

/// The books as one transaction reads them.
pub trait Reads {
    /// Reads a proposal.
    fn proposal(&self, id: ProposalId) -> Result<Option<Proposal>, Error>;
    /// Lists proposals.
    fn list(&self, filter: &Filter, offset: u32, limit: u32) -> Result<Vec<Proposal>, Error>;
    /// Counts and sums proposals.
    fn sum(&self, filter: &Filter) -> Result<Sum, Error>;
    /// Counts the proposals in each state.
    fn count_by_state(&self) -> Result<Vec<(State, i64)>, Error>;
    /// Lists what is due, at most `limit`.
    fn due(&self, due: Due, limit: u32) -> Result<Vec<ProposalId>, Error>;
    /// Lists what is related.
    fn related(&self, related: Related) -> Result<Vec<ProposalId>, Error>;
    /// Returns when the next proposal or run is due.
    fn next_due(&self) -> Result<Option<Timestamp>, Error>;
    /// Tells whether an account is still connected.
    fn has_account(&self, connection: ConnectionId) -> Result<bool, Error>;
    /// Tells whether an account is connected and not read: a person paused it, or it is being removed,
    /// and what came from it goes piece by piece.
    fn is_paused(&self, connection: ConnectionId) -> Result<bool, Error>;
    /// Finds the unfinished money action on a target.
    fn unfinished_money(&self, target: &RecordRef) -> Result<Option<ProposalId>, Error>;
    /// Finds what a workflow's step proposed for an occurrence.
    fn of_occurrence(
        &self,
        workflow: &str,
        step: &str,
        occurrence: &str,
    ) -> Result<Option<ProposalId>, Error>;
    /// Counts actions and money of a day; see [`fermata_store::ledger::read::used`].
    fn used(
        &self,
        counted: Counted<'_>,
        currency: Option<Currency>,
        day: (Timestamp, Timestamp),
        except: Option<ProposalId>,
    ) -> Result<(i64, i64), Error>;
    /// Counts a customer's money actions since an instant.
    fn money_actions_since(&self, customer: CustomerId, since: Timestamp) -> Result<i64, Error>;
    /// Returns the last batch of one person, or of anybody.
    fn last_batch(&self, actor: Option<&Actor>) -> Result<Option<i64>, Error>;
    /// Reads a lease.
    fn lease(&self, name: &str) -> Result<Option<Lease>, Error>;
    /// Reads a named setting of the engine.
    fn setting(&self, name: &str) -> Result<Option<Set>, Error>;
    /// Reads the modes that a workflow has had, newest first.
    fn modes(&self, workflow: &str) -> Result<Vec<ModeSet>, Error>;
    /// Lists what was done about a proposal, oldest first.
    fn history(&self, proposal: ProposalId) -> Result<Vec<Entry>, Error>;
    /// Reads a run.
    fn run(&self, id: RunId) -> Result<Option<Run>, Error>;
    /// Finds the run of a workflow for an occurrence.
    fn run_of(&self, workflow: &str, occurrence: &str) -> Result<Option<RunId>, Error>;
    /// Lists a workflow's runs about a customer that watch the outcome.
    fn runs_watching(&self, workflow: &str, customer: CustomerId) -> Result<Vec<Run>, Error>;

    /// Lists unfinished runs whose time has come.
    fn runs_due(&self, now: Timestamp, limit: u32) -> Result<Vec<RunId>, Error>;
}

/// The books as one transaction writes them.
pub trait Books: Reads {
    /// Writes a new proposal down.
    fn insert(&self, new: &NewProposal) -> Result<ProposalId, Error>;
    /// Compare-and-set; `false` if somebody else was faster.
    fn update(&self, row: &Proposal, from: State) -> Result<bool, Error>;
    /// Writes a lease.
    fn put_lease(&self, name: &str, lease: &Lease) -> Result<(), Error>;
    /// Writes a named setting of the engine.
    fn put_setting(&self, name: &str, set: &Set) -> Result<(), Error>;
    /// Sets a workflow's mode.
    fn put_mode(&self, workflow: &str, set: &ModeSet) -> Result<(), Error>;
    /// Appends to the audit log.
    fn audit(&self, entry: &NewEntry) -> Result<(), Error>;
    /// Puts a line on the customer's timeline.
    fn tell(&self, told: &Told) -> Result<(), Error>;
    /// Raises an alert.
    fn raise(&self, alert: &NewAlert) -> Result<(), Error>;
    /// Clears an alert.
    fn clear(&self, key: &str, at: Timestamp) -> Result<(), Error>;
    /// Writes a new run down.
    fn insert_run(&self, run: &Run) -> Result<RunId, Error>;
    /// Writes what a run has come to.
    fn update_run(&self, run: &Run) -> Result<(), Error>;
    /// Makes an unfinished run due.
    fn wake_run(&self, run: RunId, now: Timestamp) -> Result<(), Error>;
    /// Makes the unfinished runs of customers due.
    fn wake_runs_of(&self, customers: &[CustomerId], now: Timestamp) -> Result<(), Error>;
    /// Makes every run due that is under way.
    fn wake_waiting_runs(&self, now: Timestamp) -> Result<(), Error>;
    /// Writes how far a workflow has read the feed.
    fn put_cursor(&self, workflow: &str, feed_seq: i64) -> Result<(), Error>;
}

/// Names an alert about a proposal.
pub(crate) fn alert(
    key: String,
    cause: String,
    next_step: &str,
    money: Option<Money>,
    connection: Option<ConnectionId>,
    at: Timestamp,
) -> NewAlert {
    NewAlert { key, cause, next_step: next_step.to_owned(), money, connection, at }
}
