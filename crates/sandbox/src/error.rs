//! Why a practice store could not be started or steered.

use std::path::PathBuf;

/// Why a practice store could not be started or steered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No world has this name.
    #[error("\"{0}\" is no world; there are generated, tau-retail and uci-retail")]
    UnknownWorld(String),
    /// A plan of faults cannot be read.
    #[error("the plan of faults cannot be read: {0}")]
    Plan(String),
    /// A platform cannot be practised on.
    #[error("there is no practice store for {}", .0.title())]
    NoTwin(fermata_model::Platform),
    /// The number of customers is out of range.
    #[error("a practice store has 1 to 1,000,000 customers, not {0}")]
    Customers(u32),
    /// A real data set is not there.
    #[error("the world {world} needs {}, which is not there; set FERMATA_SHARED to the folder that holds data/", path.display())]
    DataMissing {
        /// The world that was asked for.
        world: &'static str,
        /// What it needs.
        path: PathBuf,
    },
    /// A file of real data or of the practice store cannot be read.
    #[error("{} cannot be read: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The kept state belongs to another practice store.
    #[error("{} keeps a practice store with other settings ({reason}); choose another folder or the old settings", path.display())]
    OtherStore {
        /// The folder.
        path: PathBuf,
        /// What differs.
        reason: String,
    },
    /// A file or a port could not be used.
    #[error("{what}: {source}")]
    Io {
        /// What was tried.
        what: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// One of our own asset files is broken.
    #[error("the built-in file {name} is broken: {reason}")]
    Asset {
        /// Its name.
        name: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// Nobody of this name, or nothing that could be done with it.
    #[error("{0}")]
    Act(String),
}

impl Error {
    pub(crate) fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let what = what.into();
        move |source| Self::Io { what, source }
    }
}
