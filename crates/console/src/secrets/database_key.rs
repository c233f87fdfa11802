//! The key of the store's file.

use std::path::Path;

use fermata_store::DatabaseKey;
use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

use super::{Secrets, Unavailable};
use crate::{Code, Problem, private_file};

const NAME: &str = "database-key";

/// Returns the key of the store at `path`, making one only where there is no file yet.
///
/// A new key is read back from where it was put before it encrypts anything. A file whose key is
/// gone is never replaced.
///
/// Errors: [`Code::Keychain`] if the keychain cannot be used or no longer holds the key.
pub(crate) fn obtain(path: &Path, secrets: &dyn Secrets) -> Result<DatabaseKey, Problem> {
    if let Some(known) = secrets.get(NAME).map_err(|e| refused(&e))? {
        return parse(&known);
    }
    if path.exists() {
        return Err(Problem::new(
            Code::Keychain,
            format!(
                "The keychain no longer holds the key of {}, so its data cannot be read.",
                path.display()
            ),
        )
        .with_hint("Restore the keychain entry named Fermata from a backup. Nothing was changed."));
    }
    let mut bytes = Zeroizing::new([0_u8; 32]);
    getrandom::fill(bytes.as_mut()).map_err(Problem::internal)?;
    let fresh = SecretString::from(DatabaseKey::new(*bytes).to_hex());
    secrets.set(NAME, &fresh).map_err(|e| refused(&e))?;
    let kept = secrets.get(NAME).map_err(|e| refused(&e))?;
    match kept {
        Some(kept) if kept.expose_secret() == fresh.expose_secret() => parse(&kept),
        _ => Err(refused(&Unavailable("it does not give back what was put in".to_owned()))),
    }
}

/// Reads the key from a file for machines without a keychain: 64 hexadecimal digits, or 32 bytes as
/// they are; only its owner may be able to read it.
///
/// A file that is not there is made, with a new key.
///
/// Errors: [`Code::Keychain`] if it is readable by others, not a key, or cannot be read.
pub(crate) fn from_file(file: &Path, store_exists: bool) -> Result<DatabaseKey, Problem> {
    let wrong = |what: String| {
        Problem::new(Code::Keychain, format!("The key file {} {what}.", file.display()))
            .with_hint("FERMATA_KEY_FILE names a file of mode 600 with 64 hexadecimal digits.")
    };
    if store_exists && !file.exists() {
        return Err(wrong("is not there, but the store's file is: it cannot be read without it".to_owned()));
    }
    let bytes = private_file::read_or_make(file, || {
        let mut bytes = Zeroizing::new([0_u8; 32]);
        getrandom::fill(bytes.as_mut()).map_err(std::io::Error::other)?;
        Ok(Zeroizing::new(DatabaseKey::new(*bytes).to_hex()))
    })
    .map_err(wrong)?;
    if let Ok(raw) = <[u8; 32]>::try_from(bytes.as_slice()) {
        return Ok(DatabaseKey::new(raw));
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| wrong("holds no key".to_owned()))?;
    DatabaseKey::from_hex(text).ok_or_else(|| wrong("holds no key".to_owned()))
}

fn parse(text: &SecretString) -> Result<DatabaseKey, Problem> {
    DatabaseKey::from_hex(text.expose_secret()).ok_or_else(|| {
        Problem::new(Code::Keychain, "What the keychain holds as the store's key is no key.")
            .with_hint("Restore the keychain entry named Fermata from a backup. Nothing was changed.")
    })
}

/// Says that the keychain cannot be used, and what to do.
pub(crate) fn refused(problem: &Unavailable) -> Problem {
    Problem::new(Code::Keychain, format!("The system's keychain cannot be used: {problem}."))
        .with_hint(
            "Unlock it, or install one (GNOME Keyring or KWallet on Linux), and start again. On a machine without \
             one, FERMATA_KEY_FILE can name a file for the key. Nothing was written.",
        )
}
