//! Approval in the browser: the authorization code grant.
//!
//! The shop's own page asks the person; the browser comes back to this machine with a code, signed
//! with the app's secret; the code becomes an offline token that lives for an hour and a refresh token
//! that lives for 90 days.
//!
//! The app is the user's own (Dev Dashboard), so its secret is theirs to enter: the vendor demands it at
//! the exchange. PKCE comes on top of it; the vendor does not document that it looks at it.
//!
//! Sources: shopify.dev, apps/build/authentication-authorization/authenticate-standalone-apps and
//! changelog/offline-access-tokens-now-support-expiry-and-refresh (2025-12-10), read 2026-11-22.

use async_trait::async_trait;
use fermata_model::Platform;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use sha2::Sha256;
use url::Url;
use url::form_urlencoded::Serializer;

use super::{REFRESH_TOKEN, post};
use crate::http::{Budget, Http, Purpose};
use crate::sign_in::{Answer, Approver, Ask, Browser, Granted, Proof};
use crate::{Error, Kind, Settings, Share, address};

/// How Shopify signs in by the browser.
pub static BROWSER: Browser = Browser {
    needs: &["client_id", "client_secret"],
    gives: &[REFRESH_TOKEN],
    path: "/shopify",
    registered: true,
    note: None,
    key_page: None,
};

/// One approval under way.
pub(crate) struct Approving {
    http: Http,
    shop: Url,
    client_id: SecretString,
    client_secret: SecretString,
}

impl Approving {
    /// Errors: [`Kind::Unsupported`] if the address is neither a shop's own nor loopback.
    pub(crate) fn new(ask: Ask) -> Result<Self, Error> {
        address::pinned(Platform::Shopify, &ask.base_url, ".myshopify.com")?;
        let Ask { base_url, mut credentials, patience, clock, .. } = ask;
        let mut take = |name: &str| credentials.remove(name).unwrap_or_default();
        let (client_id, client_secret) = (take("client_id"), take("client_secret"));
        let settings = Settings {
            connection: fermata_model::ConnectionId(0),
            base_url: base_url.clone(),
            vault: std::sync::Arc::new(crate::vault::Empty),
            clock,
            patience,
            share: Share::default(),
        };
        let http = Http::new(&settings, super::errors::Shopify, Budget::points(2000, 100))?;
        Ok(Self { http, shop: base_url, client_id, client_secret })
    }

    /// Returns the code of an answer, after looking whether the platform itself gave it, about this
    /// very shop.
    fn code(&self, answer: &Answer) -> Result<SecretString, Error> {
        if let Some(error) = answer.get("error") {
            let why = match error {
                "access_denied" => "it was refused there".to_owned(),
                other => crate::failure::shortened(answer.get("error_description").unwrap_or(other)),
            };
            return Err(Self::refused(format!("Shopify did not approve: {why}. Nothing was connected."))
                .with_hint("Approve it as somebody who may install apps in this shop."));
        }
        if !self.is_signed(answer) {
            return Err(Self::refused(
                "The answer was not signed with the secret of this app. Nothing was connected.",
            )
            .with_hint("Copy client ID and client secret of the same app again from the Dev Dashboard."));
        }
        let ours = self.shop.authority();
        match answer.get("shop") {
            Some(shop) if shop.eq_ignore_ascii_case(ours) => {}
            other => {
                let shop = crate::failure::shortened(other.unwrap_or("no shop"));
                return Err(Self::refused(format!(
                    "{shop} approved, but {ours} was asked. Nothing was connected."
                ))
                .with_hint(
                    "Enter the address of the shop that you want to connect, as its admin shows it.",
                ));
            }
        }
        let code = answer.get("code").map(|code| code.to_owned().into());
        code.ok_or_else(|| Self::refused("Shopify sent no approval. Nothing was connected."))
    }

    fn refused(what: impl Into<String>) -> Error {
        Error::new(Platform::Shopify, "authorize", Kind::SignIn, what)
    }

    /// Tells whether the app's secret signed this answer.
    ///
    /// The vendor signs the other parameters, sorted by name, as a query is written; its older
    /// documents say decoded.
    fn is_signed(&self, answer: &Answer) -> bool {
        let Some(signature) = answer.get("hmac").and_then(unhex) else { return false };
        let mut pairs: Vec<_> = answer.0.iter().filter(|(name, _)| name != "hmac").cloned().collect();
        pairs.sort();
        let written = Serializer::new(String::new()).extend_pairs(&pairs).finish();
        let decoded: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        [written, decoded.join("&")].iter().any(|message| {
            Hmac::<Sha256>::new_from_slice(self.client_secret.expose_secret().as_bytes())
                .is_ok_and(|mac| mac.chain_update(message).verify_slice(&signature).is_ok())
        })
    }
}

#[async_trait]
impl Approver for Approving {
    fn page(&self, redirect: &str, proof: &Proof) -> Url {
        let scopes: Vec<&str> = super::CAPABILITY.scopes.iter().map(|scope| scope.name).collect();
        let mut page = self.shop.clone();
        page.set_path("/admin/oauth/authorize");
        page.query_pairs_mut()
            .clear()
            .append_pair("client_id", self.client_id.expose_secret())
            .append_pair("scope", &scopes.join(","))
            .append_pair("redirect_uri", redirect)
            .append_pair("state", &proof.state)
            .append_pair("code_challenge", &proof.challenge())
            .append_pair("code_challenge_method", "S256");
        page
    }

    async fn granted(&self, answer: &Answer, proof: &Proof) -> Result<Granted, Error> {
        #[derive(Deserialize)]
        struct Tokens {
            access_token: String,
            refresh_token: Option<String>,
        }
        let code = self.code(answer)?;
        // A code is good for one exchange, so this is never repeated by itself.
        let tokens: Tokens = post(
            &self.http,
            Purpose::Effect,
            &[
                ("client_id", &self.client_id),
                ("client_secret", &self.client_secret),
                ("code", &code),
                ("code_verifier", &proof.verifier),
                ("expiring", &"1".into()),
            ],
        )
        .await?;
        let kept = match tokens.refresh_token {
            Some(token) => vec![
                ("client_id", self.client_id.clone()),
                ("client_secret", self.client_secret.clone()),
                (REFRESH_TOKEN, token.into()),
            ],
            // A token without an end needs nothing to be renewed with.
            None => vec![("access_token", tokens.access_token.into())],
        };
        let credentials = kept.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Ok(Granted { credentials, left: None })
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes().chunks(2).map(|pair| {
        let pair = std::str::from_utf8(pair).ok().filter(|pair| pair.len() == 2)?;
        u8::from_str_radix(pair, 16).ok()
    });
    digits.collect()
}
