//! Where secrets are read from. A connector holds references; the value is exposed only while a
//! request is being signed, inside the platform's `auth.rs`.

use secrecy::SecretString;

/// Names one secret in the vault.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SecretRef(pub String);

/// A place that keeps secrets: the OS keychain in the product.
pub trait Vault: Send + Sync {
    /// Reads one secret. Blocking; may take some hundred milliseconds.
    fn read(&self, name: &SecretRef) -> Result<SecretString, VaultError>;
}

/// Why a secret could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// There is no such secret.
    #[error("the keychain holds no secret named {0}")]
    Missing(String),
    /// The keychain is locked, absent or refuses.
    #[error("the keychain cannot be read: {0}")]
    Unavailable(String),
}
