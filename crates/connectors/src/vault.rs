//! Where secrets are read from. A connector holds references; the value is exposed only while a
//! request is being signed, inside the platform's `auth.rs`.

use std::thread;
use std::time::Duration;

use secrecy::SecretString;
use tokio::sync::{Semaphore, oneshot};
use tokio::time::timeout;

/// How many ask a vault at the same time. One that never answers keeps a thread for each.
const AT_ONCE: usize = 4;

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
    /// The keychain does not answer: it waits for its password, or for nothing at all.
    #[error("the keychain of this computer did not answer within {} seconds", .0.as_secs())]
    Silent(Duration),
}

/// Asks a vault, off the executor, for so long.
///
/// The thread of a vault that never answers cannot be ended, only left behind. It is none of the
/// executor's, which would wait for it when Fermata ends.
///
/// Errors: the vault's; [`VaultError::Silent`].
pub(crate) async fn asked<T: Send + 'static>(
    within: Duration,
    ask: impl FnOnce() -> Result<T, VaultError> + Send + 'static,
) -> Result<T, VaultError> {
    static ASKING: Semaphore = Semaphore::const_new(AT_ONCE);
    let failed = || VaultError::Unavailable("it failed".to_owned());
    let answer = async {
        let turn = ASKING.acquire().await.map_err(|_| failed())?;
        let (tell, told) = oneshot::channel();
        let begun = thread::Builder::new().name("keychain".to_owned()).spawn(move || {
            let _turn = turn;
            // Whoever asked may have gone.
            let _ = tell.send(ask());
        });
        begun.map_err(|error| VaultError::Unavailable(error.to_string()))?;
        told.await.map_err(|_| failed())?
    };
    timeout(within, answer).await.unwrap_or(Err(VaultError::Silent(within)))
}
