//! Stripe, payments that a shop takes itself: charges, refunds, disputes; refunds of charges.
//!
//! Speaks to `https://api.stripe.com/v1`, version 2026-09-30.endive, with a restricted key as Bearer. Bodies are forms.
//!
//! Oddities:
//! - Lists are newest first and know no time of change, so what can still move is read again for as long as it can
//!   ([`capability`]); a refund and a dispute bring the charge along that they changed ([`streams`]).
//! - Amounts are in the smallest unit as Stripe counts it, which is not ISO 4217's for three currencies ([`money`]).
//! - 200 for a refund is not arrival: it may be `pending`, and fail weeks later ([`actions`]).
//! - The first answer to an idempotency key comes again for a day, also a failure.
//! - Charges that a shop system took are refunded there and not here, or its books would not know.
//!
//! Source: stripe/openapi, 2026-09-30.endive; docs.stripe.com as named where it is used.

mod actions;
mod auth;
mod capability;
mod errors;
mod map;
mod money;
mod streams;
mod wire;

use std::time::Duration;

use async_trait::async_trait;
use fermata_model::{Action, Change, Frozen, Key, Platform, Stream, Timestamp};

use crate::failure::{malformed, no_stream};
use crate::http::{Budget, Lane, Limit, Quota, Request};
use crate::reading::{filled, read_again, why};
use crate::rest::Rest;
use crate::{Account, Capability, Connector, Error, Found, Kind, Page, Pull, Sent, Settings, address};

pub use capability::CAPABILITY;

/// The media type of every body that is sent.
const FORM: &str = "application/x-www-form-urlencoded";

/// What may be asked; [`Budget`] takes half.
///
/// Source: docs.stripe.com, Rate limits: 25 a second for a sandbox and, unless told otherwise, for each endpoint; a live
/// account has 100 for all of them.
static LANES: &[Lane] = &[Lane { name: "", limits: &[Limit { requests: 25, per: Duration::from_secs(1) }] }];

/// One account at Stripe.
pub struct Stripe {
    rest: Rest<auth::ApiKey>,
}

impl Stripe {
    /// Makes the connector. Sends nothing.
    ///
    /// Errors: [`Kind::Unsupported`] if the base URL is neither Stripe nor on this machine.
    pub fn new(settings: Settings) -> Result<Self, Error> {
        address::pinned(Platform::Stripe, &settings.base_url, "api.stripe.com")?;
        let rest = Rest::new(settings, errors::StripeDialect, Budget::lanes(LANES))?;
        Ok(Self { rest })
    }
}

#[async_trait]
impl Connector for Stripe {
    fn capability(&self) -> &'static Capability {
        &CAPABILITY
    }

    /// Reads the account, if the key may, and tries each permission that a read can try; the one that only a refund
    /// would show is in neither list.
    async fn check(&self) -> Result<Account, Error> {
        const OPERATION: &str = "GetAccount";
        let (mut granted, mut missing) = (Vec::new(), Vec::new());
        let (mut account, mut api_version) = (wire::Account::default(), None);
        match self.rest.ask(Request::get(OPERATION, "/v1/account")).await {
            Ok(response) => {
                granted.push(capability::ACCOUNT.to_owned());
                api_version = response.header("stripe-version").map(str::to_owned);
                account = serde_json::from_str(&response.body)
                    .map_err(|error| malformed(Platform::Stripe, OPERATION, why(&error)))?;
            }
            Err(error) if error.kind == Kind::Forbidden => missing.push(capability::ACCOUNT.to_owned()),
            Err(error) => return Err(error),
        }
        let one = |operation: &str, path: &str| Request::get(operation, path).query("limit", "1");
        let (given, lacking) = self
            .rest
            .scopes([
                ("charge_read", one("GetCharges", "/v1/charges")),
                ("dispute_read", one("GetDisputes", "/v1/disputes")),
            ])
            .await?;
        granted.extend(given);
        missing.extend(lacking);
        let shown = account.settings.and_then(|settings| settings.dashboard).unwrap_or_default();
        let business = account.business_profile.and_then(|profile| filled(profile.name.0));
        Ok(Account {
            id: filled(account.id.0),
            name: filled(shown.display_name.0).or(business).unwrap_or_else(|| "Stripe".to_owned()),
            user: None,
            currency: account.default_currency.0.and_then(|code| code.parse().ok()),
            time_zone: filled(shown.timezone.0),
            granted,
            missing,
            absent: Vec::new(),
            api_version,
        })
    }

    async fn pull(&self, pull: &Pull) -> Result<Page, Error> {
        streams::pull(self, pull).await
    }

    fn reread(&self, stream: Stream, raw: &str) -> Result<Change, Error> {
        let change = match stream {
            Stream::Payments => map::payment(raw),
            Stream::Refunds => map::refund(raw),
            Stream::Disputes => map::dispute(raw),
            other => return Err(no_stream(Platform::Stripe, other)),
        };
        read_again(Platform::Stripe, change)
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
