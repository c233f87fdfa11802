//! Gorgias, the help desk: customers, tickets, messages; replies and internal notes.
//!
//! Speaks to the REST API at `https://<account>.gorgias.com/api` (documents 1.5.1; requests carry
//! no version) with HTTP Basic: a user's e-mail address and API key.
//!
//! Oddities:
//! - No list but the account's log can be filtered by time, so passes walk from the newest change
//!   downwards ([`streams`]).
//! - Deletions and merges appear only in that log.
//! - An unknown field in a body is refused with 400.
//! - 201 on a message means stored, not sent ([`actions`]).
//! - Forty requests in twenty seconds for the whole account, whoever asks.

mod actions;
mod auth;
mod capability;
mod errors;
mod map;
mod streams;
mod wire;

use std::num::NonZeroU64;
use std::time::Duration;

use async_trait::async_trait;
use fermata_model::{Action, Change, Frozen, Key, Platform, Stream, Timestamp};
use tokio::sync::OnceCell;

use crate::http::{Budget, Lane, Limit, Quota, Request};
use crate::reading::{filled, read_again, set_aside};
use crate::rest::{Rest, Trail, onward};
use crate::{Account, Capability, Connector, Error, Fate, Found, Kind, Page, Pull, Sent, Settings, address};

pub use capability::CAPABILITY;

/// The account's leaky bucket: 40 drops that leak away in 20 seconds. Others draw on it too, so
/// [`Budget`] takes half.
///
/// Source: developers.gorgias.com, Limitations, September 2025.
static LANES: &[Lane] =
    &[Lane { name: "account", limits: &[Limit { requests: 40, per: Duration::from_secs(20) }] }];

/// The most records that a list gives at once.
///
/// Source: developers.gorgias.com, Pagination.
const MOST: u32 = 100;

/// One account at Gorgias.
pub struct Gorgias {
    rest: Rest<auth::Login>,
    /// The user whose key we use, once looked up.
    me: OnceCell<Option<i64>>,
}

impl Gorgias {
    /// Makes the connector. Sends nothing.
    ///
    /// Errors: [`Kind::Unsupported`] if the base URL is neither an account at Gorgias nor on this
    /// machine.
    pub fn new(settings: Settings) -> Result<Self, Error> {
        address::pinned(Platform::Gorgias, &settings.base_url, ".gorgias.com")?;
        let rest = Rest::new(settings, errors::GorgiasDialect, Budget::lanes(LANES))?;
        Ok(Self { rest, me: OnceCell::new() })
    }

    /// Reads every record of a list.
    async fn each(&self, list: Request, mut take: impl FnMut(&str)) -> Result<(), Error> {
        let list = list.query("limit", MOST.to_string());
        let (mut cursor, mut trail) = (None::<String>, Trail::default());
        loop {
            let mut request = list.clone();
            if let Some(cursor) = &cursor {
                request = request.query("cursor", cursor);
            }
            let response = self.rest.ask(request).await?;
            let page = wire::List::read(&list.operation, &response.body)?;
            page.data.iter().for_each(|raw| take(raw.get()));
            cursor = onward(Platform::Gorgias, &list.operation, page.meta.next_cursor, cursor.as_deref())?;
            match &cursor {
                None => return Ok(()),
                Some(cursor) => trail.on(Platform::Gorgias, &list.operation, cursor)?,
            }
        }
    }
}

/// Reads one of Gorgias' ids, which are whole numbers above zero and become part of paths.
fn whole(id: &str) -> Result<u64, Error> {
    id.parse::<NonZeroU64>().map(NonZeroU64::get).map_err(|_| {
        let message = format!("\"{id}\" is not an id of Gorgias.");
        // It will not be one later either.
        Error::new(Platform::Gorgias, "prepare", Kind::Unsupported, message).with_fate(Fate::Refused)
    })
}

#[async_trait]
impl Connector for Gorgias {
    fn capability(&self) -> &'static Capability {
        &CAPABILITY
    }

    /// Reads the account and tries each list that is needed; a role may hide some.
    async fn check(&self) -> Result<Account, Error> {
        let info: wire::AccountInfo =
            self.rest.json(Request::get("GET /api/account", "/api/account")).await?;
        let lists = [
            ("customers:read", "/api/customers"),
            ("tickets:read", "/api/tickets"),
            ("users:read", "/api/users"),
            ("events:read", "/api/events"),
            ("integrations:read", "/api/integrations"),
        ];
        let one = |path: &str| Request::get(format!("GET {path}"), path).query("limit", "1");
        let tries = lists.map(|(scope, path)| (scope, one(path)));
        let (mut granted, missing) = self.rest.scopes(tries).await?;
        granted.insert(0, "account:read".to_owned());
        let id = filled(info.domain.0.clone());
        let name = [info.name.0, info.domain.0].into_iter().find_map(filled);
        Ok(Account {
            id,
            name: name.unwrap_or_else(|| "Gorgias".to_owned()),
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
        let change = match stream {
            Stream::Removals => match map::logged(raw) {
                Ok(map::Logged::Gone(gone)) => Change::Gone(gone),
                Ok(_) => set_aside(stream, raw, "the log entry names nothing that is gone"),
                Err(reason) => set_aside(stream, raw, reason),
            },
            stream => map::record(stream, raw),
        };
        read_again(Platform::Gorgias, change)
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
