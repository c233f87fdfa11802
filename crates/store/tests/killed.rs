//! A process that is killed while it lands pages leaves whole pages behind.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use fermata_model::{ConnectionId, Stream};
use fermata_store::progress::{self, Pass, Progress};
use fermata_store::{DatabaseKey, Durability, Store, Writer, customers, feed};

use crate::shop::{at, order, seen, who};

const KEY: DatabaseKey = DatabaseKey::new([1; 32]);
const SHOP: ConnectionId = ConnectionId(1);
/// Tells the child where to land.
const FOLDER: &str = "FERMATA_TEST_LANDS_IN";
const RECORDS_PER_PAGE: u64 = 20;

/// Lands pages until it is killed, and says after each that it is kept.
#[test]
#[ignore = "it is the process that the test below kills"]
fn child_lands_pages_for_ever() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let shop = crate::shop::Shop::at(Path::new(&folder));
    for page in 0..u64::MAX {
        let records = (0..RECORDS_PER_PAGE).map(|place| {
            let id = page * RECORDS_PER_PAGE + place;
            let order = fermata_model::record::Order { who: who(&format!("p{id}@example.com")), ..order() };
            seen(Stream::Orders, &id.to_string(), 1, fermata_model::record::Entity::Order(order))
        });
        let progress = Progress {
            landed: (page + 1) * RECORDS_PER_PAGE,
            pass: Some(Pass { since: None, until: at(0), token: Some(page.to_string()) }),
            ..Progress::default()
        };
        shop.land_with(records.collect(), |tx| progress::set(tx, SHOP, Stream::Orders, &progress));
        println!("kept {page}");
    }
}

#[test]
fn a_killed_process_leaves_whole_pages() {
    for pages in [1, 4, 9, 17] {
        let dir = tempfile::tempdir().unwrap();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "killed::child_lands_pages_for_ever", "--ignored", "--nocapture"])
            .env(FOLDER, dir.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let kept = lines.map_while(Result::ok).filter(|line| line.contains("kept ")).take(pages).count();
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(kept, pages);

        let store = Store::open(dir.path().join("store.db"), &KEY).unwrap();
        let progress = store.read(|conn| progress::get(conn, SHOP, Stream::Orders)).unwrap();
        let customers = store.read(customers::count).unwrap();
        let fed = store.read(|conn| feed::since(conn, 0, 100_000)).unwrap().items.len() as u64;
        assert!(progress.landed >= pages as u64 * RECORDS_PER_PAGE, "what was said to be kept is kept");
        assert_eq!(
            (customers, fed),
            (progress.landed, progress.landed),
            "the position stands behind its pages"
        );
        store.write(Durability::Full, Writer::System("test"), |_| Ok(())).unwrap();
    }
}
