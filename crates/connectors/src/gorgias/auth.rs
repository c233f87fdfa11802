//! Signing in: HTTP Basic with the e-mail address of a user and that user's API key.
//!
//! Source: developers.gorgias.com, Authentication; private apps.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fermata_model::Platform;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex;

use crate::http::Request;
use crate::{Error, Kind, Settings};

/// Signs requests.
pub(super) struct Auth {
    settings: Settings,
    /// Read from the vault at the first request, and again after Gorgias refused it.
    credentials: Mutex<Option<Arc<Credentials>>>,
}

struct Credentials {
    email: String,
    header: SecretString,
}

impl Auth {
    pub(super) fn new(settings: Settings) -> Self {
        Self { settings, credentials: Mutex::new(None) }
    }

    /// Adds the `Authorization` header.
    pub(super) async fn sign(&self, request: Request) -> Result<Request, Error> {
        let credentials = self.credentials().await?;
        Ok(request.secret_header("authorization", credentials.header.clone()))
    }

    /// Returns the e-mail address that we sign in with.
    pub(super) async fn email(&self) -> Result<String, Error> {
        Ok(self.credentials().await?.email.clone())
    }

    /// Forgets what was read, so that a key that was replaced in the vault is found.
    pub(super) async fn forget(&self) {
        *self.credentials.lock().await = None;
    }

    async fn credentials(&self) -> Result<Arc<Credentials>, Error> {
        let mut kept = self.credentials.lock().await;
        if let Some(credentials) = &*kept {
            return Ok(Arc::clone(credentials));
        }
        let email = self.secret("email").await?;
        let key = self.secret("api_key").await?;
        let email = email.expose_secret().trim().to_owned();
        let pair = SecretString::from(format!("{email}:{}", key.expose_secret().trim()));
        let header = SecretString::from(format!("Basic {}", STANDARD.encode(pair.expose_secret())));
        let credentials = Arc::new(Credentials { email, header });
        *kept = Some(Arc::clone(&credentials));
        Ok(credentials)
    }

    async fn secret(&self, name: &str) -> Result<SecretString, Error> {
        let secret = self.settings.secret(Platform::Gorgias, name).await?;
        secret.filter(|secret| !secret.expose_secret().trim().is_empty()).ok_or_else(|| {
            Error::new(
                Platform::Gorgias,
                "sign in",
                Kind::SignIn,
                format!("The {name} of this Gorgias connection is not stored on this computer."),
            )
            .with_hint("Connect Gorgias again.")
        })
    }
}
