//! Who buys for which company.

use fermata_model::record::{Company, Entity, Gone, PriceList};
use fermata_model::{Change, ConnectionId, Platform, Stream};
use fermata_store::kept;

use crate::shop::{Shop, at, person, seen};

fn company(id: &str, changed: i64, members: &[&str], price_list: Option<&str>) -> Change {
    let entity = Company {
        name: format!("Company {id}"),
        status: Some("Approved".into()),
        members: members.iter().map(|&member| member.to_owned()).collect(),
        price_list: price_list.map(str::to_owned),
    };
    seen(Stream::Companies, id, changed, Entity::Company(entity))
}

fn trade(changed: i64) -> Change {
    let list = PriceList { name: "Trade".into(), active: true };
    seen(Stream::PriceLists, "6", changed, Entity::PriceList(list))
}

/// The companies of a customer of the shop, and by which prices.
fn of(shop: &Shop, member: &str) -> Vec<(String, Option<String>)> {
    let found = shop.store.read(|conn| kept::companies_of(conn, ConnectionId(1), member)).unwrap();
    found.into_iter().map(|one| (one.company.reference.external_id, one.price_list)).collect()
}

#[test]
fn the_companies_of_a_customer_are_found_with_their_price_lists() {
    let shop = Shop::new();
    let changes = vec![
        person("3", 1, "Ann Lee", "ann@example.com"),
        company("70", 1, &["3", "4", "3"], Some("6")),
        company("71", 1, &["3"], None),
        company("72", 1, &["4"], Some("9")),
        trade(1),
    ];
    shop.land(Platform::Shopify, 2, changes);
    assert_eq!(of(&shop, "3"), [("70".to_owned(), Some("Trade".to_owned())), ("71".to_owned(), None)]);
    assert_eq!(of(&shop, "4")[1], ("72".to_owned(), None), "of a list that is not here nothing is said");
    assert!(of(&shop, "5").is_empty());
    let elsewhere = shop.store.read(|conn| kept::companies_of(conn, ConnectionId(2), "3")).unwrap();
    assert!(elsewhere.is_empty(), "the same number at another account is somebody else");
}

#[test]
fn who_leaves_a_company_buys_for_it_no_more_though_its_time_of_change_stands_still() {
    let shop = Shop::new();
    shop.land(Platform::Shopify, 2, vec![company("70", 1, &["3", "4"], None)]);
    shop.land(Platform::Shopify, 3, vec![company("70", 1, &["4", "5"], None)]);
    assert!(of(&shop, "3").is_empty());
    assert_eq!((of(&shop, "4").len(), of(&shop, "5").len()), (1, 1));
    let gone = Gone { stream: Stream::Companies, external_id: "70".into(), at: at(4), merged_into: None };
    shop.land(Platform::Shopify, 5, vec![Change::Gone(gone)]);
    assert!(of(&shop, "4").is_empty(), "nobody buys for a company that is gone");
}
