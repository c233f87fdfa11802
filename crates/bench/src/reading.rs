//! Reading timelines and looking up names, in turn with what SQLite alone needs for it.

use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use fermata_model::CustomerId;
use fermata_store::{Store, search, timeline};

use crate::landing::KEY;
use crate::machine::percentile;
use crate::raw;

/// How many timelines are read.
const READS: u32 = 20_000;
/// How many events a page of a timeline has.
const EVENTS: u32 = 50;

/// Reads the newest events of customers all over the store; returns the ratios of p50 and p99.
pub(crate) fn timelines(file: &Path, customers: u32) -> Result<(f64, f64), Box<dyn Error>> {
    let store = Store::open(file, &KEY)?;
    let conn = raw::open(file)?;
    conn.execute_batch("PRAGMA query_only = ON; PRAGMA cache_size = -4096;")?;
    let mut statement = conn.prepare(
        "SELECT customer, at, seq, kind, source, learned_at, title, amount, currency, state, proposal FROM event
         WHERE customer = ?1 ORDER BY at DESC, seq DESC LIMIT ?2",
    )?;
    let (mut ours, mut limit) = (Vec::new(), Vec::new());
    let mut events = 0_usize;
    for turn in 0..READS {
        let customer = i64::from(turn.wrapping_mul(2_654_435_761) % customers) + 1;
        let mut read_ours = || -> Result<(), fermata_store::Error> {
            let begin = Instant::now();
            let page = store.read(|conn| timeline::page(conn, CustomerId(customer), None, &[], EVENTS))?;
            ours.push(begin.elapsed().as_secs_f64());
            events += black_box(page).len();
            Ok(())
        };
        let mut read_raw = || -> Result<(), rusqlite::Error> {
            let begin = Instant::now();
            let mut rows = statement.query((customer, EVENTS))?;
            while let Some(row) = rows.next()? {
                let numbers: (i64, i64, i64, i64, i64, i64) =
                    (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?);
                let title: String = row.get(6)?;
                let money: (Option<i64>, Option<String>) = (row.get(7)?, row.get(8)?);
                let rest: (Option<String>, Option<i64>) = (row.get(9)?, row.get(10)?);
                black_box((numbers, title, money, rest));
            }
            limit.push(begin.elapsed().as_secs_f64());
            Ok(())
        };
        // Who goes first warms the page for the other, so they take turns.
        if turn.is_multiple_of(2) {
            read_ours()?;
            read_raw()?;
        } else {
            read_raw()?;
            read_ours()?;
        }
    }
    println!("{READS} timelines, {:.1} events each", events as f64 / f64::from(READS));
    let ours = show("timeline", &mut ours);
    let limit = show("raw query", &mut limit);
    Ok((ours.0 / limit.0, ours.1 / limit.1))
}

/// Looks up names as they are typed: begins, first names that thousands bear, whole names,
/// addresses and order numbers.
pub(crate) fn searches(file: &Path) -> Result<(), Box<dyn Error>> {
    let store = Store::open(file, &KEY)?;
    for (what, text) in [
        ("a common first name", "anna"),
        ("two letters", "cl"),
        ("a whole name", "Elif Rossi"),
        ("an address", "greta.weber1"),
        ("an address with @", "anna.schmidt@"),
        ("an order number", "#1500"),
    ] {
        let mut times = Vec::new();
        for _ in 0..500 {
            let begin = Instant::now();
            black_box(store.read(|conn| search::customers(conn, text, 20))?);
            times.push(begin.elapsed().as_secs_f64());
        }
        show(what, &mut times);
    }
    Ok(())
}

fn show(what: &str, times: &mut [f64]) -> (f64, f64) {
    times.sort_by(f64::total_cmp);
    let (p50, p99) = (percentile(times, 0.50), percentile(times, 0.99));
    println!("    {what:<22} p50 {:>8.1} us   p99 {:>8.1} us", p50 * 1e6, p99 * 1e6);
    (p50, p99)
}
