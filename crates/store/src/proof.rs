//! What is held here of one stream, as a proof that both sides agree needs it.

use fermata_model::record::{Entity, Record, Unreadable};
use fermata_model::{ConnectionId, RecordId, Stream, Timestamp};
use rusqlite::Connection;

use crate::{Error, aside, dump, landing, raw, records, time};

/// A record as it is held.
#[derive(Clone, Debug, PartialEq)]
pub struct Present {
    /// Our id.
    pub id: RecordId,
    /// When the platform made the version that is held.
    pub changed_at: Timestamp,
    /// Its neutral form, put together from its rows; `None` if they are not there.
    pub entity: Option<Entity>,
    /// The text it was read from, with card numbers masked; empty if it is not there.
    pub raw: String,
}

/// What is known here of one record of a platform.
#[derive(Clone, Debug, PartialEq)]
pub enum Here {
    /// It is held.
    Present(Box<Present>),
    /// It came and is no more, since this time by the platform's clock.
    Gone(Timestamp),
    /// It never came.
    Unknown,
}

/// Looks a record up by the platform's id.
pub fn look(
    conn: &Connection,
    connection: ConnectionId,
    stream: Stream,
    external_id: &str,
) -> Result<Here, Error> {
    let Some(known) = records::known(conn, connection, stream, external_id)? else {
        return Ok(Here::Unknown);
    };
    if let Some(gone) = known.gone_at {
        return Ok(Here::Gone(time::from_sql(gone)?));
    }
    let Some(changed_at) = known.changed_at else { return Ok(Here::Unknown) };
    Ok(Here::Present(Box::new(Present {
        id: known.id,
        changed_at: time::from_sql(changed_at)?,
        entity: dump::entity(conn, stream, known.id)?,
        raw: raw::read(conn, known.id)?.unwrap_or_default(),
    })))
}

/// Returns a record as it would be held: with card numbers masked.
pub fn as_landed(mut record: Record) -> Record {
    landing::mask_record(&mut record);
    record
}

/// Tells whether a record that cannot be read is one of those that were set aside.
pub fn is_aside(conn: &Connection, connection: ConnectionId, record: &Unreadable) -> Result<bool, Error> {
    let raw = landing::mask_text(&record.raw);
    aside::holds(conn, connection, record.stream, record.external_id.as_deref(), &raw)
}

/// Tells whether a record of this id is set aside.
pub fn is_aside_id(
    conn: &Connection,
    connection: ConnectionId,
    stream: Stream,
    external_id: &str,
) -> Result<bool, Error> {
    aside::holds(conn, connection, stream, Some(external_id), "")
}

/// Returns the id that no record held at this moment goes beyond.
pub fn newest(conn: &Connection) -> Result<RecordId, Error> {
    Ok(RecordId(conn.query_row("SELECT coalesce(max(id), 0) FROM record", (), |row| row.get(0))?))
}

/// Tells whether a message is left out here because its ticket is no more.
pub fn is_orphan(conn: &Connection, connection: ConnectionId, entity: &Entity) -> Result<bool, Error> {
    let Entity::Message(message) = entity else { return Ok(false) };
    let ticket = records::known(conn, connection, Stream::Tickets, &message.ticket)?;
    Ok(ticket.is_some_and(|ticket| ticket.gone_at.is_some()))
}

/// Lists what is held of one stream, in the order of our ids and those after one of them, at most so
/// many: our id and the platform's.
pub fn present(
    conn: &Connection,
    connection: ConnectionId,
    stream: Stream,
    after: RecordId,
    limit: u32,
) -> Result<Vec<(RecordId, String)>, Error> {
    // By the table's own order: the index by name would have the whole stream sorted each time.
    let mut query = conn.prepare_cached(
        "SELECT id, CAST(external_id AS TEXT) FROM record
         WHERE +connection = ?1 AND stream = ?2 AND changed_at IS NOT NULL AND gone_at IS NULL AND id > ?3
         ORDER BY id LIMIT ?4",
    )?;
    let rows = query.query_map((connection.0, crate::codes::stream(stream), after.0, limit), |row| {
        Ok((RecordId(row.get(0)?), row.get(1)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
