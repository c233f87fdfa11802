//! Time in columns: microseconds since 1970, so that comparing is comparing integers.

use fermata_model::Timestamp;
use rusqlite::Row;

use crate::Error;

/// Returns the column's value for an instant.
pub fn to_sql(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// Reads an instant from a column's value.
///
/// Errors: [`Error::Unreadable`] for values beyond the years that a timestamp can hold.
pub fn from_sql(micros: i64) -> Result<Timestamp, Error> {
    Timestamp::from_microsecond(micros).map_err(|error| Error::unreadable("time", error))
}

/// Reads an instant from a row.
pub fn column(row: &Row<'_>, index: usize) -> rusqlite::Result<Timestamp> {
    let micros: i64 = row.get(index)?;
    Timestamp::from_microsecond(micros).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(index, rusqlite::types::Type::Integer, Box::new(error))
    })
}

/// Reads an instant that may be absent.
pub fn optional(row: &Row<'_>, index: usize) -> rusqlite::Result<Option<Timestamp>> {
    match row.get::<_, Option<i64>>(index)? {
        None => Ok(None),
        Some(_) => column(row, index).map(Some),
    }
}
