//! The real connectors against the practice store.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use fermata_connectors::http::{Patience, Share};
use fermata_connectors::{SecretRef, Settings, Vault, VaultError};
use fermata_model::{ConnectionId, Platform, Timestamp};
use fermata_sandbox::{Options, Practice};
use fermata_store::connections::{self, ConnectionState, NewConnection};
use fermata_store::{
    DatabaseKey, Durability, Store, Writer, alerts, customers, dump, progress, sweeps, timeline,
};
use fermata_sync::{Connect, Sync};
use secrecy::SecretString;

/// The practice credentials of all platforms.
struct Keys(HashMap<String, String>);

impl Vault for Keys {
    fn read(&self, name: &SecretRef) -> Result<SecretString, VaultError> {
        let secret = self.0.get(&name.0).ok_or_else(|| VaultError::Missing(name.0.clone()))?;
        Ok(SecretString::from(secret.clone()))
    }
}

/// A practice store whose clock stands still.
pub(crate) async fn practice(customers: u32) -> Practice {
    Practice::start(Options { customers, ..options() }).await.unwrap()
}

/// What every practice store here is started with.
pub(crate) fn options() -> Options {
    Options {
        now: Some("2026-11-02T09:00:00Z".parse().unwrap()),
        speed: 0.0,
        rates: 1_000.0,
        // Enough for dozens of syncs in a row; waiting for points is the connectors' own test.
        shopify: fermata_sandbox::shopify::Settings {
            bucket: 2_000_000,
            restore_rate: 100_000,
            ..fermata_sandbox::shopify::Settings::default()
        },
        real: Arc::new(|| "2026-11-21T09:00:00Z".parse::<Timestamp>().unwrap()),
        ..Options::default()
    }
}

/// A store that is filled from a practice store.
pub(crate) struct Filled {
    pub(crate) store: Store,
    pub(crate) sync: Sync,
    _dir: tempfile::TempDir,
}

pub(crate) fn id(platform: Platform) -> ConnectionId {
    let place = Platform::ALL.iter().position(|other| *other == platform).unwrap();
    ConnectionId(place as i64 + 1)
}

impl Filled {
    pub(crate) fn new(practice: &Practice) -> Self {
        Self::with(practice, connect(practice, PATIENCE))
    }

    /// Makes an empty one that asks in its own way.
    pub(crate) fn with(practice: &Practice, connect: Connect) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path().join("store.db"), &DatabaseKey::new([3; 32])).unwrap();
        let now = practice.now();
        store
            .write(Durability::Normal, Writer::System("test"), |tx| {
                // Also those that do not run, which are never asked: an id is a platform's place.
                for &platform in Platform::ALL {
                    let base_url = practice.base_url(platform).to_owned();
                    let name = platform.title().to_owned();
                    connections::add(tx, &NewConnection { platform, name, base_url, at: now })?;
                }
                Ok(())
            })
            .unwrap();
        let sync = Sync::new(store.clone(), connect, practice.clock());
        Self { store, sync, _dir: dir }
    }

    /// Reads everything until all of it has come.
    pub(crate) async fn settle(&self, practice: &Practice) {
        for platform in practice.platforms() {
            self.settle_one(practice, platform).await;
        }
    }

    /// Reads everything of one platform: each stream has been read to its end since, though not all of them
    /// in one round, and no sweep is under way.
    pub(crate) async fn settle_one(&self, practice: &Practice, platform: Platform) {
        let id = id(platform);
        let mut read = BTreeSet::new();
        for round in 0..=MOST_ROUNDS {
            // As after a restart: connectors hold nothing that matters, and begin with a full
            // budget, which the pace of the vendors' limits would otherwise make minutes long.
            self.sync.reconnect(id);
            let results = self.sync.once(id).await.unwrap();
            read.extend(results.iter().filter(|(_, result)| result.is_ok()).map(|(stream, _)| *stream));
            let swept = self.store.read(|conn| sweeps::running(conn, id)).unwrap();
            let streams = self.sync.connector(id).await.unwrap().capability().streams;
            if swept.is_empty() && streams.iter().all(|capability| read.contains(&capability.stream)) {
                return;
            }
            // A bucket of points refills with the practice store's own time.
            practice.advance(10);
            assert!(round < MOST_ROUNDS, "{platform} never settles: swept {swept:?}, read {results:?}");
        }
    }

    pub(crate) fn dump(&self) -> Vec<String> {
        self.store.read(dump::canonical).unwrap()
    }
}

/// So many rounds are enough in any weather.
const MOST_ROUNDS: u32 = 60;

/// How long the real connectors wait for a practice store.
const PATIENCE: Patience = Patience {
    connect: Duration::from_secs(2),
    answer: Duration::from_secs(2),
    repeats: 3,
    first_pause: Duration::from_millis(2),
    longest_pause: Duration::from_secs(3),
    keychain: Duration::from_secs(5),
};

/// Makes the real connectors, with what opens the practice store.
pub(crate) fn connect(practice: &Practice, patience: Patience) -> Connect {
    let mut keys = HashMap::new();
    for platform in practice.platforms() {
        let credentials = practice.credentials(platform);
        for (name, value) in credentials.as_object().unwrap() {
            let value = value.as_str().unwrap_or_default().to_owned();
            keys.insert(format!("connection-{}/{name}", id(platform)), value);
        }
    }
    let vault: Arc<dyn Vault> = Arc::new(Keys(keys));
    let clock = practice.clock();
    Arc::new(move |connection| {
        fermata_connectors::connect(
            connection.platform,
            Settings {
                connection: connection.id,
                base_url: connection.base_url.parse().unwrap(),
                vault: vault.clone(),
                clock: clock.clone(),
                patience,
                share: Share::WHOLE,
            },
        )
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_practice_store_comes_over_whole_and_a_second_pass_changes_nothing() {
    let practice = practice(60).await;
    let filled = Filled::new(&practice);
    filled.settle(&practice).await;
    let dump = filled.dump();
    for platform in practice.platforms() {
        let streams = filled.store.read(|conn| progress::list(conn, id(platform))).unwrap();
        for (stream, progress) in &streams {
            assert!(
                progress.backfilled && progress.last_error.is_none(),
                "{platform} {stream}: {progress:?}"
            );
            println!("{platform} {stream} {} landed", progress.landed);
        }
    }
    let open = filled.store.read(alerts::open).unwrap();
    assert!(open.is_empty(), "{open:?}");
    let count = filled.store.read(customers::count).unwrap();
    println!("{count} customers, {} lines", dump.len());
    let busiest = filled.store.read(|conn| customers::list(conn, 0, 500)).unwrap();
    let longest = busiest
        .iter()
        .map(|customer| filled.store.read(|conn| timeline::page(conn, customer.id, None, &[], 500)).unwrap())
        .max_by_key(Vec::len)
        .unwrap();
    for event in longest.iter().take(12) {
        println!("{} {} {} {:?} {:?}", event.at, event.kind, event.title, event.amount, event.state);
    }
    assert!(longest.len() > 3);
    assert!(longest.is_sorted_by(|a, b| (a.at, a.seq) > (b.at, b.seq)), "the newest first");
    filled.settle(&practice).await;
    assert_eq!(filled.dump(), dump);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_sign_in_is_said_once_and_clears_itself() {
    let practice = practice(5).await;
    let filled = Filled::new(&practice);
    let shopify = id(Platform::Shopify);
    practice.set_faults(
        fermata_sandbox::Plan::parse(r#"{"seed":1,"rules":[{"platform":"shopify","fault":"revoke_token"}]}"#)
            .unwrap(),
    );
    for _ in 0..2 {
        filled.sync.once(shopify).await.unwrap();
    }
    let state = |store: &Store| store.read(|conn| connections::get(conn, shopify)).unwrap().state;
    assert!(matches!(state(&filled.store), ConnectionState::SignedOut { .. }));
    let open = filled.store.read(alerts::open).unwrap();
    assert_eq!(open.len(), 1, "{open:?}");
    practice.set_faults(fermata_sandbox::Plan::calm());
    filled.sync.once(shopify).await.unwrap();
    assert_eq!(state(&filled.store), ConnectionState::Ok);
    assert!(filled.store.read(alerts::open).unwrap().is_empty());
}
