//! The practice store: a shop of our own on this machine's loopback, to try everything on.

use std::collections::BTreeMap;

use fermata_connectors::Share;
use fermata_engine::{Person, Role};
use fermata_model::{Platform, Timestamp};
use fermata_sandbox::{Options, Practice, WorldKind};
use fermata_store::{Durability, Writer, connections, settings};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::console::{Console, blocking};
use crate::secrets::credential_name;
use crate::{Code, Problem};

/// The setting that makes a store the practice store's.
const SETTING: &str = "practice";

/// What the practice store is made from; kept, so that the same one comes back after a restart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PracticeSettings {
    seed: u64,
    customers: u32,
    world: String,
    began: Timestamp,
}

/// A running practice store.
pub(crate) struct PracticeStore(Practice);

impl PracticeStore {
    /// Stops it; what was done to it is kept.
    pub(crate) async fn stop(self) {
        self.0.stop().await;
    }
}

impl Console {
    /// Tells whether this is the practice store.
    pub(crate) async fn is_practice(&self) -> Result<bool, Problem> {
        self.read(|conn| settings::get::<PracticeSettings>(conn, SETTING)).await.map(|found| found.is_some())
    }

    /// Starts the practice store again where there was one.
    pub(crate) async fn resume_practice(&self) -> Result<(), Problem> {
        let known = self.read(|conn| settings::get::<PracticeSettings>(conn, SETTING)).await?;
        let Some(known) = known else { return Ok(()) };
        let practice = self.run_practice(&known).await?;
        self.point_connections(&practice).await?;
        *self.practice.lock().await = Some(PracticeStore(practice));
        Ok(())
    }

    /// Makes this store the practice store's, if it is not yet, and connects it.
    ///
    /// Errors: [`Code::BadRequest`] where a real account is connected. A start that failed midway is
    /// taken back, so that the next one begins anew.
    pub(crate) async fn ensure_practice(&self) -> Result<(), Problem> {
        // Held to the end: who asks twice gets one.
        let mut running = self.practice.lock().await;
        if self.is_practice().await? {
            return Ok(());
        }
        if !self.read(connections::list).await?.is_empty() {
            return Err(Problem::new(
                Code::BadRequest,
                "A real account is connected here, so practice cannot begin.",
            )
            .with_hint("Start Fermata with --practice: the practice store has a folder of its own."));
        }
        if !self.is_runner() {
            return Err(Problem::new(Code::Store, "Another Fermata is open on this folder.")
                .with_hint("Close it, or begin practice there."));
        }
        let world = if self.setup.shared.is_some() { WorldKind::TauRetail } else { WorldKind::Generated };
        let fresh = PracticeSettings {
            seed: 1,
            customers: 500,
            world: world.name().to_owned(),
            began: self.clock.now(),
        };
        let practice = self.run_practice(&fresh).await?;
        self.write_practice(fresh).await?;
        let connected = self.connect_all(&practice).await;
        *running = Some(PracticeStore(practice));
        drop(running);
        if connected.is_err() {
            let owner = Person::new(self.person_name().await?, Role::Owner);
            for connection in self.read(connections::list).await? {
                self.remove_connection(connection, owner.clone()).await?;
            }
            self.end_practice().await?;
        }
        connected
    }

    async fn connect_all(&self, practice: &Practice) -> Result<(), Problem> {
        for platform in practice.platforms() {
            self.connect_practice(practice, platform).await?;
        }
        Ok(())
    }

    async fn run_practice(&self, known: &PracticeSettings) -> Result<Practice, Problem> {
        let state = self.setup.data_dir.join("practice-store");
        let options = Options {
            seed: known.seed,
            customers: known.customers,
            world: known.world.parse().map_err(|e: fermata_sandbox::Error| not_started(&e))?,
            shared: self.setup.shared.clone(),
            now: Some(known.began),
            state: Some(state),
            ..Options::default()
        };
        Practice::start(options).await.map_err(|e| not_started(&e))
    }

    async fn write_practice(&self, fresh: PracticeSettings) -> Result<(), Problem> {
        let store = self.store.clone();
        blocking(move || {
            Ok(store.write(Durability::Full, Writer::System("practice"), |tx| {
                settings::set(tx, SETTING, &fresh)
            })?)
        })
        .await
    }

    async fn connect_practice(&self, practice: &Practice, platform: Platform) -> Result<(), Problem> {
        let address = practice_url(practice, platform)?;
        let credentials: BTreeMap<String, SecretString> =
            credentials(practice, platform).into_iter().map(|(name, value)| (name, value.into())).collect();
        let id = self.add_connection(platform, address, credentials).await?;
        // Nobody else uses the practice store.
        self.set_share(id, Share::WHOLE.get()).await
    }

    /// After a restart the practice store listens elsewhere.
    async fn point_connections(&self, practice: &Practice) -> Result<(), Problem> {
        for connection in self.read(connections::list).await? {
            let address = practice_url(practice, connection.platform)?;
            for (field, value) in credentials(practice, connection.platform) {
                let (secrets, name) = (self.secrets.clone(), credential_name(connection.id, &field));
                blocking(move || secrets.set(&name, &value.into()).map_err(|e| crate::secrets::refused(&e)))
                    .await?;
            }
            let store = self.store.clone();
            blocking(move || {
                Ok(store.write(Durability::Full, Writer::System("practice"), |tx| {
                    connections::set_address(tx, connection.id, &connection.name, address.as_str())
                })?)
            })
            .await?;
            self.sync.reconnect(connection.id);
        }
        Ok(())
    }

    /// Forgets that this was the practice store; its last connection is gone.
    pub(crate) async fn end_practice(&self) -> Result<(), Problem> {
        if let Some(practice) = self.practice.lock().await.take() {
            practice.stop().await;
        }
        let state = self.setup.data_dir.join("practice-store");
        let store = self.store.clone();
        blocking(move || {
            store.write(Durability::Full, Writer::System("practice"), |tx| settings::unset(tx, SETTING))?;
            match std::fs::remove_dir_all(&state) {
                Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                    Err(Problem::new(Code::Store, format!("{} cannot be removed: {e}.", state.display())))
                }
                _ => Ok(()),
            }
        })
        .await
    }
}

fn practice_url(practice: &Practice, platform: Platform) -> Result<Url, Problem> {
    practice.base_url(platform).parse().map_err(Problem::internal)
}

/// Returns the practice credentials of a platform by field name.
fn credentials(practice: &Practice, platform: Platform) -> Vec<(String, String)> {
    let given = practice.credentials(platform);
    let wanted = fermata_connectors::registry::capability(platform).credentials;
    wanted
        .iter()
        .filter_map(|field| Some((field.name.to_owned(), given.get(field.name)?.as_str()?.to_owned())))
        .collect()
}

fn not_started(problem: &fermata_sandbox::Error) -> Problem {
    Problem::new(Code::Platform, format!("The practice store cannot be started: {problem}."))
}
