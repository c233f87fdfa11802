//! Shopify, as far as a small online shop and its programs see it: the Admin GraphQL API 2026-10.
//!
//! Three doors: `POST /admin/api/2026-10/graphql.json`, `POST /admin/oauth/access_token` (client-credentials grant,
//! tokens for a day; approved codes and what renews them, tokens for an hour) and `GET /admin/oauth/authorize`, where
//! the person is always there and has made up its mind. A query is parsed and validated against `schema`, priced (`cost`),
//! paid from a bucket, and only then executed; each refusal has the vendor's shape (`errors`) and,
//! as at the vendor, mostly the status 200.
//!
//! What no schema says is enforced here: scopes, the 60 days of orders that an app sees without `read_all_orders`,
//! `first` of at most 250, the mandatory `@idempotent` of `refundCreate` with its replay, the limits of a refund, and
//! the warnings about unknown filters. An older version of the API is answered as the vendor answers a retired one:
//! by the oldest it still has, which here is 2026-10; `X-Shopify-API-Version` tells.
//!
//! Written from the vendor's published schema and from recorded answers of real shops; where it is stricter or
//! guesses, the module says so. Not here: webhooks, returns, drafts, automatic discounts, order edits.

mod access;
mod approve;
mod books;
mod bulk;
mod catalogue;
mod change;
mod cost;
mod discounts;
mod errors;
mod filters;
mod gid;
mod holds;
mod list;
mod once;
mod orders;
mod page;
mod refund;
mod run;
mod schema;
mod search;
mod signin;
mod values;
mod view;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use apollo_compiler::ExecutableDocument;
use apollo_compiler::validation::Valid;
use fermata_model::Platform;
use serde_json::json;

use crate::rate::Bucket;
use crate::twins::{Keys, Twin};
use crate::vendor::{Call, Operation, Reply, Request, Vendor};

pub use schema::SDL;

/// The version of the API that answers here.
pub const VERSION: &str = "2026-10";

/// What can be set about this platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Points that the bucket of query costs holds.
    pub bucket: u32,
    /// Points that come back each real second. The vendor's standard plan: 100.
    pub restore_rate: u32,
    /// Practice seconds by which searches lag behind changes. At the vendor it is some seconds.
    pub search_lag: u32,
    /// Practice seconds until the file of a bulk operation is written.
    pub bulk_takes: u32,
    /// How long a refund is called "in progress" when it is asked for again under the same key.
    pub refund_takes: Duration,
    /// Where an approval may be sent to, letter by letter, as the app has registered it; more can be
    /// [registered](crate::Practice::register_redirect) later.
    pub redirects: Vec<String>,
    /// Does the person approve when asked in the browser?
    pub approves: bool,
    /// How long the code of an approval is good for.
    pub code_life: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            bucket: 2_000,
            restore_rate: 100,
            search_lag: 0,
            bulk_takes: 30,
            refund_takes: Duration::ZERO,
            redirects: vec!["http://127.0.0.1:7434/shopify".to_owned()],
            approves: true,
            code_life: Duration::from_secs(600),
        }
    }
}

/// The platform.
pub(crate) static TWIN: Twin = Twin {
    platform: Platform::Shopify,
    storefront: true,
    scopes: &[
        "read_orders",
        "write_orders",
        "read_all_orders",
        "read_customers",
        "write_customers",
        "read_products",
        "write_products",
        "read_inventory",
        "write_inventory",
        "read_locations",
        "read_fulfillments",
        "write_fulfillments",
        "read_merchant_managed_fulfillment_orders",
        "write_merchant_managed_fulfillment_orders",
        "read_discounts",
        "write_discounts",
    ],
    keys: |seal| {
        let token = format!("shpat_{}", seal.mark("token"));
        let credentials = json!({ "access_token": token });
        Keys {
            token,
            user: seal.mark("client id"),
            secret: format!("shpss_{}", seal.mark("client secret")),
            credentials,
            ..Keys::default()
        }
    },
    vendor: |_, options| {
        let settings = &options.shopify;
        Box::new(Shopify {
            settings: settings.clone(),
            bucket: Bucket::new(f64::from(settings.bucket), f64::from(settings.restore_rate)),
            tokens: signin::Tokens::default(),
            approvals: approve::Approvals::default(),
            once: once::Once::new(settings.refund_takes),
            restocks: refund::Restocks::default(),
            books: books::Books::default(),
            bulk: bulk::Runs::default(),
            base_url: String::new(),
            documents: HashMap::new(),
        })
    },
};

/// The platform's own state.
#[derive(Debug)]
pub(crate) struct Shopify {
    settings: Settings,
    bucket: Bucket,
    tokens: signin::Tokens,
    approvals: approve::Approvals,
    once: once::Once,
    restocks: refund::Restocks,
    books: books::Books,
    bulk: bulk::Runs,
    /// Where the last request reached us, for links.
    base_url: String,
    /// Documents that were validated before, by their text: a client sends the same few again and again.
    documents: HashMap<String, Arc<Valid<ExecutableDocument>>>,
}

impl Shopify {
    /// Returns what every object needs to answer this call.
    fn scene<'w>(&'w self, call: &'w Call<'_>) -> view::Scene<'w> {
        view::Scene {
            world: call.world,
            now: call.now,
            access: call.access,
            free: call.replaying,
            lag: i64::from(self.settings.search_lag),
            restocks: &self.restocks,
            books: &self.books,
            bulk: &self.bulk,
            doubles: call.doubles,
            shown: Default::default(),
            searches: Default::default(),
        }
    }
}

/// What a path leads to.
enum Door<'r> {
    /// The API, in this version.
    Api(&'r str),
    /// Signing in.
    Token,
    /// Asking the person.
    Approve,
    /// A file of a bulk operation.
    File,
    /// Nothing.
    Wall,
}

fn door(request: &Request) -> Door<'_> {
    match (request.method.as_str(), request.segments().as_slice()) {
        ("POST", ["admin", "api", version, "graphql.json"]) => Door::Api(version),
        ("POST", ["admin", "oauth", "access_token"]) => Door::Token,
        ("GET", ["bulk", _]) => Door::File,
        ("GET", ["admin", "oauth", "authorize"]) => Door::Approve,
        _ => Door::Wall,
    }
}

impl Vendor for Shopify {
    fn operation(&self, request: &Request) -> Operation {
        match door(request) {
            Door::Token => Operation::sign_in("token"),
            Door::Approve => Operation::sign_in("authorize"),
            Door::Api(_) => run::operation(request),
            Door::File => Operation::read("bulkFile"),
            Door::Wall => Operation::read("unknown"),
        }
    }

    fn answer(&mut self, request: &Request, call: &mut Call<'_>) -> Reply {
        if matches!(door(request), Door::File) {
            return self.bulk.file(request, call.now);
        }
        self.base_url.clone_from(&request.base_url);
        let reply = match door(request) {
            Door::Token => self.tokens.mint(request, call, &mut self.approvals),
            Door::Approve => self.approvals.ask(&self.settings, TWIN.scopes, request, call),
            Door::Api(version) if served(version) => match self.tokens.check(request, call) {
                Ok(()) => run::answer(self, request, call),
                Err(refusal) => refusal,
            },
            Door::Api(_) | Door::File | Door::Wall => Reply::json(404, &json!({ "errors": "Not Found" })),
        };
        reply.with("x-shopify-api-version", VERSION)
    }

    fn throttled(&self, retry_after: Option<u32>) -> Reply {
        let mut status = cost::status(&self.bucket);
        status["currentlyAvailable"] = json!(0);
        Reply::json(200, &errors::throttled(10, &status))
            .with("x-shopify-api-version", VERSION)
            .with_some("retry-after", retry_after)
    }

    fn failed(&self, status: u16) -> Reply {
        Reply::json(status, &json!({ "errors": "Internal Server Error" }))
    }
}

/// Tells whether a version is answered: this one, and older ones in its place.
fn served(version: &str) -> bool {
    let well_formed = version.len() == 7
        && version
            .bytes()
            .enumerate()
            .all(|(place, byte)| if place == 4 { byte == b'-' } else { byte.is_ascii_digit() });
    well_formed && version <= VERSION
}
