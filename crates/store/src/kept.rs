//! Records that are kept whole, because nothing asks them by their parts yet: discounts, lists,
//! campaigns, shipments, payments and the like.
//!
//! A kind that is asked by its parts gets a table of its own, as stock has and the members of companies.

use fermata_model::record::Entity;
use fermata_model::{ConnectionId, RecordId, Stream};
use rusqlite::{Connection, OptionalExtension};

use crate::held::{Held, gather, require};
use crate::{Error, Tx, codes, records, time};

pub(crate) const MIGRATION: &str = "
CREATE TABLE kept (
    record INTEGER PRIMARY KEY,
    label  TEXT,
    entity TEXT NOT NULL,
    due_at INTEGER,
    late   INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX kept_on_its_way ON kept (due_at) WHERE due_at IS NOT NULL AND late = 0;
CREATE TABLE stock (
    record        INTEGER PRIMARY KEY,
    product       TEXT,
    item          TEXT NOT NULL,
    sku           TEXT,
    location      TEXT,
    location_name TEXT,
    available     INTEGER,
    on_hand       INTEGER,
    committed     INTEGER,
    incoming      INTEGER
) STRICT;
CREATE INDEX stock_sku ON stock (sku);
";

/// What a record belongs to, which may come after it.
pub(crate) const BELONGS: &str = "
ALTER TABLE kept ADD COLUMN belongs_to INTEGER;
CREATE INDEX kept_by_whole ON kept (belongs_to) WHERE belongs_to IS NOT NULL;
";

/// Who buys for a company, by the platform's ids of their own records.
pub(crate) const MEMBERS: &str = "
CREATE TABLE company_member (
    record INTEGER NOT NULL,
    member TEXT NOT NULL,
    PRIMARY KEY (record, member)
) STRICT, WITHOUT ROWID;
CREATE INDEX company_by_member ON company_member (member);
";

/// Reads one record.
///
/// Errors: [`Error::Missing`] if it never came or is gone.
pub fn get(conn: &Connection, record: RecordId) -> Result<Held<Entity>, Error> {
    require(conn, "record", record, read(conn, record)?)
}

/// Lists a connection's records of one stream in the order in which they became known, a window
/// at a time.
pub fn list(
    conn: &Connection,
    connection: ConnectionId,
    stream: Stream,
    after: Option<RecordId>,
    limit: u32,
) -> Result<Vec<Held<Entity>>, Error> {
    let mut query = conn.prepare_cached(
        "SELECT record.id FROM record JOIN kept ON kept.record = record.id
         WHERE record.connection = ?1 AND record.stream = ?2 AND record.id > ?3
         ORDER BY record.id LIMIT ?4",
    )?;
    let after = after.map_or(0, |record| record.0);
    let found = query
        .query_map((connection.0, codes::stream(stream), after, limit), |row| row.get(0).map(RecordId))?
        .collect::<Result<_, _>>()?;
    gather(conn, found, read)
}

/// A company that somebody buys for.
#[derive(Clone, Debug, PartialEq)]
pub struct BuysFor {
    /// The company.
    pub company: Held<Entity>,
    /// What the shop calls the price list that the company buys by, if it has one that is here.
    pub price_list: Option<String>,
}

/// Lists the companies that a person of a connection buys for, by the platform's id of their own record.
pub fn companies_of(
    conn: &Connection,
    connection: ConnectionId,
    member: &str,
) -> Result<Vec<BuysFor>, Error> {
    let mut query = conn.prepare_cached(
        "SELECT record.id FROM company_member CROSS JOIN record ON record.id = company_member.record
         WHERE company_member.member = ?1 AND record.connection = ?2
         ORDER BY record.id",
    )?;
    let found =
        query.query_map((member, connection.0), |row| row.get(0).map(RecordId))?.collect::<Result<_, _>>()?;
    let companies = gather(conn, found, read)?;
    companies.into_iter().map(|company| with_price_list(conn, connection, company)).collect()
}

fn with_price_list(
    conn: &Connection,
    connection: ConnectionId,
    company: Held<Entity>,
) -> Result<BuysFor, Error> {
    let named = match &company.value {
        Entity::Company(one) => one.price_list.as_deref(),
        _ => None,
    };
    let known = named.map(|list| records::known(conn, connection, Stream::PriceLists, list)).transpose()?;
    let list = known.flatten().map(|known| read(conn, known.id)).transpose()?.flatten();
    let price_list = list.as_ref().and_then(Entity::label).map(str::to_owned);
    Ok(BuysFor { company, price_list })
}

pub(crate) fn read(conn: &Connection, record: RecordId) -> Result<Option<Entity>, Error> {
    let text: Option<String> = conn
        .prepare_cached("SELECT entity FROM kept WHERE record = ?1")?
        .query_row([record.0], |row| row.get(0))
        .optional()?;
    Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
}

/// Lists what belongs to a record.
pub(crate) fn parts(conn: &Connection, whole: RecordId) -> Result<Vec<RecordId>, Error> {
    let mut query = conn.prepare_cached("SELECT record FROM kept WHERE belongs_to = ?1 ORDER BY record")?;
    let parts = query.query_map([whole.0], |row| row.get(0).map(RecordId))?;
    Ok(parts.collect::<Result<_, _>>()?)
}

/// Writes a record that may belong to another.
pub(crate) fn write(
    tx: &Tx<'_>,
    record: RecordId,
    belongs_to: Option<RecordId>,
    entity: &Entity,
) -> Result<(), Error> {
    let due = match entity {
        Entity::Shipment(shipment) if shipment.delivered_at.is_none() => shipment.due_at,
        _ => None,
    };
    let whole = belongs_to.map(|whole| whole.0);
    tx.prepare_cached(
        "INSERT INTO kept (record, label, entity, due_at, belongs_to) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute((
        record.0,
        entity.label(),
        serde_json::to_string(entity)?,
        due.map(time::to_sql),
        whole,
    ))?;
    if let Entity::Company(company) = entity {
        let mut insert =
            tx.prepare_cached("INSERT OR IGNORE INTO company_member (record, member) VALUES (?1, ?2)")?;
        for member in &company.members {
            insert.execute((record.0, member))?;
        }
    }
    if let Entity::Stock(stock) = entity {
        tx.prepare_cached(
            "INSERT INTO stock (record, product, item, sku, location, location_name, available, on_hand,
                                committed, incoming)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute((
            record.0,
            &stock.product,
            &stock.item,
            &stock.sku,
            &stock.location,
            &stock.location_name,
            stock.available,
            stock.on_hand,
            stock.committed,
            stock.incoming,
        ))?;
    }
    Ok(())
}

pub(crate) fn remove(tx: &Tx<'_>, record: RecordId) -> Result<(), Error> {
    tx.prepare_cached("DELETE FROM kept WHERE record = ?1")?.execute([record.0])?;
    tx.prepare_cached("DELETE FROM stock WHERE record = ?1")?.execute([record.0])?;
    tx.prepare_cached("DELETE FROM company_member WHERE record = ?1")?.execute([record.0])?;
    Ok(())
}
