//! How much each platform is asked, to read everything once and to keep in step, against the fewest
//! requests that the vendor's page sizes allow.

use std::error::Error;
use std::path::Path;

use fermata_connectors::registry::capability;
use fermata_model::{Platform, Stream};
use fermata_sandbox::Practice;
use fermata_sandbox::world::{Doing, Instruction};

use crate::backfill;
use crate::program::{Connection, Program};

/// What people do between the first sync and the next.
const MEANWHILE: [Doing; 4] = [Doing::Order, Doing::AbandonCart, Doing::WriteIn, Doing::ComplainLate];
/// How often each of it is done.
const TIMES: usize = 5;

/// How much one platform was asked.
pub(crate) struct Asked {
    pub(crate) platform: Platform,
    pub(crate) records: u64,
    pub(crate) first: Round,
    pub(crate) next: Round,
}

/// How much one platform was asked in one go.
pub(crate) struct Round {
    pub(crate) requests: u64,
    /// The fewest requests that the vendor's page sizes allow, one per stream at least.
    pub(crate) fewest: u64,
    /// Points of the vendor's budget, where it counts in points.
    pub(crate) points: u64,
}

/// Reads a practice store of so many customers on all platforms, twice.
pub(crate) fn run(binary: &Path, customers: u32) -> Result<Vec<Asked>, Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let platforms = Platform::ALL.iter().copied().collect();
    let practice = runtime.block_on(Practice::start(backfill::store(customers, platforms)))?;
    let program = Program::connected(binary, &practice)?;

    let before = counts(&practice);
    let held = program.sync()?;
    let between = counts(&practice);
    for what in MEANWHILE.iter().cycle().take(MEANWHILE.len() * TIMES) {
        practice.act(&Instruction { customer: None, what: *what, concern: None })?;
    }
    let now = program.sync()?;
    let after = counts(&practice);

    let asked = held.connections.iter().map(|connection| {
        let platform = connection.platform;
        let round = |from: &[Count], to: &[Count], fewest| {
            let find = |counts: &[Count]| {
                counts.iter().find(|count| count.0 == platform).map_or((0, 0), |c| (c.1, c.2))
            };
            let (from, to) = (find(from), find(to));
            Round { requests: to.0 - from.0, fewest, points: to.1 - from.1 }
        };
        let came = |stream| {
            landed(&now.connections, platform, stream).saturating_sub(landed(
                &held.connections,
                platform,
                stream,
            ))
        };
        let fewest = |anew: &dyn Fn(Stream, u64) -> u64| {
            let streams = connection.streams.iter();
            streams
                .map(|read| {
                    anew(read.stream, read.landed).div_ceil(largest_page(platform, read.stream)).max(1)
                })
                .sum()
        };
        Asked {
            platform,
            records: connection.streams.iter().map(|read| read.landed).sum(),
            first: round(&before, &between, fewest(&|_, landed| landed)),
            // A list that cannot be asked for what changed has to be read whole.
            next: round(
                &between,
                &after,
                fewest(&|stream, landed| {
                    let filtered =
                        capability(platform).stream(stream).is_some_and(|stream| stream.incremental);
                    if filtered { came(stream) } else { landed + came(stream) }
                }),
            ),
        }
    });
    Ok(asked.collect())
}

/// A platform with its requests and points so far.
type Count = (Platform, u64, u64);

fn counts(practice: &Practice) -> Vec<Count> {
    practice
        .platforms()
        .map(|platform| {
            let (requests, points) = practice.asked(platform);
            (platform, requests, points)
        })
        .collect()
}

fn landed(connections: &[Connection], platform: Platform, stream: Stream) -> u64 {
    let streams = connections.iter().filter(|connection| connection.platform == platform);
    let mut streams = streams.flat_map(|connection| &connection.streams);
    streams.find(|read| read.stream == stream).map_or(0, |read| read.landed)
}

/// Returns the largest page that the vendor allows, which is larger than the one asked for where a
/// record can cost a request of its own.
fn largest_page(platform: Platform, stream: Stream) -> u64 {
    match (platform, stream) {
        (Platform::Bigcommerce, Stream::Orders | Stream::Refunds | Stream::Carts)
        | (Platform::Shipbob, Stream::Shipments) => 250,
        _ => capability(platform).stream(stream).map_or(1, |stream| u64::from(stream.page_size)),
    }
}
