//! Where the store lies and where its key comes from.

use std::path::{Path, PathBuf};

use crate::{Code, Problem};

/// What the core is opened with.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The folder of the store's file and of what Fermata keeps beside it.
    pub data_dir: PathBuf,
    /// A file with the database key, for machines without a keychain.
    pub key_file: Option<PathBuf>,
    /// Fill an empty store with the practice store at once.
    pub practice: bool,
    /// The port on 127.0.0.1 at which an approval in the browser arrives.
    pub approval_port: u16,
    /// The folder with real data sets that the practice store may be filled from.
    pub shared: Option<PathBuf>,
}

impl Setup {
    /// The window's: the named folder, or the system's place for the program's data; a practice
    /// store lies in a folder of its own.
    pub fn desktop(data_dir: Option<PathBuf>, practice: bool) -> Self {
        let data_dir = data_dir.unwrap_or_else(|| {
            let home = default_data_dir();
            if practice { home.join("practice") } else { home }
        });
        Self {
            data_dir,
            key_file: env_path("FERMATA_KEY_FILE"),
            practice,
            approval_port: approval_port(),
            shared: shared_data(),
        }
    }

    /// Returns where the store's file is.
    pub fn store_path(&self) -> PathBuf {
        self.data_dir.join("fermata.db")
    }

    /// Makes the data folder, readable by nobody else; one that is there stays as it is.
    ///
    /// Errors: [`Code::Store`] if it cannot be made.
    pub(crate) fn make_data_dir(&self) -> Result<(), Problem> {
        make_private_dir(&self.data_dir).map_err(|e| {
            Problem::new(Code::Store, format!("The folder {} cannot be made: {e}.", self.data_dir.display()))
                .with_hint("Choose another folder with --data-dir.")
        })
    }
}

fn make_private_dir(path: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Returns the system's place for the program's data.
pub fn default_data_dir() -> PathBuf {
    directories::ProjectDirs::from("app", "", "fermata")
        .map_or_else(|| PathBuf::from("fermata-data"), |dirs| dirs.data_local_dir().to_path_buf())
}

/// Returns the folder with real data sets, where there is one: `FERMATA_SHARED`, or `shared`
/// beside the repository that the program was built in.
pub fn shared_data() -> Option<PathBuf> {
    let path = env_path("FERMATA_SHARED")
        .unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"));
    path.join("data").is_dir().then_some(path)
}

/// Returns the port for approvals: `FERMATA_APPROVAL_PORT` where the usual one is taken, which then is part
/// of the address to register.
fn approval_port() -> u16 {
    let named = std::env::var("FERMATA_APPROVAL_PORT").ok().and_then(|port| port.parse().ok());
    named.unwrap_or(fermata_connectors::sign_in::PORT)
}

fn env_path(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}
