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

    /// Writes one over whatever had that name: what renews a token changes at each renewal. Blocking.
    ///
    /// A vault that is only read from refuses.
    fn write(&self, name: &SecretRef, value: &SecretString) -> Result<(), VaultError> {
        let _ = (name, value);
        Err(VaultError::Unavailable("it is only read from".to_owned()))
    }
}

/// Holds nothing: what is asked before there is an account has no secrets yet.
pub(crate) struct Empty;

impl Vault for Empty {
    fn read(&self, name: &SecretRef) -> Result<SecretString, VaultError> {
        Err(VaultError::Missing(name.0.clone()))
    }
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
