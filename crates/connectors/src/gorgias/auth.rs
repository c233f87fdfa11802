//! Signing in: HTTP Basic with the e-mail address of a user and that user's API key.
//!
//! Source: developers.gorgias.com, Authentication; private apps.

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fermata_model::Platform;
use secrecy::{ExposeSecret, SecretString};

use crate::http::Request;
use crate::rest::Credentials;
use crate::{Error, Settings};

/// What we sign in with.
pub(super) struct Login {
    /// The address of the user whose key we use.
    pub(super) email: String,
    header: SecretString,
}

#[async_trait]
impl Credentials for Login {
    async fn read(settings: &Settings) -> Result<Self, Error> {
        let email = settings.required(Platform::Gorgias, "email").await?.expose_secret().to_owned();
        let key = settings.required(Platform::Gorgias, "api_key").await?;
        let pair = SecretString::from(format!("{email}:{}", key.expose_secret()));
        let header = SecretString::from(format!("Basic {}", STANDARD.encode(pair.expose_secret())));
        Ok(Self { email, header })
    }

    fn sign(&self, request: Request) -> Request {
        request.header("accept", "application/json").secret_header("authorization", self.header.clone())
    }
}
