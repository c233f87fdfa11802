//! What the tests share: a store that stands still at a fixed instant.

use std::path::PathBuf;

use fermata_model::Platform;
use fermata_sandbox::{Options, Practice};
use serde_json::Value;

/// The instant at which history ends in tests.
pub(crate) const NOW: &str = "2026-11-21T20:00:00Z";

/// Returns the folder of the vendors' descriptions and the real data, be it there or not.
pub(crate) fn shared() -> PathBuf {
    std::env::var_os("FERMATA_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from)
}

/// Options of a small store whose clock stands still.
pub(crate) fn still(customers: u32) -> Options {
    Options {
        customers,
        now: Some(NOW.parse().expect("a timestamp")),
        speed: 0.0,
        rates: 1_000.0,
        ..Options::default()
    }
}

/// Starts a store.
pub(crate) async fn start(options: Options) -> Practice {
    Practice::start(options).await.expect("the practice store starts")
}

/// Reads the first page of Gorgias's tickets; the simplest signed-in read there is.
pub(crate) async fn tickets(practice: &Practice) -> reqwest::Result<reqwest::Response> {
    let access = practice.access(Platform::Gorgias);
    reqwest::Client::new()
        .get(format!("{}/api/tickets?limit=5", practice.base_url(Platform::Gorgias)))
        .basic_auth(&access.user, Some(&access.token))
        .timeout(std::time::Duration::from_secs(20))
        .send()
        .await
}

/// Writes an internal note into a ticket at Gorgias.
pub(crate) async fn note(
    practice: &Practice,
    ticket: u64,
    external_id: &str,
) -> reqwest::Result<reqwest::Response> {
    let access = practice.access(Platform::Gorgias);
    let agent = practice.world(|world| world.agents[0].number);
    let body: Value = serde_json::json!({
        "channel": "internal-note",
        "via": "api",
        "from_agent": true,
        "public": false,
        "sender": { "id": agent },
        "source": { "type": "internal-note", "from": {}, "to": [] },
        "body_text": "Looked into it.",
        "external_id": external_id,
    });
    reqwest::Client::new()
        .post(format!("{}/api/tickets/{ticket}/messages", practice.base_url(Platform::Gorgias)))
        .basic_auth(&access.user, Some(&access.token))
        .timeout(std::time::Duration::from_secs(20))
        .json(&body)
        .send()
        .await
}

/// Returns the number of some open ticket.
pub(crate) fn open_ticket(practice: &Practice) -> u64 {
    practice.world(|world| {
        world
            .tickets
            .iter()
            .find(|(_, ticket)| ticket.open)
            .map(|(id, _)| id.number())
            .expect("an open ticket")
    })
}
