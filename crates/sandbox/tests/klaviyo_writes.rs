//! Promises of the Klaviyo twin's writes about people: what is accepted, when it is seen, and the journal of it.

use fermata_model::Platform;
use fermata_sandbox::Effect;
use serde_json::{Value, json};

use crate::twin::Twin;

fn event(email: &str, unique: Option<&str>, properties: &Value) -> Value {
    json!({ "data": { "type": "event", "attributes": {
        "properties": properties, "unique_id": unique,
        "metric": { "data": { "type": "metric", "attributes": { "name": "Fermata follow-up" } } },
        "profile": { "data": { "type": "profile", "attributes": { "email": email } } },
    } } })
}

fn suppression(kind: &str, emails: &[&str]) -> Value {
    let profiles: Vec<Value> =
        emails.iter().map(|email| json!({ "type": "profile", "attributes": { "email": email } })).collect();
    json!({ "data": { "type": kind, "attributes": { "profiles": { "data": profiles } } } })
}

const SUPPRESS: &str = "profile-suppression-bulk-create-job";
const LIFT: &str = "profile-suppression-bulk-delete-job";

/// The address and id of a profile that nothing keeps mail from.
pub(crate) async fn reachable(twin: &Twin) -> (String, String) {
    let all =
        twin.klaviyo_pages("/api/profiles?additional-fields[profile]=subscriptions&page[size]=100").await;
    let open = |profile: &&Value| {
        let marketing = &profile["attributes"]["subscriptions"]["email"]["marketing"];
        marketing["can_receive_email_marketing"] == true && profile["attributes"]["email"].is_string()
    };
    let profile = all.iter().find(open).expect("a reachable profile");
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    (text(&profile["attributes"]["email"]), text(&profile["id"]))
}

pub(crate) fn applied(twin: &Twin, kind: &str) -> Vec<Effect> {
    let journal = twin.practice.journal(Platform::Klaviyo);
    journal.into_iter().flat_map(|entry| entry.applied).filter(|effect| effect.kind == kind).collect()
}

#[tokio::test]
async fn an_event_is_accepted_without_a_body_and_seen_a_little_later() {
    let twin = Twin::klaviyo().await;
    let (email, profile) = reachable(&twin).await;
    let accepted =
        twin.write("POST", "/api/events", &event(&email, Some("ours-1"), &json!({ "action": "a-1" }))).await;
    assert_eq!((accepted.status, accepted.text.as_str()), (202, ""));
    let path = format!("/api/events?filter=equals(profile_id,\"{profile}\")&sort=-datetime&include=metric");
    let seen = async || {
        let page = twin.get(&path).await;
        page.data().iter().filter(|one| one["attributes"]["event_properties"]["action"] == "a-1").count()
    };
    assert_eq!(seen().await, 0, "202 is accepted, not done");
    twin.practice.advance(10);
    assert_eq!(seen().await, 1);
    let events = applied(&twin, "event");
    assert_eq!((events.len(), events[0].target.as_str()), (1, profile.as_str()));
}

#[tokio::test]
async fn the_first_event_of_a_unique_id_wins() {
    let twin = Twin::klaviyo().await;
    let (email, profile) = reachable(&twin).await;
    for action in ["first", "second"] {
        let body = event(&email, Some("same"), &json!({ "action": action }));
        assert_eq!(
            twin.write("POST", "/api/events", &body).await.status,
            202,
            "a repeat is accepted all the same"
        );
    }
    twin.practice.advance(10);
    let events = twin.klaviyo_pages(&format!("/api/events?filter=equals(profile_id,\"{profile}\")")).await;
    let ours: Vec<&Value> = events
        .iter()
        .map(|one| &one["attributes"]["event_properties"]["action"])
        .filter(|one| one.is_string())
        .collect();
    assert_eq!(ours, [&json!("first")]);
    assert_eq!(applied(&twin, "event").len(), 1, "the journal shows one effect for two requests");
    let keys = twin.practice.journal(Platform::Klaviyo);
    assert_eq!(keys.iter().filter(|entry| entry.key.as_deref() == Some("same")).count(), 2);
}

#[tokio::test]
async fn without_a_unique_id_one_event_fits_in_a_second() {
    let twin = Twin::klaviyo().await;
    let (email, _) = reachable(&twin).await;
    for _ in 0..2 {
        assert_eq!(twin.write("POST", "/api/events", &event(&email, None, &json!({}))).await.status, 202);
    }
    assert_eq!(applied(&twin, "event").len(), 1);
}

#[tokio::test]
async fn an_event_may_happen_before_or_after_it_is_told() {
    let twin = Twin::klaviyo().await;
    let (email, profile) = reachable(&twin).await;
    for (unique, time) in [("past", "2025-03-01T12:00:00Z"), ("future", "2027-01-01T00:00:00+01:00")] {
        let mut body = event(&email, Some(unique), &json!({ "when": unique }));
        body["data"]["attributes"]["time"] = json!(time);
        assert_eq!(twin.write("POST", "/api/events", &body).await.status, 202);
    }
    twin.practice.advance(10);
    let path = format!("/api/events?sort=datetime&filter=equals(profile_id,\"{profile}\")");
    let events = twin.klaviyo_pages(&path).await;
    let last = events.last().expect("events");
    assert_eq!(last["attributes"]["event_properties"]["when"], "future");
    assert_eq!(last["attributes"]["datetime"], "2026-12-31T23:00:00+00:00");
    for time in ["1989-12-31T00:00:00Z", "2028-01-01T00:00:00Z", "soon"] {
        let mut body = event(&email, Some("never"), &json!({}));
        body["data"]["attributes"]["time"] = json!(time);
        assert_eq!(twin.write("POST", "/api/events", &body).await.status, 400, "{time}");
    }
}

#[tokio::test]
async fn a_metric_of_ours_cannot_be_filtered_by() {
    let twin = Twin::klaviyo().await;
    let (email, _) = reachable(&twin).await;
    twin.write("POST", "/api/events", &event(&email, Some("x"), &json!({}))).await;
    let metrics = twin.klaviyo_pages("/api/metrics").await;
    let ours = metrics
        .iter()
        .find(|metric| metric["attributes"]["name"] == "Fermata follow-up")
        .expect("a new metric");
    let id = ours["id"].as_str().expect("an id");
    assert_eq!(twin.get(&format!("/api/events?filter=equals(metric_id,\"{id}\")")).await.status, 400);
}

#[tokio::test]
async fn wrong_events_are_refused_with_the_place_and_leave_nothing() {
    let twin = Twin::klaviyo().await;
    let change = |edit: &dyn Fn(&mut Value)| {
        let mut body = event("somebody@example.com", Some("x"), &json!({}));
        edit(&mut body["data"]);
        body
    };
    let many: serde_json::Map<String, Value> = (0..401).map(|n| (format!("p{n}"), json!(n))).collect();
    for (body, pointer) in [
        (change(&|data| data["type"] = json!("events")), "/data/type"),
        (
            change(&|data| drop(data["attributes"].as_object_mut().map(|o| o.remove("metric")))),
            "/data/attributes/metric",
        ),
        (change(&|data| data["attributes"]["colour"] = json!(1)), "/data/attributes/colour"),
        (change(&|data| data["attributes"]["properties"] = json!(many)), "/data/attributes/properties"),
        (
            change(&|data| data["attributes"]["value_currency"] = json!("eur")),
            "/data/attributes/value_currency",
        ),
        (
            change(&|data| data["attributes"]["profile"]["data"]["attributes"] = json!({})),
            "/data/attributes/profile/data/attributes",
        ),
        (
            change(&|data| data["attributes"]["profile"]["data"]["attributes"]["email"] = json!("nobody")),
            "/data/attributes/profile/data/attributes/email",
        ),
    ] {
        let refused = twin.write("POST", "/api/events", &body).await;
        assert_eq!(refused.status, 400, "{pointer}: {}", refused.text);
        assert_eq!(refused.body["errors"][0]["source"]["pointer"], pointer, "{}", refused.text);
    }
    assert!(twin.practice.journal(Platform::Klaviyo).iter().all(|entry| entry.applied.is_empty()));
}

#[tokio::test]
async fn a_suppression_is_queued_then_worked_on_then_complete() {
    let twin = Twin::klaviyo().await;
    let (email, profile) = reachable(&twin).await;
    let loud = email.to_uppercase();
    let accepted = twin
        .write("POST", "/api/profile-suppression-bulk-create-jobs", &suppression(SUPPRESS, &[&loud]))
        .await;
    assert_eq!(accepted.status, 202, "{}", accepted.text);
    let job = accepted.body["data"]["id"].as_str().expect("a job id").to_owned();
    let path = format!("/api/profile-suppression-bulk-create-jobs/{job}");
    let status =
        async || twin.get(&path).await.body["data"]["attributes"]["status"].as_str().map(str::to_owned);
    let reasons = async || {
        let read =
            twin.get(&format!("/api/profiles/{profile}?additional-fields[profile]=subscriptions")).await;
        read.body["data"]["attributes"]["subscriptions"]["email"]["marketing"]["suppression"].clone()
    };
    assert_eq!(status().await.as_deref(), Some("queued"));
    let queued = twin.get("/api/profile-suppression-bulk-create-jobs?filter=equals(status,\"queued\")").await;
    assert_eq!((queued.data().len(), queued.data()[0]["id"].as_str()), (1, Some(job.as_str())));
    assert_eq!(reasons().await, json!([]));
    twin.practice.advance(3);
    assert_eq!(status().await.as_deref(), Some("processing"));
    twin.practice.advance(3);
    assert_eq!(status().await.as_deref(), Some("complete"));
    assert_eq!(reasons().await[0]["reason"], "USER_SUPPRESSED");
    assert_eq!(applied(&twin, "suppress").len(), 1);

    let lifted =
        twin.write("POST", "/api/profile-suppression-bulk-delete-jobs", &suppression(LIFT, &[&email])).await;
    assert_eq!(lifted.status, 202);
    twin.practice.advance(10);
    assert_eq!(reasons().await, json!([]));
    assert_eq!(applied(&twin, "unsuppress").len(), 1);
    let id = lifted.body["data"]["id"].as_str().expect("a job id");
    let job = twin.get(&format!("/api/profile-suppression-bulk-delete-jobs/{id}")).await;
    assert_eq!(job.body["data"]["attributes"]["completed_count"], 1);
    assert_eq!(twin.get(&format!("/api/profile-suppression-bulk-create-jobs/{id}")).await.status, 404);
}

#[tokio::test]
async fn only_a_wish_can_be_lifted_and_unknown_addresses_are_suppressed_too() {
    let twin = Twin::klaviyo().await;
    let (email, _) = reachable(&twin).await;
    twin.practice.change(|world, now| {
        let profile = world.profile_by_email(&email).expect("the profile");
        world.unsubscribe(profile, now);
    });
    let lifted =
        twin.write("POST", "/api/profile-suppression-bulk-delete-jobs", &suppression(LIFT, &[&email])).await;
    assert_eq!(lifted.status, 202);
    assert!(applied(&twin, "unsuppress").is_empty(), "an unsubscription is not ours to lift");
    let body = suppression(SUPPRESS, &["new.person@example.com"]);
    assert_eq!(twin.write("POST", "/api/profile-suppression-bulk-create-jobs", &body).await.status, 202);
    let made = twin.get("/api/profiles?filter=equals(email,'new.person@example.com')").await;
    assert_eq!(made.data().len(), 1);
    let crowd: Vec<String> = (0..101).map(|n| format!("p{n}@example.com")).collect();
    let crowd: Vec<&str> = crowd.iter().map(String::as_str).collect();
    let refused =
        twin.write("POST", "/api/profile-suppression-bulk-create-jobs", &suppression(SUPPRESS, &crowd)).await;
    assert_eq!(refused.status, 400, "a hundred addresses at most");
}

#[tokio::test]
async fn an_import_makes_a_profile_once_then_changes_it() {
    let twin = Twin::klaviyo().await;
    let body = |attributes: Value| json!({ "data": { "type": "profile", "attributes": attributes } });
    let first = body(json!({
        "email": "ada@example.com", "first_name": "Ada", "properties": { "size": "M", "vip": true },
        "location": { "city": "Ulm" },
    }));
    let made = twin.write("POST", "/api/profile-import", &first).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let id = made.body["data"]["id"].as_str().expect("an id").to_owned();
    assert_eq!(
        twin.write("POST", "/api/profile-import", &first).await.status,
        200,
        "the same again changes nothing"
    );
    assert_eq!(applied(&twin, "profile").len(), 1);
    let change =
        body(json!({ "email": "ADA@example.com", "first_name": null, "properties": { "vip": null } }));
    let changed = twin.write("POST", "/api/profile-import", &change).await;
    assert_eq!((changed.status, changed.body["data"]["id"].as_str()), (200, Some(id.as_str())));
    let attributes = &changed.body["data"]["attributes"];
    assert_eq!(
        (&attributes["first_name"], &attributes["properties"]),
        (&Value::Null, &json!({ "size": "M" }))
    );
    assert_eq!(attributes["location"]["city"], "Ulm", "absent keeps");
    let other = body(json!({ "email": "bob@example.com", "phone_number": "+4915112345678" }));
    assert_eq!(twin.write("POST", "/api/profile-import", &other).await.status, 201);
    let clash = body(json!({ "email": "ada@example.com", "phone_number": "+4915112345678" }));
    let clash = twin.write("POST", "/api/profile-import", &clash).await;
    assert_eq!((clash.status, clash.body["errors"][0]["code"].as_str()), (409, Some("duplicate_profile")));
    assert!(clash.body["errors"][0]["meta"]["duplicate_profile_id"].is_string());
    let malformed = body(json!({ "phone_number": "0151 12345678" }));
    assert_eq!(twin.write("POST", "/api/profile-import", &malformed).await.status, 400);
}

#[tokio::test]
async fn the_same_job_twice_in_a_second_is_two_jobs() {
    let twin = Twin::klaviyo().await;
    let (email, _) = reachable(&twin).await;
    let path = "/api/profile-suppression-bulk-create-jobs";
    let first = twin.write("POST", path, &suppression(SUPPRESS, &[&email])).await;
    let second = twin.write("POST", path, &suppression(SUPPRESS, &[&email])).await;
    assert_ne!(first.body["data"]["id"], second.body["data"]["id"]);
    twin.practice.advance(10);
    let skipped = async |job: &Value| {
        let id = job["data"]["id"].as_str().expect("a job id");
        twin.get(&format!("{path}/{id}")).await.body["data"]["attributes"]["skipped_count"].clone()
    };
    assert_eq!((skipped(&first.body).await, skipped(&second.body).await), (json!(0), json!(1)));
}
