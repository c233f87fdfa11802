//! The first pass begins with what is newest, and loses nothing that moves meanwhile.

use fermata_connectors::Pull;
use fermata_model::{Change, Stream};
use serde_json::{Value, json};

use super::{bigcommerce, order};
use crate::support::listener::{Listener, Reply, Seen};
use crate::support::now;

/// Reads a whole first pass, two records a page; returns the ids as they came.
async fn everything(stream: Stream, listener: &Listener) -> Vec<String> {
    let store = bigcommerce(listener);
    let mut pull = Pull { stream, since: None, until: now(), token: None, size: Some(2) };
    let mut ids = Vec::new();
    loop {
        let page = store.pull(&pull).await.unwrap();
        ids.extend(page.changes.into_iter().map(|change| match change {
            Change::Seen(record) => record.external_id,
            other => panic!("{other:?}"),
        }));
        match page.next {
            Some(next) => pull.token = Some(next),
            None => return ids,
        }
    }
}

fn asked(seen: &Seen, name: &str) -> Option<String> {
    seen.query_pairs().into_iter().find(|(known, _)| known == name).map(|(_, value)| value)
}

#[tokio::test]
async fn orders_are_read_by_layers_of_age_the_youngest_first() {
    // An order of each age, in days, and four of one day.
    let orders = [(1, 900), (2, 200), (3, 60), (4, 20), (5, 3), (6, 3), (7, 3), (8, 3), (9, 0)];
    let made = move |id: u32, days: i64| {
        let at = now() - jiff::SignedDuration::from_hours(24 * days + 1);
        let mut order = order(id, "captured");
        let text = jiff::fmt::rfc2822::to_string(&at.to_zoned(jiff::tz::TimeZone::UTC)).unwrap();
        order["date_created"] = json!(text);
        (at, order)
    };
    let listener = Listener::start(move |seen, _| {
        if !seen.path.ends_with("/v2/orders") {
            return Reply::json(json!({ "data": [], "meta": {} }));
        }
        assert_eq!(asked(seen, "sort").as_deref(), Some("id"), "ascending is all that is declared");
        let time = |name: &str| asked(seen, name).map(|text| text.parse::<jiff::Timestamp>().unwrap());
        let (min, max) = (time("min_date_created"), time("max_date_created"));
        let from: u32 = asked(seen, "min_id").unwrap().parse().unwrap();
        let found: Vec<Value> = orders
            .iter()
            .map(|(id, days)| (*id, made(*id, *days)))
            .filter(|(id, (at, _))| {
                *id >= from && min.is_none_or(|min| min <= *at) && max.is_none_or(|max| *at <= max)
            })
            .map(|(_, (_, order))| order)
            .take(2)
            .collect();
        Reply::json(Value::Array(found))
    })
    .await;
    let ids = everything(Stream::Orders, &listener).await;
    assert_eq!(ids, ["9", "4", "5", "6", "7", "8", "2", "3", "1"]);
}

#[tokio::test]
async fn products_and_customers_are_read_down_from_the_last_change() {
    for (stream, path) in [(Stream::Products, "/v3/catalog/products"), (Stream::Customers, "/v3/customers")] {
        let listener = Listener::start(move |seen, _| {
            if seen.path.ends_with("/v2/store") {
                return Reply::json(json!({ "currency": "EUR" }));
            }
            assert!(seen.path.ends_with(path), "{}", seen.path);
            let sort = [asked(seen, "sort"), asked(seen, "direction")].map(Option::unwrap_or_default);
            assert!(sort == ["date_modified", "desc"] || sort == ["date_modified:desc", ""], "{sort:?}");
            let max = asked(seen, "date_modified:max").map(|text| text.parse::<jiff::Timestamp>().unwrap());
            let at = |second: u32| format!("2026-11-20T10:00:{second:02}+00:00");
            let found: Vec<Value> = [(3, 30), (2, 20), (1, 10)]
                .into_iter()
                .filter(|(_, second)| {
                    max.is_none_or(|max| at(*second).parse::<jiff::Timestamp>().unwrap() < max)
                })
                .map(|(id, second)| json!({ "id": id, "name": "A", "date_modified": at(second) }))
                .take(2)
                .collect();
            let pages = if found.len() == 2 { 2 } else { 1 };
            Reply::json(json!({ "data": found, "meta": { "pagination": { "total_pages": pages } } }))
        })
        .await;
        let ids = everything(stream, &listener).await;
        // The last second of a page is read again, so that nothing of it is missed.
        assert_eq!(ids, ["3", "2", "2", "1", "1"], "{stream}");
    }
}
