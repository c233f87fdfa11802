//! What is kept of the text that a record came as.

use fermata_model::{Change, Platform, RecordId};
use fermata_store::{DatabaseKey, Durability, Store, Writer, raw};

use crate::shop::{Shop, person};

/// People whose texts are as a shop system writes them.
fn people(range: std::ops::Range<i64>) -> Vec<Change> {
    let one = |place: i64| {
        let email = format!("{place}@example.com");
        let mut change = person(&place.to_string(), place, "Anna Ahrens", &email);
        let Change::Seen(record) = &mut change else { unreachable!("it is there") };
        record.raw = format!(
            r#"{{"id":{place},"display_name":"Anna Ahrens","email_address":"{email}","accepts_marketing":true,
               "state":"ENABLED","default_address":{{"city":"Hamburg","country_code":"DE","province_code":null}},
               "tax_exempt":false,"verified_email":true,"multipass_identifier":null}}"#
        );
        change
    };
    range.map(one).collect()
}

fn texts(changes: &[Change]) -> Vec<String> {
    let text = |change: &Change| match change {
        Change::Seen(record) => record.raw.clone(),
        _ => unreachable!("all of them are there"),
    };
    changes.iter().map(text).collect()
}

fn held(store: &Store, records: std::ops::RangeInclusive<i64>) -> Vec<String> {
    let read = |conn: &fermata_store::Sql| {
        records.map(|id| Ok(raw::read(conn, RecordId(id))?.expect("it has a text"))).collect()
    };
    store.read(read).unwrap()
}

fn number(store: &Store, query: &str) -> i64 {
    store.read(|conn| Ok(conn.query_row(query, (), |row| row.get(0))?)).unwrap()
}

#[test]
fn texts_of_a_stream_share_a_pattern_and_come_back_as_they_came_also_after_the_store_was_closed() {
    let dir = tempfile::tempdir().unwrap();
    let all = people(0..60);
    let shop = Shop::at(dir.path());
    shop.land(Platform::Shopify, 0, people(0..5));
    assert_eq!(number(&shop.store, "SELECT count(*) FROM pattern"), 0, "five are too few to tell");
    shop.land(Platform::Shopify, 0, people(5..30));
    shop.land(Platform::Shopify, 0, people(30..50));
    drop(shop);

    let key = DatabaseKey::new([1; 32]);
    let shop = Shop::opened(Store::open(dir.path().join("store.db"), &key).unwrap());
    shop.land(Platform::Shopify, 0, people(50..60));
    assert_eq!(held(&shop.store, 1..=60), texts(&all));
    assert_eq!(number(&shop.store, "SELECT count(*) FROM pattern"), 1);
    assert_eq!(number(&shop.store, "SELECT count(*) FROM raw WHERE pattern IS NOT NULL"), 55);
    let mean = |of: &str| {
        number(
            &shop.store,
            &format!("SELECT CAST(avg(length(body)) AS INTEGER) FROM raw WHERE pattern IS {of}"),
        )
    };
    assert!(mean("NOT NULL") < mean("NULL") * 2 / 3, "{} of {}", mean("NOT NULL"), mean("NULL"));
    let pattern =
        shop.store.read(|conn| Ok(conn.query_row("SELECT text FROM pattern", (), |row| row.get(0))?));
    let pattern: String = pattern.unwrap();
    assert!(!pattern.contains("Anna") && !pattern.contains("example.com"), "{pattern}");
}

#[test]
fn a_landing_that_was_taken_back_leaves_the_next_one_its_pattern() {
    let shop = Shop::new();
    let broken = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let changes = shop.prepare(Platform::Shopify, 0, people(0..30));
        shop.land_prepared_with(&changes, |_| panic!("the power fails"));
    }));
    assert!(broken.is_err());
    assert_eq!(number(&shop.store, "SELECT count(*) FROM raw"), 0);
    shop.land(Platform::Shopify, 0, people(0..30));
    assert_eq!(held(&shop.store, 1..=30), texts(&people(0..30)));
}

#[test]
fn texts_whose_pattern_is_lost_are_said_and_the_next_that_comes_brings_it_back() {
    let shop = Shop::new();
    shop.land(Platform::Shopify, 0, people(0..30));
    let lose = |tx: &fermata_store::Tx<'_>| Ok(tx.execute("DELETE FROM pattern", ())?);
    shop.store.write(Durability::Normal, Writer::System("test"), lose).unwrap();
    let error = shop.store.read(|conn| raw::read(conn, RecordId(1))).unwrap_err();
    assert!(error.to_string().contains("pattern"), "{error}");
    let landed = shop.land(Platform::Shopify, 0, people(0..30));
    assert_eq!(
        (landed.updated, landed.total()),
        (1, 30),
        "the first is written anew, the others can be read again"
    );
    assert_eq!(held(&shop.store, 1..=30), texts(&people(0..30)));
}
