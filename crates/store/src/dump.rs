//! The whole of what came from the platforms, written so that two stores can be compared.

use std::collections::BTreeMap;

use fermata_model::record::Entity;
use fermata_model::{IdentityId, RecordId, Stream};
use rusqlite::Connection;
use sha2::{Digest, Sha256};

use crate::key::hex;
use crate::timeline::PARTS;
use crate::{Error, carts, codes, identities, kept, orders, people, products, raw, sends, tickets, time};

/// Writes every row that came from a platform, one line each, sorted, by the platforms' own ids.
///
/// Ids of ours and the times at which we learned of things are left out, so two stores filled
/// from the same platforms are equal line by line whatever happened on the way.
pub fn canonical(conn: &Connection) -> Result<Vec<String>, Error> {
    let names = record_names(conn)?;
    let mut lines = Vec::new();
    record_lines(conn, &names, &mut lines)?;
    let people = people_lines(conn, &names, &mut lines)?;
    event_lines(conn, &names, &people, &mut lines)?;
    aside_lines(conn, &mut lines)?;
    lines.sort_unstable();
    Ok(lines)
}

fn record_names(conn: &Connection) -> Result<BTreeMap<i64, String>, Error> {
    let mut query = conn.prepare(
        "SELECT record.id, connection.platform, connection.name, stream, CAST(external_id AS TEXT)
         FROM record JOIN connection ON connection.id = record.connection",
    )?;
    let mut rows = query.query(())?;
    let mut names = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let stream = codes::read_stream(row.get(3)?)?;
        let (platform, name, external): (String, String, String) = (row.get(1)?, row.get(2)?, row.get(4)?);
        names.insert(row.get(0)?, format!("{platform}/{name}/{stream}/{external}"));
    }
    Ok(names)
}

fn record_lines(
    conn: &Connection,
    names: &BTreeMap<i64, String>,
    lines: &mut Vec<String>,
) -> Result<(), Error> {
    let mut query = conn.prepare(
        "SELECT id, stream, changed_at FROM record WHERE changed_at IS NOT NULL AND gone_at IS NULL",
    )?;
    let mut rows = query.query(())?;
    while let Some(row) = rows.next()? {
        let id = RecordId(row.get(0)?);
        let stream = codes::read_stream(row.get(1)?)?;
        let changed = time::column(row, 2)?;
        let entity = entity(conn, stream, id)?.map(|entity| serde_json::to_string(&entity)).transpose()?;
        let raw = raw::read(conn, id)?.unwrap_or_default();
        let raw = hex(&Sha256::digest(raw.as_bytes())[..8]);
        let name = names.get(&id.0).ok_or_else(|| Error::missing("connection of record", id))?;
        lines.push(format!("record {name} {changed} raw {raw} {}", entity.unwrap_or_default()));
    }
    Ok(())
}

/// Reads a record back in its neutral form; `None` if it has no rows.
pub(crate) fn entity(conn: &Connection, stream: Stream, id: RecordId) -> Result<Option<Entity>, Error> {
    Ok(match stream {
        Stream::Customers | Stream::Profiles => people::read(conn, id)?.map(Entity::Person),
        Stream::Orders => orders::read(conn, id)?.map(Entity::Order),
        Stream::Carts => carts::read(conn, id)?.map(Entity::Cart),
        Stream::Products => products::read(conn, id)?.map(Entity::Product),
        Stream::Tickets => tickets::read(conn, id)?.map(Entity::Ticket),
        Stream::Messages => tickets::read_message(conn, id)?.map(Entity::Message),
        Stream::Sends => sends::read(conn, id)?.map(Entity::Send),
        Stream::Removals => None,
        Stream::Refunds
        | Stream::Stock
        | Stream::Discounts
        | Stream::Companies
        | Stream::PriceLists
        | Stream::Prices
        | Stream::Tags
        | Stream::Agents
        | Stream::Ratings
        | Stream::Lists
        | Stream::Segments
        | Stream::Flows
        | Stream::Campaigns
        | Stream::WarehouseOrders
        | Stream::Shipments
        | Stream::Receiving
        | Stream::Payments
        | Stream::Disputes => kept::read(conn, id)?,
    })
}

/// Writes who is one person with whom, and why; returns a name for each customer.
fn people_lines(
    conn: &Connection,
    names: &BTreeMap<i64, String>,
    lines: &mut Vec<String>,
) -> Result<BTreeMap<i64, String>, Error> {
    let mut query = conn.prepare(
        "SELECT identity.id, customer, person, connection.platform, connection.name, guest
         FROM identity JOIN connection ON connection.id = identity.connection
         WHERE EXISTS (SELECT 1 FROM person WHERE person.record = identity.person)
            OR EXISTS (SELECT 1 FROM happened
                       WHERE happened.customer = identity.customer AND happened.identity = identity.id)",
    )?;
    let mut rows = query.query(())?;
    let mut clusters: BTreeMap<i64, Vec<(String, i64)>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let person: Option<i64> = row.get(2)?;
        let name = match person.and_then(|person| names.get(&person)) {
            Some(name) => name.clone(),
            None => {
                let (platform, connection): (String, String) = (row.get(3)?, row.get(4)?);
                let guest: Option<String> = row.get(5)?;
                format!("{platform}/{connection}/guest/{}", guest.unwrap_or_default())
            }
        };
        clusters.entry(row.get(1)?).or_default().push((name, row.get(0)?));
    }
    let mut customers = BTreeMap::new();
    for (customer, mut members) in clusters {
        members.sort();
        let called: Vec<_> = members.iter().map(|(name, _)| name.as_str()).collect();
        lines.push(format!("customer {}", called.join(" = ")));
        for (name, identity) in &members {
            for claim in identities::claims(conn, IdentityId(*identity))? {
                if identities::sharing(conn, &claim, 2)?.len() > 1 {
                    lines.push(format!("link {name} {} {}", claim.kind.name(), claim.value));
                }
            }
        }
        customers.insert(customer, members.swap_remove(0).0);
    }
    Ok(customers)
}

fn event_lines(
    conn: &Connection,
    names: &BTreeMap<i64, String>,
    customers: &BTreeMap<i64, String>,
    lines: &mut Vec<String>,
) -> Result<(), Error> {
    let mut query = conn.prepare(
        "SELECT customer, at, seq, kind, title, amount, currency, state FROM happened WHERE source <> 0",
    )?;
    let mut rows = query.query(())?;
    while let Some(row) = rows.next()? {
        let (customer, seq): (i64, i64) = (row.get(0)?, row.get(2)?);
        let kind = codes::read_kind(row.get(3)?)?;
        let at = time::column(row, 1)?;
        let title: String = row.get(4)?;
        let amount: Option<i64> = row.get(5)?;
        let currency: Option<String> = row.get(6)?;
        let state: Option<String> = row.get(7)?;
        let missing = String::from("?");
        let record = names.get(&(seq / PARTS)).unwrap_or(&missing);
        let customer = customers.get(&customer).unwrap_or(&missing);
        lines.push(format!(
            "event {customer} {at} {kind} {record}+{} {title:?} {amount:?} {currency:?} {state:?}",
            seq % PARTS
        ));
    }
    Ok(())
}

fn aside_lines(conn: &Connection, lines: &mut Vec<String>) -> Result<(), Error> {
    let mut query = conn.prepare(
        "SELECT connection.platform, stream, aside.name, aside.reason FROM aside
         JOIN connection ON connection.id = aside.connection",
    )?;
    let mut rows = query.query(())?;
    while let Some(row) = rows.next()? {
        let stream = codes::read_stream(row.get(1)?)?;
        let (platform, name, reason): (String, String, String) = (row.get(0)?, row.get(2)?, row.get(3)?);
        lines.push(format!("aside {platform}/{stream}/{name} {reason}"));
    }
    Ok(())
}
