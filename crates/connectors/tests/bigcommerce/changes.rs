//! Changes of addresses, stock and coupons: what is sent, and what counts as done.

use fermata_connectors::{Fate, Found};
use fermata_model::action::{Off, ProductText};
use fermata_model::{Action, Address, ConnectionId, Key, RecordRef, Stream};
use serde_json::{Value, json};

use super::{bigcommerce, order};
use crate::support::listener::{Listener, Reply};
use crate::support::now;

fn key() -> Key {
    "0197f3f0-0000-7000-8000-000000000001".parse().unwrap()
}

fn target(stream: Stream, id: &str) -> RecordRef {
    RecordRef { connection: ConnectionId(7), stream, external_id: id.into(), label: format!("#{id}") }
}

/// Where the order goes, as BigCommerce writes it.
fn texas() -> Value {
    json!({ "id": 9, "order_id": 100, "first_name": "Ann", "last_name": "Lee", "company": "", "street_1": "1 Main St",
        "street_2": "", "city": "Austin", "state": "Texas", "zip": "78701", "country": "United States",
        "country_iso2": "US", "phone": "" })
}

fn to(change: impl FnOnce(&mut Address)) -> Action {
    let mut address = Address {
        first_name: "Ann".into(),
        last_name: "Lee".into(),
        street: "1 Main St".into(),
        city: "Austin".into(),
        region: "Texas".into(),
        postal_code: "78701".into(),
        country: "US".into(),
        ..Address::default()
    };
    change(&mut address);
    Action::OrderAddress { order: target(Stream::Orders, "100"), address }
}

/// An order that goes to Texas, whatever is sent.
async fn unchanged() -> Listener {
    Listener::start(|seen, _| match seen.path.as_str() {
        "/stores/abc123/v2/orders/100" => Reply::json(order(100, "captured")),
        "/stores/abc123/v2/orders/100/shipping_addresses" => Reply::json(json!([texas()])),
        other => panic!("{other}"),
    })
    .await
}

#[tokio::test]
async fn an_address_counts_as_changed_only_when_all_that_was_sent_of_it_is_there() {
    let listener = unchanged().await;
    for change in [
        to(|address| address.phone = "+1 312 555 0100".into()),
        to(|address| address.company = "Lee & Co".into()),
        to(|address| address.street_2 = "Flat 2".into()),
        to(|address| address.postal_code = "78702".into()),
    ] {
        let frozen = bigcommerce(&listener).prepare(&change, key(), now()).await.unwrap();
        let found = bigcommerce(&listener).find(&frozen).await.unwrap();
        assert_eq!(found, Found::No, "{change:?} was lost on its way");
    }
}

#[tokio::test]
async fn an_address_that_differs_by_its_state_alone_is_refused_since_nobody_could_tell_afterwards() {
    let listener = unchanged().await;
    for (region, says) in [
        ("TX", "#100 goes to this address in a state that is written otherwise."),
        ("Texas", "#100 already goes to this address."),
    ] {
        let change = to(|address| address.region = region.into());
        let error = bigcommerce(&listener).prepare(&change, key(), now()).await.unwrap_err();
        assert_eq!((error.fate, error.message.as_str()), (Fate::Refused, says));
    }
}

#[tokio::test]
async fn a_place_that_is_listed_twice_is_one_place() {
    let item = json!({ "identity": { "sku": "LS-M", "variant_id": 77, "product_id": 5 }, "locations": [
        { "location_id": 1, "available_to_sell": 7, "total_inventory_onhand": 7 },
    ] });
    // As the vendor's own example: page 1 of 50 has one item.
    let listener = Listener::start(move |seen, _| match seen.path.as_str() {
        "/stores/abc123/v3/inventory/items" => Reply::json(json!({ "data": [item], "meta": { "pagination":
            { "total": 246, "count": 5, "per_page": 5, "current_page": 1, "total_pages": 50 } } })),
        other => panic!("no default place is asked for where there is one place: {other}"),
    })
    .await;
    let set = Action::StockSet {
        product: target(Stream::Products, "5"),
        variant: "77".into(),
        location: None,
        quantity: 9,
        expected: Some(7),
    };
    let frozen = bigcommerce(&listener).prepare(&set, key(), now()).await.unwrap();
    assert!(frozen.body.contains(r#"{"location_id":1,"variant_id":77,"quantity":9}"#), "{}", frozen.body);
}

#[tokio::test]
async fn the_end_of_a_coupon_is_written_as_the_vendor_writes_its_times() {
    let listener = Listener::script(vec![Reply::json(json!([]))]).await;
    let create = Action::DiscountCreate {
        discount: target(Stream::Discounts, "SORRY-2"),
        title: "Sorry".into(),
        off: Off::BasisPoints(1_250),
        uses: Some(1),
        ends_at: Some("2026-12-05T08:09:10Z".parse().unwrap()),
    };
    let frozen = bigcommerce(&listener).prepare(&create, key(), now()).await.unwrap();
    assert!(frozen.body.contains(r#""expires":"Sat, 05 Dec 2026 08:09:10 +0000""#), "{}", frozen.body);
}

#[tokio::test]
async fn a_date_that_nobody_can_read_stops_no_action_that_does_not_need_it() {
    let mut order = order(100, "captured");
    order["date_created"] = json!("soon");
    order["date_modified"] = json!("19.11.2026");
    let listener = Listener::script(vec![Reply::json(order)]).await;
    let cancel =
        Action::OrderCancel { order: target(Stream::Orders, "100"), restock: false, note: String::new() };
    let frozen = bigcommerce(&listener).prepare(&cancel, key(), now()).await.unwrap();
    assert_eq!(frozen.body, r#"{"status_id":5}"#);

    let coupon = json!({ "id": 4, "name": "Sorry", "type": "percentage_discount", "code": "SORRY-2", "amount": "12.5",
        "enabled": true, "date_created": "soon", "expires": "5 Dec", "applies_to": { "entity": "categories", "ids": [0] } });
    let listener = Listener::script(vec![Reply::json(json!([coupon]))]).await;
    let disable = Action::DiscountDisable { discount: target(Stream::Discounts, "SORRY-2") };
    let frozen = bigcommerce(&listener).prepare(&disable, key(), now()).await.unwrap();
    assert!(
        frozen.body.contains(r#""enabled":false"#) && !frozen.body.contains("expires"),
        "{}",
        frozen.body
    );

    let product = json!({ "data": { "id": 7, "name": "Teapot", "price": 10, "date_created": "soon", "date_modified": "7" } });
    let listener = Listener::script(vec![Reply::json(product)]).await;
    let text = ProductText { title: Some("Blue teapot".into()), ..ProductText::default() };
    let edit = Action::ProductEdit { product: target(Stream::Products, "7"), text };
    let frozen = bigcommerce(&listener).prepare(&edit, key(), now()).await.unwrap();
    assert_eq!(frozen.body, r#"{"name":"Blue teapot"}"#);
}
