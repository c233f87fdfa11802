//! Signing in by the browser: the person says yes at the platform, and never copies a secret.
//!
//! - **Approval.** The platform's page asks the person and sends the browser back to this machine
//!   with a code, which is then exchanged for tokens (authorization code grant, RFC 6749, 4.1, with
//!   PKCE, RFC 7636, and a loopback redirect, RFC 8252, 7.3). See [`Approval`].
//! - **Key page.** The platform can hand over keys to a server on the internet only; a program on
//!   somebody's desk can no more than open the page where a key is made.
//!
//! A platform says in its `auth` which of these it knows; what is peculiar to it stands there.

mod approval;
mod loopback;
mod proof;

use std::collections::BTreeMap;

use async_trait::async_trait;
use fermata_model::Platform;
use secrecy::SecretString;
use url::Url;

use crate::Error;

pub use approval::{Approval, Ask};
pub use proof::Chance;

pub(crate) use loopback::Answer;
pub(crate) use proof::Proof;

/// The port on 127.0.0.1 at which an approval arrives.
///
/// One fixed port, as Shopify sends a browser to addresses alone that its app has registered letter
/// by letter. Source: shopify.dev, apps/build/authentication-authorization/authenticate-standalone-apps.
pub const PORT: u16 = 7434;

/// Secrets by their names in the vault.
pub type Secrets = BTreeMap<String, SecretString>;

/// How a platform signs in by the browser.
#[derive(Debug)]
pub enum Browser {
    /// The person approves there, and the approval comes back to this machine.
    Approval {
        /// What must be known before, by name of [`CredentialField`](crate::capability::CredentialField).
        needs: &'static [&'static str],
        /// What an approval gives beside them, to be kept in the vault under these names.
        gives: &'static [&'static str],
        /// The path of the address at which the approval arrives.
        path: &'static str,
    },
    /// A page of the account shows where a key is made, which is then copied by hand.
    KeyPage {
        /// Path below the account's address.
        path: &'static str,
        /// Query of the page.
        query: &'static str,
    },
}

impl Browser {
    /// Returns the address at which an approval arrives, to be registered at the platform.
    ///
    /// `None` where nothing comes back.
    pub fn redirect(&self, port: u16) -> Option<String> {
        match self {
            Self::Approval { path, .. } => Some(loopback::address(port, path)),
            Self::KeyPage { .. } => None,
        }
    }
}

/// Returns how a platform signs in by the browser; `None` where a key is copied by hand and no page
/// can be named.
pub fn browser(platform: Platform) -> Option<&'static Browser> {
    match platform {
        Platform::Shopify => Some(&crate::shopify::BROWSER),
        Platform::Woocommerce => Some(&crate::woocommerce::BROWSER),
        _ => None,
    }
}

/// Returns the names of what a platform's approval gives to keep, besides what a person enters.
pub fn given(platform: Platform) -> &'static [&'static str] {
    match browser(platform) {
        Some(Browser::Approval { gives, .. }) => gives,
        _ => &[],
    }
}

/// Returns the page of an account where its key is made; `None` where there is no such page.
pub fn key_page(platform: Platform, account: &Url) -> Option<Url> {
    let Some(Browser::KeyPage { path, query }) = browser(platform) else { return None };
    let mut page = account.clone();
    page.set_path(&format!("{}{path}", account.path().trim_end_matches('/')));
    page.set_query(Some(query));
    page.set_fragment(None);
    Some(page)
}

/// What is peculiar to a platform's approval; implemented in its `auth`.
#[async_trait]
pub(crate) trait Approver: Send + Sync {
    /// Returns the page on which the person approves.
    fn page(&self, redirect: &str, proof: &Proof) -> Url;

    /// Returns the code of an answer, after looking whether the platform itself gave it, about this
    /// very account.
    fn code(&self, answer: &Answer) -> Result<SecretString, Error>;

    /// Exchanges a code for what is kept.
    async fn exchange(&self, code: SecretString, proof: &Proof) -> Result<Secrets, Error>;
}
