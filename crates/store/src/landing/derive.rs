//! The events that a record implies.
//!
//! Pure: the same record and the same present give the same events, in whatever order pages came.

use std::sync::Arc;

use fermata_model::record::{
    Cart, Dispute, Entity, Message, Order, Payment, Person, Rating, Return, Send, SendKind, Shipment, Ticket,
};
use fermata_model::{EventKind, Money, Timestamp};

use crate::timeline::PARTS;

/// How long a title may be, in characters.
const TITLE: usize = 160;

/// One implied event.
#[derive(Debug)]
pub(crate) struct Implied {
    /// Which part of the record tells of it; stable while the record changes.
    pub(crate) part: i64,
    pub(crate) at: Timestamp,
    pub(crate) kind: EventKind,
    /// Shared by the events of a record that have the same.
    pub(crate) title: Arc<str>,
    pub(crate) amount: Option<Money>,
    pub(crate) state: Option<Arc<str>>,
}

/// Returns the events that a record implies at a present.
pub(crate) fn events(entity: &Entity, now: Timestamp) -> Vec<Implied> {
    match entity {
        Entity::Person(person) => of_person(person),
        Entity::Order(order) => of_order(order, now),
        Entity::Cart(cart) => of_cart(cart),
        Entity::Ticket(ticket) => of_ticket(ticket),
        Entity::Message(message) => of_message(message),
        Entity::Send(send) => of_send(send),
        Entity::Rating(rating) => of_rating(rating),
        Entity::Shipment(shipment) => of_shipment(shipment, now),
        Entity::Payment(payment) => of_payment(payment),
        Entity::Return(back) => of_return(back),
        Entity::Dispute(dispute) => of_dispute(dispute),
        _ => Vec::new(),
    }
}

fn implied(part: i64, at: Timestamp, kind: EventKind, title: &Arc<str>) -> Implied {
    Implied { part, at, kind, title: Arc::clone(title), amount: None, state: None }
}

fn of_person(person: &Person) -> Vec<Implied> {
    let Some(at) = person.created_at else { return Vec::new() };
    let title = person.who.name.clone().or_else(|| person.who.emails.first().cloned()).unwrap_or_default();
    vec![implied(0, at, EventKind::PersonSeen, &short(&title))]
}

fn of_order(order: &Order, now: Timestamp) -> Vec<Implied> {
    let name = Arc::from(order.name.as_str());
    let mut events = Vec::with_capacity(3);
    events.push(Implied {
        amount: Some(order.total),
        state: Some(order.payment_status.as_str().into()),
        ..implied(0, order.placed_at, EventKind::OrderPlaced, &name)
    });
    if let Some(at) = order.cancelled_at {
        events.push(implied(1, at, EventKind::OrderCancelled, &name));
    }
    for (place, refund) in (2_i64..).zip(&order.refunds) {
        events.push(Implied {
            amount: Some(refund.amount),
            state: refund.note.as_deref().map(short),
            ..implied(place * 4, refund.at, EventKind::OrderRefunded, &name)
        });
    }
    for (place, parcel) in (2_i64..).zip(&order.parcels) {
        let tracking = [parcel.carrier.as_deref(), parcel.tracking.as_deref()];
        let mut title = order.name.clone();
        for word in tracking.into_iter().flatten() {
            title.push(' ');
            title.push_str(word);
        }
        let (title, state) = (Arc::from(title), Arc::from(parcel.status.as_str()));
        let mut add = |part, at, kind| {
            events.push(Implied {
                state: Some(Arc::clone(&state)),
                ..implied(place * 4 + part, at, kind, &title)
            });
        };
        add(1, parcel.shipped_at, EventKind::ParcelShipped);
        if let Some(due) = parcel.due_at
            && crate::late::is_late(due, parcel.delivered_at, now)
        {
            add(2, due, EventKind::ParcelLate);
        }
        if let Some(at) = parcel.delivered_at {
            add(3, at, EventKind::ParcelDelivered);
        }
    }
    events.retain(|event| event.part < PARTS);
    events
}

fn of_cart(cart: &Cart) -> Vec<Implied> {
    let first = cart.lines.first().map(|line| short(&line.title)).unwrap_or_default();
    let title = match cart.lines.len() {
        0 | 1 => first,
        lines => format!("{first} +{}", lines - 1).into(),
    };
    let mut events = vec![Implied {
        amount: Some(cart.total),
        ..implied(0, cart.created_at, EventKind::CartAbandoned, &title)
    }];
    if let Some(at) = cart.completed_at {
        events.push(Implied { amount: Some(cart.total), ..implied(1, at, EventKind::CartRecovered, &title) });
    }
    events
}

/// Spam and what is in the bin happened to nobody.
fn of_ticket(ticket: &Ticket) -> Vec<Implied> {
    if ticket.discarded {
        return Vec::new();
    }
    let title = short(ticket.subject.as_deref().or(ticket.excerpt.as_deref()).unwrap_or_default());
    let mut events = vec![Implied {
        state: Some(ticket.channel.as_str().into()),
        ..implied(0, ticket.created_at, EventKind::TicketOpened, &title)
    }];
    if let Some(at) = ticket.closed_at {
        events.push(implied(1, at, EventKind::TicketClosed, &title));
    }
    events
}

fn of_message(message: &Message) -> Vec<Implied> {
    let (kind, at) = match (message.public, message.from_shop) {
        (false, _) => (EventKind::NoteWritten, message.created_at),
        (true, false) => (EventKind::MessageReceived, message.created_at),
        (true, true) => (EventKind::MessageSent, message.sent_at.unwrap_or(message.created_at)),
    };
    let state = message.failed_at.map(|_| "failed".into());
    vec![Implied { state, ..implied(0, at, kind, &short(&message.text)) }]
}

fn of_send(send: &Send) -> Vec<Implied> {
    let kind = match send.kind {
        Some(SendKind::Sent) => EventKind::MailSent,
        Some(SendKind::Opened) => EventKind::MailOpened,
        Some(SendKind::Clicked) => EventKind::MailClicked,
        Some(SendKind::Bounced) => EventKind::MailBounced,
        Some(SendKind::Unsubscribed) => EventKind::MailUnsubscribed,
        Some(SendKind::StockAsked) => EventKind::StockAsked,
        Some(SendKind::MarkedSpam) | None => EventKind::MailOther,
    };
    let title = short(send.subject.as_deref().unwrap_or(&send.metric));
    vec![Implied { state: Some(send.metric.as_str().into()), ..implied(0, send.at, kind, &title) }]
}

fn of_rating(rating: &Rating) -> Vec<Implied> {
    let Some(at) = rating.answered_at else { return Vec::new() };
    let state = rating.score.map(|score| score.to_string().into());
    let comment = short(rating.comment.as_deref().unwrap_or_default());
    vec![Implied { state, ..implied(0, at, EventKind::TicketRated, &comment) }]
}

fn of_shipment(shipment: &Shipment, now: Timestamp) -> Vec<Implied> {
    let words = [&shipment.order_name, &shipment.carrier, &shipment.tracking];
    let title = short(&words.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" "));
    let status = Arc::from(shipment.status.as_str());
    let mut events = Vec::new();
    let mut add = |part, at: Option<Timestamp>, kind| {
        if let Some(at) = at {
            let state = Some(Arc::clone(&status));
            events.push(Implied { state, ..implied(part, at, kind, &title) });
        }
    };
    let late = |due: &Timestamp| crate::late::is_late(*due, shipment.delivered_at, now);
    add(0, shipment.shipped_at, EventKind::ShipmentSent);
    add(1, shipment.held_up_at, EventKind::ShipmentHeldUp);
    add(2, shipment.due_at.filter(late), EventKind::ShipmentLate);
    add(3, shipment.delivered_at, EventKind::ShipmentDelivered);
    events
}

fn of_payment(payment: &Payment) -> Vec<Implied> {
    let title = payment.order_name.as_deref().unwrap_or_default().into();
    vec![Implied {
        amount: Some(payment.amount),
        state: Some(payment.status.as_str().into()),
        ..implied(0, payment.at, EventKind::PaymentMade, &title)
    }]
}

fn of_return(back: &Return) -> Vec<Implied> {
    vec![Implied {
        amount: Some(back.refund.amount),
        state: Some(back.status.as_str().into()),
        ..implied(
            0,
            back.refund.at,
            EventKind::PaymentRefunded,
            &short(back.refund.note.as_deref().unwrap_or_default()),
        )
    }]
}

/// A dispute's end has no time of its own: it is told by the state of its opening.
fn of_dispute(dispute: &Dispute) -> Vec<Implied> {
    let kind = if dispute.closed { EventKind::DisputeClosed } else { EventKind::DisputeOpened };
    vec![Implied {
        amount: Some(dispute.amount),
        state: Some(dispute.status.as_str().into()),
        ..implied(0, dispute.at, kind, &short(&dispute.reason))
    }]
}

/// Returns the begin of a text on one line.
fn short(text: &str) -> Arc<str> {
    let mut line = String::with_capacity(text.len().min(TITLE + 3));
    let mut blank = false;
    let mut length = 0;
    for c in text.trim().chars() {
        if c.is_whitespace() || c.is_control() {
            blank = true;
            continue;
        }
        if length >= TITLE {
            line.push('…');
            break;
        }
        if blank && !line.is_empty() {
            line.push(' ');
            length += 1;
        }
        blank = false;
        line.push(c);
        length += 1;
    }
    line.into()
}
