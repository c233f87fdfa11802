//! Customers: the resolved persons, as lists and headers show them.

use fermata_model::record::Who;
use fermata_model::{
    Currency, CustomerId, EventKind, IdentityId, Money, Platform, RecordId, RecordRef, Timestamp,
};
use rusqlite::{Connection, OptionalExtension, Row};

use crate::identities::{self, Claim};
use crate::{Error, Topic, Tx, codes, records, search, time, who};

pub(crate) const MIGRATION: &str = "
CREATE TABLE customer (
    id    INTEGER PRIMARY KEY,
    name  TEXT,
    email TEXT,
    phone TEXT,
    city  TEXT
) STRICT;
";

/// A resolved person, as a list shows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    /// Our id.
    pub id: CustomerId,
    /// The name.
    pub name: Option<String>,
    /// An e-mail address as written.
    pub email: Option<String>,
    /// A phone number as written.
    pub phone: Option<String>,
    /// The city.
    pub city: Option<String>,
}

/// What a customer's header shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Orders that were not cancelled.
    pub orders: u32,
    /// What was paid for them, by currency.
    pub spent: Vec<Money>,
    /// What of it went back, by currency.
    pub refunded: Vec<Money>,
    /// Tickets that wait for an answer.
    pub open_tickets: u32,
    /// Carts that did not become an order.
    pub open_carts: u32,
    /// Parcels that have not arrived when they should have.
    pub late_parcels: u32,
    /// Is marketing kept back from any of their addresses?
    pub marketing_held: bool,
    /// The first thing that happened.
    pub first_seen: Option<Timestamp>,
    /// The last thing that happened.
    pub last_event_at: Option<Timestamp>,
}

/// One platform's view of a customer, and why it belongs to them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityView {
    /// Our id.
    pub id: IdentityId,
    /// The platform.
    pub platform: Platform,
    /// The person's record there; none for a guest.
    pub record: Option<RecordRef>,
    /// What it is called: a name, an address.
    pub label: String,
    /// What it shares with others of the customer's identities. Empty for one that stands alone.
    pub reasons: Vec<LinkReason>,
}

/// Why two identities are one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkReason {
    /// What they share.
    pub claim: Claim,
    /// The other identity.
    pub with: IdentityId,
}

/// Returns the customer that an id leads to now, after any joining of customers.
///
/// Errors: [`Error::Missing`] if there never was such a customer.
pub fn current(conn: &Connection, id: CustomerId) -> Result<CustomerId, Error> {
    identities::customer(conn, IdentityId(id.0)).map_err(|error| match error {
        Error::Missing { .. } => Error::missing("customer", id),
        other => other,
    })
}

/// Reads one customer; an id that was joined with another leads to the one it lives on in.
///
/// Errors: [`Error::Missing`].
pub fn get(conn: &Connection, id: CustomerId) -> Result<Customer, Error> {
    let id = current(conn, id)?;
    conn.prepare_cached("SELECT id, name, email, phone, city FROM customer WHERE id = ?1")?
        .query_row([id.0], read)
        .optional()?
        .ok_or_else(|| Error::missing("customer", id))
}

/// Lists customers by a window of positions, those who became known last first.
pub fn list(conn: &Connection, offset: u64, limit: u32) -> Result<Vec<Customer>, Error> {
    let mut query = conn.prepare_cached(
        "SELECT id, name, email, phone, city FROM customer ORDER BY id DESC LIMIT ?2 OFFSET ?1",
    )?;
    let offset = i64::try_from(offset).unwrap_or(i64::MAX);
    Ok(query.query_map((offset, limit), read)?.collect::<Result<_, _>>()?)
}

/// Counts customers.
pub fn count(conn: &Connection) -> Result<u64, Error> {
    let count: i64 = conn.prepare_cached("SELECT count(*) FROM customer")?.query_row((), |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

/// Finds a customer by a normalised e-mail address.
pub fn by_email(conn: &Connection, email: &str) -> Result<Option<CustomerId>, Error> {
    let claim = Claim { kind: identities::ClaimKind::Email, value: email.trim().to_lowercase() };
    match identities::sharing(conn, &claim, 1)?.first() {
        Some(identity) => identities::customer(conn, *identity).map(Some),
        None => Ok(None),
    }
}

/// What somebody's events lead to. They are looked for once, since while a history lands they are in as many
/// places as there are runs; crossed, or the other tables would be gone through for them.
const FACTS: &str = "
WITH own AS MATERIALIZED (SELECT kind, at, seq FROM happened WHERE customer = ?1)
SELECT
   (SELECT count(*) FROM own CROSS JOIN ticket ON ticket.record = own.seq >> 10
    WHERE own.kind = ?2 AND own.seq >= 0 AND ticket.status = 'open'),
   (SELECT count(*) FROM own CROSS JOIN cart ON cart.record = own.seq >> 10
    WHERE own.kind = ?3 AND own.seq >= 0 AND cart.completed_at IS NULL),
   (SELECT count(*) FROM own CROSS JOIN parcel ON parcel.record = own.seq >> 10
    WHERE own.kind = ?4 AND own.seq >= 0 AND parcel.late AND parcel.delivered_at IS NULL
        AND parcel.position = ((own.seq & 1023) - 10) / 4),
   (SELECT min(at) FROM own),
   (SELECT max(at) FROM own)";

/// What somebody's orders come to in each currency.
const SUMS: &str = "
SELECT o.currency, count(*), sum(o.total), sum(o.refunded)
FROM happened AS event CROSS JOIN shop_order AS o ON o.record = event.seq >> 10
WHERE event.customer = ?1 AND event.kind = ?2 AND event.seq >= 0 AND o.cancelled_at IS NULL
GROUP BY o.currency ORDER BY sum(o.total) DESC";

/// Reads what a customer's header shows.
pub fn facts(conn: &Connection, id: CustomerId) -> Result<Facts, Error> {
    let id = current(conn, id)?;
    let mut facts = Facts::default();
    sums(conn, id, &mut facts)?;
    let mut query = conn.prepare_cached(FACTS)?;
    let [opened, left, late] =
        [EventKind::TicketOpened, EventKind::CartAbandoned, EventKind::ParcelLate].map(codes::kind);
    query.query_row((id.0, opened, left, late), |row| {
        facts.open_tickets = row.get(0)?;
        facts.open_carts = row.get(1)?;
        facts.late_parcels = row.get(2)?;
        facts.first_seen = time::optional(row, 3)?;
        facts.last_event_at = time::optional(row, 4)?;
        Ok(())
    })?;
    facts.marketing_held = conn
        .prepare_cached(
            "SELECT 1 FROM identity JOIN person ON person.record = identity.person
             WHERE identity.customer = ?1 AND person.suppressed",
        )?
        .exists([id.0])?;
    Ok(facts)
}

fn sums(conn: &Connection, id: CustomerId, facts: &mut Facts) -> Result<(), Error> {
    let mut query = conn.prepare_cached(SUMS)?;
    let mut rows = query.query((id.0, codes::kind(EventKind::OrderPlaced)))?;
    while let Some(row) = rows.next()? {
        let code: String = row.get(0)?;
        let currency: Currency = code.parse().map_err(|error| Error::unreadable("currency", error))?;
        facts.orders += row.get::<_, u32>(1)?;
        facts.spent.push(Money::new(row.get(2)?, currency));
        let refunded: i64 = row.get(3)?;
        if refunded != 0 {
            facts.refunded.push(Money::new(refunded, currency));
        }
    }
    Ok(())
}

/// Lists the platforms' views of a customer, each with the reasons why it belongs to them.
pub fn identities(conn: &Connection, id: CustomerId) -> Result<Vec<IdentityView>, Error> {
    let id = current(conn, id)?;
    let mut query = conn.prepare_cached(
        "SELECT identity.id, connection.platform, person, guest
         FROM identity JOIN connection ON connection.id = identity.connection
         WHERE customer = ?1 ORDER BY identity.id",
    )?;
    let rows = query
        .query_map([id.0], |row| {
            Ok((
                IdentityId(row.get(0)?),
                row.get::<_, String>(1)?,
                row.get::<_, Option<i64>>(2)?.map(RecordId),
                row.get::<_, Option<String>>(3)?,
            ))
        })?
        .collect::<Result<Vec<_>, _>>()?;
    let mut views = Vec::with_capacity(rows.len());
    for (identity, platform, person, guest) in rows {
        let record = person.map(|person| records::reference(conn, person)).transpose()?;
        views.push(IdentityView {
            id: identity,
            platform: platform.parse().map_err(|error| Error::unreadable("platform", error))?,
            label: record.as_ref().map(|record| record.label.clone()).or(guest).unwrap_or_default(),
            record,
            reasons: reasons(conn, id, identity)?,
        });
    }
    Ok(views)
}

fn reasons(conn: &Connection, id: CustomerId, identity: IdentityId) -> Result<Vec<LinkReason>, Error> {
    let mut reasons = Vec::new();
    for claim in identities::claims(conn, identity)? {
        for with in identities::sharing(conn, &claim, 50)? {
            if with != identity && identities::customer(conn, with)? == id {
                reasons.push(LinkReason { claim: claim.clone(), with });
            }
        }
    }
    Ok(reasons)
}

/// Returns the customer that an identity belongs to, and whether they have a row.
pub(crate) fn listed(conn: &Connection, identity: IdentityId) -> Result<(CustomerId, bool), Error> {
    let mut query = conn.prepare_cached(
        "SELECT identity.customer, customer.id IS NOT NULL
         FROM identity LEFT JOIN customer ON customer.id = identity.customer WHERE identity.id = ?1",
    )?;
    let found = query.query_row([identity.0], |row| Ok((CustomerId(row.get(0)?), row.get(1)?))).optional()?;
    found.ok_or_else(|| Error::missing("identity", identity))
}

/// Makes the row of somebody just met.
pub(crate) fn create(
    tx: &Tx<'_>,
    id: CustomerId,
    who: Option<&Who>,
    city: Option<&String>,
) -> Result<(), Error> {
    let none = Who::default();
    let who = who.unwrap_or(&none);
    tx.prepare_cached("INSERT INTO customer (id, name, email, phone, city) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute((id.0, who.name.as_deref(), who.emails.first(), who.phones.first(), city))?;
    tx.changed(Topic::Customers, None);
    search::mark(tx, id)
}

/// Works out anew, before the commit, what a customer is called and whether anything is left of
/// them.
pub(crate) fn refresh(tx: &Tx<'_>, id: CustomerId) {
    tx.stale_customers.borrow_mut().insert(id.0);
}

/// Does what [`refresh`] asked for.
pub(crate) fn refresh_stale(tx: &Tx<'_>) -> Result<(), Error> {
    let stale = tx.stale_customers.take();
    if !stale.is_empty() {
        tx.changed(Topic::Customers, None);
    }
    stale.into_iter().try_for_each(|id| refresh_row(tx, id))
}

/// The storefront's and the help desk's word goes before marketing's, and what no view of theirs
/// tells is taken from what they ordered and wrote. Nothing is kept from before: it may be of
/// somebody who parted from them. Of a customer without any view that is still there and without
/// any event nothing is left.
fn refresh_row(tx: &Tx<'_>, id: i64) -> Result<(), Error> {
    search::mark(tx, CustomerId(id))?;
    let mut query = tx.prepare_cached(
        "SELECT person.name, person.email, person.phone, person.city
         FROM identity JOIN person ON person.record = identity.person JOIN record ON record.id = identity.person
         WHERE identity.customer = ?1 ORDER BY record.stream, record.connection, record.id",
    )?;
    let mut best: [Option<String>; 4] = Default::default();
    let mut anybody = false;
    let mut rows = query.query([id])?;
    while let Some(row) = rows.next()? {
        anybody = true;
        for (place, value) in best.iter_mut().enumerate() {
            if value.is_none() {
                *value = row.get(place)?;
            }
        }
    }
    if !anybody && !tx.prepare_cached("SELECT 1 FROM happened WHERE customer = ?1")?.exists([id])? {
        tx.prepare_cached("DELETE FROM customer WHERE id = ?1")?.execute([id])?;
        return Ok(());
    }
    if best[0].is_none() || best[1].is_none() {
        told(tx, id, &mut best)?;
    }
    if best[1].is_none() {
        best[1] = claimed_email(tx, id)?;
    }
    let [name, email, phone, city] = best;
    tx.prepare_cached(
        "INSERT INTO customer (id, name, email, phone, city) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, email = excluded.email,
             phone = excluded.phone, city = excluded.city",
    )?
    .execute((id, name, email, phone, city))?;
    Ok(())
}

/// How many of somebody's orders, carts, tickets and messages are asked for what they are called.
const ASKED: u32 = 20;

/// Fills in what somebody's orders, carts, tickets and messages say of them, the oldest first.
fn told(conn: &Connection, id: i64, best: &mut [Option<String>; 4]) -> Result<(), Error> {
    let mut query = conn.prepare_cached(
        "SELECT coalesce(shop_order.who, cart.who, ticket.who, message.who) FROM happened AS event
         LEFT JOIN shop_order ON shop_order.record = event.seq >> 10
         LEFT JOIN cart ON cart.record = event.seq >> 10
         LEFT JOIN ticket ON ticket.record = event.seq >> 10
         LEFT JOIN message ON message.record = event.seq >> 10
         WHERE event.customer = ?1 AND event.seq >= 0 AND event.kind IN (?2, ?3, ?4, ?5)
         ORDER BY event.at, event.seq LIMIT ?6",
    )?;
    let kinds = [
        EventKind::OrderPlaced,
        EventKind::CartAbandoned,
        EventKind::TicketOpened,
        EventKind::MessageReceived,
    ];
    let [placed, left, opened, received] = kinds.map(codes::kind);
    let mut rows = query.query((id, placed, left, opened, received, ASKED))?;
    while let Some(row) = rows.next()? {
        let who = who::column(row, 0)?;
        let told = [who.name, who.emails.into_iter().next(), who.phones.into_iter().next()];
        for (place, value) in best.iter_mut().zip(told) {
            if place.is_none() {
                *place = value;
            }
        }
    }
    Ok(())
}

/// Whom no platform keeps a record of is still known by an address.
fn claimed_email(conn: &Connection, id: i64) -> Result<Option<String>, Error> {
    let mut query = conn.prepare_cached(
        "SELECT value FROM claim JOIN identity ON identity.id = claim.identity
         WHERE identity.customer = ?1 AND claim.kind = 1 ORDER BY value LIMIT 1",
    )?;
    Ok(query.query_row([id], |row| row.get(0)).optional()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Customer> {
    Ok(Customer {
        id: CustomerId(row.get(0)?),
        name: row.get(1)?,
        email: row.get(2)?,
        phone: row.get(3)?,
        city: row.get(4)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DatabaseKey, Store};

    #[test]
    fn no_table_is_gone_through_for_one_customer() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path().join("store.db"), &DatabaseKey::new([1; 32])).unwrap();
        for sql in [FACTS, SUMS] {
            let read = |conn: &crate::Sql| {
                let mut query = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
                for parameter in 1..=query.parameter_count() {
                    query.raw_bind_parameter(parameter, 1)?;
                }
                let plan =
                    query.raw_query().mapped(|row| row.get::<_, String>(3)).collect::<Result<Vec<_>, _>>();
                Ok(plan?)
            };
            let plan = store.read(read).unwrap();
            assert!(plan.iter().any(|step| step.starts_with("SEARCH event USING PRIMARY KEY")), "{plan:#?}");
            let small = ["own", "happened", "event", "arrival_run", "json_each", "CONSTANT ROW"];
            let gone_through = |step: &&String| {
                step.strip_prefix("SCAN ")
                    .is_some_and(|table| !small.iter().any(|name| table.starts_with(name)))
            };
            assert_eq!(plan.iter().find(gone_through), None, "{plan:#?}");
        }
    }
}
