//! Opening, and what is said when the file cannot be opened.

use fermata_store::{DatabaseKey, Durability, Error, Store, Topic, Writer, settings};

const KEY: DatabaseKey = DatabaseKey::new([7; 32]);
const OTHER: DatabaseKey = DatabaseKey::new([8; 32]);

fn make(path: &std::path::Path) {
    let store = Store::open(path, &KEY).unwrap();
    store
        .write(Durability::Full, Writer::Person("Ada".into()), |tx| settings::set(tx, "theme", "dark"))
        .unwrap();
}

#[test]
fn what_was_written_is_there_after_opening_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store.db");
    make(&path);
    let store = Store::open(&path, &KEY).unwrap();
    let theme: Option<String> = store.read(|conn| settings::get(conn, "theme")).unwrap();
    assert_eq!(theme.as_deref(), Some("dark"));
}

#[test]
fn the_file_is_unreadable_without_its_key() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store.db");
    make(&path);
    let bytes = std::fs::read(&path).unwrap();
    assert!(!bytes.windows(6).any(|window| window == b"SQLite"), "not even the file's kind is plain");
    let before = bytes;
    assert!(matches!(Store::open(&path, &OTHER), Err(Error::WrongKey(_))));
    assert_eq!(std::fs::read(&path).unwrap(), before, "a refused file is left as it is");
}

#[test]
fn a_damaged_file_is_named_and_kept() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store.db");
    make(&path);
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[100] ^= 1;
    std::fs::write(&path, &bytes).unwrap();
    let refused = Store::open(&path, &KEY).err();
    assert!(matches!(refused, Some(Error::Damaged { .. })), "{refused:?}");
    assert_eq!(std::fs::read(&path).unwrap(), bytes);

    std::fs::write(&path, b"").unwrap();
    assert!(
        matches!(Store::open(&path, &KEY), Err(Error::Damaged { .. })),
        "an emptied file is no new store"
    );

    std::fs::remove_file(&path).unwrap();
    assert!(matches!(Store::open(&path, &KEY), Err(Error::Gone(_))), "a lost file is not silently replaced");
    assert!(!path.exists());
}

#[test]
fn a_note_of_the_key_that_was_cut_short_shuts_nobody_out() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store.db");
    make(&path);
    let note = dir.path().join("store.db-keyid");
    let whole = std::fs::read(&note).unwrap();
    std::fs::write(&note, b"").unwrap();
    drop(Store::open(&path, &KEY).unwrap());
    assert_eq!(std::fs::read(&note).unwrap(), whole, "it is written anew");

    std::fs::write(&note, b"").unwrap();
    std::fs::remove_file(&path).unwrap();
    assert!(matches!(Store::open(&path, &KEY), Err(Error::Gone(_))), "it still tells that there was a store");
}

#[test]
fn a_newer_file_is_refused_kindly() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store.db");
    let store = Store::open(&path, &KEY).unwrap();
    store
        .write(Durability::Full, Writer::System("test"), |tx| {
            Ok(tx.pragma_update(None, "user_version", 9999)?)
        })
        .unwrap();
    drop(store);
    assert!(matches!(Store::open(&path, &KEY), Err(Error::TooNew { found: 9999, .. })));
}

#[test]
fn a_failed_write_leaves_nothing_and_says_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path().join("store.db"), &KEY).unwrap();
    let mut changes = store.changes();
    let failed = store.write(Durability::Normal, Writer::System("test"), |tx| {
        settings::set(tx, "theme", "dark")?;
        Err::<(), _>(Error::Refused("no".into()))
    });
    assert!(failed.is_err());
    let theme: Option<String> = store.read(|conn| settings::get(conn, "theme")).unwrap();
    assert_eq!(theme, None);
    assert!(changes.try_recv().is_err());

    store
        .write(Durability::Normal, Writer::System("test"), |tx| settings::set(tx, "theme", "light"))
        .unwrap();
    let change = changes.try_recv().unwrap();
    assert_eq!((change.topic, change.writer), (Topic::Settings, Writer::System("test")));
}
