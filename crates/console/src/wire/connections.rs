//! Connections: one account each, from the first test to its daily health.

use std::collections::BTreeMap;
use std::fmt;

use fermata_model::{ConnectionId, Platform, Stream, Timestamp};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{BrowserSignIn, wire};

/// An account to test or to add.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Connect {
    /// The platform.
    pub platform: Platform,
    /// The account's address; https, or http on loopback.
    pub base_url: String,
    /// What [`CredentialInfo`] asks for, by name. Goes to the keychain and nowhere else.
    pub credentials: BTreeMap<String, String>,
    /// The sign-in by the browser that was approved; then no credentials are needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub approval: Option<String>,
}

/// Names what was given and shows none of it: a request may end in a log.
impl fmt::Debug for Connect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connect")
            .field("platform", &self.platform)
            .field("base_url", &self.base_url)
            .field("credentials", &self.credentials.keys().collect::<Vec<_>>())
            .finish()
    }
}

wire! {
    /// A platform that can be connected, and what connecting it takes.
    pub struct PlatformInfo {
        /// The platform.
        pub platform: Platform,
        /// Its name as the vendor writes it.
        pub title: String,
        /// An example of the address to enter.
        pub address_example: String,
        /// What has to be entered, in this order.
        pub credentials: Vec<CredentialInfo>,
        /// What it gives.
        pub streams: Vec<Stream>,
        /// What can be done there.
        pub actions: Vec<String>,
        /// What it cannot do that one might expect.
        pub limits: Vec<String>,
        /// How the browser helps to sign in, if it does.
        pub browser: Option<BrowserSignIn>,
    }

    /// One thing to enter in order to sign in.
    #[derive(Eq)]
    pub struct CredentialInfo {
        /// Its name in the request.
        pub name: String,
        /// What the person reads.
        pub label: String,
        /// Is it to be hidden while it is typed?
        pub secret: bool,
        /// Must it be given?
        pub required: bool,
    }

    /// What a test of an account found.
    pub struct Tested {
        /// The account's name at the platform.
        pub account: String,
        /// Which user we are there and in what role, where what may be done follows from that.
        pub user: Option<String>,
        /// Its currency, if it has one.
        pub currency: Option<String>,
        /// Its time zone, if it says.
        pub time_zone: Option<String>,
        /// Permissions given.
        pub granted: Vec<String>,
        /// Permissions missing, and what stops working without each.
        pub missing: Vec<MissingScope>,
        /// What signing in left behind at the platform, to be removed there by hand.
        pub left: Option<String>,
        /// A look at the first records of each stream.
        pub preview: Vec<Preview>,
    }

    /// A permission that was not given.
    #[derive(Eq)]
    pub struct MissingScope {
        /// The vendor's name of it.
        pub name: String,
        /// What does not work without it.
        pub needed_for: String,
        /// Must it be given before the account can be connected?
        pub required: bool,
    }

    /// The first records of one stream, before anything is kept.
    #[derive(Eq)]
    pub struct Preview {
        /// The kind of record.
        pub stream: Stream,
        /// How many there are in all, if the platform tells.
        pub total: Option<u32>,
        /// A line for each of the first few.
        pub examples: Vec<String>,
        /// Why nothing could be read, in words.
        pub problem: Option<String>,
    }

    /// One account and how it is.
    pub struct Connection {
        /// Ours.
        pub id: ConnectionId,
        /// The platform.
        pub platform: Platform,
        /// The account's name at the platform.
        pub name: String,
        /// The account's address.
        pub base_url: String,
        /// How it is.
        pub health: Health,
        /// What is wrong, and what to do next.
        pub problem: Option<Trouble>,
        /// When it last read anything without an error.
        pub last_success: Option<Timestamp>,
        /// How far the local picture lies behind, in seconds; `None` before the first full read.
        pub lag_seconds: Option<u32>,
        /// How much of the platform's allowance is used, in percent, if it tells.
        pub quota_used: Option<u32>,
        /// How much of the platform's allowance we take at most, in percent.
        pub share: u8,
        /// Its streams.
        pub streams: Vec<StreamHealth>,
        /// Records that could not be read and wait in `set_aside_list`.
        pub set_aside: u32,
        /// What its last proof found.
        pub last_proof: Option<LastProof>,
        /// Permissions missing since it was connected.
        pub missing_scopes: Vec<String>,
    }

    /// What the last proof of a connection found, as far as it is kept.
    #[derive(Copy, Eq)]
    pub struct LastProof {
        /// When both sides had been read.
        pub at: Timestamp,
        /// Was everything compared, and was no difference unexplained?
        pub holds: bool,
        /// How many streams it was about.
        pub streams: u32,
        /// How many of them could not be compared.
        pub failed: u32,
        /// How many records differed for no known reason.
        pub unexplained: u32,
    }

    /// How a connection is, in one word.
    #[derive(Copy, Eq)]
    pub enum Health {
        /// Reads its history.
        Backfilling,
        /// Up to date.
        Live,
        /// Works, with errors that pass by themselves.
        Troubled,
        /// Does not work until a person does something.
        Broken,
    }

    /// What is wrong and what to do.
    #[derive(Eq)]
    pub struct Trouble {
        /// What happened, in words for a store owner.
        pub message: String,
        /// What to do next.
        pub hint: Option<String>,
        /// Since when.
        pub since: Option<Timestamp>,
    }

    /// One stream of a connection.
    #[derive(Eq)]
    pub struct StreamHealth {
        /// The kind of record.
        pub stream: Stream,
        /// How many records are here.
        pub landed: u32,
        /// How many there are at the platform, if it tells; a count, not a promise.
        pub total: Option<u32>,
        /// Is its whole history here?
        pub complete: bool,
        /// When it was last read without an error.
        pub last_success: Option<Timestamp>,
        /// Is it being read at this moment?
        pub reading: bool,
        /// How long the rest of the history takes at the present pace, in seconds.
        pub seconds_left: Option<u32>,
        /// Why the account does not have this kind of record at all, and what to do if it should; `None` if it
        /// has, or nobody knows yet.
        pub absent: Option<String>,
    }

    /// Names one connection.
    #[derive(Copy, Eq)]
    pub struct ConnectionRef {
        /// Ours.
        pub id: ConnectionId,
    }

    /// Sets how much of the platform's allowance one connection takes.
    #[derive(Copy, Eq)]
    pub struct ConnectionShare {
        /// Ours.
        pub id: ConnectionId,
        /// In percent: 10 to 100.
        pub share: u8,
    }

    /// A record that could not be read.
    #[derive(Eq)]
    pub struct SetAside {
        /// Ours.
        pub id: i64,
        /// Which account it came from.
        pub connection: ConnectionId,
        /// What it should have been.
        pub stream: Stream,
        /// Its id there, if that could be read.
        pub external_id: Option<String>,
        /// What was wrong.
        pub reason: String,
        /// When it came.
        pub at: Timestamp,
    }

    /// Tries records that were set aside again.
    #[derive(Copy, Eq)]
    pub struct SetAsideRetry {
        /// Only those of this connection.
        pub connection: Option<ConnectionId>,
    }

    /// What a retry did.
    #[derive(Copy, Eq)]
    pub struct SetAsideRetried {
        /// How many are now in place.
        pub recovered: u32,
        /// How many still cannot be read.
        pub still_aside: u32,
    }
}
