//! Lists, notices, campaigns and blocks: what is prepared, what is refused, and whether it happened.

use fermata_connectors::{Error, Fate, Found, Sent};
use fermata_model::{Action, ConnectionId, Frozen, Key, RecordRef, Stream};
use serde_json::{Value, json};

use super::klaviyo;
use crate::support::listener::{Listener, Reply};
use crate::support::now;

const KEY: &str = "0197f3f0-0000-7000-8000-000000000001";
const VARIANT: &str = "$shopify:::$default:::77";

fn key() -> Key {
    KEY.parse().unwrap()
}

fn target(stream: Stream, id: &str, label: &str) -> RecordRef {
    RecordRef { connection: ConnectionId(7), stream, external_id: id.into(), label: label.into() }
}

fn spring() -> RecordRef {
    target(Stream::Campaigns, "C1", "Spring")
}

fn hold() -> Action {
    Action::CampaignHold { campaign: spring() }
}

fn release() -> Action {
    Action::CampaignRelease { campaign: spring() }
}

fn block(html: &str) -> Action {
    Action::CampaignBlock { campaign: spring(), block: "B1".into(), html: html.into() }
}

fn on_list(add: bool) -> Action {
    let (profile, list) = (target(Stream::Profiles, "P1", "Ann Lee"), "L1".to_owned());
    if add { Action::ListAdd { profile, list } } else { Action::ListRemove { profile, list } }
}

fn notice() -> Action {
    Action::StockNotice { profile: target(Stream::Profiles, "P1", "Ann Lee"), variant: VARIANT.to_owned() }
}

fn strategy(at: &str) -> Value {
    json!({ "method": "static", "datetime": at })
}

fn campaign(status: &str, strategy: &Value) -> Value {
    json!({ "data": { "type": "campaign", "id": "C1", "attributes": {
        "name": "Spring", "status": status, "send_strategy": strategy, "updated_at": "2026-11-21T12:00:09Z",
    } } })
}

fn words(kind: &str, content: &str) -> Value {
    json!({ "data": { "type": "template-universal-content", "id": "B1", "attributes": {
        "name": "Banner", "updated": "2026-11-21T12:00:09Z",
        "definition": { "content_type": "block", "type": kind, "data": { "content": content, "display_options": {} } },
    } } })
}

fn ahead() -> Value {
    strategy("2026-11-28T12:00:00Z")
}

async fn prepared(action: Action, answers: Vec<Value>) -> Result<Frozen, Error> {
    let listener = Listener::script(answers.into_iter().map(Reply::json).collect()).await;
    klaviyo(&listener).prepare(&action, key(), now()).await
}

#[tokio::test]
async fn a_campaign_is_held_among_the_drafts_and_let_go_while_its_time_is_still_to_come() {
    let frozen = prepared(hold(), vec![campaign("Scheduled", &ahead())]).await.unwrap();
    assert_eq!((frozen.method.as_str(), frozen.path.as_str()), ("PATCH", "/api/campaign-send-jobs/C1"));
    assert!(frozen.body.contains("revert"), "never the final way: {}", frozen.body);
    assert_eq!(frozen.undo.as_deref(), Some(&release()));

    let soon = strategy("2026-11-21T12:10:00Z");
    let frozen = prepared(hold(), vec![campaign("Scheduled", &soon)]).await.unwrap();
    assert_eq!(frozen.undo, None, "by the time of an undo it would leave at once");

    let frozen = prepared(release(), vec![campaign("Draft", &ahead())]).await.unwrap();
    assert_eq!(frozen.undo.as_deref(), Some(&hold()));
}

#[tokio::test]
async fn a_campaign_by_each_recipients_clock_is_released_only_before_its_time_comes_anywhere() {
    // It is noon of the 21st in UTC, and two in the morning of the 22nd on the Line Islands.
    let local = |at: &str, is_local: bool| json!({ "method": "static", "datetime": at, "options": { "is_local": is_local } });
    let smart = |day: &str| json!({ "method": "smart_send_time", "date": day });
    for (strategy, may_leave) in [
        (smart("2026-11-22"), false),
        (smart("2026-11-23"), true),
        (local("2026-11-22T02:10:00+00:00", true), false),
        (local("2026-11-22T02:20:00+00:00", true), true),
        (local("2026-11-22T02:10:00+00:00", false), true),
        (local("2026-11-21T12:10:00+00:00", false), false),
    ] {
        let released = prepared(release(), vec![campaign("Draft", &strategy)]).await;
        assert_eq!(released.is_ok(), may_leave, "{strategy}");
        let held = prepared(hold(), vec![campaign("Scheduled", &strategy)]).await.unwrap();
        assert_eq!(held.undo.is_some(), may_leave, "{strategy}: no undo is offered that would be refused");
    }
}

#[tokio::test]
async fn what_would_be_wrong_is_refused_kindly() {
    let lists =
        |on: bool| json!({ "data": if on { json!([{ "type": "list", "id": "L1" }]) } else { json!([]) } });
    let list = json!({ "data": { "type": "list", "id": "L1", "attributes": { "name": "VIP" } } });
    let no_time = "Spring has no time to come at which it would be sent, so it would leave at once.";
    for (action, answers, expected) in [
        (hold(), vec![campaign("Sent", &ahead())], "Spring is being sent or has been."),
        (hold(), vec![campaign("Sending", &ahead())], "Spring is being sent or has been."),
        (hold(), vec![campaign("Draft", &ahead())], "Spring is a draft, so there is nothing to hold."),
        (hold(), vec![campaign("Thinking", &ahead())], "Spring is \"Thinking\" in Klaviyo."),
        (release(), vec![campaign("Scheduled", &ahead())], "Spring is scheduled already."),
        (release(), vec![campaign("Draft", &strategy("2026-11-20T12:00:00Z"))], no_time),
        (release(), vec![campaign("Draft", &json!({ "method": "immediate" }))], no_time),
        (
            block("New."),
            vec![campaign("Sent", &ahead())],
            "Spring is \"Sent\" in Klaviyo, so it can no longer say anything else.",
        ),
        (
            block("New."),
            vec![campaign("Scheduled", &ahead()), words("image", "x")],
            "The block is neither text nor HTML, so it cannot be changed.",
        ),
        (
            block("New."),
            vec![campaign("Scheduled", &ahead()), words("html", "New.")],
            "The block says that already.",
        ),
        (on_list(true), vec![list.clone(), lists(true)], "Ann Lee is already on the list \"VIP\"."),
        (on_list(false), vec![list, lists(false)], "Ann Lee is not on the list \"VIP\"."),
        (
            Action::StockNotice { profile: target(Stream::Profiles, "P1", "Ann Lee"), variant: "77".into() },
            vec![],
            "\"77\" is not an id of a variant in Klaviyo's catalogue.",
        ),
    ] {
        let error = prepared(action, answers).await.unwrap_err();
        assert_eq!((error.fate, error.to_string().as_str()), (Fate::Refused, expected));
    }
}

/// Asks whether it happened, of a Klaviyo where the campaign is like this and its job like that.
async fn found(action: Action, before: &str, after: &str, job: Option<&'static str>) -> Found {
    let frozen = prepared(action, vec![campaign(before, &ahead())]).await.unwrap();
    let after = campaign(after, &ahead());
    let listener = Listener::start(move |seen, _| match (seen.path.as_str(), job) {
        ("/api/campaigns/C1", _) => Reply::json(&after),
        (_, Some(status)) => {
            Reply::json(json!({ "data": { "id": "C1", "attributes": { "status": status } } }))
        }
        (_, None) => Reply::status(404, json!({ "errors": [] })),
    })
    .await;
    klaviyo(&listener).find(&frozen).await.unwrap()
}

#[tokio::test]
async fn whether_a_campaign_was_held_or_let_go_is_read_from_it() {
    assert!(matches!(found(hold(), "Scheduled", "Draft", None).await, Found::Yes(_)));
    assert_eq!(found(hold(), "Scheduled", "Scheduled", None).await, Found::No);
    assert!(matches!(found(hold(), "Scheduled", "Sent", None).await, Found::Failed(_)), "it left before");
    assert!(matches!(found(release(), "Draft", "Scheduled", None).await, Found::Yes(_)));
    assert!(matches!(found(release(), "Draft", "Sent", None).await, Found::Yes(_)));
    assert_eq!(found(release(), "Draft", "Draft", Some("processing")).await, Found::Pending);
    assert_eq!(found(release(), "Draft", "Draft", Some("cancelled")).await, Found::No, "the job of before");
    assert_eq!(found(release(), "Draft", "Draft", None).await, Found::No);
}

#[tokio::test]
async fn a_block_keeps_its_look_and_the_answer_shows_its_words() {
    let before = vec![campaign("Scheduled", &ahead()), words("html", "<p>Old.</p>")];
    let frozen = prepared(block("<p>New.</p>"), before).await.unwrap();
    let body: Value = serde_json::from_str(&frozen.body).unwrap();
    let definition = &body["data"]["attributes"]["definition"];
    assert_eq!(
        definition,
        &json!({ "content_type": "block", "type": "html", "data": { "content": "<p>New.</p>", "display_options": {} } })
    );
    assert_eq!(frozen.undo.as_deref(), Some(&block("<p>Old.</p>")));
    for (answer, done) in [("<p>New.</p>", true), ("<p>Old.</p>", false)] {
        let listener = Listener::script(vec![Reply::json(words("html", answer))]).await;
        let sent = klaviyo(&listener).send(&frozen).await.unwrap();
        assert_eq!(matches!(sent, Sent::Confirmed(receipt) if receipt.external_id == "B1"), done);
    }
}

#[tokio::test]
async fn a_notice_happened_when_klaviyo_wrote_down_that_somebody_waits() {
    let profile = json!({ "data": { "type": "profile", "id": "P1", "attributes": {
        "email": "ann@example.com",
        "subscriptions": { "email": { "marketing": { "consent": "SUBSCRIBED", "suppression": [] } } },
    } } });
    let frozen = prepared(notice(), vec![profile]).await.unwrap();
    assert!(frozen.body.contains(VARIANT) && frozen.body.contains("EMAIL"), "{}", frozen.body);
    let event = |metric: &str, properties: Value| {
        json!({
            "data": [{
                "type": "event", "id": "E1",
                "attributes": { "datetime": "2026-11-21T12:00:05Z", "event_properties": properties },
                "relationships": { "metric": { "data": { "type": "metric", "id": "M1" } } },
            }],
            "included": [{ "type": "metric", "id": "M1", "attributes": { "name": metric } }],
        })
    };
    let asked = "Subscribed to Back in Stock";
    for (answer, expected) in [
        (event(asked, json!({ "Variant": 77 })), true),
        (event(asked, json!({ "VariantID": "77", "Name": "Shirt" })), true),
        (event(asked, json!({ "VariantID": "78" })), false),
        (event("Viewed Product", json!({ "VariantID": "77" })), false),
    ] {
        let listener = Listener::start(move |seen, _| {
            let filter = "equals(profile_id,\"P1\"),greater-or-equal(datetime,2026-11-21T11:55:00Z)";
            assert!(seen.query_pairs().contains(&("filter".to_owned(), filter.to_owned())), "{}", seen.query);
            Reply::json(&answer)
        })
        .await;
        let found = klaviyo(&listener).find(&frozen).await.unwrap();
        assert_eq!(matches!(found, Found::Yes(receipt) if receipt.external_id == "E1"), expected);
    }
}
