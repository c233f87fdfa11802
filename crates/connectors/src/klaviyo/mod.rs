//! Klaviyo, e-mail marketing: profiles with their consent, what was sent to them and what they
//! did with it; holds, releases, follow-ups and notices; lists, campaigns and their blocks.
//!
//! Speaks JSON:API to `https://a.klaviyo.com/api`, revision 2026-07-15, with a private API key.
//!
//! Oddities:
//! - Every request names the revision, or is refused.
//! - Most writes are answered with 202: taken, not done ([`actions`]).
//! - Events can lie in the future, and arrive long after they happened ([`streams`]).
//! - A wrong key may be answered with 400 ([`errors`]).
//! - Deleted and merged profiles leave no trace.

mod actions;
mod auth;
mod capability;
mod collections;
mod errors;
mod map;
mod streams;
mod wire;

use std::time::Duration;

use async_trait::async_trait;
use fermata_model::{Action, Change, Frozen, Key, Platform, Stream, Timestamp};

use crate::failure::{malformed, no_stream};
use crate::http::{Budget, Lane, Limit, Quota, Request};
use crate::reading::{filled, read_again, why};
use crate::rest::Rest;
use crate::{Account, Capability, Connector, Error, Found, Page, Pull, Sent, Settings, address};

pub use capability::CAPABILITY;

/// The media type of every body.
const JSON_API: &str = "application/vnd.api+json";

/// Lane of everything about profiles and suppressions.
const PROFILES: &str = "profiles";
/// Lane of reading events.
const EVENTS: &str = "events";
/// Lane of recording events.
const ACTIVITY: &str = "activity";
/// Lane of metrics.
const METRICS: &str = "metrics";
/// Lane of flows.
const FLOWS: &str = "flows";
/// Lane of campaigns.
const CAMPAIGNS: &str = "campaigns";
/// Lane of blocks that messages share.
const CONTENT: &str = "content";
/// Lane of putting people on lists and taking them off.
const LIST_CHANGES: &str = "list changes";
/// Lane of asking who is on which list.
const MEMBERSHIPS: &str = "memberships";
/// Lane of asking to be told when something can be bought again.
const RESTOCK: &str = "restock";
/// Lane of the account.
const ACCOUNTS: &str = "accounts";

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

/// The vendor's sizes of limits, each for a second and for a minute.
///
/// Source: developers.klaviyo.com, Rate limits, status codes, and errors.
const XS: &[Limit] = &[Limit { requests: 1, per: SECOND }, Limit { requests: 15, per: MINUTE }];
const S: &[Limit] = &[Limit { requests: 3, per: SECOND }, Limit { requests: 60, per: MINUTE }];
const M: &[Limit] = &[Limit { requests: 10, per: SECOND }, Limit { requests: 150, per: MINUTE }];
const L: &[Limit] = &[Limit { requests: 75, per: SECOND }, Limit { requests: 700, per: MINUTE }];
const XL: &[Limit] = &[Limit { requests: 350, per: SECOND }, Limit { requests: 3500, per: MINUTE }];

/// What each endpoint allows to all private keys of an account together; [`Budget`] takes half.
///
/// Source: `x-klaviyo-ratelimit` in the vendor's OpenAPI, revision 2026-07-15; for profiles the
/// lower number (700 a minute) of the page on rate limits.
static LANES: &[Lane] = &[
    Lane { name: PROFILES, limits: L },
    Lane { name: EVENTS, limits: XL },
    Lane { name: ACTIVITY, limits: XL },
    Lane { name: FLOWS, limits: S },
    Lane { name: CAMPAIGNS, limits: M },
    Lane { name: CONTENT, limits: L },
    Lane { name: LIST_CHANGES, limits: M },
    Lane { name: MEMBERSHIPS, limits: S },
    Lane { name: RESTOCK, limits: XL },
    Lane { name: METRICS, limits: M },
    Lane { name: ACCOUNTS, limits: XS },
];

/// One account at Klaviyo.
pub struct Klaviyo {
    rest: Rest<auth::ApiKey>,
}

impl Klaviyo {
    /// Makes the connector. Sends nothing.
    ///
    /// Errors: [`Kind::Unsupported`](crate::Kind::Unsupported) if the base URL is neither Klaviyo nor on this machine.
    pub fn new(settings: Settings) -> Result<Self, Error> {
        address::pinned(Platform::Klaviyo, &settings.base_url, "a.klaviyo.com")?;
        let rest = Rest::new(settings, errors::KlaviyoDialect, Budget::lanes(LANES))?;
        Ok(Self { rest })
    }
}

#[async_trait]
impl Connector for Klaviyo {
    fn capability(&self) -> &'static Capability {
        &CAPABILITY
    }

    /// Reads the account and tries each scope that a read can try; the scopes that only a write
    /// would show are in neither list.
    async fn check(&self) -> Result<Account, Error> {
        const OPERATION: &str = "get_accounts";
        let unreadable = |what: String| malformed(Platform::Klaviyo, OPERATION, what);
        let response = self.rest.ask(Request::get(OPERATION, "/api/accounts").lane(ACCOUNTS)).await?;
        let list = wire::List::read(OPERATION, &response.body)?;
        let data = list.data.first().map(|first| serde_json::from_str::<wire::AccountData>(first.get()));
        // The schema allows an empty list; the key was good for it all the same.
        let data = data.transpose().map_err(|error| unreadable(why(&error)))?.unwrap_or_default();

        let one = |operation: &str, path: &str| Request::get(operation, path).query("page[size]", "1");
        let tries = [
            ("profiles:read", one("get_profiles", "/api/profiles").lane(PROFILES)),
            ("events:read", one("get_events", "/api/events").lane(EVENTS)),
            ("lists:read", one("get_lists", "/api/lists").lane(PROFILES)),
            ("segments:read", one("get_segments", "/api/segments").lane(PROFILES)),
            ("flows:read", one("get_flows", "/api/flows").lane(FLOWS)),
            (
                "campaigns:read",
                one("get_campaigns", "/api/campaigns")
                    .query("filter", "equals(messages.channel,'email')")
                    .lane(CAMPAIGNS),
            ),
            (
                "templates:read",
                Request::get("get_all_universal_content", "/api/template-universal-content")
                    .query("page[size]", "1")
                    .lane(CONTENT),
            ),
            (
                "metrics:read",
                Request::get("get_metrics", "/api/metrics").query("fields[metric]", "name").lane(METRICS),
            ),
            (
                "subscriptions:read",
                Request::get("get_bulk_suppress_profiles_jobs", "/api/profile-suppression-bulk-create-jobs")
                    .query("filter", "equals(status,\"queued\")")
                    .lane(PROFILES),
            ),
        ];
        let (mut granted, missing) = self.rest.scopes(tries).await?;
        granted.insert(0, "accounts:read".to_owned());
        let attributes = data.attributes;
        let name = attributes.contact_information.and_then(|contact| filled(contact.organization_name.0));
        Ok(Account {
            id: filled(data.id.0),
            name: name.unwrap_or_else(|| "Klaviyo".to_owned()),
            user: None,
            currency: attributes.preferred_currency.0.and_then(|code| code.parse().ok()),
            time_zone: filled(attributes.timezone.0),
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
        let change = match stream {
            Stream::Profiles => map::profile(raw),
            Stream::Sends => map::event_document(raw),
            stream if collections::of(stream).is_some() => collections::record(stream, raw),
            other => return Err(no_stream(Platform::Klaviyo, other)),
        };
        read_again(Platform::Klaviyo, change)
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
