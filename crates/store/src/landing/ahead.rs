//! What the records of a large landing will look up, found beforehand in the order in which it lies.
//!
//! A history comes by time and an index lies by name: looked up one by one, each name is somewhere else.
//! What is found stays true while the records land, unless its identity goes to another customer or loses a
//! claim meanwhile; what is not there stays so until it is noted in [`since`].

use fermata_model::record::Record;
use fermata_model::{ConnectionId, CustomerId, IdentityId};

use super::prepare::Step;
use super::{Landing, Prepared, heirs, people_stream, since, waiting};
use crate::identities::{self, Claim};
use crate::records::{self, Known};
use crate::{Error, Tx};

/// What was found for one record.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ahead {
    /// Whom the person's record that it names is about.
    person: Option<(IdentityId, CustomerId)>,
    /// A bit for each of its first claims that others of this identity make.
    made: u64,
    /// Was there nothing by its name?
    new: bool,
    /// Did nobody claim what others call it?
    unclaimed: bool,
}

impl Ahead {
    /// Returns whom a new record is about, if that was found and is still so.
    pub(super) fn person(&self, tx: &Tx<'_>) -> Option<(IdentityId, CustomerId)> {
        self.person.filter(|(identity, _)| !tx.unsettled.borrow().contains(identity))
    }

    /// Returns what is known of the record, which is looked up if anything may be.
    pub(super) fn known(
        &self,
        tx: &Tx<'_>,
        connection: ConnectionId,
        record: &Record,
    ) -> Result<Option<Known>, Error> {
        if self.new {
            if !since::may_be_named(tx, record.stream, &record.external_id) {
                return Ok(None);
            }
            // It may be one of those that wait.
            waiting::write(tx)?;
        }
        records::known(tx, connection, record.stream, &record.external_id)
    }

    /// Tells whether what others call a record was found to be claimed by nobody, and still is.
    pub(super) fn is_unclaimed(&self, tx: &Tx<'_>, known_as: &Claim) -> bool {
        self.unclaimed && !since::may_be_claimed(tx, known_as)
    }

    /// Tells whether an identity was found to make a new record's claim by another one, and still does.
    pub(super) fn makes(&self, tx: &Tx<'_>, identity: IdentityId, claim: usize) -> bool {
        let bit = u32::try_from(claim).ok().and_then(|claim| 1_u64.checked_shl(claim)).unwrap_or(0);
        self.made & bit != 0 && self.person(tx).is_some_and(|(person, _)| person == identity)
    }
}

/// Looks up what the records name, each in its place.
pub(super) fn look(tx: &Tx<'_>, landing: &Landing<'_>, changes: &[Prepared]) -> Result<Vec<Ahead>, Error> {
    since::begin(tx);
    let mut found = vec![Ahead { new: true, unclaimed: true, ..Ahead::default() }; changes.len()];
    let seen: Vec<_> = changes
        .iter()
        .enumerate()
        .filter_map(|(place, change)| match &change.0 {
            Step::Seen(ready) => Some((place, ready)),
            _ => None,
        })
        .collect();
    let names = seen.iter().map(|(place, ready)| (*place, ready.record.stream, &*ready.record.external_id));
    records::placed(tx, landing.connection, names, |place| found[place].new = false)?;
    let known_as = seen.iter().filter_map(|(place, ready)| Some((*place, ready.evidence.known_as.as_ref()?)));
    identities::claimed(tx, known_as.collect(), |place| found[place].unclaimed = false)?;
    let people = seen
        .iter()
        .filter_map(|(place, ready)| Some((*place, ready.record.entity.who()?.external_id.as_deref()?)));
    let stream = people_stream(landing.platform);
    records::people(tx, landing.connection, stream, people, |place, person| {
        found[place].person = Some(person);
    })?;
    let mut claims = Vec::new();
    for (place, ready) in seen {
        let Some((identity, _)) = found[place].person else { continue };
        for (bit, claim) in (0..u64::BITS).zip(&ready.evidence.claims) {
            if heirs::may_inherit(&ready.record.entity, claim) {
                claims.push(((place, bit), claim, identity));
            }
        }
    }
    identities::made(tx, claims, |(place, bit)| found[place].made |= 1 << bit)?;
    Ok(found)
}
