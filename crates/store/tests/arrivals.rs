//! What lands many at once stands where it would stand had it come page by page.

use fermata_model::record::{Entity, Gone, Order};
use fermata_model::{Change, CustomerId, EventKind, Platform, Stream};
use fermata_store::landing::Batch;
use fermata_store::timeline::Event;
use fermata_store::{DatabaseKey, Durability, Store, Writer, arrivals, customers, dump, orders, timeline};

use crate::shop::{DAY, Shop, at, order, parcel, seen, who};

/// More than enough to count as many.
const ORDERS: i64 = 1_200;
const CUSTOMERS: i64 = 100;

fn placed(id: i64, changed: i64, whose: i64, note: &str) -> Change {
    let order = Order {
        name: format!("#{id}"),
        who: who(&format!("p{whose}@example.com")),
        placed_at: at(-id * DAY),
        parcels: vec![parcel(5 * DAY, None)],
        note: Some(note.into()),
        ..order()
    };
    seen(Stream::Orders, &id.to_string(), changed, Entity::Order(order))
}

fn history() -> Vec<Change> {
    (0..ORDERS).map(|id| placed(id, 1, id * 7 % CUSTOMERS, "first")).collect()
}

/// Changes to some of it: a new version, another customer, and an end.
fn afterwards() -> Vec<Change> {
    vec![
        placed(3, 2, 21, "second"),
        placed(4, 2, 99, "somebody else's"),
        Change::Gone(Gone { stream: Stream::Orders, external_id: "5".into(), at: at(3), merged_into: None }),
    ]
}

fn file(shop: &Shop) -> u32 {
    let mut times = 0;
    let file = || shop.store.write(Durability::Normal, Writer::System("test"), arrivals::file).unwrap();
    loop {
        times += 1;
        if !file() {
            return times;
        }
    }
}

fn waits(shop: &Shop) -> bool {
    shop.store.read(|conn| arrivals::are_due(conn, false)).unwrap()
}

fn dumped(shop: &Shop) -> Vec<String> {
    shop.store.read(dump::canonical).unwrap()
}

/// Records that land many at once get other numbers, in the same order.
fn without_numbers(mut events: Vec<Event>) -> Vec<Event> {
    for event in &mut events {
        event.record = None;
        event.seq %= 1 << 10;
    }
    events
}

/// A store that took the history a page at a time.
fn page_by_page() -> Shop {
    let shop = Shop::new();
    let mut history = history();
    while !history.is_empty() {
        let page = history.drain(..history.len().min(50)).collect();
        shop.land(Platform::Shopify, 0, page);
    }
    assert!(!waits(&shop), "a page is on the timeline at once");
    shop
}

#[test]
fn what_waits_is_read_as_what_was_filed() {
    let (many, pages) = (Shop::new(), page_by_page());
    many.land(Platform::Shopify, 0, history());
    assert!(waits(&many));
    let read = |shop: &Shop, customer| {
        let read = |conn: &fermata_store::Sql| {
            let id = CustomerId(customer);
            let page = timeline::page(conn, id, None, &[], 7)?;
            let last = page.last().map(|event| (event.at, event.seq));
            let next = timeline::page(conn, id, last, &[], 7)?;
            let placed = timeline::page(conn, id, None, &[EventKind::OrderPlaced], 3)?;
            let orders = orders::of(conn, id, 5)?.into_iter().map(|held| (held.reference, held.value));
            let pages = [page, next, placed].map(without_numbers);
            Ok((pages, customers::facts(conn, id)?, orders.collect::<Vec<_>>()))
        };
        shop.store.read(read).unwrap()
    };
    for customer in [1, 50, CUSTOMERS] {
        assert_eq!(read(&many, customer), read(&pages, customer), "customer {customer}");
    }
    assert_eq!(dumped(&many), dumped(&pages));
    assert_eq!(many.fed(), pages.fed());

    file(&many);
    assert!(!waits(&many));
    for customer in [1, 50, CUSTOMERS] {
        assert_eq!(read(&many, customer), read(&pages, customer), "customer {customer}, filed");
    }
    assert_eq!(dumped(&many), dumped(&pages));
}

#[test]
fn what_changes_while_it_waits_changes_as_on_the_timeline() {
    let (many, pages) = (Shop::new(), page_by_page());
    many.land(Platform::Shopify, 0, history());
    for shop in [&many, &pages] {
        shop.land(Platform::Shopify, 0, afterwards());
        assert!(shop.note_late(9 * DAY) > 0);
    }
    assert!(waits(&many));
    assert_eq!(dumped(&many), dumped(&pages));
    // Again, and with a second run on top of it.
    let again = || (0..ORDERS).map(|id| placed(id, 5, id * 11 % CUSTOMERS, "third")).collect::<Vec<_>>();
    many.land(Platform::Shopify, 9 * DAY, again());
    for page in again().chunks(50) {
        pages.land(Platform::Shopify, 9 * DAY, page.to_vec());
    }
    assert_eq!(dumped(&many), dumped(&pages));
    file(&many);
    assert_eq!(dumped(&many), dumped(&pages));
}

#[test]
fn odd_texts_are_read_from_a_run_as_they_came() {
    let (many, pages) = (Shop::new(), Shop::new());
    let odd = |id: i64| {
        let mut change = placed(id, 1, id % CUSTOMERS, "first");
        if let Change::Seen(record) = &mut change
            && let Entity::Order(order) = &mut record.entity
        {
            order.name = format!("#{id}\0\u{1}\"\\\u{1f381}");
        }
        change
    };
    many.land(Platform::Shopify, 0, (0..ORDERS).map(odd).collect());
    for page in (0..ORDERS).map(odd).collect::<Vec<_>>().chunks(50) {
        pages.land(Platform::Shopify, 0, page.to_vec());
    }
    assert_eq!(dumped(&many), dumped(&pages));
    file(&many);
    assert_eq!(dumped(&many), dumped(&pages));
}

#[test]
fn a_record_that_comes_twice_in_one_landing_is_one_whether_it_was_known_or_not() {
    let (many, pages) = (Shop::new(), Shop::new());
    let known = || vec![placed(3, 1, 21, "first"), placed(4, 1, 28, "first")];
    let again = || {
        let (mut all, versions) = (history(), [(700, 3), (701, 0), (3, 2), (702, 1)]);
        all.extend(versions.map(|(id, changed)| placed(id, changed, id * 7 % CUSTOMERS, "second")));
        all
    };
    for shop in [&many, &pages] {
        shop.land(Platform::Shopify, 0, known());
    }
    let landed = many.land(Platform::Shopify, 0, again());
    assert_eq!((landed.new, landed.updated), (ORDERS as u64 - 2, 3), "{landed:?}");
    for page in again().chunks(50) {
        pages.land(Platform::Shopify, 0, page.to_vec());
    }
    assert_eq!(dumped(&many), dumped(&pages));
}

#[test]
fn a_batch_of_few_long_records_is_still_many() {
    let shop = Shop::new();
    let mut batch = Batch::default();
    for mut change in history() {
        if let Change::Seen(record) = &mut change {
            record.raw = "x".repeat(8 << 10);
        }
        batch.add(shop.prepare(Platform::Shopify, 0, vec![change]));
        if batch.is_full() {
            break;
        }
    }
    let changes = batch.take();
    assert!(changes.len() < 1_000, "{} are not few", changes.len());
    shop.land_prepared(Platform::Shopify, 0, &changes);
    assert!(waits(&shop));
}

#[test]
fn a_damaged_text_is_replaced_by_the_next_that_comes_and_stops_nothing() {
    let shop = Shop::new();
    shop.land(Platform::Shopify, 0, vec![placed(1, 1, 1, "first"), placed(2, 1, 2, "first")]);
    let whole = dumped(&shop);
    let damage =
        |tx: &fermata_store::Tx<'_>| Ok(tx.execute_batch("UPDATE raw SET body = x'00' WHERE record = 1")?);
    shop.store.write(Durability::Normal, Writer::System("test"), damage).unwrap();
    assert!(shop.store.read(dump::canonical).is_err());
    let landed = shop.land(Platform::Shopify, 0, vec![placed(1, 1, 1, "first"), placed(2, 1, 2, "first")]);
    assert_eq!((landed.updated, landed.same), (1, 1));
    assert_eq!(dumped(&shop), whole);
}

#[test]
fn what_becomes_late_between_being_prepared_and_landing_is_noted_as_late() {
    for orders in [history(), history().into_iter().take(20).collect()] {
        let (waited, landed) = (Shop::new(), Shop::new());
        waited.land_prepared(
            Platform::Shopify,
            9 * DAY,
            &waited.prepare(Platform::Shopify, 0, orders.clone()),
        );
        landed.land(Platform::Shopify, 0, orders);
        let late = [&waited, &landed].map(|shop| shop.note_late(9 * DAY));
        assert!(late[0] > 0 && late[0] == late[1], "{late:?}");
        assert_eq!(dumped(&waited), dumped(&landed));
    }
}

#[test]
fn filing_goes_on_where_it_stopped_and_new_runs_may_come_between() {
    let (many, pages) = (Shop::new(), page_by_page());
    let mut all = history();
    let rest = all.split_off(ORDERS as usize / 2);
    let more = |from: i64| (0..ORDERS).map(move |id| placed(from + id, 1, id % CUSTOMERS, "more"));
    many.land(Platform::Shopify, 0, all);
    many.land(Platform::Shopify, 0, rest);
    many.land(Platform::Shopify, 0, more(5_000).collect());
    for page in more(5_000).collect::<Vec<_>>().chunks(50) {
        pages.land(Platform::Shopify, 0, page.to_vec());
    }
    // A first part of the customers is filed, as much as one transaction holds of so few.
    let some = |tx: &fermata_store::Tx<'_>| arrivals::file_some(tx, 300);
    assert!(many.store.write(Durability::Normal, Writer::System("test"), some).unwrap(), "more waits");
    assert_eq!(dumped(&many), dumped(&pages), "half filed");
    for shop in [&many, &pages] {
        shop.land(Platform::Shopify, 0, afterwards());
    }
    assert_eq!(dumped(&many), dumped(&pages), "what was filed and what was not changes alike");
    many.land(Platform::Shopify, 0, more(9_000).collect());
    for page in more(9_000).collect::<Vec<_>>().chunks(50) {
        pages.land(Platform::Shopify, 0, page.to_vec());
    }
    assert_eq!(dumped(&many), dumped(&pages), "a new run gets no number of an old one");
    file(&many);
    assert!(!waits(&many));
    assert_eq!(dumped(&many), dumped(&pages));
}

#[test]
fn no_more_is_filed_at_once_than_was_asked_for_however_unlike_the_runs() {
    let shop = Shop::new();
    // Everybody has a place, in order.
    let known = (0..CUSTOMERS).map(|whose| placed(50_000 + whose, 1, whose, "first")).collect();
    shop.land(Platform::Shopify, 0, known);
    let filed = || {
        let count = |conn: &fermata_store::Sql| {
            Ok(conn.query_row("SELECT count(*) FROM event", (), |row| row.get::<_, i64>(0))?)
        };
        shop.store.read(count).unwrap()
    };
    // A run with next to nothing in it from the first customer to the last, and one that is full.
    let sparse = (0..ORDERS).map(|at| placed(60_000 + at % 2, 1, at % 2 * (CUSTOMERS - 1), "sparse"));
    shop.land(Platform::Shopify, 0, sparse.collect());
    let dense = (0..ORDERS).map(|id| placed(id, 1, 1 + id % (CUSTOMERS - 1), "dense"));
    shop.land(Platform::Shopify, 0, dense.collect());
    let before = dumped(&shop);
    let some = |tx: &fermata_store::Tx<'_>| arrivals::file_some(tx, 300);
    loop {
        let held = filed();
        let more = shop.store.write(Durability::Normal, Writer::System("test"), some).unwrap();
        let now = filed() - held;
        assert!((1..=300).contains(&now), "{now} at once");
        if !more {
            break;
        }
    }
    assert_eq!(dumped(&shop), before);
}

#[test]
fn a_store_from_before_opens_with_its_timelines() {
    let dir = tempfile::tempdir().unwrap();
    let key = DatabaseKey::new([1; 32]);
    let before = {
        let shop = Shop::at(dir.path());
        // Their texts are not compressed by a pattern, as there was none.
        shop.land_with(history().into_iter().take(200).collect(), |_| Ok(()));
        // As it was before there were arrivals.
        let older = |tx: &fermata_store::Tx<'_>| {
            let version: i64 = tx.query_row("PRAGMA user_version", (), |row| row.get(0))?;
            tx.execute_batch("DROP VIEW happened; DROP TABLE arrival; DROP TABLE arrival_run;")?;
            // And what came after them.
            tx.execute_batch("DROP INDEX kept_by_whole; ALTER TABLE kept DROP COLUMN belongs_to;")?;
            tx.execute_batch("DROP TABLE company_member;")?;
            tx.execute_batch("DROP TABLE pattern; ALTER TABLE raw DROP COLUMN pattern;")?;
            Ok(tx.pragma_update(None, "user_version", version - 7)?)
        };
        let before = dumped(&shop);
        shop.store.write(Durability::Full, Writer::System("test"), older).unwrap();
        before
    };
    let shop = Shop::opened(Store::open(dir.path().join("store.db"), &key).unwrap());
    assert_eq!(dumped(&shop), before);
    shop.land(Platform::Shopify, 0, history());
    assert!(waits(&shop), "what lands now lands as in a new store");
    file(&shop);
    assert_eq!(dumped(&shop), dumped(&page_by_page()));
}
