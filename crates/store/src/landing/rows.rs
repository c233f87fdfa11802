//! From a neutral record to its rows and back out again.

use std::borrow::Cow;

use fermata_model::record::{Dispute, Entity, Record, Return};
use fermata_model::{RecordId, Stream};

use super::{Landing, Ready, mask};
use crate::{Error, Tx, carts, kept, orders, people, products, records, sends, tickets};

/// Writes the rows of a record that has none.
pub(super) fn write(tx: &Tx<'_>, landing: &Landing<'_>, id: RecordId, ready: &Ready) -> Result<(), Error> {
    if let Some(order) = ready.order(id) {
        return orders::write(tx, &[order]);
    }
    match &ready.record.entity {
        Entity::Person(person) => people::write(tx, id, person),
        Entity::Cart(cart) => carts::write(tx, id, cart),
        Entity::Product(product) => products::write(tx, id, product),
        Entity::Ticket(ticket) => tickets::write(tx, id, ticket),
        Entity::Message(message) => {
            let ticket = records::living(tx, landing.connection, Stream::Tickets, &message.ticket)?;
            tickets::write_message(tx, id, ticket.id, message)
        }
        Entity::Send(send) => sends::write(tx, id, send),
        Entity::Return(Return { payment, .. }) | Entity::Dispute(Dispute { payment, .. }) => {
            let payment = records::living(tx, landing.connection, Stream::Payments, payment)?;
            kept::write(tx, id, Some(payment.id), &ready.record.entity)
        }
        kept => kept::write(tx, id, None, kept),
    }
}

/// Removes the rows of a record, if it has any.
pub(super) fn remove(tx: &Tx<'_>, stream: Stream, id: RecordId) -> Result<(), Error> {
    match stream {
        Stream::Customers | Stream::Profiles => people::remove(tx, id),
        Stream::Orders => orders::remove(tx, id),
        Stream::Carts => carts::remove(tx, id),
        Stream::Products => products::remove(tx, id),
        Stream::Tickets => tickets::remove(tx, id),
        Stream::Messages => tickets::remove_message(tx, id),
        Stream::Sends => sends::remove(tx, id),
        Stream::Removals => Ok(()),
        _ => kept::remove(tx, id),
    }
}

/// Masks card numbers in what people write: tickets, messages and notes on orders.
pub(crate) fn mask(record: &mut Record) {
    let raw = &mut record.raw;
    match &mut record.entity {
        Entity::Ticket(ticket) => {
            for text in [&mut ticket.subject, &mut ticket.excerpt].into_iter().flatten() {
                mask_text(text, raw);
            }
            mask_raw(raw);
        }
        Entity::Message(message) => {
            mask_text(&mut message.text, raw);
            mask_raw(raw);
        }
        Entity::Order(order) => {
            if let Some(note) = &mut order.note {
                mask_text(note, raw);
            }
        }
        Entity::Rating(rating) => {
            if let Some(comment) = &mut rating.comment {
                mask_text(comment, raw);
            }
        }
        _ => {}
    }
}

fn mask_text(text: &mut String, raw: &mut String) {
    if let Cow::Owned(masked) = mask::text(text) {
        if let Some(replaced) = mask::same_numbers(text, raw) {
            *raw = replaced;
        }
        *text = masked;
    }
}

fn mask_raw(raw: &mut String) {
    if let Cow::Owned(masked) = mask::json(raw) {
        *raw = masked;
    }
}
