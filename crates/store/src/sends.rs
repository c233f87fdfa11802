//! What happened to marketing messages.

use fermata_model::record::Send;
use fermata_model::{CustomerId, EventKind, RecordId};
use rusqlite::{Connection, OptionalExtension};

use crate::held::{Held, behind, gather, require};
use crate::{Error, Tx, codes, time, who};

pub(crate) const MIGRATION: &str = "
CREATE TABLE send (
    record     INTEGER PRIMARY KEY,
    who        TEXT,
    metric     TEXT NOT NULL,
    kind       INTEGER,
    subject    TEXT,
    at         INTEGER NOT NULL,
    sender_ref TEXT
) STRICT;
";

/// Reads one happening.
///
/// Errors: [`Error::Missing`] if it never came or is gone.
pub fn get(conn: &Connection, record: RecordId) -> Result<Held<Send>, Error> {
    require(conn, "marketing event", record, read(conn, record)?)
}

/// Lists what happened to marketing messages for a customer, the newest first.
pub fn of(conn: &Connection, customer: CustomerId, limit: u32) -> Result<Vec<Held<Send>>, Error> {
    gather(conn, behind(conn, customer, EventKind::MailSent..=EventKind::MailOther, limit)?, read)
}

pub(crate) fn read(conn: &Connection, record: RecordId) -> Result<Option<Send>, Error> {
    let mut query =
        conn.prepare_cached("SELECT who, metric, kind, subject, at, sender_ref FROM send WHERE record = ?1")?;
    let found = query
        .query_row([record.0], |row| {
            let kind: Option<i64> = row.get(2)?;
            let send = Send {
                who: who::column(row, 0)?,
                metric: row.get(1)?,
                kind: None,
                subject: row.get(3)?,
                at: time::column(row, 4)?,
                sender_ref: row.get(5)?,
            };
            Ok((send, kind))
        })
        .optional()?;
    let Some((send, kind)) = found else { return Ok(None) };
    Ok(Some(Send { kind: kind.map(codes::read_send_kind).transpose()?, ..send }))
}

pub(crate) fn write(tx: &Tx<'_>, record: RecordId, send: &Send) -> Result<(), Error> {
    tx.prepare_cached(
        "INSERT INTO send (record, who, metric, kind, subject, at, sender_ref)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute((
        record.0,
        who::to_sql(&send.who),
        &send.metric,
        send.kind.map(codes::send_kind),
        send.subject.as_deref(),
        time::to_sql(send.at),
        send.sender_ref.as_deref(),
    ))?;
    Ok(())
}

pub(crate) fn remove(tx: &Tx<'_>, record: RecordId) -> Result<(), Error> {
    tx.prepare_cached("DELETE FROM send WHERE record = ?1")?.execute([record.0])?;
    Ok(())
}
