//! Files that only their owner can read: the key of a store, the token of `serve`.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use zeroize::Zeroizing;

/// Reads a file that only its owner can read, making it with `fresh` where there is none.
///
/// What is checked is what is read: both go through one handle. A file that was made is on the disk,
/// under its name, before this returns.
///
/// Errors: what is wrong with the file, to be said after its name: "can be read by others (mode 644)".
pub fn read_or_make(
    path: &Path,
    fresh: impl FnOnce() -> io::Result<Zeroizing<String>>,
) -> Result<Zeroizing<Vec<u8>>, String> {
    let mut file = match File::open(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            make(path, fresh).map_err(|e| format!("cannot be made: {e}"))?;
            File::open(path)
        }
        opened => opened,
    }
    .map_err(|e| format!("cannot be read: {e}"))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = file.metadata().map_err(|e| format!("cannot be read: {e}"))?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(format!("can be read by others (mode {:o})", mode & 0o777));
        }
    }
    let mut bytes = Zeroizing::new(Vec::new());
    file.read_to_end(&mut bytes).map_err(|e| format!("cannot be read: {e}"))?;
    Ok(bytes)
}

fn make(path: &Path, fresh: impl FnOnce() -> io::Result<Zeroizing<String>>) -> io::Result<()> {
    let text = fresh()?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()?;
    sync_folder_of(path)
}

/// Brings the names in a file's folder to the disk; without this a power cut can take a whole new file.
#[cfg(unix)]
pub(crate) fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

/// Does nothing where folders cannot be brought to the disk by themselves.
#[cfg(not(unix))]
pub(crate) fn sync_folder_of(_: &Path) -> io::Result<()> {
    Ok(())
}
