//! Signing in by the browser: the person says yes at the platform, and never copies a secret.
//!
//! The platform's page asks the person and sends the browser back to this machine with what opens the
//! account, or with a code that is exchanged for it: Shopify by an authorization code grant (RFC 6749, 4.1,
//! with PKCE, RFC 7636), WordPress by an application password, both to a loopback address (RFC 8252, 7.3).
//! See [`Approval`]. Where a key can be made by hand as well, the page for that is named too.
//!
//! What is peculiar to a platform stands in its `auth`.

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
pub struct Browser {
    /// What must be known before, by name of [`CredentialField`](crate::capability::CredentialField).
    pub needs: &'static [&'static str],
    /// What an approval gives to keep, by its names in the vault, besides what a person enters.
    pub gives: &'static [&'static str],
    /// The path of the address at which the approval arrives.
    pub path: &'static str,
    /// Must the platform's app have registered that address, letter by letter?
    pub registered: bool,
    /// What a person should know who is about to be asked, as a sentence.
    pub note: Option<&'static str>,
    /// The page of the account where a key is made, for those who cannot approve.
    pub key_page: Option<KeyPage>,
}

/// A page of the account where a key is made, which is then copied by hand.
#[derive(Debug)]
pub struct KeyPage {
    /// Path below the account's address.
    pub path: &'static str,
    /// Query of the page.
    pub query: &'static str,
}

impl Browser {
    /// Returns the address at which an approval arrives.
    pub fn redirect(&self, port: u16) -> String {
        loopback::address(port, self.path)
    }
}

/// Returns how a platform signs in by the browser; `None` where a key is copied by hand.
pub fn browser(platform: Platform) -> Option<&'static Browser> {
    match platform {
        Platform::Shopify => Some(&crate::shopify::BROWSER),
        Platform::Woocommerce => Some(&crate::woocommerce::BROWSER),
        _ => None,
    }
}

/// Returns the names of what a platform's approval gives to keep, besides what a person enters.
pub fn given(platform: Platform) -> &'static [&'static str] {
    browser(platform).map_or(&[], |browser| browser.gives)
}

/// Returns the page of an account where its key is made; `None` where there is no such page.
pub fn key_page(platform: Platform, account: &Url) -> Option<Url> {
    let KeyPage { path, query } = browser(platform)?.key_page.as_ref()?;
    let mut page = account.clone();
    page.set_path(&format!("{}{path}", account.path().trim_end_matches('/')));
    page.set_query(Some(query));
    page.set_fragment(None);
    Some(page)
}

/// What came of an approval.
#[derive(Clone, Debug)]
pub struct Granted {
    /// What to keep.
    pub credentials: Secrets,
    /// What was left behind at the platform and should be removed there by hand, in words for the
    /// person; nothing, if all went well.
    pub left: Option<String>,
}

/// What is peculiar to a platform's approval; implemented in its `auth`.
#[async_trait]
pub(crate) trait Approver: Send + Sync {
    /// Returns the page on which the person approves.
    fn page(&self, redirect: &str, proof: &Proof) -> Url;

    /// Takes an answer in: looks whether it is a yes, from the platform itself and about this very
    /// account, and exchanges it for what is kept.
    async fn granted(&self, answer: &Answer, proof: &Proof) -> Result<Granted, Error>;
}
