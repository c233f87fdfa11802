//! Promises of the Klaviyo twin's door and its reads.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use fermata_model::{Platform, Timestamp};
use fermata_sandbox::Options;
use serde_json::{Value, json};

use crate::twin::{Answer, NOW, Twin, by_hand, options};

fn code(answer: &Answer) -> &str {
    answer.body["errors"][0]["code"].as_str().expect("a JSON:API error with a code")
}

fn datetime(event: &Value) -> Timestamp {
    event["attributes"]["datetime"].as_str().expect("a time").parse().expect("ISO 8601")
}

#[tokio::test]
async fn a_missing_or_wrong_key_is_400_and_a_revoked_one_401() {
    let twin = Twin::klaviyo().await;
    let missing = twin.send(twin.bare("GET", "/api/accounts").header("revision", "2026-07-15")).await;
    assert_eq!((missing.status, code(&missing)), (400, "not_authenticated"));
    let wrong = twin.bare("GET", "/api/accounts").header("authorization", "Klaviyo-API-Key pk_wrong");
    let wrong = twin.send(wrong.header("revision", "2026-07-15")).await;
    assert_eq!((wrong.status, code(&wrong)), (400, "authentication_failed"));
    assert_eq!(twin.get("/api/accounts").await.status, 200);
    twin.fault(json!({ "fault": "revoke_token" }));
    assert_eq!(twin.get("/api/accounts").await.status, 401);
}

#[tokio::test]
async fn the_revision_and_the_media_type_are_demanded() {
    let twin = Twin::klaviyo().await;
    let key = format!("Klaviyo-API-Key {}", twin.practice.access(Platform::Klaviyo).token);
    let bare = |method: &str, path: &str| twin.bare(method, path).header("authorization", &key);
    assert_eq!(twin.send(bare("GET", "/api/metrics")).await.status, 400);
    assert_eq!(twin.send(bare("GET", "/api/metrics").header("revision", "2020-01-01")).await.status, 400);
    let odd = bare("GET", "/api/metrics").header("revision", "2026-07-15").header("accept", "text/html");
    assert_eq!(twin.send(odd).await.status, 406);
    let json = twin.request("POST", "/api/events").header("content-type", "application/json").body("{}");
    assert_eq!(twin.send(json).await.status, 415);
    assert_eq!(twin.get("/api/v2/lists").await.status, 410);
    assert_eq!(twin.get("/api/nothing").await.status, 404);
    assert_eq!(twin.send(twin.request("DELETE", "/api/events")).await.status, 405);
}

#[tokio::test]
async fn a_missing_scope_is_403() {
    let mut options = options();
    options.without_scopes.insert("events:read".to_owned());
    let twin = Twin::start(Platform::Klaviyo, options).await;
    let refused = twin.get("/api/events").await;
    assert_eq!((refused.status, code(&refused)), (403, "permission_denied"));
    assert_eq!(twin.get("/api/profiles").await.status, 200);
}

#[tokio::test]
async fn each_endpoint_has_a_second_and_a_minute_of_its_own() {
    let mut options = options();
    let second = by_hand(&mut options);
    let twin = Twin::start(Platform::Klaviyo, options).await;
    let first = twin.get("/api/accounts").await;
    assert_eq!(
        (first.header("ratelimit-limit"), first.header("ratelimit-remaining")),
        (Some("15"), Some("14"))
    );
    assert!(first.header("ratelimit-reset").is_some());
    let refused = twin.get("/api/accounts").await;
    assert_eq!((refused.status, code(&refused)), (429, "throttled"));
    assert_eq!((refused.header("retry-after"), refused.header("ratelimit-limit")), (Some("1"), None));
    assert_eq!(twin.get("/api/metrics").await.status, 200, "another endpoint has its own windows");
    second.store(1, Ordering::SeqCst);
    assert_eq!(twin.get("/api/accounts").await.status, 200);
}

#[tokio::test]
async fn what_the_specification_does_not_declare_is_refused() {
    let twin = Twin::klaviyo().await;
    for path in [
        "/api/profiles?page[size]=101",
        "/api/profiles?page[size]=0",
        "/api/profiles?page[number]=2",
        "/api/profiles?sort=first_name",
        "/api/profiles?fields[profile]=email,shoe_size",
        "/api/profiles?include=metric",
        "/api/profiles?filter=greater-or-equal(updated,2026-01-01T00:00:00Z)",
        "/api/profiles?filter=greater-than(updated,'2026-01-01T00:00:00Z')",
        "/api/profiles?filter=equals(first_name,'x')",
        "/api/profiles?page[cursor]=nonsense",
        "/api/profiles?additional-fields[profile]=everything",
        "/api/events?page[size]=1001",
        "/api/events?filter=greater-than(created,2026-01-01T00:00:00Z)",
        "/api/metrics?page[size]=10",
        "/api/metrics?sort=name",
        "/api/lists?page[size]=11",
        "/api/campaigns",
        "/api/accounts?filter=equals(id,'x')",
    ] {
        let refused = twin.get(path).await;
        assert_eq!(refused.status, 400, "{path}: {}", refused.text);
        assert!(refused.body["errors"][0]["source"]["parameter"].is_string(), "{path}: {}", refused.text);
    }
}

#[tokio::test]
async fn profiles_page_by_absolute_links_in_the_order_of_their_change() {
    let twin = Twin::klaviyo().await;
    let count = twin.practice.world(|world| world.profiles.len());
    for sort in ["updated", "-updated", "created", "-created"] {
        let profiles = twin.klaviyo_pages(&format!("/api/profiles?sort={sort}&page[size]=7")).await;
        assert_eq!(Twin::ids(&profiles).len(), count, "{sort}");
        let field = sort.trim_start_matches('-');
        let mut times: Vec<&str> =
            profiles.iter().map(|profile| profile["attributes"][field].as_str().expect("a time")).collect();
        if sort.starts_with('-') {
            times.reverse();
        }
        assert!(times.is_sorted(), "{sort}");
    }
    let page = twin.get("/api/profiles?page[size]=2").await;
    let next = page.body["links"]["next"].as_str().expect("a link");
    assert!(next.starts_with(twin.practice.base_url(Platform::Klaviyo)), "{next}");
}

#[tokio::test]
async fn only_what_changed_after_a_moment_comes_back() {
    let twin = Twin::klaviyo().await;
    let all = twin.klaviyo_pages("/api/profiles?sort=updated&page[size]=100").await;
    let middle = all[all.len() / 2]["attributes"]["updated"].as_str().expect("a time").replace("+00:00", "Z");
    let path = format!("/api/profiles?sort=updated&filter=greater-than(updated,{middle})");
    let later = twin.klaviyo_pages(&path).await;
    assert!(!later.is_empty() && later.len() < all.len());
    let bound: Timestamp = middle.parse().expect("a time");
    for profile in &later {
        let at: Timestamp = profile["attributes"]["updated"].as_str().expect("text").parse().expect("a time");
        assert!(at > bound);
    }
}

#[tokio::test]
async fn a_profile_is_found_by_each_identifier_and_shows_consent_when_asked() {
    let twin = Twin::klaviyo().await;
    let all =
        twin.klaviyo_pages("/api/profiles?additional-fields[profile]=subscriptions&page[size]=100").await;
    let profile =
        all.iter().find(|profile| profile["attributes"]["email"].is_string()).expect("one with an address");
    let marketing = &profile["attributes"]["subscriptions"]["email"]["marketing"];
    assert!(marketing["consent"].is_string() && marketing["suppression"].is_array());
    let email = profile["attributes"]["email"].as_str().expect("text").to_uppercase();
    let filter = format!("equals(email,\"{email}\")");
    let found = twin.send(twin.request("GET", "/api/profiles").query(&[("filter", filter)])).await;
    assert_eq!(found.data()[0]["id"], profile["id"], "addresses are compared in lower case");
    assert!(found.data()[0]["attributes"].get("subscriptions").is_none(), "left out unless asked for");
    let both = format!("any(email,[\"{email}\",\"{}\"])", email.to_lowercase());
    let both = twin.send(twin.request("GET", "/api/profiles").query(&[("filter", both)])).await;
    assert_eq!(both.data().len(), 1, "named twice, shown once");
    let id = profile["id"].as_str().expect("an id");
    let one = twin.get(&format!("/api/profiles/{id}?fields[profile]=email,location.city")).await;
    let kept: BTreeSet<&String> =
        one.body["data"]["attributes"].as_object().expect("an object").keys().collect();
    assert_eq!(kept, BTreeSet::from([&"email".to_owned(), &"location".to_owned()]));
    assert_eq!(twin.get("/api/profiles/01HUNKNOWN").await.status, 404);
}

#[tokio::test]
async fn events_page_by_the_time_they_happened_with_all_that_they_name() {
    let twin = Twin::klaviyo().await;
    let path = "/api/events?sort=datetime&page[size]=500&include=metric,profile";
    let mut address = path.to_owned();
    let (mut events, mut pages) = (Vec::new(), 0);
    loop {
        let page = twin.get(&address).await;
        assert_eq!(page.status, 200, "{}", page.text);
        let included = page.body["included"].as_array().expect("included");
        let there: BTreeSet<(String, String)> =
            included.iter().map(|one| (one["type"].to_string(), one["id"].to_string())).collect();
        assert_eq!(there.len(), included.len(), "each record is included once");
        for event in page.data() {
            for kind in ["metric", "profile"] {
                let data = &event["relationships"][kind]["data"];
                assert!(
                    there.contains(&(data["type"].to_string(), data["id"].to_string())),
                    "{kind} is missing"
                );
            }
        }
        events.extend(page.data().iter().cloned());
        pages += 1;
        match page.body["links"]["next"].as_str() {
            Some(next) => address = next.to_owned(),
            None => break,
        }
    }
    assert!(pages > 1);
    assert_eq!(Twin::ids(&events).len(), twin.practice.world(|world| world.events.len()));
    assert!(events.iter().map(datetime).is_sorted());
}

#[tokio::test]
async fn events_are_asked_for_by_window_profile_and_metric() {
    let twin = Twin::klaviyo().await;
    let window = "greater-or-equal(datetime,2026-11-01T00:00:00Z),less-than(datetime,2026-11-15T00:00:00Z)";
    let events = twin.klaviyo_pages(&format!("/api/events?sort=-datetime&filter={window}")).await;
    assert!(!events.is_empty());
    assert!(events.iter().map(datetime).rev().is_sorted());
    let (from, to): (Timestamp, Timestamp) =
        ("2026-11-01T00:00:00Z".parse().expect("time"), "2026-11-15T00:00:00Z".parse().expect("time"));
    assert!(events.iter().map(datetime).all(|at| at >= from && at < to));
    let profile = events[0]["relationships"]["profile"]["data"]["id"].as_str().expect("an id");
    let metric = events[0]["relationships"]["metric"]["data"]["id"].as_str().expect("an id");
    let filter = format!("equals(profile_id,\"{profile}\"),equals(metric_id,\"{metric}\")");
    let named = twin.klaviyo_pages(&format!("/api/events?page[size]=5&filter={filter}")).await;
    assert!(named.iter().any(|event| event["id"] == events[0]["id"]));
    for event in &named {
        assert_eq!(event["relationships"]["profile"]["data"]["id"], profile);
        assert_eq!(event["relationships"]["metric"]["data"]["id"], metric);
    }
    let one =
        twin.get(&format!("/api/events/{}?include=metric", events[0]["id"].as_str().expect("an id"))).await;
    assert_eq!(one.body["included"][0]["id"], metric);
}

#[tokio::test]
async fn the_small_collections_are_there() {
    let twin = Twin::klaviyo().await;
    let account = twin.get("/api/accounts").await;
    let id = account.data()[0]["id"].as_str().expect("an id").to_owned();
    assert_eq!(twin.get(&format!("/api/accounts/{id}")).await.status, 200);
    let metrics = twin.klaviyo_pages("/api/metrics").await;
    assert!(metrics.iter().any(|metric| metric["attributes"]["name"] == "Received Email"));
    let shop = twin.klaviyo_pages("/api/metrics?filter=equals(integration.name,'Shopify')").await;
    assert!(!shop.is_empty() && shop.len() < metrics.len());
    assert_eq!(twin.get("/api/lists").await.data().len(), 3);
    assert_eq!(twin.get("/api/flows?filter=contains(name,'cart')").await.data().len(), 1);
    assert!(twin.get("/api/segments").await.data().is_empty());
    let campaigns = twin.klaviyo_pages("/api/campaigns?filter=equals(messages.channel,'email')").await;
    let sent = |one: &&Value| one["attributes"]["status"] == "Sent";
    let count = campaigns.iter().filter(sent).count();
    assert_eq!(count, twin.practice.world(|world| world.newsletters.len()));
    assert_eq!(campaigns.len() - count, 6, "the next ones are scheduled");
    let sms = twin.get("/api/campaigns?filter=equals(messages.channel,'sms')").await;
    assert!(sms.data().is_empty());
}

#[tokio::test]
async fn a_doubled_page_shows_one_record_twice_and_loses_none() {
    let twin = Twin::klaviyo().await;
    twin.fault(json!({ "fault": "double_page", "times": 1 }));
    let profiles = twin.klaviyo_pages("/api/profiles?page[size]=9&sort=updated").await;
    let different: BTreeSet<String> = profiles.iter().map(|profile| profile["id"].to_string()).collect();
    assert_eq!(different.len(), twin.practice.world(|world| world.profiles.len()));
    assert_eq!(profiles.len(), different.len() + 1);
}

#[tokio::test]
async fn some_events_happen_before_or_after_the_vendor_learns_of_them() {
    let twin = Twin::start(Platform::Klaviyo, Options { customers: 300, ..options() }).await;
    let (late, early) = twin.practice.world(|world| {
        let apart = |wanted: fn(i64) -> bool| {
            world.events.iter().filter(|(_, event)| wanted(event.at.since(event.created_at))).count()
        };
        (apart(|seconds| seconds < 0), apart(|seconds| seconds > 0))
    });
    assert!(late > 0 && early > 0, "{late} late, {early} early");
    let ahead = twin.klaviyo_pages(&format!("/api/events?filter=greater-than(datetime,{NOW})")).await;
    let future = twin.practice.world(|world| {
        let now = world.now();
        world.events.iter().filter(|(_, event)| event.at > now).count()
    });
    assert_eq!(ahead.len(), future);
}
