//! Sign-in: a pasted token, one asked for with the app's id and secret, or one that was approved in
//! the browser ([`approval`]) and is renewed with what came along.
//!
//! The only place of this folder that reads the vault or exposes a secret.

pub(crate) mod approval;

use fermata_model::{Platform, Timestamp};
use jiff::SignedDuration;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::sync::Mutex;

use super::{CAPABILITY, Document, Shopify, envelope, errors, wire};
use crate::http::{Http, Method, Purpose, Request};
use crate::{Account, Error, Kind, Settings};

const CHECK: Document = document!("check", "check", 10);

/// A token is renewed this long before its end, so that it does not end on its way.
const RENEW_BEFORE: SignedDuration = SignedDuration::from_mins(5);

/// The name in the vault of what renews an approved token.
///
/// It lives for 90 days and is replaced at each use; the one before stays good until its replacement is
/// used (shopify.dev, changelog/more-resilient-refreshes-for-expiring-offline-access-tokens, 2026-08-28).
/// So a renewal may be repeated, and one whose answer could not be kept costs nothing.
const REFRESH_TOKEN: &str = "refresh_token";

/// Holds the token while it is good.
pub(super) struct Auth {
    settings: Settings,
    token: Mutex<Option<Token>>,
}

struct Token {
    value: SecretString,
    /// When it ends; a pasted one does not.
    ends: Option<Timestamp>,
}

impl Auth {
    pub(super) fn new(settings: Settings) -> Self {
        Self { settings, token: Mutex::new(None) }
    }

    /// Returns a token that is good as far as we know.
    pub(super) async fn token(&self, http: &Http) -> Result<SecretString, Error> {
        let mut held = self.token.lock().await;
        let soon = self.settings.clock.now().saturating_add(RENEW_BEFORE).unwrap_or(Timestamp::MAX);
        if let Some(token) = &*held
            && token.ends.is_none_or(|ends| soon < ends)
        {
            return Ok(token.value.clone());
        }
        let token = self.sign_in(http).await?;
        let value = token.value.clone();
        *held = Some(token);
        Ok(value)
    }

    /// Returns a token other than the one that was refused; `None` if there is no other.
    pub(super) async fn renew(
        &self,
        http: &Http,
        refused: &SecretString,
    ) -> Result<Option<SecretString>, Error> {
        let mut held = self.token.lock().await;
        if held.as_ref().is_none_or(|token| token.value.expose_secret() == refused.expose_secret()) {
            // Not renewed by somebody else meanwhile.
            *held = None;
            *held = Some(self.sign_in(http).await?);
        }
        Ok(held
            .as_ref()
            .filter(|token| token.value.expose_secret() != refused.expose_secret())
            .map(|token| token.value.clone()))
    }

    async fn sign_in(&self, http: &Http) -> Result<Token, Error> {
        if let Some(refresh) = self.secret(REFRESH_TOKEN).await? {
            return self.refresh(http, &refresh).await;
        }
        if let Some(value) = self.secret("access_token").await? {
            return Ok(Token { value, ends: None });
        }
        let (id, secret) = self.client().await?;
        let grant = SecretString::from("client_credentials");
        let fresh = [("grant_type", &grant), ("client_id", &id), ("client_secret", &secret)];
        Ok(self.ask(http, &fresh).await?.0)
    }

    /// Renews an approved token, and keeps what renews it the next time.
    async fn refresh(&self, http: &Http, refresh: &SecretString) -> Result<Token, Error> {
        let (id, secret) = self.client().await?;
        let grant = SecretString::from(REFRESH_TOKEN);
        let renewal = [
            ("grant_type", &grant),
            (REFRESH_TOKEN, refresh),
            ("client_id", &id),
            ("client_secret", &secret),
        ];
        let (token, next) = self.ask(http, &renewal).await?;
        if let Some(next) = next
            && let Err(error) = self.settings.keep(Platform::Shopify, REFRESH_TOKEN, next).await
        {
            tracing::warn!(connection = self.settings.connection.0, %error, "the renewal could not be kept");
        }
        Ok(token)
    }

    /// Returns the id and the secret of the app.
    async fn client(&self) -> Result<(SecretString, SecretString), Error> {
        match (self.secret("client_id").await?, self.secret("client_secret").await?) {
            (Some(id), Some(secret)) => Ok((id, secret)),
            _ => Err(Error::new(
                Platform::Shopify,
                "sign in",
                Kind::SignIn,
                "Shopify is not signed in: neither an access token nor a client ID with its secret is there.",
            )
            .with_hint("Sign in again in Settings, Connections.")),
        }
    }

    /// Asks for a token, and for what renews it; asking again does no harm.
    async fn ask(
        &self,
        http: &Http,
        form: &[(&str, &SecretString)],
    ) -> Result<(Token, Option<SecretString>), Error> {
        #[derive(Deserialize)]
        struct Answer {
            access_token: String,
            expires_in: Option<i64>,
            refresh_token: Option<String>,
        }
        let asked = self.settings.clock.now();
        let answer: Answer = post(http, Purpose::Read, form).await?;
        let ends = answer.expires_in.map(|seconds| {
            asked.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX)
        });
        Ok((Token { value: answer.access_token.into(), ends }, answer.refresh_token.map(SecretString::from)))
    }

    async fn secret(&self, name: &str) -> Result<Option<SecretString>, Error> {
        let secret = self.settings.secret(Platform::Shopify, name).await?;
        Ok(secret.filter(|secret| !secret.expose_secret().is_empty()))
    }
}

/// Posts a form to where tokens are given, and reads the answer.
async fn post<T: DeserializeOwned>(
    http: &Http,
    purpose: Purpose,
    form: &[(&str, &SecretString)],
) -> Result<T, Error> {
    let form: String = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form.iter().map(|(name, value)| (*name, value.expose_secret())))
        .finish();
    let request = Request::new(errors::TOKEN, Method::POST, "/admin/oauth/access_token", purpose)
        .secret_body("application/x-www-form-urlencoded", form.into());
    let response = http.send(request).await?;
    serde_json::from_str(&response.body)
        .map_err(|_| Error::new(Platform::Shopify, errors::TOKEN, Kind::Malformed, "Shopify sent no token."))
}

/// Reads who we are at the shop and what we may do there.
pub(super) async fn check(shopify: &Shopify) -> Result<Account, Error> {
    let response = shopify.ask(&CHECK, &serde_json::json!({})).await?;
    let checked: wire::Checked = envelope::data(&response.body, CHECK.operation)?;
    let granted: Vec<String> =
        checked.current_app_installation.access_scopes.into_iter().map(|scope| scope.handle).collect();
    let missing = CAPABILITY
        .scopes
        .iter()
        .filter(|scope| !is_granted(scope.name, &granted))
        .map(|scope| scope.name.to_owned())
        .collect();
    Ok(Account {
        id: checked.shop.id,
        name: checked.shop.name,
        user: None,
        currency: checked.shop.currency_code.parse().ok(),
        time_zone: Some(checked.shop.iana_timezone),
        granted,
        missing,
        absent: Vec::new(),
        api_version: response.header("x-shopify-api-version").map(str::to_owned),
    })
}

/// Tells whether a scope is given, be it inside the one that may also write.
fn is_granted(name: &str, granted: &[String]) -> bool {
    let writing = name.strip_prefix("read_").map(|what| format!("write_{what}"));
    granted.iter().any(|scope| scope == name || Some(scope) == writing.as_ref())
}
