//! What goes wrong while the store is kept in step.

use fermata_connectors::Kind;
use fermata_model::Stream;

/// Why a pass ended early.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The platform failed or refused.
    #[error(transparent)]
    Platform(#[from] fermata_connectors::Error),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] fermata_store::Error),
    /// The platform does not give this stream.
    #[error("this platform has no {0}")]
    NoSuchStream(Stream),
    /// The platform names the same pages as the next one again and again, or always new ones with nothing new on them.
    #[error(
        "{0} does not come to an end: the platform names one more page again and again, with nothing new on it"
    )]
    Circle(Stream),
    /// The program is closing.
    #[error("stopped")]
    Stopped,
}

impl Error {
    /// Tells whether nothing of the connection can be read until a person signs in again.
    pub fn shuts_connection(&self) -> bool {
        matches!(self, Self::Platform(error) if matches!(error.kind, Kind::SignIn | Kind::Vault))
    }

    /// Tells whether the account does not have this stream, which is no failure of anybody.
    pub fn is_not_offered(&self) -> bool {
        matches!(self, Self::Platform(error) if error.kind == Kind::NotOffered)
    }

    /// Tells whether the same may work a little later without anybody's help.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Platform(error) => error.is_temporary(),
            Self::Store(error) => matches!(error, fermata_store::Error::Disk(_)),
            Self::NoSuchStream(_) | Self::Circle(_) | Self::Stopped => false,
        }
    }

    /// Returns how long the platform wants us to wait.
    pub fn retry_after(&self) -> Option<std::time::Duration> {
        match self {
            Self::Platform(error) => error.retry_after,
            _ => None,
        }
    }

    /// Returns what to do next, if there is something to do.
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::Platform(error) => error.hint.as_deref(),
            _ => None,
        }
    }
}
