//! On whose timeline a record is, and how it gets there.

use std::sync::Arc;

use fermata_model::record::Entity;
use fermata_model::{CustomerId, EventSource, IdentityId, RecordId};

use super::Landing;
use super::derive::{self, Implied};
use crate::timeline::{NewEvent, PARTS};
use crate::{Error, Topic, Tx, codes, feed, identities, kept, records, time, timeline};

/// Where a record's events belong.
pub(super) struct Place {
    pub(super) record: RecordId,
    pub(super) identity: IdentityId,
    pub(super) customer: CustomerId,
}

/// Writes the events that a record implies; those that were not there before enter the feed.
pub(super) fn write_events(
    tx: &Tx<'_>,
    landing: &Landing<'_>,
    place: &Place,
    events: &[Implied],
    taken: &[(i64, i64, i64, i64)],
    moved: bool,
) -> Result<(), Error> {
    let now = time::to_sql(landing.now);
    for event in events {
        let at = time::to_sql(event.at);
        let kind = codes::kind(event.kind);
        let before = taken.iter().find(|old| old.0 == event.part && old.1 == kind && old.2 == at);
        let seq = place.record.0 * PARTS + event.part;
        timeline::insert(
            tx,
            NewEvent {
                customer: place.customer,
                identity: place.identity,
                at,
                seq,
                kind: event.kind,
                source: EventSource::Platform(landing.platform),
                learned_at: before.map_or(now, |old| old.3),
                title: Arc::clone(&event.title),
                amount: event.amount,
                state: event.state.clone(),
                proposal: None,
            },
        )?;
        if (before.is_none() || moved) && event.at >= landing.feed_since {
            feed::append(tx, place.identity, at, seq)?;
        }
    }
    Ok(())
}

/// Writes a record's events anew because time has passed.
pub(crate) fn rederive(
    tx: &Tx<'_>,
    landing: &Landing<'_>,
    record: RecordId,
    entity: &Entity,
) -> Result<(), Error> {
    let Some(identity) = records::identity(tx, record)? else { return Ok(()) };
    let customer = identities::customer(tx, identity)?;
    let taken = timeline::take(tx, customer, record)?;
    let events = derive::events(entity, landing.now);
    write_events(tx, landing, &Place { record, identity, customer }, &events, &taken, false)?;
    tx.changed(Topic::Customers, Some(customer.0));
    tx.changed(Topic::Orders, None);
    Ok(())
}

/// Gives what belongs to a record, and names nobody itself, to whoever that record is about.
pub(super) fn rehome_parts(
    tx: &Tx<'_>,
    landing: &Landing<'_>,
    whole: RecordId,
    before: Option<IdentityId>,
    about: Option<(IdentityId, CustomerId)>,
) -> Result<(), Error> {
    for part in kept::parts(tx, whole)? {
        let identity = records::identity(tx, part)?;
        if let Some(entity) = kept::read(tx, part)?.filter(|_| identity == before) {
            rehome(tx, landing, part, identity, about, &entity)?;
        }
    }
    Ok(())
}

/// Moves a record from the timeline that it is on, if it is on one, to another.
pub(super) fn rehome(
    tx: &Tx<'_>,
    landing: &Landing<'_>,
    record: RecordId,
    from: Option<IdentityId>,
    to: Option<(IdentityId, CustomerId)>,
    entity: &Entity,
) -> Result<(), Error> {
    let taken = match from {
        Some(identity) => timeline::take(tx, identities::customer(tx, identity)?, record)?,
        None => Vec::new(),
    };
    records::set_identity(tx, record, to.map(|(identity, _)| identity))?;
    match to {
        Some((identity, customer)) => {
            let events = derive::events(entity, landing.now);
            write_events(tx, landing, &Place { record, identity, customer }, &events, &taken, true)
        }
        None => Ok(()),
    }
}
