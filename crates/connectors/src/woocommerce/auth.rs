//! Signing in: a pair of keys that WooCommerce made, by HTTP Basic.
//!
//! Source: woocommerce.github.io/woocommerce-rest-api-docs, Authentication over HTTPS: "if there is
//! a problem with the authentication, you may provide the consumer key/secret as query string
//! parameters instead". Some hosts strip the `Authorization` header (woocommerce #14918, #17271).

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
use crate::sign_in::Browser;
use crate::{Error, Settings};

/// How WooCommerce signs in by the browser: no further than to the page where a key is made.
///
/// Its own approval (`/wc-auth/v1/authorize`) has the shop's server post the keys to a `callback_url`,
/// which must be https, through `wp_safe_remote_post`, which refuses this machine and any private network.
/// Source: woocommerce, `includes/class-wc-auth.php`, 10.5. See `docs/decisions/0015-sign-in-by-the-browser.md`.
pub static BROWSER: Browser = Browser::KeyPage {
    path: "/wp-admin/admin.php",
    query: "page=wc-settings&tab=advanced&section=keys&create-key=1",
};

/// What we sign in with.
pub(super) struct Keys {
    consumer_key: SecretString,
    consumer_secret: SecretString,
    header: SecretString,
}

impl Keys {
    /// Adds the keys to the address, for a host that strips the header. Addresses are never
    /// logged here; the host itself may log them.
    pub(super) fn in_address(&self, request: Request) -> Request {
        request
            .query("consumer_key", self.consumer_key.expose_secret())
            .query("consumer_secret", self.consumer_secret.expose_secret())
    }

    /// Signs a request to this address, for a shop without TLS; for `place` see [`signature::place`].
    pub(super) fn signed(
        &self,
        request: Request,
        place: &str,
        address: &Url,
        second: i64,
        nonce: String,
    ) -> Request {
        let keys = (self.consumer_key.expose_secret(), self.consumer_secret.expose_secret());
        signature::parameters(request.method.as_str(), place, address, keys, second, nonce)
            .into_iter()
            .fold(request, |request, (name, value)| request.query(name, value))
    }
}

#[async_trait]
impl Credentials for Keys {
    async fn read(settings: &Settings) -> Result<Self, Error> {
        let consumer_key = settings.required(Platform::Woocommerce, "consumer_key").await?;
        let consumer_secret = settings.required(Platform::Woocommerce, "consumer_secret").await?;
        let pair = format!("{}:{}", consumer_key.expose_secret(), consumer_secret.expose_secret());
        let pair = SecretString::from(pair);
        let header = SecretString::from(format!("Basic {}", STANDARD.encode(pair.expose_secret())));
        Ok(Self { consumer_key, consumer_secret, header })
    }

    fn sign(&self, request: Request) -> Request {
        let request = request.header("accept", "application/json");
        if request.operation == INDEX {
            return request;
        }
        request.secret_header("authorization", self.header.clone())
    }
}
