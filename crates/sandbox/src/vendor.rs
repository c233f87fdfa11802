//! What a platform has to bring: how it reads a request and how it answers.
//!
//! The server ([`crate::server`]) does the rest, once for all: it reads the whole request, lets the
//! world live up to the present, notes the request in the journal, plays the faults, calls
//! [`Vendor::answer`] while it holds the world, notes what was applied, and sends the reply.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use fermata_model::Money;
use http::HeaderMap;
use serde_json::Value;

use crate::journal::Effect;
use crate::options::Access;
use crate::world::{Moment, Thing, World};

/// One platform.
///
/// Called under one lock, one request after the other. State of its own (rate buckets, minted
/// tokens, idempotency keys) lives in the implementor. It must be deterministic: after a restart
/// the writes that changed something are answered again, in order, to bring the state back; their
/// answers are then thrown away.
pub trait Vendor: Send {
    /// Names the operation of a request; called before anything else, also for refused requests.
    fn operation(&self, request: &Request) -> Operation;

    /// Answers a request, reading and changing the world through `call`.
    fn answer(&mut self, request: &Request, call: &mut Call<'_>) -> Reply;

    /// Returns the vendor's answer to too many requests; `retry_after` in seconds, if it is told.
    fn throttled(&self, retry_after: Option<u32>) -> Reply;

    /// Returns the vendor's answer when its server fails with this status.
    fn failed(&self, status: u16) -> Reply;
}

/// What kind of request it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// The vendor's name, such as `refundCreate` or `list-tickets`; rules of faults match it.
    pub name: String,
    /// Does it ask for a change?
    pub write: bool,
    /// Does its body hold a secret, so that the journal must not keep it?
    pub secret: bool,
}

impl Operation {
    /// Names a read.
    pub fn read(name: impl Into<String>) -> Self {
        Self { name: name.into(), write: false, secret: false }
    }

    /// Names a request for a change.
    pub fn write(name: impl Into<String>) -> Self {
        Self { name: name.into(), write: true, secret: false }
    }

    /// Names a sign-in, whose body is not kept.
    pub fn sign_in(name: impl Into<String>) -> Self {
        Self { name: name.into(), write: false, secret: true }
    }
}

/// A request, read whole.
#[derive(Clone, Debug)]
pub struct Request {
    /// HTTP method in capitals.
    pub method: String,
    /// Path without query, as it came (percent-encoded).
    pub path: String,
    /// Query pairs, decoded, in order.
    pub query: Vec<(String, String)>,
    /// The query as it came, without the question mark.
    pub raw_query: Option<String>,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: Bytes,
    /// Where this platform is reached, without a slash at the end; for links in answers.
    pub base_url: String,
}

impl Request {
    /// Returns a header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Returns the first query value of a name.
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Reads the body as JSON; `None` if it is none.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// Reads the body as a form: names and values, decoded, in order.
    pub fn form(&self) -> Vec<(String, String)> {
        pairs(&self.body)
    }

    /// Reads HTTP Basic credentials: user and password; `None` if there are none that can be read.
    pub fn basic(&self) -> Option<(String, String)> {
        let encoded = self.header("authorization")?.strip_prefix("Basic ")?;
        let plain = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
        plain.split_once(':').map(|(user, password)| (user.to_owned(), password.to_owned()))
    }

    /// Returns the path with its query, as it came.
    pub fn full_path(&self) -> String {
        match &self.raw_query {
            Some(query) => format!("{}?{query}", self.path),
            None => self.path.clone(),
        }
    }

    /// Returns the parts of the path, without empty ones.
    pub fn segments(&self) -> Vec<&str> {
        self.path.split('/').filter(|part| !part.is_empty()).collect()
    }
}

/// Reads names and values as forms and queries write them, decoded, in order.
pub(crate) fn pairs(text: &[u8]) -> Vec<(String, String)> {
    url::form_urlencoded::parse(text).map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Headers: name, value.
    pub headers: Vec<(&'static str, String)>,
    /// Body.
    pub body: Bytes,
}

impl Reply {
    /// Answers with JSON.
    pub fn json(status: u16, body: &Value) -> Self {
        Self::text(status, "application/json", body.to_string())
    }

    /// Answers with anything that serialises, as JSON of this media type.
    pub fn typed(status: u16, media_type: &str, body: &impl serde::Serialize) -> Self {
        match serde_json::to_vec(body) {
            Ok(bytes) => Self {
                status,
                headers: vec![("content-type", media_type.to_owned())],
                body: Bytes::from(bytes),
            },
            Err(error) => Self::text(500, "text/plain", error.to_string()),
        }
    }

    /// Answers with a text of a media type.
    pub fn text(status: u16, media_type: &str, body: impl Into<Bytes>) -> Self {
        Self { status, headers: vec![("content-type", media_type.to_owned())], body: body.into() }
    }

    /// Answers with nothing but a status.
    pub fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Bytes::new() }
    }

    /// Adds a header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Adds a header if there is something to say in it.
    #[must_use]
    pub fn with_some(self, name: &'static str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.with(name, value.to_string()),
            None => self,
        }
    }
}

/// What a platform gets to hand while it answers.
#[derive(Debug)]
pub struct Call<'a> {
    /// The truth, lived up to `now`.
    pub world: &'a mut World,
    /// The present in practice time; what it books carries this time.
    pub now: Moment,
    /// Real time since the practice store started: what rate limits and token lives count in.
    pub elapsed: Duration,
    /// The credentials and scopes that are valid here.
    pub access: &'a Access,
    /// Must the sign-in be refused as revoked? (Fault `revoke_token`.)
    pub revoked: bool,
    /// Is this an old request, answered again after a restart? Then no sign-in, scope or rate
    /// is checked.
    pub replaying: bool,
    pub(crate) doubles: bool,
    pub(crate) edits: bool,
    pub(crate) touched: Option<Thing>,
    pub(crate) paged: bool,
    pub(crate) key: Option<String>,
    /// What the answer cost, where the platform counts in points.
    pub(crate) points: u32,
    pub(crate) applied: Vec<Effect>,
}

impl<'a> Call<'a> {
    /// Makes the call of an ordinary request, which no fault strikes.
    pub(crate) fn new(world: &'a mut World, access: &'a Access, now: Moment, elapsed: Duration) -> Self {
        Self {
            world,
            now,
            elapsed,
            access,
            revoked: false,
            replaying: false,
            doubles: false,
            edits: false,
            touched: None,
            paged: false,
            key: None,
            points: 0,
            applied: Vec::new(),
        }
    }

    /// Notes the idempotency key, or the caller's own id that serves as one.
    pub fn key(&mut self, key: impl Into<String>) {
        self.key = Some(key.into());
    }

    /// Notes that something was changed; call it right where the world was.
    pub fn applied(&mut self, kind: &str, target: impl ToString, id: Option<String>, amount: Option<Money>) {
        self.applied.push(Effect { kind: kind.to_owned(), target: target.to_string(), id, amount });
    }

    /// To be called once per page of a list, with what is on it, before the cursor is made.
    ///
    /// Returns `true` if the fault `double_page` strikes: the cursor to the next page must then
    /// lead back by one record, so that the last one of this page is shown again.
    pub fn page(&mut self, shown: &[Thing]) -> bool {
        if shown.is_empty() {
            return false;
        }
        self.paged = true;
        if self.edits {
            self.touched = shown.first().copied();
        }
        self.doubles
    }
}
