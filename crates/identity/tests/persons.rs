//! Who is one person, why, and that the order of pages does not matter.

use fermata_model::record::Who;
use fermata_model::{Change, CustomerId, Platform, Stream};
use fermata_store::{customers, search};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::collections::BTreeMap;

use crate::shop::{Shop, gone, order, person, ticket, who};

fn anna_everywhere() -> Vec<(Platform, Change)> {
    vec![
        (
            Platform::Shopify,
            person(Stream::Customers, "1", 1, who(None, &["Anna@Example.com"], &["030 901820"])),
        ),
        (Platform::Gorgias, person(Stream::Customers, "70", 2, who(None, &["anna@example.com "], &[]))),
        (Platform::Klaviyo, person(Stream::Profiles, "01K", 3, who(None, &[], &["+4930901820"]))),
        (Platform::Shopify, order("900", "#1042", 4, who(Some("1"), &["anna@example.com"], &[]))),
        (Platform::Gorgias, ticket("500", 5, who(Some("70"), &["anna@example.com"], &[]), "Where is it?")),
        (Platform::Shopify, order("901", "#1043", 6, who(None, &["guest@example.org"], &[]))),
        (Platform::Gorgias, ticket("501", 7, who(None, &[], &[]), "my order #1043 is late")),
        (Platform::Shopify, person(Stream::Customers, "2", 8, who(None, &["info@firma.example"], &[]))),
        (Platform::Gorgias, person(Stream::Customers, "71", 9, who(None, &["info@firma.example"], &[]))),
    ]
}

#[test]
fn one_person_under_several_spellings_and_ids_is_one_customer_with_reasons() {
    let shop = Shop::new();
    for (platform, change) in anna_everywhere() {
        shop.land(platform, vec![change]);
    }
    let dump = shop.dump();
    let customers: Vec<_> = dump.iter().filter(|line| line.starts_with("customer")).collect();
    assert_eq!(
        customers,
        [
            "customer gorgias/main/customers/70 = klaviyo/main/profiles/01K = shopify/main/customers/1",
            "customer gorgias/main/customers/71",
            "customer gorgias/main/guest/ticket:501 = shopify/main/guest/email:guest@example.org",
            "customer shopify/main/customers/2",
        ],
        "a shared role address joins nobody, an order's number joins who has no address"
    );
    assert_eq!(shop.customers(), 4);
    let anna = shop.store.read(|conn| customers::by_email(conn, "ANNA@example.com")).unwrap().unwrap();
    let views = shop.store.read(|conn| customers::identities(conn, anna)).unwrap();
    assert_eq!(views.len(), 3);
    assert!(views.iter().all(|view| !view.reasons.is_empty()), "every link can be explained");
    for typed in ["anna@", "+49 30 9018", "0049 30 9018"] {
        let hits = shop.store.read(|conn| search::customers(conn, typed, 5)).unwrap();
        assert_eq!(hits.iter().map(|hit| hit.customer).collect::<Vec<_>>(), [anna], "{typed}");
    }
    let facts = shop.store.read(|conn| customers::facts(conn, anna)).unwrap();
    assert_eq!((facts.orders, facts.open_tickets), (1, 1));
}

#[test]
fn the_order_of_pages_leaves_no_trace() {
    let mut changes = anna_everywhere();
    changes.extend([
        // A newer version that takes back what had joined Klaviyo's profile.
        (Platform::Shopify, person(Stream::Customers, "1", 20, who(None, &["anna@example.com"], &[]))),
        (Platform::Gorgias, gone(Stream::Customers, "71", 30, Some("70"))),
        (Platform::Gorgias, ticket("502", 8, who(Some("71"), &[], &[]), "From the old account")),
        (Platform::Shopify, gone(Stream::Orders, "901", 31, None)),
    ]);
    let expected = {
        let shop = Shop::new();
        for (platform, change) in changes.clone() {
            shop.land(platform, vec![change]);
        }
        shop.dump()
    };
    assert!(
        expected.iter().any(|line| line.starts_with("customer klaviyo/main/profiles/01K")),
        "parted again"
    );
    let mut runner = TestRunner::new(Config { cases: 40, ..Config::default() });
    runner
        .run(&Just(changes).prop_shuffle(), |shuffled| {
            let shop = Shop::new();
            for (platform, change) in shuffled.iter().cloned() {
                shop.land(platform, vec![change]);
            }
            // Everything once more, as a doubled page would bring it.
            for (platform, change) in shuffled {
                shop.land(platform, vec![change]);
            }
            prop_assert_eq!(shop.dump(), expected.clone());
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_value_that_too_many_share_joins_nobody() {
    let shop = Shop::new();
    let call_centre = |id: &str| person(Stream::Customers, id, 1, who(None, &[], &["+4930901820"]));
    for id in 0..10 {
        shop.land(Platform::Shopify, vec![call_centre(&id.to_string())]);
    }
    assert_eq!(shop.customers(), 1);
    shop.land(Platform::Shopify, vec![call_centre("10")]);
    assert_eq!(shop.customers(), 11, "the eleventh shows that it is nobody's own number");
    shop.land(Platform::Shopify, vec![gone(Stream::Customers, "10", 5, None)]);
    assert_eq!(shop.customers(), 1, "and without the eleventh it is as before");
}

#[test]
fn an_order_number_that_two_shops_have_given_joins_nobody() {
    let changes = vec![
        (Platform::Shopify, order("900", "#1042", 1, who(None, &["anna@example.com"], &[]))),
        (Platform::Gorgias, ticket("500", 2, who(None, &[], &[]), "where is my order #1042?")),
        (Platform::Woocommerce, order("17", "#1042", 3, who(None, &["ben@example.com"], &[]))),
    ];
    let mut runner = TestRunner::new(Config { cases: 12, ..Config::default() });
    runner
        .run(&Just(changes).prop_shuffle(), |shuffled| {
            let shop = Shop::new();
            for (platform, change) in shuffled {
                shop.land(platform, vec![change]);
            }
            prop_assert_eq!(shop.customers(), 3, "nobody knows whose order the ticket is about");
            shop.land(Platform::Woocommerce, vec![gone(Stream::Orders, "17", 9, None)]);
            prop_assert_eq!(shop.customers(), 1, "without the other shop's order it says who wrote");
            Ok(())
        })
        .unwrap();
}

#[test]
fn an_id_of_a_joined_customer_leads_to_whom_it_lives_on_in() {
    let shop = Shop::new();
    shop.land(Platform::Shopify, vec![person(Stream::Customers, "1", 1, who(None, &["a@example.com"], &[]))]);
    shop.land(Platform::Gorgias, vec![person(Stream::Customers, "2", 1, who(None, &["b@example.com"], &[]))]);
    let both = who(None, &["a@example.com", "b@example.com"], &[]);
    shop.land(Platform::Klaviyo, vec![person(Stream::Profiles, "3", 1, both)]);
    let second = shop.store.read(|conn| customers::get(conn, CustomerId(2))).unwrap();
    assert_eq!(second.id, CustomerId(1));
    shop.land(Platform::Klaviyo, vec![gone(Stream::Profiles, "3", 2, None)]);
    let second = shop.store.read(|conn| customers::get(conn, CustomerId(2))).unwrap();
    assert_eq!(second.id, CustomerId(2), "parting restores exactly what was");
}

#[test]
fn parting_leaves_nothing_of_the_one_with_the_other() {
    let shop = Shop::new();
    let named = |name: &str, email: &str, phones: &[&str]| Who {
        name: Some(name.into()),
        ..who(None, &[email], phones)
    };
    let anna = order("900", "#1042", 1, named("Anna", "a@example.com", &[]));
    let ben = person(Stream::Customers, "2", 1, named("Ben", "b@example.com", &["+4930901820"]));
    shop.land(Platform::Shopify, vec![anna]);
    shop.land(Platform::Gorgias, vec![ben]);
    let both = who(None, &["a@example.com", "b@example.com"], &[]);
    shop.land(Platform::Klaviyo, vec![person(Stream::Profiles, "3", 1, both)]);
    let read = |id| shop.store.read(|conn| customers::get(conn, CustomerId(id))).unwrap();
    assert_eq!((read(1).name.as_deref(), read(1).phone.as_deref()), (Some("Ben"), Some("+4930901820")));
    shop.land(Platform::Klaviyo, vec![gone(Stream::Profiles, "3", 2, None)]);
    let (anna, ben) = (read(1), read(2));
    assert_eq!((anna.name.as_deref(), anna.phone), (Some("Anna"), None), "a stranger's number is not hers");
    assert_eq!((ben.name.as_deref(), ben.phone.as_deref()), (Some("Ben"), Some("+4930901820")));
}

#[test]
fn who_has_no_name_at_one_platform_keeps_the_one_their_order_gave() {
    let named = Who { name: Some("Anna".into()), ..who(None, &["a@example.com"], &[]) };
    let ordered = (Platform::Shopify, order("900", "#1042", 1, named));
    let profile = (Platform::Klaviyo, person(Stream::Profiles, "3", 1, who(None, &["a@example.com"], &[])));
    for changes in [[ordered.clone(), profile.clone()], [profile, ordered]] {
        let shop = Shop::new();
        for (platform, change) in changes {
            shop.land(platform, vec![change]);
        }
        let found = shop.store.read(|conn| customers::get(conn, CustomerId(1))).unwrap();
        assert_eq!(found.name.as_deref(), Some("Anna"));
    }
}

#[test]
fn merged_tickets_say_nothing_about_the_people_who_bear_their_numbers() {
    let shop = Shop::new();
    let asks = who(Some("70"), &["anna@example.com"], &[]);
    shop.land(
        Platform::Gorgias,
        vec![
            person(Stream::Customers, "70", 1, who(None, &["anna@example.com"], &[])),
            person(Stream::Customers, "501", 1, who(None, &["ben@example.com"], &[])),
            ticket("500", 2, asks.clone(), "Where is it?"),
            ticket("501", 2, asks, "Where is it now?"),
            gone(Stream::Tickets, "500", 3, Some("501")),
        ],
    );
    assert_eq!(shop.customers(), 2, "ticket 501 is not customer 501");
}

/// One version of a person, or of an order of theirs from number eight on: which of few addresses and
/// numbers it names, or that it is gone.
#[derive(Clone, Debug)]
struct Version {
    person: usize,
    changed: i64,
    emails: Vec<usize>,
    phone: Option<usize>,
    gone: bool,
}

fn version() -> impl Strategy<Value = Version> {
    let emails = proptest::collection::vec(0_usize..6, 0..3);
    (0_usize..14, emails, proptest::option::of(0_usize..3), proptest::bool::weighted(0.15))
        .prop_map(|(person, emails, phone, gone)| Version { person, changed: 0, emails, phone, gone })
}

fn change(version: &Version) -> (Platform, Change) {
    let id = version.person.to_string();
    let emails: Vec<_> = version.emails.iter().map(|email| format!("p{email}@example.com")).collect();
    let emails: Vec<_> = emails.iter().map(String::as_str).collect();
    let phone = version.phone.map(|phone| format!("+4930901{}20", phone + 3));
    let phones: Vec<_> = phone.iter().map(String::as_str).collect();
    if version.person >= 8 {
        let buyer = if version.person.is_multiple_of(2) { "0" } else { "3" };
        let change = match version.gone {
            true => gone(Stream::Orders, &id, version.changed, None),
            false => order(&id, &format!("#{id}"), version.changed, who(Some(buyer), &emails, &phones)),
        };
        return (Platform::Shopify, change);
    }
    let (platform, stream) = match version.person % 3 {
        0 => (Platform::Shopify, Stream::Customers),
        1 => (Platform::Gorgias, Stream::Customers),
        _ => (Platform::Klaviyo, Stream::Profiles),
    };
    if version.gone {
        return (platform, gone(stream, &id, version.changed, None));
    }
    (platform, person(stream, &id, version.changed, who(None, &emails, &phones)))
}

proptest! {
    #![proptest_config(Config { cases: 60, ..Config::default() })]

    #[test]
    fn only_the_last_versions_count_whatever_came_before(
        mut versions in proptest::collection::vec(version(), 1..40),
        order in proptest::collection::vec(any::<u32>(), 40),
    ) {
        for (place, version) in versions.iter_mut().enumerate() {
            version.changed = place as i64 + 1;
        }
        let last: BTreeMap<_, _> = versions.iter().map(|version| (version.person, version.clone())).collect();
        let mut arrivals: Vec<_> = versions.iter().zip(order).collect();
        arrivals.sort_by_key(|(_, place)| *place);
        let shop = Shop::new();
        for (version, _) in arrivals {
            let (platform, change) = change(version);
            shop.land(platform, vec![change]);
        }
        let plain = Shop::new();
        for version in last.values().filter(|version| !version.gone) {
            let (platform, change) = change(version);
            plain.land(platform, vec![change]);
        }
        prop_assert_eq!(shop.dump(), plain.dump());
        prop_assert_eq!(shop.customers(), plain.customers());
    }
}

/// So many orders of nobody that whatever lands with them lands as part of a history.
fn crowd() -> Vec<Change> {
    (1_000..1_500).map(|id| order(&id.to_string(), "#1", 1, who(None, &[], &[]))).collect()
}

#[test]
fn whoever_is_merged_into_somebody_of_the_same_landing_is_found_by_them() {
    let (many, pages) = (Shop::new(), Shop::new());
    let changes = [
        person(Stream::Customers, "1", 1, who(None, &["ada@example.com"], &[])),
        gone(Stream::Customers, "1", 2, Some("2")),
        person(Stream::Customers, "2", 3, who(None, &["lovelace@example.com"], &[])),
    ];
    many.land(Platform::Shopify, changes.iter().cloned().chain(crowd()).collect());
    for change in changes {
        pages.land(Platform::Shopify, vec![change]);
    }
    for page in crowd().chunks(100) {
        pages.land(Platform::Shopify, page.to_vec());
    }
    assert!(
        pages.dump().iter().any(|line| line.contains("link") && line.contains("shopify:2")),
        "they are linked"
    );
    assert_eq!(many.dump(), pages.dump());
    assert_eq!(many.customers(), pages.customers());
}

proptest! {
    #![proptest_config(Config { cases: 24, ..Config::default() })]

    #[test]
    fn whoever_is_joined_and_parted_while_a_history_lands_stands_as_had_it_come_one_by_one(
        mut before in proptest::collection::vec(version(), 1..20),
        mut at_once in proptest::collection::vec(version(), 1..40),
    ) {
        for (place, version) in before.iter_mut().chain(&mut at_once).enumerate() {
            version.changed = place as i64 + 1;
        }
        let (many, pages) = (Shop::new(), Shop::new());
        for (platform, change) in before.iter().map(change) {
            many.land(platform, vec![change.clone()]);
            pages.land(platform, vec![change]);
        }
        let at_once = at_once.iter().map(change).filter(|(platform, _)| *platform == Platform::Shopify);
        let at_once: Vec<_> = at_once.map(|(_, change)| change).collect();
        many.land(Platform::Shopify, at_once.iter().cloned().chain(crowd()).collect());
        for change in at_once {
            pages.land(Platform::Shopify, vec![change]);
        }
        for page in crowd().chunks(100) {
            pages.land(Platform::Shopify, page.to_vec());
        }
        prop_assert_eq!(many.dump(), pages.dump());
        prop_assert_eq!(many.customers(), pages.customers());
    }
}
