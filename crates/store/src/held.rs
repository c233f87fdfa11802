//! What every kind of record has in common when it is read back.

use fermata_model::{CustomerId, EventKind, RecordId, RecordRef};
use rusqlite::{Connection, OptionalExtension};

use crate::{Error, codes, records};

/// One record as the store holds it.
#[derive(Clone, Debug, PartialEq)]
pub struct Held<T> {
    /// Our id.
    pub record: RecordId,
    /// The platform's words for it.
    pub reference: RecordRef,
    /// Whom it is about, if anybody.
    pub customer: Option<CustomerId>,
    /// What the platform said.
    pub value: T,
}

/// Puts around a value what is known of its record.
pub(crate) fn hold<T>(conn: &Connection, record: RecordId, value: T) -> Result<Held<T>, Error> {
    let customer = conn
        .prepare_cached(
            "SELECT identity.customer FROM record JOIN identity ON identity.id = record.identity
             WHERE record.id = ?1",
        )?
        .query_row([record.0], |row| row.get(0))
        .optional()?
        .map(CustomerId);
    Ok(Held { record, reference: records::reference(conn, record)?, customer, value })
}

/// Lists a customer's records that stand behind events of a kind, the newest first, each once.
pub(crate) fn behind(
    conn: &Connection,
    customer: CustomerId,
    kinds: std::ops::RangeInclusive<EventKind>,
    limit: u32,
) -> Result<Vec<RecordId>, Error> {
    let mut query = conn.prepare_cached(
        "SELECT seq >> 10 FROM happened WHERE customer = ?1 AND kind BETWEEN ?2 AND ?3 AND seq >= 0
         GROUP BY seq >> 10 ORDER BY max(at) DESC, seq >> 10 DESC LIMIT ?4",
    )?;
    let rows = query
        .query_map((customer.0, codes::kind(*kinds.start()), codes::kind(*kinds.end()), limit), |row| {
            row.get(0).map(RecordId)
        })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Reads several records of one kind; those that are gone meanwhile are left out.
pub(crate) fn gather<T>(
    conn: &Connection,
    records: Vec<RecordId>,
    read: impl Fn(&Connection, RecordId) -> Result<Option<T>, Error>,
) -> Result<Vec<Held<T>>, Error> {
    let mut held = Vec::with_capacity(records.len());
    for record in records {
        if let Some(value) = read(conn, record)? {
            held.push(hold(conn, record, value)?);
        }
    }
    Ok(held)
}

/// Reads one record or says that it is missing.
pub(crate) fn require<T>(
    conn: &Connection,
    what: &'static str,
    record: RecordId,
    value: Option<T>,
) -> Result<Held<T>, Error> {
    hold(conn, record, value.ok_or_else(|| Error::missing(what, record))?)
}
