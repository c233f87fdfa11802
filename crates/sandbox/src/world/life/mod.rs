//! How the world lives: things that are due, in order, each of which makes others due.
//!
//! One queue, one seeded source of chance, drawn from only while something happens. How far each
//! step goes therefore does not matter: ten steps of an hour and one of ten hours end alike.
//!
//! [`shopping`] is visits, orders and carts; [`parcels`] is packing, delay and arrival; [`asking`]
//! is tickets, the shop's agents and answers; [`mailing`] is newsletters and flows.

mod asking;
mod mailing;
mod parcels;
mod shopping;

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rand::{Rng, RngExt};
use rand_chacha::ChaCha8Rng;

use super::real::Given;
use super::texts::Texts;
use super::{CartId, ContactId, Moment, OrderId, PersonId, ProfileId, TicketId, VariantId, World};

pub use asking::Concern;

/// Something that will happen.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// A person comes to the shop.
    Visit(PersonId),
    /// A person comes and surely orders; the parcel will not arrive before a moment, if one is given.
    Order { person: PersonId, not_before: Option<Moment> },
    /// An order of a real data set is placed.
    Given(Box<Given>),
    /// Something of a real data set is taken back.
    GivenBack { person: PersonId, variant: VariantId, pieces: u32, amount: i64 },
    /// A person leaves a cart; asks about a size, if `asks`.
    Abandon { person: PersonId, asks: bool },
    /// The shop cancels an order and pays it back.
    Cancel(OrderId),
    /// The shop packs what is still unpacked of an order.
    Pack { order: OrderId, not_before: Option<Moment> },
    /// The carrier scans a parcel for the first time.
    Scan(OrderId, u8),
    /// A parcel arrives.
    Arrive(OrderId, u8),
    /// A parcel should have arrived by now.
    Overdue(OrderId, u8),
    /// A person writes in.
    Ask { person: PersonId, concern: Concern, about: Option<super::Thing> },
    /// A person asks about a parcel that should have come.
    AskAboutLate(PersonId),
    /// An agent of the shop takes up a ticket.
    Answer(TicketId),
    /// A customer answers an answer.
    Respond(TicketId, PersonId),
    /// A customer says thanks for money.
    Thank(TicketId, PersonId),
    /// An agent closes a ticket that is done.
    Close(TicketId),
    /// A mail of the abandoned-cart flow is due: first or second.
    CartMail(CartId, u8),
    /// A mail that an event started is due: its subject.
    FollowUp(ProfileId, Box<str>),
    /// A suppression that somebody asked for comes into force.
    Suppress(ProfileId),
    /// The end of a suppression that somebody asked for comes into force.
    Lift(ProfileId),
    /// Somebody opens a mail.
    Open(super::EventId),
    /// Somebody clicks in a mail.
    Click(super::EventId),
    /// A person comes back to a cart.
    Recover(CartId),
    /// The newsletter goes out.
    Newsletter,
    /// A supplier brings what has run low.
    Restock,
    /// The shop deletes a product that it sells no more.
    Retire(super::ProductId),
}

/// What is due when; of two at one moment, the one that was planned first comes first.
#[derive(Debug)]
struct Due {
    at: Moment,
    seq: u64,
    act: Act,
}

impl PartialEq for Due {
    fn eq(&self, other: &Self) -> bool {
        (self.at, self.seq) == (other.at, other.seq)
    }
}
impl Eq for Due {}
impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Due {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.seq).cmp(&(other.at, other.seq))
    }
}

/// What a person has left at the platforms so far.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Trace {
    pub(crate) account: Option<super::AccountId>,
    pub(crate) contact: Option<ContactId>,
    pub(crate) profile: Option<ProfileId>,
    /// The latest order.
    pub(crate) order: Option<OrderId>,
    /// The latest cart.
    pub(crate) cart: Option<CartId>,
    /// The latest ticket.
    pub(crate) ticket: Option<TicketId>,
}

/// What drives the world.
#[derive(Debug)]
pub(crate) struct Life {
    /// The moment up to which everything has happened.
    pub(crate) now: Moment,
    /// The only source of chance after the people were made.
    pub(crate) chance: ChaCha8Rng,
    /// Traces of the people, by person.
    pub(crate) traces: Vec<Trace>,
    /// Texts of customers, agents and newsletters.
    pub(crate) texts: Texts,
    /// Until then all orders are given by a real data set, and nobody orders by chance.
    pub(crate) given_until: Option<Moment>,
    /// Variants by how often they are bought: the same one may be there several times.
    pub(crate) favourites: Vec<VariantId>,
    queue: BinaryHeap<Reverse<Due>>,
    seq: u64,
}

impl Life {
    pub(crate) fn new(start: Moment, chance: ChaCha8Rng, texts: Texts) -> Self {
        Self {
            now: start,
            chance,
            traces: Vec::new(),
            texts,
            given_until: None,
            favourites: Vec::new(),
            queue: BinaryHeap::new(),
            seq: 0,
        }
    }

    /// Draws a number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        self.chance.random_range(low..=high.max(low))
    }

    /// Tells whether something happens that has this chance, 0 to 1.
    pub(crate) fn happens(&mut self, chance: f64) -> bool {
        self.chance.random::<f64>() < chance
    }

    /// Draws a waiting time with this mean, in seconds; short ones are more frequent.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "seconds, far below 2^52"
    )]
    pub(crate) fn wait(&mut self, mean: i64) -> i64 {
        let draw: f64 = self.chance.random::<f64>();
        ((-(1.0 - draw).ln() * mean as f64) as i64).clamp(60, mean * 6)
    }

    /// Draws a place in a list of this length, which must not be 0.
    pub(crate) fn pick(&mut self, length: usize) -> usize {
        self.chance.random_range(0..length.max(1))
    }

    /// Draws a number that serves as a secret.
    pub(crate) fn token(&mut self) -> u64 {
        self.chance.next_u64()
    }
}

impl World {
    /// Returns the moment up to which everything has happened.
    pub fn now(&self) -> Moment {
        self.life.now
    }

    /// Plans something for a moment; one that has passed means at once.
    pub(crate) fn plan(&mut self, at: Moment, act: Act) {
        let seq = self.life.seq;
        self.life.seq += 1;
        self.life.queue.push(Reverse(Due { at: at.max(self.life.now), seq, act }));
    }

    /// Plans something for so many seconds after a moment.
    pub(crate) fn after(&mut self, at: Moment, seconds: i64, act: Act) {
        self.plan(at.plus(seconds), act);
    }

    /// Lets everything happen that is due until a moment, and no more. Time never goes back.
    pub fn step(&mut self, until: Moment) {
        while self.life.queue.peek().is_some_and(|due| due.0.at <= until) {
            let Some(Reverse(due)) = self.life.queue.pop() else { break };
            self.life.now = self.life.now.max(due.at);
            self.happen(due.at, due.act);
        }
        self.life.now = self.life.now.max(until);
    }

    fn happen(&mut self, at: Moment, act: Act) {
        match act {
            Act::Visit(person) => self.visit(person, at),
            Act::Order { person, not_before } => drop(self.order_something(person, not_before, at)),
            Act::Given(given) => self.place_given(*given, at),
            Act::GivenBack { person, variant, pieces, amount } => {
                self.take_back(person, variant, pieces, amount, at);
            }
            Act::Abandon { person, asks } => drop(self.abandon(person, asks, at)),
            Act::Cancel(order) => drop(self.cancel_order(order, "CUSTOMER", true, false, at)),
            Act::Pack { order, not_before } => self.pack(order, not_before, at),
            Act::Scan(order, parcel) => self.scan(order, parcel, at),
            Act::Arrive(order, parcel) => self.arrive(order, parcel, at),
            Act::Overdue(order, parcel) => self.overdue(order, parcel, at),
            Act::Ask { person, concern, about } => drop(self.ask(person, concern, about, at)),
            Act::AskAboutLate(person) => self.ask_about_late(person, at),
            Act::Answer(ticket) => self.answer(ticket, at),
            Act::Respond(ticket, person) => self.respond(ticket, person, at),
            Act::Thank(ticket, person) => self.thank(ticket, person, at),
            Act::Close(ticket) => drop(self.set_ticket_open(ticket, false, at)),
            Act::CartMail(cart, nth) => self.cart_mail(cart, nth, at),
            Act::FollowUp(profile, subject) => self.follow_up(profile, subject, at),
            Act::Suppress(profile) => drop(self.suppress(profile, at)),
            Act::Lift(profile) => drop(self.unsuppress(profile, at)),
            Act::Open(mail) => self.open(mail, at),
            Act::Click(mail) => self.click(mail, at),
            Act::Recover(cart) => drop(self.recover(cart, at)),
            Act::Newsletter => self.newsletter(at),
            Act::Restock => self.restock(at),
            Act::Retire(product) => self.retire(product, at),
        }
    }
}
