//! Signing in: a private API key in the `Authorization` header.
//!
//! Source: developers.klaviyo.com, Authenticate API requests.

use async_trait::async_trait;
use fermata_model::Platform;
use secrecy::{ExposeSecret, SecretString};

use super::{CAPABILITY, JSON_API};
use crate::http::Request;
use crate::rest::Credentials;
use crate::{Error, Settings};

/// What we sign in with.
pub(super) struct ApiKey {
    header: SecretString,
}

#[async_trait]
impl Credentials for ApiKey {
    async fn read(settings: &Settings) -> Result<Self, Error> {
        let key = settings.required(Platform::Klaviyo, "api_key").await?;
        Ok(Self { header: format!("Klaviyo-API-Key {}", key.expose_secret()).into() })
    }

    fn sign(&self, request: Request) -> Request {
        request
            .header("revision", CAPABILITY.api_version)
            .header("accept", JSON_API)
            .secret_header("authorization", self.header.clone())
    }
}
