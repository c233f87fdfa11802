//! A client of the Shopify side of a practice store, for the tests beside it.

use std::sync::Arc;

use fermata_model::Platform;
use fermata_sandbox::{Entry, Options, Practice};
use serde_json::{Value, json};

/// When the practice of these tests begins.
pub(crate) const NOW: &str = "2026-11-21T20:00:00Z";

/// A practice store and a client of it.
pub(crate) struct Door {
    pub(crate) practice: Practice,
    pub(crate) client: reqwest::Client,
    pub(crate) token: String,
}

impl Door {
    /// Opens a small store whose time stands still.
    pub(crate) async fn open() -> Self {
        Self::with(|_| ()).await
    }

    /// Opens one with other options.
    pub(crate) async fn with(change: impl FnOnce(&mut Options)) -> Self {
        let mut options = Options {
            customers: 60,
            now: Some(NOW.parse().expect("a time")),
            speed: 0.0,
            // The real clock stands still too, so that no bucket refills unnoticed.
            real: Arc::new(|| NOW.parse().expect("a time")),
            ..Options::default()
        };
        options.shopify.bucket = 1_000_000;
        change(&mut options);
        let practice = Practice::start(options).await.expect("a practice store");
        let token = practice.access(Platform::Shopify).token.clone();
        Self { practice, client: reqwest::Client::new(), token }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.practice.base_url(Platform::Shopify))
    }

    /// Sends a query to a version of the API and returns the whole answer.
    pub(crate) async fn send(&self, version: &str, query: &str, variables: Value) -> reqwest::Response {
        self.client
            .post(self.url(&format!("/admin/api/{version}/graphql.json")))
            .header("X-Shopify-Access-Token", &self.token)
            .json(&json!({ "query": query, "variables": variables }))
            .send()
            .await
            .expect("an answer")
    }

    /// Sends a query and returns its body, which must come with 200.
    pub(crate) async fn ask(&self, query: &str, variables: Value) -> Value {
        let answer = self.send("2026-10", query, variables).await;
        assert_eq!(answer.status(), 200, "the vendor answers GraphQL with 200");
        answer.json().await.expect("JSON")
    }

    /// Sends a query that must succeed and returns its data.
    pub(crate) async fn data(&self, query: &str, variables: Value) -> Value {
        let mut answer = self.ask(query, variables).await;
        assert_eq!(answer.get("errors"), None, "{query}");
        answer["data"].take()
    }

    /// Returns what was applied, in the journal's words.
    pub(crate) fn writes(&self) -> Vec<Entry> {
        self.practice.journal(Platform::Shopify).into_iter().filter(|entry| entry.write).collect()
    }
}
