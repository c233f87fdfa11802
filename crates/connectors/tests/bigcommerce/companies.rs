//! Companies of B2B Edition: what is made of odd answers, and of a store that has none.

use std::sync::{Arc, Mutex};

use fermata_connectors::{Kind, Pull};
use fermata_model::record::Company;
use fermata_model::{Change, Entity, Stream};
use serde_json::{Value, json};

use super::bigcommerce;
use crate::support::listener::{Listener, Reply, Seen};
use crate::support::now;

const COMPANIES: &str = "/api/v3/io/companies";
/// The store's own list of which customer group buys by which price list.
const ASSIGNED: &str = "/stores/abc123/v3/pricelists/assignments";
const USERS: &str = "/api/v3/io/users";

fn first() -> Pull {
    Pull { stream: Stream::Companies, since: None, until: now(), token: None, size: None }
}

fn company(id: u32, at: i64) -> Value {
    json!({ "companyId": id.to_string(), "companyName": format!("Company {id}"), "companyStatus": "1",
        "createdAt": "1600000000", "updatedAt": at.to_string(), "priceListAssign": [] })
}

fn user(company: u32, customer: u32) -> Value {
    json!({ "id": 900 + customer, "companyId": company, "customerId": customer, "email": "a@example.com" })
}

fn list(records: &[Value], pagination: Value) -> Reply {
    let meta = json!({ "message": "SUCCESS", "pagination": pagination });
    Reply::json(json!({ "code": 200, "data": records, "meta": meta }))
}

fn assigned() -> Reply {
    let of = |group: u32, list: u32| json!({ "id": 1, "customer_group_id": group, "price_list_id": list, "channel_id": 1 });
    Reply::json(json!({ "data": [of(0, 3), of(4, 6), of(4, 7)], "meta": {} }))
}

fn number(seen: &Seen, name: &str) -> Option<i64> {
    seen.query_pairs().into_iter().find(|(known, _)| known == name)?.1.parse().ok()
}

/// Lists companies and users as the vendor says that it does.
async fn edition(companies: Vec<Value>, users: Vec<Value>) -> Listener {
    Listener::start(move |seen, _| {
        if seen.path == ASSIGNED {
            return assigned();
        }
        let changed = |one: &Value| one["updatedAt"].as_str().unwrap().parse::<i64>().unwrap();
        let mut found = if seen.path == COMPANIES { companies.clone() } else { users.clone() };
        if seen.path == COMPANIES {
            found.sort_by_key(|one| -changed(one));
            found.retain(|one| number(seen, "maxModified").is_none_or(|max| changed(one) <= max));
        }
        let (offset, limit) = (number(seen, "offset").unwrap(), number(seen, "limit").unwrap());
        let places = |number: i64| usize::try_from(number).unwrap();
        let shown: Vec<Value> = found.iter().skip(places(offset)).take(places(limit)).cloned().collect();
        list(&shown, json!({ "limit": limit, "offset": offset, "totalCount": found.len() }))
    })
    .await
}

async fn pass(listener: &Listener, size: u32) -> Vec<Change> {
    let store = bigcommerce(listener);
    let (mut pull, mut changes) = (Pull { size: Some(size), ..first() }, Vec::new());
    loop {
        let page = store.pull(&pull).await.unwrap();
        changes.extend(page.changes);
        let Some(next) = page.next else { return changes };
        assert!(changes.len() < 1_000, "the pass does not end");
        pull.token = Some(next);
    }
}

fn read(changes: &[Change]) -> Vec<(String, Company)> {
    let one = |change: &Change| match change {
        Change::Seen(record) => match &record.entity {
            Entity::Company(company) => (record.external_id.clone(), company.clone()),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    };
    changes.iter().map(one).collect()
}

fn asked(listener: &Listener, path: &str) -> usize {
    listener.seen().iter().filter(|seen| seen.path == path).count()
}

#[tokio::test]
async fn companies_come_newest_first_with_the_customers_who_buy_for_them() {
    let mut listed = company(2, 1_618_000_002);
    listed["priceListAssign"] =
        json!([{ "channelId": 1, "priceListId": 0 }, { "channelId": 2, "priceListId": 6 }]);
    let users = vec![user(2, 31), user(1, 7), user(2, 4), user(3, 0), json!({ "id": 5 })];
    let listener = edition(vec![company(1, 1_618_000_001), listed, company(3, 1_618_000_003)], users).await;
    let found = read(&pass(&listener, 250).await);
    let ids: Vec<&str> = found.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(ids, ["3", "2", "1"]);
    let expected = Company {
        name: "Company 2".into(),
        status: Some("Approved".into()),
        members: vec!["4".into(), "31".into()],
        price_list: Some("6".into()),
    };
    assert_eq!(found[1].1, expected);
    assert!(found[0].1.members.is_empty(), "a user without a customer account is nobody's member");
    assert_eq!(
        (asked(&listener, COMPANIES), asked(&listener, USERS)),
        (1, 1),
        "as few requests as there are pages"
    );
}

#[tokio::test]
async fn a_company_has_its_own_price_list_or_that_of_its_customer_group() {
    let group = |id: u32, group: Value, own: Value| {
        let mut one = company(id, 1_618_000_000 - i64::from(id));
        (one["bcGroupId"], one["priceListAssign"]) = (group, own);
        one
    };
    let own = json!([{ "channelId": 1, "priceListId": 9 }]);
    let companies = vec![
        group(1, json!(4), own),
        group(2, json!("4"), json!([])),
        group(3, json!(5), json!([])),
        group(4, json!(0), Value::Null),
    ];
    let listener = edition(companies.clone(), vec![]).await;
    let lists = |found: &[(String, Company)]| -> Vec<Option<String>> {
        found.iter().map(|(_, company)| company.price_list.clone()).collect()
    };
    let found = read(&pass(&listener, 249).await);
    assert_eq!(lists(&found), [Some("9".to_owned()), Some("6".to_owned()), None, None]);

    // A token that may not read products tells nothing about groups, and the companies come all the same.
    let listener = Listener::start(move |seen, _| match seen.path.as_str() {
        COMPANIES => list(&companies, json!({})),
        USERS => list(&[], json!({})),
        _ => Reply::status(403, json!({ "status": 403, "title": "No scope" })),
    })
    .await;
    let found = read(&bigcommerce(&listener).pull(&first()).await.unwrap().changes);
    assert_eq!(lists(&found), [Some("9".to_owned()), None, None, None]);
}

#[tokio::test]
async fn every_page_size_finds_the_same_companies_also_where_many_changed_in_one_second() {
    let companies: Vec<Value> = (1..=30)
        .map(|id| company(id, if id < 20 { 1_618_000_000 } else { 1_618_000_000 + i64::from(id) }))
        .collect();
    let users: Vec<Value> = (1..=30).map(|id| user(id, id)).collect();
    let listener = edition(companies, users).await;
    let whole = || (1..=30_u32).map(|id| id.to_string()).collect::<std::collections::BTreeSet<_>>();
    for size in [2, 7, 10, 29, 30, 31] {
        let found = read(&pass(&listener, size).await);
        assert_eq!(
            found.iter().map(|(id, _)| id.clone()).collect::<std::collections::BTreeSet<_>>(),
            whole(),
            "{size}"
        );
        for (id, company) in &found {
            assert_eq!(company.members, [id.as_str()], "by {size}");
        }
    }
}

#[tokio::test]
async fn a_pass_is_taken_up_at_its_token_by_another_connector() {
    let companies: Vec<Value> = (1..=6).map(|id| company(id, 1_618_000_000 + 10 * i64::from(id))).collect();
    let listener = edition(companies, vec![user(1, 11), user(5, 15)]).await;
    let mut pull = Pull { size: Some(3), ..first() };
    pull.token = bigcommerce(&listener).pull(&pull).await.unwrap().next;
    let found = read(&bigcommerce(&listener).pull(&pull).await.unwrap().changes);
    let all = read(&pass(&listener, 249).await);
    assert_eq!(found[..], all[2..5], "with members, which were read anew");
}

#[tokio::test]
async fn numbers_are_read_as_text_and_text_as_numbers() {
    let odd = json!({ "id": 12, "companyName": " Lee & Co ", "companyStatus": 4, "updatedAt": 1_618_794_615,
        "priceListAssign": "" });
    let users = [json!({ "id": "1", "companyId": "12", "customerId": "77" })];
    let listener = Listener::start(move |seen, _| match seen.path.as_str() {
        COMPANIES => list(std::slice::from_ref(&odd), Value::Null),
        ASSIGNED => assigned(),
        _ => list(&users, json!([])),
    })
    .await;
    let found = read(&bigcommerce(&listener).pull(&first()).await.unwrap().changes);
    let (id, company) = &found[0];
    assert_eq!((id.as_str(), company.members.as_slice()), ("12", ["77".to_owned()].as_slice()));
    assert_eq!(company.status.as_deref(), Some("4"), "a state that nobody describes stays what it is");
}

#[tokio::test]
async fn a_company_that_cannot_be_read_is_set_aside_with_the_reason() {
    let without = |field: &str| {
        let mut one = company(8, 1_618_000_000);
        one.as_object_mut().unwrap().remove(field);
        one
    };
    let mut when = company(8, 1_618_000_000);
    when["updatedAt"] = json!("yesterday");
    for (odd, id, reason) in [
        (without("companyName"), Some("8"), "companyName"),
        (without("companyId"), None, "companyId"),
        (when, Some("8"), "seconds since 1970"),
        (json!("a company"), None, "documented shape"),
    ] {
        let good = company(9, 1_618_000_001);
        let listener = Listener::start({
            let records = [odd.clone(), good];
            move |seen, _| list(if seen.path == COMPANIES { &records } else { &[] }, json!({}))
        })
        .await;
        let changes = bigcommerce(&listener).pull(&first()).await.unwrap().changes;
        assert_eq!(read(&changes[1..])[0].0, "9", "the others are read");
        let Change::Unreadable(aside) = &changes[0] else { panic!("{odd}: {:?}", changes[0]) };
        assert_eq!(aside.external_id.as_deref(), id, "{odd}");
        assert!(aside.reason.contains(reason), "{odd}: {}", aside.reason);
    }
}

#[tokio::test]
async fn a_total_that_is_wrong_neither_ends_a_pass_early_nor_keeps_it_going() {
    for told in [json!(0), json!(3), json!(5_000), json!("many"), Value::Null] {
        let companies: Vec<Value> = (1..=7).map(|id| company(id, 1_618_000_000)).collect();
        let total = told.clone();
        let listener = Listener::start(move |seen, _| {
            if seen.path == ASSIGNED {
                return assigned();
            }
            let records: &[Value] = if seen.path == COMPANIES { &companies } else { &[] };
            let offset = usize::try_from(number(seen, "offset").unwrap()).unwrap().min(records.len());
            let end = (offset + 3).min(records.len());
            list(&records[offset..end], json!({ "totalCount": total }))
        })
        .await;
        assert!(pass(&listener, 3).await.len() >= 7, "{told}");
    }
}

#[tokio::test]
async fn a_list_that_always_gives_the_same_full_page_ends_with_a_word() {
    let listener = Listener::start(|seen, _| {
        let records =
            if seen.path == COMPANIES { vec![company(1, 1_618_000_000)] } else { vec![user(1, 1); 249] };
        list(&records, json!({ "offset": 0, "totalCount": 9_000 }))
    })
    .await;
    let error = bigcommerce(&listener).pull(&first()).await.unwrap_err();
    assert_eq!(error.kind, Kind::Broken, "{error}");
    assert!(asked(&listener, USERS) < 10);
}

#[tokio::test]
async fn no_company_costs_one_request_and_is_no_mistake() {
    let listener = edition(vec![], vec![]).await;
    assert!(pass(&listener, 249).await.is_empty());
    assert_eq!(listener.seen().len(), 1);
    let ids = bigcommerce(&listener).ids(Stream::Companies, None, now()).await.unwrap();
    assert!(ids.ids.is_empty() && ids.next.is_none());
}

#[tokio::test]
async fn ids_are_listed_without_asking_who_buys() {
    let companies: Vec<Value> = (1..=3).map(|id| company(id, 1_618_000_000 + i64::from(id))).collect();
    let listener = edition(companies, vec![user(1, 1)]).await;
    let ids = bigcommerce(&listener).ids(Stream::Companies, None, now()).await.unwrap();
    assert_eq!((ids.ids, ids.next), (vec!["3".to_owned(), "2".to_owned(), "1".to_owned()], None));
    assert_eq!(asked(&listener, USERS), 0);
}

/// Answers for a store; B2B Edition as told.
async fn store(b2b: impl Fn() -> Reply + Send + Sync + 'static) -> Listener {
    Listener::start(move |seen, _| match seen.path.as_str() {
        "/stores/abc123/v2/store" => Reply::json(json!({ "name": "The Shop", "currency": "EUR" })),
        path if path.starts_with("/api/v3/io/") => b2b(),
        _ => Reply::json(json!({ "data": [], "meta": {} })),
    })
    .await
}

#[tokio::test]
async fn a_store_without_b2b_edition_says_so_plainly_and_misses_no_permission() {
    let replies: [fn() -> Reply; 5] = [
        || Reply::status(401, json!({})),
        || Reply::status(403, "nothing that could be read"),
        || {
            Reply::status(
                404,
                json!({ "code": 404, "data": {}, "meta": { "message": "This resource is not found." } }),
            )
        },
        || Reply::html(403),
        || Reply::html(404),
    ];
    for reply in replies {
        let listener = store(reply).await;
        let store = bigcommerce(&listener);
        let account = store.check().await.unwrap();
        assert_eq!((account.missing.len(), account.absent), (0, vec!["B2B Edition".to_owned()]));
        let scopes = store.capability().scopes;
        let scope = scopes.iter().find(|scope| scope.name == "B2B Edition").unwrap();
        assert!(!scope.required && scope.needed_for.contains("Companies"), "it is said what does not work");
        let error = store.pull(&first()).await.unwrap_err();
        assert_eq!((error.kind, error.is_temporary()), (Kind::NotOffered, false), "{error}");
        assert_eq!(error.message, "This store has no B2B Edition, or the token does not open it.");
        assert!(error.hint.unwrap().contains("nothing to do"));
        let other = store.pull(&Pull { stream: Stream::PriceLists, ..first() }).await.unwrap();
        assert!(other.changes.is_empty(), "every other stream is read");
    }
}

#[tokio::test]
async fn b2b_edition_that_fails_is_no_reason_to_refuse_the_account() {
    let listener = store(|| Reply::status(500, json!({ "code": 500, "meta": { "message": "Oh" } }))).await;
    let store = bigcommerce(&listener);
    let account = store.check().await.unwrap();
    assert!(
        account.absent.is_empty() && !account.granted.contains(&"B2B Edition".to_owned()),
        "nobody knows"
    );
    let error = store.pull(&first()).await.unwrap_err();
    assert_eq!((error.kind, error.is_temporary()), (Kind::Broken, true), "{error}");
    assert!(error.message.contains("B2B Edition failed"), "{error}");
}

#[tokio::test]
async fn its_limit_is_waited_for_as_its_own_headers_say() {
    let times = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&times);
    let listener = store(move || {
        *counted.lock().unwrap() += 1;
        Reply::status(429, json!({ "code": 429, "data": {}, "meta": { "message": "Too Many Requests" } }))
            .with("x-requests-allocated", "150 times/60 s")
            .with("x-requests-remaining", "0 times")
            .with("x-request-window-resets-after", "31.3973509933774834 s")
    })
    .await;
    let error = bigcommerce(&listener).pull(&first()).await.unwrap_err();
    assert_eq!((error.kind, *times.lock().unwrap()), (Kind::Throttled, 1));
    let wait = error.retry_after.unwrap();
    assert!(wait > std::time::Duration::from_secs(30) && wait.as_secs() <= 32, "{wait:?}");
}
