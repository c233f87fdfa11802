//! Worlds of real data: a real shop's people, goods and orders, on which the same life goes on.
//!
//! The sets are read in place, below the folder that the options name, and nothing of them is
//! kept. Their orders are laid out so that history ends at the practice store's present; parcels,
//! carts, tickets and mails, which the sets do not have, come from the same dynamics as those of a
//! generated world. Ticket texts come from the Bitext and Banking77 sets where those are present.

mod tau;
mod tickets;
mod uci;

use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::life::Act;
use super::lookup::next;
use super::{
    About, Address, DAY, HOUR, Line, MetricId, Moment, NewRefund, Order, OrderId, Payment, PersonId,
    VariantId, World,
};
use crate::Error;
use crate::options::Options;

pub(super) use tau::tau_retail;
pub(super) use uci::uci_retail;

/// An order of a real data set.
#[derive(Clone, Debug)]
pub(crate) struct Given {
    person: PersonId,
    guest: bool,
    name: Option<Box<str>>,
    ship_to: Option<Box<Address>>,
    lines: Vec<(VariantId, u32, i64)>,
    shipping: i64,
    gateway: &'static str,
    outcome: Outcome,
}

/// What became of an order of a real data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// It takes its course.
    Sent,
    /// It was sent and does not arrive before a moment.
    OnItsWay(Moment),
    /// It is not packed before a moment.
    Waiting(Moment),
    /// It was cancelled and paid back.
    Cancelled,
}

impl World {
    /// Places an order of a real data set, and plans what becomes of it.
    pub(super) fn place_given(&mut self, given: Given, at: Moment) {
        let account = if given.guest { None } else { Some(self.account_for(given.person, at)) };
        let profile = self.profile_for(given.person, at);
        let email = account
            .and_then(|account| self.accounts.get(account)?.email.clone())
            .or_else(|| self.people.get(super::Id::index(given.person)).map(|person| person.email.clone()));
        let lines: Vec<Line> = given
            .lines
            .into_iter()
            .map(|(variant, quantity, price)| Line {
                id: next(&mut self.index.lines),
                variant,
                quantity,
                price,
                refunded: 0,
            })
            .collect();
        let total =
            lines.iter().map(|line| line.price * i64::from(line.quantity)).sum::<i64>() + given.shipping;
        let payment = Payment {
            id: next(&mut self.index.transactions),
            gateway: given.gateway,
            amount: total,
            paid_at: Some(at),
        };
        let order = self.insert_order(Order {
            name: given.name,
            ship_to: given.ship_to,
            shipping: given.shipping,
            ..Order::placed(given.person, account, email, lines, payment, at)
        });
        self.put_event(profile, MetricId::PLACED_ORDER, About::Order(order), at, at);
        let soon = self.life.between(5 * HOUR, 30 * HOUR);
        match given.outcome {
            Outcome::Sent => self.after(at, soon, Act::Pack { order, not_before: None }),
            Outcome::OnItsWay(not_before) => {
                self.after(at, soon, Act::Pack { order, not_before: Some(not_before) });
            }
            Outcome::Waiting(until) => self.plan(until, Act::Pack { order, not_before: None }),
            Outcome::Cancelled => self.after(at, soon, Act::Cancel(order)),
        }
    }

    /// Books what a real data set says was taken back, on the person's latest order that has it.
    pub(super) fn take_back(
        &mut self,
        person: PersonId,
        variant: VariantId,
        pieces: u32,
        amount: i64,
        at: Moment,
    ) {
        let Some(account) = self.trace(person).account else { return };
        let orders = self
            .orders_of
            .range((account, super::Id::new(0))..=(account, super::Id::new(u32::MAX)))
            .rev()
            .map(|(_, order)| *order);
        let found: Option<(OrderId, u16)> = orders.take(12).find_map(|id| {
            let order = self.orders.get(id)?;
            let place = order.lines.iter().position(|line| {
                line.variant == variant && line.quantity.saturating_sub(line.refunded) >= pieces
            })?;
            (order.payment.amount - order.refunded() >= amount).then_some(())?;
            Some((id, u16::try_from(place).ok()?))
        });
        if let Some((order, place)) = found {
            let lines = vec![(place, pieces, amount)];
            self.refund(order, NewRefund { amount, lines, shipping: 0, note: None, restock: None }, at);
        }
    }

    /// Lets people visit and order by chance, once given history has ended.
    fn open_doors(&mut self, anchor: Moment) {
        self.life.given_until = Some(anchor);
        for place in 0..u32::try_from(self.people.len()).unwrap_or(u32::MAX) {
            let wait = self.life.between(HOUR, 70 * DAY);
            self.after(anchor, wait, Act::Visit(super::Id::new(place)));
        }
    }
}

/// Finds a file of real data.
fn find(options: &Options, world: &'static str, inside: &str) -> Result<PathBuf, Error> {
    let path = options
        .shared
        .clone()
        .or_else(|| std::env::var_os("FERMATA_SHARED").map(PathBuf::from))
        .unwrap_or_else(|| PathBuf::from("../shared"))
        .join("data")
        .join(inside);
    if path.is_file() { Ok(path) } else { Err(Error::DataMissing { world, path }) }
}

/// Reads a gzip'ed file whole, as text.
fn read(path: &Path) -> Result<String, Error> {
    let file = std::fs::File::open(path).map_err(Error::io(path.display().to_string()))?;
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::io::BufReader::new(file))
        .read_to_string(&mut text)
        .map_err(Error::io(path.display().to_string()))?;
    Ok(text)
}

/// Reads every line of a gzip'ed file of JSON lines.
fn read_json_lines<T: serde::de::DeserializeOwned>(path: &Path) -> Result<Vec<T>, Error> {
    read(path)?
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| serde_json::from_str(line).map_err(|error| unreadable(path, &error)))
        .collect()
}

fn unreadable(path: &Path, error: &dyn std::fmt::Display) -> Error {
    Error::Unreadable { path: path.to_owned(), reason: error.to_string() }
}
