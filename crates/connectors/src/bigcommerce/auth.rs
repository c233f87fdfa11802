//! Signing in: the token of a store-level API account in `X-Auth-Token`. It does not expire.
//!
//! Source: guide on API accounts; the security scheme of every file.

use async_trait::async_trait;
use fermata_model::Platform;
use secrecy::SecretString;

use super::JSON;
use crate::http::Request;
use crate::rest::Credentials;
use crate::{Error, Settings};

/// What we sign in with.
pub(super) struct Token {
    access_token: SecretString,
}

#[async_trait]
impl Credentials for Token {
    async fn read(settings: &Settings) -> Result<Self, Error> {
        Ok(Self { access_token: settings.required(Platform::Bigcommerce, "access_token").await? })
    }

    fn sign(&self, request: Request) -> Request {
        // Without it version 2 may answer with XML.
        request.header("accept", JSON).secret_header("x-auth-token", self.access_token.clone())
    }
}
