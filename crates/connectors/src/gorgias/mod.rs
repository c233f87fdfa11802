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
mod html;
mod map;
mod streams;
mod wire;

use std::time::Duration;

use async_trait::async_trait;
use fermata_model::{Action, Change, Frozen, Key, Platform, Stream, Timestamp};
use tokio::sync::OnceCell;

use crate::http::{Budget, Http, Lane, Limit, Quota, Request, Response};
use crate::{Account, Capability, Connector, Error, Found, Kind, Page, Pull, Sent, Settings, address};

pub use capability::CAPABILITY;

/// The account's leaky bucket: 40 drops that leak away in 20 seconds. Others draw on it too, so
/// [`Budget`] takes half.
///
/// Source: developers.gorgias.com, Limitations, September 2025.
static LANES: &[Lane] =
    &[Lane { name: "account", limits: &[Limit { requests: 40, per: Duration::from_secs(20) }] }];

/// One account at Gorgias.
pub struct Gorgias {
    http: Http,
    auth: auth::Auth,
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
        let http = Http::new(&settings, errors::GorgiasDialect, Budget::lanes(LANES))?;
        Ok(Self { http, auth: auth::Auth::new(settings), me: OnceCell::new() })
    }

    async fn ask(&self, request: Request) -> Result<Response, Error> {
        let request = self.auth.sign(request.header("accept", "application/json")).await?;
        let answer = self.http.send(request).await;
        if answer.as_ref().is_err_and(|error| error.kind == Kind::SignIn) {
            self.auth.forget().await;
        }
        answer
    }

    /// Tells whether one record of a list may be read.
    async fn may_read(&self, path: &str) -> Result<bool, Error> {
        match self.ask(Request::get(format!("GET {path}"), path).query("limit", "1")).await {
            Ok(_) => Ok(true),
            Err(error) if error.kind == Kind::Forbidden => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// Reads one of Gorgias' ids, which are whole numbers and become part of paths.
fn whole(id: &str) -> Result<u64, Error> {
    id.parse().map_err(|_| {
        Error::new(
            Platform::Gorgias,
            "prepare",
            Kind::Unsupported,
            format!("\"{id}\" is not an id of Gorgias."),
        )
    })
}

#[async_trait]
impl Connector for Gorgias {
    fn capability(&self) -> &'static Capability {
        &CAPABILITY
    }

    /// Reads the account and tries each list that is needed; a role may hide some.
    async fn check(&self) -> Result<Account, Error> {
        const OPERATION: &str = "GET /api/account";
        let response = self.ask(Request::get(OPERATION, "/api/account")).await?;
        let info: wire::AccountInfo = serde_json::from_str(&response.body)
            .map_err(|error| errors::malformed(OPERATION, crate::reading::why(&error)))?;
        let mut granted = vec!["account:read".to_owned()];
        let mut missing = Vec::new();
        for (scope, path) in [
            ("customers:read", "/api/customers"),
            ("tickets:read", "/api/tickets"),
            ("users:read", "/api/users"),
            ("events:read", "/api/events"),
            ("integrations:read", "/api/integrations"),
        ] {
            if self.may_read(path).await? { &mut granted } else { &mut missing }.push(scope.to_owned());
        }
        let name = [info.name.0, info.domain.0].into_iter().find_map(crate::reading::filled);
        Ok(Account {
            name: name.unwrap_or_else(|| "Gorgias".to_owned()),
            currency: None,
            time_zone: None,
            granted,
            missing,
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
                Ok(_) => return Err(errors::malformed("reread", "the log entry names nothing that is gone")),
                Err(reason) => return Err(errors::malformed("reread", reason)),
            },
            stream => map::record(stream, raw),
        };
        match change {
            Change::Unreadable(unreadable) => Err(errors::malformed("reread", unreadable.reason)),
            change => Ok(change),
        }
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
