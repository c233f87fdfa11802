//! What is known about a connection beside its records.

use fermata_model::record::{Entity, Gone};
use fermata_model::{Change, ConnectionId, Platform, Stream, Timestamp};
use fermata_store::connections::{self, NewConnection};
use fermata_store::proved::{self, Proved};
use fermata_store::{DatabaseKey, Durability, Store, Writer};

use crate::shop::{Shop, at, order, person, seen};

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

#[test]
fn removing_a_connection_leaves_nobodys_address_behind() {
    let shop = Shop::new();
    let anna = person("7", 1, "Anna Guest", "anna@example.com");
    shop.land(Platform::Shopify, 0, vec![anna, seen(Stream::Orders, "900", 5, Entity::Order(order()))]);
    assert!(!tables_with(&shop.store, "anna@example.com").is_empty());
    let gone = [(Stream::Orders, "900"), (Stream::Customers, "7")].map(|(stream, id)| {
        let external_id = id.to_owned();
        Change::Gone(Gone { stream, external_id, at: Timestamp::MAX, merged_into: None })
    });
    shop.land(Platform::Shopify, 6, gone.into());
    write(&shop.store, |tx| connections::remove(tx, ConnectionId(1)));
    assert_eq!(tables_with(&shop.store, "anna@example.com"), [""; 0]);
    assert_eq!(tables_with(&shop.store, "Anna Guest"), [""; 0]);
}

/// Returns the names of the tables that hold a text anywhere.
fn tables_with(store: &Store, text: &str) -> Vec<String> {
    let search = |conn: &fermata_store::Sql| {
        let mut names = conn.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")?;
        let names = names.query_map((), |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
        let mut found = Vec::new();
        for name in names {
            let mut rows = conn.prepare(&format!("SELECT * FROM \"{name}\""))?;
            let columns = rows.column_count();
            let mut rows = rows.query(())?;
            while let Some(row) = rows.next()? {
                let holds = |column| match row.get_ref(column) {
                    Ok(value) => value
                        .as_bytes()
                        .is_ok_and(|bytes| bytes.windows(text.len()).any(|part| part == text.as_bytes())),
                    Err(_) => false,
                };
                if (0..columns).any(holds) && found.last() != Some(&name) {
                    found.push(name.clone());
                }
            }
        }
        Ok(found)
    };
    store.read(search).unwrap()
}
