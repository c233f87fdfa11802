//! ShipBob, the warehouse: orders as it holds them, shipments and what is seen of them on their way, stock by place,
//! and goods on their way in; holding, releasing and calling off shipments, announcing goods.
//!
//! Speaks JSON to `https://api.shipbob.com/2026-01` with a personal access token of the account's root user.
//!
//! Oddities:
//! - `/order` carries the shipments of each order; there is no list of shipments by themselves.
//! - The list is numbered by pages and cannot be sorted by change, but is only ever added to: its window is open at
//!   the end, so that what changes meanwhile stays in it ([`streams`]).
//! - `Completed` means that it left the warehouse. Arrival is `delivery_date`; what was seen on the way is asked for
//!   shipment by shipment, and only of those that are on their way ([`map::on_its_way`]).
//! - 200 may hold a failure inside ([`actions`]).
//! - `next` is a path, a whole address or a bare token.
//! - The header `shipbob_channel_id` names one channel. Imported orders are in others, and nothing that we send needs
//!   it, so it is not sent.
//! - Nothing recognises a repeated receiving order; ours carry the action's key in their number.
//!
//! Source: the vendor's portal file of 2026-01 and its pages, November 2026.

mod actions;
mod auth;
mod capability;
mod errors;
mod map;
mod streams;
mod wire;

use std::time::Duration;

use async_trait::async_trait;
use fermata_model::{Action, Change, Frozen, Key, Platform, Stream, Timestamp};

use crate::http::{Budget, Lane, Limit, Quota, Request};
use crate::reading::filled;
use crate::rest::Rest;
use crate::{Account, Capability, Connector, Error, Found, Kind, Page, Pull, Sent, Settings, address};

pub use capability::CAPABILITY;

/// Requests a minute that an account has, over all endpoints.
///
/// Source: developer.shipbob.com, Rate limit: 150 in a sliding window of a minute.
const PER_MINUTE: u32 = 150;

static LANES: &[Lane] =
    &[Lane { name: "all", limits: &[Limit { requests: PER_MINUTE, per: Duration::from_secs(60) }] }];

/// One account at ShipBob.
pub struct Shipbob {
    rest: Rest<auth::Token>,
}

impl Shipbob {
    /// Makes the connector. Sends nothing.
    ///
    /// Errors: [`Kind::Unsupported`] if the base URL is neither ShipBob nor on this machine.
    pub fn new(settings: Settings) -> Result<Self, Error> {
        address::pinned(Platform::Shipbob, &settings.base_url, "api.shipbob.com")?;
        let rest = Rest::new(settings, errors::ShipbobDialect, Budget::lanes(LANES))?;
        Ok(Self { rest })
    }
}

/// Returns a path of the version that we speak.
fn path(rest: &str) -> String {
    format!("/{}/{rest}", CAPABILITY.api_version)
}

#[async_trait]
impl Connector for Shipbob {
    fn capability(&self) -> &'static Capability {
        &CAPABILITY
    }

    /// Reads the channels, of which the one that may write is the token's own, and tries what may be read.
    async fn check(&self) -> Result<Account, Error> {
        let channels: wire::Channels = self.rest.json(Request::get("get-channels", path("channel"))).await?;
        let channels = channels.items.unwrap_or_default();
        let may_write =
            |channel: &&wire::Channel| channel.scopes.iter().flatten().any(|scope| scope.ends_with("_write"));
        let ours = channels.iter().find(may_write).or(channels.first());
        let one = |operation: &str, at: &str, size: &str| Request::get(operation, path(at)).query(size, "1");
        let tries = [
            ("orders_read", one("get-orders", "order", "Limit")),
            ("inventory_read", one(streams::LEVELS, "inventory-level/locations", "PageSize")),
        ];
        let (mut granted, mut missing) = self.rest.scopes(tries).await?;
        let receiving = "receiving_read".to_owned();
        match streams::if_any(self, one(streams::RECEIVING, "receiving", "Limit")).await {
            Ok(_) => granted.push(receiving),
            Err(error) if error.kind == Kind::Forbidden => missing.push(receiving),
            Err(error) => return Err(error),
        }
        granted.insert(0, "channels_read".to_owned());
        // What may be written is told by the channel alone.
        for scope in ["orders_write", "receiving_write"] {
            let given = channels.iter().flat_map(|channel| channel.scopes.iter().flatten());
            let list =
                if given.into_iter().any(|given| given == scope) { &mut granted } else { &mut missing };
            list.push(scope.to_owned());
        }
        Ok(Account {
            id: ours.and_then(|channel| filled(channel.id.0.clone())),
            name: ours
                .and_then(|channel| filled(channel.name.0.clone()))
                .unwrap_or_else(|| "ShipBob".to_owned()),
            user: None,
            currency: None,
            time_zone: None,
            granted,
            missing,
            absent: Vec::new(),
            api_version: None,
        })
    }

    async fn pull(&self, pull: &Pull) -> Result<Page, Error> {
        streams::pull(self, pull).await
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

    fn quota(&self) -> Option<Quota> {
        self.rest.quota()
    }
}
