//! What happens under one seed.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use fermata_connectors::Patience;
use fermata_model::Platform;
use fermata_sandbox::world::NewRefund;
use fermata_sandbox::{Fault, Options, Plan, Practice, Rule};

use super::leafing::leafing;
use super::rows::Difference;
use crate::practice::{Filled, connect, id, options};

/// How many people live in a world: few, since what counts is pages, and pages are small.
const CUSTOMERS: u32 = 4;
/// Longer than the time between two sweeps, in seconds.
const A_DAY: i64 = 25 * 3600;
/// A wait that a platform asks for is longer, so that the pass ends and goes on in the next round.
const PATIENCE: Patience = Patience {
    connect: Duration::from_secs(2),
    answer: Duration::from_millis(700),
    repeats: 3,
    first_pause: Duration::from_millis(2),
    longest_pause: Duration::from_millis(100),
    keychain: Duration::from_secs(5),
};
/// How often each platform leaves one request without an answer, of all that it gets.
const HANGS: f64 = 0.05;

/// A seed, and what follows from it.
#[derive(Clone, Copy)]
pub(super) struct Story(pub(super) u64);

/// What became of it.
pub(super) struct Told {
    /// How often which fault struck where, by its name.
    pub(super) struck: BTreeMap<(Platform, String), usize>,
    /// What the store ended with, against a clean one.
    pub(super) difference: Difference,
}

impl Story {
    /// Names its platforms, in the order in which they are read.
    ///
    /// Three of the seven: the lines of the plane with seven points, so that among seven seeds in a row each
    /// platform runs three times, and each two of them together once.
    pub(super) fn platforms(self) -> [Platform; 3] {
        let all = Platform::ALL;
        let first = usize::try_from(self.0).unwrap();
        [0, 1, 3].map(|step| all[(first + step) % all.len()])
    }

    fn is_storm(self) -> bool {
        self.0 % 2 == 1
    }

    /// Faults of every kind at every platform.
    fn weather(self) -> Plan {
        let name = if self.is_storm() { "storm" } else { "rough" };
        let mut plan = Plan::parse(&format!("{name}:{}", self.0)).unwrap();
        for rule in plan.rules.iter_mut().filter(|rule| rule.fault == Fault::Latency) {
            rule.ms = Some(2);
        }
        let model = plan.rules[0].clone();
        // First, since the first rule that strikes is played.
        for platform in self.platforms() {
            for fault in [Fault::HangBefore, Fault::HangAfter, Fault::RevokeToken] {
                let rule = Rule { fault, platform: Some(platform), ..model.clone() };
                plan.rules.insert(0, Rule { times: Some(1), probability: HANGS, ms: None, ..rule });
            }
        }
        plan
    }

    /// Lives through it.
    pub(super) async fn tell(self) -> Told {
        let (practice, store) = self.read_in_bad_weather().await;
        let struck = struck(&practice);
        let clean = Filled::new(&practice);
        clean.settle(&practice).await;
        let wanted = clean.dump();
        for platform in self.platforms() {
            let named = format!(" {platform}/");
            assert!(wanted.iter().any(|row| row.contains(&named)), "{platform} brings nothing");
        }
        Told { struck, difference: Difference::between(&store.dump(), &wanted) }
    }

    /// Fills a store under faults, in which people go on working at the platforms, and reads again after a day;
    /// then the weather is fine.
    pub(super) async fn read_in_bad_weather(self) -> (Practice, Filled) {
        let platforms = self.platforms();
        let options =
            Options { seed: self.0, customers: CUSTOMERS, platforms: platforms.into(), ..options() };
        let practice = Practice::start(options).await.unwrap();
        let size = 2 + u32::try_from(self.0 % 3).unwrap();
        let store = Filled::with(&practice, leafing(connect(&practice, PATIENCE), size));
        practice.set_faults(self.weather());
        for platform in platforms {
            // As far as it comes.
            store.sync.once(id(platform)).await.unwrap();
        }
        meddle(&practice);
        for platform in platforms {
            store.settle_one(&practice, platform).await;
        }
        practice.advance(A_DAY);
        for platform in platforms {
            store.settle_one(&practice, platform).await;
        }
        meddle(&practice);
        practice.set_faults(Plan::calm());
        // What slipped through between two pages is fetched when a second sweep lists it.
        practice.advance(A_DAY);
        store.settle(&practice).await;
        // What was edited while pages were read, a moment later than the pass began, is seen by
        // the next one.
        practice.advance(60);
        store.settle(&practice).await;
        (practice, store)
    }
}

impl fmt::Display for Story {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [one, two, three] = self.platforms();
        let weather = if self.is_storm() { "a storm" } else { "rough weather" };
        write!(f, "seed {}, {weather} at {one}, {two} and {three}", self.0)
    }
}

/// Does at the platforms themselves what leaves traces of every kind: money goes back, a ticket and a
/// profile are no more, two customers of the help desk become one.
fn meddle(practice: &Practice) {
    // What a fault has touched was changed a second from now.
    practice.advance(2);
    practice.change(|world, now| {
        let order = world.orders.iter().next_back().map(|(id, order)| (id, order.refundable().min(100)));
        if let Some((order, amount)) = order {
            world.refund(order, NewRefund { amount, ..NewRefund::default() }, now);
        }
        let ticket = world.tickets.iter().next().map(|(id, _)| id);
        if let Some(ticket) = ticket {
            world.delete_ticket(ticket, now);
        }
        let profile = world.profiles.iter().next_back().map(|(id, _)| id);
        if let Some(profile) = profile {
            world.delete_profile(profile, now);
        }
        let contacts: Vec<_> = world.contacts.iter().map(|(id, _)| id).take(2).collect();
        if let [source, target] = contacts[..] {
            world.merge_contacts(source, target, now);
        }
    });
}

/// Counts the faults that were played.
fn struck(practice: &Practice) -> BTreeMap<(Platform, String), usize> {
    let mut struck = BTreeMap::new();
    for platform in practice.platforms() {
        for fault in practice.journal(platform).into_iter().filter_map(|entry| entry.fault) {
            *struck.entry((platform, fault)).or_default() += 1;
        }
    }
    struck
}
