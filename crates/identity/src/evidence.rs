//! What a record says about who it is about.

use fermata_model::record::{Entity, Who};
use fermata_store::identities::{Claim, ClaimKind};
use fermata_store::landing::{Evidence, Subject};

use crate::{email, orders, phone};

/// One way to read in a record whom it is about.
///
/// Pure, so that the same record always says the same. A matcher that needs to see other records
/// adds claims of a value that it computes from this one, such as a blocking key.
pub trait Matcher: Send + Sync {
    /// Adds what the record says to the evidence.
    fn read(&self, subject: &Subject<'_>, evidence: &mut Evidence);
}

/// Matches by exact values: e-mail address, phone number, ids at platforms, order numbers.
#[derive(Clone, Copy, Debug, Default)]
pub struct Exact;

impl Matcher for Exact {
    fn read(&self, subject: &Subject<'_>, evidence: &mut Evidence) {
        let platform = subject.platform;
        match &subject.record.entity {
            Entity::Person(person) => {
                direct(&person.who, evidence);
                for (platform, external_id) in &person.who.claims {
                    evidence.claims.push(record(*platform, external_id));
                }
                evidence.known_as = Some(record(platform, &subject.record.external_id));
            }
            Entity::Order(order) => {
                direct(&order.who, evidence);
                evidence.known_as = Some(order_called(&order.name));
            }
            Entity::Cart(cart) => direct(&cart.who, evidence),
            Entity::Ticket(ticket) => {
                direct(&ticket.who, evidence);
                if ticket.who.emails.is_empty() && ticket.who.phones.is_empty() {
                    let texts = [ticket.subject.as_deref(), ticket.excerpt.as_deref()];
                    for name in texts.into_iter().flatten().flat_map(orders::in_text) {
                        evidence.claims.push(order_called(&name));
                    }
                    if ticket.who.external_id.is_none() && !evidence.claims.is_empty() {
                        evidence.guest = Some(format!("ticket:{}", subject.record.external_id));
                    }
                }
            }
            // Copies of what the person's own record says, and too many to be asked each time.
            Entity::Message(message) if message.who.external_id.is_none() => direct(&message.who, evidence),
            Entity::Send(send) if send.who.external_id.is_none() => direct(&send.who, evidence),
            Entity::Rating(rating) if rating.who.external_id.is_none() => direct(&rating.who, evidence),
            Entity::WarehouseOrder(order) => {
                direct(&order.who, evidence);
                evidence.claims.extend(order.name.iter().map(|name| order_called(name)));
            }
            Entity::Shipment(shipment) => {
                direct(&shipment.who, evidence);
                evidence.claims.extend(shipment.order_name.iter().map(|name| order_called(name)));
            }
            Entity::Payment(payment) => {
                direct(&payment.who, evidence);
                evidence.claims.extend(payment.order_name.iter().map(|name| order_called(name)));
            }
            _ => {}
        }
    }
}

/// Adds addresses and numbers; the first, even a weightless one, names a guest.
fn direct(who: &Who, evidence: &mut Evidence) {
    let mut guest = None;
    for address in who.emails.iter().filter_map(|address| email::normalise(address)) {
        guest.get_or_insert_with(|| format!("email:{address}"));
        if email::has_weight(&address) {
            evidence.claims.push(Claim { kind: ClaimKind::Email, value: address });
        }
    }
    for number in &who.phones {
        if let Some(number) = phone::normalise(number, who.country.as_deref()) {
            guest.get_or_insert_with(|| format!("phone:{number}"));
            evidence.claims.push(Claim { kind: ClaimKind::Phone, value: number });
        }
    }
    evidence.guest = evidence.guest.take().or(guest);
}

fn record(platform: fermata_model::Platform, external_id: &str) -> Claim {
    Claim { kind: ClaimKind::Record, value: format!("{platform}:{external_id}") }
}

fn order_called(name: &str) -> Claim {
    Claim { kind: ClaimKind::Order, value: name.to_owned() }
}
