//! Fermata lands the shop's history, as a first sync does.

use std::error::Error;
use std::path::Path;

use fermata_identity::Identity;
use fermata_model::{ConnectionId, Platform, Timestamp};
use fermata_store::connections::{self, NewConnection};
use fermata_store::landing::{Batch, Landing, land_prepared, prepare};
use fermata_store::progress::{self, Progress};
use fermata_store::{DatabaseKey, Durability, Store, Writer, arrivals, search};

use crate::machine::{Took, forget_peak_memory, peak_memory};
use crate::shop::PARTS;

/// The key of the stores made here.
pub(crate) const KEY: DatabaseKey = DatabaseKey::new([42; 32]);

/// What landing took.
pub(crate) struct Landed {
    pub(crate) records: u64,
    /// In how many transactions.
    pub(crate) commits: u32,
    pub(crate) took: Took,
    pub(crate) bytes: u64,
    pub(crate) peak: u64,
    pub(crate) indexing: f64,
}

/// The instant at which the shop's history ends.
pub(crate) fn present() -> Timestamp {
    Timestamp::from_second(1_795_000_000).unwrap_or(Timestamp::MIN)
}

/// Files what waits, as a sync does at the end of a pass.
pub(crate) fn file_all(store: &Store, took: &mut Took) -> Result<(), fermata_store::Error> {
    let file = || store.write(Durability::Normal, Writer::System("bench"), arrivals::file);
    took.add(|| {
        while file()? {}
        Ok(())
    })
}

/// Lands everything, in batches as a first sync does; making the pages is not counted.
pub(crate) fn run(file: &Path, customers: u32) -> Result<Landed, Box<dyn Error>> {
    let store = Store::open(file, &KEY)?;
    store.write(Durability::Normal, Writer::System("bench"), |tx| {
        for platform in Platform::ALL.iter().copied() {
            let (name, base_url) = (platform.title().to_owned(), "https://shop.example".to_owned());
            connections::add(tx, &NewConnection { platform, name, base_url, at: present() })?;
        }
        Ok(())
    })?;
    let identity = Identity::default();
    let mut took = Took::default();
    let (mut records, mut commits) = (0, 0);
    forget_peak_memory();
    for part in &PARTS {
        let place = Platform::ALL.iter().position(|platform| *platform == part.platform).unwrap_or(0);
        let connection = ConnectionId(place as i64 + 1);
        let landing = Landing {
            connection,
            platform: part.platform,
            resolver: &identity,
            now: present(),
            feed_since: present(),
        };
        let mut so_far = Took::default();
        let mut batch = Batch::default();
        for page in 0..part.pages(customers) {
            let page_of = part.page(customers, page);
            batch.add(so_far.add(|| prepare(&landing, store.patterns(), page_of)));
            if !batch.is_full() && page + 1 < part.pages(customers) {
                continue;
            }
            let landed = so_far.add(|| {
                store.write(Durability::Normal, Writer::Sync(connection), |tx| {
                    let landed = land_prepared(tx, &landing, &batch.take())?;
                    progress::set(tx, connection, part.stream, &Progress::default())?;
                    Ok(landed)
                })
            })?;
            records += landed.new;
            commits += 1;
        }
        file_all(&store, &mut so_far)?;
        println!("    {:<8} {:<10} {:.1} s", part.platform, part.stream, so_far.wall);
        took.wall += so_far.wall;
        took.cpu += so_far.cpu;
    }
    let peak = peak_memory();
    let mut indexing = Took::default();
    while indexing
        .add(|| store.write(Durability::Normal, Writer::System("bench"), |tx| search::catch_up(tx, 2_000)))?
        == 2_000
    {}
    drop(store);
    Ok(Landed {
        records,
        commits,
        took,
        bytes: std::fs::metadata(file)?.len(),
        peak,
        indexing: indexing.wall,
    })
}
