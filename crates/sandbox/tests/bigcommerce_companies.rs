//! Promises of the BigCommerce twin's B2B Edition: who is let in, lists and their order, limits, and agreement with the
//! world.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use fermata_model::Platform;
use fermata_sandbox::Options;
use serde_json::{Value, json};

use crate::bigcommerce_reads::{alone, store};
use crate::twin::{Answer, Twin, by_hand};

/// Where it is: beside the stores.
fn address(twin: &Twin, path: &str) -> String {
    let base = twin.practice.base_url(Platform::Bigcommerce);
    format!("{}/api/v3/io{path}", base.split_once("/stores/").expect("a store").0)
}

fn hash(twin: &Twin) -> String {
    twin.practice.base_url(Platform::Bigcommerce).rsplit_once('/').expect("a store").1.to_owned()
}

async fn get(twin: &Twin, path: &str) -> Answer {
    twin.send(twin.request("GET", &address(twin, path)).header("x-store-hash", hash(twin))).await
}

async fn all(twin: &Twin, first: &str) -> Vec<Value> {
    let mut records: Vec<Value> = Vec::new();
    loop {
        let sign = if first.contains('?') { '&' } else { '?' };
        let answer = get(twin, &format!("{first}{sign}limit=3&offset={}", records.len())).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        if answer.data().is_empty() {
            assert_eq!(answer.body["meta"]["pagination"]["totalCount"], json!(records.len()));
            return records;
        }
        records.extend(answer.data().iter().cloned());
    }
}

fn refused(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert_eq!(answer.body["code"], json!(status), "{}", answer.text);
    assert!(answer.body["meta"]["message"].is_string(), "{}", answer.text);
}

#[tokio::test]
async fn it_takes_the_token_of_the_store_together_with_its_name() {
    let twin = store().await;
    assert_eq!(get(&twin, "/companies").await.status, 200);
    let path = address(&twin, "/companies");
    refused(&twin.send(twin.bare("GET", &path).header("x-store-hash", hash(&twin))).await, 401);
    let stranger = twin.bare("GET", &path).header("x-auth-token", "no").header("x-store-hash", hash(&twin));
    refused(&twin.send(stranger).await, 401);
    refused(&twin.send(twin.request("GET", &path)).await, 500);
    refused(&twin.send(twin.request("GET", &path).header("x-store-hash", "another")).await, 500);
    refused(&get(&twin, "/nothing").await, 404);
    let write = twin.request("POST", &path).header("x-store-hash", hash(&twin));
    refused(&twin.send(write).await, 405);
    twin.fault(json!({ "fault": "revoke_token", "times": 1 }));
    refused(&get(&twin, "/companies").await, 401);
}

#[tokio::test]
async fn without_its_scope_there_is_none_and_the_store_is_as_it_was() {
    let options = Options { without_scopes: ["B2B Edition".to_owned()].into(), ..alone() };
    let twin = Twin::start(Platform::Bigcommerce, options).await;
    refused(&get(&twin, "/companies").await, 403);
    refused(&get(&twin, "/users").await, 403);
    assert_eq!(twin.get("/v3/customers").await.status, 200);
    assert_eq!(twin.get("/v3/pricelists").await.status, 200);
}

#[tokio::test]
async fn companies_are_sorted_and_cut_as_asked_and_everybody_in_them_is_a_customer() {
    let twin = store().await;
    let companies = all(&twin, "/companies").await;
    assert!(companies.len() > 3, "more than a page");
    let changed = |one: &Value| one["updatedAt"].as_str().expect("a text").parse::<i64>().expect("seconds");
    assert!(
        companies.is_sorted_by(|one, next| changed(one) >= changed(next)),
        "the newest first unless told"
    );
    let upwards = all(&twin, "/companies?sortBy=updatedAt&orderBy=ASC").await;
    assert!(upwards.iter().eq(companies.iter().rev()));
    let middle = changed(&companies[companies.len() / 2]);
    let older = all(&twin, &format!("/companies?maxModified={middle}")).await;
    assert!(older.iter().all(|one| changed(one) <= middle) && older.len() < companies.len());
    let newer = all(&twin, &format!("/companies?minModified={middle}")).await;
    assert!(newer.iter().all(|one| changed(one) >= middle) && newer.len() < companies.len());
    let approved = all(&twin, "/companies?companyStatus=1").await;
    assert!(approved.iter().all(|one| one["companyStatus"] == "1") && !approved.is_empty());

    let numbers: BTreeSet<String> =
        companies.iter().map(|one| one["companyId"].as_str().expect("a text").to_owned()).collect();
    assert_eq!(numbers.len(), companies.len());
    let customers = crate::bigcommerce_reads::v3(&twin, "/v3/customers?limit=250").await;
    let users = all(&twin, "/users").await;
    for user in &users {
        assert!(numbers.contains(&user["companyId"].to_string()), "{user}");
        let customer = customers.iter().find(|one| one["id"] == user["customerId"]).expect("a customer");
        assert_eq!(customer["email"], user["email"]);
    }
    for number in &numbers {
        let own = all(&twin, &format!("/users?companyId={number}")).await;
        let number: u64 = number.parse().expect("a number");
        assert!(!own.is_empty() && own.iter().all(|user| user["companyId"] == number));
    }
}

#[tokio::test]
async fn who_comes_and_goes_does_not_move_a_companys_time_of_change() {
    let twin = store().await;
    let before = all(&twin, "/companies").await;
    let users = all(&twin, "/users").await;
    let shared = users
        .iter()
        .find(|user| users.iter().filter(|other| other["companyId"] == user["companyId"]).count() > 1);
    let leaving = shared.expect("a company of two");
    let path = format!("/v3/customers?id:in={}", leaving["customerId"]);
    assert_eq!(twin.send(twin.request("DELETE", &path)).await.status, 204);
    let left = all(&twin, "/users").await;
    assert!(left.len() == users.len() - 1 && !left.contains(leaving));
    assert_eq!(all(&twin, "/companies").await, before);
}

#[tokio::test]
async fn every_answer_tells_what_is_left_of_the_minute() {
    let mut options = alone();
    let hand = by_hand(&mut options);
    let twin = Twin::start(Platform::Bigcommerce, options).await;
    let first = get(&twin, "/companies").await;
    assert_eq!(first.header("x-requests-allocated"), Some("150 times/60 s"));
    assert_eq!(first.header("x-requests-remaining"), Some("149 times"));
    for _ in 1..150 {
        assert_eq!(get(&twin, "/users").await.status, 200);
    }
    hand.store(20, Ordering::SeqCst);
    let full = get(&twin, "/companies").await;
    refused(&full, 429);
    assert_eq!(full.header("x-request-window-resets-after"), Some("40.000 s"));
    assert_eq!(twin.get("/v2/time").await.status, 200, "the store's own limit is another");
    hand.store(61, Ordering::SeqCst);
    assert_eq!(get(&twin, "/companies").await.status, 200);
}

#[tokio::test]
async fn what_the_vendor_does_not_know_is_refused_by_name() {
    let twin = store().await;
    for (wrong, name) in [
        ("/companies?page=2", "page"),
        ("/companies?limit=0", "limit"),
        ("/companies?limit=ten", "limit"),
        ("/companies?offset=-1", "offset"),
        ("/companies?orderBy=desc", "orderBy"),
        ("/companies?sortBy=companyId", "sortBy"),
        ("/companies?maxModified=2026-11-21", "maxModified"),
        ("/companies?companyStatus=4", "companyStatus"),
        ("/companies?limit=5&limit=5", "limit"),
        ("/users?sortBy=updatedAt", "sortBy"),
    ] {
        let answer = get(&twin, wrong).await;
        refused(&answer, 422);
        assert!(answer.body["data"]["errMsg"][name][0].is_string(), "{wrong}: {}", answer.text);
    }
    refused(&get(&twin, "/companies?limit=251").await, 413);
}
