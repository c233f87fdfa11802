//! BigCommerce, a storefront: customers, orders with lines, parcels and refunds, carts left at the
//! payment page, products, stock, discounts, companies and price lists; refunds and changes to all of these but
//! companies.
//!
//! Speaks to `https://api.bigcommerce.com/stores/<hash>`, partly in its version 2 (orders, coupons,
//! the store) and partly in its version 3 (everything else), with the token of a store-level API
//! account in `X-Auth-Token`. Companies are part of B2B Edition, which is bought apart and lies at
//! `https://api-b2b.bigcommerce.com/api/v3/io`: the same token opens it if it has that scope, and
//! `X-Store-Hash` says which store it is. On this machine it lies at the same path of the account's own host.
//!
//! Oddities:
//! - Lists of version 2 are bare arrays without totals, and an empty one may be 204 without a body
//!   ([`page`]).
//! - Times of version 2 are RFC 2822, those of version 3 are ISO 8601 ([`wire::Stamp`]); amounts are
//!   text in version 2 and JSON numbers in version 3.
//! - An order's own `refunded_amount` is always zero: refunds are listed apart ([`streams`]).
//! - A store without B2B Edition is not told apart from a token that does not open it ([`errors`]).
//! - Carts cannot be listed. An order of state 0 ("Incomplete") is one that stopped at the payment
//!   page; it is given as a cart.
//! - There are no idempotency keys. Ours stands in a field that comes back: the reason of a refund,
//!   the staff notes of an order, the name of a coupon ([`actions`]).
//! - A refund is taken (201) long before the gateway decides about it.
//!
//! Source: the vendor's OpenAPI files and guides, github bigcommerce/docs, commit 24f580ca; for B2B Edition those under
//! `docs/b2b-edition` that the parts about it name.

mod actions;
mod auth;
mod capability;
mod errors;
mod map;
mod page;
mod streams;
mod wire;

use std::time::Duration;

use async_trait::async_trait;
use fermata_model::{Action, Change, Currency, Frozen, Key, Platform, Stream, Timestamp};
use tokio::sync::{Mutex, OnceCell};
use url::Url;

use crate::failure::malformed;
use crate::http::{Budget, Lane, Limit, Quota, Request, Response};
use crate::reading::{filled, read_again};
use crate::rest::Rest;
use crate::{Account, Capability, Connector, Error, Found, Ids, Kind, Page, Pull, Sent, Settings, address};

pub use capability::CAPABILITY;

/// The media type of every body.
const JSON: &str = "application/json";

/// What a store of the smallest plan allows to all apps together; [`Budget`] takes half, and
/// answers tell what this store allows.
///
/// Source: guide on API rate limits: 150 requests in 30 seconds on Standard and Plus.
static LANES: &[Lane] =
    &[Lane { name: "store", limits: &[Limit { requests: 150, per: Duration::from_secs(30) }] }];

/// What B2B Edition allows.
///
/// Source: its page "About our APIs", response headers: 150 times in 60 seconds.
static B2B_LANES: &[Lane] =
    &[Lane { name: "b2b", limits: &[Limit { requests: 150, per: Duration::from_secs(60) }] }];

/// Where B2B Edition is.
const B2B_HOST: &str = "https://api-b2b.bigcommerce.com";

/// One store at BigCommerce.
pub struct Bigcommerce {
    rest: Rest<auth::Token>,
    /// The door to B2B Edition.
    b2b: Rest<auth::Token>,
    /// The store's name in addresses; empty where the address has none.
    hash: String,
    /// Who buys for which company, while a pass over companies is under way.
    trade: Mutex<Option<streams::companies::Trade>>,
    /// The store's own currency, once looked up: the catalogue is priced in it.
    currency: OnceCell<Currency>,
}

impl Bigcommerce {
    /// Makes the connector. Sends nothing.
    ///
    /// Errors: [`Kind::Unsupported`](crate::Kind::Unsupported) if the base URL is neither
    /// BigCommerce nor on this machine.
    pub fn new(settings: Settings) -> Result<Self, Error> {
        address::pinned(Platform::Bigcommerce, &settings.base_url, "api.bigcommerce.com")?;
        let hash = settings.base_url.path().trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        let hash = hash.to_owned();
        let there = Settings { base_url: b2b_address(&settings.base_url), ..settings.clone() };
        Ok(Self {
            rest: Rest::new(settings, errors::BigcommerceDialect, Budget::lanes(LANES))?,
            b2b: Rest::new(there, errors::B2bDialect, Budget::lanes(B2B_LANES))?,
            hash,
            trade: Mutex::new(None),
            currency: OnceCell::new(),
        })
    }

    /// Asks B2B Edition.
    ///
    /// Errors: [`Kind::NotOffered`] if this store has none, or the token does not open it.
    async fn ask_b2b(&self, request: Request) -> Result<Response, Error> {
        self.b2b.ask(request.header("x-store-hash", self.hash.clone())).await
    }

    async fn store(&self) -> Result<wire::Store, Error> {
        self.rest.json(Request::get("getStoreInformation", "/v2/store")).await
    }

    /// Returns the store's own currency, asking for it once.
    ///
    /// Errors: [`Kind::Malformed`](crate::Kind::Malformed) if the store has none.
    async fn currency(&self) -> Result<Currency, Error> {
        let found = self.currency.get_or_try_init(|| async {
            let store = self.store().await?;
            let unknown = || {
                malformed(Platform::Bigcommerce, "getStoreInformation", "the store's currency is not known")
            };
            store.currency.0.and_then(|code| code.parse().ok()).ok_or_else(unknown)
        });
        found.await.copied()
    }
}

/// Returns where the B2B Edition of a store is: the vendor's own host, or this machine where the store is here too.
fn b2b_address(store: &Url) -> Url {
    let mut there = store.clone();
    if !address::is_this_machine(store) {
        there = B2B_HOST.parse().expect("an address");
    }
    there.set_path("/api/v3/io");
    there.set_query(None);
    there
}

#[async_trait]
impl Connector for Bigcommerce {
    fn capability(&self) -> &'static Capability {
        &CAPABILITY
    }

    /// Reads the store and tries each scope that a read can try; whether it may also change things
    /// only a write would show.
    async fn check(&self) -> Result<Account, Error> {
        let store = self.store().await?;
        let one = |operation: &str, path: &str| Request::get(operation, path).query("limit", "1");
        let tries = [
            ("store_v2_orders", one("getOrders", "/v2/orders")),
            ("store_v2_customers", one("getCustomers", "/v3/customers")),
            ("store_v2_products", one("getProducts", "/v3/catalog/products")),
            ("store_inventory", one("get-inventory-items", "/v3/inventory/items")),
            ("store_v2_marketing", one("getCoupons", "/v2/coupons")),
        ];
        let (mut granted, missing) = self.rest.scopes(tries).await?;
        granted.insert(0, "store_v2_information_read_only".to_owned());
        // Another host, whose troubles are no reason to refuse the account.
        let mut absent = Vec::new();
        match self.ask_b2b(streams::companies::one()).await {
            Ok(_) => granted.push(capability::B2B.to_owned()),
            Err(error) if error.kind == Kind::NotOffered => absent.push(capability::B2B.to_owned()),
            Err(_) => {}
        }
        let name = [store.name.0, store.domain.0].into_iter().find_map(filled);
        Ok(Account {
            // The store is part of the address.
            id: None,
            name: name.unwrap_or_else(|| "BigCommerce".to_owned()),
            user: None,
            currency: store.currency.0.and_then(|code| code.parse().ok()),
            time_zone: store.timezone.and_then(|zone| filled(zone.name.0)),
            granted,
            missing,
            absent,
            api_version: None,
        })
    }

    async fn pull(&self, pull: &Pull) -> Result<Page, Error> {
        streams::pull(self, pull).await
    }

    async fn ids(&self, stream: Stream, token: Option<String>, now: Timestamp) -> Result<Ids, Error> {
        streams::ids(self, stream, token, now).await
    }

    fn reread(&self, stream: Stream, raw: &str) -> Result<Change, Error> {
        read_again(Platform::Bigcommerce, map::record(stream, raw)?)
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
        self.rest.quota()
    }
}
