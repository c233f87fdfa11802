//! People as the platforms know them: accounts, marketing profiles, help-desk customers.

use fermata_model::record::Person;
use fermata_model::{CustomerId, RecordId};
use rusqlite::Connection;

use crate::held::{Held, gather, require};
use crate::{Error, Tx, time, who};

pub(crate) const MIGRATION: &str = "
CREATE TABLE person (
    record            INTEGER PRIMARY KEY,
    name              TEXT,
    email             TEXT,
    phone             TEXT,
    who               TEXT,
    created_at        INTEGER,
    city              TEXT,
    locale            TEXT,
    tags              TEXT,
    accepts_marketing INTEGER,
    suppressed        INTEGER
) STRICT;
";

/// Reads one person.
///
/// Errors: [`Error::Missing`] if it never came or is gone.
pub fn get(conn: &Connection, record: RecordId) -> Result<Held<Person>, Error> {
    require(conn, "person", record, read(conn, record)?)
}

/// Lists what the platforms say about a customer, one entry per platform's view.
pub fn of(conn: &Connection, customer: CustomerId) -> Result<Vec<Held<Person>>, Error> {
    let mut query = conn.prepare_cached(
        "SELECT person FROM identity WHERE customer = ?1 AND person IS NOT NULL ORDER BY connection, person",
    )?;
    let records: Vec<_> =
        query.query_map([customer.0], |row| row.get(0).map(RecordId))?.collect::<Result<_, _>>()?;
    gather(conn, records, read)
}

pub(crate) fn read(conn: &Connection, record: RecordId) -> Result<Option<Person>, Error> {
    let mut query = conn.prepare_cached(
        "SELECT who, created_at, city, locale, tags, accepts_marketing, suppressed FROM person WHERE record = ?1",
    )?;
    let mut rows = query.query_map([record.0], |row| {
        Ok(Person {
            who: who::column(row, 0)?,
            created_at: time::optional(row, 1)?,
            city: row.get(2)?,
            locale: row.get(3)?,
            tags: who::labels(row, 4)?,
            accepts_marketing: row.get(5)?,
            suppressed: row.get(6)?,
        })
    })?;
    Ok(rows.next().transpose()?)
}

pub(crate) fn write(tx: &Tx<'_>, record: RecordId, person: &Person) -> Result<(), Error> {
    tx.prepare_cached(
        "INSERT INTO person (record, name, email, phone, who, created_at, city, locale, tags,
             accepts_marketing, suppressed)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?
    .execute((
        record.0,
        person.who.name.as_deref(),
        person.who.emails.first(),
        person.who.phones.first(),
        who::to_sql(&person.who),
        person.created_at.map(time::to_sql),
        person.city.as_deref(),
        person.locale.as_deref(),
        who::labels_to_sql(&person.tags),
        person.accepts_marketing,
        person.suppressed,
    ))?;
    Ok(())
}

pub(crate) fn remove(tx: &Tx<'_>, record: RecordId) -> Result<(), Error> {
    tx.prepare_cached("DELETE FROM person WHERE record = ?1")?.execute([record.0])?;
    Ok(())
}
