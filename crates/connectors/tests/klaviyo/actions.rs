//! Holds, releases and follow-ups: what is prepared, and whether it happened.

use fermata_connectors::{Error, Fate, Found, Kind, Sent};
use fermata_model::{Action, ConnectionId, Frozen, Key, RecordRef, Stream};
use serde_json::{Value, json};

use super::klaviyo;
use crate::support::listener::{Listener, Reply};
use crate::support::now;

const KEY: &str = "0197f3f0-0000-7000-8000-000000000001";

fn key() -> Key {
    KEY.parse().unwrap()
}

fn target() -> RecordRef {
    RecordRef {
        connection: ConnectionId(7),
        stream: Stream::Profiles,
        external_id: "P1".into(),
        label: "Ann Lee".into(),
    }
}

fn hold() -> Action {
    Action::MarketingHold { profile: target() }
}

fn release() -> Action {
    Action::MarketingRelease { profile: target() }
}

fn follow_up() -> Action {
    Action::MarketingFollowUp {
        profile: target(),
        concern: "sizes".into(),
        item: "Linen shirt".into(),
        link: None,
    }
}

fn profile(consent: &str, reasons: &[&str]) -> Value {
    let list: Vec<_> =
        reasons.iter().map(|r| json!({ "reason": r, "timestamp": "2026-11-21T12:00:03Z" })).collect();
    json!({ "data": { "type": "profile", "id": "P1", "attributes": {
        "email": "ann@example.com", "updated": "2026-11-21T12:00:09Z",
        "subscriptions": { "email": { "marketing": { "consent": consent, "can_receive_email_marketing": list.is_empty(), "suppression": list } } },
    } } })
}

async fn prepared(action: Action, profile: Value) -> Result<Frozen, Error> {
    let listener = Listener::script(vec![Reply::json(profile)]).await;
    klaviyo(&listener).prepare(&action, key(), now()).await
}

#[tokio::test]
async fn what_is_prepared_is_exactly_what_leaves() {
    let frozen = prepared(hold(), profile("SUBSCRIBED", &[])).await.unwrap();
    assert_eq!(frozen.path, "/api/profile-suppression-bulk-create-jobs");
    let body = r#"{"data":{"type":"profile-suppression-bulk-create-job","attributes":{"profiles":{"data":[{"type":"profile","attributes":{"email":"ann@example.com"}}]}}}}"#;
    assert_eq!(frozen.body, body);
    let listener = Listener::script(vec![Reply::status(202, "{}")]).await;
    assert_eq!(klaviyo(&listener).send(&frozen).await.unwrap(), Sent::Accepted);
    let seen = &listener.seen()[0];
    assert_eq!((seen.body.as_str(), seen.header("content-type")), (body, Some("application/vnd.api+json")));
    assert_eq!(seen.header("revision"), Some("2026-07-15"));

    let frozen = prepared(follow_up(), profile("SUBSCRIBED", &[])).await.unwrap();
    let body: Value = serde_json::from_str(&frozen.body).unwrap();
    let attributes = &body["data"]["attributes"];
    assert_eq!(
        (&attributes["unique_id"], &attributes["properties"]["fermata_action"]),
        (&json!(KEY), &json!(KEY))
    );
    assert_eq!(
        attributes["profile"]["data"],
        json!({ "type": "profile", "id": "P1", "attributes": {} }),
        "nothing about the profile is overwritten"
    );
}

#[tokio::test]
async fn what_would_be_wrong_is_refused_kindly() {
    let mut nameless = profile("SUBSCRIBED", &[]);
    nameless["data"]["attributes"]["email"] = Value::Null;
    for (action, profile, expected) in [
        (
            hold(),
            profile("SUBSCRIBED", &["USER_SUPPRESSED"]),
            "Ann Lee already receives no marketing, so there is nothing to hold back.",
        ),
        (hold(), nameless, "Ann Lee has no e-mail address in Klaviyo."),
        (release(), profile("SUBSCRIBED", &[]), "Marketing to Ann Lee is not on hold."),
        (release(), profile("UNSUBSCRIBED", &["UNSUBSCRIBE"]), "Marketing to Ann Lee is not on hold."),
        (follow_up(), profile("UNSUBSCRIBED", &[]), "Ann Lee has unsubscribed, so no follow-up is sent."),
        (
            follow_up(),
            profile("SUBSCRIBED", &["HARD_BOUNCE"]),
            "Ann Lee cannot be reached at this address, so no follow-up is sent.",
        ),
        (
            follow_up(),
            profile("SUBSCRIBED", &["USER_SUPPRESSED", "SPAM_COMPLAINT"]),
            "Ann Lee has called an earlier e-mail spam, so no follow-up is sent.",
        ),
    ] {
        let error = prepared(action, profile).await.unwrap_err();
        assert_eq!((error.fate, error.to_string().as_str()), (Fate::Refused, expected));
    }
    let error = prepared(follow_up(), profile("SUBSCRIBED", &["USER_SUPPRESSED"])).await.unwrap_err();
    assert_eq!(error.fate, Fate::NotDone, "a hold that is being released is only a matter of time");
    assert!(error.retry_after.is_some());

    let listener = Listener::script(vec![Reply::status(404, json!({ "errors": [] }))]).await;
    let error = klaviyo(&listener).prepare(&hold(), key(), now()).await.unwrap_err();
    assert_eq!(
        (error.fate, error.to_string().as_str()),
        (Fate::Refused, "Ann Lee is no longer a profile in Klaviyo.")
    );
    let listener = Listener::start(|_, _| Reply::html(404)).await;
    let error = klaviyo(&listener).prepare(&hold(), key(), now()).await.unwrap_err();
    assert_eq!(error.fate, Fate::NotDone, "somebody in between says nothing about the profile");
}

#[tokio::test]
async fn a_permission_that_is_missing_is_named() {
    let denied =
        json!({ "errors": [{ "code": "permission_denied", "detail": "You do not have permission." }] });
    let listener = Listener::script(vec![Reply::status(403, denied)]).await;
    let error = klaviyo(&listener).prepare(&hold(), key(), now()).await.unwrap_err();
    assert!(error.is_final() && error.message.ends_with("that takes profiles:read."), "{error}");
}

#[tokio::test]
async fn the_fate_of_what_was_sent_is_never_guessed() {
    let frozen = prepared(follow_up(), profile("SUBSCRIBED", &[])).await.unwrap();
    let said = |code: &str| json!({ "errors": [{ "id": "1", "code": code, "title": "Invalid input.", "detail": "The metric name is too long." }] });
    for (answer, kind, fate) in [
        (Reply::status(400, said("invalid")), Kind::Rejected, Fate::Refused),
        (Reply::status(400, said("not_authenticated")), Kind::SignIn, Fate::NotDone),
        (Reply::status(429, said("throttled")).with("retry-after", "3"), Kind::Throttled, Fate::NotDone),
        (Reply::status(503, said("down")), Kind::Broken, Fate::InDoubt),
        (Reply::html(200), Kind::Broken, Fate::InDoubt),
        (Reply::Cut, Kind::Unreachable, Fate::InDoubt),
        (Reply::Hang, Kind::Unreachable, Fate::InDoubt),
    ] {
        let listener = Listener::script(vec![answer.clone()]).await;
        let error = klaviyo(&listener).send(&frozen).await.unwrap_err();
        assert_eq!((error.kind, error.fate), (kind, fate), "{answer:?}");
        assert_eq!(listener.seen().len(), 1, "an effect is sent once: {answer:?}");
    }
    let listener = Listener::script(vec![Reply::status(400, said("invalid"))]).await;
    let error = klaviyo(&listener).send(&frozen).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "Klaviyo refused the event: The metric name is too long. Nothing was changed."
    );
}

/// Asks whether it happened, of a Klaviyo with this profile and this many unfinished jobs.
async fn found(action: Action, before: Value, after: Value, unfinished: usize) -> Result<Found, Error> {
    let frozen = prepared(action, before).await.unwrap();
    let listener = Listener::start(move |seen, _| match seen.path.as_str() {
        "/api/profiles/P1" => Reply::json(&after),
        _ => {
            let running = seen.query_pairs().iter().any(|(_, v)| v == "equals(status,\"processing\")");
            Reply::json(json!({ "data": vec![json!({ "id": "J" }); if running { unfinished } else { 0 }] }))
        }
    })
    .await;
    klaviyo(&listener).find(&frozen).await
}

#[tokio::test]
async fn a_hold_happened_when_the_profile_says_so() {
    let (free, held) = (profile("SUBSCRIBED", &[]), profile("SUBSCRIBED", &["USER_SUPPRESSED"]));
    let Found::Yes(receipt) = found(hold(), free.clone(), held.clone(), 0).await.unwrap() else {
        panic!("held")
    };
    assert_eq!(receipt.at.to_string(), "2026-11-21T12:00:03Z");
    assert_eq!(
        found(hold(), free.clone(), free.clone(), 1).await.unwrap(),
        Found::Pending,
        "a job still runs"
    );
    assert_eq!(found(hold(), free.clone(), free.clone(), 0).await.unwrap(), Found::No);
    let unsubscribed = profile("UNSUBSCRIBED", &["UNSUBSCRIBE"]);
    assert_eq!(
        found(hold(), free.clone(), unsubscribed, 0).await.unwrap(),
        Found::No,
        "they unsubscribed; that was not us"
    );

    assert!(matches!(found(release(), held.clone(), free.clone(), 0).await.unwrap(), Found::Yes(_)));
    assert_eq!(found(release(), held.clone(), held.clone(), 1).await.unwrap(), Found::Pending);
    assert_eq!(found(release(), held.clone(), held.clone(), 0).await.unwrap(), Found::No);

    let mut silent = free.clone();
    silent["data"]["attributes"]["subscriptions"] = Value::Null;
    assert!(found(release(), held, silent, 0).await.is_err(), "silence about a hold is not its absence");
}

#[tokio::test]
async fn a_job_that_has_ended_is_not_waited_for_though_it_is_listed_among_those_that_run() {
    let held = profile("SUBSCRIBED", &["USER_SUPPRESSED"]);
    let frozen = prepared(release(), held.clone()).await.unwrap();
    for (status, expected) in [
        ("cancelled", Found::No),
        ("complete", Found::No),
        ("processing", Found::Pending),
        ("a state of next year", Found::Pending),
    ] {
        let held = held.clone();
        let listener = Listener::start(move |seen, _| match seen.path.as_str() {
            "/api/profiles/P1" => Reply::json(&held),
            _ => Reply::json(json!({ "data": [
                { "type": "profile-suppression-bulk-delete-job", "id": "J", "attributes": { "status": status } },
            ] })),
        })
        .await;
        assert_eq!(klaviyo(&listener).find(&frozen).await.unwrap(), expected, "{status}");
    }
}

#[tokio::test]
async fn a_follow_up_happened_when_an_event_carries_our_key() {
    let frozen = prepared(follow_up(), profile("SUBSCRIBED", &[])).await.unwrap();
    let event = |properties: Value| json!({ "type": "event", "id": "E9", "attributes": { "datetime": "2026-11-21T12:00:05Z", "event_properties": properties } });
    let other = event(json!({ "fermata_action": "another", "note": KEY }));
    let ours = event(json!({ "fermata_action": KEY }));
    for (last, expected) in [(ours, true), (other.clone(), false)] {
        let other = other.clone();
        let listener = Listener::start(move |seen, count| match count {
            0 => {
                assert!(seen.query_pairs().contains(&("filter".to_owned(), "equals(profile_id,\"P1\")".to_owned())));
                Reply::json(json!({ "data": [other], "links": { "next": "https://a.klaviyo.com/api/events?page%5Bcursor%5D=2" } }))
            }
            _ => Reply::json(json!({ "data": [last], "links": { "next": null } })),
        })
        .await;
        let found = klaviyo(&listener).find(&frozen).await.unwrap();
        assert_eq!(matches!(found, Found::Yes(receipt) if receipt.external_id == "E9"), expected);
        assert_eq!(listener.seen().len(), 2);
    }
}

#[tokio::test]
async fn a_profile_without_any_properties_can_be_given_one() {
    let set = Action::ProfileSet { profile: target(), property: "size".into(), value: Some("M".into()) };
    for properties in [Value::Null, json!({}), json!({ "colour": 7 })] {
        let held =
            json!({ "data": { "type": "profile", "id": "P1", "attributes": { "properties": properties } } });
        let frozen = prepared(set.clone(), held.clone()).await.unwrap();
        let undo = Action::ProfileSet { profile: target(), property: "size".into(), value: None };
        assert_eq!(frozen.undo.as_deref(), Some(&undo));
        let listener = Listener::script(vec![Reply::json(held)]).await;
        assert_eq!(klaviyo(&listener).find(&frozen).await.unwrap(), Found::No);
    }
}

#[tokio::test]
async fn a_search_that_is_led_in_a_circle_ends_and_says_so() {
    let frozen = prepared(follow_up(), profile("SUBSCRIBED", &[])).await.unwrap();
    let listener = Listener::start(|_, count| {
        let next = format!("https://a.klaviyo.com/api/events?page%5Bcursor%5D={}", count % 2);
        Reply::json(json!({ "data": [], "links": { "next": next } }))
    })
    .await;
    let error = klaviyo(&listener).find(&frozen).await.unwrap_err();
    assert!(error.message.contains("leads back to the same page"), "{error}");
    assert_eq!(listener.seen().len(), 3);
}
