//! The OS keychain.

use std::sync::{Arc, OnceLock};

use keyring_core::{CredentialStore, Entry};
use secrecy::{ExposeSecret as _, SecretString};

use super::{Secrets, Unavailable};

/// The name under which the keychain shows our entries.
const SERVICE: &str = "Fermata";

/// The keychain's entries of one store.
pub(crate) struct Keychain {
    store: String,
}

impl Keychain {
    /// Opens the keychain for the store with this id.
    ///
    /// Errors: if the system has no keychain, or none that answers.
    pub(crate) fn open(store: &str) -> Result<Self, Unavailable> {
        static OPENED: OnceLock<()> = OnceLock::new();
        if OPENED.get().is_none() {
            keyring_core::set_default_store(system_store()?);
            let _ = OPENED.set(());
        }
        Ok(Self { store: store.to_owned() })
    }

    fn entry(&self, name: &str) -> Result<Entry, Unavailable> {
        Entry::new(SERVICE, &format!("{}/{name}", self.store)).map_err(unavailable)
    }
}

impl Secrets for Keychain {
    fn get(&self, name: &str) -> Result<Option<SecretString>, Unavailable> {
        match self.entry(name)?.get_password() {
            Ok(value) => Ok(Some(value.into())),
            Err(keyring_core::Error::NoEntry) => Ok(None),
            Err(problem) => Err(unavailable(problem)),
        }
    }

    fn set(&self, name: &str, value: &SecretString) -> Result<(), Unavailable> {
        self.entry(name)?.set_password(value.expose_secret()).map_err(unavailable)
    }

    fn remove(&self, name: &str) -> Result<(), Unavailable> {
        match self.entry(name)?.delete_credential() {
            Ok(()) | Err(keyring_core::Error::NoEntry) => Ok(()),
            Err(problem) => Err(unavailable(problem)),
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "used as a function value")]
fn unavailable(problem: keyring_core::Error) -> Unavailable {
    Unavailable(problem.to_string())
}

#[cfg(target_os = "linux")]
fn system_store() -> Result<Arc<CredentialStore>, Unavailable> {
    zbus_secret_service_keyring_store::Store::new().map(|s| s as Arc<CredentialStore>).map_err(unavailable)
}

#[cfg(target_os = "macos")]
fn system_store() -> Result<Arc<CredentialStore>, Unavailable> {
    apple_native_keyring_store::keychain::Store::new().map(|s| s as Arc<CredentialStore>).map_err(unavailable)
}

#[cfg(target_os = "windows")]
fn system_store() -> Result<Arc<CredentialStore>, Unavailable> {
    windows_native_keyring_store::Store::new().map(|s| s as Arc<CredentialStore>).map_err(unavailable)
}
