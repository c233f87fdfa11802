//! Starting, steering and asking a practice store.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use fermata_model::{Clock, Platform};
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::clock::{Pace, PracticeClock};
use crate::faults::{Faults, Plan};
use crate::journal::{Asked, Entry, Journal};
use crate::keep::{Head, Keep};
use crate::options::{Access, Options};
use crate::server::core::{Core, Front, Store};
use crate::server::{self, Door};
use crate::world::{Instruction, Moment, World};
use crate::{Error, twins};

/// Seconds of an hour: a new store's history ends at a full one.
const HOUR: i64 = 3_600;

/// A running practice store. Dropping it ends it; [`Practice::stop`] also waits for that.
pub struct Practice {
    core: Arc<Core>,
    base_urls: BTreeMap<Platform, Arc<str>>,
    control_url: Arc<str>,
    access: BTreeMap<Platform, Access>,
    tasks: Vec<JoinHandle<()>>,
}

impl std::fmt::Debug for Practice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Practice").field("base_urls", &self.base_urls).finish_non_exhaustive()
    }
}

impl Practice {
    /// Makes the world, or brings it back from [`Options::state`], and opens the listeners on
    /// 127.0.0.1. A million customers take minutes; the default 500 less than a second.
    ///
    /// Errors: what [`World::build`] says, [`Error::NoTwin`], [`Error::OtherStore`] if the state is another store's,
    /// [`Error::Io`] if a port is taken.
    pub async fn start(options: Options) -> Result<Self, Error> {
        let (options, mut store, ports) = tokio::task::spawn_blocking(move || {
            let (store, ports) = open(&options)?;
            Ok::<_, Error>((options, store, ports))
        })
        .await
        .map_err(|error| Error::Act(format!("the practice store could not be made: {error}")))??;

        let listeners = listen(store.fronts.len() + 1, options.port, &ports).await?;
        let mut ports = Vec::with_capacity(listeners.len());
        for listener in &listeners {
            ports.push(listener.local_addr().map_err(Error::io("the address of a listener"))?.port());
        }
        let urls: Vec<Arc<str>> =
            ports.iter().map(|port| Arc::from(format!("http://127.0.0.1:{port}"))).collect();
        if let Some(keep) = &mut store.keep {
            keep.note_ports(ports)?;
        }
        let base_urls: BTreeMap<Platform, Arc<str>> = store
            .fronts
            .iter()
            .zip(&urls)
            .map(|((platform, front), url)| (*platform, Arc::from(format!("{url}{}", front.access.path))))
            .collect();
        let control_url = urls.last().cloned().unwrap_or_else(|| Arc::from(""));
        let access: BTreeMap<Platform, Access> =
            store.fronts.iter().map(|(platform, front)| (*platform, front.access.clone())).collect();
        let facts = facts(&options, &store.world, &base_urls, &control_url, &access);
        let doors: Vec<Door> =
            store.fronts.keys().copied().map(Door::Platform).chain([Door::Control]).collect();
        let core = Arc::new(Core::new(store, facts));
        let tasks = listeners
            .into_iter()
            .zip(doors)
            .zip(urls)
            .map(|((listener, door), url)| {
                tokio::spawn(server::serve(listener, door, Arc::clone(&core), url))
            })
            .collect();
        Ok(Self { core, base_urls, control_url, access, tasks })
    }

    /// Returns the platforms that run.
    pub fn platforms(&self) -> impl Iterator<Item = Platform> {
        self.base_urls.keys().copied()
    }

    /// Returns where a platform is reached, without a slash at the end; empty if it does not run.
    pub fn base_url(&self, platform: Platform) -> &str {
        self.base_urls.get(&platform).map_or("", |url| url)
    }

    /// Returns where the store is steered: `/_facts`, `/_faults`, `/_clock`, `/_act`, `/_journal/...`.
    pub fn control_url(&self) -> &str {
        &self.control_url
    }

    /// Returns the credentials and scopes of a platform.
    ///
    /// Panics if it does not run; see [`Practice::platforms`].
    pub fn access(&self, platform: Platform) -> &Access {
        &self.access[&platform]
    }

    /// Returns the credentials of a platform as a connector wants them.
    ///
    /// Panics if it does not run; see [`Practice::platforms`].
    pub fn credentials(&self, platform: Platform) -> Value {
        self.access(platform).credentials()
    }

    /// Registers one more address, letter by letter, to which a platform may send an approval in the
    /// browser. Does nothing if it does not run.
    pub fn register_redirect(&self, platform: Platform, address: &str) {
        if let Some(front) = self.core.lock().fronts.get_mut(&platform) {
            front.access.redirects.push(address.to_owned());
        }
    }

    /// Returns base URLs, credentials and the shop: what `fermata practice` prints.
    pub fn facts(&self) -> &Value {
        &self.core.facts
    }

    /// Returns what a platform received and applied.
    pub fn journal(&self, platform: Platform) -> Vec<Entry> {
        self.core.lock().journal(platform)
    }

    /// Counts what a platform was asked, by the vendor's names of the operations; empty if it does not run.
    pub fn asked(&self, platform: Platform) -> BTreeMap<String, Asked> {
        let store = self.core.lock();
        store.fronts.get(&platform).map_or_else(BTreeMap::new, |front| front.journal.asked().clone())
    }

    /// Looks at the world, lived up to the present.
    pub fn world<R>(&self, look: impl FnOnce(&World) -> R) -> R {
        let mut store = self.core.lock();
        store.catch_up();
        look(&store.world)
    }

    /// Changes the world by hand, for tests of things that happen at the platform itself. Such a
    /// change is not kept across a restart.
    pub fn change<R>(&self, change: impl FnOnce(&mut World, Moment) -> R) -> R {
        let mut store = self.core.lock();
        let now = store.catch_up();
        change(&mut store.world, now)
    }

    /// Returns the present in practice time.
    pub fn now(&self) -> Timestamp {
        self.core.lock().present().timestamp()
    }

    /// Returns the practice store's clock, for whoever should live in its time.
    pub fn clock(&self) -> Arc<dyn Clock> {
        let core = Arc::clone(&self.core);
        Arc::new(move || core.lock().present().timestamp())
    }

    /// Jumps ahead by so many seconds and lets the world live through them.
    pub fn advance(&self, seconds: i64) {
        self.core.lock().advance(seconds);
    }

    /// Lets time run at another speed: practice seconds per real second; 0 stands still.
    pub fn set_speed(&self, speed: f64) {
        self.core.lock().set_speed(speed);
    }

    /// Puts a plan of faults in force.
    pub fn set_faults(&self, plan: Plan) {
        self.core.lock().faults.set(plan);
    }

    /// Tells somebody in the world to do something now.
    ///
    /// Errors: [`Error::Act`] if nobody can.
    pub fn act(&self, told: &Instruction) -> Result<(), Error> {
        self.core.lock().act(told).map(|_| ())
    }

    /// Ends the store: listeners close, connections break, the time is noted.
    pub async fn stop(mut self) {
        self.core.lock().note_time();
        for task in self.tasks.drain(..) {
            task.abort();
            let _ = task.await;
        }
    }
}

impl Drop for Practice {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

/// Makes the world and does again what was done to it.
fn open(options: &Options) -> Result<(Store, Vec<u16>), Error> {
    let real = Arc::clone(&options.real);
    let start = real.now();
    let anchor = match options.now {
        Some(now) => Moment::from(now),
        None => Moment::from_second(start.as_second() / HOUR * HOUR),
    };
    let practice = if options.now.is_some() { anchor } else { Moment::from(start) };
    let fresh = Pace { real: start, practice, speed: options.speed };
    let (keep, lines) = match &options.state {
        Some(folder) => {
            let (keep, lines) = Keep::open(folder, Head::new(options, anchor, fresh))?;
            (Some(keep), lines)
        }
        None => (None, Vec::new()),
    };
    let (anchor, pace, ports) = match &keep {
        Some(keep) => (keep.head().anchor, keep.head().pace, keep.head().ports.clone()),
        None => (anchor, fresh, Vec::new()),
    };
    let world = World::build(options, anchor)?;
    let fronts = options
        .platforms
        .iter()
        .map(|platform| {
            let twin = twins::of(*platform)?;
            let (vendor, access) = ((twin.vendor)(&world.shop, options), Access::new(twin, options));
            Ok((*platform, Front { vendor, journal: Journal::default(), access }))
        })
        .collect::<Result<_, Error>>()?;
    // While the store was closed time went on, but never faster than ours.
    let last = lines.last().map_or(pace.practice, |line| line.at().max(pace.practice));
    let closed = start.duration_since(pace.real).as_secs().max(0);
    let resumed = if pace.speed > 0.0 { last.max(pace.practice.plus(closed)) } else { last };
    let clock = PracticeClock::new(real, Pace { real: start, practice: resumed, speed: options.speed });
    let mut store = Store {
        world,
        clock,
        faults: Faults::new(options.faults.clone()),
        fronts,
        keep,
        noted: Duration::ZERO,
    };
    store.replay(lines);
    store.catch_up();
    store.note_time();
    Ok((store, ports))
}

/// Binds so many ports: the first given and the next, else those of last time where they are free,
/// else any.
async fn listen(many: usize, first: u16, last_time: &[u16]) -> Result<Vec<TcpListener>, Error> {
    let mut listeners = Vec::new();
    for nth in 0..many {
        let offset = u16::try_from(nth).unwrap_or(0);
        let listener = if first > 0 {
            server::bind(first.saturating_add(offset)).await?
        } else {
            match last_time.get(nth) {
                Some(port) => match server::bind(*port).await {
                    Ok(listener) => listener,
                    Err(_) => server::bind(0).await?,
                },
                None => server::bind(0).await?,
            }
        };
        listeners.push(listener);
    }
    Ok(listeners)
}

fn facts(
    options: &Options,
    world: &World,
    base_urls: &BTreeMap<Platform, Arc<str>>,
    control_url: &str,
    access: &BTreeMap<Platform, Access>,
) -> Value {
    let platforms: serde_json::Map<String, Value> = base_urls
        .iter()
        .map(|(platform, url)| {
            let access = &access[platform];
            let door = url.strip_suffix(&*access.path).unwrap_or(url);
            let mut entry = json!({
                "base_url": &**url,
                "credentials": access.credentials(),
                "scopes": access.scopes,
                "journal": format!("{door}/_journal/{platform}"),
            });
            if let Some(grant) = access.client_credentials() {
                entry["client_credentials"] = grant;
            }
            (platform.name().to_owned(), entry)
        })
        .collect();
    json!({
        "shop": { "name": world.shop.name, "domain": world.shop.domain, "currency": world.shop.currency.code() },
        "world": options.world.name(),
        "seed": options.seed,
        "people": world.people.len(),
        "control": control_url,
        "platforms": platforms,
    })
}
