//! A platform that answers by script.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use fermata_connectors::capability::StreamCapability;
use fermata_connectors::{Account, Capability, Connector, Error, Found, Kind, Page, Pull, Sent};
use fermata_model::record::{Entity, Person, Record, Who};
use fermata_model::{Action, Change, Frozen, Key, Platform, Stream, Timestamp};

static CAPABILITY: Capability = CAPABILITY_OF_ONE;

/// Two streams, for what one does to the other.
pub(crate) static BOTH: Capability =
    Capability { streams: &[STREAM, StreamCapability { stream: Stream::Orders, ..STREAM }], ..*BASE };

/// One stream that is swept once a day.
pub(crate) static SWEPT: Capability = Capability {
    streams: &[StreamCapability {
        removal: fermata_connectors::Removal::Swept(Duration::from_secs(24 * 3600)),
        ..STREAM
    }],
    ..*BASE
};

/// One stream of a version that its vendor ends on a day.
pub(crate) static AGEING: Capability =
    Capability { retires: Some(jiff::civil::date(2027, 1, 15)), ..CAPABILITY_OF_ONE };

/// One stream whose name in the store is no word.
pub(crate) static PRICED: Capability =
    Capability { streams: &[StreamCapability { stream: Stream::PriceLists, ..STREAM }], ..*BASE };

const CAPABILITY_OF_ONE: Capability = Capability { streams: &[STREAM], ..*BASE };

const STREAM: StreamCapability = StreamCapability {
    stream: Stream::Customers,
    page_size: 2,
    incremental: true,
    overlap: Duration::from_secs(60),
    every: Duration::from_secs(60),
    removal: fermata_connectors::Removal::Never,
};

const BASE: &Capability = &fermata_connectors::shopify::CAPABILITY;

/// What it was asked, and what it will answer.
#[derive(Default)]
pub(crate) struct Script {
    pub(crate) capability: Option<&'static Capability>,
    /// Whatever is asked fails like this, whatever the answers.
    pub(crate) always: Option<fn() -> Error>,
    /// It never answers.
    pub(crate) silent: std::sync::atomic::AtomicBool,
    /// This stream always fails, whatever the answers.
    pub(crate) broken: Option<Stream>,
    pub(crate) asked: Mutex<Vec<Pull>>,
    pub(crate) answers: Mutex<VecDeque<Result<Page, Error>>>,
}

impl Script {
    pub(crate) fn new(answers: impl IntoIterator<Item = Result<Page, Error>>) -> Arc<Self> {
        Arc::new(Self { answers: Mutex::new(answers.into_iter().collect()), ..Self::default() })
    }

    pub(crate) fn answer(&self, answer: Result<Page, Error>) {
        self.answers.lock().unwrap().push_back(answer);
    }

    pub(crate) fn asked(&self) -> Vec<Pull> {
        self.asked.lock().unwrap().clone()
    }
}

/// A page with the people of these ids.
pub(crate) fn page(ids: &[u32], next: Option<&str>) -> Result<Page, Error> {
    let changes = ids.iter().map(|id| person(*id)).collect();
    Ok(Page { changes, next: next.map(Into::into), total: None })
}

pub(crate) fn person(id: u32) -> Change {
    let who = Who { emails: vec![format!("p{id}@example.com")], ..Who::default() };
    Change::Seen(Box::new(Record {
        stream: Stream::Customers,
        external_id: id.to_string(),
        changed_at: "2026-01-01T00:00:00Z".parse().unwrap(),
        entity: Entity::Person(Person { who, ..Person::default() }),
        raw: format!("{{\"id\":{id}}}"),
    }))
}

pub(crate) fn failure(kind: Kind) -> Result<Page, Error> {
    Err(Error::new(Platform::Shopify, "customers", kind, "It failed."))
}

#[async_trait]
impl Connector for Script {
    fn capability(&self) -> &'static Capability {
        self.capability.unwrap_or(&CAPABILITY)
    }

    async fn check(&self) -> Result<Account, Error> {
        Ok(Account {
            id: None,
            name: "Scripted".into(),
            user: None,
            currency: None,
            time_zone: None,
            granted: vec![],
            missing: vec![],
            absent: Vec::new(),
            api_version: None,
        })
    }

    async fn pull(&self, pull: &Pull) -> Result<Page, Error> {
        self.asked.lock().unwrap().push(pull.clone());
        if self.silent.load(std::sync::atomic::Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
        if let Some(fails) = self.always {
            return Err(fails());
        }
        if self.broken == Some(pull.stream) {
            return failure(Kind::Broken);
        }
        self.answers.lock().unwrap().pop_front().unwrap_or_else(|| page(&[], None))
    }

    fn reread(&self, _: Stream, raw: &str) -> Result<Change, Error> {
        raw.trim()
            .parse()
            .map(person)
            .map_err(|_| Error::new(Platform::Shopify, "reread", Kind::Malformed, "It is no number."))
    }

    async fn prepare(&self, _: &Action, _: Key, _: Timestamp) -> Result<Frozen, Error> {
        Err(Error::new(Platform::Shopify, "prepare", Kind::Unsupported, "It only reads."))
    }

    async fn send(&self, _: &Frozen) -> Result<Sent, Error> {
        Err(Error::new(Platform::Shopify, "send", Kind::Unsupported, "It only reads."))
    }

    async fn find(&self, _: &Frozen) -> Result<Found, Error> {
        Ok(Found::No)
    }
}
