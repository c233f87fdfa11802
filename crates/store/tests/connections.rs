//! What is known about a connection beside its records.

use fermata_model::{ConnectionId, Platform};
use fermata_store::connections::{self, NewConnection};
use fermata_store::proved::{self, Proved};
use fermata_store::{DatabaseKey, Durability, Store, Writer};

use crate::shop::at;

fn write<T>(
    store: &Store,
    work: impl FnOnce(&fermata_store::Tx<'_>) -> Result<T, fermata_store::Error>,
) -> T {
    store.write(Durability::Full, Writer::System("test"), work).unwrap()
}

#[test]
fn what_the_last_proof_found_is_kept_until_its_connection_goes() {
    let dir = tempfile::tempdir().unwrap();
    let open = || Store::open(dir.path().join("store.db"), &DatabaseKey::new([1; 32])).unwrap();
    let store = open();
    let new = |name: &str| NewConnection {
        platform: Platform::Stripe,
        name: name.to_owned(),
        base_url: "https://shop.example".to_owned(),
        at: at(0),
    };
    let (first, second) =
        write(&store, |tx| Ok((connections::add(tx, &new("first"))?, connections::add(tx, &new("second"))?)));
    let found =
        |seconds: i64, unexplained: u32| Proved { at: at(seconds), streams: 3, failed: 1, unexplained };
    write(&store, |tx| {
        proved::set(tx, first, &found(1, 7))?;
        proved::set(tx, first, &found(2, 0))
    });
    drop(store);
    let store = open();
    let read = |id: ConnectionId| store.read(|conn| proved::get(conn, id)).unwrap();
    assert_eq!(read(first), Some(found(2, 0)), "the last one, also after a restart");
    assert_eq!(read(second), None);
    write(&store, |tx| connections::remove(tx, first));
    assert_eq!(read(first), None);
    write(&store, |tx| proved::set(tx, first, &found(3, 0)));
    assert_eq!(read(first), None, "one that ended after its connection was removed is dropped");
}
