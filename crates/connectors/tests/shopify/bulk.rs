//! A long first pass in bulk: the same records as by pages, and pages wherever the file fails.

use std::collections::BTreeSet;
use std::sync::Arc;

use fermata_connectors::{Connector, Kind, Pull};
use fermata_model::{Change, Platform, Stream};
use fermata_sandbox::{Fault, Plan};
use serde_json::{Value, json};

use super::bodies::{answer, customer};
use super::shop;
use crate::behaviour::stage::{Stage, newest, signed_in};
use crate::support::listener::{Listener, Reply};
use crate::support::now;

const FILE: &str = "bulkFile";
const START: &str = "bulkOperationRunQuery";

/// A practice store with enough of everything, whose files take so many practice seconds.
async fn stage(bulk_takes: u32) -> Stage {
    Stage::with(Platform::Shopify, |options| options.shopify.bulk_takes = bulk_takes).await
}

/// By pages so small that there are more than forty.
fn long(stage: &Stage, stream: Stream) -> Pull {
    Pull { size: Some(2), ..stage.pull(stream) }
}

fn asked(stage: &Stage, operation: &str) -> usize {
    let journal = stage.practice.journal(Platform::Shopify);
    journal.iter().filter(|entry| entry.operation == operation).count()
}

#[tokio::test]
async fn a_backfill_in_bulk_ends_with_the_same_records_as_by_pages() {
    let stage = stage(0).await;
    let by_pages = stage.all(Stream::Orders).await;
    assert!(by_pages.len() > 80, "{}", by_pages.len());
    assert_eq!(asked(&stage, START), 0, "a short pass is worth no file");
    let in_bulk = newest(stage.pass(long(&stage, Stream::Orders)).await.unwrap());
    assert_eq!(in_bulk, by_pages, "also letter by letter, so that a proof finds no difference");
    assert_eq!(asked(&stage, START), 1);
    assert!(asked(&stage, FILE) > 1, "the file was read in parts");
    assert!(asked(&stage, "orders") < 10, "and hardly a page");
}

#[tokio::test]
async fn customers_come_in_bulk_too() {
    let stage = stage(0).await;
    let by_pages = stage.all(Stream::Customers).await;
    let pull = Pull { size: Some(1), ..stage.pull(Stream::Customers) };
    let in_bulk = newest(stage.pass(pull).await.unwrap());
    assert_eq!(in_bulk, by_pages);
    assert!(asked(&stage, FILE) > 1);
}

#[tokio::test]
async fn the_newest_come_first_and_pages_go_on_while_the_shop_writes() {
    let stage = stage(3_600).await;
    let by_pages = stage.all(Stream::Orders).await;
    let last = by_pages.values().map(|record| record.changed_at).max();
    let mut pull = long(&stage, Stream::Orders);
    let first = stage.connector.pull(&pull).await.unwrap();
    let Change::Seen(record) = &first.changes[0] else { panic!() };
    assert_eq!(Some(record.changed_at), last);
    let mut changes = first.changes;
    pull.token = first.next;
    while pull.token.is_some() {
        let page = stage.connector.pull(&pull).await.unwrap();
        assert!(!page.changes.is_empty(), "no page waits for the file");
        changes.extend(page.changes);
        pull.token = page.next;
    }
    assert_eq!(newest(changes), by_pages, "the pages were faster");
    assert_eq!((asked(&stage, START), asked(&stage, FILE)), (1, 0));
}

#[tokio::test]
async fn another_process_goes_on_in_the_file_where_the_first_one_ended() {
    let stage = stage(0).await;
    let by_pages = stage.all(Stream::Orders).await;
    let credentials = stage.practice.credentials(Platform::Shopify);
    let mut pull = long(&stage, Stream::Orders);
    let mut changes = Vec::new();
    let mut process: Arc<dyn Connector> = stage.connector.clone();
    for number in 0.. {
        if number % 10 == 4 {
            process = signed_in(&stage.practice, Platform::Shopify, &credentials);
        }
        let page = process.pull(&pull).await.unwrap();
        changes.extend(page.changes);
        let Some(next) = page.next else { break };
        pull.token = Some(next);
    }
    assert_eq!(newest(changes), by_pages);
    assert_eq!(asked(&stage, START), 1, "the file was asked for once");
}

#[tokio::test]
async fn a_file_that_is_over_sends_the_pass_back_to_its_pages() {
    let stage = stage(0).await;
    let before = stage.all(Stream::Orders).await;
    let mut pull = long(&stage, Stream::Orders);
    let mut changes = Vec::new();
    let mut read = 0;
    loop {
        let page = stage.connector.pull(&pull).await.unwrap();
        changes.extend(page.changes);
        let Some(next) = page.next else { break };
        read += usize::from(next.contains("reading"));
        if read == 3 {
            // The vendor keeps it for seven days.
            stage.practice.advance(8 * 86_400);
        }
        pull.token = Some(next);
    }
    assert_eq!(read, 3, "the file was read before");
    let found = newest(changes);
    let now = stage.all(Stream::Orders).await;
    for (id, record) in before.iter().filter(|(id, record)| now.get(*id) == Some(record)) {
        assert_eq!(found.get(id), Some(record), "{id} did not change, and was read");
    }
}

#[tokio::test]
async fn a_storm_over_the_file_changes_nothing() {
    let stage = stage(0).await;
    let by_pages = stage.all(Stream::Orders).await;
    for seed in [5, 6, 7] {
        let mut plan = Plan::parse(&format!("storm:{seed}")).unwrap();
        plan.rules.retain(|rule| rule.fault != Fault::EditWhilePaging);
        stage.practice.set_faults(plan);
        let mut pull = long(&stage, Stream::Orders);
        let mut changes = Vec::new();
        let mut tries = 0;
        loop {
            tries += 1;
            assert!(tries < 2_000, "a pass ends");
            match stage.connector.pull(&pull).await {
                Ok(page) => {
                    changes.extend(page.changes);
                    let Some(next) = page.next else { break };
                    pull.token = Some(next);
                }
                Err(error) if error.is_temporary() => {}
                Err(error) if error.kind == Kind::CursorRefused => pull.token = None,
                Err(error) => panic!("{error:?}"),
            }
        }
        stage.practice.set_faults(Plan::calm());
        assert_eq!(newest(changes), by_pages, "seed {seed}");
    }
    assert!(asked(&stage, FILE) > 0, "files were read");
}

/// A shop of 100 customers, of whom two were changed; its file is where `address` says.
async fn scripted(state: Value, started: Value) -> Listener {
    Listener::start(move |seen, _| {
        let body = seen.json();
        let query = body["query"].as_str().unwrap();
        if query.contains("bulkOperationRunQuery") {
            return answer(json!({ "bulkOperationRunQuery": started }));
        }
        if query.contains("bulkOperation(") {
            return answer(json!({ "bulkOperation": state }));
        }
        let after = body["variables"]["after"].as_str();
        let (id, next) = match after {
            None => (1, Some("c1")),
            Some("c1") => (2, Some("c2")),
            Some("c2") => (3, Some("c3")),
            _ => (4, None),
        };
        let mut data = json!({ "page": {
            "nodes": [customer(id, "2026-11-20T09:00:00Z")],
            "pageInfo": { "hasNextPage": next.is_some(), "endCursor": next },
        } });
        if body["variables"]["counted"] == true {
            data["total"] = json!({ "count": 100 });
        }
        answer(data)
    })
    .await
}

fn started() -> Value {
    json!({ "bulkOperation": { "id": "gid://shopify/BulkOperation/7" }, "userErrors": [] })
}

/// Reads a whole pass and returns the ids that it saw.
async fn pass(url: &str, since: Option<&str>) -> Vec<String> {
    let shop = shop(url);
    let since = since.map(|since| since.parse().unwrap());
    let mut pull = Pull { stream: Stream::Customers, since, until: now(), token: None, size: Some(1) };
    let mut ids = Vec::new();
    loop {
        let page = shop.pull(&pull).await.unwrap();
        ids.extend(page.changes.iter().map(|change| match change {
            Change::Seen(record) => record.external_id.clone(),
            other => panic!("{other:?}"),
        }));
        let Some(next) = page.next else { return ids };
        assert_ne!(pull.token.as_ref(), Some(&next), "it goes on");
        pull.token = Some(next);
    }
}

const PAGES: [&str; 4] = ["1", "2", "3", "4"];

#[tokio::test]
async fn the_address_of_the_file_is_told_no_secret_and_taken_as_it_is() {
    let lines = [7, 8, 9].map(|id| format!("{}\n", customer(id, "2026-11-20T09:00:00Z"))).concat();
    let total = lines.len();
    let files = Listener::start(move |seen, _| {
        let range = seen.header("range").unwrap().strip_prefix("bytes=").unwrap().to_owned();
        let from: usize = range.split_once('-').unwrap().0.parse().unwrap();
        Reply::Answer { status: 206, headers: Vec::new(), body: lines[from..].to_owned() }
            .with("content-range", &format!("bytes {from}-{}/{total}", total - 1))
    })
    .await;
    let url = format!("{}/a%2Fb/x.jsonl?Signature=a%2Bb%2f~%20a+b&Expires=7", files.url);
    let listener = scripted(json!({ "status": "COMPLETED", "url": url }), started()).await;
    assert_eq!(pass(&listener.url, None).await, ["1", "2", "7", "8", "9"]);
    let seen = files.seen();
    assert_eq!(seen.len(), 3, "one record a page, as was asked");
    for seen in &seen {
        assert_eq!((seen.method.as_str(), seen.path.as_str()), ("GET", "/a%2Fb/x.jsonl"));
        assert_eq!(seen.query, "Signature=a%2Bb%2f~%20a+b&Expires=7");
        let secret = |text: &str| text.contains("shpat_practice");
        assert!(!seen.headers.iter().any(|(name, value)| {
            secret(value) || name.eq_ignore_ascii_case("authorization") || name.contains("shopify")
        }));
    }
}

#[tokio::test]
async fn a_file_that_never_comes_leaves_the_pages() {
    for state in [
        json!({ "status": "FAILED", "url": null }),
        json!({ "status": "CANCELED", "url": null }),
        json!({ "status": "CANCELING", "url": null }),
        json!({ "status": "EXPIRED", "url": null }),
        // No rows, so they say; the pages will tell.
        json!({ "status": "COMPLETED", "url": null }),
        json!({ "status": "A_STATUS_OF_NEXT_YEAR", "url": null }),
        json!(null),
        json!({ "status": "COMPLETED", "url": "http://files.example/x.jsonl" }),
        json!({ "status": "COMPLETED", "url": "ftp://127.0.0.1/x.jsonl" }),
        json!({ "status": "COMPLETED", "url": "https://ann:secret@files.example/x.jsonl" }),
    ] {
        let listener = scripted(state.clone(), started()).await;
        assert_eq!(pass(&listener.url, None).await, PAGES, "{state}");
        let looked = listener.seen().iter().filter(|seen| seen.body.contains("query bulkOperation(")).count();
        assert_eq!(looked, 1, "{state}: it is given up at once");
    }
}

#[tokio::test]
async fn a_file_of_something_else_leaves_the_pages() {
    for reply in [
        Reply::status(403, "<Error><Code>ExpiredToken</Code></Error>"),
        Reply::status(404, "gone"),
        Reply::status(401, "who are you?"),
        Reply::status(302, "").with("location", "http://files.example/"),
        Reply::status(416, ""),
        Reply::json(json!({ "errors": [{ "message": "Throttled" }] })),
        Reply::Answer { status: 206, headers: Vec::new(), body: "{}".to_owned() }
            .with("content-range", "bytes 5-6/7"),
        Reply::Answer { status: 206, headers: Vec::new(), body: "{\"id\":\"1\"".to_owned() }
            .with("content-range", "bytes 0-9/10"),
    ] {
        let said = format!("{reply:?}");
        let files = Listener::script(vec![reply]).await;
        let url = format!("{}/x.jsonl", files.url);
        let listener = scripted(json!({ "status": "COMPLETED", "url": url }), started()).await;
        assert_eq!(pass(&listener.url, None).await, PAGES, "{said}");
        assert!(files.seen().len() <= 3, "{said}");
    }
}

#[tokio::test]
async fn a_server_that_knows_no_parts_gives_the_whole() {
    let lines = [7, 8, 9].map(|id| format!("{}\n", customer(id, "2026-11-20T09:00:00Z"))).concat();
    let whole = Reply::Answer { status: 200, headers: Vec::new(), body: lines };
    let files = Listener::script(vec![whole]).await;
    let url = format!("{}/x.jsonl", files.url);
    let listener = scripted(json!({ "status": "COMPLETED", "url": url }), started()).await;
    assert_eq!(pass(&listener.url, None).await, ["1", "2", "7", "8", "9"]);
}

#[tokio::test]
async fn a_shop_that_writes_no_file_is_asked_once() {
    let refused = json!({ "bulkOperation": null, "userErrors": [
        { "code": "OPERATION_IN_PROGRESS", "field": null, "message": "Already in progress." }] });
    let listener = scripted(json!(null), refused).await;
    assert_eq!(pass(&listener.url, None).await, PAGES);
    let asked: BTreeSet<bool> =
        listener.seen().iter().map(|seen| seen.body.contains("bulkOperation(")).collect();
    assert_eq!(asked, BTreeSet::from([false]), "there is nothing to look after");
    let started = listener.seen().iter().filter(|seen| seen.body.contains(START)).count();
    assert_eq!(started, 1);
}

#[tokio::test]
async fn a_later_pass_writes_no_file() {
    let listener = scripted(json!(null), started()).await;
    assert_eq!(pass(&listener.url, Some("2026-11-20T08:00:00Z")).await, PAGES);
    assert!(listener.seen().iter().all(|seen| !seen.body.contains(START)));
}
