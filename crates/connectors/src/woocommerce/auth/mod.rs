//! Signing in by HTTP Basic: as a user whose application password was approved in the browser
//! ([`approval`]), or with a pair of keys that WooCommerce made.
//!
//! Source: woocommerce.github.io/woocommerce-rest-api-docs, Authentication over HTTPS: "if there is
//! a problem with the authentication, you may provide the consumer key/secret as query string
//! parameters instead". Some hosts strip the `Authorization` header (woocommerce #14918, #17271).
//! An application password opens all that its user may do, so it travels in the header alone.

pub(crate) mod approval;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fermata_model::Platform;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::door::INDEX;
use super::signature;
use crate::http::Request;
use crate::rest::Credentials;
use crate::{Error, Settings};

/// The names in the vault of what an approval gives.
const USER: &str = "user_login";
const PASSWORD: &str = "application_password";

/// What we sign in with.
pub(super) struct Keys {
    pair: Pair,
    header: SecretString,
}

enum Pair {
    /// Made by WooCommerce, for its own routes alone.
    Key { key: SecretString, secret: SecretString },
    /// A user of WordPress, by this name.
    User(String),
}

impl Keys {
    /// Returns the name of the user whose application password this is; `None` for a pair of keys.
    pub(super) fn user(&self) -> Option<&str> {
        match &self.pair {
            Pair::User(name) => Some(name),
            Pair::Key { .. } => None,
        }
    }

    /// Adds the keys to the address, for a host that strips the header. Addresses are never
    /// logged here; the host itself may log them, so an application password is never added.
    pub(super) fn in_address(&self, request: Request) -> Request {
        match &self.pair {
            Pair::Key { key, secret } => request
                .query("consumer_key", key.expose_secret())
                .query("consumer_secret", secret.expose_secret()),
            Pair::User(_) => request,
        }
    }

    /// Signs a request to this address, for a shop without TLS; for `place` see [`signature::place`].
    ///
    /// WordPress knows no signatures, so an application password signs nothing.
    pub(super) fn signed(
        &self,
        request: Request,
        place: &str,
        address: &Url,
        second: i64,
        nonce: String,
    ) -> Request {
        let Pair::Key { key, secret } = &self.pair else { return request };
        let keys = (key.expose_secret(), secret.expose_secret());
        signature::parameters(request.method.as_str(), place, address, keys, second, nonce)
            .into_iter()
            .fold(request, |request, (name, value)| request.query(name, value))
    }
}

#[async_trait]
impl Credentials for Keys {
    async fn read(settings: &Settings) -> Result<Self, Error> {
        let password = settings.secret(Platform::Woocommerce, PASSWORD).await?;
        if let Some(password) = password.filter(|password| !password.expose_secret().is_empty()) {
            let user = settings.required(Platform::Woocommerce, USER).await?.expose_secret().to_owned();
            let header = basic(&user, &password);
            return Ok(Self { pair: Pair::User(user), header });
        }
        let key = settings.required(Platform::Woocommerce, "consumer_key").await?;
        let secret = settings.required(Platform::Woocommerce, "consumer_secret").await?;
        let header = basic(key.expose_secret(), &secret);
        Ok(Self { pair: Pair::Key { key, secret }, header })
    }

    fn sign(&self, request: Request) -> Request {
        let request = request.header("accept", "application/json");
        if request.operation == INDEX {
            return request;
        }
        request.secret_header("authorization", self.header.clone())
    }
}

/// Writes the header of HTTP Basic.
fn basic(user: &str, password: &SecretString) -> SecretString {
    let pair = SecretString::from(format!("{user}:{}", password.expose_secret()));
    SecretString::from(format!("Basic {}", STANDARD.encode(pair.expose_secret())))
}
