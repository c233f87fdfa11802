//! A made-up shop's history, page by page, the same every time.

use fermata_model::record::{
    Cart, Entity, Line, Message, Order, Parcel, Person, Record, Send, SendKind, Ticket, Who,
};
use fermata_model::{Change, Currency, Money, Platform, Stream, Timestamp};

/// How many records a page has; what Shopify's largest pages have.
pub(crate) const PAGE: u32 = 250;

const FIRST: [&str; 12] =
    ["Anna", "Ben", "Clara", "David", "Elif", "Finn", "Greta", "Hugo", "Ines", "Jonas", "Klara", "Luca"];
const LAST: [&str; 10] =
    ["Schmidt", "Meyer", "Okafor", "Rossi", "Larsen", "Novak", "Silva", "Dubois", "Yilmaz", "Weber"];

/// One stream of the shop and how many records it has per hundred customers.
pub(crate) struct Part {
    pub(crate) platform: Platform,
    pub(crate) stream: Stream,
    per_hundred: u32,
}

/// The streams in the order in which a first sync reads them.
pub(crate) const PARTS: [Part; 9] = [
    Part { platform: Platform::Shopify, stream: Stream::Customers, per_hundred: 100 },
    Part { platform: Platform::Shopify, stream: Stream::Orders, per_hundred: 200 },
    Part { platform: Platform::Shopify, stream: Stream::Carts, per_hundred: 30 },
    Part { platform: Platform::Gorgias, stream: Stream::Customers, per_hundred: 30 },
    Part { platform: Platform::Gorgias, stream: Stream::Tickets, per_hundred: 40 },
    Part { platform: Platform::Gorgias, stream: Stream::Messages, per_hundred: 120 },
    Part { platform: Platform::Klaviyo, stream: Stream::Profiles, per_hundred: 100 },
    Part { platform: Platform::Klaviyo, stream: Stream::Sends, per_hundred: 400 },
    Part { platform: Platform::Shopify, stream: Stream::Products, per_hundred: 0 },
];

impl Part {
    pub(crate) fn pages(&self, customers: u32) -> u32 {
        self.records(customers).div_ceil(PAGE)
    }

    fn records(&self, customers: u32) -> u32 {
        (u64::from(customers) * u64::from(self.per_hundred) / 100) as u32
    }

    /// Makes one page.
    pub(crate) fn page(&self, customers: u32, page: u32) -> Vec<Change> {
        let from = page * PAGE;
        let to = (from + PAGE).min(self.records(customers));
        (from..to).map(|place| self.record(customers, place)).collect()
    }

    fn record(&self, customers: u32, place: u32) -> Change {
        let at = instant(place, self.records(customers));
        let whose = mix(place, self.stream as u32) % customers;
        let (external_id, entity) = match (self.stream, self.platform) {
            (Stream::Customers, Platform::Shopify) => {
                ((7_000_000_000 + u64::from(place)).to_string(), person(place, at))
            }
            (Stream::Profiles, _) => (profile_id(place), person(place, at)),
            (Stream::Customers, _) => ((500_000 + place).to_string(), person(place, at)),
            (Stream::Orders, _) => {
                ((5_900_000_000_u64 + u64::from(place)).to_string(), order(place, whose, at))
            }
            (Stream::Carts, _) => ((38_000_000_u64 + u64::from(place)).to_string(), cart(place, whose, at)),
            (Stream::Tickets, _) => ((1_000_000 + place).to_string(), ticket(place, customers, at)),
            (Stream::Messages, _) => ((90_000_000 + place).to_string(), message(place, customers, at)),
            _ => (format!("4X{place:08x}"), send(place, whose, at)),
        };
        let raw = raw(&external_id, &entity);
        let stream = self.stream;
        Change::Seen(Box::new(Record { stream, external_id, changed_at: at, entity, raw }))
    }
}

/// Stands for the vendor's JSON: about as long, and different in every record.
fn raw(external_id: &str, entity: &Entity) -> String {
    let length = match entity {
        Entity::Order(_) => 2_400,
        Entity::Person(_) => 900,
        Entity::Cart(_) | Entity::Product(_) => 1_200,
        Entity::Ticket(_) | Entity::Message(_) => 1_100,
        _ => 700,
    };
    let mut text = format!("{{\"id\":\"{external_id}\",");
    while text.len() < length {
        text.push_str("\"admin_graphql_api_id\":\"gid\",\"note_attributes\":[],\"value\":null,");
    }
    text.push_str("\"end\":true}");
    text
}

/// Spreads records over three years, in order.
pub(crate) fn instant(place: u32, of: u32) -> Timestamp {
    const YEARS: i64 = 3 * 365 * 86_400;
    Timestamp::from_second(1_700_000_000 + YEARS * i64::from(place) / i64::from(of.max(1)))
        .unwrap_or(Timestamp::MIN)
}

/// Draws a number from a place, the same every time.
pub(crate) fn mix(place: u32, salt: u32) -> u32 {
    let mut value = u64::from(place) << 32 | u64::from(salt);
    value = value.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    value = (value ^ (value >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    (value >> 32) as u32
}

fn profile_id(place: u32) -> String {
    format!("01H{:010X}", u64::from(mix(place, 99)) << 8 | u64::from(place & 255))
}

pub(crate) fn email(whose: u32) -> String {
    let word = mix(whose, 7);
    format!("{}.{}{whose}@example.com", FIRST[word as usize % 12], LAST[word as usize / 12 % 10])
}

pub(crate) fn name(whose: u32) -> String {
    let word = mix(whose, 7) as usize;
    format!("{} {}", FIRST[word % 12], LAST[word / 12 % 10])
}

fn person(place: u32, at: Timestamp) -> Entity {
    Entity::Person(Person {
        who: Who {
            emails: vec![email(place)],
            name: Some(name(place)),
            country: Some("DE".into()),
            ..Who::default()
        },
        created_at: Some(at),
        city: Some("Hamburg".into()),
        locale: Some("de".into()),
        tags: vec![],
        accepts_marketing: Some(place.is_multiple_of(3)),
        suppressed: Some(false),
    })
}

fn shopper(whose: u32) -> Who {
    Who {
        external_id: Some((7_000_000_000 + u64::from(whose)).to_string()),
        emails: vec![email(whose)],
        name: Some(name(whose)),
        ..Who::default()
    }
}

fn euro(cents: u32) -> Money {
    Money::new(i64::from(cents), Currency::EUR)
}

fn lines(place: u32, count: u32) -> Vec<Line> {
    (0..count)
        .map(|line| Line {
            external_id: (u64::from(place) * 8 + u64::from(line) + 14_000_000_000).to_string(),
            variant: Some((44_000_000_000 + u64::from(mix(place, line) % 5_000)).to_string()),
            sku: Some(format!("SKU-{}", mix(place, line) % 5_000)),
            title: "Linen shirt, long sleeve, sand".into(),
            quantity: 1,
            unit_price: euro(4_900),
        })
        .collect()
}

fn order(place: u32, whose: u32, at: Timestamp) -> Entity {
    let later = |days: i64| at + jiff::SignedDuration::from_hours(24 * days);
    Entity::Order(Order {
        name: format!("#{}", 1_000 + place),
        who: shopper(whose),
        placed_at: at,
        cancelled_at: None,
        currency: Currency::EUR,
        total: euro(14_700),
        refunded: euro(0),
        payment_status: "PAID".into(),
        delivery_status: "FULFILLED".into(),
        lines: lines(place, 1 + place % 4),
        refunds: vec![],
        parcels: vec![Parcel {
            external_id: (u64::from(place) + 6_000_000_000).to_string(),
            carrier: Some("DHL".into()),
            tracking: Some(format!("00340434{place:012}")),
            status: "DELIVERED".into(),
            shipped_at: later(1),
            due_at: Some(later(5)),
            delivered_at: Some(later(4)),
        }],
        tags: vec![],
        note: None,
    })
}

fn cart(place: u32, whose: u32, at: Timestamp) -> Entity {
    Entity::Cart(Cart {
        who: shopper(whose),
        created_at: at,
        completed_at: None,
        lines: lines(place, 2),
        total: euro(9_800),
        recovery_url: Some(format!("https://shop.example/recover/{place}")),
    })
}

/// The help desk knows the first customers of all.
fn asker(place: u32, customers: u32) -> Who {
    let known = (customers * 3 / 10).max(1);
    Who { external_id: Some((500_000 + mix(place, 5) % known).to_string()), ..Who::default() }
}

fn ticket(place: u32, customers: u32, at: Timestamp) -> Entity {
    Entity::Ticket(Ticket {
        who: asker(place, customers),
        subject: Some("Where is my parcel?".into()),
        status: if place.is_multiple_of(50) { "open" } else { "closed" }.into(),
        channel: "email".into(),
        excerpt: Some("Hello, I ordered last week and the tracking has not moved since".into()),
        tags: vec!["shipping".into()],
        created_at: at,
        closed_at: Some(at + jiff::SignedDuration::from_hours(30)),
        last_message_at: Some(at + jiff::SignedDuration::from_hours(29)),
        discarded: false,
    })
}

fn message(place: u32, customers: u32, at: Timestamp) -> Entity {
    let ticket = place / 3;
    let from_shop = place % 3 == 1;
    Entity::Message(Message {
        ticket: (1_000_000 + ticket).to_string(),
        who: asker(ticket, customers),
        from_shop,
        public: true,
        text: "Hello, I ordered last week and the tracking has not moved since Tuesday. Could you have a \
               look where it is? The order was a gift and the birthday is on Saturday. Thank you!"
            .into(),
        created_at: at,
        sent_at: from_shop.then_some(at),
        failed_at: None,
        sender_ref: None,
    })
}

fn send(place: u32, whose: u32, at: Timestamp) -> Entity {
    let (metric, kind) = if place.is_multiple_of(3) {
        ("Opened Email", SendKind::Opened)
    } else {
        ("Received Email", SendKind::Sent)
    };
    Entity::Send(Send {
        who: Who { external_id: Some(profile_id(whose)), ..Who::default() },
        metric: metric.into(),
        kind: Some(kind),
        subject: Some("Fresh linen for warm days".into()),
        at,
        sender_ref: None,
    })
}
