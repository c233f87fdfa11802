//! Runs each part and prints what it measured.

use std::error::Error;
use std::path::Path;

use crate::machine::Took;
use crate::raw::{self, Inserted, Order};
use crate::{asked, backfill, landing, nested, orders, peer, reading};

/// How many of the orders the peer loads at most: it is an order of magnitude slower.
const FOR_PEER: u32 = 50_000;

/// Landing records that are read already, and looking things up.
pub(crate) fn store(customers: u32) -> Result<(), Box<dyn Error>> {
    let dir = tempfile::tempdir()?;
    let file = dir.path().join("store.db");
    println!();
    let landed = landing::run(&file, customers)?;
    let raw = raw::run(&file, &dir.path().join("raw.db"), landed.commits, Order::AsLanded)?;
    println!(
        "landing      {:>9.0} records/s   {} records, {} rows, {}, file {} MB, memory at most {} MB",
        landed.records as f64 / landed.took.wall,
        landed.records,
        raw.rows,
        time(landed.took),
        landed.bytes >> 20,
        landed.peak >> 10,
    );
    limit("the same rows", landed.records, landed.took, &raw);
    println!("             search index caught up in {:.1} s\n", landed.indexing);

    let ratio = reading::timelines(&file, customers)?;
    println!("ratio        p50 {:.2}, p99 {:.2} (aim: at most 1.50)\n", ratio.0, ratio.1);
    reading::searches(&file)
}

/// Landing orders from nested JSON, beside plain SQLite and the peer.
pub(crate) fn orders(count: u32) -> Result<(), Box<dyn Error>> {
    let dir = tempfile::tempdir()?;
    let file = dir.path().join("store.db");
    let pages = dir.path().join("pages");
    orders::write_pages(&pages, count)?;
    let landed = nested::run(&file, &pages, count)?;
    let took = landed.took();
    println!(
        "\norders       {:>9.0} orders/s    {} orders from {} MB of JSON, {}; of that {:.1} s of CPU for reading the JSON, {:.1} for filing events",
        f64::from(count) / took.wall,
        landed.orders,
        landed.bytes >> 20,
        time(took),
        landed.reading.cpu,
        landed.filing.cpu,
    );
    println!(
        "             memory at most {} MB after a tenth, {} MB after all (aim: flat, under 150)",
        landed.peaks.0 >> 10,
        landed.peaks.1 >> 10,
    );
    for (what, order) in [
        ("the same rows in the same order", Order::AsLanded),
        ("the same rows sorted, indexes made afterwards", Order::Sorted),
    ] {
        let target = dir.path().join("raw.db");
        let raw = raw::run(&file, &target, landed.commits, order)?;
        std::fs::remove_file(target)?;
        limit(what, count.into(), took, &raw);
    }
    match peer::run(&pages, count.min(FOR_PEER)) {
        Ok(loaded) => {
            let (ours, theirs) = (f64::from(count), f64::from(loaded.orders));
            println!(
                "dlt          {:>9.0} orders/s    the first {} of the same pages into plain SQLite, {:.1} s ({:.1} s of CPU), memory at most {} MB",
                theirs / loaded.seconds,
                loaded.orders,
                loaded.seconds,
                loaded.cpu,
                loaded.peak_kib >> 10,
            );
            println!(
                "times dlt    {:>9.1} (aim: at least 15), by CPU time {:.1}",
                ours / took.wall / (theirs / loaded.seconds),
                ours / took.cpu / (theirs / loaded.cpu),
            );
        }
        Err(error) => println!("dlt          skipped: {error}"),
    }
    Ok(())
}

/// A whole first sync and its memory.
pub(crate) fn sync(binary: &Path, customers: u32) -> Result<(), Box<dyn Error>> {
    let whole = backfill::run(binary, customers)?;
    println!(
        "\nfirst sync   {:>9.0} records/s   {} records through the connectors, {}, memory at most {} MB (aim: 150)",
        whole.records as f64 / whole.took.wall,
        whole.records,
        time(whole.took),
        whole.peak >> 10,
    );
    Ok(())
}

/// What each platform is asked.
pub(crate) fn asked(binary: &Path, customers: u32) -> Result<(), Box<dyn Error>> {
    println!(
        "\nrequests (and points) to read {customers} customers once, then to find that nothing happened, then a little, \
         and how often the fewest that the vendor allows"
    );
    let of = |(asked, fewest): (u64, u64)| {
        format!("{asked} ({:.2} x {fewest})", asked as f64 / fewest.max(1) as f64)
    };
    for asked in asked::run(binary, customers)? {
        let rounds = [("first", &asked.first), ("nothing new", &asked.idle), ("a little", &asked.next)];
        println!("             {:<12} {} records", asked.platform.title(), asked.records);
        for (name, round) in rounds {
            let points = round.points.map(|points| format!(", points {}", of(points))).unwrap_or_default();
            let most = round.most.as_ref();
            println!(
                "               {name:<12} {:<24} most: {}{points}",
                of((round.requests, round.fewest)),
                most.map(|(operation, count)| format!("{count} {operation}")).unwrap_or_default(),
            );
        }
    }
    Ok(())
}

fn limit(what: &str, records: u64, ours: Took, raw: &Inserted) {
    println!(
        "raw SQLite   {:>9.0} /s          {what}: {} rows, {}",
        records as f64 / raw.took.wall,
        raw.rows,
        time(raw.took)
    );
    println!(
        "ratio        {:>9.2} (aim: at least 0.70), by CPU time {:.2}",
        raw.took.wall / ours.wall,
        raw.took.cpu / ours.cpu,
    );
}

fn time(took: Took) -> String {
    format!("{:.1} s ({:.1} s of CPU)", took.wall, took.cpu)
}
