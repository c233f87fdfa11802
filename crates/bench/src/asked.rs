//! How much each platform is asked, to read everything once and to keep in step, against the fewest
//! requests that the vendor allows.
//!
//! The fewest are the pages of each stream at the vendor's largest page size, one per list at least (products and
//! their variations are two lists at WooCommerce, as are orders and their refunds). Where no list of the vendor's
//! has something and it must be asked for record by record (the parcels of an order at BigCommerce, what was seen
//! of a shipment at ShipBob), it is one more per record that has it. Whatever else is asked (sign-in, settings, the
//! same again because times overlap) is what the ratio is there to show.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use fermata_connectors::registry::capability;
use fermata_model::{Platform, Stream, Timestamp};
use fermata_sandbox::Practice;
use fermata_sandbox::world::{Doing, Instruction, Order, World};

use crate::backfill;
use crate::program::{Connection, Program};

/// What people do between two syncs.
const MEANWHILE: [Doing; 4] = [Doing::Order, Doing::AbandonCart, Doing::WriteIn, Doing::ComplainLate];
/// How often each of it is done.
const TIMES: usize = 5;

/// How much one platform was asked.
pub(crate) struct Asked {
    pub(crate) platform: Platform,
    pub(crate) records: u64,
    /// To read everything.
    pub(crate) first: Round,
    /// To find that nothing happened.
    pub(crate) idle: Round,
    /// To read what happened since.
    pub(crate) next: Round,
}

/// How much one platform was asked in one go.
pub(crate) struct Round {
    pub(crate) requests: u64,
    /// The fewest requests that the vendor allows.
    pub(crate) fewest: u64,
    /// Points of the vendor's budget and the fewest at the price of those pages, where it counts in points.
    pub(crate) points: Option<(u64, u64)>,
    /// What was asked for most, by the vendor's name, and how often.
    pub(crate) most: Option<(String, u64)>,
}

/// Reads a practice store of so many customers on all platforms: everything, then nothing new, then a little.
pub(crate) fn run(binary: &Path, customers: u32) -> Result<Vec<Asked>, Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let platforms = Platform::ALL.iter().copied().collect();
    let practice = runtime.block_on(Practice::start(backfill::store(customers, platforms)))?;
    let program = Program::connected(binary, &practice)?;

    let begin = State::of(&practice, None, Vec::new());
    let held = State::of(&practice, None, program.sync()?.connections);
    let idle = State::of(&practice, Some(&held), program.sync()?.connections);
    for what in MEANWHILE.iter().cycle().take(MEANWHILE.len() * TIMES) {
        practice.act(&Instruction { customer: None, what: *what, concern: None })?;
    }
    let now = State::of(&practice, Some(&idle), program.sync()?.connections);

    let asked = held.connections.iter().map(|connection| {
        let platform = connection.platform;
        let round = |from: &State, to: &State| round(&practice, platform, &held, from, to);
        Asked {
            platform,
            records: connection.streams.iter().map(|read| read.landed).sum(),
            first: round(&begin, &held),
            idle: round(&held, &idle),
            next: round(&idle, &now),
        }
    });
    Ok(asked.collect())
}

/// How things stand between two syncs.
struct State {
    at: Timestamp,
    asked: BTreeMap<Platform, BTreeMap<String, fermata_sandbox::Asked>>,
    connections: Vec<Connection>,
    /// What changed since the state before.
    changed: BTreeMap<Platform, Changed>,
}

/// What changed of a platform's orders, or all there is of them.
#[derive(Clone, Copy, Default)]
struct Changed {
    orders: u64,
    refunds: u64,
    /// What no list of the vendor's has and must be asked for one by one.
    apart: u64,
}

impl State {
    fn of(practice: &Practice, before: Option<&Self>, connections: Vec<Connection>) -> Self {
        let asked = practice.platforms().map(|platform| (platform, practice.asked(platform))).collect();
        let since = before.map(|before| before.at);
        let changed = practice
            .platforms()
            .map(|platform| (platform, practice.world(|world| changed(world, platform, since))))
            .collect();
        Self { at: practice.now(), asked, connections, changed }
    }

    /// Returns how many requests an operation had, and their points.
    fn count(&self, platform: Platform, operation: &str) -> (u64, u64) {
        let asked = self.asked.get(&platform).and_then(|asked| asked.get(operation));
        asked.map_or((0, 0), |asked| (asked.requests, asked.points))
    }

    fn landed(&self, platform: Platform, stream: Stream) -> u64 {
        let streams = self.connections.iter().filter(|connection| connection.platform == platform);
        let mut streams = streams.flat_map(|connection| &connection.streams);
        streams.find(|read| read.stream == stream).map_or(0, |read| read.landed)
    }
}

/// Counts what a platform was asked between two states; `held` is how it stood after the first sync.
fn round(practice: &Practice, platform: Platform, held: &State, from: &State, to: &State) -> Round {
    let first = from.connections.is_empty();
    let (mut requests, mut points, mut most) = (0, 0, None);
    let operations = to.asked.get(&platform);
    for operation in operations.into_iter().flatten().map(|(operation, _)| operation) {
        let (before, after) = (from.count(platform, operation), to.count(platform, operation));
        let count = after.0 - before.0;
        requests += count;
        points += after.1 - before.1;
        if most.as_ref().is_none_or(|(_, held)| count > *held) {
            most = Some((operation.clone(), count));
        }
    }
    let changed = to.changed.get(&platform).copied().unwrap_or_default();
    let (mut fewest, mut fewest_points) = (changed.apart, 0.0);
    for stream in capability(platform).streams {
        let came = match (platform, stream.stream) {
            // Both are the same list, of orders; what it brings is counted where it came first.
            (Platform::Shipbob, Stream::WarehouseOrders | Stream::Shipments) => changed.orders,
            // They come with their orders, and yet from a list of their own.
            (Platform::Bigcommerce | Platform::Woocommerce, Stream::Refunds) => changed.refunds,
            (_, stream) => to.landed(platform, stream) - from.landed(platform, stream),
        };
        // A list that cannot be asked for what changed has to be read whole.
        let whole = if first || stream.incremental { 0 } else { held.landed(platform, stream.stream) };
        let lists = practice.world(|world| lists(world, platform, stream.stream, came.max(whole), held));
        let page = largest_page(platform, stream.stream);
        let pages = lists.into_iter().map(|records| records.div_ceil(page).max(1)).sum::<u64>();
        fewest += pages;
        if let Some(operation) = priced(platform, stream.stream) {
            let (before, after) = (from.count(platform, operation), to.count(platform, operation));
            let (count, points) = (after.0 - before.0, after.1 - before.1);
            fewest_points += pages as f64 * points as f64 / count.max(1) as f64;
        }
    }
    let points = (points > 0).then_some((points, fewest_points.round() as u64));
    Round { requests, fewest, points, most }
}

/// Counts a platform's orders, all or those that changed since, and what belongs to them.
fn changed(world: &World, platform: Platform, since: Option<Timestamp>) -> Changed {
    let apart: fn(&Order) -> usize = match platform {
        // `/orders/{id}/shipments`
        Platform::Bigcommerce => |order| usize::from(!order.parcels.is_empty()),
        // `/shipment/{id}/timeline`; of what has arrived only the day is kept.
        Platform::Shipbob => {
            |order| order.parcels.iter().filter(|parcel| parcel.delivered_at.is_none()).count()
        }
        _ => |_| 0,
    };
    let there =
        |order: &Order| platform == Platform::Shipbob || world.storefront_of(order.person) == platform;
    let late = |order: &Order| since.is_none_or(|since| order.updated_at.timestamp() >= since);
    let mut changed = Changed::default();
    for (_, order) in world.orders.iter().filter(|(_, order)| there(order) && late(order)) {
        changed.orders += 1;
        changed.refunds += order.refunds.len() as u64;
        changed.apart += apart(order) as u64;
    }
    changed
}

/// Returns the vendor's lists that a stream is made of, each with how many of the records come from it.
fn lists(world: &World, platform: Platform, stream: Stream, records: u64, held: &State) -> Vec<u64> {
    let places = world.locations.len() as u64;
    let variations = || {
        let varied = world.products.iter().filter(|(_, product)| !product.options.is_empty());
        varied.map(|(_, product)| product.variants.len() as u64).sum::<u64>()
    };
    match (platform, stream) {
        // Coupons and promotions.
        (Platform::Bigcommerce, Stream::Discounts) => vec![records, 0],
        (Platform::Bigcommerce, Stream::Prices) => {
            let lists = held.landed(platform, Stream::PriceLists).max(1);
            vec![records.div_ceil(lists); lists as usize]
        }
        // With everybody who buys for them, as the practice store has it two for each, and the lists of their groups.
        (Platform::Bigcommerce, Stream::Companies) => vec![records, 2 * records, 1],
        // A product is whole with its variations, which are a list of their own.
        (Platform::Woocommerce, Stream::Products) if records > 0 => {
            vec![records, (records * variations()).div_ceil(world.products.len() as u64)]
        }
        (Platform::Woocommerce, Stream::Stock) => {
            let varied = records.min(variations());
            vec![records - varied, varied]
        }
        (Platform::Shopify, Stream::Stock) => vec![records.div_ceil(places); places as usize],
        // By what lies there, with all the places of each.
        (Platform::Shipbob, Stream::Stock) => vec![records.div_ceil(places)],
        _ => vec![records],
    }
}

/// Returns the operation that reads a stream's pages, where the vendor counts in points.
fn priced(platform: Platform, stream: Stream) -> Option<&'static str> {
    if platform != Platform::Shopify {
        return None;
    }
    Some(match stream {
        Stream::Customers => "customers",
        Stream::Products => "products",
        Stream::Stock => "locations",
        Stream::Orders => "orders",
        Stream::Carts => "abandonedCheckouts",
        Stream::Discounts => "codeDiscountNodes",
        Stream::Removals => "events",
        _ => return None,
    })
}

/// Returns the largest page that the vendor allows, which is larger than the one asked for where a
/// record can cost a request of its own.
fn largest_page(platform: Platform, stream: Stream) -> u64 {
    match (platform, stream) {
        (Platform::Bigcommerce, Stream::Orders | Stream::Refunds) => 250,
        _ => capability(platform).stream(stream).map_or(1, |stream| u64::from(stream.page_size)),
    }
}
