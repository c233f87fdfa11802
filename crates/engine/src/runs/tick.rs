//! New events start runs and wake those that wait.

use std::collections::BTreeSet;

use fermata_model::{CustomerId, EventKind, Mode, Timestamp};
use fermata_store::audit::Actor;
use fermata_store::feed::{self, FeedItem, Stretch};

use crate::Error;
use crate::agreement::{self, alert};
use crate::desk::rules;
use crate::engine::{self, Engine};
use crate::policy::Policy;
use crate::workflow::decide;
use crate::workflow::facts::Facts;
use crate::workflow::file::Workflow;
use crate::workflow::reading;

/// How many events are taken up in one bite.
const BITE: u32 = 500;
/// How many bites are taken in one pass, so that the sender gets its turn while a first sync
/// brings in years of events.
const BITES: usize = 20;

/// A stretch of the feed, and what holds while it is read.
struct Bite {
    stretch: Stretch,
    /// Is there anything new in it?
    moved: bool,
    /// May there be more behind it?
    whole: bool,
    mode: Mode,
    policy: Policy,
}

impl Engine {
    /// One pass: limits, events, what waits for nothing any more, runs whose time has come,
    /// deadlines.
    ///
    /// A workflow that fails for one customer goes on with the next, and others go on in any
    /// case; an alert says so until a person has looked.
    pub fn tick(&self) -> Result<(), Error> {
        if let Err(error) = self.loosen_due() {
            tracing::warn!(%error, "looser limits do not hold yet; it is tried again");
        }
        for shipped in &self.inner.workflows {
            let workflow = &shipped.workflow;
            if let Err(error) = self.read_feed(workflow) {
                tracing::warn!(workflow = %workflow.id, %error, "a workflow's events are read again");
            }
        }
        self.take_over_runs()?;
        self.withdraw_stranded()?;
        self.give_up_asking()?;
        self.advance_due()?;
        self.lapse()?;
        Ok(())
    }

    /// Says that a workflow could not decide about a customer. The case is not tried again by
    /// itself, so that it goes well for the next one says nothing about it.
    fn alarm(&self, workflow: &Workflow, customer: CustomerId, error: &Error) -> Result<(), Error> {
        tracing::warn!(workflow = %workflow.id, %customer, code = error.code(), "a workflow failed for a customer");
        let now = self.now();
        agreement::write(&*self.inner.agreement, &Actor::Fermata, |books| {
            books.raise(&alert(
                format!("workflow:{}", workflow.id),
                format!("Nothing was decided about customer {customer}: {error}"),
                "Look at the customer, and at the workflow's file, or switch it off.",
                None,
                None,
                now,
            ))
        })
    }

    /// Reads the events that are new to a workflow.
    ///
    /// Errors: those of the store as a whole; the events are then read again.
    fn read_feed(&self, workflow: &Workflow) -> Result<(), Error> {
        for _ in 0..BITES {
            let Bite { stretch, moved, whole, mode, policy } = self.bite(workflow)?;
            if !moved {
                break;
            }
            let items = stretch.items;
            let relevant: BTreeSet<CustomerId> = items
                .iter()
                .filter(|item| workflow.trigger.events.contains(&item.event.kind))
                .map(|item| item.event.customer)
                .collect();
            if mode != Mode::Off {
                for customer in relevant {
                    match self.begin_runs(workflow, customer, &policy) {
                        // What cannot be read now can be read at no other time; it must not keep
                        // the workflow from everybody else.
                        Err(error @ Error::Store(fermata_store::Error::Unreadable { .. })) => {
                            self.alarm(workflow, customer, &error)?;
                        }
                        Err(error @ Error::Store(_)) => return Err(error),
                        Err(error) => self.alarm(workflow, customer, &error)?,
                        Ok(()) => {}
                    }
                }
            }
            let now = self.now();
            let touched: Vec<CustomerId> = items
                .iter()
                .filter(|item| !is_ours(item.event.kind))
                .map(|item| item.event.customer)
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect();
            let watched = self.watched(workflow, &items);
            agreement::write(&*self.inner.agreement, &Actor::Workflow(workflow.id.clone()), |books| {
                for (customer, kind, at) in &watched {
                    self.note_outcome(books, workflow, *customer, *kind, *at, now)?;
                }
                books.wake_runs_of(&touched, now)?;
                books.put_cursor(&workflow.id, stretch.end)
            })?;
            if !whole {
                break;
            }
        }
        Ok(())
    }

    fn bite(&self, workflow: &Workflow) -> Result<Bite, Error> {
        let (cursor, stretch) = self.inner.store.read(|conn| {
            let cursor = feed::position(conn, &workflow.id)?;
            Ok((cursor, feed::since(conn, cursor, BITE)?))
        })?;
        let (mode, policy) = agreement::read(&*self.inner.agreement, |books| {
            Ok((rules::mode(books, workflow)?, engine::policy(books)?))
        })?;
        Ok(Bite {
            whole: stretch.end - cursor >= i64::from(BITE),
            moved: stretch.end > cursor,
            stretch,
            mode,
            policy,
        })
    }

    fn begin_runs(&self, workflow: &Workflow, customer: CustomerId, policy: &Policy) -> Result<(), Error> {
        let now = self.now();
        let facts = match self.facts(customer, policy, now) {
            Ok(facts) => facts,
            // The person was erased or joined with another since the event.
            Err(Error::Store(fermata_store::Error::Missing { .. })) => return Ok(()),
            Err(error) => return Err(error),
        };
        for decided in decide(workflow, &facts, policy.time_zone(), now)? {
            self.begin_run(workflow, customer, &facts, policy, &decided, now)?;
        }
        Ok(())
    }

    fn watched(&self, workflow: &Workflow, items: &[FeedItem]) -> Vec<(CustomerId, EventKind, Timestamp)> {
        items
            .iter()
            .filter(|item| workflow.learn.watch.contains(&item.event.kind))
            .map(|item| (item.event.customer, item.event.kind, item.event.at))
            .collect()
    }

    pub(crate) fn facts(
        &self,
        customer: CustomerId,
        policy: &Policy,
        now: Timestamp,
    ) -> Result<Facts, Error> {
        let zone = policy.time_zone();
        self.inner.store.read(|conn| Ok(reading::facts(conn, customer, &zone, now))).map_err(Error::from)?
    }
}

/// Our own doings wake no run by themselves; what they lead to comes back as a platform's event,
/// and a proposal that moves wakes its own run.
fn is_ours(kind: EventKind) -> bool {
    matches!(
        kind,
        EventKind::OursProposed | EventKind::OursDecided | EventKind::OursDone | EventKind::OursHeldBack
    )
}
