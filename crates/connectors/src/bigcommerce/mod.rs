//! BigCommerce, a storefront: customers, orders with lines, parcels and refunds, carts left at the
//! payment page, products, stock, discounts and price lists; refunds and changes to all of these.
//!
//! Speaks to `https://api.bigcommerce.com/stores/<hash>`, partly in its version 2 (orders, coupons,
//! the store) and partly in its version 3 (everything else), with the token of a store-level API
//! account in `X-Auth-Token`.
//!
//! Oddities:
//! - Lists of version 2 are bare arrays without totals, and an empty one may be 204 without a body
//!   ([`page`]).
//! - Times of version 2 are RFC 2822, those of version 3 are ISO 8601 ([`wire::Stamp`]); amounts are
//!   text in version 2 and JSON numbers in version 3.
//! - An order's own `refunded_amount` is always zero: refunds are listed apart ([`streams`]).
//! - Carts cannot be listed. An order of state 0 ("Incomplete") is one that stopped at the payment
//!   page; it is given as a cart.
//! - There are no idempotency keys. Ours stands in a field that comes back: the reason of a refund,
//!   the staff notes of an order, the name of a coupon ([`actions`]).
//! - A refund is taken (201) long before the gateway decides about it.
//!
//! Source: the vendor's OpenAPI files and guides, github bigcommerce/docs, commit 24f580ca.

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
use tokio::sync::OnceCell;

use crate::failure::malformed;
use crate::http::{Budget, Lane, Limit, Quota, Request};
use crate::reading::{filled, read_again};
use crate::rest::Rest;
use crate::{Account, Capability, Connector, Error, Found, Ids, Page, Pull, Sent, Settings, address};

pub use capability::CAPABILITY;

/// The media type of every body.
const JSON: &str = "application/json";

/// What a store of the smallest plan allows to all apps together; [`Budget`] takes half, and
/// answers tell what this store allows.
///
/// Source: guide on API rate limits: 150 requests in 30 seconds on Standard and Plus.
static LANES: &[Lane] =
    &[Lane { name: "store", limits: &[Limit { requests: 150, per: Duration::from_secs(30) }] }];

/// One store at BigCommerce.
pub struct Bigcommerce {
    rest: Rest<auth::Token>,
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
        let rest = Rest::new(settings, errors::BigcommerceDialect, Budget::lanes(LANES))?;
        Ok(Self { rest, currency: OnceCell::new() })
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
        let name = [store.name.0, store.domain.0].into_iter().find_map(filled);
        Ok(Account {
            // The store is part of the address.
            id: None,
            name: name.unwrap_or_else(|| "BigCommerce".to_owned()),
            currency: store.currency.0.and_then(|code| code.parse().ok()),
            time_zone: store.timezone.and_then(|zone| filled(zone.name.0)),
            granted,
            missing,
            absent: Vec::new(),
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
