//! What becomes of a page.

use fermata_model::record::{Dispute, Entity, Gone, Payment, Unreadable, Who};
use fermata_model::{
    Change, ConnectionId, Currency, CustomerId, Money, Platform, RecordId, Stream, Timestamp,
};
use fermata_store::{Topic, aside, customers, orders, raw, records, search, tickets};

use crate::shop::{DAY, Shop, at, message, order, parcel, person, refund, seen, ticket, who};

fn placed(changed: i64, order: fermata_model::record::Order) -> Change {
    seen(Stream::Orders, "900", changed, Entity::Order(order))
}

#[test]
fn an_order_is_held_as_it_came() {
    let shop = Shop::new();
    let whole = fermata_model::record::Order {
        lines: vec![fermata_model::record::Line {
            external_id: "gid-1".into(),
            variant: Some("44".into()),
            sku: None,
            title: "Shirt".into(),
            quantity: 2,
            unit_price: Money::new(2_100, Currency::EUR),
        }],
        refunds: vec![refund(3 * DAY)],
        parcels: vec![parcel(5 * DAY, None)],
        tags: vec!["vip".into()],
        note: Some("leave at the door".into()),
        ..order()
    };
    let landed = shop.land(Platform::Shopify, 0, vec![placed(1, whole.clone())]);
    assert_eq!((landed.new, landed.total()), (1, 1));
    let held = shop.store.read(|conn| orders::get(conn, RecordId(1))).unwrap();
    assert_eq!(held.value, whole);
    assert_eq!((held.reference.label.as_str(), held.customer), ("#1042", Some(CustomerId(1))));
    assert_eq!(shop.kinds(1), ["order.placed", "parcel.shipped", "order.refunded"]);
}

#[test]
fn an_older_version_an_equal_one_and_one_after_deletion_change_nothing() {
    let shop = Shop::new();
    shop.land(Platform::Shopify, 0, vec![placed(5, order())]);
    let mut changes = shop.store.changes();
    let older = fermata_model::record::Order { name: "#1".into(), ..order() };
    let landed = shop.land(Platform::Shopify, 0, vec![placed(4, older), placed(5, order())]);
    assert_eq!((landed.same, landed.total()), (2, 2));
    assert!(changes.try_recv().is_err(), "nothing changed, so nobody is told");

    let middle = fermata_model::record::Order { name: "#6".into(), ..order() };
    let landed = shop.land(Platform::Shopify, 0, vec![placed(7, order()), placed(6, middle)]);
    assert_eq!((landed.same, landed.total()), (2, 2), "what came between two equal versions is old");

    let gone = |when| {
        Change::Gone(Gone {
            stream: Stream::Orders,
            external_id: "900".into(),
            at: at(when),
            merged_into: None,
        })
    };
    assert_eq!(shop.land(Platform::Shopify, 0, vec![gone(8)]).gone, 1);
    let told: Vec<_> = std::iter::from_fn(|| changes.try_recv().ok()).map(|change| change.topic).collect();
    assert!(told.contains(&Topic::Orders) && told.contains(&Topic::Customers), "{told:?}");
    assert_eq!(shop.kinds(1), [""; 0]);
    assert_eq!(shop.store.read(customers::count).unwrap(), 0, "nothing is left of who was only a guest");
    assert_eq!(shop.land(Platform::Shopify, 0, vec![placed(7, order()), gone(8)]).same, 2);
    assert_eq!(shop.land(Platform::Shopify, 0, vec![placed(9, order())]).total(), 1);
    assert_eq!(shop.kinds(1), ["order.placed"], "a newer version shows that it lives");
}

#[test]
fn every_event_enters_the_feed_once() {
    let shop = Shop::new();
    shop.land(Platform::Shopify, 0, vec![placed(1, order())]);
    let refunded = fermata_model::record::Order { refunds: vec![refund(DAY)], ..order() };
    shop.land(Platform::Shopify, 0, vec![placed(2, refunded.clone())]);
    shop.land(Platform::Shopify, 0, vec![placed(3, refunded)]);
    assert_eq!(shop.fed(), ["order.placed", "order.refunded"]);
    let old = fermata_model::record::Order { placed_at: at(-40 * DAY), name: "#7".into(), ..order() };
    shop.land(Platform::Shopify, 0, vec![seen(Stream::Orders, "7", 1, Entity::Order(old))]);
    assert_eq!(shop.fed().len(), 2, "history is no news");
    assert_eq!(shop.kinds(1).len(), 3);
}

#[test]
fn a_parcel_becomes_late_by_time_alone_and_once() {
    let shop = Shop::new();
    let underway = fermata_model::record::Order { parcels: vec![parcel(5 * DAY, None)], ..order() };
    shop.land(Platform::Shopify, 2 * DAY, vec![placed(1, underway)]);
    assert_eq!(shop.note_late(4 * DAY), 0);
    assert_eq!((shop.note_late(6 * DAY), shop.note_late(7 * DAY)), (1, 0));
    assert_eq!(shop.kinds(1), ["order.placed", "parcel.shipped", "parcel.late"]);
    let facts = |shop: &Shop| shop.store.read(|conn| customers::facts(conn, CustomerId(1))).unwrap();
    assert_eq!(facts(&shop).late_parcels, 1);
    let arrived = fermata_model::record::Order { parcels: vec![parcel(5 * DAY, Some(8 * DAY))], ..order() };
    shop.land(Platform::Shopify, 9 * DAY, vec![placed(2, arrived.clone())]);
    assert_eq!(facts(&shop).late_parcels, 0);
    assert_eq!(shop.fed(), ["order.placed", "parcel.shipped", "parcel.late", "parcel.delivered"]);

    let late_to_learn = Shop::new();
    late_to_learn.land(Platform::Shopify, 9 * DAY, vec![placed(2, arrived)]);
    assert_eq!(late_to_learn.kinds(1), shop.kinds(1), "whoever looks later sees the same");
}

#[test]
fn messages_without_a_name_belong_to_whom_their_ticket_is_about() {
    let shop = Shop::new();
    let written = || seen(Stream::Messages, "1", 1, Entity::Message(message("500", "Where is it?")));
    let asked = |email: &str, changed| {
        seen(Stream::Tickets, "500", changed, Entity::Ticket(ticket(who(email), "Parcel")))
    };
    shop.land(Platform::Gorgias, 20, vec![written(), asked("anna@example.com", 1)]);
    assert_eq!(shop.kinds(1), ["ticket.opened", "message.received"]);
    shop.land(Platform::Gorgias, 20, vec![asked("ben@example.com", 2)]);
    assert_eq!(shop.kinds(1), [""; 0], "the ticket was given to somebody else");
    assert_eq!(shop.kinds(2), ["ticket.opened", "message.received"]);
    let gone = Change::Gone(Gone {
        stream: Stream::Tickets,
        external_id: "500".into(),
        at: at(30),
        merged_into: None,
    });
    shop.land(Platform::Gorgias, 30, vec![gone, written()]);
    assert_eq!(shop.kinds(2), [""; 0], "a deleted ticket takes its messages along");
}

#[test]
fn a_dispute_that_comes_before_its_payment_is_about_whoever_paid() {
    let shop = Shop::new();
    let amount = Money::new(500, Currency::EUR);
    let contested = Dispute {
        payment: "ch_1".into(),
        at: at(1),
        amount,
        reason: "fraudulent".into(),
        status: "needs_response".into(),
        due_at: None,
        closed: false,
    };
    let paid = |email: &str, changed| {
        let payment = Payment {
            who: who(email),
            order_name: None,
            at: at(0),
            amount,
            refunded: Money::zero(Currency::EUR),
            status: "succeeded".into(),
        };
        seen(Stream::Payments, "ch_1", changed, Entity::Payment(payment))
    };
    let contested = seen(Stream::Disputes, "dp_1", 1, Entity::Dispute(contested));
    shop.land(Platform::Shopify, 5, vec![contested]);
    shop.land(Platform::Shopify, 5, vec![paid("anna@example.com", 1)]);
    assert_eq!(shop.kinds(1), ["payment.made", "dispute.opened"]);
    shop.land(Platform::Shopify, 5, vec![paid("ben@example.com", 2)]);
    assert_eq!(shop.kinds(1), [""; 0], "the payment was given to somebody else");
    assert_eq!(shop.kinds(2), ["payment.made", "dispute.opened"]);
}

#[test]
fn a_merged_ticket_hands_its_messages_on() {
    let asked =
        |id: &str, email: &str| seen(Stream::Tickets, id, 1, Entity::Ticket(ticket(who(email), "Parcel")));
    let merged = || {
        let (external_id, merged_into) = ("500".into(), Some("501".into()));
        Change::Gone(Gone { stream: Stream::Tickets, external_id, at: at(30), merged_into })
    };
    let written = || seen(Stream::Messages, "1", 1, Entity::Message(message("500", "Where is it?")));
    let tickets = || [asked("500", "anna@example.com"), asked("501", "ben@example.com")];
    let first = Shop::new();
    first.land(Platform::Gorgias, 40, tickets().into_iter().chain([written(), merged()]).collect());
    let last = Shop::new();
    last.land(Platform::Gorgias, 40, [merged(), written()].into_iter().chain(tickets()).collect());
    for shop in [first, last] {
        let find = |conn: &fermata_store::Sql| records::find(conn, ConnectionId(2), Stream::Tickets, "501");
        let ticket = shop.store.read(find).unwrap().unwrap();
        let held = shop.store.read(|conn| tickets::messages(conn, ticket)).unwrap();
        assert_eq!(held.len(), 1);
        assert_eq!(shop.kinds(held[0].customer.unwrap().0), ["ticket.opened", "message.received"]);
        assert_eq!(shop.store.read(customers::count).unwrap(), 1, "nothing is left of the other ticket");
    }
}

#[test]
fn card_numbers_never_reach_the_file() {
    let shop = Shop::new();
    let text = "my card 4111 1111 1111 1111 was charged twice";
    let written = seen(Stream::Messages, "1", 1, Entity::Message(message("500", text)));
    shop.land(Platform::Gorgias, 20, vec![written]);
    let message = RecordId(1);
    let (held, raw) = shop
        .store
        .read(|conn| {
            let record = records::find(conn, ConnectionId(2), Stream::Messages, "1")?.unwrap_or(message);
            Ok((tickets::message(conn, record)?.value.text, raw::read(conn, record)?.unwrap()))
        })
        .unwrap();
    assert_eq!(held, "my card •••• •••• •••• 1111 was charged twice");
    assert!(!raw.contains("4111 1111") && raw.contains("charged twice"), "{raw}");
}

#[test]
fn what_cannot_be_read_is_set_aside_until_it_can() {
    let shop = Shop::new();
    let poison = Change::Unreadable(Unreadable {
        stream: Stream::Orders,
        external_id: Some("900".into()),
        reason: "It has no total.".into(),
        raw: "{}".into(),
    });
    let mut mixed = order();
    mixed.total = Money::new(1, Currency::USD);
    let mixed = seen(Stream::Orders, "901", 1, Entity::Order(mixed));
    let landed = shop.land(Platform::Shopify, 0, vec![poison.clone(), poison, mixed]);
    assert_eq!(landed.set_aside, 3);
    let held = |shop: &Shop| shop.store.read(|conn| aside::list(conn, None)).unwrap();
    assert_eq!(held(&shop).len(), 2, "the same one twice is one");
    shop.land(Platform::Shopify, 0, vec![placed(1, order())]);
    assert_eq!(held(&shop).len(), 1, "a version that can be read takes it out");

    let one_page = Shop::new();
    let poison = Change::Unreadable(Unreadable {
        stream: Stream::Orders,
        external_id: Some("900".into()),
        reason: "It has no total.".into(),
        raw: "{}".into(),
    });
    one_page.land(Platform::Shopify, 0, vec![poison, placed(2, order())]);
    assert_eq!(held(&one_page), [], "on the same page too");
    let mut older = order();
    older.total = Money::new(1, Currency::USD);
    assert_eq!(one_page.land(Platform::Shopify, 0, vec![placed(1, older)]).same, 1);
    assert_eq!(held(&one_page), [], "an older version that cannot be read is of no interest");
}

#[test]
fn a_connection_is_emptied_of_all_that_came_even_from_a_platform_whose_clock_is_ahead() {
    let shop = Shop::new();
    let order = |id: &str, changed| seen(Stream::Orders, id, changed, Entity::Order(order()));
    shop.land(Platform::Shopify, 0, vec![order("1", 1), order("2", 900 * DAY), order("3", 1)]);
    shop.land(
        Platform::Gorgias,
        0,
        vec![seen(Stream::Messages, "1", 1, Entity::Message(message("5", "Hi")))],
    );
    let present = |after| shop.store.read(|conn| records::present(conn, ConnectionId(1), after, 2)).unwrap();
    let mut after = RecordId(0);
    let mut emptied = 0;
    while let Some((last, ..)) = present(after).last() {
        let gone = present(after).into_iter().map(|(_, stream, external_id)| {
            Change::Gone(Gone { stream, external_id, at: Timestamp::MAX, merged_into: None })
        });
        after = *last;
        emptied += shop.land(Platform::Shopify, 0, gone.collect()).gone;
    }
    assert_eq!((emptied, present(RecordId(0)).len()), (3, 0));
    assert_eq!(shop.store.read(customers::count).unwrap(), 0);
}

#[test]
fn people_are_found_as_one_types() {
    let shop = Shop::new();
    let people =
        (0..300).map(|n| person(&n.to_string(), 1, &format!("Anna Nr{n}"), &format!("a{n}@x.example")));
    let mut people: Vec<_> = people.collect();
    people.push(person("600", 1, "Björn Ångström", "bjorn@example.com"));
    people.push(person("601", 1, "Marianna Anna", "m@example.com"));
    shop.land(Platform::Shopify, 0, people);
    let who = Who { external_id: Some("600".into()), ..Who::default() };
    shop.land(Platform::Shopify, 0, vec![placed(1, fermata_model::record::Order { who, ..order() })]);
    let writer = fermata_store::Writer::System("search");
    let done = shop
        .store
        .write(fermata_store::Durability::Normal, writer, |tx| search::catch_up(tx, 1_000))
        .unwrap();
    assert_eq!(done, 302);
    let find = |text: &str| {
        let hits = shop.store.read(|conn| search::customers(conn, text, 10)).unwrap();
        hits.into_iter().map(|hit| hit.name.unwrap()).collect::<Vec<_>>()
    };
    for typed in ["bjo", "angstrom bj", "BJÖRN", "#1042", "1042"] {
        assert_eq!(find(typed), ["Björn Ångström"], "{typed}");
    }
    assert_eq!(find("anna nr299"), ["Anna Nr299"]);
    assert_eq!(find("anna").len(), 10);
    assert!(find("\"; DROP TABLE").is_empty(), "what is typed is never a query");
    assert!(find("").is_empty() && find("*").is_empty());
}
