//! Stock: a walk over the places, and what is kept of what lies there.

use fermata_connectors::{Kind, Pull};
use fermata_model::{Change, Entity, Stream};
use serde_json::{Value, json};

use super::bodies::{answer, level, shelf};
use super::scripted;
use crate::support::listener::Reply;
use crate::support::now;

fn pull() -> Pull {
    let since = Some("2026-11-20T09:59:59Z".parse().unwrap());
    Pull { stream: Stream::Stock, since, until: now(), token: None, size: None }
}

#[tokio::test]
async fn every_place_is_read_to_its_end_before_the_next() {
    let empty = answer(json!({ "places": {
        "nodes": [], "pageInfo": { "hasNextPage": false, "endCursor": null } } }));
    let (listener, shop) = scripted(vec![
        shelf(json!([level(1, 3)]), Some("l1"), Some("p1")),
        shelf(json!([level(2, 3)]), None, Some("p1")),
        shelf(json!([]), None, Some("p2")),
        // The last place was closed meanwhile.
        empty,
    ])
    .await;
    let (mut pull, mut ids) = (pull(), Vec::new());
    loop {
        let page = shop.pull(&pull).await.unwrap();
        for change in &page.changes {
            let Change::Seen(record) = change else { panic!("{change:?}") };
            ids.push(record.external_id.clone());
            assert_eq!(shop.reread(Stream::Stock, &record.raw).unwrap(), *change);
        }
        let Some(next) = page.next else { break };
        pull.token = Some(next);
    }
    assert_eq!(ids, ["1/3", "2/3"]);
    let asked: Vec<Value> = listener.seen().iter().map(|seen| seen.json()["variables"].clone()).collect();
    let places: Vec<(&Value, &Value)> =
        asked.iter().map(|asked| (&asked["place"], &asked["after"])).collect();
    let (none, first, second) = (json!(null), json!("p1"), json!("p2"));
    assert_eq!(places, [(&none, &none), (&none, &json!("l1")), (&first, &none), (&second, &none)]);
    assert!(
        asked.iter().all(|asked| asked["filter"]
            == "updated_at:>='2026-11-20T09:59:59Z' AND updated_at:<='2026-11-21T12:00:00Z'"),
        "one window for the whole pass: {asked:?}"
    );
}

#[tokio::test]
async fn what_lies_somewhere_is_kept_with_what_and_where_it_is() {
    let mut uncounted = level(2, 3);
    uncounted["item"]["tracked"] = json!(false);
    let mut nothing = level(4, 3);
    nothing["item"]["variants"]["nodes"] = json!([]);
    let (_listener, shop) = scripted(vec![shelf(json!([level(1, 3), uncounted, nothing]), None, None)]).await;
    let page = shop.pull(&pull()).await.unwrap();
    let [Change::Seen(counted), Change::Seen(uncounted), Change::Seen(nobodys)] = &page.changes[..] else {
        panic!("{:?}", page.changes)
    };
    let Entity::Stock(stock) = &counted.entity else { panic!() };
    assert_eq!((stock.item.as_str(), stock.product.as_deref()), ("44", Some("12")));
    assert_eq!((stock.location.as_deref(), stock.location_name.as_deref()), (Some("3"), Some("Warehouse")));
    let counts = (stock.available, stock.on_hand, stock.committed, stock.incoming);
    assert_eq!(counts, (Some(7), Some(9), Some(2), Some(30)));
    let Entity::Stock(stock) = &uncounted.entity else { panic!() };
    assert_eq!(stock.available, None, "what nobody counts is unknown, not seven");
    let Entity::Stock(stock) = &nobodys.entity else { panic!() };
    assert_eq!((stock.product.as_deref(), stock.available), (None, Some(7)));
    assert!(stock.item.starts_with("gid://shopify/InventoryItem/"), "no variant's number: {}", stock.item);
}

#[tokio::test]
async fn stock_that_may_not_be_seen_says_what_is_lacking() {
    let denied = Reply::json(json!({ "data": null, "errors": [{
        "message": "Access denied for inventoryLevels field.",
        "path": ["places", "nodes", 0, "page"], "extensions": { "code": "ACCESS_DENIED" },
    }] }));
    let (_listener, shop) = scripted(vec![denied]).await;
    let error = shop.pull(&pull()).await.unwrap_err();
    assert_eq!(error.kind, Kind::Forbidden);
    assert!(error.hint.unwrap().contains("read_inventory"));
}

#[tokio::test]
async fn a_place_that_leads_to_itself_is_an_error() {
    let (_listener, shop) = scripted(vec![
        shelf(json!([level(1, 3)]), None, Some("p1")),
        shelf(json!([level(1, 3)]), None, Some("p1")),
    ])
    .await;
    let mut pull = pull();
    pull.token = shop.pull(&pull).await.unwrap().next;
    assert_eq!(shop.pull(&pull).await.unwrap_err().kind, Kind::Broken);
}
