//! Signing in: a personal access token in the `Authorization` header. It has no end and covers the whole account.
//!
//! Source: developer.shipbob.com, Authentication.

use async_trait::async_trait;
use fermata_model::Platform;
use secrecy::{ExposeSecret, SecretString};

use crate::http::Request;
use crate::rest::Credentials;
use crate::{Error, Settings};

/// What we sign in with.
pub(super) struct Token {
    header: SecretString,
}

#[async_trait]
impl Credentials for Token {
    async fn read(settings: &Settings) -> Result<Self, Error> {
        let token = settings.required(Platform::Shipbob, "token").await?;
        Ok(Self { header: format!("Bearer {}", token.expose_secret()).into() })
    }

    fn sign(&self, request: Request) -> Request {
        request.header("accept", "application/json").secret_header("authorization", self.header.clone())
    }
}
