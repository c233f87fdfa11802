//! Mail goes with whom it was sent to.

use fermata_model::{EventKind, Stream, Timestamp};

use super::{Landing, rows, subject};
use crate::records::Known;
use crate::{Error, Tx, held, identities, progress, records, sends, timeline};

/// A profile that is no more takes along what was mailed to it, and for what it waits: whoever asked to be
/// forgotten is.
///
/// A platform that only misses the profile may have joined it with another, whose history its own now
/// is. So the stream is read again from the first thing that was taken out.
pub(super) fn take_along(tx: &Tx<'_>, landing: &Landing<'_>, profile: &Known) -> Result<(), Error> {
    let Some(identity) = profile.identity else { return Ok(()) };
    let customer = identities::customer(tx, identity)?;
    let mut first: Option<Timestamp> = None;
    let mut sends = held::behind(tx, customer, EventKind::MailSent..=EventKind::MailOther, u32::MAX)?;
    sends.extend(held::behind(tx, customer, EventKind::StockAsked..=EventKind::StockAsked, u32::MAX)?);
    for send in sends {
        if records::identity(tx, send)? != Some(identity) {
            continue;
        }
        let Some(found) = sends::read(tx, send)? else { continue };
        first = Some(first.map_or(found.at, |first| first.min(found.at)));
        timeline::take(tx, identities::customer(tx, identity)?, send)?;
        rows::remove(tx, Stream::Sends, send)?;
        records::set_only_named(tx, send)?;
        subject::release(tx, landing, send, Some(identity), None)?;
    }
    match first {
        Some(first) => read_again(tx, landing, first),
        None => Ok(()),
    }
}

fn read_again(tx: &Tx<'_>, landing: &Landing<'_>, from: Timestamp) -> Result<(), Error> {
    let mut held = progress::get(tx, landing.connection, Stream::Sends)?;
    (held.mark, held.pass) = (held.mark.map(|mark| mark.min(from)), None);
    progress::set(tx, landing.connection, Stream::Sends, &held)
}
