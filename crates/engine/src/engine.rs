//! The engine: what it holds, and the loop that keeps it going.

use std::collections::HashSet;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use fermata_model::{Clock, ProposalId, Timestamp};
use fermata_store::Store;
use fermata_store::audit::Actor;
use fermata_store::guardrails::Set;
use tokio::sync::{Notify, broadcast};
use tokio_util::sync::CancellationToken;

use crate::Error;
use crate::agreement::sqlite::Sqlite;
use crate::agreement::{self, Agreement, Reads};
use crate::fail_points::FailPoints;
use crate::life::Hand;
use crate::policy::{Policy, StopSwitch, Waiting};
use crate::ports::{Ids, Platforms};
use crate::workflow::file::Guard;
use crate::workflow::shipped::{self, Shipped};

/// What the engine asks of the outside.
#[derive(Clone)]
pub struct Ports {
    /// The platforms.
    pub platforms: Arc<dyn Platforms>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Keys and salts.
    pub ids: Arc<dyn Ids>,
    /// Named places where tests end the process.
    pub fail_points: Arc<dyn FailPoints>,
}

/// Workflows, guardrails, approvals and the action ledger. Clones share it.
///
/// Calls that are not `async` block for one transaction; an async caller uses `spawn_blocking`.
#[derive(Clone)]
pub struct Engine {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) store: Store,
    pub(crate) agreement: Arc<dyn Agreement>,
    pub(crate) ports: Ports,
    pub(crate) workflows: Vec<Shipped>,
    /// Names this process's life among those that may hold the lease.
    pub(crate) holder: String,
    /// What this process is sending at this moment.
    pub(crate) in_flight: Mutex<HashSet<ProposalId>>,
    /// Has this process held the sender's lease before?
    pub(crate) held_before: AtomicBool,
    /// Has this process looked at the runs that an earlier one left?
    pub(crate) took_over: AtomicBool,
    wake: Notify,
}

/// The longest the loop sleeps; it also bounds how long a stopped clock is believed.
const LONGEST_SLEEP: Duration = Duration::from_secs(2);
/// The shortest, while something is due that cannot be done, such as when all sending is stopped.
const SHORTEST_SLEEP: Duration = Duration::from_millis(200);
/// How long changes are gathered before they are looked at together; decisions do not wait for it.
const GATHER: Duration = Duration::from_millis(250);

impl Engine {
    /// Makes an engine over a store, with the workflows that ship.
    ///
    /// Nothing moves until [`Engine::run`] or one of the single passes is called.
    pub fn new(store: Store, ports: Ports) -> Result<Self, Error> {
        Self::with_workflows(store, ports, shipped::all()?)
    }

    /// Makes an engine with workflows of the caller's choice.
    pub fn with_workflows(store: Store, ports: Ports, workflows: Vec<Shipped>) -> Result<Self, Error> {
        let agreement = Arc::new(Sqlite::new(store.clone()));
        let holder = ports.ids.key().to_string();
        let inner = Inner {
            store,
            agreement,
            ports,
            workflows,
            holder,
            in_flight: Mutex::default(),
            held_before: AtomicBool::new(false),
            took_over: AtomicBool::new(false),
            wake: Notify::new(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Makes the loop look again at once; for changes that the store does not announce.
    pub fn wake(&self) {
        self.inner.wake.notify_one();
    }

    /// Runs until cancelled: workflows, deadlines, the sender, the reconciler.
    ///
    /// Never fails: what goes wrong is logged and tried again. On return nothing is half sent:
    /// an action on its way is waited for.
    pub async fn run(&self, stop: CancellationToken) {
        let mut changes = self.inner.store.changes();
        loop {
            self.pass(&stop).await;
            if stop.is_cancelled() {
                break;
            }
            let sleep = self.sleep_for().await;
            tokio::select! {
                () = stop.cancelled() => break,
                () = tokio::time::sleep(sleep) => {}
                () = self.inner.wake.notified() => {}
                () = something(&mut changes) => tokio::select! {
                    () = tokio::time::sleep(GATHER) => {}
                    () = self.inner.wake.notified() => {}
                },
            }
        }
        let engine = self.clone();
        if let Ok(Err(error)) = tokio::task::spawn_blocking(move || engine.release_lease()).await {
            tracing::warn!(%error, "the sender's lease was not given back");
        }
    }

    async fn pass(&self, stop: &CancellationToken) {
        let ticking = self.clone();
        match tokio::task::spawn_blocking(move || ticking.tick()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "a pass of the workflows failed; it is tried again"),
            Err(error) => tracing::error!(%error, "a pass of the workflows ended badly"),
        }
        // Sending goes on as long as it gets anywhere, so that a hundred approvals need one pass.
        while !stop.is_cancelled() && self.send_due().await > 0 {}
        self.look_due().await;
    }

    async fn sleep_for(&self) -> Duration {
        let engine = self.clone();
        let next = tokio::task::spawn_blocking(move || {
            agreement::read(&*engine.inner.agreement, |books| books.next_due())
        })
        .await;
        let Ok(Ok(Some(next))) = next else { return LONGEST_SLEEP };
        let wait = next.duration_since(self.now());
        Duration::try_from(wait).unwrap_or(SHORTEST_SLEEP).clamp(SHORTEST_SLEEP, LONGEST_SLEEP)
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.inner.ports.clock.now()
    }

    pub(crate) fn hand(&self, actor: Actor, rule: impl Into<String>) -> Hand<'_> {
        Hand::new(&*self.inner.ports.ids, self.now(), actor, rule)
    }

    pub(crate) fn shipped(&self, workflow: &str) -> Option<&Shipped> {
        self.inner.workflows.iter().find(|s| s.workflow.id == workflow)
    }

    pub(crate) fn guard(&self, workflow: Option<&String>) -> Option<&Guard> {
        workflow.and_then(|id| self.shipped(id)).map(|s| &s.workflow.guard)
    }

    pub(crate) fn in_flight(&self) -> MutexGuard<'_, HashSet<ProposalId>> {
        self.inner.in_flight.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits for a change that somebody else than the engine made: its own writes are followed by its
/// own next pass anyway, and would otherwise keep it awake for ever.
async fn something(changes: &mut broadcast::Receiver<fermata_store::Change>) {
    loop {
        match changes.recv().await {
            Ok(change) if change.writer == fermata_store::Writer::System("engine") => {}
            Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => break,
            Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
        }
    }
    while changes.try_recv().is_ok() {}
}

const POLICY: &str = "policy";
const WAITING_LIMITS: &str = "policy.waiting";
const STOP: &str = "stop";

/// Reads what the shop allows.
pub(crate) fn policy(books: &dyn Reads) -> Result<Policy, Error> {
    Ok(match books.setting(POLICY)? {
        Some(set) => serde_json::from_str(&set.value)?,
        None => Policy::default(),
    })
}

/// Reads the looser limits that do not hold yet.
pub(crate) fn waiting_limits(books: &dyn Reads) -> Result<Option<Waiting>, Error> {
    Ok(books.setting(WAITING_LIMITS)?.map(|set| serde_json::from_str(&set.value)).transpose()?.flatten())
}

/// Reads the stop switch. A value that cannot be read counts as stopped.
pub(crate) fn stop_switch(books: &dyn Reads) -> Result<StopSwitch, Error> {
    Ok(match books.setting(STOP)? {
        Some(Set { value, by, at }) => StopSwitch { on: value != "false", by: Some(by), at: Some(at) },
        None => StopSwitch::default(),
    })
}

/// Names of the engine's settings, for those that write them.
pub(crate) mod names {
    pub(crate) const POLICY: &str = super::POLICY;
    pub(crate) const WAITING_LIMITS: &str = super::WAITING_LIMITS;
    pub(crate) const STOP: &str = super::STOP;
    pub(crate) const SENDER: &str = "sender";
}
