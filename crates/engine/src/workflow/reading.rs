//! Facts about one customer, as the store has them.

use fermata_model::{CustomerId, Money, RecordRef, Stream, Timestamp};
use fermata_store::{Sql, carts, connections, customers, orders, people, progress, records, tickets};
use jiff::tz::TimeZone;

use super::facts::{Cart, Customer, Facts, Order, Parcel, Profile, Ticket};
use crate::Error;

/// The most records of one kind that are looked at, the newest first.
const MOST: u32 = 50;

/// Reads everything a workflow may know about a customer.
pub fn facts(conn: &Sql, customer: CustomerId, zone: &TimeZone, now: Timestamp) -> Result<Facts, Error> {
    let person = customers::get(conn, customer)?;
    let customer = person.id;
    let mut facts = Facts {
        customer: Customer {
            first_name: person.name.as_deref().and_then(|n| n.split_whitespace().next()).map(str::to_owned),
            name: person.name,
        },
        read_at: read_at(conn)?,
        ..Facts::default()
    };
    for held in orders::of(conn, customer, MOST)? {
        let order = held.value;
        for parcel in &order.parcels {
            facts.parcels.push(read_parcel(parcel, &order.name, zone, now));
        }
        facts.orders.push(Order {
            reference: held.reference,
            placed_at: order.placed_at,
            cancelled: order.cancelled_at.is_some(),
            left: Money::new(
                order.total.minor.saturating_sub(order.refunded.minor).max(0),
                order.total.currency,
            ),
            total: order.total,
            refunded: order.refunded,
            payment_status: order.payment_status,
            items: order.lines.into_iter().map(|line| line.title).collect(),
            name: order.name,
        });
    }
    for held in tickets::of(conn, customer, MOST)? {
        facts.tickets.push(read_ticket(conn, held)?);
    }
    for held in carts::of(conn, customer, MOST)? {
        let cart = held.value;
        let ordered_since = facts.orders.iter().any(|o| !o.cancelled && o.placed_at >= cart.created_at);
        facts.carts.push(Cart {
            reference: held.reference,
            created_at: cart.created_at,
            recovered: cart.completed_at.is_some() || ordered_since,
            total: cart.total,
            items: cart.lines.into_iter().map(|line| line.title).collect(),
            link: cart.recovery_url,
        });
    }
    for held in people::of(conn, customer)? {
        if held.reference.stream == Stream::Profiles {
            facts.profiles.push(Profile {
                reference: held.reference,
                suppressed: held.value.suppressed == Some(true),
                accepts_marketing: held.value.accepts_marketing,
            });
        }
    }
    Ok(facts)
}

/// Returns what could still go back on an order, as far as the store knows it.
pub fn left_of(conn: &Sql, order: &RecordRef) -> Result<Option<Money>, Error> {
    let Some(record) = records::find(conn, order.connection, order.stream, &order.external_id)? else {
        return Ok(None);
    };
    match orders::get(conn, record) {
        Ok(held) => {
            let (total, refunded) = (held.value.total, held.value.refunded);
            Ok(Some(Money::new(total.minor.saturating_sub(refunded.minor).max(0), total.currency)))
        }
        Err(fermata_store::Error::Missing { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn read_parcel(
    parcel: &fermata_model::record::Parcel,
    order: &str,
    zone: &TimeZone,
    now: Timestamp,
) -> Parcel {
    let late = parcel.delivered_at.is_none() && parcel.due_at.is_some_and(|due| due < now);
    let days_late = parcel.due_at.filter(|_| late).map_or(0, |due| days_between(due, now, zone));
    Parcel {
        id: parcel.external_id.clone(),
        order: order.to_owned(),
        carrier: parcel.carrier.clone(),
        tracking: parcel.tracking.clone(),
        status: parcel.status.clone(),
        shipped_at: parcel.shipped_at,
        due_at: parcel.due_at,
        delivered: parcel.delivered_at.is_some(),
        late,
        days_late,
    }
}

/// Counts the midnights of the shop's calendar between two instants.
pub fn days_between(from: Timestamp, to: Timestamp, zone: &TimeZone) -> i64 {
    let date = |at: Timestamp| at.to_zoned(zone.clone()).date();
    date(from).until(date(to)).map_or(0, |span| i64::from(span.get_days()))
}

fn read_ticket(
    conn: &Sql,
    held: fermata_store::Held<fermata_model::record::Ticket>,
) -> Result<Ticket, Error> {
    let ticket = held.value;
    let mut text = ticket.subject.clone().unwrap_or_default();
    let mut customer_wrote_at = ticket.created_at;
    let mut shop_wrote_at = None;
    let mut wrote = false;
    for message in tickets::messages(conn, held.record)? {
        let message = message.value;
        if message.from_shop {
            shop_wrote_at = shop_wrote_at.max(message.public.then_some(message.created_at));
        } else {
            wrote = true;
            text.push('\n');
            text.push_str(&message.text);
            customer_wrote_at = customer_wrote_at.max(message.created_at);
        }
    }
    if !wrote && let Some(excerpt) = &ticket.excerpt {
        text.push('\n');
        text.push_str(excerpt);
    }
    Ok(Ticket {
        subject: ticket.subject.unwrap_or_else(|| held.reference.label.clone()),
        reference: held.reference,
        open: ticket.closed_at.is_none() && ticket.status != "closed" && !ticket.discarded,
        opened_at: ticket.created_at,
        closed_at: ticket.closed_at,
        text,
        customer_wrote_at,
        shop_wrote_at,
    })
}

/// Returns when the platforms were last read whole; the oldest of them.
fn read_at(conn: &Sql) -> Result<Option<Timestamp>, Error> {
    let mut oldest: Option<Timestamp> = None;
    for connection in connections::list(conn)? {
        for (stream, progress) in progress::list(conn, connection.id)? {
            let matters = matches!(
                stream,
                Stream::Orders | Stream::Carts | Stream::Tickets | Stream::Messages | Stream::Profiles
            );
            if matters {
                let Some(read) = progress.last_success else { return Ok(None) };
                oldest = Some(oldest.map_or(read, |o| o.min(read)));
            }
        }
    }
    Ok(oldest)
}
