//! What happens to one request, under one lock.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use fermata_model::Platform;
use serde_json::Value;

use crate::clock::PracticeClock;
use crate::faults::{Fault, Faults, Struck};
use crate::journal::{Entry, Journal};
use crate::keep::{Deed, Keep, Line};
use crate::options::Access;
use crate::vendor;
use crate::vendor::{Call, Operation, Reply, Request, Vendor};
use crate::world::{Moment, Thing, World};

/// Real seconds between two notes of the time, for restarts.
const BETWEEN_NOTES: Duration = Duration::from_secs(2);

/// How a request ends on the wire.
#[derive(Debug)]
pub(crate) enum Ending {
    /// With an answer.
    Answer(Reply),
    /// With an answer that comes late.
    Late(Reply, Duration),
    /// Never; the connection stays.
    Hang,
    /// With the connection aborted, before a byte of the answer.
    Cut,
    /// With the connection closed in the middle of the answer.
    CutMidway(Reply),
}

/// One platform: its mind, its books and its keys.
pub(crate) struct Front {
    pub(crate) vendor: Box<dyn Vendor>,
    pub(crate) journal: Journal,
    pub(crate) access: Access,
}

/// Everything behind the lock.
pub(crate) struct Store {
    pub(crate) world: World,
    pub(crate) clock: PracticeClock,
    pub(crate) faults: Faults,
    pub(crate) fronts: BTreeMap<Platform, Front>,
    pub(crate) keep: Option<Keep>,
    pub(crate) noted: Duration,
}

/// The store behind its lock.
pub(crate) struct Core {
    store: Mutex<Store>,
    /// What a caller needs to connect; fixed at the start.
    pub(crate) facts: Value,
}

impl Core {
    pub(crate) fn new(store: Store, facts: Value) -> Self {
        Self { store: Mutex::new(store), facts }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Handles a request to a platform.
    pub(crate) fn handle(&self, platform: Platform, request: &Request) -> Ending {
        self.lock().handle(platform, request)
    }
}

impl Store {
    /// Returns the present, which never lies before what the world has lived through, even if the
    /// machine's clock jumps back.
    pub(crate) fn present(&self) -> Moment {
        self.clock.now().max(self.world.now())
    }

    /// Lets the world live up to the present and returns it.
    pub(crate) fn catch_up(&mut self) -> Moment {
        let now = self.clock.now();
        self.world.step(now);
        let elapsed = self.clock.elapsed();
        if elapsed.saturating_sub(self.noted) >= BETWEEN_NOTES {
            self.noted = elapsed;
            self.note_time();
        }
        self.world.now()
    }

    /// Writes down what time it is, where a state is kept; a failure shows at the next write.
    pub(crate) fn note_time(&mut self) {
        let pace = self.clock.fresh_pace();
        if let Some(keep) = &mut self.keep
            && let Err(error) = keep.note_pace(pace)
        {
            tracing::warn!(%error, "the practice store could not note the time");
        }
    }

    fn handle(&mut self, platform: Platform, request: &Request) -> Ending {
        let now = self.catch_up();
        let elapsed = self.clock.elapsed();
        let Some(front) = self.fronts.get_mut(&platform) else {
            return Ending::Answer(Reply::text(404, "text/plain", "no such platform"));
        };
        let operation = front.vendor.operation(request);
        let struck = self.faults.draw(platform, &operation.name, &request.path, operation.write);
        let seq = front.journal.received(arrival(request, &operation, now, struck));
        let fault = struck.map(|struck| struck.fault);
        let mut call = Call {
            revoked: fault == Some(Fault::RevokeToken),
            doubles: fault == Some(Fault::DoublePage),
            edits: fault == Some(Fault::EditWhilePaging),
            ..Call::new(&mut self.world, &front.access, now, elapsed)
        };
        let reply = match struck {
            Some(struck) if struck.fault.stops_before() => refuse(front.vendor.as_ref(), struck),
            _ => front.vendor.answer(request, &mut call),
        };
        let reply = match struck {
            Some(Struck { fault: Fault::ErrorAfter, status, .. }) => front.vendor.failed(status),
            _ => reply,
        };
        let (paged, touched, key, applied) = (call.paged, call.touched, call.key, call.applied);
        front.journal.charge(&operation.name, call.points.into());
        let pageless = matches!(fault, Some(Fault::DoublePage | Fault::EditWhilePaging)) && !paged;
        if pageless && let Some(struck) = struck {
            self.faults.give_back(struck);
        }
        if let Some(thing) = touched {
            self.world.touch(thing, now.plus(1));
        }
        let answered = !matches!(
            fault,
            Some(
                Fault::HangBefore | Fault::HangAfter | Fault::CutBefore | Fault::CutAfter | Fault::CutMidway
            )
        );
        let entry = front.journal.complete(seq, |entry| {
            entry.status = answered.then_some(reply.status);
            entry.key = key;
            entry.applied = applied;
            if pageless {
                entry.fault = None;
            }
        });
        // The books are on disk before the answer leaves; what a kill takes, nobody was told of.
        let lines = entry
            .filter(|entry| entry.write)
            .map(|entry| Line::write(platform, entry.clone(), request))
            .into_iter()
            .chain(touched.map(|thing| Line::touch(thing, now)));
        if let Some(keep) = &mut self.keep {
            for line in lines {
                if let Err(error) = keep.append(&line) {
                    tracing::error!(%error, "the practice store cannot keep its state");
                    return Ending::Answer(Reply::text(507, "text/plain", error.to_string()));
                }
            }
        }
        match fault {
            Some(Fault::HangBefore | Fault::HangAfter) => Ending::Hang,
            Some(Fault::CutBefore | Fault::CutAfter) => Ending::Cut,
            Some(Fault::CutMidway) => Ending::CutMidway(reply),
            Some(Fault::Latency) => {
                Ending::Late(reply, Duration::from_millis(struck.map_or(0, |struck| struck.ms)))
            }
            _ => Ending::Answer(reply),
        }
    }

    /// Does again what was done before a restart.
    pub(crate) fn replay(&mut self, lines: Vec<Line>) {
        for line in lines {
            self.world.step(line.at());
            match line.deed {
                Deed::Write { platform, entry, request } => {
                    let Some(front) = self.fronts.get_mut(&platform) else { continue };
                    if !entry.applied.is_empty() {
                        let request = request.restored();
                        let mut call = Call {
                            replaying: true,
                            ..Call::new(&mut self.world, &front.access, entry.at, Duration::ZERO)
                        };
                        let _: vendor::Reply = front.vendor.answer(&request, &mut call);
                    }
                    front.journal.restore(*entry);
                }
                Deed::Touch { kind, number } => {
                    if let Some(thing) = Thing::read(&kind, number) {
                        self.world.touch(thing, line.at.plus(1));
                    }
                }
                Deed::Order(order) => {
                    // What could not be done then cannot be done now, and nobody waits to hear of it.
                    let _ = self.world.carry_out(&order, line.at);
                }
            }
        }
    }
}

fn arrival(request: &Request, operation: &Operation, now: Moment, struck: Option<Struck>) -> Entry {
    let body = (operation.write && !operation.secret && !request.body.is_empty()).then(|| {
        request.json().unwrap_or_else(|| Value::String(String::from_utf8_lossy(&request.body).into_owned()))
    });
    Entry {
        seq: 0,
        at: now,
        method: request.method.clone(),
        path: request.full_path(),
        operation: operation.name.clone(),
        write: operation.write,
        key: None,
        request_body: body,
        status: None,
        applied: Vec::new(),
        fault: struck.map(|struck| struck.fault.name().to_owned()),
    }
}

/// Makes the answer of a fault that lets nothing happen.
fn refuse(vendor: &dyn Vendor, struck: Struck) -> Reply {
    match struck.fault {
        Fault::Throttle => vendor.throttled(struck.retry_after),
        Fault::HtmlError => Reply::text(
            200,
            "text/html; charset=utf-8",
            "<!DOCTYPE html><html><head><title>Maintenance</title></head><body><h1>We will be right back</h1></body></html>",
        ),
        _ => vendor.failed(struck.status),
    }
}
