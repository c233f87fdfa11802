//! Pages and records, from the text that Klaviyo gives to ours.

use fermata_connectors::{Kind, Pull};
use fermata_model::record::{Person, Send, SendKind};
use fermata_model::{Change, Entity, Platform, Stream, Timestamp};
use serde_json::json;

use super::klaviyo;
use crate::support::listener::{Listener, Reply};
use crate::support::now;

fn pull(stream: Stream) -> Pull {
    Pull { stream, since: None, until: now(), token: None, size: None }
}

fn send(change: &Change) -> (&str, &Send) {
    match change {
        Change::Seen(record) => match &record.entity {
            Entity::Send(send) => (&record.raw, send),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_profile_says_who_it_is_and_what_may_be_sent() {
    let raw = include_str!("../../src/klaviyo/fixtures/profile.json");
    let listener = Listener::start(|_, _| Reply::status(500, "")).await;
    let Change::Seen(record) = klaviyo(&listener).reread(Stream::Profiles, raw).unwrap() else {
        panic!("seen")
    };
    assert_eq!(record.changed_at.to_string(), "2026-11-20T08:00:00Z");
    let Entity::Person(Person { who, city, accepts_marketing, suppressed, .. }) = record.entity else {
        panic!("a person")
    };
    assert_eq!(who.emails, ["ann@example.com"]);
    assert_eq!(
        (who.name.as_deref(), who.country.as_deref(), city.as_deref()),
        (Some("Ann Lee"), Some("DE"), Some("Bonn"))
    );
    assert_eq!(who.claims, [(Platform::Shopify, "6501234567890".to_owned())]);
    assert_eq!((accepts_marketing, suppressed), (Some(true), Some(true)), "held, but still subscribed");
}

#[tokio::test]
async fn all_of_a_profile_is_asked_for_but_what_moves_with_every_event() {
    let listener = Listener::script(vec![Reply::json(json!({ "data": [] }))]).await;
    let pull = Pull { stream: Stream::Profiles, since: None, until: now(), token: None, size: None };
    klaviyo(&listener).pull(&pull).await.unwrap();
    let asked = listener.seen()[0].query_pairs();
    let fields = asked.iter().find(|(name, _)| name == "fields[profile]").map(|(_, fields)| fields.as_str());
    // Whatever `fields[profile]` names in the vendor's file, revision 2026-07-15, but the id, which always comes,
    // `last_event_date`, and guesses about the future.
    let declared = "created,email,external_id,first_name,image,last_name,locale,location,organization,phone_number,\
                    properties,subscriptions,title,updated";
    assert_eq!(fields, Some(declared));
}

#[tokio::test]
async fn events_come_with_what_they_are_and_to_whom_and_can_be_read_again_alone() {
    let listener =
        Listener::script(vec![Reply::json(include_str!("../../src/klaviyo/fixtures/events.json"))]).await;
    let klaviyo = klaviyo(&listener);
    let page = klaviyo.pull(&pull(Stream::Sends)).await.unwrap();
    assert_eq!(page.next, None);

    let (raw, opened) = send(&page.changes[0]);
    assert_eq!(
        (opened.metric.as_str(), opened.kind, opened.subject.as_deref()),
        ("Opened Email", Some(SendKind::Opened), Some("New in"))
    );
    assert_eq!(
        (opened.who.external_id.as_deref(), opened.who.emails[0].as_str()),
        (Some("P1"), "ann@example.com")
    );
    assert!(opened.who.claims.is_empty(), "an external id that is no number is not the shop's");
    assert_eq!(send(&klaviyo.reread(Stream::Sends, raw).unwrap()).1, opened);

    let (_, ours) = send(&page.changes[1]);
    assert_eq!((ours.metric.as_str(), ours.kind, ours.subject.as_deref()), ("Fermata Follow-up", None, None));
    assert_eq!(ours.at.to_string(), "2026-11-21T12:01:00Z", "the timestamp, where the datetime is missing");
    assert_eq!(
        ours.who.external_id.as_deref(),
        Some("P2"),
        "known by its id, where the profile did not come along"
    );
    assert_eq!(ours.sender_ref.as_deref(), Some("0197f3f0-0000-7000-8000-000000000001"));

    let Change::Unreadable(aside) = &page.changes[2] else { panic!("its metric is missing") };
    assert!(aside.reason.contains("metric"), "{}", aside.reason);
    assert_eq!(klaviyo.reread(Stream::Sends, &aside.raw).unwrap_err().kind, Kind::Malformed);
}

#[tokio::test]
async fn the_next_page_is_what_the_link_says_on_our_own_host() {
    let next = "https://elsewhere.example/api/profiles?page%5Bcursor%5D=a%2Bb%2F%3D%26&sort=updated";
    let listener = Listener::start(move |_, count| {
        let next = (count == 0).then_some(next);
        Reply::json(json!({ "data": [], "links": { "next": next } }))
    })
    .await;
    let klaviyo = klaviyo(&listener);
    let mut pull = pull(Stream::Profiles);
    pull.token = klaviyo.pull(&pull).await.unwrap().next;
    assert!(pull.token.is_some(), "an empty page is not the last");
    assert_eq!(klaviyo.pull(&pull).await.unwrap().next, None);
    let second = listener.seen()[1].query_pairs();
    assert_eq!(
        second,
        [("page[cursor]".to_owned(), "a+b/=&".to_owned()), ("sort".to_owned(), "updated".to_owned())]
    );
}

#[tokio::test]
async fn a_list_that_leads_nowhere_is_an_error_and_a_lost_cursor_begins_again() {
    let answer = Reply::json(
        json!({ "data": [], "links": { "next": "https://a.klaviyo.com/api/profiles?page%5Bcursor%5D=x" } }),
    );
    let refused = json!({ "errors": [{ "id": "1", "code": "invalid", "title": "Invalid input.", "detail": "Invalid cursor.", "source": { "parameter": "page[cursor]" } }] });
    let circle = vec![answer; 5];
    let listener = Listener::start(move |_, count| {
        circle.get(count).cloned().unwrap_or_else(|| Reply::status(400, &refused))
    })
    .await;
    let klaviyo = klaviyo(&listener);
    let mut pull = pull(Stream::Profiles);
    pull.token = klaviyo.pull(&pull).await.unwrap().next;
    for _ in 0..4 {
        assert_eq!(klaviyo.pull(&pull).await.unwrap_err().kind, Kind::Broken);
    }
    assert_eq!(klaviyo.pull(&pull).await.unwrap_err().kind, Kind::CursorRefused);
}

#[tokio::test]
async fn a_wrong_key_is_a_matter_of_sign_in_even_as_400() {
    let said = json!({ "errors": [{ "id": "1", "code": "authentication_failed", "title": "Incorrect authentication credentials.", "detail": "Missing or invalid private key." }] });
    for status in [400, 401] {
        let listener = Listener::script(vec![Reply::status(status, &said)]).await;
        assert_eq!(klaviyo(&listener).check().await.unwrap_err().kind, Kind::SignIn, "{status}");
    }
}

#[tokio::test]
async fn what_is_left_of_the_limit_can_be_shown() {
    let answer = Reply::json(json!({ "data": [] }))
        .with("ratelimit-limit", "700, 75;w=1")
        .with("ratelimit-remaining", "525")
        .with("ratelimit-reset", "30");
    let listener = Listener::script(vec![answer]).await;
    let klaviyo = klaviyo(&listener);
    assert!(klaviyo.quota().is_none());
    klaviyo.pull(&pull(Stream::Profiles)).await.unwrap();
    assert_eq!(klaviyo.quota().unwrap().used_percent, 25);
}

#[tokio::test]
async fn what_came_with_a_link_that_leads_nowhere_is_kept() {
    let body = json!({
        "data": [{ "type": "list", "id": "L1", "attributes": { "name": "Friends" } }],
        "links": { "next": "https://a.klaviyo.example" },
    });
    let listener = Listener::script(vec![Reply::json(body.to_string())]).await;
    let klaviyo = klaviyo(&listener);
    let page = klaviyo.pull(&pull(Stream::Lists)).await.unwrap();
    assert_eq!(page.changes.len(), 1);
    let error = klaviyo.pull(&Pull { token: page.next, ..pull(Stream::Lists) }).await.unwrap_err();
    assert_eq!(error.kind, Kind::CursorRefused, "the pass begins again");
    assert!(error.message.contains("names no page"), "{error}");
    assert_eq!(listener.seen().len(), 1, "nobody is asked for a page without a name");
}

#[tokio::test]
async fn an_event_whose_metric_did_not_come_along_is_asked_what_it_is_once() {
    let event = |id: &str, metric: &str| {
        json!({
            "type": "event", "id": id, "attributes": { "datetime": "2026-11-21T12:00:00+00:00" },
            "relationships": { "metric": { "data": { "type": "metric", "id": metric } } },
        })
    };
    let events = json!({ "data": [
        event("E1", "M1"), event("E2", "M1"), event("E3", "M2"), event("E4", "../x"), event("E5", "M3"),
    ] });
    // Whatever id it says: it is the metric that was asked for.
    let metric =
        json!({ "data": { "type": "metric", "id": "other", "attributes": { "name": "Clicked Email" } } });
    let listener = Listener::start(move |seen, _| match seen.path.as_str() {
        "/api/events" => Reply::json(&events),
        "/api/metrics/M1" => Reply::json(&metric),
        "/api/metrics/M3" => {
            Reply::json(json!({ "data": { "type": "metric", "id": "M3", "attributes": { "name": null } } }))
        }
        _ => Reply::status(404, json!({ "errors": [] })),
    })
    .await;
    let klaviyo = klaviyo(&listener);
    let page = klaviyo.pull(&pull(Stream::Sends)).await.unwrap();
    for change in &page.changes[..2] {
        let (raw, clicked) = send(change);
        assert_eq!((clicked.metric.as_str(), clicked.kind), ("Clicked Email", Some(SendKind::Clicked)));
        assert_eq!(send(&klaviyo.reread(Stream::Sends, raw).unwrap()).1, clicked);
    }
    assert!(page.changes[2..4].iter().all(|change| matches!(change, Change::Unreadable(_))));
    let (_, unnamed) = send(&page.changes[4]);
    assert_eq!((unnamed.metric.as_str(), unnamed.kind), ("M3", None), "one without a name goes by its id");
    let asked: Vec<_> = listener.seen().into_iter().map(|seen| seen.path).collect();
    assert_eq!(asked, ["/api/events", "/api/metrics/M1", "/api/metrics/M2", "/api/metrics/M3"]);
}

#[tokio::test]
async fn what_the_schema_lets_be_null_or_missing_sets_nothing_aside() {
    let listener = Listener::start(|_, _| Reply::status(500, "")).await;
    let klaviyo = klaviyo(&listener);
    let read = |stream: Stream, attributes: serde_json::Value| {
        let raw = json!({ "type": "x", "id": "X1", "attributes": attributes }).to_string();
        let Change::Seen(record) = klaviyo.reread(stream, &raw).unwrap() else { panic!("seen") };
        (record.entity, record.changed_at)
    };
    let none = json!({ "name": null, "status": null, "created": null, "updated": null, "archived": null });
    for attributes in [json!({}), none] {
        for stream in [Stream::Lists, Stream::Segments] {
            let (Entity::Audience(found), at) = read(stream, attributes.clone()) else {
                panic!("an audience")
            };
            assert_eq!((found.name.as_str(), found.created_at, at), ("X1", None, Timestamp::UNIX_EPOCH));
        }
        let (Entity::Flow(found), _) = read(Stream::Flows, attributes) else { panic!("a flow") };
        assert_eq!((found.name.as_str(), found.status.as_str()), ("X1", "unknown"));
    }
    // Mock servers write blank text where an object is null.
    let inner = json!({ "email": { "marketing": "" } });
    for none in [
        json!({}),
        json!({ "location": null, "subscriptions": null }),
        json!({ "location": "", "subscriptions": "" }),
        json!({ "subscriptions": inner }),
    ] {
        let (Entity::Person(found), _) = read(Stream::Profiles, none) else { panic!("a person") };
        assert_eq!((found.accepts_marketing, found.suppressed), (None, None), "silence is no consent");
    }
}

#[tokio::test]
async fn an_account_that_is_not_named_still_connects() {
    let listener = Listener::script(vec![Reply::json(json!({ "data": [] }))]).await;
    let account = klaviyo(&listener).check().await.unwrap();
    assert_eq!((account.id, account.name.as_str(), account.missing.len()), (None, "Klaviyo", 0));
}
