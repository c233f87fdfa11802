//! The door through which a practice store is steered and asked: `/_facts`, `/_journal/...` and
//! the rest. Every platform's listener has it too, so that one address suffices.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::Error;
use crate::faults::Plan;
use crate::journal::Entry;
use crate::keep::{Deed, Line};
use crate::server::core::{Core, Store};
use crate::vendor::{Reply, Request};
use crate::world::{Instruction, Moment, World};

/// What may be done to the clock.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Turn {
    /// Jump ahead by so many seconds.
    advance_seconds: Option<i64>,
    /// Run at another speed: practice seconds per real second.
    speed: Option<f64>,
}

/// Answers a request to a path that begins with `/_`.
pub(crate) fn answer(core: &Core, request: &Request) -> Reply {
    let parts = request.segments();
    match (request.method.as_str(), parts.as_slice()) {
        ("GET", ["_facts"]) => Reply::json(200, &core.facts),
        ("GET", ["_journal", platform]) => match platform.parse() {
            Ok(platform) if core.lock().fronts.contains_key(&platform) => {
                Reply::typed(200, "application/json", &core.lock().journal(platform))
            }
            _ => problem(404, &format!("{platform} is no platform here")),
        },
        ("GET", ["_faults"]) => Reply::typed(200, "application/json", core.lock().faults.plan()),
        ("POST", ["_faults"]) => match Plan::parse(&String::from_utf8_lossy(&request.body)) {
            Ok(plan) => {
                core.lock().faults.set(plan);
                Reply::json(200, &json!({ "ok": true }))
            }
            Err(error) => problem(422, &error.to_string()),
        },
        ("GET", ["_clock"]) => clock(&mut core.lock()),
        ("POST", ["_clock"]) => match serde_json::from_slice::<Turn>(&request.body) {
            Ok(turn) => {
                let mut store = core.lock();
                if let Some(seconds) = turn.advance_seconds {
                    store.advance(seconds);
                }
                if let Some(speed) = turn.speed {
                    store.set_speed(speed);
                }
                clock(&mut store)
            }
            Err(error) => problem(422, &error.to_string()),
        },
        ("GET", ["_world", "stats"]) => {
            let mut store = core.lock();
            store.catch_up();
            Reply::json(200, &stats(&store.world))
        }
        ("POST", ["_act"]) => match serde_json::from_slice::<Instruction>(&request.body) {
            Ok(told) => match core.lock().act(&told) {
                Ok(at) => Reply::json(200, &json!({ "ok": true, "at": at })),
                Err(error) => problem(409, &error.to_string()),
            },
            Err(error) => problem(422, &error.to_string()),
        },
        (_, ["_facts" | "_journal" | "_faults" | "_clock" | "_world" | "_act", ..]) => {
            problem(405, "this path is not asked in this way")
        }
        _ => problem(
            404,
            "there are /_facts, /_journal/<platform>, /_faults, /_clock, /_world/stats and /_act",
        ),
    }
}

fn problem(status: u16, message: &str) -> Reply {
    Reply::json(status, &json!({ "error": message }))
}

fn clock(store: &mut Store) -> Reply {
    let now = store.catch_up();
    Reply::json(200, &json!({ "now": now, "speed": store.clock.fresh_pace().speed }))
}

/// Counts what there is.
fn stats(world: &World) -> Value {
    let now = world.now();
    let late = world
        .orders
        .iter()
        .filter(|(_, order)| {
            order.cancelled_at.is_none() && order.parcels.iter().any(|parcel| parcel.is_late(now))
        })
        .count();
    json!({
        "now": now,
        "people": world.people.len(),
        "accounts": world.accounts.len(),
        "contacts": world.contacts.len(),
        "profiles": world.profiles.len(),
        "products": world.products.len(),
        "variants": world.variants.len(),
        "orders": world.orders.len(),
        "orders_with_late_parcels": late,
        "refunds": world.orders.iter().map(|(_, order)| order.refunds.len()).sum::<usize>(),
        "carts": world.carts.len(),
        "open_carts": world.carts.iter().filter(|(_, cart)| cart.completed_at.is_none()).count(),
        "tickets": world.tickets.len(),
        "open_tickets": world.tickets.iter().filter(|(_, ticket)| ticket.open).count(),
        "messages": world.messages.len(),
        "events": world.events.len(),
        "newsletters": world.newsletters.len(),
    })
}

impl Store {
    /// Returns the entries of a platform's journal.
    pub(crate) fn journal(&self, platform: fermata_model::Platform) -> Vec<Entry> {
        self.fronts.get(&platform).map(|front| front.journal.entries()).unwrap_or_default()
    }

    /// Jumps ahead and lets the world live through it.
    pub(crate) fn advance(&mut self, seconds: i64) {
        self.clock.advance(seconds);
        self.catch_up();
        self.note_time();
    }

    /// Lets time run at another speed.
    pub(crate) fn set_speed(&mut self, speed: f64) {
        self.catch_up();
        self.clock.set_speed(speed);
        self.note_time();
    }

    /// Tells somebody to do something, and keeps that, also where it could not be done: to find out
    /// may have drawn from the world's chance, which must stand where it stood after a restart.
    pub(crate) fn act(&mut self, told: &Instruction) -> Result<Moment, Error> {
        let at = self.catch_up();
        let done = self.world.carry_out(told, at);
        if let Some(keep) = &mut self.keep {
            keep.append(&Line { at, deed: Deed::Order(told.clone()) })?;
        }
        done.map(|()| at)
    }
}
