//! The timeline of one customer, and what of it is new.

use fermata_model::record::{Entity, Order, Who};
use fermata_model::{Currency, CustomerId, EventKind, EventSource, Money, Platform, ProposalId, Stream};
use fermata_store::timeline::{self, Ours};
use fermata_store::{Durability, Error, Sql, Writer, customers, feed};

use crate::shop::{DAY, Shop, at, order, person, refund, seen};

fn with_history() -> Shop {
    let shop = Shop::new();
    let mut page = vec![person("1", 1, "Anna", "anna@example.com")];
    for n in 0..7 {
        let who = Who { external_id: Some("1".into()), ..Who::default() };
        let mut order = order();
        order.who = who;
        order.name = format!("#{n}");
        order.placed_at = at(n / 2 * DAY);
        order.refunds = vec![refund(n * DAY + 5)];
        page.push(seen(Stream::Orders, &n.to_string(), 1, Entity::Order(order)));
    }
    shop.land(Platform::Shopify, 9 * DAY, page);
    shop
}

#[test]
fn pages_of_a_timeline_join_without_gap_or_double() {
    let shop = with_history();
    let page = |before, kinds: &[EventKind], limit| {
        shop.store.read(|conn| timeline::page(conn, CustomerId(1), before, kinds, limit)).unwrap()
    };
    let whole = page(None, &[], 100);
    assert_eq!(whole.len(), 14);
    for size in [1, 3, 5] {
        let mut joined = Vec::new();
        let mut before = None;
        loop {
            let next = page(before, &[], size);
            let Some(last) = next.last() else { break };
            before = Some((last.at, last.seq));
            joined.extend(next);
        }
        assert_eq!(joined, whole, "pages of {size}; several orders were placed at one instant");
    }
    let refunds = page(None, &[EventKind::OrderRefunded], 100);
    assert_eq!(refunds.len(), 7);
    assert!(refunds.iter().all(|event| event.kind == EventKind::OrderRefunded && event.amount.is_some()));
}

#[test]
fn our_own_actions_stand_among_what_happened_and_are_news() {
    let shop = with_history();
    let ours = Ours {
        customer: CustomerId(1),
        at: at(2 * DAY),
        kind: EventKind::OursProposed,
        proposal: Some(ProposalId(5)),
        title: "5.00 EUR back on #4",
        amount: None,
        state: Some("held"),
    };
    let add = |ours: &Ours<'_>| {
        shop.store.write(Durability::Full, Writer::System("test"), |tx| timeline::add_ours(tx, ours))
    };
    add(&ours).unwrap();
    add(&ours).unwrap();
    let read = |conn: &Sql| timeline::page(conn, CustomerId(1), None, &[EventKind::OursProposed], 10);
    let found = shop.store.read(read).unwrap();
    assert_eq!(found.len(), 2, "two at one instant are two");
    assert_eq!((found[0].source, found[0].proposal), (EventSource::Ours, Some(ProposalId(5))));
    let stretch = shop.store.read(|conn| feed::since(conn, 14, 10)).unwrap();
    assert_eq!(stretch.items.len(), 2);
    assert!(matches!(add(&Ours { customer: CustomerId(99), ..ours }), Err(Error::Missing { .. })));
}

#[test]
fn the_feed_is_read_from_where_it_was_left_and_forgotten_once_all_have_read() {
    let shop = with_history();
    let write = |work: &dyn Fn(&fermata_store::Tx<'_>) -> Result<(), Error>| {
        shop.store.write(Durability::Full, Writer::System("test"), |tx| work(tx)).unwrap();
    };
    let first = shop.store.read(|conn| feed::since(conn, 0, 4)).unwrap();
    assert_eq!((first.items.len(), first.end), (4, 4));
    write(&|tx| feed::advance(tx, "engine", 4));
    write(&|tx| feed::advance(tx, "other", 2));
    write(&|tx| feed::prune(tx).map(|_| ()));
    let left = shop.store.read(|conn| feed::since(conn, 0, 100)).unwrap();
    assert_eq!(left.items.first().map(|item| item.feed_seq), Some(3), "as far as the slowest has read");
    assert_eq!(shop.store.read(|conn| feed::position(conn, "engine")).unwrap(), 4);
    let after = shop.store.read(|conn| feed::since(conn, left.end, 100)).unwrap();
    assert_eq!((after.items.len(), after.end), (0, left.end));
}

#[test]
fn a_header_sums_by_currency_and_leaves_out_what_was_cancelled() {
    let shop = with_history();
    let mut cancelled = order();
    cancelled.who = Who { external_id: Some("1".into()), ..Who::default() };
    cancelled.cancelled_at = Some(at(DAY));
    let dollars = Order {
        who: Who { external_id: Some("1".into()), ..Who::default() },
        currency: Currency::USD,
        total: Money::new(9_900, Currency::USD),
        refunded: Money::new(300, Currency::USD),
        ..order()
    };
    let page = vec![
        seen(Stream::Orders, "c", 1, Entity::Order(cancelled)),
        seen(Stream::Orders, "d", 1, Entity::Order(dollars)),
    ];
    shop.land(Platform::Shopify, 9 * DAY, page);
    let facts = shop.store.read(|conn| customers::facts(conn, CustomerId(1))).unwrap();
    assert_eq!(facts.orders, 8);
    assert_eq!(facts.spent, [Money::new(7 * 4_200, Currency::EUR), Money::new(9_900, Currency::USD)]);
    assert_eq!(facts.refunded, [Money::new(300, Currency::USD)]);
    assert_eq!((facts.open_tickets, facts.marketing_held), (0, false));
    assert_eq!(facts.first_seen, Some(at(0)));
}
