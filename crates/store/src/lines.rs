//! Lines of orders and carts.

use fermata_model::RecordId;
use fermata_model::record::Line;
use rusqlite::Connection;

use crate::records::ExternalId;
use crate::{Error, Tx, bulk, columns};

pub(crate) const MIGRATION: &str = "
CREATE TABLE line (
    record      INTEGER NOT NULL,
    position    INTEGER NOT NULL,
    external_id ANY NOT NULL,
    variant     ANY,
    sku         TEXT,
    title       TEXT NOT NULL,
    quantity    INTEGER NOT NULL,
    unit_price  INTEGER NOT NULL,
    currency    TEXT NOT NULL,
    PRIMARY KEY (record, position)
) STRICT, WITHOUT ROWID;
";

pub(crate) fn read(conn: &Connection, record: RecordId) -> Result<Vec<Line>, Error> {
    let mut query = conn.prepare_cached(
        "SELECT CAST(external_id AS TEXT), CAST(variant AS TEXT), sku, title, quantity, unit_price, currency
         FROM line WHERE record = ?1 ORDER BY position",
    )?;
    let lines = query.query_map([record.0], |row| {
        Ok(Line {
            external_id: row.get(0)?,
            variant: row.get(1)?,
            sku: row.get(2)?,
            title: row.get(3)?,
            quantity: row.get(4)?,
            unit_price: columns::required_money(row, 5, 6)?,
        })
    })?;
    Ok(lines.collect::<Result<_, _>>()?)
}

/// Writes the lines of records that have none yet.
pub(crate) fn write<'a>(
    tx: &Tx<'_>,
    lines: impl IntoIterator<Item = (RecordId, &'a [Line])>,
) -> Result<(), Error> {
    let rows = lines.into_iter().flat_map(|(record, lines)| {
        (0_i64..).zip(lines).map(move |(position, line)| {
            (
                record.0,
                position,
                ExternalId(&line.external_id),
                line.variant.as_deref().map(ExternalId),
                line.sku.as_deref(),
                &line.title,
                line.quantity,
                line.unit_price.minor,
                line.unit_price.currency.code(),
            )
        })
    });
    let into = "line (record, position, external_id, variant, sku, title, quantity, unit_price, currency)";
    bulk::insert(tx, into, rows)
}

pub(crate) fn remove(tx: &Tx<'_>, record: RecordId) -> Result<(), Error> {
    tx.prepare_cached("DELETE FROM line WHERE record = ?1")?.execute([record.0])?;
    Ok(())
}
