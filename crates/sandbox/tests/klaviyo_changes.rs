//! Promises of the Klaviyo twin's writes to lists, campaigns, shared blocks and notices of stock.

use serde_json::{Value, json};

use crate::klaviyo_writes::{applied, reachable};
use crate::twin::Twin;

const MEMBERS: &str = "relationships/profiles";

#[tokio::test]
async fn lists_are_changed_by_an_empty_answer_and_consent_is_not() {
    let twin = Twin::klaviyo().await;
    let (_, profile) = reachable(&twin).await;
    let lists = twin.get("/api/lists").await;
    let loyal =
        lists.data().iter().find(|one| one["attributes"]["name"] == "Loyal customers").expect("a list");
    let path = format!("/api/lists/{}/{MEMBERS}", loyal["id"].as_str().expect("an id"));
    let member = json!({ "data": [{ "type": "profile", "id": profile }] });
    let on = async || twin.get(&format!("/api/profiles/{profile}/relationships/lists")).await.data().len();
    let before = on().await;
    for _ in 0..2 {
        let answer = twin.write("POST", &path, &member).await;
        assert_eq!((answer.status, answer.text.as_str()), (204, ""));
    }
    assert_eq!((on().await, applied(&twin, "list.add").len()), (before + 1, 1), "twice is once");
    assert_eq!(twin.write("DELETE", &path, &member).await.status, 204);
    assert_eq!((on().await, applied(&twin, "list.remove").len()), (before, 1));
    let nobody = json!({ "data": [{ "type": "profile", "id": "01ZZZZZZZZZZZZZZZZZZZZZZZZ" }] });
    assert_eq!(twin.write("POST", &path, &nobody).await.status, 404);
    assert_eq!(twin.write("POST", &path, &json!({ "data": [] })).await.status, 400);
    assert_eq!(twin.write("POST", &format!("/api/lists/none/{MEMBERS}"), &member).await.status, 404);
}

fn job(id: &str, action: Option<&str>) -> Value {
    let mut job = json!({ "data": { "type": "campaign-send-job", "id": id } });
    if let Some(action) = action {
        job["data"]["attributes"] = json!({ "action": action });
    }
    job
}

#[tokio::test]
async fn a_held_newsletter_does_not_go_out_until_it_is_sent_again() {
    let twin = Twin::klaviyo().await;
    let all = twin.klaviyo_pages("/api/campaigns?filter=equals(messages.channel,'email')").await;
    let with =
        |status: &str| all.iter().filter(|one| one["attributes"]["status"] == status).collect::<Vec<_>>();
    let (planned, sent) = (with("Scheduled"), with("Sent"));
    let next = planned.iter().min_by_key(|one| one["attributes"]["send_time"].to_string()).expect("the next");
    let id = next["id"].as_str().expect("an id");
    let path = format!("/api/campaign-send-jobs/{id}");
    let status =
        async || twin.get(&format!("/api/campaigns/{id}")).await.body["data"]["attributes"]["status"].clone();

    let held = twin.write("PATCH", &path, &job(id, Some("revert"))).await;
    assert_eq!((held.status, held.text.as_str(), status().await), (204, "", json!("Draft")));
    assert_eq!(twin.write("PATCH", &path, &job(id, Some("revert"))).await.status, 400, "it is none any more");
    let gone = sent[0]["id"].as_str().expect("an id");
    let late =
        twin.write("PATCH", &format!("/api/campaign-send-jobs/{gone}"), &job(gone, Some("revert"))).await;
    assert_eq!(late.status, 400, "what has left cannot be stopped");

    assert_eq!(twin.write("POST", "/api/campaign-send-jobs", &job(id, None)).await.status, 202);
    assert_eq!(status().await, json!("Preparing to schedule"));
    twin.practice.advance(10);
    assert_eq!(status().await, json!("Scheduled"));
    assert_eq!(twin.write("PATCH", &path, &job(id, Some("revert"))).await.status, 204);

    let mails = || {
        let newsletters = twin.practice.world(|world| world.newsletters.len());
        (
            newsletters,
            twin.practice.world(|world| world.newsletters.iter().filter(|one| one.went_out).count()),
        )
    };
    let (before, out) = mails();
    twin.practice.advance(42 * 86_400);
    assert_eq!(mails(), (before + 1, out), "its day came and nothing was sent");
    assert_eq!(twin.write("POST", "/api/campaign-send-jobs", &job(id, None)).await.status, 400, "too late");
    assert_eq!((applied(&twin, "campaign.hold").len(), applied(&twin, "campaign.release").len()), (2, 1));
}

#[tokio::test]
async fn a_shared_block_takes_new_words_and_keeps_its_kind() {
    let twin = Twin::klaviyo().await;
    let all = twin.get("/api/template-universal-content").await;
    let of = |kind: &str| {
        let found = all.data().iter().find(|one| one["attributes"]["definition"]["type"] == kind);
        found.expect("a block").clone()
    };
    let change = |block: &Value, definition: &Value| {
        json!({ "data": {
            "type": "template-universal-content", "id": block["id"], "attributes": { "definition": definition },
        } })
    };
    let block = of("text");
    let path = format!("/api/template-universal-content/{}", block["id"].as_str().expect("an id"));
    let mut definition = block["attributes"]["definition"].clone();
    definition["data"]["content"] = json!("<p>New.</p>");
    for _ in 0..2 {
        let answer = twin.write("PATCH", &path, &change(&block, &definition)).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(answer.body["data"]["attributes"]["definition"], definition);
    }
    assert_eq!(applied(&twin, "campaign.block").len(), 1, "the same words again change nothing");
    definition["type"] = json!("html");
    assert_eq!(twin.write("PATCH", &path, &change(&block, &definition)).await.status, 400);
    let header = of("header");
    let path = format!("/api/template-universal-content/{}", header["id"].as_str().expect("an id"));
    assert_eq!(twin.write("PATCH", &path, &change(&header, &definition)).await.status, 400);
}

#[tokio::test]
async fn a_back_in_stock_subscription_is_seen_as_an_event_a_little_later() {
    let twin = Twin::klaviyo().await;
    let (_, profile) = reachable(&twin).await;
    let number = twin.practice.world(|world| world.variants.iter().next().expect("a variant").0.number());
    let body = |variant: &str, channels: Value| {
        json!({ "data": {
            "type": "back-in-stock-subscription",
            "attributes": {
                "channels": channels, "profile": { "data": { "type": "profile", "id": profile, "attributes": {} } },
            },
            "relationships": { "variant": { "data": { "type": "catalog-variant", "id": variant } } },
        } })
    };
    let path = "/api/back-in-stock-subscriptions";
    let variant = format!("$shopify:::$default:::{number}");
    let accepted = twin.write("POST", path, &body(&variant, json!(["EMAIL"]))).await;
    assert_eq!((accepted.status, accepted.text.as_str()), (202, ""));
    let seen = async || {
        let path = format!("/api/events?filter=equals(profile_id,\"{profile}\")&sort=-datetime");
        let page = twin.get(&path).await;
        let number = json!(number.to_string());
        page.data().iter().filter(|one| one["attributes"]["event_properties"]["VariantID"] == number).count()
    };
    let before = seen().await;
    twin.practice.advance(10);
    assert_eq!(seen().await, before + 1);
    assert_eq!(applied(&twin, "stock.notice").len(), 1);
    for wrong in [body("77", json!(["EMAIL"])), body(&variant, json!([])), body(&variant, json!(["FAX"]))] {
        assert_eq!(twin.write("POST", path, &wrong).await.status, 400);
    }
}
