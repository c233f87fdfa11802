//! Signing in by the browser, and signing an account in again.

use std::collections::BTreeMap;
use std::fmt;

use fermata_model::{ConnectionId, Platform, Timestamp};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::wire;

/// Begins to sign in by the browser; one that was under way is given up.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SignInBegin {
    /// The platform.
    pub platform: Platform,
    /// The account's address; https, or http on loopback.
    pub base_url: String,
    /// What [`BrowserSignIn::needs`] names. Stays in memory until the account is connected.
    pub credentials: BTreeMap<String, String>,
    /// Shall the page open where a key is made by hand, and nothing be waited for?
    #[serde(default)]
    pub key_page: bool,
    /// Shall the core open the page in the system's browser? Else whoever asks does.
    pub open: bool,
}

/// Names what was given and shows none of it: a request may end in a log.
impl fmt::Debug for SignInBegin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignInBegin")
            .field("platform", &self.platform)
            .field("base_url", &self.base_url)
            .field("credentials", &self.credentials.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

/// New credentials for an account that is connected; the account stays the same.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ConnectionSignIn {
    /// Ours.
    pub id: ConnectionId,
    /// What [`CredentialInfo`](super::CredentialInfo) asks for, by name.
    pub credentials: BTreeMap<String, String>,
    /// The sign-in by the browser that was approved; then no credentials are needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub approval: Option<String>,
}

/// Names what was given and shows none of it: a request may end in a log.
impl fmt::Debug for ConnectionSignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectionSignIn")
            .field("id", &self.id)
            .field("credentials", &self.credentials.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

wire! {
    /// How the browser helps to sign in to a platform.
    #[derive(Eq)]
    pub struct BrowserSignIn {
        /// Which credentials must be entered before.
        pub needs: Vec<String>,
        /// The address that the platform's app must have registered, letter by letter; `None` where
        /// nothing has to be registered.
        pub redirect: Option<String>,
        /// What a person should know who is about to be asked.
        pub note: Option<String>,
        /// Is there a page where a key is made by hand, for those who cannot approve?
        pub key_page: bool,
    }

    /// A sign-in by the browser that has begun.
    #[derive(Eq)]
    pub struct SignInBegun {
        /// Names it; `None` where nothing comes back.
        pub id: Option<String>,
        /// The page to open.
        pub page: String,
        /// The address at which the approval arrives.
        pub redirect: Option<String>,
        /// When it is given up.
        pub ends_at: Option<Timestamp>,
    }

    /// Names one sign-in by the browser.
    #[derive(Eq)]
    pub struct SignInRef {
        /// As it was named when it began.
        pub id: String,
    }
}
