//! Promises of the Gorgias twin's writes: what is stored, what is sent, what is refused, and the journal of it.

use fermata_model::Platform;
use serde_json::{Value, json};

use crate::twin::Twin;

/// An open ticket with its customer, and what a reply to it needs.
struct Case {
    ticket: u64,
    customer: Value,
    agent: u64,
    address: String,
}

async fn case(twin: &Twin) -> Case {
    let tickets = twin.gorgias_pages("/api/tickets?limit=100").await;
    let open =
        tickets.iter().find(|ticket| ticket["status"] == "open" && ticket["customer"]["email"].is_string());
    let open = open.expect("an open ticket");
    let users = twin.get("/api/users").await;
    let integrations = twin.get("/api/integrations").await;
    let email = integrations.data().iter().find(|one| one["type"] == "email").expect("an email integration");
    Case {
        ticket: open["id"].as_u64().expect("a number"),
        customer: open["customer"].clone(),
        agent: users.data()[0]["id"].as_u64().expect("a number"),
        address: email["meta"]["address"].as_str().expect("an address").to_owned(),
    }
}

impl Case {
    fn path(&self, rest: &str) -> String {
        format!("/api/tickets/{}{rest}", self.ticket)
    }

    fn reply(&self, external: &str, from: &str) -> Value {
        json!({
            "channel": "email", "via": "email", "from_agent": true, "public": true,
            "sender": { "id": self.agent }, "receiver": { "id": self.customer["id"] },
            "source": {
                "type": "email", "from": { "address": from }, "to": [{ "address": self.customer["email"] }],
            },
            "subject": "Your parcel", "body_text": "It is on its way.", "body_html": "<p>It is on its way.</p>",
            "external_id": external,
        })
    }

    fn note(&self, external: &str) -> Value {
        json!({
            "channel": "internal-note", "via": "api", "from_agent": true, "public": false,
            "sender": { "id": self.agent }, "body_text": "Refund proposed.", "external_id": external,
        })
    }
}

#[tokio::test]
async fn a_reply_is_stored_at_once_and_sent_a_little_later() {
    let twin = Twin::gorgias().await;
    let case = case(&twin).await;
    let accepted = twin.write("POST", &case.path("/messages"), &case.reply("ours-1", &case.address)).await;
    assert_eq!(accepted.status, 201, "{}", accepted.text);
    assert!(accepted.body["sent_datetime"].is_null(), "201 is not delivery");
    assert_eq!(accepted.body["external_id"], "ours-1");
    let path = case.path(&format!("/messages/{}", accepted.body["id"]));
    assert!(twin.get(&path).await.body["sent_datetime"].is_null());
    twin.practice.advance(10);
    let sent = twin.get(&path).await;
    assert!(
        sent.body["sent_datetime"].is_string() && sent.body["failed_datetime"].is_null(),
        "{}",
        sent.text
    );
    let ours =
        twin.get(&format!("/api/messages?ticket_id={}&order_by=created_datetime:desc", case.ticket)).await;
    assert!(ours.data().iter().any(|message| message["external_id"] == "ours-1"));
    let applied = twin.practice.journal(Platform::Gorgias);
    let applied: Vec<_> = applied.iter().filter(|entry| !entry.applied.is_empty()).collect();
    assert_eq!(applied.len(), 1);
    assert_eq!(applied[0].key.as_deref(), Some("ours-1"));
    assert_eq!(applied[0].operation, "create-ticket-message");
    assert_eq!((applied[0].applied[0].kind.as_str(), applied[0].status), ("message", Some(201)));
    assert_eq!(applied[0].applied[0].target, case.ticket.to_string());
}

#[tokio::test]
async fn a_reply_from_a_strange_address_is_stored_and_never_sent() {
    let twin = Twin::gorgias().await;
    let case = case(&twin).await;
    let accepted =
        twin.write("POST", &case.path("/messages"), &case.reply("ours-2", "me@elsewhere.example")).await;
    assert_eq!(accepted.status, 201);
    twin.practice.advance(60);
    let message = twin.get(&case.path(&format!("/messages/{}", accepted.body["id"]))).await;
    assert!(message.body["sent_datetime"].is_null());
    assert!(message.body["last_sending_error"].is_object(), "{}", message.text);
}

#[tokio::test]
async fn a_note_stays_inside() {
    let twin = Twin::gorgias().await;
    let case = case(&twin).await;
    let accepted = twin.write("POST", &case.path("/messages"), &case.note("note-1")).await;
    assert_eq!(accepted.status, 201, "{}", accepted.text);
    assert_eq!((&accepted.body["public"], &accepted.body["receiver"]), (&json!(false), &Value::Null));
    let journal = twin.practice.journal(Platform::Gorgias);
    assert!(journal.iter().flat_map(|entry| &entry.applied).all(|effect| effect.kind == "note"));
}

#[tokio::test]
async fn the_same_external_id_twice_is_two_messages() {
    let twin = Twin::gorgias().await;
    let case = case(&twin).await;
    for _ in 0..2 {
        assert_eq!(twin.write("POST", &case.path("/messages"), &case.note("same")).await.status, 201);
    }
    let journal = twin.practice.journal(Platform::Gorgias);
    let twice =
        journal.iter().filter(|entry| entry.key.as_deref() == Some("same") && !entry.applied.is_empty());
    assert_eq!(twice.count(), 2, "the vendor documents no check, so the twin saves nobody");
}

#[tokio::test]
async fn wrong_messages_are_refused_by_field_and_leave_nothing() {
    let twin = Twin::gorgias().await;
    let case = case(&twin).await;
    let wrong = |change: &dyn Fn(&mut Value)| {
        let mut body = case.reply("x", &case.address);
        change(&mut body);
        body
    };
    for (body, field) in [
        (wrong(&|body| body["colour"] = json!("red")), "colour"),
        (wrong(&|body| body["public"] = json!(false)), "public"),
        (wrong(&|body| body["via"] = json!("pigeon")), "via"),
        (wrong(&|body| drop(body.as_object_mut().map(|o| o.remove("sender")))), "sender"),
        (wrong(&|body| body["sender"] = json!({ "id": 7 })), "sender"),
        (wrong(&|body| body["receiver"] = json!({ "id": 7 })), "receiver"),
        (wrong(&|body| body["source"]["from"] = json!({})), "source"),
        (wrong(&|body| body["external_id"] = json!("x".repeat(256))), "external_id"),
        (wrong(&|body| drop(body.as_object_mut().map(|o| o.remove("from_agent")))), "from_agent"),
        (wrong(&|body| body["integration_id"] = json!(1)), "integration_id"),
    ] {
        let refused = twin.write("POST", &case.path("/messages"), &body).await;
        assert_eq!(refused.status, 400, "{field}: {}", refused.text);
        assert!(refused.body["error"]["data"][field].is_array(), "{field}: {}", refused.text);
    }
    assert_eq!(twin.write("POST", "/api/tickets/1/messages", &case.note("x")).await.status, 404);
    let journal = twin.practice.journal(Platform::Gorgias);
    assert!(journal.iter().all(|entry| entry.applied.is_empty()));
}

#[tokio::test]
async fn a_ticket_is_closed_trashed_assigned_and_found_by_our_id() {
    let twin = Twin::gorgias().await;
    let case = case(&twin).await;
    twin.practice.advance(60);
    let body = json!({
        "status": "closed", "assignee_user": { "id": case.agent }, "external_id": "case-1", "priority": "high",
        "trashed_datetime": "2026-11-21T20:01:00Z",
    });
    let changed = twin.write("PUT", &case.path(""), &body).await;
    assert_eq!(changed.status, 202, "{}", changed.text);
    assert_eq!(changed.body["status"], "closed");
    assert_eq!(changed.body["assignee_user"]["id"], case.agent);
    assert!(changed.body["closed_datetime"].is_string());
    let found = twin.get("/api/tickets?external_id=case-1").await;
    assert_eq!(found.data().len(), 1, "trashed tickets are shown unless told otherwise");
    assert!(twin.get("/api/tickets?external_id=case-1&trashed=false").await.data().is_empty());
    let newest = twin.get("/api/tickets?order_by=updated_datetime:desc&limit=1").await;
    assert_eq!(newest.data()[0]["id"], case.ticket, "a change moves updated_datetime");
    let restored = twin.write("PUT", &case.path(""), &json!({ "trashed_datetime": null })).await;
    assert!(restored.body["trashed_datetime"].is_null());
    let refused = twin.write("PUT", &case.path(""), &json!({ "status": "pending" })).await;
    assert_eq!(refused.status, 400);
}

#[tokio::test]
async fn tags_are_added_set_and_removed_without_a_body_in_the_answer() {
    let twin = Twin::gorgias().await;
    let case = case(&twin).await;
    let path = case.path("/tags");
    let refused = twin.write("POST", &path, &json!({ "names": ["fermata"] })).await;
    assert_eq!(refused.status, 400, "a tag has to be made first");
    let made = twin.write("POST", "/api/tags", &json!({ "name": "fermata" })).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(twin.write("POST", "/api/tags", &json!({ "name": "fermata" })).await.status, 409);
    let names = async || {
        let tags = twin.get(&path).await;
        tags.data().iter().map(|tag| tag["name"].as_str().expect("a name").to_owned()).collect::<Vec<_>>()
    };
    let added = twin.write("POST", &path, &json!({ "ids": [made.body["id"]] })).await;
    assert_eq!((added.status, added.text.as_str()), (201, ""));
    assert!(names().await.contains(&"fermata".to_owned()));
    let set = twin.write("PUT", &path, &json!({ "names": ["fermata"] })).await;
    assert_eq!((set.status, set.text.as_str()), (202, ""));
    assert_eq!(names().await, ["fermata"]);
    let gone = twin.write("DELETE", &path, &json!({ "names": ["fermata"] })).await;
    assert_eq!((gone.status, gone.text.as_str()), (204, ""));
    assert!(names().await.is_empty());
    assert_eq!(twin.write("POST", &path, &json!({ "names": ["Fermata"] })).await.status, 400, "case matters");
}

#[tokio::test]
async fn deletions_and_merges_are_seen_in_the_event_feed_alone() {
    let twin = Twin::gorgias().await;
    let case = case(&twin).await;
    assert_eq!(twin.send(twin.request("DELETE", &case.path(""))).await.status, 204);
    assert_eq!(twin.get(&case.path("")).await.status, 404);
    let deleted = twin.get("/api/events?types=ticket-deleted&limit=1").await;
    assert_eq!(deleted.data()[0]["object_id"], case.ticket);

    let customers = twin.gorgias_pages("/api/customers?limit=100").await;
    let id = |customer: &Value| customer["id"].as_u64().expect("a number");
    let merge = async |source: u64, target: u64| {
        let path = format!("/api/customers/merge?source_id={source}&target_id={target}");
        twin.write("PUT", &path, &json!({})).await
    };
    let (bare, linked): (Vec<&Value>, Vec<&Value>) =
        customers.iter().partition(|customer| customer["integrations"] == json!({}));
    assert_eq!(merge(id(linked[0]), id(linked[1])).await.status, 409, "both are somebody in the shop");
    let (source, target) = (id(bare[0]), id(linked[0]));
    let before = twin.gorgias_pages(&format!("/api/tickets?customer_id={source}")).await;
    let merged = merge(source, target).await;
    assert_eq!(merged.status, 202, "{}", merged.text);
    assert_eq!(twin.get(&format!("/api/customers/{source}")).await.status, 404);
    let told = twin.get("/api/events?types=customer-merged&limit=1").await;
    assert_eq!(told.data()[0]["data"], json!({ "source_id": source, "target_id": target }));
    let ticket = before.first().map(|ticket| &ticket["id"]).expect("who is known here has written");
    let ticket = twin.get(&format!("/api/tickets/{ticket}")).await;
    assert_eq!(ticket.body["customer"]["id"], target);
    assert_eq!(ticket.body["messages"][0]["sender"]["id"], target, "what was written is now the target's");
    assert_eq!(twin.write("PUT", "/api/customers/merge?source_id=5", &json!({})).await.status, 400);
}

#[tokio::test]
async fn an_id_of_ours_leads_to_the_ticket_that_took_it_last() {
    let twin = Twin::gorgias().await;
    let tickets = twin.get("/api/tickets?limit=2").await;
    let path = |place: usize| format!("/api/tickets/{}", tickets.data()[place]["id"]);
    for (place, external) in [(0, "shared"), (1, "shared"), (0, "other")] {
        let changed = twin.write("PUT", &path(place), &json!({ "external_id": external })).await;
        assert_eq!(changed.status, 202, "{}", changed.text);
    }
    let found = twin.get("/api/tickets?external_id=shared").await;
    assert_eq!(found.data().len(), 1);
    assert_eq!(found.data()[0]["id"], tickets.data()[1]["id"]);
}
