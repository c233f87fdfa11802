//! Opening the store: one process at a time, with the key from where it is kept.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use fermata_store::Store;

use crate::private_file::sync_folder_of;
use crate::secrets::{self, Keychain, Sealed, Secrets};
use crate::{Code, Problem, Setup};

/// Opens the store and the place that keeps its secrets, making both in an empty folder.
///
/// Errors: [`Code::Keychain`] and [`Code::Store`], each saying what to do.
pub(crate) fn open_store(setup: &Setup) -> Result<(Store, Arc<dyn Secrets>), Problem> {
    // Two first starts at the same moment would make two keys and keep the wrong one.
    let _alone = alone(setup)?;
    let path = setup.store_path();
    if let Some(file) = &setup.key_file {
        let store = Store::open(&path, &secrets::from_file(file, path.exists())?)?;
        let sealed = Sealed(store.clone());
        return Ok((store, Arc::new(sealed)));
    }
    let id = store_id(&setup.data_dir.join("fermata.id"), path.exists())?;
    let keychain = Keychain::open(&id).map_err(|e| secrets::refused(&e))?;
    let store = Store::open(&path, &secrets::obtain(&path, &keychain)?)?;
    Ok((store, Arc::new(keychain)))
}

/// Waits until no other process is opening this store; the next one waits until the file is dropped.
fn alone(setup: &Setup) -> Result<File, Problem> {
    let path = setup.data_dir.join("fermata.opening");
    let file = File::create(&path).map_err(|e| unusable(&path, &e))?;
    file.lock().map_err(|e| unusable(&path, &e))?;
    Ok(file)
}

/// Returns the id under which the keychain knows this store; made with the folder.
///
/// Errors: [`Code::Store`] if it is gone or empty although there is a store: under a new id the
/// keychain would not find the store's key again.
fn store_id(path: &Path, store_exists: bool) -> Result<String, Problem> {
    let known = match std::fs::read_to_string(path) {
        Ok(text) => text.trim().to_owned(),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(e) => return Err(unusable(path, &e)),
    };
    if !known.is_empty() {
        return Ok(known);
    }
    if store_exists {
        let message = format!(
            "{} is gone, and without it the keychain's key of this store cannot be found.",
            path.display()
        );
        return Err(Problem::new(Code::Store, message).with_hint(
            "Write it anew: one line, the part before the slash in the name of the keychain entry of Fermata. \
             Nothing was changed.",
        ));
    }
    let fresh = uuid::Uuid::new_v4().to_string();
    let written = File::create(path).and_then(|mut file| {
        file.write_all(fresh.as_bytes())?;
        file.sync_all()?;
        sync_folder_of(path)
    });
    written.map_err(|e| unusable(path, &e))?;
    Ok(fresh)
}

fn unusable(path: &Path, problem: &std::io::Error) -> Problem {
    Problem::new(Code::Store, format!("{} cannot be used: {problem}.", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_keeps_its_id_and_gets_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("fermata.id");
        let id = store_id(&path, false).unwrap();
        assert_eq!(store_id(&path, true).unwrap(), id);

        std::fs::write(&path, "").unwrap();
        let refused = store_id(&path, true).unwrap_err();
        assert_eq!(refused.code, Code::Store, "an empty id is none");
        std::fs::remove_file(&path).unwrap();
        assert_eq!(store_id(&path, true).unwrap_err().code, Code::Store);
        assert!(!path.exists(), "nothing is put in its place");
    }
}
