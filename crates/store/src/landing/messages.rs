//! Messages go where their ticket goes.

use fermata_model::record::Entity;
use fermata_model::{CustomerId, IdentityId, RecordId, Stream, Timestamp};

use super::{Landing, home, rows, subject};
use crate::records::Known;
use crate::{Error, Tx, customers, identities, records, tickets, timeline};

/// Gives messages that name nobody to whoever their ticket is about.
pub(super) fn rehome(
    tx: &Tx<'_>,
    landing: &Landing<'_>,
    messages: Vec<RecordId>,
    before: Option<IdentityId>,
    about: Option<(IdentityId, CustomerId)>,
) -> Result<(), Error> {
    for message in messages {
        let identity = records::identity(tx, message)?;
        let Some(found) = tickets::read_message(tx, message)? else { continue };
        if identity != before || !subject::is_nobody(&found.who) {
            continue;
        }
        home::rehome(tx, landing, message, identity, about, &Entity::Message(found))?;
    }
    Ok(())
}

/// A ticket that was merged into another hands its messages on to it, or takes them along if that
/// one is no more.
pub(super) fn hand_on(
    tx: &Tx<'_>,
    landing: &Landing<'_>,
    ticket: &Known,
    target: &str,
    at: Timestamp,
) -> Result<(), Error> {
    let target = records::living(tx, landing.connection, Stream::Tickets, target)?;
    if target.gone_at.is_some() {
        return take_along(tx, landing, ticket.id, at);
    }
    let messages = tickets::message_records(tx, ticket.id)?;
    tickets::move_messages(tx, ticket.id, target.id)?;
    let about = match target.identity {
        Some(identity) => Some((identity, identities::customer(tx, identity)?)),
        None => None,
    };
    if let Some(identity) = ticket.identity {
        customers::refresh(tx, identities::customer(tx, identity)?);
    }
    rehome(tx, landing, messages, ticket.identity, about)
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
