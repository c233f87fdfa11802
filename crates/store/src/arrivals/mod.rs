//! Arrivals: the events of a large landing, until they are filed on their customers' timelines.
//!
//! The timeline is clustered by customer while history comes by time, so each page of it touches as
//! many places of the table as it has customers, and every place costs a page that is encrypted and
//! written. A large landing therefore writes its events as a *run*: a stretch of a table of its own,
//! by customer within the run, where the events of one customer are one row. Reads see both (the view
//! `happened`), and runs are [filed](filing) together in the order of the timeline, a range of customers at a
//! time, which writes each of its pages once.

mod filing;

use fermata_model::{CustomerId, EventSource, IdentityId, RecordId};
use rusqlite::Connection;
use serde::{Serialize, Serializer};

use filing::Filed;
pub use filing::{are_due, file, file_some};

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

/// What a customer's events of a run are since they are one row: a list of [`Columns`] as JSON, which
/// the view takes apart. All of a run come from one platform and were learned of at one time; `events` is
/// about how many of them wait.
///
/// Those that wait already go onto the timeline: whoever has many is in the middle of a first sync.
pub(crate) const TOGETHER: &str = "
INSERT INTO event (customer, at, seq, kind, source, identity, learned_at, title, amount, currency, state)
SELECT customer, at, seq, kind, source, identity, learned_at, title, amount, currency, state
FROM arrival_run CROSS JOIN arrival ON arrival.run = arrival_run.run
WHERE customer >= first ORDER BY customer, at, seq;
DROP VIEW happened;
DROP TABLE arrival;
DROP TABLE arrival_run;
CREATE TABLE arrival_run (
    run        INTEGER PRIMARY KEY,
    first      INTEGER NOT NULL,
    last       INTEGER NOT NULL,
    events     INTEGER NOT NULL,
    learned_at INTEGER NOT NULL,
    source     INTEGER NOT NULL
) STRICT;
CREATE TABLE arrival (
    run      INTEGER NOT NULL,
    customer INTEGER NOT NULL,
    part     INTEGER NOT NULL,
    events   TEXT NOT NULL,
    PRIMARY KEY (run, customer, part)
) STRICT, WITHOUT ROWID;
CREATE VIEW happened AS
SELECT customer, at, seq, kind, source, identity, learned_at, title, amount, currency, state, proposal
FROM event
UNION ALL
SELECT arrival.customer, value ->> 0, value ->> 1, value ->> 2, source, value ->> 3, learned_at, value ->> 4,
    value ->> 5, value ->> 6, value ->> 7, NULL
FROM arrival_run
CROSS JOIN arrival ON arrival.run = arrival_run.run AND +arrival.customer >= arrival_run.first
CROSS JOIN json_each(arrival.events);
";

/// An event in a run: when it happened, its number, kind, identity, title, amount, currency, state; all as the
/// timeline has them.
type Columns<T> = (i64, i64, i64, i64, T, Option<i64>, Option<T>, Option<T>);

/// A run that is being written.
#[derive(Debug)]
pub(crate) struct Run {
    id: i64,
    learned_at: i64,
    source: i64,
    first: i64,
    last: i64,
    /// How many times it has been written to.
    parts: i64,
    /// How many events that were.
    written: usize,
    /// Those that are not written yet: in their order each page of a run is written once.
    events: Vec<NewEvent>,
}

/// Begins a run: until [`end`] the events of this transaction go into it.
pub(crate) fn begin(tx: &Tx<'_>, learned_at: i64, source: EventSource) -> Result<(), Error> {
    let source = codes::source(source);
    // Whom it is about is known at its end; until then it may be anybody.
    let mut insert = tx.prepare_cached(
        "INSERT INTO arrival_run (first, last, events, learned_at, source) VALUES (0, ?1, 0, ?2, ?3)",
    )?;
    let id = insert.insert((i64::MAX, learned_at, source))?;
    let (first, last) = (i64::MAX, 0);
    tx.run.replace(Some(Run {
        id,
        learned_at,
        source,
        first,
        last,
        parts: 0,
        written: 0,
        events: Vec::new(),
    }));
    Ok(())
}

/// Ends the run.
pub(crate) fn end(tx: &Tx<'_>) -> Result<(), Error> {
    write(tx)?;
    let Some(run) = tx.run.take() else { return Ok(()) };
    if run.last < run.first {
        tx.prepare_cached("DELETE FROM arrival_run WHERE run = ?1")?.execute([run.id])?;
    } else {
        tx.prepare_cached("UPDATE arrival_run SET first = ?2, last = ?3, events = ?4 WHERE run = ?1")?
            .execute((run.id, run.first, run.last, run.written as i64))?;
    }
    Ok(())
}

/// Takes an event into the run that is open; gives it back if none is, or if it is none of its kind.
pub(crate) fn take_in(tx: &Tx<'_>, event: NewEvent) -> Option<NewEvent> {
    match &mut *tx.run.borrow_mut() {
        Some(run)
            if event.proposal.is_none()
                && event.learned_at == run.learned_at
                && codes::source(event.source) == run.source =>
        {
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
    run.parts += 1;
    run.written += run.events.len();
    let mut rows = Vec::new();
    for of_one in run.events.chunk_by(|event, next| event.customer == next.customer) {
        rows.push((run.id, of_one[0].customer.0, run.parts, serde_json::to_string(&OfOne(of_one))?));
    }
    bulk::insert(tx, "arrival (run, customer, part, events)", rows)?;
    run.events.clear();
    Ok(())
}

/// Events of one customer, to be written as a row.
struct OfOne<'a>(&'a [NewEvent]);

impl Serialize for OfOne<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|event| -> Columns<&str> {
            (
                event.at,
                event.seq,
                codes::kind(event.kind),
                event.identity.0,
                &event.title,
                event.amount.map(|amount| amount.minor),
                event.amount.map(|amount| amount.currency.code()),
                event.state.as_deref(),
            )
        }))
    }
}

/// Tells whether anything waits to be filed.
pub(crate) fn any(conn: &Connection) -> Result<bool, Error> {
    Ok(conn.prepare_cached("SELECT 1 FROM arrival_run WHERE first <= last")?.exists(())?)
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
    let gone = take_out(tx, customer, |(_, seq, ..)| parts.contains(seq))?;
    taken.extend(
        gone.into_iter()
            .map(|Filed { learned_at, event: (at, seq, kind, ..), .. }| (seq - first, kind, at, learned_at)),
    );
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
    let moves = |whose: i64| identity.is_none_or(|identity| identity.0 == whose);
    if let Some(run) = &mut *tx.run.borrow_mut() {
        let moving = |event: &&mut NewEvent| event.customer == from && moves(event.identity.0);
        run.events.iter_mut().filter(moving).for_each(|event| event.customer = to);
    }
    let mut moved = take_out(tx, from, |(_, _, _, whose, ..)| moves(*whose))?;
    moved.iter_mut().for_each(|event| event.customer = to.0);
    filing::put(tx, moved)
}

/// Takes those events of a customer out of all runs that are to go.
fn take_out(
    tx: &Tx<'_>,
    customer: CustomerId,
    goes: impl Fn(&Columns<String>) -> bool,
) -> Result<Vec<Filed>, Error> {
    let mut query = tx.prepare_cached(
        "SELECT arrival.run, learned_at, source, part, arrival.events
         FROM arrival_run CROSS JOIN arrival ON arrival.run = arrival_run.run
         WHERE first <= ?1 AND last >= ?1 AND customer = ?1",
    )?;
    let rows = query.query_map([customer.0], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
    })?;
    let rows: Vec<(i64, i64, i64, i64, String)> = rows.collect::<Result<_, _>>()?;
    let mut gone = Vec::new();
    for (run, learned_at, source, part, events) in rows {
        let mut events: Vec<Columns<String>> = serde_json::from_str(&events)?;
        let before = gone.len();
        let going = events.extract_if(.., |event| goes(event));
        gone.extend(going.map(|event| Filed { customer: customer.0, learned_at, source, event }));
        if events.is_empty() {
            tx.prepare_cached("DELETE FROM arrival WHERE run = ?1 AND customer = ?2 AND part = ?3")?
                .execute((run, customer.0, part))?;
        } else if gone.len() > before {
            tx.prepare_cached(
                "UPDATE arrival SET events = ?4 WHERE run = ?1 AND customer = ?2 AND part = ?3",
            )?
            .execute((run, customer.0, part, serde_json::to_string(&events)?))?;
        }
    }
    Ok(gone)
}
