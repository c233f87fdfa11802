//! A small store to land things in, with people told apart by their address alone.

use std::path::Path;

use fermata_model::record::{Entity, Message, Order, Parcel, Person, Record, Refund, Ticket, Who};
use fermata_model::{
    Change, ConnectionId, Currency, CustomerId, IdentityId, Money, Platform, Stream, Timestamp,
};
use fermata_store::connections::{self, NewConnection};
use fermata_store::identities::Claim;
use fermata_store::landing::{
    Evidence, Landed, Landing, Prepared, Resolver, Subject, land, land_prepared, prepare,
};
use fermata_store::{DatabaseKey, Durability, Error, Store, Tx, Writer, feed, late, timeline};

/// Takes the first address for the person and joins nobody.
struct Plain;

impl Resolver for Plain {
    fn evidence(&self, subject: &Subject<'_>) -> Evidence {
        let who = match &subject.record.entity {
            Entity::Order(order) => &order.who,
            Entity::Ticket(ticket) => &ticket.who,
            Entity::Message(message) => &message.who,
            Entity::Payment(payment) => &payment.who,
            _ => return Evidence::default(),
        };
        Evidence { guest: who.emails.first().cloned(), ..Evidence::default() }
    }

    fn settle(&self, _: &Tx<'_>, _: IdentityId, _: &[Claim], _: &[Claim]) -> Result<(), Error> {
        Ok(())
    }
}

/// A day in seconds.
pub(crate) const DAY: i64 = 86_400;

/// An instant, in seconds after some morning.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + seconds).unwrap()
}

/// A store with one shop and one help desk.
pub(crate) struct Shop {
    pub(crate) store: Store,
    _dir: Option<tempfile::TempDir>,
}

impl Shop {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let shop = Self::at(dir.path());
        Self { _dir: Some(dir), ..shop }
    }

    /// A store in a folder that stays.
    pub(crate) fn at(folder: &Path) -> Self {
        let store = Store::open(folder.join("store.db"), &DatabaseKey::new([1; 32])).unwrap();
        store
            .write(Durability::Normal, Writer::System("test"), |tx| {
                for platform in [Platform::Shopify, Platform::Gorgias] {
                    let (name, base_url) = ("main".to_owned(), "https://shop.example".to_owned());
                    connections::add(tx, &NewConnection { platform, name, base_url, at: at(0) })?;
                }
                Ok(())
            })
            .unwrap();
        Self { store, _dir: None }
    }

    /// A store that was opened already.
    pub(crate) fn opened(store: Store) -> Self {
        Self { store, _dir: None }
    }

    fn landing(&self, platform: Platform, now: i64) -> Landing<'static> {
        Landing {
            connection: ConnectionId(if platform == Platform::Shopify { 1 } else { 2 }),
            platform,
            resolver: &Plain,
            now: at(now),
            feed_since: at(-30 * DAY),
        }
    }

    /// Lands a page at a time of day.
    pub(crate) fn land(&self, platform: Platform, now: i64, changes: Vec<Change>) -> Landed {
        self.land_prepared(platform, now, &self.prepare(platform, now, changes))
    }

    /// Prepares a page at a time of day.
    pub(crate) fn prepare(&self, platform: Platform, now: i64, changes: Vec<Change>) -> Vec<Prepared> {
        prepare(&self.landing(platform, now), self.store.patterns(), changes)
    }

    /// Lands what was prepared, at that time of day or later.
    pub(crate) fn land_prepared(&self, platform: Platform, now: i64, changes: &[Prepared]) -> Landed {
        let landing = self.landing(platform, now);
        let writer = Writer::Sync(landing.connection);
        self.store.write(Durability::Normal, writer, |tx| land_prepared(tx, &landing, changes)).unwrap()
    }

    /// Lands a page of the shop and writes something else with it.
    pub(crate) fn land_with(&self, changes: Vec<Change>, with: impl FnOnce(&Tx<'_>) -> Result<(), Error>) {
        let landing = self.landing(Platform::Shopify, 0);
        self.store
            .write(Durability::Normal, Writer::Sync(landing.connection), |tx| {
                land(tx, &landing, changes)?;
                with(tx)
            })
            .unwrap();
    }

    /// Lands what was prepared of the shop and writes something else with it.
    pub(crate) fn land_prepared_with(
        &self,
        changes: &[Prepared],
        with: impl FnOnce(&Tx<'_>) -> Result<(), Error>,
    ) {
        let landing = self.landing(Platform::Shopify, 0);
        self.store
            .write(Durability::Normal, Writer::Sync(landing.connection), |tx| {
                land_prepared(tx, &landing, changes)?;
                with(tx)
            })
            .unwrap();
    }

    /// Notes late parcels of the shop.
    pub(crate) fn note_late(&self, now: i64) -> usize {
        let landing = self.landing(Platform::Shopify, now);
        self.store.write(Durability::Normal, Writer::System("late"), |tx| late::note(tx, &landing)).unwrap()
    }

    /// The kinds on a customer's timeline, the oldest first.
    pub(crate) fn kinds(&self, customer: i64) -> Vec<&'static str> {
        let page = |conn: &fermata_store::Sql| timeline::page(conn, CustomerId(customer), None, &[], 100);
        let events = self.store.read(page).unwrap();
        events.iter().rev().map(|event| event.kind.name()).collect()
    }

    /// The kinds in the feed.
    pub(crate) fn fed(&self) -> Vec<&'static str> {
        let stretch = self.store.read(|conn| feed::since(conn, 0, 1_000)).unwrap();
        stretch.items.iter().map(|item| item.event.kind.name()).collect()
    }
}

pub(crate) fn who(email: &str) -> Who {
    Who { emails: vec![email.into()], ..Who::default() }
}

pub(crate) fn seen(stream: Stream, id: &str, changed: i64, entity: Entity) -> Change {
    let raw = format!("{{\"id\":{id:?},\"is\":{:?}}}", format!("{entity:?}"));
    Change::Seen(Box::new(Record { stream, external_id: id.into(), changed_at: at(changed), entity, raw }))
}

pub(crate) fn person(id: &str, changed: i64, name: &str, email: &str) -> Change {
    let who = Who { name: Some(name.into()), ..who(email) };
    seen(Stream::Customers, id, changed, Entity::Person(Person { who, ..Person::default() }))
}

pub(crate) fn order() -> Order {
    Order {
        name: "#1042".into(),
        who: who("anna@example.com"),
        placed_at: at(0),
        cancelled_at: None,
        currency: Currency::EUR,
        total: Money::new(4_200, Currency::EUR),
        refunded: Money::zero(Currency::EUR),
        payment_status: "PAID".into(),
        delivery_status: "FULFILLED".into(),
        lines: vec![],
        refunds: vec![],
        parcels: vec![],
        tags: vec![],
        note: None,
    }
}

pub(crate) fn parcel(due: i64, delivered: Option<i64>) -> Parcel {
    Parcel {
        external_id: "77".into(),
        carrier: Some("DHL".into()),
        tracking: Some("0034".into()),
        status: "IN_TRANSIT".into(),
        shipped_at: at(DAY),
        due_at: Some(at(due)),
        delivered_at: delivered.map(at),
    }
}

pub(crate) fn refund(when: i64) -> Refund {
    Refund {
        external_id: "88".into(),
        at: at(when),
        amount: Money::new(500, Currency::EUR),
        note: Some("late".into()),
    }
}

pub(crate) fn ticket(who: Who, subject: &str) -> Ticket {
    Ticket {
        who,
        subject: Some(subject.into()),
        status: "open".into(),
        channel: "email".into(),
        excerpt: None,
        tags: vec![],
        created_at: at(10),
        closed_at: None,
        last_message_at: None,
        discarded: false,
    }
}

pub(crate) fn message(ticket: &str, text: &str) -> Message {
    Message {
        ticket: ticket.into(),
        who: Who::default(),
        from_shop: false,
        public: true,
        text: text.into(),
        created_at: at(11),
        sent_at: None,
        failed_at: None,
        sender_ref: None,
    }
}
