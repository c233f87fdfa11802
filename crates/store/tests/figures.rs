//! The figures of the shop.

use fermata_model::record::{Entity, Order};
use fermata_model::{Currency, Money, Platform, Stream};
use fermata_store::figures;

use crate::shop::{DAY, Shop, at, message, order, parcel, refund, seen, ticket, who};

fn sold(id: i64, placed: i64, minor: i64) -> Order {
    let total = Money::new(minor, Currency::EUR);
    Order { name: format!("#{id}"), placed_at: at(placed), total, ..order() }
}

fn filled() -> Shop {
    let shop = Shop::new();
    let dollars = Money::new(9_900, Currency::USD);
    let orders = [
        sold(1, 0, 1_000),
        Order { refunds: vec![refund(3 * DAY)], refunded: refund(0).amount, ..sold(2, DAY, 2_000) },
        Order { cancelled_at: Some(at(DAY)), parcels: vec![parcel(2 * DAY, None)], ..sold(3, DAY, 4_000) },
        Order {
            currency: Currency::USD,
            total: dollars,
            refunded: Money::zero(Currency::USD),
            ..sold(4, DAY, 0)
        },
        Order { parcels: vec![parcel(2 * DAY, None), parcel(2 * DAY, Some(DAY))], ..sold(5, 2 * DAY, 8_000) },
    ];
    let orders = (1..)
        .zip(orders)
        .map(|(id, order)| seen(Stream::Orders, &i32::to_string(&id), 1, Entity::Order(order)));
    shop.land(Platform::Shopify, 3 * DAY, orders.collect());
    shop
}

#[test]
fn sales_are_those_of_the_period_in_one_currency_without_what_was_cancelled() {
    let shop = filled();
    let sales = |from, to| {
        let sales = shop.store.read(|conn| figures::sales(conn, Currency::EUR, at(from), at(to))).unwrap();
        (sales.net.minor, sales.orders)
    };
    assert_eq!(shop.store.read(figures::main_currency).unwrap(), Some(Currency::EUR));
    assert_eq!(sales(0, 2 * DAY), (1_000 + 1_500, 2), "the begin belongs to a period, the end does not");
    assert_eq!(sales(1, 2 * DAY + 1), (1_500 + 8_000, 2));
    assert_eq!(sales(5 * DAY, 9 * DAY), (0, 0));
    let refunds =
        shop.store.read(|conn| figures::refunds(conn, Currency::EUR, at(3 * DAY), at(4 * DAY))).unwrap();
    assert_eq!((refunds.net.minor, refunds.orders), (500, 1));
    let by_day = shop.store.read(|conn| figures::sales_by_day(conn, Currency::EUR, at(2 * DAY))).unwrap();
    assert_eq!(by_day.len(), figures::DAYS);
    assert_eq!(by_day[figures::DAYS - 3..], [1_000, 1_500, 8_000], "the newest last");
    assert_eq!(shop.store.read(|conn| figures::late_parcels(conn, at(3 * DAY))).unwrap(), 1);
}

#[test]
fn tickets_are_counted_until_they_are_spam_and_answers_until_they_are_notes() {
    let shop = Shop::new();
    let asked = |id: &str, discarded| {
        let ticket = fermata_model::record::Ticket {
            discarded,
            created_at: at(0),
            ..ticket(who("anna@example.com"), "Parcel")
        };
        seen(Stream::Tickets, id, 1, Entity::Ticket(ticket))
    };
    let written = |id: &str, from_shop, public, when| {
        let message = fermata_model::record::Message {
            from_shop,
            public,
            created_at: at(when),
            ..message("1", "About your parcel")
        };
        seen(Stream::Messages, id, 1, Entity::Message(message))
    };
    let page = vec![
        asked("1", false),
        asked("2", true),
        written("11", false, true, 10),
        written("12", true, false, 20),
        written("13", true, true, 90),
        written("14", true, true, 200),
    ];
    shop.land(Platform::Gorgias, DAY, page);
    assert_eq!(shop.store.read(figures::open_tickets).unwrap(), 1);
    let by_day = shop.store.read(|conn| figures::tickets_by_day(conn, at(DAY - 1))).unwrap();
    assert_eq!((by_day.iter().sum::<i64>(), by_day[figures::DAYS - 1]), (1, 1));
    let reply = |from, to| shop.store.read(|conn| figures::first_reply(conn, at(from), at(to))).unwrap();
    assert_eq!(reply(0, DAY), Some((90, 1)));
    assert_eq!(reply(1, DAY), None);
}
