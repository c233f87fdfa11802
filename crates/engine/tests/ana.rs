//! Ana, as the platforms know her: a parcel that is late, or a cart that she left.

use fermata_engine::{Filter, Proposal};
use fermata_model::record::{self, Cart, Entity, Line, Message, Order, Parcel, Ticket};
use fermata_model::{ActionKind, Platform, Record, State, Stream, Timestamp};

use crate::shop::{Shop, at, euros, who};

pub(crate) const LATE: &str = "support.late-parcel";
pub(crate) const CART: &str = "marketing.hold-cart-mail";
pub(crate) const ANA: &str = "ana@example.com";

pub(crate) fn record(stream: Stream, id: &str, changed_at: Timestamp, entity: Entity) -> Record {
    let raw = format!("{{\"{stream}\":\"{id}\",\"at\":\"{changed_at}\"}}");
    Record { stream, external_id: id.to_owned(), changed_at, entity, raw }
}

pub(crate) fn line(title: &str) -> Line {
    Line {
        external_id: title.to_owned(),
        variant: None,
        sku: None,
        title: title.to_owned(),
        quantity: 1,
        unit_price: euros(10_000),
    }
}

/// An order of 100.00 with one parcel that is due on the 12th.
pub(crate) fn order(changed_at: Timestamp, delivered_at: Option<Timestamp>, refunded: i64) -> Record {
    let order = Order {
        name: "#1042".to_owned(),
        who: who(ANA),
        placed_at: at("2026-11-03T09:00:00Z"),
        cancelled_at: None,
        currency: euros(0).currency,
        total: euros(10_000),
        refunded: euros(refunded),
        payment_status: "PAID".to_owned(),
        delivery_status: "FULFILLED".to_owned(),
        lines: vec![line("Teapot")],
        refunds: Vec::new(),
        parcels: vec![Parcel {
            external_id: "77".to_owned(),
            carrier: Some("DHL".to_owned()),
            tracking: Some("JD0146".to_owned()),
            status: "IN_TRANSIT".to_owned(),
            shipped_at: at("2026-11-05T09:00:00Z"),
            due_at: Some(at("2026-11-12T17:00:00Z")),
            delivered_at,
        }],
        tags: Vec::new(),
        note: None,
    };
    record(Stream::Orders, "9001", changed_at, Entity::Order(order))
}

pub(crate) fn ticket(id: &str, subject: &str, opened: &str, closed_at: Option<Timestamp>) -> Record {
    let created_at = at(opened);
    let ticket = Ticket {
        who: who(ANA),
        subject: Some(subject.to_owned()),
        status: if closed_at.is_some() { "closed" } else { "open" }.to_owned(),
        channel: "email".to_owned(),
        excerpt: None,
        tags: Vec::new(),
        created_at,
        closed_at,
        last_message_at: Some(created_at),
        discarded: false,
    };
    record(Stream::Tickets, id, closed_at.unwrap_or(created_at), Entity::Ticket(ticket))
}

pub(crate) fn message(ticket: &str, id: &str, text: &str, written: &str) -> Record {
    let created_at = at(written);
    let message = Message {
        ticket: ticket.to_owned(),
        who: who(ANA),
        from_shop: false,
        public: true,
        text: text.to_owned(),
        created_at,
        sent_at: None,
        failed_at: None,
        sender_ref: None,
    };
    record(Stream::Messages, id, created_at, Entity::Message(message))
}

pub(crate) fn cart(changed_at: Timestamp, completed_at: Option<Timestamp>) -> Record {
    let cart = Cart {
        who: who(ANA),
        created_at: at("2026-11-20T09:00:00Z"),
        completed_at,
        lines: vec![line("Blue teapot"), line("Tray")],
        total: euros(6_400),
        recovery_url: Some("https://shop.example/cart/31".to_owned()),
    };
    record(Stream::Carts, "31", changed_at, Entity::Cart(cart))
}

pub(crate) fn profile(changed_at: Timestamp, suppressed: bool) -> Record {
    let person = record::Person {
        who: who(ANA),
        suppressed: Some(suppressed),
        accepts_marketing: Some(true),
        ..record::Person::default()
    };
    record(Stream::Profiles, "P1", changed_at, Entity::Person(person))
}

/// A shop with a late parcel whose customer has asked.
pub(crate) fn late_shop() -> Shop {
    let shop = Shop::open();
    shop.customer(ANA);
    shop.land(Platform::Shopify, vec![order(at("2026-11-06T09:00:00Z"), None, 0)]);
    shop.land(
        Platform::Gorgias,
        vec![
            ticket("881", "Where is it?", "2026-11-19T08:00:00Z", None),
            message("881", "m1", "My order #1042 has not arrived.", "2026-11-19T08:00:00Z"),
        ],
    );
    shop.note_late();
    shop
}

pub(crate) fn cart_shop() -> Shop {
    let shop = Shop::open();
    shop.customer(ANA);
    shop.land(Platform::Klaviyo, vec![profile(at("2026-11-01T09:00:00Z"), false)]);
    shop.land(
        Platform::Gorgias,
        vec![
            ticket("90", "Which size?", "2026-11-19T08:00:00Z", None),
            message("90", "m9", "Which size holds a litre?", "2026-11-19T08:00:00Z"),
        ],
    );
    shop.land(Platform::Shopify, vec![cart(at("2026-11-20T09:00:00Z"), None)]);
    shop
}

/// A cart's shop whose hold is done, and the profile kept from promotion.
pub(crate) async fn held_cart_shop() -> Shop {
    let shop = cart_shop();
    shop.engine.tick().unwrap();
    shop.approve(&waiting(&shop)[0]);
    shop.live(60).await;
    shop.land(Platform::Klaviyo, vec![profile(at("2026-11-20T12:01:00Z"), true)]);
    shop
}

pub(crate) fn all(shop: &Shop) -> Vec<Proposal> {
    let mut rows = shop.engine.list(&Filter::default(), 0, 100).unwrap();
    rows.sort_by_key(|row| row.id);
    rows
}

pub(crate) fn waiting(shop: &Shop) -> Vec<Proposal> {
    let mut rows = all(shop);
    rows.retain(|row| row.state == State::Held);
    rows
}

pub(crate) fn kinds(rows: &[Proposal]) -> Vec<ActionKind> {
    rows.iter().map(|row| row.action.kind()).collect()
}
