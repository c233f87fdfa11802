//! Signing in: a restricted key as Bearer.
//!
//! Source: the vendor's OpenAPI, `securitySchemes`; docs.stripe.com, Restricted API keys, API versioning.

use async_trait::async_trait;
use fermata_model::Platform;
use secrecy::{ExposeSecret, SecretString};

use super::CAPABILITY;
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
        let key = settings.required(Platform::Stripe, "api_key").await?;
        Ok(Self { header: format!("Bearer {}", key.expose_secret()).into() })
    }

    fn sign(&self, request: Request) -> Request {
        request
            .header("stripe-version", CAPABILITY.api_version)
            .header("accept", "application/json")
            .secret_header("authorization", self.header.clone())
    }
}
