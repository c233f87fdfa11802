//! Whom a record is about.

use fermata_model::record::{Entity, Record, Who};
use fermata_model::{ConnectionId, CustomerId, IdentityId, Platform, RecordId, Stream};

use super::ahead::Ahead;
use super::{Landing, Ready, heirs, people_stream};
use crate::identities::{self, Claim, ClaimKind};
use crate::{Error, Tx, customers, orders, records};

/// A record whose person is sought.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The platform.
    pub platform: Platform,
    /// The record.
    pub record: &'a Record,
}

/// What a record says about who it is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Values that point to the person, normalised; weightless ones are left out.
    pub claims: Vec<Claim>,
    /// What others may call this record.
    pub known_as: Option<Claim>,
    /// Names somebody without a record of their own, so that their records come together. `None`
    /// if nothing is known of them.
    pub guest: Option<String>,
}

/// Decides whom records are about. Implemented by `identity`; the store only asks.
pub trait Resolver: Send + Sync {
    /// Reads what a record says. Pure.
    fn evidence(&self, subject: &Subject<'_>) -> Evidence;

    /// Joins and parts customers after an identity's claims changed.
    ///
    /// The result must not depend on the order in which claims came.
    fn settle(
        &self,
        tx: &Tx<'_>,
        identity: IdentityId,
        gained: &[Claim],
        lost: &[Claim],
    ) -> Result<(), Error>;
}

/// Tells whether a record names nobody.
pub(super) fn is_nobody(who: &Who) -> bool {
    who.external_id.is_none() && who.emails.is_empty() && who.phones.is_empty()
}

/// Whom a record is about, before its claims are made.
pub(super) struct Found<'a> {
    pub(super) identity: Option<IdentityId>,
    /// The customer it belongs to, if it was found by a person's record.
    customer: Option<CustomerId>,
    claims: Vec<&'a Claim>,
    ahead: Ahead,
}

/// Finds or makes the identity that a record belongs to.
///
/// A person's own identity can only be made once the record has its place; until then it is none.
pub(super) fn find<'a>(
    tx: &Tx<'_>,
    landing: &Landing<'_>,
    before: Option<IdentityId>,
    ready: &'a Ready,
    ahead: Ahead,
) -> Result<Found<'a>, Error> {
    let Ready { record, evidence, .. } = ready;
    let mut claims: Vec<_> = evidence.claims.iter().collect();
    if let Some(known_as) = &evidence.known_as
        && !ahead.is_unclaimed(tx, known_as)
        && identities::is_claimed(tx, known_as)?
    {
        claims.push(known_as);
    }
    let (identity, customer) = match &record.entity {
        Entity::Person(_) => (before, None),
        entity => match ahead.person(tx) {
            Some((identity, customer)) => (Some(identity), Some(customer)),
            None => identity_of(tx, landing, entity, evidence.guest.as_deref())?,
        },
    };
    Ok(Found { identity, customer, claims, ahead })
}

/// Makes a record's claims, takes back those it made before, and returns whom it is about.
pub(super) fn settle(
    tx: &Tx<'_>,
    landing: &Landing<'_>,
    id: RecordId,
    before: Option<IdentityId>,
    entity: &Entity,
    found: Found<'_>,
) -> Result<Option<(IdentityId, CustomerId)>, Error> {
    let Found { mut identity, customer, claims, ahead } = found;
    if matches!(entity, Entity::Person(_)) && identity.is_none() {
        let own = identities::create(tx, landing.connection, Some(id), None)?;
        records::set_identity(tx, id, Some(own))?;
        identity = Some(own);
    }
    if let Some(old) = before
        && before != identity
    {
        let lost = identities::claims_of(tx, old, id)?;
        drop_claims(tx, landing, old, id, lost, &[])?;
        customers::refresh(tx, identities::customer(tx, old)?);
        records::set_identity(tx, id, identity)?;
    }
    let Some(identity) = identity else { return Ok(None) };
    let held = if before == Some(identity) { identities::claims_of(tx, identity, id)? } else { Vec::new() };
    let lost: Vec<_> = held.iter().filter(|claim| !claims.contains(claim)).cloned().collect();
    let mut gained = Vec::new();
    let mut inherits = false;
    for (place, claim) in claims.into_iter().enumerate() {
        if held.contains(claim) {
            continue;
        }
        let known = (before.is_none() && ahead.makes(tx, identity, place))
            || identities::claims_elsewhere(tx, identity, id, claim)?;
        if known && heirs::may_inherit(entity, claim) {
            inherits = true;
            continue;
        }
        identities::add_claim(tx, identity, id, claim)?;
        if !known {
            adopt(tx, claim)?;
            gained.push(claim.clone());
        }
    }
    // Whoever made the claim before is on the customer's timeline, or is their own view.
    if let Some(customer) = customer.filter(|_| inherits)
        && lost.is_empty()
        && gained.is_empty()
        && before.is_none_or(|before| before == identity)
    {
        return Ok(Some((identity, customer)));
    }
    drop_claims(tx, landing, identity, id, lost, &gained)?;
    let (customer, listed) = customers::listed(tx, identity)?;
    match (entity, listed) {
        (Entity::Person(_), true) => customers::refresh(tx, customer),
        (_, true) => {}
        (entity, false) => customers::create(tx, customer, entity.who(), city(entity))?,
    }
    Ok(Some((identity, customer)))
}

/// Takes back what a vanished record claimed; a merged one points to where it lives on.
pub(super) fn release(
    tx: &Tx<'_>,
    landing: &Landing<'_>,
    id: RecordId,
    identity: Option<IdentityId>,
    merged: Option<Claim>,
) -> Result<(), Error> {
    let identity = match (identity, &merged) {
        (Some(identity), _) => identity,
        (None, None) => return Ok(()),
        (None, Some(_)) => {
            let made = identities::create(tx, landing.connection, Some(id), None)?;
            records::set_identity(tx, id, Some(made))?;
            made
        }
    };
    let mut lost = identities::claims_of(tx, identity, id)?;
    lost.retain(|claim| Some(claim) != merged.as_ref());
    let gained: Vec<_> = merged.into_iter().collect();
    for claim in &gained {
        identities::add_claim(tx, identity, id, claim)?;
        adopt(tx, claim)?;
    }
    drop_claims(tx, landing, identity, id, lost, &gained)?;
    customers::refresh(tx, identities::customer(tx, identity)?);
    Ok(())
}

/// Takes claims back and lets the resolver see what an identity gained and lost in all. A claim
/// that another of its records makes too is not lost.
fn drop_claims(
    tx: &Tx<'_>,
    landing: &Landing<'_>,
    identity: IdentityId,
    id: RecordId,
    claims: Vec<Claim>,
    gained: &[Claim],
) -> Result<(), Error> {
    let mut lost = Vec::new();
    for claim in claims {
        identities::remove_claim(tx, identity, id, &claim)?;
        if !identities::claims_elsewhere(tx, identity, id, &claim)?
            && !heirs::inherit(tx, landing, identity, id, &claim)?
        {
            lost.push(claim);
        }
    }
    if gained.is_empty() && lost.is_empty() {
        return Ok(());
    }
    landing.resolver.settle(tx, identity, gained, &lost)
}

/// Finds or makes the identity of whom a record names, and the customer if a person's record leads to them.
fn identity_of(
    tx: &Tx<'_>,
    landing: &Landing<'_>,
    entity: &Entity,
    guest: Option<&str>,
) -> Result<(Option<IdentityId>, Option<CustomerId>), Error> {
    let connection = landing.connection;
    let Some(who) = entity.who() else {
        return Ok((of_what_it_belongs_to(tx, connection, entity)?, None));
    };
    if let Some(person) = &who.external_id {
        let stream = people_stream(landing.platform);
        if let Some((identity, customer)) = records::person(tx, connection, stream, person)? {
            return Ok((Some(identity), Some(customer)));
        }
        let place = records::place(tx, connection, stream, person)?;
        let made = identities::create(tx, connection, Some(place.id), None)?;
        records::set_identity(tx, place.id, Some(made))?;
        return Ok((Some(made), None));
    }
    if let Some(name) = guest {
        let identity = match identities::guest(tx, connection, name)? {
            Some(found) => found,
            None => identities::create(tx, connection, None, Some(name))?,
        };
        return Ok((Some(identity), None));
    }
    Ok((of_what_it_belongs_to(tx, connection, entity)?, None))
}

/// A record that names nobody is about whomever the record is about that it belongs to.
fn of_what_it_belongs_to(
    tx: &Tx<'_>,
    connection: ConnectionId,
    entity: &Entity,
) -> Result<Option<IdentityId>, Error> {
    let (stream, id) = match entity {
        Entity::Message(message) => (Stream::Tickets, &message.ticket),
        Entity::Rating(rating) => (Stream::Tickets, &rating.ticket),
        Entity::Return(back) => (Stream::Payments, &back.payment),
        Entity::Dispute(dispute) => (Stream::Payments, &dispute.payment),
        _ => return Ok(None),
    };
    Ok(records::living(tx, connection, stream, id)?.identity)
}

/// Makes the target of a claim claim itself, so that both share it. A target that comes later
/// does so when it lands.
fn adopt(tx: &Tx<'_>, claim: &Claim) -> Result<(), Error> {
    let targets = match claim.kind {
        ClaimKind::Email | ClaimKind::Phone => return Ok(()),
        ClaimKind::Order => orders::named(tx, &claim.value)?,
        ClaimKind::Record => {
            let Some((platform, external_id)) = claim.value.split_once(':') else { return Ok(()) };
            let Ok(platform) = platform.parse::<Platform>() else { return Ok(()) };
            let mut query = tx.prepare_cached("SELECT id FROM connection WHERE platform = ?1 ORDER BY id")?;
            let connections = query
                .query_map([platform.name()], |row| row.get(0).map(ConnectionId))?
                .collect::<Result<Vec<_>, _>>()?;
            let mut found = Vec::new();
            for connection in connections {
                found.extend(records::find(tx, connection, people_stream(platform), external_id)?);
            }
            found
        }
    };
    for target in targets {
        if let Some(identity) = records::identity(tx, target)? {
            identities::add_claim(tx, identity, target, claim)?;
        }
    }
    Ok(())
}

const fn city(entity: &Entity) -> Option<&String> {
    match entity {
        Entity::Person(person) => person.city.as_ref(),
        _ => None,
    }
}
