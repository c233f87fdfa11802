//! Opening the file: the key, the settings of SQLite, and what is said when it cannot be opened.

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::key::DatabaseKey;
use crate::{Error, migrations};

/// How a connection is opened that changes the file.
const WRITING: OpenFlags = OpenFlags::SQLITE_OPEN_READ_WRITE.union(OpenFlags::SQLITE_OPEN_NO_MUTEX);

/// By what the pages of a file are signed.
///
/// Most processors of today work SHA-256 out in hardware, and signing was half of what encryption takes.
/// Files from before it was used here stay as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signing {
    Sha256,
    Sha512,
}

impl Signing {
    const fn pragma(self) -> &'static str {
        match self {
            Self::Sha256 => "PRAGMA cipher_hmac_algorithm = HMAC_SHA256",
            Self::Sha512 => "PRAGMA cipher_hmac_algorithm = HMAC_SHA512",
        }
    }
}

/// Opens the one writing connection, making the file if there never was one, and brings the
/// schema up to date.
///
/// Errors: [`Error::WrongKey`], [`Error::Damaged`], [`Error::Gone`], [`Error::TooNew`]; in each
/// case the file is left as it is.
pub(crate) fn writer(path: &Path, key: &DatabaseKey) -> Result<(Connection, Signing), Error> {
    let length = if_there(std::fs::metadata(path))?.map(|file| file.len());
    let note = if_there(std::fs::read(key_id(path)))?;
    match (length, &note) {
        (None, Some(_)) => return Err(Error::Gone(path.to_owned())),
        (Some(0), Some(_)) => return Err(damaged(path, "it is empty")),
        _ => {}
    }
    let fingerprint = key.fingerprint();
    // A note that was cut short tells only that there was a store.
    let known_key = note.filter(|note| note.trim_ascii().len() == fingerprint.len());
    if known_key.as_deref().is_some_and(|known| known.trim_ascii() != fingerprint.as_bytes()) {
        return Err(Error::WrongKey(path.to_owned()));
    }
    let open = |signing| {
        let conn = Connection::open_with_flags(path, WRITING | OpenFlags::SQLITE_OPEN_CREATE)?;
        unlock(&conn, path, key, signing, known_key.is_some())?;
        Ok((conn, signing))
    };
    let opened = open(Signing::Sha256);
    let (mut conn, signing) = match opened {
        // With another signature it looks like a wrong key.
        Err(Error::WrongKey(_) | Error::Damaged { .. }) => open(Signing::Sha512).or(opened)?,
        opened => opened?,
    };
    conn.pragma_update(None, "journal_mode", "wal")?;
    conn.execute_batch(
        "PRAGMA synchronous = NORMAL;
         PRAGMA fullfsync = ON;
         PRAGMA checkpoint_fullfsync = ON;
         PRAGMA wal_autocheckpoint = 16000;
         PRAGMA journal_size_limit = 67108864;
         PRAGMA foreign_keys = OFF;
         PRAGMA secure_delete = FAST;
         PRAGMA cache_size = -24576;
         PRAGMA temp_store = MEMORY;",
    )?;
    conn.set_prepared_statement_cache_capacity(256);
    migrations::apply(&mut conn, path)?;
    if known_key.is_none() {
        note_key(path, &fingerprint)?;
    }
    Ok((conn, signing))
}

/// Opens the connection that folds the log into the file.
pub(crate) fn folder(path: &Path, key: &DatabaseKey, signing: Signing) -> Result<Connection, Error> {
    let conn = Connection::open_with_flags(path, WRITING)?;
    unlock(&conn, path, key, signing, true)?;
    conn.execute_batch(
        "PRAGMA synchronous = NORMAL;
         PRAGMA fullfsync = ON;
         PRAGMA checkpoint_fullfsync = ON;
         PRAGMA journal_size_limit = 67108864;",
    )?;
    Ok(conn)
}

/// Opens one connection that can only read.
pub(crate) fn reader(path: &Path, key: &DatabaseKey, signing: Signing) -> Result<Connection, Error> {
    let conn = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    unlock(&conn, path, key, signing, true)?;
    conn.execute_batch(
        "PRAGMA query_only = ON;
         PRAGMA cache_size = -4096;
         PRAGMA temp_store = MEMORY;",
    )?;
    conn.set_prepared_statement_cache_capacity(128);
    Ok(conn)
}

/// Gives the key and reads one page with it, which is the only way to learn whether it fits.
fn unlock(
    conn: &Connection,
    path: &Path,
    key: &DatabaseKey,
    signing: Signing,
    key_is_right: bool,
) -> Result<(), Error> {
    conn.busy_timeout(std::time::Duration::from_secs(10))?;
    // Otherwise a statement with a bound limit is prepared anew each time that limit is given.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    conn.execute_batch(&key.pragma())?;
    conn.execute_batch(signing.pragma())?;
    // Locking every page in memory costs a third of the speed; the process is not dumpable.
    conn.execute_batch("PRAGMA cipher_memory_security = OFF;")?;
    match conn.query_row("SELECT count(*) FROM sqlite_schema", (), |row| row.get::<_, i64>(0)) {
        Ok(_) => Ok(()),
        Err(error) => match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) if !key_is_right => Err(Error::WrongKey(path.to_owned())),
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
                Err(damaged(path, &error.to_string()))
            }
            _ => Err(error.into()),
        },
    }
}

fn damaged(path: &Path, detail: &str) -> Error {
    Error::Damaged { path: path.to_owned(), detail: detail.to_owned() }
}

/// Returns `None` for what does not exist, and an error for what cannot be looked at.
fn if_there<T>(found: std::io::Result<T>) -> Result<Option<T>, Error> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Writes the key's fingerprint beside the file, whole or not at all.
fn note_key(path: &Path, fingerprint: &str) -> Result<(), Error> {
    let note = key_id(path);
    let mut begun = OsString::from(&note);
    begun.push(".new");
    let mut file = std::fs::File::create(Path::new(&begun))?;
    file.write_all(fingerprint.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(begun, note)?;
    Ok(())
}

/// Returns where the key's fingerprint is kept, to tell a wrong key from a damaged file.
fn key_id(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push("-keyid");
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: DatabaseKey = DatabaseKey::new([7; 32]);
    const OTHER: DatabaseKey = DatabaseKey::new([8; 32]);

    #[test]
    fn a_file_whose_pages_are_signed_as_before_is_opened_and_stays_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("store.db");
        let before = Connection::open(&path).unwrap();
        unlock(&before, &path, &KEY, Signing::Sha512, false).unwrap();
        before
            .execute_batch(
                "PRAGMA journal_mode = WAL; CREATE TABLE shop (name); INSERT INTO shop VALUES ('a')",
            )
            .unwrap();
        note_key(&path, &KEY.fingerprint()).unwrap();
        // It is still in the log, as after a crash.
        let (writer, signing) = writer(&path, &KEY).unwrap();
        assert_eq!(signing, Signing::Sha512);
        for conn in [&writer, &reader(&path, &KEY, signing).unwrap(), &folder(&path, &KEY, signing).unwrap()]
        {
            let name: String = conn.query_row("SELECT name FROM shop", (), |row| row.get(0)).unwrap();
            assert_eq!(name, "a");
        }
        assert!(matches!(super::writer(&path, &OTHER), Err(Error::WrongKey(_))));
    }
}
