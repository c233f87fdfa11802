//! Agreement on one machine: the store's own file.

use std::fs::File;
use std::sync::atomic::{AtomicBool, Ordering};

use fermata_model::{ConnectionId, Currency, CustomerId, ProposalId, RecordRef, RunId, State, Timestamp};
use fermata_store::alerts::{self, NewAlert};
use fermata_store::audit::{self, Actor, Entry, NewEntry};
use fermata_store::guardrails::{self, Set};
use fermata_store::ledger::read::Counted;
use fermata_store::ledger::{self, Filter, Lease, NewProposal, Proposal, Sum, lease, read};
use fermata_store::runs::{self, ModeSet, Run};
use fermata_store::timeline::{self, Ours};
use fermata_store::{Durability, Error as StoreError, Sql, Store, Topic, Tx, Writer, connections, feed};

use super::{Agreement, Books, Due, Reads, Related, Told};
use crate::Error;

/// The store's own file, and a lock beside it that dies with the process.
pub struct Sqlite {
    store: Store,
    // Held as long as this process may send; the system lets go of it when the process ends.
    lock: Option<File>,
    alone: AtomicBool,
}

impl Sqlite {
    /// Agrees through this store.
    pub fn new(store: Store) -> Self {
        let path = store.path().with_extension("sender-lock");
        let lock = File::options().create(true).truncate(false).write(true).open(path).ok();
        Self { store, lock, alone: AtomicBool::new(false) }
    }
}

fn writer(who: &Actor) -> Writer {
    match who {
        Actor::Person(name) => Writer::Person(name.clone()),
        Actor::Workflow(_) => Writer::System("workflows"),
        Actor::Fermata => Writer::System("engine"),
    }
}

impl Agreement for Sqlite {
    fn write(&self, who: &Actor, work: &mut dyn FnMut(&dyn Books) -> Result<(), Error>) -> Result<(), Error> {
        let mut failed = None;
        let written = self.store.write(Durability::Full, writer(who), |tx| {
            work(&Writing(tx)).map_err(|error| {
                let text = error.to_string();
                failed = Some(error);
                StoreError::Refused(text)
            })
        });
        failed.map_or_else(|| written.map_err(Error::from), Err)
    }

    fn read(&self, work: &mut dyn FnMut(&dyn Reads) -> Result<(), Error>) -> Result<(), Error> {
        let mut failed = None;
        let result = self.store.read(|conn| {
            work(&Reading(conn)).map_err(|error| {
                let text = error.to_string();
                failed = Some(error);
                StoreError::Refused(text)
            })
        });
        failed.map_or_else(|| result.map_err(Error::from), Err)
    }

    fn alone(&self) -> bool {
        if self.alone.load(Ordering::Acquire) {
            return true;
        }
        let locked = self.lock.as_ref().is_some_and(|file| file.try_lock().is_ok());
        self.alone.store(locked, Ordering::Release);
        locked
    }
}

/// Works on the books within a transaction of the caller's, which fails or is kept as a whole.
pub(crate) fn within<T>(tx: &Tx<'_>, work: impl FnOnce(&dyn Books) -> Result<T, Error>) -> Result<T, Error> {
    work(&Writing(tx))
}

struct Reading<'a>(&'a Sql);
struct Writing<'a>(&'a Tx<'a>);

/// What reads go through, whether or not the transaction may write.
trait Over {
    fn conn(&self) -> &Sql;
}

impl Over for Reading<'_> {
    fn conn(&self) -> &Sql {
        self.0
    }
}

impl Over for Writing<'_> {
    fn conn(&self) -> &Sql {
        self.0
    }
}

impl<T: Over> Reads for T {
    fn proposal(&self, id: ProposalId) -> Result<Option<Proposal>, Error> {
        Ok(sql(read::get(self.conn(), id))?)
    }
    fn list(&self, filter: &Filter, offset: u32, limit: u32) -> Result<Vec<Proposal>, Error> {
        Ok(sql(read::list(self.conn(), filter, offset, limit))?)
    }
    fn sum(&self, filter: &Filter) -> Result<Sum, Error> {
        Ok(sql(read::sum(self.conn(), filter))?)
    }
    fn count_by_state(&self) -> Result<Vec<(State, i64)>, Error> {
        Ok(sql(read::count_by_state(self.conn()))?)
    }
    fn due(&self, due: Due, limit: u32) -> Result<Vec<ProposalId>, Error> {
        Ok(sql(match due {
            Due::Send(now) => read::ready_to_send(self.conn(), now, limit),
            Due::Look(now) => read::ready_to_look(self.conn(), now, limit),
            Due::Unanswerable(code) => read::unanswerable(self.conn(), code, limit),
            Due::Lapse(now) => read::past_deadline(self.conn(), now, limit),
            Due::Withdraw => read::stranded(self.conn(), limit),
            Due::SendingBefore(epoch) => read::sending_before(self.conn(), epoch),
        })?)
    }
    fn related(&self, related: Related) -> Result<Vec<ProposalId>, Error> {
        Ok(sql(match related {
            Related::Plan(lead) => read::of_group(self.conn(), lead),
            Related::WaitingFor(first) => read::waiting_for(self.conn(), first),
            Related::Run(run) => read::of_run(self.conn(), run),
            Related::Batch(batch) => read::approved_in_batch(self.conn(), batch),
            Related::Customer(customer) => read::unfinished_of(self.conn(), customer),
            Related::Account(connection) => read::waiting_at(self.conn(), connection),
        })?)
    }
    fn next_due(&self) -> Result<Option<Timestamp>, Error> {
        let proposals = sql(read::next_due(self.conn()))?;
        let runs = sql(runs::next_due(self.conn()))?;
        Ok([proposals, runs].into_iter().flatten().min())
    }
    fn has_account(&self, connection: ConnectionId) -> Result<bool, Error> {
        Ok(connections::platform(self.conn(), connection)?.is_some())
    }
    fn is_paused(&self, connection: ConnectionId) -> Result<bool, Error> {
        match connections::get(self.conn(), connection) {
            Ok(held) => Ok(held.state.rests()),
            Err(fermata_store::Error::Missing { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
    fn unfinished_money(&self, target: &RecordRef) -> Result<Option<ProposalId>, Error> {
        Ok(sql(read::unfinished_money(self.conn(), target))?)
    }
    fn of_occurrence(
        &self,
        workflow: &str,
        step: &str,
        occurrence: &str,
    ) -> Result<Option<ProposalId>, Error> {
        Ok(sql(read::of_occurrence(self.conn(), workflow, step, occurrence))?)
    }
    fn used(
        &self,
        counted: Counted<'_>,
        currency: Option<Currency>,
        day: (Timestamp, Timestamp),
        except: Option<ProposalId>,
    ) -> Result<(i64, i64), Error> {
        Ok(sql(read::used(self.conn(), counted, currency, day.0, day.1, except))?)
    }
    fn money_actions_since(&self, customer: CustomerId, since: Timestamp) -> Result<i64, Error> {
        Ok(sql(read::money_actions_since(self.conn(), customer, since))?)
    }
    fn last_batch(&self, actor: Option<&Actor>) -> Result<Option<i64>, Error> {
        let actor = actor.map(ToString::to_string);
        Ok(sql(read::last_batch(self.conn(), actor.as_deref()))?)
    }
    fn lease(&self, name: &str) -> Result<Option<Lease>, Error> {
        Ok(sql(lease::get(self.conn(), name))?)
    }
    fn setting(&self, name: &str) -> Result<Option<Set>, Error> {
        Ok(sql(guardrails::get(self.conn(), name))?)
    }
    fn modes(&self, workflow: &str) -> Result<Vec<ModeSet>, Error> {
        Ok(sql(runs::modes(self.conn(), workflow))?)
    }
    fn history(&self, proposal: ProposalId) -> Result<Vec<Entry>, Error> {
        Ok(sql(audit::of_proposal(self.conn(), proposal))?)
    }
    fn run(&self, id: RunId) -> Result<Option<Run>, Error> {
        Ok(sql(runs::get(self.conn(), id))?)
    }
    fn run_of(&self, workflow: &str, occurrence: &str) -> Result<Option<RunId>, Error> {
        Ok(sql(runs::of_occurrence(self.conn(), workflow, occurrence))?)
    }
    fn runs_watching(&self, workflow: &str, customer: CustomerId) -> Result<Vec<Run>, Error> {
        Ok(sql(runs::watching(self.conn(), workflow, customer))?)
    }
    fn runs_due(&self, now: Timestamp, limit: u32) -> Result<Vec<RunId>, Error> {
        Ok(sql(runs::due(self.conn(), now, limit))?)
    }
}

fn sql<T>(result: Result<T, impl Into<StoreError>>) -> Result<T, StoreError> {
    result.map_err(Into::into)
}

impl Writing<'_> {
    fn proposals_changed(&self, id: ProposalId) {
        self.0.changed(Topic::Approvals, Some(id.0));
        self.0.changed(Topic::Ledger, Some(id.0));
    }
}

impl Books for Writing<'_> {
    fn insert(&self, new: &NewProposal) -> Result<ProposalId, Error> {
        let id = sql(ledger::insert(self.0, new))?;
        self.proposals_changed(id);
        Ok(id)
    }

    fn update(&self, row: &Proposal, from: State) -> Result<bool, Error> {
        let updated = sql(ledger::update(self.0, row, from))?;
        if updated {
            self.proposals_changed(row.id);
        }
        Ok(updated)
    }

    fn put_lease(&self, name: &str, lease: &Lease) -> Result<(), Error> {
        Ok(sql(lease::put(self.0, name, lease))?)
    }

    fn put_setting(&self, name: &str, set: &Set) -> Result<(), Error> {
        sql(guardrails::set(self.0, name, set))?;
        self.0.changed(Topic::Settings, None);
        Ok(())
    }

    fn put_mode(&self, workflow: &str, set: &ModeSet) -> Result<(), Error> {
        sql(runs::set_mode(self.0, workflow, set))?;
        self.0.changed(Topic::Workflows, None);
        Ok(())
    }

    fn audit(&self, entry: &NewEntry) -> Result<(), Error> {
        sql(audit::append(self.0, entry))?;
        Ok(())
    }

    fn tell(&self, told: &Told) -> Result<(), Error> {
        sql(timeline::add_ours(
            self.0,
            &Ours {
                customer: told.customer,
                at: told.at,
                kind: told.kind,
                proposal: told.proposal,
                title: &told.title,
                amount: told.amount,
                state: told.state.map(State::name),
            },
        ))?;
        self.0.changed(Topic::Customers, Some(told.customer.0));
        Ok(())
    }

    fn raise(&self, alert: &NewAlert) -> Result<(), Error> {
        sql(alerts::raise(self.0, alert))?;
        Ok(())
    }

    fn clear(&self, key: &str, at: Timestamp) -> Result<(), Error> {
        sql(alerts::clear(self.0, key, at))?;
        Ok(())
    }

    fn insert_run(&self, run: &Run) -> Result<RunId, Error> {
        let id = sql(runs::insert(self.0, run))?;
        self.0.changed(Topic::Workflows, Some(id.0));
        Ok(id)
    }

    fn update_run(&self, run: &Run) -> Result<(), Error> {
        sql(runs::update(self.0, run))?;
        self.0.changed(Topic::Workflows, Some(run.id.0));
        Ok(())
    }

    fn wake_run(&self, run: RunId, now: Timestamp) -> Result<(), Error> {
        Ok(sql(runs::wake(self.0, run, now))?)
    }

    fn wake_runs_of(&self, customers: &[CustomerId], now: Timestamp) -> Result<(), Error> {
        for &customer in customers {
            sql(runs::wake_of(self.0, customer, now))?;
        }
        Ok(())
    }

    fn wake_waiting_runs(&self, now: Timestamp) -> Result<(), Error> {
        Ok(sql(runs::wake_waiting(self.0, now))?)
    }

    fn put_cursor(&self, workflow: &str, feed_seq: i64) -> Result<(), Error> {
        Ok(feed::advance(self.0, workflow, feed_seq)?)
    }
}
