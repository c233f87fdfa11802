//! How fast the store is, always as a ratio to the machine's limit in the same run.
//!
//! `cargo xtask bench [customers]`, 100,000 unless told otherwise. Fermata lands a made-up shop's
//! history; then plain SQLite, with the same encryption, settings, schema and commits, inserts
//! the very rows that came of it. Then timelines and names are looked up in turn. Last, the program
//! itself reads a practice store of that size through its connectors.

mod backfill;
mod landing;
mod machine;
mod raw;
mod reading;
mod shop;

use std::error::Error;

/// The customers of the shop, if none are named.
const CUSTOMERS: u32 = 100_000;

fn main() -> Result<(), Box<dyn Error>> {
    let customers = std::env::args().nth(1).map_or(Ok(CUSTOMERS), |text| text.parse())?;
    let dir = tempfile::tempdir()?;
    let file = dir.path().join("store.db");
    println!("a shop with {customers} customers\n");

    let landed = landing::run(&file, customers)?;
    let raw = raw::run(&file, &dir.path().join("raw.db"))?;
    println!(
        "landing      {:>9.0} records/s   {} records, {} rows, {:.1} s ({:.1} s of CPU), file {} MB, memory at most {} MB",
        landed.records as f64 / landed.took.wall,
        landed.records,
        raw.rows,
        landed.took.wall,
        landed.took.cpu,
        landed.bytes >> 20,
        landed.peak >> 10,
    );
    println!(
        "raw SQLite   {:>9.0} records/s   the same rows, {:.1} s ({:.1} s of CPU)",
        landed.records as f64 / raw.took.wall,
        raw.took.wall,
        raw.took.cpu,
    );
    println!(
        "ratio        {:>9.2} (aim: at least 0.70), by CPU time {:.2}; search index caught up in {:.1} s\n",
        raw.took.wall / landed.took.wall,
        raw.took.cpu / landed.took.cpu,
        landed.indexing,
    );

    let ratio = reading::timelines(&file, customers)?;
    println!("ratio        p50 {:.2}, p99 {:.2} (aim: at most 1.50)\n", ratio.0, ratio.1);
    reading::searches(&file)?;
    let binary = std::env::current_exe()?.with_file_name(format!("fermata{}", std::env::consts::EXE_SUFFIX));
    if !binary.exists() {
        println!("\nfirst sync   left out: {} is not built", binary.display());
        return Ok(());
    }
    first_sync(&binary, customers)
}

fn first_sync(binary: &std::path::Path, customers: u32) -> Result<(), Box<dyn Error>> {
    let whole = backfill::run(binary, customers)?;
    println!(
        "\nfirst sync   {:>9.0} records/s   {} records through the connectors, {:.1} s, memory at most {} MB (aim: 150)",
        whole.records as f64 / whole.seconds,
        whole.records,
        whole.seconds,
        whole.peak >> 10,
    );
    for asked in &whole.platforms {
        println!(
            "             {:<12} {} records in {} requests, {:.2} times the fewest that its pages allow ({})",
            asked.platform.title(),
            asked.records,
            asked.requests,
            asked.requests as f64 / asked.fewest as f64,
            asked.fewest,
        );
    }
    Ok(())
}
