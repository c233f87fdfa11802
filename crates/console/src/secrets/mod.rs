//! Secrets: the database key and the platforms' credentials.
//!
//! On a desktop both live in the OS keychain and nowhere else; there is no plain-text fallback.
//! A machine without a keychain may be given the database key in a file that only its owner can
//! read (`FERMATA_KEY_FILE`); the credentials then live inside the encrypted store, which is
//! unreadable without that file. See `docs/decisions/0002-secrets.md`.

mod database_key;
mod keychain;
mod sealed;

use std::sync::Arc;

use fermata_connectors::{SecretRef, Vault, VaultError};
use secrecy::SecretString;

pub(crate) use database_key::{from_file, obtain, refused};
pub(crate) use keychain::Keychain;
pub(crate) use sealed::Sealed;

/// A place that keeps secrets by name. All calls block.
pub(crate) trait Secrets: Send + Sync {
    /// Reads one; `None` if there is none of that name.
    fn get(&self, name: &str) -> Result<Option<SecretString>, Unavailable>;
    /// Writes one over whatever had that name.
    fn set(&self, name: &str, value: &SecretString) -> Result<(), Unavailable>;
    /// Removes one; no failure if there is none.
    fn remove(&self, name: &str) -> Result<(), Unavailable>;
}

/// Why the place that keeps secrets cannot be used.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Unavailable(pub(crate) String);

/// What connectors read their credentials through.
pub(crate) struct ConnectorVault(pub(crate) Arc<dyn Secrets>);

impl Vault for ConnectorVault {
    fn read(&self, name: &SecretRef) -> Result<SecretString, VaultError> {
        match self.0.get(&name.0) {
            Ok(Some(secret)) => Ok(secret),
            Ok(None) => Err(VaultError::Missing(name.0.clone())),
            Err(problem) => Err(VaultError::Unavailable(problem.0)),
        }
    }

    fn write(&self, name: &SecretRef, value: &SecretString) -> Result<(), VaultError> {
        self.0.set(&name.0, value).map_err(|problem| VaultError::Unavailable(problem.0))
    }
}

/// Returns the name under which a credential of a connection is kept.
pub(crate) fn credential_name(connection: fermata_model::ConnectionId, field: &str) -> String {
    format!("connection-{connection}/{field}")
}
