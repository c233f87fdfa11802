//! A shop to test in: a store in a folder of its own, a clock moved by hand, and a platform that
//! keeps books and can lie.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use fermata_engine::fail_points::{FailPoints, NoFailPoints};
use fermata_engine::ports::{Failure, Fate, Found, Ids, Platforms, Sent, Settling};
use fermata_engine::workflow::shipped::Shipped;
use fermata_engine::{Draft, Engine, Error, Person, Policy, Ports, Proposal, Role};
use fermata_identity::Identity;
use fermata_model::record::{Entity, Person as PersonRecord, Who};
use fermata_model::{
    Action, ActionKind, Change, Clock, ConnectionId, Currency, CustomerId, Frozen, Key, Money, Platform,
    Receipt, Record, RecordRef, Stream, Timestamp,
};
use fermata_store::connections::{self, NewConnection};
use fermata_store::landing::{self, Landing};
use fermata_store::{DatabaseKey, Durability, Store, Writer, customers};
use jiff::SignedDuration;
use uuid::Uuid;

/// A clock that only moves when told to.
pub(crate) struct HandClock(AtomicI64);

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.load(Ordering::SeqCst)).expect("tests stay within the calendar")
    }
}

/// Ids that count up, so that two runs of a test are alike.
pub(crate) struct CountedIds(AtomicU64);

impl Ids for CountedIds {
    fn key(&self) -> Key {
        Key(Uuid::from_u64_pair(7, self.0.fetch_add(1, Ordering::SeqCst)))
    }

    fn salt(&self) -> [u8; 16] {
        self.key().0.into_bytes()
    }
}

/// What the platform does with one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Does it and says so.
    Done,
    /// Takes it; it shows at once when asked.
    Accepted,
    /// Takes it and never does it.
    Swallowed,
    /// Says that nothing happened, and nothing has.
    NotDone,
    /// Says that nothing happened, and how many seconds it wants us to wait.
    NotBefore(u64),
    /// Says no.
    Refused,
    /// Does it; the answer is lost.
    LostAfter,
    /// Does nothing; the answer is lost.
    LostBefore,
    /// The answer is lost; the effect shows only this many seconds later.
    LostAndLate(i64),
}

/// A platform with books. It does not recognise keys: whatever is sent twice is done twice, so
/// the books show it.
pub(crate) struct FakePlatform {
    clock: Arc<HandClock>,
    state: Mutex<PlatformState>,
}

#[derive(Default)]
struct PlatformState {
    answers: VecDeque<Answer>,
    prepare: VecDeque<Fate>,
    blind: bool,
    settles_within: Option<Duration>,
    done: Vec<(Key, Action, Timestamp)>,
    bodies: Vec<(Key, String)>,
}

fn failure(fate: Fate, message: &str) -> Failure {
    Failure { fate, code: "fake".to_owned(), message: message.to_owned(), hint: None, retry_after: None }
}

impl FakePlatform {
    /// Sets what happens to the next requests; after them everything is done.
    pub(crate) fn will(&self, answers: &[Answer]) {
        self.state.lock().unwrap().answers.extend(answers);
    }

    /// Sets how the next requests fail to be built.
    pub(crate) fn cannot_prepare(&self, fates: &[Fate]) {
        self.state.lock().unwrap().prepare.extend(fates);
    }

    /// Makes questions unanswerable, or answerable again.
    pub(crate) fn blind(&self, blind: bool) {
        self.state.lock().unwrap().blind = blind;
    }

    /// Sets how long effects may take to show; a minute otherwise.
    pub(crate) fn settles_within(&self, time: Duration) {
        self.state.lock().unwrap().settles_within = Some(time);
    }

    /// Returns what was done, in order.
    pub(crate) fn books(&self) -> Vec<Key> {
        self.state.lock().unwrap().done.iter().map(|(key, _, _)| *key).collect()
    }

    /// Returns the actions that were done, in order.
    pub(crate) fn actions(&self) -> Vec<Action> {
        self.state.lock().unwrap().done.iter().map(|(_, action, _)| action.clone()).collect()
    }

    /// Returns every body that arrived, done or not.
    pub(crate) fn bodies(&self) -> Vec<(Key, String)> {
        self.state.lock().unwrap().bodies.clone()
    }
}

#[async_trait]
impl Platforms for FakePlatform {
    async fn prepare(&self, _: ConnectionId, action: &Action, key: Key) -> Result<Frozen, Failure> {
        if let Some(fate) = self.state.lock().unwrap().prepare.pop_front() {
            return Err(failure(fate, "The order cannot be read."));
        }
        let at = self.clock.now();
        Ok(Frozen {
            action: action.clone(),
            key,
            operation: "fake".to_owned(),
            method: "POST".to_owned(),
            path: "/".to_owned(),
            body: format!("{key} at {at}"),
            at,
        })
    }

    async fn send(&self, frozen: &Frozen) -> Result<Sent, Failure> {
        let mut state = self.state.lock().unwrap();
        let now = self.clock.now();
        state.bodies.push((frozen.key, frozen.body.clone()));
        let answer = state.answers.pop_front().unwrap_or(Answer::Done);
        let visible = match answer {
            Answer::Done | Answer::Accepted | Answer::LostAfter => Some(now),
            Answer::LostAndLate(seconds) => Some(now + SignedDuration::from_secs(seconds)),
            Answer::NotDone
            | Answer::NotBefore(_)
            | Answer::Refused
            | Answer::LostBefore
            | Answer::Swallowed => None,
        };
        if let Some(visible) = visible {
            state.done.push((frozen.key, frozen.action.clone(), visible));
        }
        match answer {
            Answer::Done => Ok(Sent::Confirmed(receipt(frozen, now))),
            Answer::Accepted | Answer::Swallowed => Ok(Sent::Accepted),
            Answer::NotDone => Err(failure(Fate::NotDone, "Too many requests.")),
            Answer::NotBefore(seconds) => Err(Failure {
                retry_after: Some(Duration::from_secs(seconds)),
                ..failure(Fate::NotDone, "Too many requests.")
            }),
            Answer::Refused => {
                Err(failure(Fate::Refused, "The order is already refunded. Nothing was paid."))
            }
            Answer::LostAfter | Answer::LostBefore | Answer::LostAndLate(_) => {
                Err(failure(Fate::InDoubt, "The connection was cut."))
            }
        }
    }

    async fn find(&self, frozen: &Frozen) -> Result<Found, Failure> {
        let state = self.state.lock().unwrap();
        if state.blind {
            return Err(failure(Fate::NotDone, "The platform cannot be reached."));
        }
        let now = self.clock.now();
        let found = state.done.iter().find(|(key, _, visible)| *key == frozen.key && *visible <= now);
        Ok(found.map_or(Found::No, |(_, _, at)| Found::Yes(receipt(frozen, *at))))
    }

    fn settling(&self, _: ConnectionId, kind: ActionKind) -> Settling {
        let keyed = kind == ActionKind::OrderRefund;
        Settling {
            settles_within: self.state.lock().unwrap().settles_within.unwrap_or(Duration::from_secs(60)),
            key_trusted_for: if keyed { Duration::from_secs(3600) } else { Duration::ZERO },
        }
    }

    fn connection_for(&self, platform: Platform) -> Option<ConnectionId> {
        Some(ConnectionId(match platform {
            Platform::Shopify => 1,
            Platform::Gorgias => 2,
            Platform::Klaviyo => 3,
        }))
    }
}

fn receipt(frozen: &Frozen, at: Timestamp) -> Receipt {
    Receipt { external_id: format!("r-{}", frozen.key.0.as_u64_pair().1), at, amount: frozen.action.amount() }
}

/// Everything that a test needs.
pub(crate) struct Shop {
    folder: tempfile::TempDir,
    pub(crate) clock: Arc<HandClock>,
    pub(crate) platform: Arc<FakePlatform>,
    ids: Arc<CountedIds>,
    pub(crate) store: Store,
    pub(crate) engine: Engine,
}

pub(crate) const KEY: [u8; 32] = [7; 32];

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().expect("tests write instants correctly")
}

pub(crate) fn euros(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

pub(crate) fn mia() -> Person {
    Person::new("Mia", Role::Operator)
}

pub(crate) fn olga() -> Person {
    Person::new("Olga", Role::Owner)
}

impl Shop {
    /// Opens a new shop on a Friday at noon.
    pub(crate) fn open() -> Self {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let store =
            Store::open(folder.path().join("shop.db"), &DatabaseKey::new(KEY)).expect("a new store opens");
        let now = at("2026-11-20T12:00:00Z");
        let clock = Arc::new(HandClock(AtomicI64::new(now.as_microsecond())));
        let platform =
            Arc::new(FakePlatform { clock: clock.clone(), state: Mutex::new(PlatformState::default()) });
        let ids = Arc::new(CountedIds(AtomicU64::new(1)));
        store
            .write(Durability::Full, Writer::System("test"), |tx| {
                for platform in [Platform::Shopify, Platform::Gorgias, Platform::Klaviyo] {
                    let base_url = "http://127.0.0.1:1".to_owned();
                    connections::add(
                        tx,
                        &NewConnection { platform, name: platform.title().to_owned(), base_url, at: now },
                    )?;
                }
                Ok(())
            })
            .expect("connections can be made");
        let engine = engine(&store, &clock, &platform, &ids, Arc::new(NoFailPoints));
        Self { folder, clock, platform, ids, store, engine }
    }

    /// Ends the program and starts it again on the same file.
    pub(crate) fn restart(self) -> Self {
        let Self { folder, clock, platform, ids, store, engine } = self;
        drop(engine);
        drop(store);
        let store = Store::open(folder.path().join("shop.db"), &DatabaseKey::new(KEY))
            .expect("the store opens again");
        let engine = self::engine(&store, &clock, &platform, &ids, Arc::new(NoFailPoints));
        Self { folder, clock, platform, ids, store, engine }
    }

    /// Makes a second engine on the same file, as another process would have it.
    pub(crate) fn another_engine(&self, fail_points: Arc<dyn FailPoints>) -> Engine {
        let store =
            Store::open(self.folder.path().join("shop.db"), &DatabaseKey::new(KEY)).expect("it opens twice");
        engine(&store, &self.clock, &self.platform, &self.ids, fail_points)
    }

    /// Replaces the engine by one with fail points.
    pub(crate) fn with_fail_points(mut self, fail_points: Arc<dyn FailPoints>) -> Self {
        self.engine = engine(&self.store, &self.clock, &self.platform, &self.ids, fail_points);
        self
    }

    /// Replaces the engine by one with other workflows.
    pub(crate) fn with_workflows(mut self, workflows: Vec<Shipped>) -> Self {
        let ports = ports(&self.clock, &self.platform, &self.ids, Arc::new(NoFailPoints));
        self.engine = Engine::with_workflows(self.store.clone(), ports, workflows).expect("they can be used");
        self
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Moves the clock, forward or back.
    pub(crate) fn pass(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }

    /// Changes what the shop allows.
    pub(crate) fn allow(&self, change: impl FnOnce(&mut Policy)) {
        let mut policy = self.engine.policy().expect("the policy can be read");
        change(&mut policy);
        self.engine.set_policy(&policy, &olga()).expect("an owner may set the policy");
    }

    /// Proposes a refund by hand on an order of this number.
    pub(crate) fn refund(&self, order: &str, minor: i64) -> Proposal {
        self.try_refund(order, minor, None).expect("it can be proposed")
    }

    pub(crate) fn try_refund(
        &self,
        order: &str,
        minor: i64,
        customer: Option<CustomerId>,
    ) -> Result<Proposal, Error> {
        self.propose(refund_of(order, minor), customer)
    }

    pub(crate) fn propose(&self, action: Action, customer: Option<CustomerId>) -> Result<Proposal, Error> {
        let deadline_at = Some(self.now() + SignedDuration::from_hours(48));
        let draft = Draft {
            action,
            customer,
            why: "It arrived broken.".to_owned(),
            evidence: Vec::new(),
            deadline_at,
        };
        self.engine.propose(draft, &Person::new("Tom", Role::Agent))
    }

    /// Approves what waits, as Mia.
    pub(crate) fn approve(&self, row: &Proposal) -> Proposal {
        self.engine
            .decide(row.id, row.version, fermata_engine::Decision::Approve, &mia())
            .expect("it can be approved")
    }

    pub(crate) fn row(&self, row: &Proposal) -> Proposal {
        self.engine.proposal(row.id).expect("it is there")
    }

    /// Lets time pass and the loop run, a few seconds at a time, as it would.
    pub(crate) async fn live(&self, seconds: i64) {
        let end = self.now() + SignedDuration::from_secs(seconds);
        loop {
            self.engine.tick().expect("the workflows run");
            while self.engine.send_due().await > 0 {}
            self.engine.look_due().await;
            if self.now() >= end {
                break;
            }
            self.pass(5);
        }
    }

    /// Lands records of one connection, as a sync would.
    pub(crate) fn land(&self, platform: Platform, records: Vec<Record>) {
        let connection = self.platform.connection_for(platform).expect("all three are there");
        let now = self.now();
        let resolver = Identity::default();
        let from = Landing {
            connection,
            platform,
            resolver: &resolver,
            now,
            feed_since: now - SignedDuration::from_hours(60 * 24),
        };
        let changes = records.into_iter().map(|record| Change::Seen(Box::new(record))).collect();
        self.store
            .write(Durability::Normal, Writer::Sync(connection), |tx| landing::land(tx, &from, changes))
            .expect("the records land");
    }

    /// Lets parcels become late whose time has passed, as a sync would.
    pub(crate) fn note_late(&self) {
        let now = self.now();
        let resolver = Identity::default();
        let connection = ConnectionId(1);
        let from = Landing {
            connection,
            platform: Platform::Shopify,
            resolver: &resolver,
            now,
            feed_since: now - SignedDuration::from_hours(60 * 24),
        };
        self.store
            .write(Durability::Normal, Writer::Sync(connection), |tx| fermata_store::late::note(tx, &from))
            .expect("late parcels are noted");
    }

    /// Makes a customer known.
    pub(crate) fn customer(&self, email: &str) -> CustomerId {
        let record = Record {
            stream: Stream::Customers,
            external_id: format!("c-{email}"),
            changed_at: self.now(),
            entity: Entity::Person(PersonRecord { who: who(email), ..PersonRecord::default() }),
            raw: format!("{{\"c\":\"{email}\"}}"),
        };
        self.land(Platform::Shopify, vec![record]);
        self.store
            .read(|conn| customers::by_email(conn, email))
            .expect("customers can be read")
            .expect("a landed person is a customer")
    }
}

impl Shop {
    /// Lets a platform say that two addresses are one person's.
    pub(crate) fn join(&self, one: &str, other: &str) {
        let both = Who { emails: vec![one.to_owned(), other.to_owned()], ..Who::default() };
        let record = Record {
            stream: Stream::Customers,
            external_id: "both".to_owned(),
            changed_at: self.now(),
            entity: Entity::Person(PersonRecord { who: both, ..PersonRecord::default() }),
            raw: "{}".to_owned(),
        };
        self.land(Platform::Shopify, vec![record]);
    }
}

pub(crate) fn who(email: &str) -> Who {
    Who { emails: vec![email.to_owned()], name: Some("Ana Ruiz".to_owned()), ..Who::default() }
}

pub(crate) fn order_ref(order: &str) -> RecordRef {
    RecordRef {
        connection: ConnectionId(1),
        stream: Stream::Orders,
        external_id: order.to_owned(),
        label: format!("#{order}"),
    }
}

pub(crate) fn refund_of(order: &str, minor: i64) -> Action {
    Action::OrderRefund { order: order_ref(order), amount: euros(minor), note: "Broken".to_owned() }
}

pub(crate) fn note_on(ticket: &str) -> Action {
    Action::TicketNote {
        ticket: RecordRef {
            connection: ConnectionId(2),
            stream: Stream::Tickets,
            external_id: ticket.to_owned(),
            label: "Where is it?".to_owned(),
        },
        text: "Looked into it.".to_owned(),
    }
}

pub(crate) fn hold_of(profile: &str) -> Action {
    Action::MarketingHold {
        profile: RecordRef {
            connection: ConnectionId(3),
            stream: Stream::Profiles,
            external_id: profile.to_owned(),
            label: "li@example.com".to_owned(),
        },
    }
}

fn engine(
    store: &Store,
    clock: &Arc<HandClock>,
    platform: &Arc<FakePlatform>,
    ids: &Arc<CountedIds>,
    fail_points: Arc<dyn FailPoints>,
) -> Engine {
    let ports = ports(clock, platform, ids, fail_points);
    Engine::new(store.clone(), ports).expect("the workflows that ship can be read")
}

fn ports(
    clock: &Arc<HandClock>,
    platform: &Arc<FakePlatform>,
    ids: &Arc<CountedIds>,
    fail_points: Arc<dyn FailPoints>,
) -> Ports {
    Ports { platforms: platform.clone(), clock: clock.clone(), ids: ids.clone(), fail_points }
}
