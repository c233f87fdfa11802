//! A shop to test in: a store in a folder of its own, and a clock moved by hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use fermata_engine::fail_points::{FailPoints, NoFailPoints};
use fermata_engine::ports::{Ids, Platforms as _};
use fermata_engine::workflow::shipped::Shipped;
use fermata_engine::{Draft, Engine, Error, Person, Policy, Ports, Proposal, Role};
use fermata_identity::Identity;
use fermata_model::record::{Entity, Person as PersonRecord, Who};
use fermata_model::{
    Action, Change, Clock, ConnectionId, Currency, CustomerId, Key, Money, Platform, Record, RecordRef,
    Stream, Timestamp,
};
use fermata_store::connections::{self, NewConnection};
use fermata_store::guardrails::{self, Set};
use fermata_store::landing::{self, Landing};
use fermata_store::{DatabaseKey, Durability, Store, Writer, customers};
use jiff::SignedDuration;
use uuid::Uuid;

pub(crate) use crate::platform::{Answer, FakePlatform};

/// A clock that only moves when told to.
pub(crate) struct HandClock(AtomicI64);

impl HandClock {
    pub(crate) fn pass(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }
}

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
        let platform = Arc::new(FakePlatform::new(clock.clone()));
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
        self.clock.pass(seconds);
    }

    /// Changes what the shop allows, as if it had been allowed for long.
    pub(crate) fn allow(&self, change: impl FnOnce(&mut Policy)) {
        let mut policy = self.engine.policy().expect("the policy can be read");
        change(&mut policy);
        let value = serde_json::to_string(&policy).expect("a policy is written as JSON");
        let set = Set { value, by: "Olga".to_owned(), at: self.now() };
        self.store
            .write(Durability::Full, Writer::System("test"), |tx| Ok(guardrails::set(tx, "policy", &set)?))
            .expect("a policy can be kept");
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
            takes_back: None,
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
        self.land_changes(
            platform,
            records.into_iter().map(|record| Change::Seen(Box::new(record))).collect(),
        );
    }

    /// Lands what a platform says of its records.
    pub(crate) fn land_changes(&self, platform: Platform, changes: Vec<Change>) {
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
    Action::OrderRefund {
        order: order_ref(order),
        amount: euros(minor),
        note: "Broken".to_owned(),
        restock: Vec::new(),
    }
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
