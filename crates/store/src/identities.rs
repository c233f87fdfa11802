//! Identities: one platform's view of a person, and what each claims.
//!
//! A cluster is a view: identities that share a claim are one customer, and the shared claim is
//! the reason that can be shown. No record is ever changed or deleted for it. A customer's id is
//! the smallest id among its identities, so taking a link away restores exactly what was.

use fermata_model::{ConnectionId, CustomerId, IdentityId, RecordId};
use rusqlite::{Connection, OptionalExtension};

use crate::landing::since;
use crate::{Error, Tx, bulk};

pub(crate) const MIGRATION: &str = "
CREATE TABLE identity (
    id         INTEGER PRIMARY KEY,
    customer   INTEGER NOT NULL,
    connection INTEGER NOT NULL,
    person     INTEGER,
    guest      TEXT
) STRICT;
CREATE INDEX identity_by_customer ON identity (customer);
CREATE TABLE guest (
    connection INTEGER NOT NULL,
    name       TEXT NOT NULL,
    identity   INTEGER NOT NULL,
    PRIMARY KEY (connection, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE claim (
    kind     INTEGER NOT NULL,
    value    TEXT NOT NULL,
    identity INTEGER NOT NULL,
    record   INTEGER NOT NULL,
    PRIMARY KEY (kind, value, identity, record)
) STRICT, WITHOUT ROWID;
CREATE INDEX claim_by_identity ON claim (identity, record);
";

/// What kind of value points to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ClaimKind {
    /// A normalised e-mail address.
    Email = 1,
    /// A phone number in E.164 form.
    Phone = 2,
    /// A person's record at a platform, as `klaviyo:01ABC`.
    Record = 3,
    /// An order's number, as `#1042`.
    Order = 4,
}

impl ClaimKind {
    /// Returns the name used where reasons are shown.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Record => "record",
            Self::Order => "order",
        }
    }

    fn read(code: i64) -> Result<Self, Error> {
        match code {
            1 => Ok(Self::Email),
            2 => Ok(Self::Phone),
            3 => Ok(Self::Record),
            4 => Ok(Self::Order),
            other => Err(Error::unreadable("kind of claim", other)),
        }
    }
}

/// A value that points to a person, in the form in which equal values mean the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Claim {
    /// What kind of value.
    pub kind: ClaimKind,
    /// The value.
    pub value: String,
}

/// Returns the customer that an identity belongs to.
///
/// Errors: [`Error::Missing`].
pub fn customer(conn: &Connection, identity: IdentityId) -> Result<CustomerId, Error> {
    conn.prepare_cached("SELECT customer FROM identity WHERE id = ?1")?
        .query_row([identity.0], |row| row.get(0).map(CustomerId))
        .optional()?
        .ok_or_else(|| Error::missing("identity", identity))
}

/// Lists the identities of a customer in ascending order.
pub fn members(conn: &Connection, customer: CustomerId) -> Result<Vec<IdentityId>, Error> {
    let mut query = conn.prepare_cached("SELECT id FROM identity WHERE customer = ?1 ORDER BY id")?;
    let members = query.query_map([customer.0], |row| row.get(0).map(IdentityId))?;
    Ok(members.collect::<Result<_, _>>()?)
}

/// Lists what an identity claims, each once.
pub fn claims(conn: &Connection, identity: IdentityId) -> Result<Vec<Claim>, Error> {
    let mut query = conn
        .prepare_cached("SELECT DISTINCT kind, value FROM claim WHERE identity = ?1 ORDER BY kind, value")?;
    let claims = query.query_and_then([identity.0], |row| {
        Ok(Claim { kind: ClaimKind::read(row.get(0)?)?, value: row.get(1)? })
    })?;
    claims.collect()
}

/// Lists the identities that share a claim, at most `limit`, in ascending order.
pub fn sharing(conn: &Connection, claim: &Claim, limit: u32) -> Result<Vec<IdentityId>, Error> {
    let mut query = conn.prepare_cached(
        "SELECT DISTINCT identity FROM claim WHERE kind = ?1 AND value = ?2 ORDER BY identity LIMIT ?3",
    )?;
    let sharing =
        query.query_map((claim.kind as i64, &claim.value, limit), |row| row.get(0).map(IdentityId))?;
    Ok(sharing.collect::<Result<_, _>>()?)
}

/// Makes an identity, a customer of its own until a claim says otherwise.
pub(crate) fn create(
    tx: &Tx<'_>,
    connection: ConnectionId,
    person: Option<RecordId>,
    guest: Option<&str>,
) -> Result<IdentityId, Error> {
    let id: i64 = tx
        .prepare_cached("SELECT coalesce(max(id), 0) + 1 FROM identity")?
        .query_row((), |row| row.get(0))?;
    tx.prepare_cached(
        "INSERT INTO identity (id, customer, connection, person, guest) VALUES (?1, ?1, ?2, ?3, ?4)",
    )?
    .execute((id, connection.0, person.map(|person| person.0), guest))?;
    if let Some(name) = guest {
        tx.prepare_cached("INSERT INTO guest (connection, name, identity) VALUES (?1, ?2, ?3)")?
            .execute((connection.0, name, id))?;
    }
    Ok(IdentityId(id))
}

/// Finds the identity of somebody without a record of their own.
pub(crate) fn guest(
    conn: &Connection,
    connection: ConnectionId,
    name: &str,
) -> Result<Option<IdentityId>, Error> {
    let mut query = conn.prepare_cached("SELECT identity FROM guest WHERE connection = ?1 AND name = ?2")?;
    Ok(query.query_row((connection.0, name), |row| row.get(0).map(IdentityId)).optional()?)
}

/// Lists what one record makes its identity claim.
pub(crate) fn claims_of(
    conn: &Connection,
    identity: IdentityId,
    record: RecordId,
) -> Result<Vec<Claim>, Error> {
    let mut query = conn.prepare_cached(
        "SELECT kind, value FROM claim WHERE identity = ?1 AND record = ?2 ORDER BY kind, value",
    )?;
    let claims = query.query_and_then((identity.0, record.0), |row| {
        Ok(Claim { kind: ClaimKind::read(row.get(0)?)?, value: row.get(1)? })
    })?;
    claims.collect()
}

/// Tells whether an identity makes a claim by another record too.
pub(crate) fn claims_elsewhere(
    conn: &Connection,
    identity: IdentityId,
    record: RecordId,
    claim: &Claim,
) -> Result<bool, Error> {
    let mut query = conn.prepare_cached(
        "SELECT 1 FROM claim WHERE kind = ?1 AND value = ?2 AND identity = ?3 AND record <> ?4",
    )?;
    Ok(query.exists((claim.kind as i64, &claim.value, identity.0, record.0))?)
}

/// Finds which of many claims their identities make, and gives `found` what each is to be known by.
pub(crate) fn made<T: Copy>(
    conn: &Connection,
    mut claims: Vec<(T, &Claim, IdentityId)>,
    mut found: impl FnMut(T),
) -> Result<(), Error> {
    // As they lie in the table.
    claims.sort_unstable_by_key(|(_, claim, _)| *claim);
    let sought: Vec<_> =
        claims.iter().map(|(_, claim, identity)| (claim.kind as i64, &claim.value, identity.0)).collect();
    let query = "SELECT place FROM sought WHERE EXISTS (SELECT 1 FROM claim
         WHERE claim.kind = sought.kind AND claim.value = sought.value AND claim.identity = sought.identity)";
    bulk::select(conn, "sought (place, kind, value, identity)", query, &sought, |place, _| {
        found(claims[place].0);
        Ok(())
    })
}

/// Finds which of many claims anybody makes, and gives `found` what each is to be known by.
pub(crate) fn claimed<T: Copy>(
    conn: &Connection,
    mut claims: Vec<(T, &Claim)>,
    mut found: impl FnMut(T),
) -> Result<(), Error> {
    claims.sort_unstable_by_key(|(_, claim)| *claim);
    let sought: Vec<_> = claims.iter().map(|(_, claim)| (claim.kind as i64, &claim.value)).collect();
    let query = "SELECT place FROM sought WHERE EXISTS (SELECT 1 FROM claim
         WHERE claim.kind = sought.kind AND claim.value = sought.value)";
    bulk::select(conn, "sought (place, kind, value)", query, &sought, |place, _| {
        found(claims[place].0);
        Ok(())
    })
}

/// Tells whether anybody makes this claim.
pub(crate) fn is_claimed(conn: &Connection, claim: &Claim) -> Result<bool, Error> {
    let mut query = conn.prepare_cached("SELECT 1 FROM claim WHERE kind = ?1 AND value = ?2")?;
    Ok(query.exists((claim.kind as i64, &claim.value))?)
}

pub(crate) fn add_claim(
    tx: &Tx<'_>,
    identity: IdentityId,
    record: RecordId,
    claim: &Claim,
) -> Result<(), Error> {
    since::note_claim(tx, claim);
    tx.prepare_cached("INSERT OR IGNORE INTO claim (kind, value, identity, record) VALUES (?1, ?2, ?3, ?4)")?
        .execute((claim.kind as i64, &claim.value, identity.0, record.0))?;
    Ok(())
}

pub(crate) fn remove_claim(
    tx: &Tx<'_>,
    identity: IdentityId,
    record: RecordId,
    claim: &Claim,
) -> Result<(), Error> {
    tx.unsettled.borrow_mut().insert(identity);
    tx.prepare_cached("DELETE FROM claim WHERE kind = ?1 AND value = ?2 AND identity = ?3 AND record = ?4")?
        .execute((claim.kind as i64, &claim.value, identity.0, record.0))?;
    Ok(())
}

/// Hands identities to another customer; their events go with them.
///
/// `to` must be the smallest of the identities that will be its own.
pub fn assign(tx: &Tx<'_>, from: CustomerId, to: CustomerId, who: &[IdentityId]) -> Result<(), Error> {
    let all = members(tx, from)?.len() == who.len();
    for identity in who {
        tx.unsettled.borrow_mut().insert(*identity);
        tx.prepare_cached("UPDATE identity SET customer = ?2 WHERE id = ?1")?.execute((identity.0, to.0))?;
        if !all {
            crate::timeline::move_events(tx, from, to, Some(*identity))?;
        }
    }
    if all {
        crate::timeline::move_events(tx, from, to, None)?;
        // Limits per customer count across the joining; a run goes on about whom it now is about.
        crate::ledger::repoint_customer(tx, from, to)?;
        crate::runs::repoint_customer(tx, from, to)?;
        crate::audit::repoint_customer(tx, from, to)?;
    }
    crate::customers::refresh(tx, from);
    crate::customers::refresh(tx, to);
    Ok(())
}
