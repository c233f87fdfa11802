//! Filing: what waits in runs goes onto the timeline, in its order.

use rusqlite::Connection;

use super::{Columns, any};
use crate::{Error, Tx, bulk};

/// How many events are filed in one transaction at most, so that other writers wait little, and memory, where
/// they are sorted, holds few of them.
const FILED_AT_ONCE: usize = 30_000;
/// How many runs there may be before they are filed although more is to come: each is one more place
/// to look at for whoever reads a timeline.
const MOST_RUNS: i64 = 200;

/// Tells whether runs should be filed: if any wait and no more are to come, or if there are so many
/// that whoever reads a timeline has too many places to look at.
pub fn are_due(conn: &Connection, more_to_come: bool) -> Result<bool, Error> {
    let runs: i64 = conn
        .prepare_cached("SELECT count(*) FROM arrival_run WHERE first <= last")?
        .query_row((), |row| row.get(0))?;
    Ok(runs >= if more_to_come { MOST_RUNS } else { 1 })
}

/// Files the events of the next customers that have any waiting; returns whether more wait.
///
/// Run it until it returns `false`. A process that stops in between loses nothing: whatever is not
/// filed is read where it is.
pub fn file(tx: &Tx<'_>) -> Result<bool, Error> {
    file_some(tx, FILED_AT_ONCE)
}

/// Does what [`file`] does for at most so many events, or for one customer who has more.
pub fn file_some(tx: &Tx<'_>, most: usize) -> Result<bool, Error> {
    let mut events = Vec::new();
    while events.is_empty() {
        let Some(Waiting { first, last, events: waiting }) = waiting(tx)? else { break };
        // Runs are nothing like each other: it is a guess, rather too few than too many, which are read again.
        let share = 0.8 * most as f64 / waiting.max(1) as f64;
        let guess = first.saturating_add(((last - first + 1) as f64 * share) as i64).clamp(first, last);
        let end = gather(tx, guess + 1, most, &mut events)?;
        tx.prepare_cached(
            "UPDATE arrival_run SET events = CASE WHEN last < ?1 THEN 0
                 ELSE events * (last - ?1 + 1) / (last - first + 1) END, first = ?1
             WHERE first < ?1 AND first <= last",
        )?
        .execute([end])?;
    }
    put(tx, events)?;
    let more = any(tx)?;
    if !more {
        tx.prepare_cached("DELETE FROM arrival_run")?.execute(())?;
        tx.prepare_cached("DELETE FROM arrival")?.execute(())?;
    }
    Ok(more)
}

/// From which customer to which there are events in runs, and about how many.
struct Waiting {
    first: i64,
    last: i64,
    events: i64,
}

fn waiting(conn: &Connection) -> Result<Option<Waiting>, Error> {
    let mut query = conn.prepare_cached(
        "SELECT min(first), max(last), sum(events) FROM arrival_run WHERE first <= last HAVING count(*) > 0",
    )?;
    let found = query
        .query_map((), |row| Ok(Waiting { first: row.get(0)?, last: row.get(1)?, events: row.get(2)? }))?;
    Ok(found.collect::<Result<Vec<_>, _>>()?.pop())
}

/// An event of a run with what it has from there.
pub(super) struct Filed {
    pub(super) customer: i64,
    pub(super) learned_at: i64,
    pub(super) source: i64,
    pub(super) event: Columns<String>,
}

/// Reads what waits for the customers before `end`, or for the first of them who have as many events together as
/// are asked for at most, in the order of the timeline. Returns before which customer that is all.
fn gather(conn: &Connection, mut end: i64, most: usize, events: &mut Vec<Filed>) -> Result<i64, Error> {
    let mut runs = conn.prepare_cached(
        "SELECT run, first, learned_at, source FROM arrival_run WHERE first <= last AND first < ?1",
    )?;
    let runs = runs.query_map([end], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
    let runs: Vec<(i64, i64, i64, i64)> = runs.collect::<Result<_, _>>()?;
    for (run, first, learned_at, source) in runs {
        let mut query = conn.prepare_cached(
            "SELECT customer, events FROM arrival WHERE run = ?1 AND customer >= ?2 AND customer < ?3",
        )?;
        let mut rows = query.query((run, first, end))?;
        while let Some(row) = rows.next()? {
            let customer = row.get(0)?;
            let of_one: Vec<Columns<String>> =
                serde_json::from_str(row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?)?;
            events.extend(of_one.into_iter().map(|event| Filed { customer, learned_at, source, event }));
        }
        if events.len() > most.saturating_mul(2) {
            end = cut(events, end, most);
        }
    }
    Ok(cut(events, end, most))
}

/// Sorts events and leaves no more than so many, those of whole customers before `end`; or those of one who has
/// more. Returns before which customer they are.
fn cut(events: &mut Vec<Filed>, end: i64, most: usize) -> i64 {
    events.sort_unstable_by_key(|Filed { customer, event: (at, seq, ..), .. }| (*customer, *at, *seq));
    let (Some(first), Some(over)) = (events.first(), events.get(most)) else { return end };
    let end = over.customer.max(first.customer + 1);
    events.truncate(events.partition_point(|event| event.customer < end));
    end
}

/// Writes events onto timelines, each with its customer.
pub(super) fn put(tx: &Tx<'_>, events: impl IntoIterator<Item = Filed>) -> Result<(), Error> {
    let rows = events.into_iter().map(|Filed { customer, learned_at, source, event }| {
        let (at, seq, kind, identity, title, amount, currency, state) = event;
        (customer, at, seq, kind, source, identity, learned_at, title, amount, currency, state)
    });
    bulk::insert(
        tx,
        "event (customer, at, seq, kind, source, identity, learned_at, title, amount, currency, state)",
        rows,
    )
}
