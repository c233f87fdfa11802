//! A small store to try things on.

use fermata_identity::Identity;
use fermata_model::record::{Entity, Gone, Order, Person, Record, Ticket, Who};
use fermata_model::{Change, ConnectionId, Currency, Money, Platform, Stream, Timestamp};
use fermata_store::connections::{self, NewConnection};
use fermata_store::landing::{Landed, Landing, land};
use fermata_store::{DatabaseKey, Durability, Store, Writer, customers, dump};

/// An instant, in seconds after some morning.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + seconds).unwrap()
}

/// A store with one connection of each platform, and a folder that goes away with it.
pub(crate) struct Shop {
    pub(crate) store: Store,
    _dir: tempfile::TempDir,
    identity: Identity,
}

impl Shop {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path().join("store.db"), &DatabaseKey::new([1; 32])).unwrap();
        store
            .write(Durability::Normal, Writer::System("test"), |tx| {
                for platform in Platform::ALL {
                    let new = NewConnection {
                        platform: *platform,
                        name: "main".into(),
                        base_url: "https://shop.example".into(),
                        at: at(0),
                    };
                    connections::add(tx, &new)?;
                }
                Ok(())
            })
            .unwrap();
        Self { store, _dir: dir, identity: Identity::default() }
    }

    pub(crate) fn land(&self, platform: Platform, changes: Vec<Change>) -> Landed {
        let place = Platform::ALL.iter().position(|other| *other == platform).unwrap();
        let connection = ConnectionId(place as i64 + 1);
        self.store
            .write(Durability::Normal, Writer::Sync(connection), |tx| {
                let landing = Landing {
                    connection,
                    platform,
                    resolver: &self.identity,
                    now: at(1_000_000),
                    feed_since: at(-1_000_000),
                };
                land(tx, &landing, changes)
            })
            .unwrap()
    }

    pub(crate) fn dump(&self) -> Vec<String> {
        self.store.read(dump::canonical).unwrap()
    }

    pub(crate) fn customers(&self) -> u64 {
        self.store.read(customers::count).unwrap()
    }
}

fn seen(stream: Stream, id: &str, changed: i64, entity: Entity) -> Change {
    let raw = format!("{{\"id\":{id:?},\"at\":{changed},\"is\":{:?}}}", format!("{entity:?}"));
    Change::Seen(Box::new(Record { stream, external_id: id.into(), changed_at: at(changed), entity, raw }))
}

/// What a record says about its person: an id, addresses, numbers.
pub(crate) fn who(id: Option<&str>, emails: &[&str], phones: &[&str]) -> Who {
    Who {
        external_id: id.map(Into::into),
        emails: emails.iter().map(|&email| email.into()).collect(),
        phones: phones.iter().map(|&phone| phone.into()).collect(),
        country: Some("DE".into()),
        ..Who::default()
    }
}

pub(crate) fn person(stream: Stream, id: &str, changed: i64, who: Who) -> Change {
    let created_at = Some(at(0));
    seen(stream, id, changed, Entity::Person(Person { who, created_at, ..Person::default() }))
}

pub(crate) fn order(id: &str, name: &str, changed: i64, who: Who) -> Change {
    let money = |minor| Money::new(minor, Currency::EUR);
    seen(
        Stream::Orders,
        id,
        changed,
        Entity::Order(Order {
            name: name.into(),
            who,
            placed_at: at(10),
            cancelled_at: None,
            currency: Currency::EUR,
            total: money(4200),
            refunded: money(0),
            payment_status: "PAID".into(),
            delivery_status: "FULFILLED".into(),
            lines: vec![],
            refunds: vec![],
            parcels: vec![],
            tags: vec![],
            note: None,
        }),
    )
}

pub(crate) fn ticket(id: &str, changed: i64, who: Who, subject: &str) -> Change {
    seen(
        Stream::Tickets,
        id,
        changed,
        Entity::Ticket(Ticket {
            who,
            subject: Some(subject.into()),
            status: "open".into(),
            channel: "chat".into(),
            excerpt: None,
            tags: vec![],
            created_at: at(20),
            closed_at: None,
            last_message_at: None,
            discarded: false,
        }),
    )
}

pub(crate) fn gone(stream: Stream, id: &str, when: i64, into: Option<&str>) -> Change {
    Change::Gone(Gone { stream, external_id: id.into(), at: at(when), merged_into: into.map(Into::into) })
}
