//! A whole first sync: the program reads a practice store through its connectors, in a process of
//! its own, so that its memory is nobody else's.

use std::collections::BTreeSet;
use std::error::Error;
use std::path::Path;

use fermata_model::Platform;
use fermata_sandbox::shopify::Settings;
use fermata_sandbox::{Options, Practice};

use crate::machine::Took;
use crate::program::Program;

/// The vendors' limits times this, so that the program and not the platform is the slow one.
const RATES: u16 = 1_000;

/// What a first sync took.
pub(crate) struct Backfilled {
    pub(crate) records: u64,
    pub(crate) took: Took,
    /// The most memory the program had resident, in KiB.
    pub(crate) peak: u64,
}

/// Says what a practice store is made with whose platforms set no limits worth mentioning.
pub(crate) fn store(customers: u32, platforms: BTreeSet<Platform>) -> Options {
    let published = Settings::default();
    let shopify = Settings {
        bucket: published.bucket * u32::from(RATES),
        restore_rate: published.restore_rate * u32::from(RATES),
        ..published
    };
    Options { customers, platforms, rates: RATES.into(), shopify, ..Options::default() }
}

/// Reads a practice store of so many customers with the program at `binary`.
pub(crate) fn run(binary: &Path, customers: u32) -> Result<Backfilled, Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    // The help desk is left out: its vendor allows two pages a second, and that is what would be
    // measured.
    let platforms = [Platform::Shopify, Platform::Klaviyo].into();
    // Its time runs: the shop writes a long history into a file, which takes half a minute of it.
    let practice = runtime.block_on(Practice::start(store(customers, platforms)))?;
    let synced = Program::connected(binary, &practice)?.sync()?;
    let streams = synced.connections.iter().flat_map(|connection| &connection.streams);
    Ok(Backfilled { records: streams.map(|read| read.landed).sum(), took: synced.took, peak: synced.peak })
}
