//! Products with their variants and stock.

use fermata_model::record::{Product, Variant};
use fermata_model::{Money, RecordId};
use rusqlite::{Connection, OptionalExtension};

use crate::held::{Held, gather, require};
use crate::records::ExternalId;
use crate::{Error, Tx, columns, time};

pub(crate) const MIGRATION: &str = "
CREATE TABLE product (
    record       INTEGER PRIMARY KEY,
    title        TEXT NOT NULL,
    status       TEXT NOT NULL,
    product_type TEXT,
    created_at   INTEGER NOT NULL
) STRICT;
CREATE TABLE variant (
    record      INTEGER NOT NULL,
    position    INTEGER NOT NULL,
    external_id ANY NOT NULL,
    sku         TEXT,
    title       TEXT NOT NULL,
    price       INTEGER,
    currency    TEXT,
    available   INTEGER,
    PRIMARY KEY (record, position)
) STRICT, WITHOUT ROWID;
";

/// Reads one product.
///
/// Errors: [`Error::Missing`] if it never came or is gone.
pub fn get(conn: &Connection, record: RecordId) -> Result<Held<Product>, Error> {
    require(conn, "product", record, read(conn, record)?)
}

/// Lists products in the order in which they became known, a window at a time.
pub fn list(conn: &Connection, after: Option<RecordId>, limit: u32) -> Result<Vec<Held<Product>>, Error> {
    let mut query =
        conn.prepare_cached("SELECT record FROM product WHERE record > ?1 ORDER BY record LIMIT ?2")?;
    let found = query
        .query_map((after.map_or(0, |record| record.0), limit), |row| row.get(0).map(RecordId))?
        .collect::<Result<_, _>>()?;
    gather(conn, found, read)
}

pub(crate) fn read(conn: &Connection, record: RecordId) -> Result<Option<Product>, Error> {
    let mut query =
        conn.prepare_cached("SELECT title, status, product_type, created_at FROM product WHERE record = ?1")?;
    let product = query
        .query_row([record.0], |row| {
            Ok(Product {
                title: row.get(0)?,
                status: row.get(1)?,
                product_type: row.get(2)?,
                created_at: time::column(row, 3)?,
                variants: Vec::new(),
            })
        })
        .optional()?;
    let Some(mut product) = product else { return Ok(None) };
    let mut query = conn.prepare_cached(
        "SELECT CAST(external_id AS TEXT), sku, title, price, currency, available
         FROM variant WHERE record = ?1 ORDER BY position",
    )?;
    let variants = query.query_map([record.0], |row| {
        Ok(Variant {
            external_id: row.get(0)?,
            sku: row.get(1)?,
            title: row.get(2)?,
            price: columns::money(row, 3, 4)?,
            available: row.get(5)?,
        })
    })?;
    product.variants = variants.collect::<Result<_, _>>()?;
    Ok(Some(product))
}

/// Writes a product that has no rows yet.
pub(crate) fn write(tx: &Tx<'_>, record: RecordId, product: &Product) -> Result<(), Error> {
    tx.prepare_cached(
        "INSERT INTO product (record, title, status, product_type, created_at) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute((
        record.0,
        &product.title,
        &product.status,
        product.product_type.as_deref(),
        time::to_sql(product.created_at),
    ))?;
    for (position, variant) in (0_i64..).zip(&product.variants) {
        tx.prepare_cached(
            "INSERT INTO variant (record, position, external_id, sku, title, price, currency, available)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute((
            record.0,
            position,
            ExternalId(&variant.external_id),
            variant.sku.as_deref(),
            &variant.title,
            variant.price.map(|price| price.minor),
            variant.price.map(|price: Money| price.currency.code()),
            variant.available,
        ))?;
    }
    Ok(())
}

pub(crate) fn remove(tx: &Tx<'_>, record: RecordId) -> Result<(), Error> {
    tx.prepare_cached("DELETE FROM product WHERE record = ?1")?.execute([record.0])?;
    tx.prepare_cached("DELETE FROM variant WHERE record = ?1")?.execute([record.0])?;
    Ok(())
}
