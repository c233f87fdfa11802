//! Records: every object a platform ever named, and its place among our ids.
//!
//! A platform's id is mapped to one integer the first time anything names it, even if the object
//! itself has not come yet; `changed_at` is null until it has.

use fermata_model::{ConnectionId, CustomerId, IdentityId, RecordId, RecordRef, Stream, Timestamp};
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, OptionalExtension, Row, ToSql};

use crate::landing::{since, waiting};
use crate::{Error, Tx, bulk, codes, raw, time};

pub(crate) const MIGRATION: &str = "
CREATE TABLE record (
    id          INTEGER PRIMARY KEY,
    connection  INTEGER NOT NULL,
    stream      INTEGER NOT NULL,
    external_id ANY NOT NULL,
    changed_at  INTEGER,
    gone_at     INTEGER,
    merged_into INTEGER,
    identity    INTEGER
) STRICT;
CREATE UNIQUE INDEX record_by_name ON record (connection, stream, external_id);
CREATE TABLE raw (
    record INTEGER PRIMARY KEY,
    body   TEXT NOT NULL
) STRICT;
";

/// With whom a person's record is about in its index, an order finds its customer without a look at that
/// record, which lies wherever it was first named. No name is given twice: one writer looks it up before.
pub(crate) const NAMED_WITH_IDENTITY: &str = "
DROP INDEX record_by_name;
CREATE INDEX record_by_name ON record (connection, stream, external_id, identity);
";

/// A platform's id in a column: an integer where the text is one, which most are, so that the
/// index stays small.
#[derive(Clone, Copy)]
pub(crate) struct ExternalId<'a>(pub(crate) &'a str);

impl ToSql for ExternalId<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match canonical_integer(self.0) {
            Some(number) => ToSqlOutput::Owned(Value::Integer(number)),
            None => ToSqlOutput::Borrowed(ValueRef::Text(self.0.as_bytes())),
        })
    }
}

/// Returns the number that a text writes, only if writing the number gives the same text.
fn canonical_integer(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    if !(1..=18).contains(&bytes.len()) || (bytes[0] == b'0' && bytes.len() > 1) {
        return None;
    }
    bytes
        .iter()
        .try_fold(0, |number, byte| byte.is_ascii_digit().then(|| number * 10 + i64::from(byte - b'0')))
}

/// What the store knows of a record before it looks inside.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    pub(crate) id: RecordId,
    pub(crate) changed_at: Option<i64>,
    pub(crate) gone_at: Option<i64>,
    pub(crate) merged_into: Option<RecordId>,
    pub(crate) identity: Option<IdentityId>,
}

impl Known {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: RecordId(row.get(0)?),
            changed_at: row.get(1)?,
            gone_at: row.get(2)?,
            merged_into: row.get::<_, Option<i64>>(3)?.map(RecordId),
            identity: row.get::<_, Option<i64>>(4)?.map(IdentityId),
        })
    }
}

/// Looks a record up by the platform's id.
pub(crate) fn known(
    conn: &Connection,
    connection: ConnectionId,
    stream: Stream,
    external_id: &str,
) -> Result<Option<Known>, Error> {
    let mut query = conn.prepare_cached(
        "SELECT id, changed_at, gone_at, merged_into, identity FROM record
         WHERE connection = ?1 AND stream = ?2 AND external_id = ?3",
    )?;
    let name = (connection.0, codes::stream(stream), ExternalId(external_id));
    Ok(query.query_row(name, Known::read).optional()?)
}

/// Finds the identity of a person's record, and the customer it belongs to.
pub(crate) fn person(
    conn: &Connection,
    connection: ConnectionId,
    stream: Stream,
    external_id: &str,
) -> Result<Option<(IdentityId, CustomerId)>, Error> {
    let mut query = conn.prepare_cached(
        "SELECT identity.id, identity.customer FROM record JOIN identity ON identity.id = record.identity
         WHERE record.connection = ?1 AND record.stream = ?2 AND record.external_id = ?3",
    )?;
    let name = (connection.0, codes::stream(stream), ExternalId(external_id));
    Ok(query.query_row(name, |row| Ok((IdentityId(row.get(0)?), CustomerId(row.get(1)?)))).optional()?)
}

/// Finds what [`person`] does for many names, each with whatever `found` is to know it by.
pub(crate) fn people<'a, T: Copy>(
    conn: &Connection,
    connection: ConnectionId,
    stream: Stream,
    names: impl IntoIterator<Item = (T, &'a str)>,
    mut found: impl FnMut(T, (IdentityId, CustomerId)),
) -> Result<(), Error> {
    let mut names: Vec<_> = names.into_iter().collect();
    // As they lie in the index: numbers before texts.
    names.sort_by_cached_key(|(_, name)| canonical_integer(name).ok_or(*name));
    let sought: Vec<_> =
        names.iter().map(|(_, name)| (connection.0, codes::stream(stream), ExternalId(name))).collect();
    let query = "SELECT place, identity.id, identity.customer FROM sought
         CROSS JOIN record ON record.connection = sought.connection AND record.stream = sought.stream
             AND record.external_id = sought.name
         CROSS JOIN identity ON identity.id = record.identity";
    bulk::select(conn, "sought (place, connection, stream, name)", query, &sought, |place, row| {
        found(names[place].0, (IdentityId(row.get(1)?), CustomerId(row.get(2)?)));
        Ok(())
    })
}

/// Finds which of many names have a place, and gives `found` what each is to be known by.
pub(crate) fn placed<'a, T: Copy>(
    conn: &Connection,
    connection: ConnectionId,
    names: impl IntoIterator<Item = (T, Stream, &'a str)>,
    mut found: impl FnMut(T),
) -> Result<(), Error> {
    let mut names: Vec<_> = names.into_iter().collect();
    names.sort_by_cached_key(|(_, stream, name)| {
        (codes::stream(*stream), canonical_integer(name).ok_or(*name))
    });
    let sought: Vec<_> = names
        .iter()
        .map(|(_, stream, name)| (connection.0, codes::stream(*stream), ExternalId(name)))
        .collect();
    let query = "SELECT place FROM sought WHERE EXISTS (SELECT 1 FROM record
         WHERE record.connection = sought.connection AND record.stream = sought.stream
             AND record.external_id = sought.name)";
    bulk::select(conn, "sought (place, connection, stream, name)", query, &sought, |place, _| {
        found(names[place].0);
        Ok(())
    })
}

/// Returns a number that is greater than any record's.
pub(crate) fn next(conn: &Connection) -> Result<i64, Error> {
    let mut query = conn.prepare_cached("SELECT coalesce(max(id), 0) + 1 FROM record")?;
    Ok(query.query_row((), |row| row.get(0))?)
}

/// Gives a record its place; `changed_at` stays null if it is only named.
pub(crate) fn insert(
    tx: &Tx<'_>,
    connection: ConnectionId,
    stream: Stream,
    external_id: &str,
    changed_at: Option<Timestamp>,
    identity: Option<IdentityId>,
) -> Result<RecordId, Error> {
    since::note_name(tx, stream, external_id);
    let id = tx
        .prepare_cached(
            "INSERT INTO record (id, connection, stream, external_id, changed_at, identity)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .insert((
            waiting::number(tx).map(|id| id.0),
            connection.0,
            codes::stream(stream),
            ExternalId(external_id),
            changed_at.map(time::to_sql),
            identity.map(|identity| identity.0),
        ))?;
    Ok(RecordId(id))
}

/// Gives records their places, with numbers that [`next`] or more of them returned.
pub(crate) fn insert_many<'a>(
    tx: &Tx<'_>,
    connection: ConnectionId,
    records: impl IntoIterator<Item = (RecordId, Stream, &'a str, Timestamp, Option<IdentityId>)>,
) -> Result<(), Error> {
    let rows = records.into_iter().map(|(id, stream, name, changed_at, identity)| {
        let identity = identity.map(|identity| identity.0);
        (id.0, connection.0, codes::stream(stream), ExternalId(name), time::to_sql(changed_at), identity)
    });
    bulk::insert(tx, "record (id, connection, stream, external_id, changed_at, identity)", rows)
}

/// Returns the place of a record that something else names, and makes one if it has none.
pub(crate) fn place(
    tx: &Tx<'_>,
    connection: ConnectionId,
    stream: Stream,
    external_id: &str,
) -> Result<Known, Error> {
    if let Some(found) = known(tx, connection, stream, external_id)? {
        return Ok(found);
    }
    let id = insert(tx, connection, stream, external_id, None, None)?;
    Ok(Known { id, changed_at: None, gone_at: None, merged_into: None, identity: None })
}

/// How often in a row a record may have been merged into another.
const MERGES: usize = 16;

/// Returns the place of a record that something else names, or of the one that it lives on in.
pub(crate) fn living(
    tx: &Tx<'_>,
    connection: ConnectionId,
    stream: Stream,
    external_id: &str,
) -> Result<Known, Error> {
    let mut found = place(tx, connection, stream, external_id)?;
    for _ in 0..MERGES {
        let Some(target) = found.merged_into else { break };
        let mut query = tx.prepare_cached(
            "SELECT id, changed_at, gone_at, merged_into, identity FROM record WHERE id = ?1",
        )?;
        found = query.query_row([target.0], Known::read)?;
    }
    Ok(found)
}

/// Notes the version that has just been written.
pub(crate) fn set_seen(tx: &Tx<'_>, id: RecordId, changed_at: Timestamp) -> Result<(), Error> {
    tx.prepare_cached("UPDATE record SET changed_at = ?2, gone_at = NULL, merged_into = NULL WHERE id = ?1")?
        .execute((id.0, time::to_sql(changed_at)))?;
    Ok(())
}

/// Notes that a record is no more; its place stays, so that an older page cannot bring it back.
pub(crate) fn set_gone(
    tx: &Tx<'_>,
    id: RecordId,
    at: Timestamp,
    merged_into: Option<RecordId>,
) -> Result<(), Error> {
    tx.prepare_cached("UPDATE record SET gone_at = ?2, merged_into = ?3 WHERE id = ?1")?.execute((
        id.0,
        time::to_sql(at),
        merged_into.map(|id| id.0),
    ))?;
    raw::remove(tx, id)
}

/// When what never came was held: before any version of it.
pub(crate) const NEVER: Timestamp = Timestamp::UNIX_EPOCH;

/// Tells whether a record was taken out because a full listing did not have it: it then went at the
/// time of the version that was held, as it hardly does by a platform's own word.
pub(crate) fn was_missed(known: &Known) -> bool {
    let held = known.changed_at.unwrap_or(time::to_sql(NEVER));
    known.merged_into.is_none() && known.gone_at == Some(held)
}

/// Forgets that a record ever came, so that whatever version comes next is new.
pub(crate) fn set_only_named(tx: &Tx<'_>, id: RecordId) -> Result<(), Error> {
    tx.prepare_cached("UPDATE record SET changed_at = NULL, gone_at = NULL WHERE id = ?1")?
        .execute([id.0])?;
    raw::remove(tx, id)
}

/// Notes whom a record is about.
pub(crate) fn set_identity(tx: &Tx<'_>, id: RecordId, identity: Option<IdentityId>) -> Result<(), Error> {
    tx.prepare_cached("UPDATE record SET identity = ?2 WHERE id = ?1")?
        .execute((id.0, identity.map(|identity| identity.0)))?;
    Ok(())
}

/// Finds a record by the platform's id; `None` if nothing ever named it.
pub fn find(
    conn: &Connection,
    connection: ConnectionId,
    stream: Stream,
    external_id: &str,
) -> Result<Option<RecordId>, Error> {
    Ok(known(conn, connection, stream, external_id)?.map(|known| known.id))
}

/// Tells whether a record has come and is still there at its platform, as far as we know.
pub fn is_present(conn: &Connection, id: RecordId) -> Result<bool, Error> {
    let mut query =
        conn.prepare_cached("SELECT changed_at IS NOT NULL AND gone_at IS NULL FROM record WHERE id = ?1")?;
    Ok(query.query_row([id.0], |row| row.get(0)).optional()?.unwrap_or(false))
}

/// Returns whom a record is about, if anybody.
pub fn identity(conn: &Connection, id: RecordId) -> Result<Option<IdentityId>, Error> {
    let mut query = conn.prepare_cached("SELECT identity FROM record WHERE id = ?1")?;
    Ok(query.query_row([id.0], |row| row.get::<_, Option<i64>>(0)).optional()?.flatten().map(IdentityId))
}

/// Names a record in the platform's own words, labelled as a person would call it.
///
/// Errors: [`Error::Missing`].
pub fn reference(conn: &Connection, id: RecordId) -> Result<RecordRef, Error> {
    let (connection, stream, external_id): (i64, i64, String) = conn
        .prepare_cached("SELECT connection, stream, CAST(external_id AS TEXT) FROM record WHERE id = ?1")?
        .query_row([id.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?
        .ok_or_else(|| Error::missing("record", id))?;
    let stream = codes::read_stream(stream)?;
    let label = label(conn, id, stream)?.unwrap_or_else(|| external_id.clone());
    Ok(RecordRef { connection: ConnectionId(connection), stream, external_id, label })
}

/// Returns what a person calls a record: an order's number, a subject, a name.
fn label(conn: &Connection, id: RecordId, stream: Stream) -> Result<Option<String>, Error> {
    let sql = match stream {
        Stream::Orders => "SELECT name FROM shop_order WHERE record = ?1",
        Stream::Products => "SELECT title FROM product WHERE record = ?1",
        Stream::Tickets => "SELECT coalesce(subject, excerpt) FROM ticket WHERE record = ?1",
        Stream::Carts => "SELECT title FROM line WHERE record = ?1 AND position = 0",
        Stream::Sends => "SELECT coalesce(subject, metric) FROM send WHERE record = ?1",
        Stream::Customers | Stream::Profiles => "SELECT coalesce(name, email) FROM person WHERE record = ?1",
        Stream::Messages | Stream::Removals => return Ok(None),
        _ => "SELECT label FROM kept WHERE record = ?1",
    };
    Ok(conn
        .prepare_cached(sql)?
        .query_row([id.0], |row| row.get::<_, Option<String>>(0))
        .optional()?
        .flatten()
        .filter(|label| !label.trim().is_empty()))
}

/// A record with all that is known of it apart from its neutral form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// The account it lives in.
    pub connection: ConnectionId,
    /// The kind of record.
    pub stream: Stream,
    /// The platform's id.
    pub external_id: String,
    /// When the platform last changed it; `None` if it was only named so far.
    pub changed_at: Option<Timestamp>,
    /// The text as it came, with card numbers masked; `None` if it is gone or never came.
    pub raw: Option<String>,
}

/// Reads what is known of a record.
///
/// Errors: [`Error::Missing`].
pub fn about(conn: &Connection, id: RecordId) -> Result<About, Error> {
    let reference = reference(conn, id)?;
    let changed_at = conn
        .prepare_cached("SELECT changed_at FROM record WHERE id = ?1")?
        .query_row([id.0], |row| time::optional(row, 0))?;
    Ok(About {
        connection: reference.connection,
        stream: reference.stream,
        external_id: reference.external_id,
        changed_at,
        raw: raw::read(conn, id)?,
    })
}

/// Lists records of a connection that are not gone, in the order of our ids and those after one of
/// them, at most so many.
pub fn present(
    conn: &Connection,
    connection: ConnectionId,
    after: RecordId,
    limit: u32,
) -> Result<Vec<(RecordId, Stream, String)>, Error> {
    // By the table's own order: the index by name would have all of a connection sorted each time.
    let mut query = conn.prepare_cached(
        "SELECT id, stream, CAST(external_id AS TEXT) FROM record
         WHERE +connection = ?1 AND gone_at IS NULL AND id > ?2 ORDER BY id LIMIT ?3",
    )?;
    let rows = query.query_and_then((connection.0, after.0, limit), |row| {
        Ok((RecordId(row.get(0)?), codes::read_stream(row.get(1)?)?, row.get(2)?))
    })?;
    rows.collect()
}
