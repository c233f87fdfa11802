//! Support tickets and the messages in them.

use fermata_model::record::{Message, Ticket};
use fermata_model::{CustomerId, EventKind, RecordId};
use rusqlite::{Connection, OptionalExtension, Row};

use crate::held::{Held, behind, gather, hold, require};
use crate::{Error, Tx, time, who};

pub(crate) const MIGRATION: &str = "
CREATE TABLE ticket (
    record          INTEGER PRIMARY KEY,
    who             TEXT,
    subject         TEXT,
    status          TEXT NOT NULL,
    channel         TEXT NOT NULL,
    excerpt         TEXT,
    tags            TEXT,
    created_at      INTEGER NOT NULL,
    closed_at       INTEGER,
    last_message_at INTEGER,
    discarded       INTEGER NOT NULL
) STRICT;
CREATE TABLE message (
    record     INTEGER PRIMARY KEY,
    ticket     INTEGER NOT NULL,
    who        TEXT,
    from_shop  INTEGER NOT NULL,
    public     INTEGER NOT NULL,
    text       TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    sent_at    INTEGER,
    failed_at  INTEGER,
    sender_ref TEXT
) STRICT;
CREATE INDEX message_by_ticket ON message (ticket, created_at);
";

/// Reads one ticket.
///
/// Errors: [`Error::Missing`] if it never came or is gone.
pub fn get(conn: &Connection, record: RecordId) -> Result<Held<Ticket>, Error> {
    require(conn, "ticket", record, read(conn, record)?)
}

/// Lists a customer's tickets, the newest first; spam and what is in the bin is left out.
pub fn of(conn: &Connection, customer: CustomerId, limit: u32) -> Result<Vec<Held<Ticket>>, Error> {
    let kind = EventKind::TicketOpened;
    gather(conn, behind(conn, customer, kind..=kind, limit)?, read)
}

/// Lists the messages of a ticket, the oldest first.
pub fn messages(conn: &Connection, ticket: RecordId) -> Result<Vec<Held<Message>>, Error> {
    let records = message_records(conn, ticket)?;
    gather(conn, records, read_message)
}

/// Reads one message.
///
/// Errors: [`Error::Missing`] if it never came or is gone.
pub fn message(conn: &Connection, record: RecordId) -> Result<Held<Message>, Error> {
    let found = read_message(conn, record)?.ok_or_else(|| Error::missing("message", record))?;
    hold(conn, record, found)
}

/// Returns the ticket that a message belongs to.
pub fn ticket_of(conn: &Connection, message: RecordId) -> Result<Option<RecordId>, Error> {
    let mut query = conn.prepare_cached("SELECT ticket FROM message WHERE record = ?1")?;
    Ok(query.query_row([message.0], |row| row.get(0).map(RecordId)).optional()?)
}

pub(crate) fn message_records(conn: &Connection, ticket: RecordId) -> Result<Vec<RecordId>, Error> {
    let mut query =
        conn.prepare_cached("SELECT record FROM message WHERE ticket = ?1 ORDER BY created_at, record")?;
    let records = query.query_map([ticket.0], |row| row.get(0).map(RecordId))?;
    Ok(records.collect::<Result<_, _>>()?)
}

pub(crate) fn read(conn: &Connection, record: RecordId) -> Result<Option<Ticket>, Error> {
    let mut query = conn.prepare_cached(
        "SELECT who, subject, status, channel, excerpt, tags, created_at, closed_at, last_message_at, discarded
         FROM ticket WHERE record = ?1",
    )?;
    Ok(query.query_row([record.0], ticket_row).optional()?)
}

fn ticket_row(row: &Row<'_>) -> rusqlite::Result<Ticket> {
    Ok(Ticket {
        who: who::column(row, 0)?,
        subject: row.get(1)?,
        status: row.get(2)?,
        channel: row.get(3)?,
        excerpt: row.get(4)?,
        tags: who::labels(row, 5)?,
        created_at: time::column(row, 6)?,
        closed_at: time::optional(row, 7)?,
        last_message_at: time::optional(row, 8)?,
        discarded: row.get(9)?,
    })
}

pub(crate) fn read_message(conn: &Connection, record: RecordId) -> Result<Option<Message>, Error> {
    let mut query = conn.prepare_cached(
        "SELECT CAST(place.external_id AS TEXT), message.who, from_shop, public, text, created_at, sent_at,
             failed_at, sender_ref
         FROM message JOIN record AS place ON place.id = message.ticket WHERE message.record = ?1",
    )?;
    Ok(query
        .query_row([record.0], |row| {
            Ok(Message {
                ticket: row.get(0)?,
                who: who::column(row, 1)?,
                from_shop: row.get(2)?,
                public: row.get(3)?,
                text: row.get(4)?,
                created_at: time::column(row, 5)?,
                sent_at: time::optional(row, 6)?,
                failed_at: time::optional(row, 7)?,
                sender_ref: row.get(8)?,
            })
        })
        .optional()?)
}

pub(crate) fn write(tx: &Tx<'_>, record: RecordId, ticket: &Ticket) -> Result<(), Error> {
    tx.prepare_cached(
        "INSERT INTO ticket (record, who, subject, status, channel, excerpt, tags, created_at,
             closed_at, last_message_at, discarded)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?
    .execute((
        record.0,
        who::to_sql(&ticket.who),
        ticket.subject.as_deref(),
        &ticket.status,
        &ticket.channel,
        ticket.excerpt.as_deref(),
        who::labels_to_sql(&ticket.tags),
        time::to_sql(ticket.created_at),
        ticket.closed_at.map(time::to_sql),
        ticket.last_message_at.map(time::to_sql),
        ticket.discarded,
    ))?;
    Ok(())
}

pub(crate) fn write_message(
    tx: &Tx<'_>,
    record: RecordId,
    ticket: RecordId,
    message: &Message,
) -> Result<(), Error> {
    tx.prepare_cached(
        "INSERT INTO message (record, ticket, who, from_shop, public, text, created_at, sent_at,
             failed_at, sender_ref)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?
    .execute((
        record.0,
        ticket.0,
        who::to_sql(&message.who),
        message.from_shop,
        message.public,
        &message.text,
        time::to_sql(message.created_at),
        message.sent_at.map(time::to_sql),
        message.failed_at.map(time::to_sql),
        message.sender_ref.as_deref(),
    ))?;
    Ok(())
}

/// Gives all messages of one ticket to another.
pub(crate) fn move_messages(tx: &Tx<'_>, from: RecordId, to: RecordId) -> Result<(), Error> {
    tx.prepare_cached("UPDATE message SET ticket = ?2 WHERE ticket = ?1")?.execute((from.0, to.0))?;
    Ok(())
}

pub(crate) fn remove(tx: &Tx<'_>, record: RecordId) -> Result<(), Error> {
    tx.prepare_cached("DELETE FROM ticket WHERE record = ?1")?.execute([record.0])?;
    Ok(())
}

pub(crate) fn remove_message(tx: &Tx<'_>, record: RecordId) -> Result<(), Error> {
    tx.prepare_cached("DELETE FROM message WHERE record = ?1")?.execute([record.0])?;
    Ok(())
}
