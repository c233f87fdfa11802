//! What goes wrong in the store.

use std::path::PathBuf;

/// Why the store could not do what it was asked.
///
/// `Display` is for a store owner; it names no customer and no secret.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The key does not open this file.
    #[error("the key in the keychain does not open {0}: it belongs to another store")]
    WrongKey(PathBuf),
    /// The file is damaged. It is left as it is; nothing is made in its place.
    #[error("the store {path} is damaged ({detail}); it was left as it is")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What SQLite says about it.
        detail: String,
    },
    /// There was a store here, and its file is gone.
    #[error("the store {0} is missing, although it was there before; no new one was made in its place")]
    Gone(PathBuf),
    /// A newer Fermata wrote the file.
    #[error("the store {path} was written by a newer Fermata (schema {found}, this one knows {known})")]
    TooNew {
        /// The file.
        path: PathBuf,
        /// The schema found.
        found: usize,
        /// The newest schema known here.
        known: usize,
    },
    /// The disk is full, read-only or failing; nothing of this write was kept.
    #[error("the disk refused a write ({0}); nothing of it was kept")]
    Disk(String),
    /// A row that was asked for is not there.
    #[error("there is no {what} {id}")]
    Missing {
        /// What kind of row.
        what: &'static str,
        /// Its id, as asked for.
        id: String,
    },
    /// A stored value cannot be read by this version.
    #[error("a stored {what} cannot be read: {detail}")]
    Unreadable {
        /// What kind of value.
        what: &'static str,
        /// Why.
        detail: String,
    },
    /// Another rule than the store's own stopped the write, such as identity's.
    #[error("{0}")]
    Refused(String),
    /// SQLite failed in another way.
    #[error("the store failed: {0}")]
    Sql(rusqlite::Error),
    /// The file system failed.
    #[error("the store's folder failed: {0}")]
    Io(#[from] std::io::Error),
}

impl Error {
    /// Makes [`Error::Missing`].
    pub fn missing(what: &'static str, id: impl ToString) -> Self {
        Self::Missing { what, id: id.to_string() }
    }

    /// Makes [`Error::Unreadable`].
    pub fn unreadable(what: &'static str, detail: impl ToString) -> Self {
        Self::Unreadable { what, detail: detail.to_string() }
    }

    /// Tells whether the write broke a uniqueness rule, such as one money action per target.
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Sql(rusqlite::Error::SqliteFailure(code, _))
            if code.code == rusqlite::ErrorCode::ConstraintViolation)
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{DiskFull, ReadOnly, SystemIoFailure};
        match error.sqlite_error_code() {
            Some(DiskFull | ReadOnly | SystemIoFailure) => Self::Disk(error.to_string()),
            _ => match error {
                rusqlite::Error::FromSqlConversionFailure(..) => Self::unreadable("value", error),
                _ => Self::Sql(error),
            },
        }
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::unreadable("JSON text", error)
    }
}
