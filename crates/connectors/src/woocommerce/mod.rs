//! WooCommerce, a storefront inside the shop's own WordPress: customers, orders with their refunds,
//! products with variations, stock and coupons; money back and what else a shop does by hand.
//!
//! Speaks to the REST API at `https://<site>/wp-json/wc/v3` (written for 10.5) with HTTP Basic: an
//! application password of one WordPress user, approved in the browser, or a pair of keys bound to one.
//! What the former may do follows from the user's role, the latter can also be bound to reading. Where permalinks are plain the route is named in the
//! query, where a host strips the header keys go into the address, and a shop on
//! this machine that speaks no TLS wants signatures ([`signature`]); all are found out by the first
//! reads ([`door`]).
//!
//! Oddities:
//! - A wrong key, no key and a stripped header get one and the same 401 ([`errors`]).
//! - Times without a zone are the shop's own; only `dates_are_gmt=true` and fields that end in
//!   `_gmt` are used ([`walk`]).
//! - Unknown filters and fields are ignored without a word: what was written is read back.
//! - Nothing is idempotent; four equal refunds sent at once were all booked. Ours carry their key
//!   in `meta_data` ([`actions`]).
//! - A refused refund is a 500, and so is one in doubt.
//! - Every scalar may be null, ids may be numbers or text, titles carry entities ([`wire`]).
//! - Deleting a refund or changing metadata alone does not move an order's time of change.

mod actions;
mod auth;
mod capability;
mod door;
mod errors;
mod map;
mod parts;
mod signature;
mod streams;
mod walk;
mod wire;

use std::sync::Mutex;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use async_trait::async_trait;
use fermata_model::{Action, Change, Currency, Frozen, Key, Stream, Timestamp};
use tokio::sync::OnceCell;

use crate::http::{Budget, Lane, Limit};
use crate::rest::Rest;
use crate::{Account, Capability, Connector, Error, Found, Ids, Page, Pull, Sent, Settings};

pub(crate) use auth::approval::Approving;
pub use auth::approval::BROWSER;
pub use capability::CAPABILITY;

/// WooCommerce itself counts nothing; this is what a small shared host bears beside its customers,
/// of which [`Budget`] takes half.
static LANES: &[Lane] =
    &[Lane { name: "shop", limits: &[Limit { requests: 20, per: Duration::from_secs(1) }] }];

/// One shop.
pub struct Woocommerce {
    rest: Rest<auth::Keys>,
    /// The name of the site, as its address says it.
    site: String,
    way: Mutex<door::Way>,
    /// How many requests were signed, so that no two signatures are alike.
    signed: AtomicU64,
    /// What the site says about itself, once it was read.
    index: OnceCell<wire::Index>,
    /// The shop's currency, once it was read: products do not say theirs.
    currency: OnceCell<Currency>,
}

impl Woocommerce {
    /// Makes the connector. Sends nothing.
    ///
    /// Errors: [`Kind::Unsupported`](crate::Kind::Unsupported) if the base URL is neither https nor on this machine.
    pub fn new(settings: Settings) -> Result<Self, Error> {
        let site = settings.base_url.host_str().unwrap_or("WooCommerce").to_owned();
        let rest = Rest::new(settings, errors::WooDialect, Budget::lanes(LANES))?;
        Ok(Self {
            rest,
            site,
            way: Mutex::default(),
            signed: AtomicU64::new(0),
            index: OnceCell::new(),
            currency: OnceCell::new(),
        })
    }
}

#[async_trait]
impl Connector for Woocommerce {
    fn capability(&self) -> &'static Capability {
        &CAPABILITY
    }

    /// Reads the shop's settings and tries what the key may do; an empty batch tries writing and
    /// changes nothing.
    async fn check(&self) -> Result<Account, Error> {
        door::check(self).await
    }

    async fn pull(&self, pull: &Pull) -> Result<Page, Error> {
        streams::pull(self, pull).await
    }

    async fn ids(&self, stream: Stream, token: Option<String>, now: Timestamp) -> Result<Ids, Error> {
        streams::ids(self, &Pull { stream, since: None, until: now, token, size: None }).await
    }

    fn reread(&self, stream: Stream, raw: &str) -> Result<Change, Error> {
        map::reread(stream, raw)
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

    fn quota(&self) -> Option<crate::Quota> {
        self.rest.quota()
    }
}
