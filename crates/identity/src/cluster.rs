//! Joining and parting customers.

use std::collections::{BTreeMap, HashMap};

use fermata_model::{CustomerId, IdentityId};
use fermata_store::identities::{self, Claim, ClaimKind};
use fermata_store::{Error, Tx, orders};

/// How many identities one customer may have; a chain that grows longer is no person.
const MOST_IDENTITIES: usize = 200;

/// How many identities may share a value before it says nothing about a person any more.
const fn most_sharing(kind: ClaimKind) -> u32 {
    match kind {
        ClaimKind::Email => 50,
        ClaimKind::Phone => 10,
        ClaimKind::Record => 20,
        ClaimKind::Order => 5,
    }
}

/// Tells whether a value points to nobody in particular whoever shares it: an order's number that
/// two shops have given.
fn is_ambiguous(tx: &Tx<'_>, claim: &Claim) -> Result<bool, Error> {
    Ok(claim.kind == ClaimKind::Order && orders::named(tx, &claim.value)?.len() > 1)
}

/// Makes the customers what the claims say, after those of one identity changed.
pub(crate) fn settle(
    tx: &Tx<'_>,
    identity: IdentityId,
    gained: &[Claim],
    lost: &[Claim],
) -> Result<(), Error> {
    let mut part = !lost.is_empty();
    for claim in gained {
        let most = most_sharing(claim.kind);
        let sharing = identities::sharing(tx, claim, most + 2)?;
        let ambiguous = is_ambiguous(tx, claim)?;
        if sharing.len() <= most as usize && !ambiguous {
            for other in sharing.into_iter().filter(|other| *other != identity) {
                join(tx, identity, other)?;
            }
        } else if sharing.len() == most as usize + 1 || ambiguous {
            // It has just lost its weight: whoever it alone had joined parts.
            for other in sharing {
                regroup(tx, identities::customer(tx, other)?)?;
            }
            part = true;
        }
    }
    if part {
        regroup(tx, identities::customer(tx, identity)?)?;
    }
    for claim in lost {
        let most = most_sharing(claim.kind);
        let sharing = identities::sharing(tx, claim, most + 1)?;
        let was_ambiguous = claim.kind == ClaimKind::Order && !is_ambiguous(tx, claim)?;
        if sharing.len() == most as usize || (was_ambiguous && sharing.len() < most as usize) {
            // It may have got its weight back.
            for pair in sharing.windows(2) {
                join(tx, pair[0], pair[1])?;
            }
        }
    }
    Ok(())
}

/// Makes two identities one customer.
fn join(tx: &Tx<'_>, one: IdentityId, other: IdentityId) -> Result<(), Error> {
    let (one, other) = (identities::customer(tx, one)?, identities::customer(tx, other)?);
    if one == other {
        return Ok(());
    }
    let (keep, give) = (one.min(other), one.max(other));
    let moving = identities::members(tx, give)?;
    if moving.len() + identities::members(tx, keep)?.len() > MOST_IDENTITIES {
        return Ok(());
    }
    identities::assign(tx, give, keep, &moving)
}

/// Works out anew which identities of a customer belong together, and parts those that do not.
fn regroup(tx: &Tx<'_>, customer: CustomerId) -> Result<(), Error> {
    let members = identities::members(tx, customer)?;
    let mut groups = Groups::new(&members);
    let mut first: HashMap<Claim, IdentityId> = HashMap::new();
    for &member in &members {
        for claim in identities::claims(tx, member)? {
            let most = most_sharing(claim.kind);
            if identities::sharing(tx, &claim, most + 1)?.len() > most as usize || is_ambiguous(tx, &claim)? {
                continue;
            }
            match first.get(&claim) {
                Some(&other) => groups.join(member, other),
                None => {
                    first.insert(claim, member);
                }
            }
        }
    }
    for (smallest, group) in groups.into_groups() {
        let own = CustomerId(smallest.0);
        if own != customer {
            identities::assign(tx, customer, own, &group)?;
        }
    }
    Ok(())
}

/// Disjoint sets of identities; each set is named by its smallest.
struct Groups {
    parent: BTreeMap<IdentityId, IdentityId>,
}

impl Groups {
    fn new(members: &[IdentityId]) -> Self {
        Self { parent: members.iter().map(|&member| (member, member)).collect() }
    }

    fn root(&self, mut member: IdentityId) -> IdentityId {
        while let Some(&parent) = self.parent.get(&member)
            && parent != member
        {
            member = parent;
        }
        member
    }

    fn join(&mut self, one: IdentityId, other: IdentityId) {
        let (one, other) = (self.root(one), self.root(other));
        self.parent.insert(one.max(other), one.min(other));
    }

    fn into_groups(self) -> BTreeMap<IdentityId, Vec<IdentityId>> {
        let mut groups: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for &member in self.parent.keys() {
            groups.entry(self.root(member)).or_default().push(member);
        }
        groups
    }
}
