//! How fast the store is, always as a ratio to the machine's limit or to a peer in the same run.
//!
//! `cargo xtask bench [part...] [--customers N] [--orders N]`, everything unless parts are named:
//!
//! - `store`: Fermata lands a made-up shop's history; then plain SQLite, with the same encryption,
//!   settings, schema and commits, inserts the very rows that came of it. Then timelines and names
//!   are looked up in turn.
//! - `orders`: the same for pages of nested JSON as the shop system sends them, and dlt loads some of
//!   the same pages.
//! - `sync`: the program itself reads a practice store of that size through its connectors.
//! - `asked`: how many requests each platform is sent, and how many points they cost, for a first sync and to
//!   keep in step, against the fewest that the vendor allows.

mod asked;
mod backfill;
mod landing;
mod machine;
mod nested;
mod orders;
mod peer;
mod program;
mod raw;
mod reading;
mod report;
mod shop;

use std::error::Error;

/// The customers of the shop, if none are named.
const CUSTOMERS: u32 = 100_000;
/// The orders that are landed from JSON, if none are named.
const ORDERS: u32 = 200_000;

/// The most customers of the store that runs on all platforms.
const ON_ALL: u32 = 2_000;

/// What is to be measured.
#[derive(Debug)]
struct Wanted {
    parts: Vec<String>,
    customers: u32,
    orders: u32,
}

impl Wanted {
    fn read(mut words: impl Iterator<Item = String>) -> Result<Self, Box<dyn Error>> {
        let mut wanted = Self { parts: Vec::new(), customers: CUSTOMERS, orders: ORDERS };
        while let Some(word) = words.next() {
            let mut number =
                || words.next().ok_or("a number is missing")?.parse().map_err(Box::<dyn Error>::from);
            match word.as_str() {
                "--customers" => wanted.customers = number()?,
                "--orders" => wanted.orders = number()?,
                "store" | "orders" | "sync" | "asked" => wanted.parts.push(word),
                other => return Err(format!("there is no part {other}: store, orders, sync, asked").into()),
            }
        }
        Ok(wanted)
    }

    fn part(&self, part: &str) -> bool {
        self.parts.is_empty() || self.parts.iter().any(|wanted| wanted == part)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let wanted = Wanted::read(std::env::args().skip(1))?;
    println!("a shop with {} customers", wanted.customers);
    if wanted.part("store") {
        report::store(wanted.customers)?;
    }
    if wanted.part("orders") {
        report::orders(wanted.orders)?;
    }
    let binary = std::env::current_exe()?.with_file_name(format!("fermata{}", std::env::consts::EXE_SUFFIX));
    for part in ["sync", "asked"].into_iter().filter(|part| wanted.part(part)) {
        if !binary.exists() {
            println!("\n{part:<12} skipped: {} is not built", binary.display());
        } else if part == "sync" {
            report::sync(&binary, wanted.customers)?;
        } else {
            // Two of the vendors allow a few requests a second, whatever the machine.
            report::asked(&binary, wanted.customers.min(ON_ALL))?;
        }
    }
    Ok(())
}
