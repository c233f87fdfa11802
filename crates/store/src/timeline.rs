//! The timeline: what happened to a customer, clustered so that a page of it is one range read.

use std::sync::Arc;

use fermata_model::{
    Currency, CustomerId, EventKind, EventSource, IdentityId, Money, ProposalId, RecordId, Timestamp,
};
use rusqlite::{Connection, Row};

use crate::{Error, Topic, Tx, arrivals, codes, feed, time};

// `seq` is the record and the part of it that the event tells of (record * 1024 + part), so that
// an event keeps its place however often its record is pulled; events of our own are negative.
pub(crate) const MIGRATION: &str = "
CREATE TABLE event (
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
    proposal   INTEGER,
    PRIMARY KEY (customer, at, seq)
) STRICT, WITHOUT ROWID;
";

/// How many events one record can have.
pub(crate) const PARTS: i64 = 1024;

/// Something that happened to a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// To whom.
    pub customer: CustomerId,
    /// When it happened.
    pub at: Timestamp,
    /// Its place among what happened at the same time; with customer and time it is unique.
    pub seq: i64,
    /// What kind of event.
    pub kind: EventKind,
    /// Who told us.
    pub source: EventSource,
    /// The record that tells of it; none for our own events.
    pub record: Option<RecordId>,
    /// The proposal it is about, for our own events.
    pub proposal: Option<ProposalId>,
    /// When we learned of it.
    pub learned_at: Timestamp,
    /// One line of text from the record: an order's number, a subject, the begin of a message.
    /// Untrusted.
    pub title: String,
    /// The money it is about.
    pub amount: Option<Money>,
    /// The state as the platform writes it, where that says more.
    pub state: Option<String>,
}

/// An event of our own.
#[derive(Clone, Debug)]
pub struct Ours<'a> {
    /// Whom it is about.
    pub customer: CustomerId,
    /// When it happened.
    pub at: Timestamp,
    /// What kind of event, one of `ours.*`.
    pub kind: EventKind,
    /// The proposal it is about.
    pub proposal: Option<ProposalId>,
    /// One line of text.
    pub title: &'a str,
    /// The money it is about.
    pub amount: Option<Money>,
    /// Where the proposal stands.
    pub state: Option<&'a str>,
}

/// Reads a page of a customer's timeline, the newest first.
///
/// `before` is the time and `seq` of the last event of the page before; `kinds` selects kinds,
/// and if it is empty all are given.
pub fn page(
    conn: &Connection,
    customer: CustomerId,
    before: Option<(Timestamp, i64)>,
    kinds: &[EventKind],
    limit: u32,
) -> Result<Vec<Event>, Error> {
    let mut events = Vec::with_capacity(limit.min(256) as usize);
    // The view costs a sort of what it finds, which only a first sync is worth.
    let events_in = if arrivals::any(conn)? { "happened" } else { "event" };
    if before.is_none() && kinds.is_empty() {
        let mut query = conn.prepare_cached(&format!(
            "SELECT customer, at, seq, kind, source, learned_at, title, amount, currency, state, proposal
             FROM {events_in} WHERE customer = ?1 ORDER BY at DESC, seq DESC LIMIT ?2",
        ))?;
        let mut rows = query.query((customer.0, limit))?;
        while let Some(row) = rows.next()? {
            events.push(read(row)?);
        }
        return Ok(events);
    }
    let (at, seq) = before.map_or((i64::MAX, i64::MAX), |(at, seq)| (time::to_sql(at), seq));
    let wanted = kinds.iter().fold(0_i64, |set, kind| set | 1 << codes::kind(*kind));
    let wanted = if kinds.is_empty() { -1 } else { wanted };
    let mut query = conn.prepare_cached(&format!(
        "SELECT customer, at, seq, kind, source, learned_at, title, amount, currency, state, proposal
         FROM {events_in} WHERE customer = ?1 AND (at, seq) < (?2, ?3) AND (1 << kind) & ?4
         ORDER BY at DESC, seq DESC LIMIT ?5",
    ))?;
    let mut rows = query.query((customer.0, at, seq, wanted, limit))?;
    while let Some(row) = rows.next()? {
        events.push(read(row)?);
    }
    Ok(events)
}

/// Reads one event by its key; `None` if it is no more, because its record changed.
pub(crate) fn get(conn: &Connection, customer: i64, at: i64, seq: i64) -> Result<Option<Event>, Error> {
    let mut query = conn.prepare_cached(
        "SELECT customer, at, seq, kind, source, learned_at, title, amount, currency, state, proposal
         FROM happened WHERE customer = ?1 AND at = ?2 AND seq = ?3",
    )?;
    query.query_and_then((customer, at, seq), read)?.next().transpose()
}

fn read(row: &Row<'_>) -> Result<Event, Error> {
    let seq: i64 = row.get(2)?;
    let amount: Option<i64> = row.get(7)?;
    let amount = match (amount, row.get_ref(8)?.as_str_or_null().map_err(rusqlite::Error::from)?) {
        (Some(minor), Some(code)) => {
            let currency: Currency = code.parse().map_err(|error| Error::unreadable("currency", error))?;
            Some(Money::new(minor, currency))
        }
        _ => None,
    };
    Ok(Event {
        customer: CustomerId(row.get(0)?),
        at: time::column(row, 1)?,
        seq,
        kind: codes::read_kind(row.get(3)?)?,
        source: codes::read_source(row.get(4)?)?,
        record: (seq >= 0).then_some(RecordId(seq / PARTS)),
        proposal: row.get::<_, Option<i64>>(10)?.map(ProposalId),
        learned_at: time::column(row, 5)?,
        title: row.get(6)?,
        amount,
        state: row.get(9)?,
    })
}

/// An event as it is about to be written.
#[derive(Debug)]
pub(crate) struct NewEvent {
    pub(crate) customer: CustomerId,
    pub(crate) identity: IdentityId,
    pub(crate) at: i64,
    pub(crate) seq: i64,
    pub(crate) kind: EventKind,
    pub(crate) source: EventSource,
    pub(crate) learned_at: i64,
    pub(crate) title: Arc<str>,
    pub(crate) amount: Option<Money>,
    pub(crate) state: Option<Arc<str>>,
    pub(crate) proposal: Option<ProposalId>,
}

pub(crate) fn insert(tx: &Tx<'_>, event: NewEvent) -> Result<(), Error> {
    let Some(event) = arrivals::take_in(tx, event) else { return Ok(()) };
    tx.prepare_cached(
        "INSERT INTO event (customer, at, seq, kind, source, identity, learned_at, title, amount, currency,
             state, proposal)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    )?
    .execute((
        event.customer.0,
        event.at,
        event.seq,
        codes::kind(event.kind),
        codes::source(event.source),
        event.identity.0,
        event.learned_at,
        event.title,
        event.amount.map(|amount| amount.minor),
        event.amount.map(|amount| amount.currency.code()),
        event.state,
        event.proposal.map(|proposal| proposal.0),
    ))?;
    Ok(())
}

/// Writes an event of our own on a customer's timeline and into the feed.
///
/// Errors: [`Error::Missing`] if there never was such a customer.
pub fn add_ours(tx: &Tx<'_>, ours: &Ours<'_>) -> Result<(), Error> {
    let identity = IdentityId(ours.customer.0);
    let customer = crate::customers::current(tx, ours.customer)?;
    let at = time::to_sql(ours.at);
    let seq = feed::append_ours(tx, identity, at)?;
    insert(
        tx,
        NewEvent {
            customer,
            identity,
            at,
            seq,
            kind: ours.kind,
            source: EventSource::Ours,
            learned_at: at,
            title: ours.title.into(),
            amount: ours.amount,
            state: ours.state.map(Arc::from),
            proposal: ours.proposal,
        },
    )?;
    tx.changed(Topic::Customers, Some(customer.0));
    Ok(())
}

/// Takes a record's events off a timeline and returns what they were: (part, kind, time, learned).
pub(crate) fn take(
    tx: &Tx<'_>,
    customer: CustomerId,
    record: RecordId,
) -> Result<Vec<(i64, i64, i64, i64)>, Error> {
    let first = record.0 * PARTS;
    let mut delete = tx.prepare_cached(
        "DELETE FROM event WHERE customer = ?1 AND seq BETWEEN ?2 AND ?3
         RETURNING seq - ?2, kind, at, learned_at",
    )?;
    let taken = delete.query_map((customer.0, first, first + PARTS - 1), |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
    })?;
    let mut taken: Vec<_> = taken.collect::<Result<_, _>>()?;
    arrivals::take(tx, customer, record, &mut taken)?;
    Ok(taken)
}

/// Moves all events of one customer, or only those of one identity, to another.
pub(crate) fn move_events(
    tx: &Tx<'_>,
    from: CustomerId,
    to: CustomerId,
    identity: Option<IdentityId>,
) -> Result<(), Error> {
    let only = identity.map(|identity| identity.0);
    tx.prepare_cached(
        "INSERT INTO event (customer, at, seq, kind, source, identity, learned_at, title, amount, currency,
             state, proposal)
         SELECT ?2, at, seq, kind, source, identity, learned_at, title, amount, currency, state, proposal
         FROM event WHERE customer = ?1 AND (?3 IS NULL OR identity = ?3)",
    )?
    .execute((from.0, to.0, only))?;
    tx.prepare_cached("DELETE FROM event WHERE customer = ?1 AND (?2 IS NULL OR identity = ?2)")?
        .execute((from.0, only))?;
    arrivals::move_events(tx, from, to, identity)
}
