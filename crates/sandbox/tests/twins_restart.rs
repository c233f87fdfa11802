//! Promises of both REST twins across a restart: what was done stays done, and under the same ids.

use fermata_model::Platform;
use fermata_sandbox::Options;
use serde_json::json;

use crate::twin::{Twin, options};

#[tokio::test]
async fn what_was_written_is_there_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let kept = || Options { state: Some(folder.path().to_owned()), ..options() };

    let twin = Twin::start(Platform::Gorgias, kept()).await;
    let tickets = twin.get("/api/tickets?limit=1").await;
    let ticket = tickets.data()[0]["id"].clone();
    let user = twin.get("/api/users").await.data()[0]["id"].clone();
    let note = json!({
        "channel": "internal-note", "via": "api", "from_agent": true, "public": false, "sender": { "id": user },
        "body_text": "Refund proposed.", "external_id": "ours-1", "meta": { "run": 7 },
    });
    let note = twin.write("POST", &format!("/api/tickets/{ticket}/messages"), &note).await;
    assert_eq!(note.status, 201, "{}", note.text);
    assert_eq!(twin.write("POST", "/api/tags", &json!({ "name": "fermata" })).await.status, 201);
    let path = format!("/api/tickets/{ticket}/messages/{}", note.body["id"]);
    twin.practice.advance(60);
    let before = twin.get(&path).await.body;
    twin.practice.stop().await;

    let twin = Twin::start(Platform::Gorgias, kept()).await;
    twin.practice.advance(60);
    assert_eq!(twin.get(&path).await.body, before, "the same message under the same number");
    assert_eq!(twin.write("POST", "/api/tags", &json!({ "name": "fermata" })).await.status, 409);
    let journal = twin.practice.journal(Platform::Gorgias);
    assert_eq!(
        journal.iter().flat_map(|entry| &entry.applied).filter(|effect| effect.kind == "note").count(),
        1
    );
    twin.practice.stop().await;

    let twin = Twin::start(Platform::Klaviyo, kept()).await;
    let profile = json!({ "data": { "type": "profile", "attributes": {
        "email": "ada@example.com", "organization": "Analytical Engines",
    } } });
    let made = twin.write("POST", "/api/profile-import", &profile).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let job = json!({ "data": { "type": "profile-suppression-bulk-create-job", "attributes": { "profiles": {
        "data": [{ "type": "profile", "attributes": { "email": "ada@example.com" } }],
    } } } });
    let job = twin.write("POST", "/api/profile-suppression-bulk-create-jobs", &job).await;
    assert_eq!(job.status, 202, "{}", job.text);
    let id = job.body["data"]["id"].as_str().expect("a job id").to_owned();
    twin.practice.stop().await;

    let twin = Twin::start(Platform::Klaviyo, kept()).await;
    twin.practice.advance(60);
    let job = twin.get(&format!("/api/profile-suppression-bulk-create-jobs/{id}")).await;
    assert_eq!(job.body["data"]["attributes"]["status"], "complete");
    let found = twin
        .get("/api/profiles?filter=equals(email,'ada@example.com')&additional-fields[profile]=subscriptions");
    let found = found.await;
    let attributes = &found.data()[0]["attributes"];
    assert_eq!(found.data()[0]["id"], made.body["data"]["id"]);
    assert_eq!(attributes["organization"], "Analytical Engines");
    assert_eq!(
        attributes["subscriptions"]["email"]["marketing"]["suppression"][0]["reason"],
        "USER_SUPPRESSED"
    );
}
