//! What the engine asks of the outside: platforms and ids. Time comes through
//! [`fermata_model::Clock`], fail points through [`crate::fail_points`].

use std::time::Duration;

use async_trait::async_trait;
use fermata_model::{Action, ActionKind, ConnectionId, Frozen, Key, Platform, Receipt};
use uuid::Uuid;

/// The platforms, as far as actions are concerned.
#[async_trait]
pub trait Platforms: Send + Sync {
    /// Builds the exact request for an action, after reading what it depends on. Changes nothing.
    ///
    /// Errors: [`Fate::NotDone`] if it may work later, [`Fate::Refused`] if it cannot.
    async fn prepare(&self, connection: ConnectionId, action: &Action, key: Key) -> Result<Frozen, Failure>;

    /// Sends a frozen request, once, to the connection of its action's target.
    async fn send(&self, frozen: &Frozen) -> Result<Sent, Failure>;

    /// Asks whether a frozen request has happened; harmless.
    async fn find(&self, frozen: &Frozen) -> Result<Found, Failure>;

    /// Returns how long effects take to show and how long keys are trusted.
    fn settling(&self, connection: ConnectionId, kind: ActionKind) -> Settling;

    /// Returns the connection to a platform, if there is one.
    fn connection_for(&self, platform: Platform) -> Option<ConnectionId>;
}

/// How a platform behaves after an answer was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settling {
    /// How long the effect may take to show for the first time.
    pub settles_within: Duration,
    /// How long a repeated key is recognised; zero if the platform has no keys.
    pub key_trusted_for: Duration,
}

/// What became of a request that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Provably nothing happened: it may be tried again.
    NotDone,
    /// The platform said no: never again as it is.
    Refused,
    /// It may have happened: ask before anything else.
    InDoubt,
}

/// A failed call to a platform, in words for a store owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What became of the request.
    pub fate: Fate,
    /// A name that front ends may act on.
    pub code: String,
    /// What happened.
    pub message: String,
    /// What to do next.
    pub hint: Option<String>,
    /// How long the platform wants us to wait.
    pub retry_after: Option<Duration>,
}

/// What the platform said to a request that it took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// It is done.
    Confirmed(Receipt),
    /// It is taken and will be done.
    Accepted,
}

/// Whether an action has happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// It has; here is the proof.
    Yes(Receipt),
    /// The platform is still working on it.
    Pending,
    /// The platform took it and gave it up, for this reason.
    Failed(String),
    /// There is no trace of it at this moment.
    No,
}

/// Mints what must be unique or unguessable.
pub trait Ids: Send + Sync {
    /// Returns a new idempotency key.
    fn key(&self) -> Key;

    /// Returns random bytes for a commitment in the audit log.
    fn salt(&self) -> [u8; 16];
}

/// Ids from the system's randomness.
#[derive(Clone, Copy, Debug, Default)]
pub struct RandomIds;

impl Ids for RandomIds {
    fn key(&self) -> Key {
        Key(Uuid::new_v4())
    }

    fn salt(&self) -> [u8; 16] {
        Uuid::new_v4().into_bytes()
    }
}
