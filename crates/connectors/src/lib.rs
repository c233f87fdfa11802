//! The platforms, each behind one trait.
//!
//! A connector knows one platform's wire format, its limits and its habits, and nothing else: it
//! reads one page of one stream, carries out one action, and can say afterwards whether that
//! action happened. It holds no state that matters: cursors belong to `sync`, actions to the
//! ledger, secrets to the [`Vault`].
//!
//! Every platform is a folder with the same file names; what two folders need lives beside them:
//! [`http`] for all, [`sign_in`] for those who ask a person in the browser, `rest` for those that speak
//! REST, `reading` and `html` for what vendors write, `failure` for what goes wrong everywhere.

mod address;
pub mod bigcommerce;
pub mod capability;
pub mod error;
mod failure;
pub mod gorgias;
mod html;
pub mod http;
pub mod klaviyo;
pub mod pull;
mod reading;
pub mod registry;
mod rest;
pub mod shipbob;
pub mod shopify;
pub mod sign_in;
pub mod stripe;
pub mod vault;
pub mod woocommerce;

use async_trait::async_trait;
use fermata_model::{Action, Frozen, Key, Platform, Receipt, Stream, Timestamp};

pub use capability::{Capability, Removal};
pub use error::{Error, Fate, Kind};
pub use http::{Patience, Quota, Share};
pub use pull::{Ids, Page, Pull};
pub use registry::{Account, Settings, connect};
pub use vault::{SecretRef, Vault, VaultError};

/// One account at one platform.
///
/// Every call keeps within the platform's rate limits by itself: pulls and pushes draw on one
/// budget, and pushes go first. Every error says what became of the request ([`Error::fate`]).
#[async_trait]
pub trait Connector: Send + Sync {
    /// Returns what this platform can do, with the numbers that its vendor published.
    fn capability(&self) -> &'static Capability;

    /// Signs in and reads who we are there and what we may do.
    ///
    /// Errors: [`Kind::SignIn`] if the credentials are refused; [`Kind::Unreachable`].
    async fn check(&self) -> Result<Account, Error>;

    /// Reads one page of one stream.
    ///
    /// A page may hold records seen before, in any order, and records of other streams where one
    /// answer carries both; `next` is `None` only on the last page. A record that cannot be read
    /// is part of the page as [`fermata_model::Change::Unreadable`], never an error.
    ///
    /// Errors: [`Kind::Throttled`] with the wait, when the wait is longer than a call should
    /// block; [`Kind::CursorRefused`] if the platform no longer knows the page token: begin the
    /// pass again.
    async fn pull(&self, pull: &Pull) -> Result<Page, Error>;

    /// Reads one page of the ids of all records that a stream has at this moment, for noticing what
    /// is no more. `token` is the `next` of the page before, `None` for the first.
    ///
    /// Unless a platform can list ids for less, whole records are read and only their ids used.
    ///
    /// Errors: those of [`Connector::pull`].
    async fn ids(&self, stream: Stream, token: Option<String>, now: Timestamp) -> Result<Ids, Error> {
        let page = self.pull(&Pull { stream, since: None, until: now, token, size: None }).await?;
        Ok(Ids::of(stream, page))
    }

    /// Reads one record again from its raw text, for records that were set aside.
    ///
    /// Errors: [`Kind::Malformed`] with the reason if it is still unreadable.
    fn reread(&self, stream: Stream, raw: &str) -> Result<fermata_model::Change, Error>;

    /// Builds the exact request for an action, after reading what it depends on: the balance
    /// that can still be refunded, the payment it came from, the state of the ticket.
    ///
    /// Changes nothing at the platform, so any error means [`Fate::NotDone`] or
    /// [`Fate::Refused`]: the latter when what was read shows that the action is impossible
    /// ("the order is already refunded").
    async fn prepare(&self, action: &Action, key: Key, now: Timestamp) -> Result<Frozen, Error>;

    /// Sends a frozen request, once. Nothing is retried here.
    ///
    /// Errors carry their [`Fate`]; whatever is not provably undone or refused is
    /// [`Fate::InDoubt`].
    async fn send(&self, frozen: &Frozen) -> Result<Sent, Error>;

    /// Asks whether a frozen request has happened. Asking is harmless, so it may be repeated.
    async fn find(&self, frozen: &Frozen) -> Result<Found, Error>;

    /// Returns how much of the platform's rate limit is used; `None` until it has told.
    fn quota(&self) -> Option<Quota> {
        None
    }

    /// Returns the platform.
    fn platform(&self) -> Platform {
        self.capability().platform
    }
}

/// What the platform said to a request that it took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// It is done.
    Confirmed(Receipt),
    /// It is taken and will be done; ask again with [`Connector::find`].
    Accepted,
}

/// Whether an action has happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// It has; here is the proof.
    Yes(Receipt),
    /// The platform is still working on it.
    Pending,
    /// The platform took it and then gave it up, for this reason.
    Failed(String),
    /// There is no trace of it at this moment.
    No,
}
