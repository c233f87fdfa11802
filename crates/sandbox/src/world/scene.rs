//! Scenes: what must be there when somebody looks, and what people can be told to do.

use serde::{Deserialize, Serialize};

use super::life::{Act, Concern};
use super::{DAY, HOUR, Id, Moment, OrderId, PersonId, Thing, World};
use crate::Error;

/// What somebody in the world is told to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instruction {
    /// An address of the person; whoever fits, if absent.
    #[serde(default)]
    pub customer: Option<String>,
    /// What to do.
    #[serde(rename = "do")]
    pub what: Doing,
    /// What to write about, for `write_in`; names as in the phrasings, such as `sizing`.
    #[serde(default)]
    pub concern: Option<Concern>,
}

/// What people can be told to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doing {
    /// Order something.
    Order,
    /// Leave a cart.
    AbandonCart,
    /// Leave a cart and ask about a size a few minutes later.
    HesitateOverCart,
    /// Write in now.
    WriteIn,
    /// Complain about a parcel that has been late since yesterday.
    ComplainLate,
}

impl World {
    /// Plans what must be there at the end of history, so that a new store has something to show:
    /// late parcels whose customers have just asked, and carts left over a question of size.
    pub(super) fn stage(&mut self, anchor: Moment) {
        let people = u32::try_from(self.people.len()).unwrap_or(u32::MAX);
        let late = (people / 25).clamp(1, 16).min(people);
        let carts = (people / 40).clamp(1, 11).min(people);
        let mut cast = self.cast(anchor);
        for _ in 0..late {
            let Some(person) = cast.next(self) else { break };
            // Ordered long enough ago to be packed, promised, and missed.
            let ordered = anchor.plus(-(7 * DAY) - self.life.between(12 * HOUR, 60 * HOUR));
            let arrives = anchor.plus(self.life.between(DAY, 6 * DAY));
            self.plan(ordered, Act::Order { person, not_before: Some(arrives) });
            self.stage_question(person, anchor);
        }
        self.stage_carts(&mut cast, carts, anchor);
    }

    /// Plans that a person asks for a late parcel in the last day of history.
    pub(super) fn stage_question(&mut self, person: PersonId, anchor: Moment) {
        let asks = anchor.plus(-self.life.between(HOUR, 30 * HOUR));
        self.plan(asks, Act::AskAboutLate(person));
    }

    /// Plans carts that are left over a question of size.
    pub(super) fn stage_carts(&mut self, cast: &mut Cast, carts: u32, anchor: Moment) {
        for nth in 0..carts {
            let Some(person) = cast.next(self) else { break };
            // Some so recent that the first mail about the cart is still to come.
            let left = if nth % 2 == 0 {
                self.life.between(45 * 60, 3 * HOUR)
            } else {
                self.life.between(4 * HOUR, 16 * HOUR)
            };
            self.plan(anchor.plus(-left), Act::Abandon { person, asks: true });
        }
    }

    /// Returns the people who can play in scenes: those who came to the shop in good time.
    pub(super) fn cast(&self, anchor: Moment) -> Cast {
        let limit = anchor.plus(-20 * DAY);
        let ready = self
            .people
            .iter()
            .enumerate()
            .filter(|(_, person)| person.since < limit)
            .map(|(place, _)| PersonId::new(u32::try_from(place).unwrap_or(u32::MAX)))
            .collect();
        Cast { ready }
    }

    /// The customer asks where the latest order is, whatever the carrier has made of it: where a
    /// staged parcel is not late by now, the carrier was slower than it promised.
    pub(super) fn ask_about_late(&mut self, person: PersonId, at: Moment) {
        let Some(order) = self.waits_for(person) else { return };
        if !self.make_late(order, at) || self.asks_already(person, order) {
            return;
        }
        self.ask(person, Concern::WhereIsIt, Some(Thing::Order(order)), at);
    }

    /// Tells whether the latest ticket of a person is about this order and still open.
    pub(super) fn asks_already(&self, person: PersonId, order: OrderId) -> bool {
        self.trace(person)
            .ticket
            .and_then(|ticket| self.tickets.get(ticket))
            .is_some_and(|ticket| ticket.open && ticket.about == Some(Thing::Order(order)))
    }

    /// Makes the last parcel of an order late: promised yesterday, not delivered, no more news.
    /// `false` if the order has no parcel on its way.
    fn make_late(&mut self, order: OrderId, at: Moment) -> bool {
        let Some(place) = self
            .orders
            .get(order)
            .and_then(|order| order.parcels.iter().rposition(|parcel| parcel.delivered_at.is_none()))
        else {
            return false;
        };
        self.orders
            .edit(order, at, |order| {
                let parcel = &mut order.parcels[place];
                if !parcel.is_late(at) {
                    parcel.due_at = at.plus(-DAY).max(parcel.shipped_at.plus(HOUR)).min(at.plus(-1));
                    parcel.updated_at = at;
                }
            })
            .is_some()
    }

    /// Does what somebody is told to do, now.
    ///
    /// Errors: [`Error::Act`] if there is nobody of that name, or it cannot be done.
    pub fn carry_out(&mut self, told: &Instruction, at: Moment) -> Result<(), Error> {
        let person = match &told.customer {
            Some(email) => self
                .person_by_email(email)
                .ok_or_else(|| Error::Act(format!("nobody has the address {email}")))?,
            None => {
                let known: Vec<PersonId> = (0..u32::try_from(self.people.len()).unwrap_or(0))
                    .map(PersonId::new)
                    .filter(|person| match told.what {
                        Doing::ComplainLate => self.waits_for(*person).is_some(),
                        _ => self.trace(*person).order.is_some(),
                    })
                    .collect();
                if known.is_empty() {
                    return Err(Error::Act("nobody could do that now".to_owned()));
                }
                known[self.life.pick(known.len())]
            }
        };
        let done = match told.what {
            Doing::Order => self.order_something(person, None, at).is_some(),
            Doing::AbandonCart => self.abandon(person, false, at).is_some(),
            Doing::HesitateOverCart => self.abandon(person, true, at).is_some(),
            Doing::WriteIn => {
                let about = self.trace(person).order.map(Thing::Order);
                self.ask(person, told.concern.unwrap_or(Concern::ProductQuestion), about, at).is_some()
            }
            Doing::ComplainLate => {
                let waiting = self.waits_for(person).is_some();
                if waiting {
                    self.anger(person, 25);
                    self.ask_about_late(person, at);
                }
                waiting
            }
        };
        if done { Ok(()) } else { Err(Error::Act("that cannot be done now: nothing fits".to_owned())) }
    }

    /// Returns the latest order of a person that has a parcel on its way.
    fn waits_for(&self, person: PersonId) -> Option<OrderId> {
        let trace = self.trace(person);
        let of_account = trace.account.into_iter().flat_map(|account| {
            self.orders_of
                .range((account, OrderId::new(0))..=(account, OrderId::new(u32::MAX)))
                .rev()
                .map(|(_, order)| *order)
        });
        of_account.chain(trace.order).find(|order| {
            self.orders
                .get(*order)
                .is_some_and(|order| order.parcels.iter().any(|parcel| parcel.delivered_at.is_none()))
        })
    }

    /// Finds a person by any address that a platform knows.
    pub fn person_by_email(&self, email: &str) -> Option<PersonId> {
        self.account_by_email(email)
            .and_then(|id| self.accounts.get(id)?.person)
            .or_else(|| self.contact_by_email(email).and_then(|id| self.contacts.get(id)?.person))
            .or_else(|| self.profile_by_email(email).and_then(|id| self.profiles.get(id)?.person))
    }
}

/// People who can play in scenes, each once.
pub(super) struct Cast {
    ready: Vec<PersonId>,
}

impl Cast {
    pub(super) fn next(&mut self, world: &mut World) -> Option<PersonId> {
        if self.ready.is_empty() {
            return None;
        }
        let place = world.life.pick(self.ready.len());
        Some(self.ready.swap_remove(place))
    }
}
