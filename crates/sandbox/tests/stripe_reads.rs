//! Promises of the Stripe twin's reads: lists, filters, what is shown, who is let in.

use std::sync::atomic::Ordering;

use fermata_model::Platform;
use fermata_sandbox::Options;
use serde_json::{Value, json};

use crate::twin::{Twin, by_hand, options};

pub(crate) async fn stripe() -> Twin {
    Twin::start(Platform::Stripe, options()).await
}

/// The records of all pages of a list.
pub(crate) async fn pages(twin: &Twin, first: &str) -> Vec<Value> {
    let mut records: Vec<Value> = Vec::new();
    loop {
        let mut request = twin.request("GET", first);
        if let Some(last) = records.last() {
            request = request.query(&[("starting_after", last["id"].as_str().expect("an id"))]);
        }
        let page = twin.send(request).await;
        assert_eq!(page.status, 200, "{first}: {}", page.text);
        assert_eq!(page.body["object"], "list");
        records.extend(page.data().iter().cloned());
        if page.body["has_more"] == false {
            return records;
        }
    }
}

#[tokio::test]
async fn every_list_walked_whole_is_what_there_is() {
    let twin = stripe().await;
    let (charged, refunded) = twin.practice.world(|world| {
        let charged = || world.orders.iter().filter(|(_, order)| order.payment.gateway != "gift_card");
        let refunds: usize =
            charged().map(|(_, order)| order.refunds.iter().filter(|one| one.amount > 0).count()).sum();
        (charged().count(), refunds)
    });
    assert!(charged > 20 && refunded > 1, "{charged} charges, {refunded} refunds");
    let charges = pages(&twin, "/v1/charges?limit=7").await;
    assert_eq!(Twin::ids(&charges).len(), charged);
    assert!(charges.is_sorted_by_key(|one| std::cmp::Reverse(one["created"].as_i64())), "newest first");
    assert_eq!(Twin::ids(&pages(&twin, "/v1/refunds?limit=2").await).len(), refunded);
    let disputes = pages(&twin, "/v1/disputes").await;
    assert!(!disputes.is_empty(), "a few are contested");
    let disputed = charges.iter().filter(|charge| charge["disputed"] == true).count();
    assert_eq!(Twin::ids(&disputes).len(), disputed);
    let intents = pages(&twin, "/v1/payment_intents?limit=100").await;
    assert_eq!(Twin::ids(&intents).len(), charged);
}

#[tokio::test]
async fn objects_have_the_members_of_the_vendors_fixtures() {
    let Ok(bytes) = std::fs::read(crate::support::shared().join("specs/stripe/fixtures.subset.json")) else {
        println!("skipped: the vendor's fixtures are absent");
        return;
    };
    let fixtures: Value = serde_json::from_slice(&bytes).expect("JSON");
    let twin = stripe().await;
    for (kind, path) in
        [("charge", "/v1/charges"), ("payment_intent", "/v1/payment_intents"), ("refund", "/v1/refunds")]
    {
        let page = twin.get(path).await;
        let ours = page.data()[0].as_object().expect("an object");
        for name in fixtures[kind].as_object().expect("a fixture").keys() {
            // Not shown any more unless asked for, since version 2022-11-15.
            assert!(name == "refunds" || ours.contains_key(name), "{kind} lacks {name}");
        }
    }
}

#[tokio::test]
async fn a_list_is_cut_by_time_by_charge_and_from_either_side() {
    let twin = stripe().await;
    let charges = pages(&twin, "/v1/charges?limit=100").await;
    let at = charges[5]["created"].as_i64().expect("seconds");
    let newer = pages(&twin, &format!("/v1/charges?created[gte]={at}&limit=100")).await;
    assert!(newer.iter().all(|one| one["created"].as_i64() >= Some(at)) && newer.len() >= 6);
    let older = pages(&twin, &format!("/v1/charges?created[lt]={at}&limit=100")).await;
    assert_eq!(newer.len() + older.len(), charges.len());
    let before = twin.get(&format!("/v1/charges?ending_before={}&limit=2", id(&charges[5]))).await;
    assert_eq!(before.data(), &charges[3..5]);
    let refund = twin.get("/v1/refunds?limit=1&expand[]=data.charge").await.data()[0].clone();
    let charge = id(&refund["charge"]);
    assert_eq!(refund["charge"]["object"], "charge", "shown whole where asked for");
    for filter in [
        format!("charge={charge}"),
        format!("payment_intent={}", refund["payment_intent"].as_str().expect("an id")),
    ] {
        let of_charge = pages(&twin, &format!("/v1/refunds?{filter}")).await;
        assert!(of_charge.iter().any(|one| one["id"] == refund["id"]));
        assert!(of_charge.iter().all(|one| one["charge"] == charge.as_str()));
    }
    assert_eq!(twin.get(&format!("/v1/charges/{charge}")).await.body, refund["charge"]);
}

fn id(record: &Value) -> String {
    record["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn what_is_not_declared_is_refused_by_its_name() {
    let twin = stripe().await;
    for (path, param) in [
        ("/v1/charges?status=paid", "status"),
        ("/v1/charges?created[from]=1", "created[from]"),
        ("/v1/charges?created[gte]=today", "created[gte]"),
        ("/v1/charges?limit=101", "limit"),
        ("/v1/charges?limit=0", "limit"),
        ("/v1/charges?limit=1&limit=2", "limit"),
        ("/v1/refunds?expand[]=data.customer", "expand"),
        ("/v1/charges?starting_after=ch_3P0000000000000007", "starting_after"),
    ] {
        let refused = twin.get(path).await;
        assert!((400..=404).contains(&refused.status), "{path}: {}", refused.text);
        let error = &refused.body["error"];
        assert_eq!((&error["type"], &error["param"]), (&json!("invalid_request_error"), &json!(param)));
    }
    for path in ["/v1/nothing", "/v2/charges", "/v1/charges/ch_1", "/v1/refunds/re_3P7", "/v1/disputes/1"] {
        assert_eq!(twin.get(path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn only_the_key_opens_and_only_what_it_may() {
    let twin = Twin::start(
        Platform::Stripe,
        Options { without_scopes: ["dispute_read".to_owned()].into(), ..options() },
    )
    .await;
    assert_eq!(twin.send(twin.bare("GET", "/v1/charges")).await.status, 401);
    let wrong = twin.send(twin.bare("GET", "/v1/charges").bearer_auth("rk_test_wrong")).await;
    assert_eq!(wrong.status, 401);
    assert!(!wrong.text.contains("rk_test_wrong"), "a key is never shown whole");
    let token = twin.practice.access(Platform::Stripe).token.clone();
    let basic = twin.bare("GET", "/v1/charges").basic_auth(&token, Some(""));
    assert_eq!(twin.send(basic).await.status, 200, "the key may also be a user name");
    let refused = twin.get("/v1/disputes").await;
    assert_eq!(refused.status, 403);
    assert!(refused.text.contains("rak_dispute_read"), "it names what is missing");
    let old = twin.bare("GET", "/v1/charges").bearer_auth(&token).header("stripe-version", "2019-01-01");
    assert_eq!(twin.send(old).await.status, 400);
    let answered = twin.get("/v1/account").await;
    assert_eq!(answered.header("stripe-version"), Some("2026-09-30.endive"));
}

#[tokio::test]
async fn a_second_holds_twenty_five_requests() {
    let mut options = options();
    let hand = by_hand(&mut options);
    let twin = Twin::start(Platform::Stripe, options).await;
    for _ in 0..25 {
        assert_eq!(twin.get("/v1/charges?limit=1").await.status, 200);
    }
    let refused = twin.get("/v1/charges?limit=1").await;
    assert_eq!((refused.status, &refused.body["error"]["code"]), (429, &json!("rate_limit")));
    hand.fetch_add(1, Ordering::SeqCst);
    assert_eq!(twin.get("/v1/charges?limit=1").await.status, 200);
}

#[tokio::test]
async fn a_doubled_page_shows_its_last_record_again_and_loses_none() {
    let twin = stripe().await;
    let whole = pages(&twin, "/v1/charges?limit=100").await;
    twin.fault(json!({ "fault": "double_page", "times": 1 }));
    let doubled = pages(&twin, "/v1/charges?limit=10").await;
    assert_eq!(doubled.len(), whole.len() + 1);
    assert_eq!(doubled[9], doubled[10]);
}

#[tokio::test]
async fn a_charge_says_whose_order_it_pays() {
    let options = Options { platforms: [Platform::Shopify, Platform::Woocommerce].into(), ..options() };
    let twin = Twin::start(Platform::Stripe, options).await;
    let charges = pages(&twin, "/v1/charges?limit=100").await;
    let (plugin, own): (Vec<&Value>, Vec<&Value>) =
        charges.iter().partition(|charge| charge["metadata"]["site_url"].is_string());
    assert!(!plugin.is_empty() && !own.is_empty(), "orders of both storefronts are paid here");
    for charge in charges.iter() {
        let noted = &charge["metadata"];
        let name = noted.get("order_number").unwrap_or(&noted["order_id"]);
        let name = name.as_str().expect("the order's number");
        let (id, amount, storefront) = twin.practice.world(|world| {
            let id = world.order_named(name).expect("the order that was paid");
            let order = world.orders.get(id).expect("an order");
            (id.number().to_string(), order.payment.amount, world.storefront_of(order.person))
        });
        assert_eq!(charge["amount"].as_i64(), Some(amount), "{name}");
        let by_plugin = noted["site_url"].is_string();
        assert_eq!(by_plugin, storefront == Platform::Woocommerce, "{name}");
        assert!(
            by_plugin || noted["order_id"] == id.as_str(),
            "{name}: a shop of its own notes its order's id"
        );
    }
}
