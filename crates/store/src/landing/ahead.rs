//! What the records of a large landing will look up, found beforehand in the order in which it lies.
//!
//! A history comes by time and an index lies by name: looked up one by one, each name is somewhere else.
//! What is found stays true while the records land, unless its identity goes to another customer or loses a
//! claim meanwhile; what is not found is looked up again by its record, since another may have brought it.

use fermata_model::{CustomerId, IdentityId};

use super::prepare::Step;
use super::{Landing, Prepared, heirs, people_stream};
use crate::{Error, Tx, identities, records};

/// What was found for one record.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ahead {
    /// Whom the person's record that it names is about.
    person: Option<(IdentityId, CustomerId)>,
    /// A bit for each of its first claims that others of this identity make.
    made: u64,
}

impl Ahead {
    /// Returns whom a new record is about, if that was found and is still so.
    pub(super) fn person(&self, tx: &Tx<'_>) -> Option<(IdentityId, CustomerId)> {
        self.person.filter(|(identity, _)| !tx.unsettled.borrow().contains(identity))
    }

    /// Tells whether an identity was found to make a new record's claim by another one, and still does.
    pub(super) fn makes(&self, tx: &Tx<'_>, identity: IdentityId, claim: usize) -> bool {
        let bit = u32::try_from(claim).ok().and_then(|claim| 1_u64.checked_shl(claim)).unwrap_or(0);
        self.made & bit != 0 && self.person(tx).is_some_and(|(person, _)| person == identity)
    }
}

/// Looks up what the records name, each in its place.
pub(super) fn look(tx: &Tx<'_>, landing: &Landing<'_>, changes: &[Prepared]) -> Result<Vec<Ahead>, Error> {
    let mut found = vec![Ahead::default(); changes.len()];
    let names: Vec<_> = changes
        .iter()
        .enumerate()
        .filter_map(|(place, change)| match &change.0 {
            Step::Seen(ready) => Some((place, ready.record.entity.who()?.external_id.as_deref()?)),
            _ => None,
        })
        .collect();
    let stream = people_stream(landing.platform);
    records::people(tx, landing.connection, stream, names, |place, person| {
        found[place].person = Some(person);
    })?;
    let mut claims = Vec::new();
    for (place, change) in changes.iter().enumerate() {
        let (Step::Seen(ready), Some((identity, _))) = (&change.0, found[place].person) else { continue };
        for (bit, claim) in (0..u64::BITS).zip(&ready.evidence.claims) {
            if heirs::may_inherit(&ready.record.entity, claim) {
                claims.push(((place, bit), claim, identity));
            }
        }
    }
    identities::made(tx, claims, |(place, bit)| found[place].made |= 1 << bit)?;
    Ok(found)
}
