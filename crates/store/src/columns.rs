//! How amounts, names and JSON are written into columns of the ledger's tables.

use std::str::FromStr;

use fermata_model::{Currency, Money};
use rusqlite::Row;
use rusqlite::types::Type;
use serde::Serialize;
use serde::de::DeserializeOwned;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

fn unreadable(column: usize, kind: Type, error: impl Into<BoxError>) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, kind, error.into())
}

/// Reads an amount from a column of minor units and one with the currency's code.
pub(crate) fn money(row: &Row<'_>, minor: usize, currency: usize) -> rusqlite::Result<Option<Money>> {
    let (Some(minor), Some(code)) =
        (row.get::<_, Option<i64>>(minor)?, row.get::<_, Option<String>>(currency)?)
    else {
        return Ok(None);
    };
    let currency: Currency =
        code.parse().map_err(|e: fermata_model::MoneyError| unreadable(currency, Type::Text, e))?;
    Ok(Some(Money::new(minor, currency)))
}

/// Reads a name of ours, such as a state.
pub(crate) fn name<T>(row: &Row<'_>, column: usize) -> rusqlite::Result<T>
where
    T: FromStr,
    T::Err: Into<BoxError>,
{
    row.get::<_, String>(column)?.parse().map_err(|e: T::Err| unreadable(column, Type::Text, e))
}

/// Reads a column of JSON.
pub(crate) fn json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    serde_json::from_str(row.get_ref(column)?.as_str()?).map_err(|e| unreadable(column, Type::Text, e))
}

/// Reads a column of JSON that may be missing.
pub(crate) fn json_opt<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<T>> {
    row.get_ref(column)?
        .as_str_or_null()?
        .map(|text| serde_json::from_str(text).map_err(|e| unreadable(column, Type::Text, e)))
        .transpose()
}

/// Writes a value as JSON.
pub(crate) fn to_json<T: Serialize + ?Sized>(value: &T) -> rusqlite::Result<String> {
    serde_json::to_string(value).map_err(|e| rusqlite::Error::ToSqlConversionFailure(e.into()))
}

/// Reads an amount that is always there.
pub(crate) fn required_money(row: &Row<'_>, minor: usize, currency: usize) -> rusqlite::Result<Money> {
    let currency: Currency = name(row, currency)?;
    Ok(Money::new(row.get(minor)?, currency))
}
