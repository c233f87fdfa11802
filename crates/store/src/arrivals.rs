//! Arrivals: the events of a large landing, until they are filed on their customers' timelines.
//!
//! The timeline is clustered by customer while history comes by time, so each page of it touches as
//! many places of the table as it has customers, and every place costs a page that is encrypted and
//! written. A large landing therefore writes its events as a *run*: a stretch of a table of its own,
//! by customer within the run. Reads see both (the view `happened`), and runs are filed together in the
//! order of the timeline, a range of customers at a time, which writes each of its pages once.

use std::ops::Range;

use fermata_model::{CustomerId, IdentityId, RecordId};
use rusqlite::Connection;

use crate::timeline::{NewEvent, PARTS};
use crate::{Error, Tx, bulk, codes};

// The plus keeps that condition from being looked up by, where the customer is known.
// Of a run, what is before `first` has been filed. Runs and their rows go together when all have been, so
// that no number of a run is given twice while rows of it are left.
pub(crate) const MIGRATION: &str = "
CREATE TABLE arrival_run (
    run   INTEGER PRIMARY KEY,
    first INTEGER NOT NULL,
    last  INTEGER NOT NULL
) STRICT;
CREATE TABLE arrival (
    run        INTEGER NOT NULL,
    customer   INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    kind       INTEGER NOT NULL,
    source     INTEGER NOT NULL,
    identity   INTEGER NOT NULL,
    learned_at INTEGER NOT NULL,
    title      TEXT NOT NULL,
    amount     INTEGER,
    currency   TEXT,
    state      TEXT,
    PRIMARY KEY (run, customer, at, seq)
) STRICT, WITHOUT ROWID;
CREATE VIEW happened AS
SELECT customer, at, seq, kind, source, identity, learned_at, title, amount, currency, state, proposal
FROM event
UNION ALL
SELECT arrival.customer, at, seq, kind, source, identity, learned_at, title, amount, currency, state, NULL
FROM arrival_run CROSS JOIN arrival ON arrival.run = arrival_run.run AND +arrival.customer >= arrival_run.first;
";

/// How many events are filed in one transaction at most, so that other writers wait little, and memory, where
/// they are sorted, holds few of them.
const FILED_AT_ONCE: i64 = 30_000;
/// How many runs there may be before they are filed although more is to come: each is one more place
/// to look at for whoever reads a timeline.
const MOST_RUNS: i64 = 200;

/// A run that is being written.
#[derive(Debug)]
pub(crate) struct Run {
    id: i64,
    first: i64,
    last: i64,
    /// Those that are not written yet: in their order each page of a run is written once.
    events: Vec<NewEvent>,
}

/// Begins a run: until [`end`] the events of this transaction go into it.
pub(crate) fn begin(tx: &Tx<'_>) -> Result<(), Error> {
    // Whom it is about is known at its end; until then it may be anybody.
    let id = tx.prepare_cached("INSERT INTO arrival_run (first, last) VALUES (0, ?1)")?.insert([i64::MAX])?;
    tx.run.replace(Some(Run { id, first: i64::MAX, last: 0, events: Vec::new() }));
    Ok(())
}

/// Ends the run.
pub(crate) fn end(tx: &Tx<'_>) -> Result<(), Error> {
    write(tx)?;
    let Some(run) = tx.run.take() else { return Ok(()) };
    if run.last < run.first {
        tx.prepare_cached("DELETE FROM arrival_run WHERE run = ?1")?.execute([run.id])?;
    } else {
        tx.prepare_cached("UPDATE arrival_run SET first = ?2, last = ?3 WHERE run = ?1")?
            .execute((run.id, run.first, run.last))?;
    }
    Ok(())
}

/// Takes an event into the run that is open; gives it back if none is.
pub(crate) fn take_in(tx: &Tx<'_>, event: NewEvent) -> Option<NewEvent> {
    match &mut *tx.run.borrow_mut() {
        Some(run) if event.proposal.is_none() => {
            run.events.push(event);
            None
        }
        _ => Some(event),
    }
}

/// Writes what the open run has taken in, for somebody who reads the view.
pub(crate) fn write(tx: &Tx<'_>) -> Result<(), Error> {
    let mut run = tx.run.borrow_mut();
    let Some(run) = &mut *run else { return Ok(()) };
    run.events.sort_unstable_by_key(|event| (event.customer, event.at, event.seq));
    let (Some(first), Some(last)) = (run.events.first(), run.events.last()) else { return Ok(()) };
    run.first = run.first.min(first.customer.0);
    run.last = run.last.max(last.customer.0);
    let rows = run.events.iter().map(|event| {
        (
            run.id,
            event.customer.0,
            event.at,
            event.seq,
            codes::kind(event.kind),
            codes::source(event.source),
            event.identity.0,
            event.learned_at,
            &*event.title,
            event.amount.map(|amount| amount.minor),
            event.amount.map(|amount| amount.currency.code()),
            event.state.as_deref(),
        )
    });
    bulk::insert(
        tx,
        "arrival (run, customer, at, seq, kind, source, identity, learned_at, title, amount, currency, state)",
        rows,
    )?;
    run.events.clear();
    Ok(())
}

/// Tells whether anything waits to be filed.
pub(crate) fn any(conn: &Connection) -> Result<bool, Error> {
    Ok(conn.prepare_cached("SELECT 1 FROM arrival_run WHERE first <= last")?.exists(())?)
}

/// Lists the runs that may hold events of a customer.
fn runs_with(conn: &Connection, customer: CustomerId) -> Result<Vec<i64>, Error> {
    let mut query = conn.prepare_cached("SELECT run FROM arrival_run WHERE first <= ?1 AND last >= ?1")?;
    let runs = query.query_map([customer.0], |row| row.get(0))?;
    Ok(runs.collect::<Result<_, _>>()?)
}

/// Takes a record's events out and adds what they were: (part, kind, time, learned).
pub(crate) fn take(
    tx: &Tx<'_>,
    customer: CustomerId,
    record: RecordId,
    taken: &mut Vec<(i64, i64, i64, i64)>,
) -> Result<(), Error> {
    let first = record.0 * PARTS;
    let parts = first..first + PARTS;
    if let Some(run) = &mut *tx.run.borrow_mut() {
        let waiting =
            run.events.extract_if(.., |event| event.customer == customer && parts.contains(&event.seq));
        taken.extend(
            waiting.map(|event| (event.seq - first, codes::kind(event.kind), event.at, event.learned_at)),
        );
    }
    for run in runs_with(tx, customer)? {
        let mut delete = tx.prepare_cached(
            "DELETE FROM arrival WHERE run = ?1 AND customer = ?2 AND seq BETWEEN ?3 AND ?4
             RETURNING seq - ?3, kind, at, learned_at",
        )?;
        let rows = delete.query_map((run, customer.0, first, first + PARTS - 1), |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })?;
        for row in rows {
            taken.push(row?);
        }
    }
    Ok(())
}

/// Files what one customer, or only one identity of theirs, has in runs under another customer; what is not
/// written yet only changes hands.
pub(crate) fn move_events(
    tx: &Tx<'_>,
    from: CustomerId,
    to: CustomerId,
    identity: Option<IdentityId>,
) -> Result<(), Error> {
    if let Some(run) = &mut *tx.run.borrow_mut() {
        let moving = |event: &&mut NewEvent| {
            event.customer == from && identity.is_none_or(|identity| event.identity == identity)
        };
        run.events.iter_mut().filter(moving).for_each(|event| event.customer = to);
    }
    let identity = identity.map(|identity| identity.0);
    for run in runs_with(tx, from)? {
        tx.prepare_cached(
            "INSERT INTO event (customer, at, seq, kind, source, identity, learned_at, title, amount, currency,
                 state)
             SELECT ?3, at, seq, kind, source, identity, learned_at, title, amount, currency, state
             FROM arrival WHERE run = ?1 AND customer = ?2 AND (?4 IS NULL OR identity = ?4)",
        )?
        .execute((run, from.0, to.0, identity))?;
        tx.prepare_cached(
            "DELETE FROM arrival WHERE run = ?1 AND customer = ?2 AND (?3 IS NULL OR identity = ?3)",
        )?
        .execute((run, from.0, identity))?;
    }
    Ok(())
}

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

/// Counts the events that wait for the customers of a range, up to so many.
fn count(conn: &Connection, customers: Range<i64>, most: i64) -> Result<i64, Error> {
    let mut query = conn.prepare_cached(
        "SELECT count(*) FROM (
             SELECT 1 FROM arrival_run CROSS JOIN arrival ON arrival.run = arrival_run.run
             WHERE customer >= max(first, ?1) AND customer < ?2 LIMIT ?3)",
    )?;
    Ok(query.query_row((customers.start, customers.end, most), |row| row.get(0))?)
}

/// Does what [`file`] does for at most so many events, or for one customer who has more.
pub fn file_some(tx: &Tx<'_>, events: i64) -> Result<bool, Error> {
    let mut ends = tx.prepare_cached("SELECT min(first), max(last) FROM arrival_run WHERE first <= last")?;
    let (first, last): (Option<i64>, Option<i64>) =
        ends.query_row((), |row| Ok((row.get(0)?, row.get(1)?)))?;
    let (Some(first), Some(last)) = (first, last) else { return Ok(false) };
    // What is filed at once is sorted in memory, and runs are nothing like each other.
    let mut end = first + 1;
    let mut room = events - count(tx, first..end, events)?;
    while end <= last {
        let further = end + (end - first);
        let more = count(tx, end..further, room + 1)?;
        if more > room {
            break;
        }
        (end, room) = (further, room - more);
    }
    tx.prepare_cached(
        "INSERT OR FAIL INTO event (customer, at, seq, kind, source, identity, learned_at, title, amount, currency,
             state)
         SELECT customer, at, seq, kind, source, identity, learned_at, title, amount, currency, state
         FROM arrival_run CROSS JOIN arrival ON arrival.run = arrival_run.run
         WHERE customer >= first AND customer < ?1 ORDER BY customer, at, seq",
    )?
    .execute([end])?;
    tx.prepare_cached("UPDATE arrival_run SET first = ?1 WHERE first < ?1")?.execute([end])?;
    let more = any(tx)?;
    if !more {
        tx.prepare_cached("DELETE FROM arrival_run")?.execute(())?;
        tx.prepare_cached("DELETE FROM arrival")?.execute(())?;
    }
    Ok(more)
}
