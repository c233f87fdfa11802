//! What can be worked out of a change before the store is looked into.
//!
//! Pure, so that it can be done of the next pages while others land: whoever lands is who everybody
//! waits for.

use std::sync::Arc;

use fermata_model::record::{Entity, Gone, Record, Unreadable};
use fermata_model::{Change, RecordId, Stream, Timestamp};

use super::derive::{self, Implied};
use super::{Evidence, Landing, Subject, mask, rows};
use crate::orders::{Columns, New};
use crate::patterns::Patterns;
use crate::raw::{self, Body, Packed};

/// A change that is ready to land.
#[derive(Clone, Debug)]
pub struct Prepared(pub(super) Step);

#[derive(Clone, Debug)]
pub(super) enum Step {
    Seen(Arc<Ready>),
    Gone(Gone),
    Unreadable(Unreadable),
}

/// A record with what it says and implies.
#[derive(Debug)]
pub(crate) struct Ready {
    /// Without card numbers.
    pub(crate) record: Record,
    /// When it was prepared: what was not late by then is not late in any of its rows.
    now: Timestamp,
    pub(super) evidence: Evidence,
    pub(super) events: Vec<Implied>,
    /// Its raw text as it is kept, if that is another.
    packed: Option<Packed>,
    /// If it is an order.
    columns: Option<Columns>,
}

impl Ready {
    /// Returns it as an order that is to be written, if it is one.
    pub(super) fn order(&self, id: RecordId) -> Option<New<'_>> {
        match (&self.record.entity, &self.columns) {
            (Entity::Order(order), Some(columns)) => Some(New { record: id, order, columns, now: self.now }),
            _ => None,
        }
    }

    /// Returns the raw text as it is kept.
    pub(super) fn body(&self) -> Body<'_> {
        self.packed.as_ref().map_or(Body::Plain(&self.record.raw), Body::Packed)
    }
}

impl Prepared {
    /// Names the record, if the change says that it exists.
    pub fn present(&self) -> Option<(Stream, &str)> {
        match &self.0 {
            Step::Seen(ready) => Some((ready.record.stream, &ready.record.external_id)),
            Step::Unreadable(record) => Some((record.stream, record.external_id.as_deref()?)),
            Step::Gone(_) => None,
        }
    }

    /// Returns how long its raw text is, in bytes.
    pub(super) fn bytes(&self) -> usize {
        match &self.0 {
            Step::Seen(ready) => ready.record.raw.len(),
            Step::Unreadable(record) => record.raw.len(),
            Step::Gone(_) => 0,
        }
    }
}

/// Prepares changes that come from where a landing says.
///
/// It may be an earlier landing's: its present decides what is late, and a later look finds what has
/// become so since.
pub fn prepare(landing: &Landing<'_>, patterns: &Patterns, changes: Vec<Change>) -> Vec<Prepared> {
    patterns.learn(landing.platform, &changes);
    each(landing, Some(patterns), changes)
}

/// Prepares changes without what the texts of their stream have in common.
pub(super) fn alone(landing: &Landing<'_>, changes: Vec<Change>) -> Vec<Prepared> {
    each(landing, None, changes)
}

fn each(landing: &Landing<'_>, patterns: Option<&Patterns>, changes: Vec<Change>) -> Vec<Prepared> {
    let step = |change| match change {
        Change::Seen(record) => Step::Seen(Arc::new(ready(landing, patterns, *record))),
        Change::Gone(gone) => Step::Gone(gone),
        Change::Unreadable(record) => Step::Unreadable(without_cards(record)),
    };
    changes.into_iter().map(|change| Prepared(step(change))).collect()
}

fn ready(landing: &Landing<'_>, patterns: Option<&Patterns>, mut record: Record) -> Ready {
    rows::mask(&mut record);
    let evidence = landing.resolver.evidence(&Subject { platform: landing.platform, record: &record });
    let events = derive::events(&record.entity, landing.now);
    let pattern = patterns.and_then(|patterns| patterns.of(landing.platform, record.stream));
    let packed = raw::pack(&record.raw, pattern);
    let columns = match &record.entity {
        Entity::Order(order) => Some(Columns::of(order)),
        _ => None,
    };
    Ready { record, now: landing.now, evidence, events, packed, columns }
}

/// Masks the text of a record that could not be read.
pub(super) fn without_cards(mut record: Unreadable) -> Unreadable {
    if let std::borrow::Cow::Owned(masked) = mask::json(&record.raw) {
        record.raw = masked;
    }
    record
}
