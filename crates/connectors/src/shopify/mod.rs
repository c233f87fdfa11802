//! Shopify, through the Admin GraphQL API, version 2026-10.
//!
//! **What it talks to.** One address, `https://{shop}.myshopify.com/admin/api/2026-10/graphql.json`;
//! the documents that are sent lie in `queries/`, one file each. REST is legacy since 2024.
//!
//! **Sign-in.** A pasted access token of a custom app made before 2026, or the client id and
//! secret of an app of the shop's own organization (client credentials, a token for a day, asked
//! for again before it ends and once when it is refused). Or an app of another organization that a
//! person approves in the browser: a token for an hour, renewed with a refresh token.
//!
//! **What it cannot do.** Say that an order or a customer was deleted or merged: only products
//! leave a trace (`events`, kept for a year). Show orders older than 60 days without the scope
//! `read_all_orders`. Show names and addresses of customers to custom apps on the smallest plans.
//!
//! **Oddities.**
//! - A first pass reads the newest first (carts by their creation, everything else by its change);
//!   a later one follows the changes as they came.
//! - Whether an answer is a failure is said in its body; the status is 200 even for "slow down".
//! - Filters run on a search index that lags writes by seconds, so passes overlap.
//! - A filter that is not understood is ignored with a warning in `extensions.search`; here any
//!   such warning is an error.
//! - The filter on customers knows whole days only, and carts cannot be sorted by their change.
//! - Stock is read place by place, since only a place's own list can be filtered by its change.
//! - A page costs by its size even where it is empty, so passes over changes begin with a small one (`pages`).
//! - A long first pass goes on in a file that the shop is asked to write (`bulk`).
//! - Lists inside a list come in a first part; the rest is read apart and joined to the raw text.
//! - A refund without `transactions` books the lines and moves no money, so they are always named.
//! - `refundCreate` demands `@idempotent`, and its refusals have no code, only a text.

/// Returns the text of a file in `queries/`.
macro_rules! query {
    ($file:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/shopify/queries/", $file, ".graphql"))
    };
}

/// Takes a document in: the vendor's word for what it does, its file in `queries/`, what it is
/// expected to cost, and the fragments that it uses.
macro_rules! document {
    ($operation:literal, $file:literal, $cost:literal $(, $fragment:literal)*) => {
        $crate::shopify::Document {
            operation: $operation,
            text: concat!(query!($file) $(, query!($fragment))*),
            cost: $cost,
        }
    };
}

mod actions;
mod auth;
mod bulk;
mod capability;
mod envelope;
mod errors;
mod ids;
mod map;
mod pages;
mod sources;
mod stock;
mod streams;
mod wire;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use fermata_model::{Action, Change, Frozen, Key, Platform, Stream, Timestamp};
use serde::Serialize;

use crate::address;
use crate::http::{Budget, Http, Method, Purpose, Request, Response};
use crate::{
    Account, Capability, Connector, Error, Fate, Found, Ids, Kind, Page, Pull, Quota, Sent, Settings,
};

pub(crate) use auth::approval::Approving;
pub use auth::approval::BROWSER;
pub use capability::CAPABILITY;

/// The path of every GraphQL request.
const GRAPHQL: &str = "/admin/api/2026-10/graphql.json";

/// One Shopify shop.
pub struct Shopify {
    http: Http,
    auth: auth::Auth,
    /// What each document costs by the size of the page, in points, as the shop told.
    costs: Mutex<HashMap<(&'static str, u32), u32>>,
    sizes: Mutex<pages::Sizes>,
    /// For the doors to files that the shop writes.
    settings: Settings,
    /// The file that is being read.
    file: Mutex<Option<Arc<bulk::File>>>,
}

/// One GraphQL document.
struct Document {
    /// The vendor's word for what it does.
    operation: &'static str,
    /// Its text.
    text: &'static str,
    /// What it is expected to cost, until the shop has told.
    cost: u32,
}

impl Shopify {
    /// Makes the connector. Sends nothing.
    ///
    /// Errors: [`Kind::Unsupported`] if the base URL is neither a shop's own nor loopback.
    pub fn new(settings: Settings) -> Result<Self, Error> {
        address::pinned(Platform::Shopify, &settings.base_url, ".myshopify.com")?;
        // The smallest plan: a bucket of 2000 points that gains 100 a second (shown by recorded
        // answers of 2026-04); the first answer tells what this shop really has.
        let http = Http::new(&settings, errors::Shopify, Budget::points(2000, 100))?;
        Ok(Self {
            http,
            auth: auth::Auth::new(settings.clone()),
            settings,
            file: Mutex::default(),
            costs: Mutex::default(),
            sizes: Mutex::default(),
        })
    }

    /// Asks a question and returns the answer, which its dialect has judged.
    async fn ask(&self, document: &Document, variables: &impl Serialize) -> Result<Response, Error> {
        self.ask_for(document, 1, variables).await
    }

    /// Asks for so many records at most.
    async fn ask_for(
        &self,
        document: &Document,
        size: u32,
        variables: &impl Serialize,
    ) -> Result<Response, Error> {
        let body = body(document, variables)?;
        let asked = (document.operation, size);
        let known = locked(&self.costs).get(&asked).copied();
        let cost = known.unwrap_or(document.cost);
        let response = self.post(document.operation, body, Purpose::Read, cost).await?;
        if known.is_none()
            && let Some(cost) = errors::requested_cost(&response.body)
        {
            locked(&self.costs).insert(asked, cost);
        }
        Ok(response)
    }

    /// Sends a body, signing in again once if the token has gone stale.
    async fn post(
        &self,
        operation: &str,
        body: String,
        purpose: Purpose,
        cost: u32,
    ) -> Result<Response, Error> {
        let request = Request::new(operation, Method::POST, GRAPHQL, purpose)
            .body("application/json", body)
            .header("accept", "application/json")
            .cost(cost);
        let signed = |token| request.clone().secret_header("x-shopify-access-token", token);
        let token = self.auth.token(&self.http).await?;
        match self.http.send(signed(token.clone())).await {
            // A request that was not signed in did nothing, so even an effect may go again; a page
            // for people with the same status may come from anywhere on the way.
            Err(error) if error.kind == Kind::SignIn && error.fate == Fate::NotDone => {
                match self.auth.renew(&self.http, &token).await? {
                    Some(fresh) => self.http.send(signed(fresh)).await,
                    None => Err(error),
                }
            }
            answer => answer,
        }
    }
}

/// Locks, also after a panic elsewhere: each of these tables is whole at any time.
fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Writes the body of a request.
fn body(document: &Document, variables: &impl Serialize) -> Result<String, Error> {
    #[derive(Serialize)]
    struct Body<'a, V> {
        query: &'a str,
        variables: &'a V,
    }
    serde_json::to_string(&Body { query: document.text, variables }).map_err(|error| {
        Error::new(
            Platform::Shopify,
            document.operation,
            Kind::Unsupported,
            format!("This cannot be asked: {error}."),
        )
    })
}

#[async_trait]
impl Connector for Shopify {
    fn capability(&self) -> &'static Capability {
        &CAPABILITY
    }

    async fn check(&self) -> Result<Account, Error> {
        auth::check(self).await
    }

    async fn pull(&self, pull: &Pull) -> Result<Page, Error> {
        streams::pull(self, pull).await
    }

    async fn ids(&self, stream: Stream, token: Option<String>, now: Timestamp) -> Result<Ids, Error> {
        if let Some(ids) = ids::ids(self, stream, token.as_deref()).await? {
            return Ok(ids);
        }
        let page = self.pull(&Pull { stream, since: None, until: now, token, size: None }).await?;
        Ok(Ids::of(stream, page))
    }

    fn reread(&self, stream: Stream, raw: &str) -> Result<Change, Error> {
        streams::reread(stream, raw)
    }

    async fn prepare(&self, action: &Action, key: Key, now: Timestamp) -> Result<Frozen, Error> {
        actions::prepare(self, action, key, now).await
    }

    async fn send(&self, frozen: &Frozen) -> Result<Sent, Error> {
        actions::send(self, frozen).await
    }

    async fn find(&self, frozen: &Frozen) -> Result<Found, Error> {
        actions::find(self, frozen).await
    }

    fn quota(&self) -> Option<Quota> {
        self.http.quota()
    }
}
