//! What has been named and claimed since a large landing looked [ahead](super::ahead): what was not there then may
//! be there by now.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use fermata_model::Stream;

use crate::identities::{Claim, ClaimKind};
use crate::{Tx, codes};

/// Two of them may be taken for one another, which costs a look-up.
#[derive(Debug, Default)]
pub(crate) struct Since {
    names: HashSet<u64>,
    claims: HashSet<u64>,
}

/// Begins to take notes, for the rest of this transaction.
pub(super) fn begin(tx: &Tx<'_>) {
    tx.since.replace(Some(Since::default()));
}

/// Notes that a record of the connection that lands was given a place.
pub(crate) fn note_name(tx: &Tx<'_>, stream: Stream, external_id: &str) {
    if let Some(since) = &mut *tx.since.borrow_mut() {
        since.names.insert(hash((codes::stream(stream), external_id)));
    }
}

/// Notes that a claim was made, of those that are looked for ahead.
pub(crate) fn note_claim(tx: &Tx<'_>, claim: &Claim) {
    if let (ClaimKind::Record | ClaimKind::Order, Some(since)) = (claim.kind, &mut *tx.since.borrow_mut()) {
        since.claims.insert(hash(claim));
    }
}

/// Tells whether a record may have been given its place by now.
pub(super) fn may_be_named(tx: &Tx<'_>, stream: Stream, external_id: &str) -> bool {
    let since = tx.since.borrow();
    since.as_ref().is_none_or(|since| since.names.contains(&hash((codes::stream(stream), external_id))))
}

/// Tells whether what others call a record may have been claimed by now.
pub(super) fn may_be_claimed(tx: &Tx<'_>, claim: &Claim) -> bool {
    tx.since.borrow().as_ref().is_none_or(|since| since.claims.contains(&hash(claim)))
}

fn hash(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
