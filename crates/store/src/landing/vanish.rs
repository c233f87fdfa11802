//! What a platform says is no more.

use fermata_model::Stream;
use fermata_model::record::Gone;

use super::{Landing, mail, messages, people_stream, rows, subject, topic, waiting};
use crate::identities::{self, Claim, ClaimKind};
use crate::{Error, Topic, Tx, aside, records, time, timeline};

/// Takes a record out; returns whether anything changed.
///
/// A person that was merged into another leaves a link behind, so that whatever still names the
/// old id finds the person; a ticket hands its messages on.
pub(super) fn vanish(tx: &Tx<'_>, landing: &Landing<'_>, gone: &Gone) -> Result<bool, Error> {
    waiting::write(tx)?;
    let at = time::to_sql(gone.at);
    let known = records::place(tx, landing.connection, gone.stream, &gone.external_id)?;
    let newer = known.changed_at.is_some_and(|changed| changed > at);
    if newer || known.gone_at.is_some_and(|before| before >= at) {
        return Ok(false);
    }
    let into = match &gone.merged_into {
        Some(target) => Some(records::place(tx, landing.connection, gone.stream, target)?.id),
        None => None,
    };
    if let Some(identity) = known.identity {
        let customer = identities::customer(tx, identity)?;
        timeline::take(tx, customer, known.id)?;
    }
    if gone.stream == Stream::Profiles && gone.merged_into.is_none() {
        mail::take_along(tx, landing, &known)?;
    }
    rows::remove(tx, gone.stream, known.id)?;
    records::set_gone(tx, known.id, gone.at, into)?;
    // Only ids of people name people: the same number may be a ticket's and a stranger's.
    let merged = gone
        .merged_into
        .as_ref()
        .filter(|_| gone.stream == people_stream(landing.platform))
        .map(|target| Claim { kind: ClaimKind::Record, value: format!("{}:{target}", landing.platform) });
    subject::release(tx, landing, known.id, known.identity, merged)?;
    if gone.stream == Stream::Tickets {
        match &gone.merged_into {
            Some(target) => messages::hand_on(tx, landing, &known, target, gone.at)?,
            None => messages::take_along(tx, landing, known.id, gone.at)?,
        }
    }
    aside::remove_record(tx, landing.connection, gone.stream, &gone.external_id)?;
    tx.changed(topic(gone.stream), None);
    tx.changed(Topic::Customers, None);
    Ok(true)
}
