//! Fermata lands orders from pages of nested JSON, and so does a peer.

use std::error::Error;
use std::mem;
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::time::Instant;

use fermata_connectors::http::{Patience, Share};
use fermata_connectors::registry::{Settings, connect};
use fermata_connectors::{Connector, SecretRef, Vault, VaultError};
use fermata_identity::Identity;
use fermata_model::{Change, ConnectionId, Platform, Stream};
use fermata_store::connections::{self, NewConnection};
use fermata_store::landing::{Batch, Landing, Prepared, land_prepared, prepare};
use fermata_store::progress::{self, Progress};
use fermata_store::{Durability, Patterns, Store, Writer, arrivals};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::landing::{KEY, file_all, present};
use crate::machine::{Took, forget_peak_memory, peak_memory};
use crate::orders;
use crate::shop::PAGE;

/// What landing took.
#[derive(Default)]
pub(crate) struct Landed {
    pub(crate) orders: u32,
    /// Of JSON.
    pub(crate) bytes: u64,
    /// From the first text to the last row; what is read while other things land is in it once.
    pub(crate) wall: f64,
    /// From text to records that are ready to land, which happens while others land.
    pub(crate) reading: Took,
    /// From records to rows.
    pub(crate) landing: Took,
    /// From arrivals to the timeline.
    pub(crate) filing: Took,
    /// Transactions in which pages landed.
    pub(crate) commits: u32,
    /// The most memory after a tenth of the orders, and after all of them, in KiB.
    pub(crate) peaks: (u64, u64),
}

impl Landed {
    /// From text to rows.
    pub(crate) fn took(&self) -> Took {
        let all = [self.reading, self.landing, self.filing];
        Took { wall: self.wall, cpu: all.iter().map(|took| took.cpu).sum() }
    }
}

/// What was read to land together.
struct Read {
    batch: Batch,
    /// How many orders of the whole have been read with it.
    orders: u32,
    bytes: u64,
    took: Took,
}

/// The answer of the shop system, down to its records.
#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    data: Data<'a>,
}

#[derive(Deserialize)]
struct Data<'a> {
    #[serde(borrow)]
    page: Nodes<'a>,
}

#[derive(Deserialize)]
struct Nodes<'a> {
    #[serde(borrow)]
    nodes: Vec<&'a RawValue>,
}

/// A vault without secrets: nothing is asked of any platform here.
struct Empty;

impl Vault for Empty {
    fn read(&self, name: &SecretRef) -> Result<secrecy::SecretString, VaultError> {
        Err(VaultError::Missing(name.0.clone()))
    }
}

/// Reads and lands so many orders; as in a first sync the next are read while the last ones land.
pub(crate) fn run(file: &Path, pages: &Path, orders: u32) -> Result<Landed, Box<dyn Error>> {
    let store = Store::open(file, &KEY)?;
    let connection = store.write(Durability::Normal, Writer::System("bench"), |tx| {
        let (name, base_url) = ("Shop".to_owned(), "https://shop.example".to_owned());
        connections::add(tx, &NewConnection { platform: Platform::Shopify, name, base_url, at: present() })
    })?;
    let connector = connector(connection)?;
    let identity = Identity::default();
    let landing = Landing {
        connection,
        platform: Platform::Shopify,
        resolver: &identity,
        now: present(),
        feed_since: present(),
    };
    let mut landed = Landed { orders, ..Landed::default() };
    forget_peak_memory();
    let began = Instant::now();
    let (give, take) = mpsc::sync_channel(0);
    let (give_back, landed_before) = mpsc::channel();
    std::thread::scope(|threads| {
        let source =
            Source { pages, orders, connector: connector.as_ref(), landing, patterns: store.patterns() };
        let reading = threads.spawn(move || source.read_all(give, landed_before));
        // Whatever ends this early ends the reading, because nobody takes what was read.
        for mut read in take {
            let changes = read.batch.take();
            land_one(&store, &landing, &read, &changes, &mut landed)?;
            // Where it came from it is dropped; at the end nobody reads any more.
            let _ = give_back.send(changes);
            if store.read(|conn| arrivals::are_due(conn, true))? {
                file_all(&store, &mut landed.filing)?;
            }
        }
        reading.join().map_err(|_| "reading the pages panicked")?.map_err(|error| -> Box<dyn Error> { error })
    })?;
    file_all(&store, &mut landed.filing)?;
    landed.wall = began.elapsed().as_secs_f64();
    landed.peaks.1 = peak_memory();
    Ok(landed)
}

fn land_one(
    store: &Store,
    landing: &Landing<'_>,
    read: &Read,
    changes: &[Prepared],
    landed: &mut Landed,
) -> Result<(), fermata_store::Error> {
    landed.landing.add(|| {
        store.write(Durability::Normal, Writer::Sync(landing.connection), |tx| {
            let landed = land_prepared(tx, landing, changes)?;
            progress::set(tx, landing.connection, Stream::Orders, &Progress::default())?;
            Ok(landed)
        })
    })?;
    landed.commits += 1;
    landed.bytes += read.bytes;
    landed.reading.wall += read.took.wall;
    landed.reading.cpu += read.took.cpu;
    if landed.peaks.0 == 0 && read.orders >= landed.orders / 10 {
        landed.peaks.0 = peak_memory();
    }
    Ok(())
}

/// Where the pages come from and where they go.
struct Source<'a> {
    pages: &'a Path,
    orders: u32,
    connector: &'a dyn Connector,
    landing: Landing<'a>,
    patterns: &'a Patterns,
}

impl Source<'_> {
    /// Reads all pages and hands them on in batches, until there are no more or nobody takes them.
    fn read_all(
        &self,
        give: mpsc::SyncSender<Read>,
        landed_before: mpsc::Receiver<Vec<Prepared>>,
    ) -> Result<(), Box<dyn Error + Send + Sync>> {
        let pages = orders::pages(self.orders);
        let (mut batch, mut bytes, mut took) = (Batch::default(), 0, Took::default());
        for page in 0..pages {
            batch.add(took.add(|| {
                landed_before.try_iter().for_each(drop);
                let text = std::fs::read_to_string(orders::file(self.pages, page))?;
                bytes += text.len() as u64;
                let changes = read(self.connector, &text)?;
                Ok::<_, Box<dyn Error + Send + Sync>>(prepare(&self.landing, self.patterns, changes))
            })?);
            if !batch.is_full() && page + 1 < pages {
                continue;
            }
            let orders = ((page + 1) * PAGE).min(self.orders);
            let read = Read {
                batch: mem::take(&mut batch),
                orders,
                bytes: mem::take(&mut bytes),
                took: mem::take(&mut took),
            };
            if give.send(read).is_err() {
                break;
            }
        }
        Ok(())
    }
}

fn read(connector: &dyn Connector, text: &str) -> Result<Vec<Change>, Box<dyn Error + Send + Sync>> {
    let answer: Answer<'_> = serde_json::from_str(text)?;
    let nodes = answer.data.page.nodes.into_iter();
    Ok(nodes.map(|node| connector.reread(Stream::Orders, node.get())).collect::<Result<_, _>>()?)
}

fn connector(connection: ConnectionId) -> Result<Arc<dyn Connector>, Box<dyn Error>> {
    let settings = Settings {
        connection,
        base_url: "https://shop.myshopify.com".parse()?,
        vault: Arc::new(Empty),
        clock: Arc::new(present),
        patience: Patience::default(),
        share: Share::default(),
    };
    Ok(connect(Platform::Shopify, settings)?)
}
