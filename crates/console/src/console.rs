//! The core as one thing: opened once, started once, shared by every front end of the process.

use std::collections::HashMap;
use std::fs::File;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use fermata_connectors::{Patience, Settings, Share};
use fermata_engine::fail_points::{AbortAt, FailPoints, NoFailPoints};
use fermata_engine::{Engine, Ports};
use fermata_model::{Clock, ConnectionId, ProposalId, Timestamp};
use fermata_store::{Store, connections};
use fermata_sync::Sync;
use tokio::sync::broadcast;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::opening::open_store;
use crate::platforms::Reach;
use crate::practice::PracticeStore;
use crate::secrets::{ConnectorVault, Secrets};
use crate::sign_ins::SignIns;
use crate::{Code, Problem, Setup, Topic, stale};

/// How often changes that another process made are looked for.
const OTHERS_EVERY: Duration = Duration::from_millis(700);
/// How often a process that only looks tries to take over from the one that runs the loops.
const SUCCEED_EVERY: Duration = Duration::from_secs(2);
/// How long the loops may take to end before they are left behind.
const CLOSE_WITHIN: Duration = Duration::from_secs(5);

/// The core: store, sync, engine and what they are plugged into.
pub struct Console {
    pub(crate) setup: Setup,
    pub(crate) store: Store,
    pub(crate) engine: Engine,
    pub(crate) sync: Sync,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) secrets: Arc<dyn Secrets>,
    pub(crate) practice: tokio::sync::Mutex<Option<PracticeStore>>,
    /// The sign-in by the browser that is under way, if one is.
    pub(crate) sign_ins: SignIns,
    /// When a card was first shown, to refuse a decision that came too fast to have read it.
    pub(crate) shown: Mutex<HashMap<(ProposalId, u32), Instant>>,
    changes: broadcast::Sender<Vec<Topic>>,
    stop: CancellationToken,
    loops: Mutex<Vec<JoinHandle<()>>>,
    /// Held while this process runs the loops; another process then only looks and decides.
    runner: Mutex<Option<File>>,
}

impl Console {
    /// Opens the store and plugs everything together. Nothing runs and nothing is contacted yet.
    ///
    /// Errors: [`Code::Keychain`] and [`Code::Store`], each saying what to do.
    pub async fn open(setup: Setup) -> Result<Arc<Self>, Problem> {
        setup.make_data_dir()?;
        let opening = setup.clone();
        let (store, secrets) = blocking(move || open_store(&opening)).await?;
        let clock: Arc<dyn Clock> = Arc::new(now);
        let sync =
            Sync::new(store.clone(), connect(Arc::clone(&secrets), Arc::clone(&clock)), Arc::clone(&clock));
        let ports = Ports {
            platforms: Arc::new(Reach::new(store.clone(), sync.clone(), Arc::clone(&clock))),
            clock: Arc::clone(&clock),
            ids: Arc::new(fermata_engine::ports::RandomIds),
            fail_points: fail_points()?,
        };
        let engine = Engine::new(store.clone(), ports)?;
        let (changes, _) = broadcast::channel(256);
        Ok(Arc::new(Self {
            setup,
            store,
            engine,
            sync,
            clock,
            secrets,
            practice: tokio::sync::Mutex::new(None),
            sign_ins: SignIns::default(),
            shown: Mutex::new(HashMap::new()),
            changes,
            stop: CancellationToken::new(),
            loops: Mutex::new(Vec::new()),
            runner: Mutex::new(None),
        }))
    }

    /// Starts what runs by itself: the practice store where this is one, sync and engine.
    ///
    /// Where another process runs them on this store already, this one follows its changes and takes
    /// over when that one ends.
    ///
    /// Errors: [`Code::Platform`] if the practice store cannot be started; nothing runs then.
    pub async fn start(self: &Arc<Self>) -> Result<(), Problem> {
        let (store, out) = (self.store.clone(), self.changes.clone());
        self.keep(tokio::spawn(stale::follow(store.clone(), out.clone(), self.stop.clone())));
        self.keep(tokio::spawn(stale::follow_others(store, out, self.stop.clone(), OTHERS_EVERY)));
        let started = self.start_work().await;
        if started.is_err() {
            self.close().await;
        }
        started
    }

    async fn start_work(self: &Arc<Self>) -> Result<(), Problem> {
        if self.become_runner()? {
            self.run().await?;
        } else {
            tracing::info!("another Fermata keeps this store in step; this one looks and decides");
            self.keep(tokio::spawn(succeed(Arc::clone(self))));
        }
        if self.setup.practice {
            self.ensure_practice().await?;
        }
        Ok(())
    }

    /// Starts the practice store where there is one, sync and engine, and goes on with what was cut off.
    async fn run(self: &Arc<Self>) -> Result<(), Problem> {
        self.resume_practice().await?;
        let (console, stop) = (Arc::clone(self), self.stop.clone());
        self.keep(tokio::spawn(async move {
            stop.run_until_cancelled(console.finish_removals()).await;
        }));
        let (engine, sync) = (self.engine.clone(), self.sync.clone());
        let (a, b) = (self.stop.clone(), self.stop.clone());
        self.keep(tokio::spawn(async move { engine.run(a).await }));
        self.keep(tokio::spawn(async move {
            if let Err(problem) = sync.run(b).await {
                tracing::error!(%problem, "nothing is read any more until the next start");
            }
        }));
        Ok(())
    }

    /// Remembers what [`Console::close`] waits for.
    fn keep(&self, task: JoinHandle<()>) {
        self.loops.lock().unwrap_or_else(PoisonError::into_inner).push(task);
    }

    /// Ends what runs by itself, waiting a few seconds for it.
    pub async fn close(&self) {
        self.stop.cancel();
        self.sign_ins.end().await;
        let loops = std::mem::take(&mut *self.loops.lock().unwrap_or_else(PoisonError::into_inner));
        for task in loops {
            if tokio::time::timeout(CLOSE_WITHIN, task).await.is_err() {
                tracing::warn!("a loop did not end in time");
            }
        }
        if let Some(practice) = self.practice.lock().await.take() {
            practice.stop().await;
        }
        self.step_down();
    }

    /// Reads everything new once, lets workflows decide, and sends and looks at what is due.
    ///
    /// For a machine that calls Fermata by a timer; safe beside a process that runs the loops.
    ///
    /// Errors: the first connection's that failed, after all others had their turn.
    pub async fn sync_once(&self, only: Option<ConnectionId>) -> Result<(), Problem> {
        if self.become_runner()? {
            self.resume_practice().await?;
            self.go_on_removing().await?;
        }
        let list = self.read(connections::list).await?;
        if let Some(id) = only
            && list.iter().all(|c| c.id != id)
        {
            return Err(Problem::new(Code::NotFound, format!("There is no connection {id}.")));
        }
        let mut failed = None;
        let named = |c: &connections::Connection| only.is_none_or(|id| c.id == id);
        for connection in list.into_iter().filter(|c| named(c) && !c.state.rests()) {
            let results = match self.sync.once(connection.id).await {
                Ok(results) => results,
                Err(error) => {
                    failed.get_or_insert(Problem::from(error));
                    continue;
                }
            };
            for error in results.into_iter().filter_map(|(_, result)| result.err()) {
                failed.get_or_insert(Problem::from(error));
            }
        }
        self.engine(fermata_engine::Engine::tick).await?;
        self.engine.send_due().await;
        self.engine.look_due().await;
        failed.map_or(Ok(()), Err)
    }

    /// Follows what becomes stale.
    pub fn changes(&self) -> broadcast::Receiver<Vec<Topic>> {
        self.changes.subscribe()
    }

    /// Returns what the core was opened with.
    pub fn setup(&self) -> &Setup {
        &self.setup
    }

    /// Tells whether this process runs sync and engine.
    pub fn is_runner(&self) -> bool {
        self.runner.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Reads the store on a thread that may block.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&fermata_store::Sql) -> Result<T, fermata_store::Error> + Send + 'static,
    ) -> Result<T, Problem> {
        let store = self.store.clone();
        blocking(move || store.read(read).map_err(Problem::from)).await
    }

    /// Calls the engine on a thread that may block.
    pub(crate) async fn engine<T: Send + 'static>(
        &self,
        call: impl FnOnce(&Engine) -> Result<T, fermata_engine::Error> + Send + 'static,
    ) -> Result<T, Problem> {
        let engine = self.engine.clone();
        blocking(move || call(&engine).map_err(Problem::from)).await
    }

    /// Returns one connection.
    ///
    /// Errors: [`Code::NotFound`].
    pub(crate) async fn connection(&self, id: ConnectionId) -> Result<connections::Connection, Problem> {
        self.read(move |conn| connections::get(conn, id)).await
    }

    /// Tries to become the process that runs the loops on this store; true also if it is already.
    fn become_runner(&self) -> Result<bool, Problem> {
        let mut runner = self.runner.lock().unwrap_or_else(PoisonError::into_inner);
        if runner.is_some() {
            return Ok(true);
        }
        let path = self.setup.data_dir.join("fermata.lock");
        let file = File::create(&path)
            .map_err(|e| Problem::new(Code::Store, format!("{} cannot be written: {e}.", path.display())))?;
        match file.try_lock() {
            Ok(()) => {
                *runner = Some(file);
                Ok(true)
            }
            Err(std::fs::TryLockError::WouldBlock) => Ok(false),
            Err(std::fs::TryLockError::Error(e)) => {
                Err(Problem::new(Code::Store, format!("{} cannot be locked: {e}.", path.display())))
            }
        }
    }

    /// Lets another process run the loops.
    fn step_down(&self) {
        self.runner.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

/// Waits for the process that runs the loops to end, and runs them from then on: otherwise what is
/// approved here would never leave.
async fn succeed(console: Arc<Console>) {
    loop {
        tokio::select! {
            () = console.stop.cancelled() => return,
            () = tokio::time::sleep(SUCCEED_EVERY) => {}
        }
        let taken = match console.become_runner() {
            Ok(false) => continue,
            Ok(true) => console.run().await,
            Err(problem) => Err(problem),
        };
        match taken {
            Ok(()) => tracing::info!("the other Fermata ended; this one keeps the store in step now"),
            Err(problem) => {
                tracing::error!(%problem, "nobody keeps this store in step until the next start");
                console.step_down();
            }
        }
        return;
    }
}

/// Returns what makes the connector of a connection.
fn connect(secrets: Arc<dyn Secrets>, clock: Arc<dyn Clock>) -> fermata_sync::Connect {
    Arc::new(move |connection| {
        let platform = connection.platform;
        let base_url = connection.base_url.parse().map_err(|e| {
            let message = format!("\"{}\" is no address: {e}.", connection.base_url);
            fermata_connectors::Error::new(
                platform,
                "connect",
                fermata_connectors::Kind::Unsupported,
                message,
            )
        })?;
        let settings = Settings {
            connection: connection.id,
            base_url,
            vault: Arc::new(ConnectorVault(Arc::clone(&secrets))),
            clock: Arc::clone(&clock),
            patience: Patience::default(),
            share: Share::percent(connection.share),
        };
        fermata_connectors::connect(platform, settings)
    })
}

/// Returns the armed fail point of a crash test, or those that do nothing.
fn fail_points() -> Result<Arc<dyn FailPoints>, Problem> {
    let Ok(armed) = std::env::var("FERMATA_FAIL_POINT") else { return Ok(Arc::new(NoFailPoints)) };
    match AbortAt::parse(&armed) {
        Some(point) => Ok(Arc::new(point)),
        None => Err(Problem::new(
            Code::BadRequest,
            format!("FERMATA_FAIL_POINT: there is no fail point \"{armed}\"."),
        )),
    }
}

/// Reads the machine's clock.
#[expect(clippy::disallowed_methods, reason = "this is where the real clock is plugged in")]
fn now() -> Timestamp {
    Timestamp::now()
}

/// Runs something that blocks on a thread made for it.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work).await.map_err(Problem::internal)?
}
