//! Packing, delay and arrival.

use super::super::lookup::next;
use super::super::{DAY, HOUR, Id, Moment, OrderId, Parcel, Thing, World};
use super::Act;
use super::asking::Concern;

/// Carriers, by how often they are used.
const CARRIERS: [&str; 4] = ["DHL", "DHL", "UPS", "GLS"];
/// How long the warehouse lets pass before it looks again whether something held may leave, in seconds.
const LOOKS_AGAIN: i64 = 3 * HOUR;
/// One parcel in so many is late.
const ONE_LATE_IN: i64 = 25;

impl World {
    /// Sends what is unpacked of an order, most often in one parcel. It arrives when chance has it,
    /// but not before `not_before`.
    pub(super) fn pack(&mut self, order: OrderId, not_before: Option<Moment>, at: Moment) {
        let Some(row) = self.orders.get(order) else { return };
        if row.cancelled_at.is_some() || row.payment.paid_at.is_none() {
            return;
        }
        let mut left = row.unpacked();
        if left.is_empty() {
            return;
        }
        match row.stop {
            Some(stop) if stop.for_good => return,
            Some(_) => return self.after(at, LOOKS_AGAIN, Act::Pack { order, not_before }),
            None => {}
        }
        let nth = u8::try_from(row.parcels.len()).unwrap_or(u8::MAX);
        if left.len() > 1 && self.life.happens(0.08) {
            left.truncate(1);
            let wait = self.life.between(DAY, 3 * DAY);
            self.after(at, wait, Act::Pack { order, not_before: None });
        }
        let carrier = CARRIERS[self.life.pick(CARRIERS.len())];
        let promised = self.life.between(3, 5) * DAY;
        let takes = if self.life.between(1, ONE_LATE_IN) == 1 {
            promised + self.life.between(2 * DAY, 12 * DAY)
        } else {
            self.life.between(DAY, promised - 6 * HOUR)
        };
        let takes = not_before.map_or(takes, |not_before| takes.max(not_before.since(at)));
        let late = takes > promised;
        let tracking = self.tracking_number(carrier);
        let id = next(&mut self.index.parcels);
        self.put_parcel(
            order,
            Parcel {
                id,
                carrier,
                tracking,
                lines: left,
                shipped_at: at,
                due_at: at.plus(promised),
                in_transit_at: None,
                delivered_at: None,
                updated_at: at,
            },
        );
        let scan = self.life.between(2 * HOUR, 14 * HOUR);
        self.after(at, scan, Act::Scan(order, nth));
        self.after(at, takes, Act::Arrive(order, nth));
        if late {
            let notices = promised + self.life.between(6 * HOUR, 30 * HOUR);
            self.after(at, notices, Act::Overdue(order, nth));
        }
    }

    /// Adds a parcel to an order as it is.
    pub(crate) fn put_parcel(&mut self, order: OrderId, parcel: Parcel) {
        let at = parcel.updated_at;
        self.orders.edit(order, at, |order| order.parcels.push(parcel));
    }

    pub(crate) fn tracking_number(&mut self, carrier: &str) -> Box<str> {
        let number = self.life.between(100_000_000_000, 999_999_999_999);
        match carrier {
            "UPS" => format!("1Z{number}"),
            "GLS" => format!("{}", number / 10),
            _ => format!("00340{number}"),
        }
        .into_boxed_str()
    }

    pub(super) fn scan(&mut self, order: OrderId, parcel: u8, at: Moment) {
        self.edit_parcel(order, parcel, at, |parcel| parcel.in_transit_at = Some(at));
    }

    pub(super) fn arrive(&mut self, order: OrderId, parcel: u8, at: Moment) {
        self.edit_parcel(order, parcel, at, |parcel| {
            parcel.in_transit_at.get_or_insert(at);
            parcel.delivered_at = Some(at);
        });
        let Some(row) = self.orders.get(order) else { return };
        let person = row.person;
        if row.fulfillment_status() == "FULFILLED"
            && row.parcels.iter().all(|parcel| parcel.delivered_at.is_some())
        {
            self.orders.edit(order, at, |order| order.closed_at = Some(at));
        }
        let concern = match self.life.between(0, 999) {
            0..=14 => Concern::Damaged,
            15..=24 => Concern::WrongItem,
            25..=49 => Concern::Return,
            50..=61 => Concern::Praise,
            62..=66 => Concern::Complaint,
            _ => return,
        };
        let wait = self.life.between(2 * HOUR, 4 * DAY);
        self.after(at, wait, Act::Ask { person, concern, about: Some(Thing::Order(order)) });
    }

    /// The customer notices that a parcel is late; most write in, some only fume.
    pub(super) fn overdue(&mut self, order: OrderId, parcel: u8, at: Moment) {
        let Some(row) = self.orders.get(order) else { return };
        if row.parcels.get(usize::from(parcel)).is_none_or(|parcel| parcel.delivered_at.is_some()) {
            return;
        }
        let person = row.person;
        self.anger(person, 25);
        if self.life.happens(0.6) && !self.asks_already(person, order) {
            self.ask(person, Concern::WhereIsIt, Some(Thing::Order(order)), at);
        }
    }

    pub(crate) fn anger(&mut self, person: super::super::PersonId, by: u8) {
        if let Some(person) = self.people.get_mut(person.index()) {
            person.anger = person.anger.saturating_add(by).min(100);
        }
    }

    fn edit_parcel(&mut self, order: OrderId, parcel: u8, at: Moment, change: impl FnOnce(&mut Parcel)) {
        self.orders.edit(order, at, |order| {
            if let Some(parcel) = order.parcels.get_mut(usize::from(parcel)) {
                change(parcel);
                parcel.updated_at = at;
            }
        });
    }
}
