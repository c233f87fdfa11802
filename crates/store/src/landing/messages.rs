//! Messages go where their ticket goes.

use fermata_model::record::Entity;
use fermata_model::{CustomerId, IdentityId, RecordId, Stream, Timestamp};

use super::{Landing, Place, rows, subject, write_events};
use crate::{Error, Tx, identities, records, tickets, timeline};

/// Gives messages that name nobody to whoever their ticket is about.
pub(super) fn rehome(
    tx: &Tx<'_>,
    landing: &Landing<'_>,
    ticket: RecordId,
    before: Option<IdentityId>,
    about: Option<(IdentityId, CustomerId)>,
) -> Result<(), Error> {
    for message in tickets::message_records(tx, ticket)? {
        let identity = records::identity(tx, message)?;
        let Some(found) = tickets::read_message(tx, message)? else { continue };
        if identity != before || !subject::is_nobody(&found.who) {
            continue;
        }
        let taken = match identity {
            Some(identity) => timeline::take(tx, identities::customer(tx, identity)?, message)?,
            None => Vec::new(),
        };
        records::set_identity(tx, message, about.map(|(identity, _)| identity))?;
        if let Some((identity, customer)) = about {
            let place = Place { record: message, identity, customer };
            write_events(tx, landing, &place, &Entity::Message(found), &taken, true)?;
        }
    }
    Ok(())
}

/// A deleted ticket takes its messages along; the platform does not name them one by one.
pub(super) fn take_along(
    tx: &Tx<'_>,
    landing: &Landing<'_>,
    ticket: RecordId,
    at: Timestamp,
) -> Result<(), Error> {
    for message in tickets::message_records(tx, ticket)? {
        let identity = records::identity(tx, message)?;
        if let Some(identity) = identity {
            timeline::take(tx, identities::customer(tx, identity)?, message)?;
        }
        rows::remove(tx, Stream::Messages, message)?;
        records::set_gone(tx, message, at, None)?;
        subject::release(tx, landing, message, identity, None)?;
    }
    Ok(())
}
