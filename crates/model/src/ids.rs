//! Ids of ours (integers, cheap to index) and of the platforms (text, as they gave it).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

use crate::platform::Stream;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
        #[ts(export_to = "model.ts", type = "number")]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = std::num::ParseIntError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )*};
}

ids! {
    /// One account at one platform.
    ConnectionId;
    /// A resolved person.
    CustomerId;
    /// One platform's view of a person.
    IdentityId;
    /// One object as a platform gave it.
    RecordId;
    /// Something that happened, on the timeline.
    EventId;
    /// One proposed action, through its whole life in the ledger.
    ProposalId;
    /// One execution of a workflow.
    RunId;
    /// Something that needs a person's attention.
    AlertId;
}

/// The idempotency key of one action: minted with the proposal, kept through every retry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[ts(export_to = "model.ts", type = "string")]
#[serde(transparent)]
pub struct Key(pub Uuid);

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

impl FromStr for Key {
    type Err = uuid::Error;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// Names one record at a platform, in the platform's own words.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[ts(export_to = "model.ts")]
pub struct RecordRef {
    /// The account it lives in.
    pub connection: ConnectionId,
    /// Which kind of record it is.
    pub stream: Stream,
    /// The platform's id, exactly as it was given.
    pub external_id: String,
    /// What a person calls it: `#1042`, a subject, an e-mail address.
    pub label: String,
}
