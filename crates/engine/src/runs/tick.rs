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

/// What came of reading the feed.
struct Asked {
    /// How many customers were looked at.
    count: usize,
    /// The last failure of the workflow itself.
    failed: Option<Error>,
}

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
    /// One pass: events, runs whose time has come, deadlines.
    ///
    /// A workflow that fails for one customer goes on with the next, and others go on in any
    /// case; an alert says so.
    pub fn tick(&self) -> Result<(), Error> {
        for shipped in &self.inner.workflows {
            let workflow = &shipped.workflow;
            let key = format!("workflow:{}", workflow.id);
            match self.read_feed(workflow) {
                Ok(Asked { count: 0, .. }) => {}
                Ok(Asked { failed: None, .. }) => self.clear_alert(&key)?,
                Ok(Asked { failed: Some(error), .. }) => {
                    tracing::warn!(workflow = %workflow.id, %error, "a workflow failed for a customer");
                    self.alarm(&key, error.to_string(), "Look at the workflow's file, or switch it off.")?;
                }
                Err(error) => {
                    tracing::warn!(workflow = %workflow.id, %error, "a workflow's events are read again");
                }
            }
        }
        self.advance_due()?;
        self.lapse()?;
        Ok(())
    }

    pub(crate) fn alarm(&self, key: &str, cause: String, next_step: &str) -> Result<(), Error> {
        let now = self.now();
        agreement::write(&*self.inner.agreement, &Actor::Fermata, |books| {
            books.raise(&alert(key.to_owned(), cause.clone(), next_step, None, None, now))
        })
    }

    fn clear_alert(&self, key: &str) -> Result<(), Error> {
        let open = self
            .inner
            .store
            .read(|conn| Ok(fermata_store::alerts::open(conn)?.iter().any(|alert| alert.key == key)))?;
        if !open {
            return Ok(());
        }
        let now = self.now();
        agreement::write(&*self.inner.agreement, &Actor::Fermata, |books| books.clear(key, now))
    }

    /// Reads the events that are new to a workflow.
    ///
    /// Errors: those of the store; the events are then read again.
    fn read_feed(&self, workflow: &Workflow) -> Result<Asked, Error> {
        let mut asked = Asked { count: 0, failed: None };
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
                    asked.count += 1;
                    match self.begin_runs(workflow, customer, &policy) {
                        Err(error @ Error::Store(_)) => return Err(error),
                        Err(error) => asked.failed = Some(error),
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
        Ok(asked)
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
