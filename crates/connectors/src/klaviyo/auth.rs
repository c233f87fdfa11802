//! Signing in: a private API key in the `Authorization` header.
//!
//! Source: developers.klaviyo.com, Authenticate API requests.

use fermata_model::Platform;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex;

use crate::http::Request;
use crate::{Error, Kind, Settings};

/// Signs requests.
pub(super) struct Auth {
    settings: Settings,
    /// Read from the vault at the first request, and again after Klaviyo refused it.
    header: Mutex<Option<SecretString>>,
}

impl Auth {
    pub(super) fn new(settings: Settings) -> Self {
        Self { settings, header: Mutex::new(None) }
    }

    /// Adds the `Authorization` header.
    pub(super) async fn sign(&self, request: Request) -> Result<Request, Error> {
        let mut kept = self.header.lock().await;
        if let Some(header) = &*kept {
            return Ok(request.secret_header("authorization", header.clone()));
        }
        let key = self.settings.secret(Platform::Klaviyo, "api_key").await?;
        let key = key.filter(|key| !key.expose_secret().trim().is_empty()).ok_or_else(|| {
            Error::new(
                Platform::Klaviyo,
                "sign in",
                Kind::SignIn,
                "The API key of this Klaviyo connection is not stored on this computer.",
            )
            .with_hint("Connect Klaviyo again.")
        })?;
        let header = SecretString::from(format!("Klaviyo-API-Key {}", key.expose_secret().trim()));
        *kept = Some(header.clone());
        Ok(request.secret_header("authorization", header))
    }

    /// Forgets what was read, so that a key that was replaced in the vault is found.
    pub(super) async fn forget(&self) {
        *self.header.lock().await = None;
    }
}
