//! Who still makes a claim when the record that made it no longer does.
//!
//! Most orders repeat the address that their customer is known by already. Writing it down for each
//! would cost two places of an index per order, so a repeated one is not written, and when the record
//! that made the claim changes its mind or goes, another that says the same takes its place.

use fermata_model::record::{Entity, Record};
use fermata_model::{EventKind, IdentityId, RecordId, Stream};
use rusqlite::Connection;

use super::{Landing, Subject, waiting};
use crate::identities::{self, Claim, ClaimKind};
use crate::{Error, Tx, arrivals, carts, codes, orders, records, timeline::PARTS};

/// Tells whether a claim that others of the same identity make too need not be written for a record
/// of this kind: one that is always found on the timeline of whom it is about.
pub(super) const fn may_inherit(entity: &Entity, claim: &Claim) -> bool {
    matches!(entity, Entity::Order(_) | Entity::Cart(_))
        && matches!(claim.kind, ClaimKind::Email | ClaimKind::Phone)
}

/// Writes a claim down for another of an identity's orders and carts, if one makes it; returns
/// whether one does.
pub(super) fn inherit(
    tx: &Tx<'_>,
    landing: &Landing<'_>,
    identity: IdentityId,
    from: RecordId,
    claim: &Claim,
) -> Result<bool, Error> {
    if !matches!(claim.kind, ClaimKind::Email | ClaimKind::Phone) {
        return Ok(false);
    }
    waiting::write(tx)?;
    arrivals::write(tx)?;
    for id in candidates(tx, identity)? {
        let Some(record) = read(tx, id)?.filter(|_| id != from) else { continue };
        let subject = Subject { platform: landing.platform, record: &record };
        if landing.resolver.evidence(&subject).claims.contains(claim) {
            identities::add_claim(tx, identity, id, claim)?;
            return Ok(true);
        }
    }
    Ok(false)
}

/// Lists an identity's orders and carts.
fn candidates(conn: &Connection, identity: IdentityId) -> Result<Vec<RecordId>, Error> {
    let customer = identities::customer(conn, identity)?;
    let mut query = conn.prepare_cached(
        "SELECT seq / ?3 FROM happened
         WHERE customer = ?1 AND identity = ?2 AND seq >= 0 AND kind IN (?4, ?5) ORDER BY seq",
    )?;
    let kinds = [EventKind::OrderPlaced, EventKind::CartAbandoned].map(codes::kind);
    let found = query.query_map((customer.0, identity.0, PARTS, kinds[0], kinds[1]), |row| row.get(0))?;
    found.map(|id| Ok(RecordId(id?))).collect()
}

/// Reads a record back as far as it tells whom it is about.
fn read(conn: &Connection, id: RecordId) -> Result<Option<Record>, Error> {
    let about = records::about(conn, id)?;
    let entity = match about.stream {
        Stream::Orders => orders::read(conn, id)?.map(Entity::Order),
        Stream::Carts => carts::read(conn, id)?.map(Entity::Cart),
        _ => None,
    };
    Ok(entity.zip(about.changed_at).map(|(entity, changed_at)| Record {
        stream: about.stream,
        external_id: about.external_id,
        changed_at,
        entity,
        raw: about.raw.unwrap_or_default(),
    }))
}
