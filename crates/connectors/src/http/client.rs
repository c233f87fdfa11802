//! Sending: budget, tries, fate and what may be logged.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use fermata_model::{ConnectionId, Platform};
use native_tls::TlsConnector;
use reqwest::header::{CONTENT_TYPE, HeaderValue, USER_AGENT};
use tokio::sync::watch;
use tokio::time::Instant;
use url::Url;

use super::response::LARGEST_BODY;
use super::{Budget, Dialect, Patience, Purpose, Quota, Request, Response, request::Value};
use crate::address::is_this_machine;
use crate::error::{Error, Fate, Kind};
use crate::registry::Settings;

/// The door to one account at one platform.
pub struct Http {
    connection: ConnectionId,
    base: Url,
    dialect: Arc<dyn Dialect>,
    budget: Budget,
    patience: Patience,
    /// For reads; keeps connections open between requests.
    reads: reqwest::Client,
    /// For effects; a fresh connection each, so that a failure to connect proves that nothing
    /// was sent and a connection that went stale while idle cannot put an effect in doubt.
    effects: reqwest::Client,
    /// How many effects wait for the budget; reads stand aside while there are any.
    effects_waiting: watch::Sender<usize>,
}

impl Http {
    /// Makes the door. Sends nothing.
    ///
    /// Errors: [`Kind::Unsupported`] if the base URL is neither https nor loopback, or carries
    /// credentials.
    pub fn new(settings: &Settings, dialect: impl Dialect, budget: Budget) -> Result<Self, Error> {
        let platform = dialect.platform();
        let refused = |why: String| Error::new(platform, "connect", Kind::Unsupported, why);
        let base = settings.base_url.clone();
        let loopback = is_this_machine(&base);
        if base.scheme() != "https" && !(base.scheme() == "http" && loopback) {
            return Err(refused(format!("The address of {} must begin with https://.", platform.title())));
        }
        if !base.username().is_empty() || base.password().is_some() {
            return Err(refused("The address must not contain a name or a password.".to_owned()));
        }
        let patience = settings.patience;
        let trust = trust().map_err(|error| refused(format!("No connection can be made here: {error}.")))?;
        let client = || {
            let builder = reqwest::Client::builder()
                .tls_backend_preconfigured(trust.clone())
                .connect_timeout(patience.connect)
                .timeout(patience.answer)
                .redirect(reqwest::redirect::Policy::none())
                .retry(reqwest::retry::never());
            // A proxy of the system is for the outside; what runs on this machine is spoken to directly.
            if loopback { builder.no_proxy() } else { builder }
        };
        let built = |builder: reqwest::ClientBuilder| {
            builder.build().map_err(|error| refused(format!("No connection can be made here: {error}.")))
        };
        Ok(Self {
            connection: settings.connection,
            base,
            dialect: Arc::new(dialect),
            budget: budget.shared(settings.share),
            patience,
            reads: built(client())?,
            effects: built(client().pool_max_idle_per_host(0))?,
            effects_waiting: watch::Sender::new(0),
        })
    }

    /// Sends a request and returns the answer that its dialect calls a success.
    ///
    /// Reads are repeated after passing failures. Effects are sent once; see [`Error::fate`].
    ///
    /// Errors: whatever the dialect makes of the answer; [`Kind::Unreachable`] if there was none;
    /// [`Kind::Throttled`] with the wait, if that is longer than [`Patience::longest_pause`].
    pub async fn send(&self, request: Request) -> Result<Response, Error> {
        if request.is_effect() {
            return self.once(&request).await;
        }
        let pauses = ExponentialBuilder::new()
            .with_min_delay(self.patience.first_pause)
            .with_max_delay(self.patience.longest_pause)
            .with_max_times(self.patience.repeats)
            .with_jitter()
            .with_jitter_seed(self.connection.0.unsigned_abs());
        let longest = self.patience.longest_pause;
        (|| self.once(&request))
            .retry(pauses)
            .when(Error::is_temporary)
            .adjust(move |error: &Error, pause| match (pause, error.retry_after) {
                (Some(_), Some(wanted)) if wanted > longest => None,
                (Some(pause), Some(wanted)) => Some(pause.max(wanted)),
                (pause, _) => pause,
            })
            .await
    }

    /// Returns how much of the rate limit is used; `None` until an answer has told.
    pub fn quota(&self) -> Option<Quota> {
        self.budget.quota()
    }

    /// Returns the platform.
    pub fn platform(&self) -> Platform {
        self.dialect.platform()
    }

    async fn once(&self, request: &Request) -> Result<Response, Error> {
        self.wait_for_budget(request).await?;
        let started = Instant::now();
        let answer = self.exchange(request).await;
        let response = match answer {
            Ok(response) => response,
            Err(error) => {
                self.log(request, None, started, Some(&error));
                return Err(error);
            }
        };
        let judged = self.dialect.judge(request, &response);
        if let Some(meter) = judged.meter {
            self.budget.learn(request.lane, meter);
        }
        self.log(request, Some(&response), started, judged.verdict.as_ref().err());
        match judged.verdict {
            Ok(()) => Ok(response),
            Err(error) => {
                if error.kind == Kind::Throttled
                    && let Some(wait) = error.retry_after
                {
                    self.budget.close(request.lane, wait);
                }
                Err(error)
            }
        }
    }

    async fn wait_for_budget(&self, request: &Request) -> Result<(), Error> {
        let _waiting = request.is_effect().then(|| Waiting::enter(&self.effects_waiting));
        let mut waited = Duration::ZERO;
        loop {
            if request.purpose == Purpose::Read {
                // The sender lives as long as `self`, so this cannot fail.
                let _ = self.effects_waiting.subscribe().wait_for(|waiting| *waiting == 0).await;
            }
            match self.budget.take(request.lane, request.purpose, request.cost) {
                Ok(()) => return Ok(()),
                Err(wait) => {
                    if waited + wait > self.patience.longest_pause {
                        return Err(self
                            .error(request, Kind::Throttled, "wants us to slow down.")
                            .with_retry_after(wait));
                    }
                    waited += wait;
                    tokio::time::sleep(wait).await;
                }
            }
        }
    }

    async fn exchange(&self, request: &Request) -> Result<Response, Error> {
        let client = if request.is_effect() { &self.effects } else { &self.reads };
        let mut builder = client
            .request(request.method.clone(), self.address(request))
            .header(USER_AGENT, concat!("Fermata/", env!("CARGO_PKG_VERSION")));
        for (name, value) in &request.headers {
            let mut header = HeaderValue::from_str(value.expose()).map_err(|_| {
                self.error(request, Kind::Unsupported, "cannot be sent a header with such characters.")
            })?;
            header.set_sensitive(matches!(value, Value::Secret(_)));
            builder = builder.header(*name, header);
        }
        if let Some((media_type, text)) = &request.body {
            builder = builder.header(CONTENT_TYPE, *media_type).body(text.expose().to_owned());
        }
        let mut answer = builder.send().await.map_err(|error| self.lost(request, &error))?;
        let status = answer.status().as_u16();
        let headers = std::mem::take(answer.headers_mut());
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| self.lost(request, &error))? {
            if body.len() + chunk.len() > LARGEST_BODY {
                return Err(self
                    .error(request, Kind::Malformed, "sent an answer that is too large to read.")
                    .with_fate(self.after_bytes(request)));
            }
            body.extend_from_slice(&chunk);
        }
        // A part of a text may end within a letter; whoever reads on asks for that letter again.
        if status == 206
            && let Err(error) = std::str::from_utf8(&body)
            && error.error_len().is_none()
        {
            body.truncate(error.valid_up_to());
        }
        let mut body = String::from_utf8(body).map_err(|_| {
            self.error(request, Kind::Malformed, "sent an answer that is not text.")
                .with_fate(self.after_bytes(request))
        })?;
        // Byte order marks are no part of a text, but of the length by which the next part is asked for.
        if status != 206 {
            let marks = body.len() - body.trim_start_matches('\u{feff}').len();
            body.drain(..marks);
        }
        Ok(Response::new(status, headers, body))
    }

    /// Returns the whole address that a request goes to.
    pub(crate) fn address(&self, request: &Request) -> Url {
        let mut url = self.base.clone();
        // `set_path` escapes what a path may not hold, also `?` and `#`.
        url.set_path(&format!("{}{}", self.base.path().trim_end_matches('/'), request.path));
        if !request.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&request.query);
        }
        url
    }

    /// Says what became of a request that got no whole answer.
    fn lost(&self, request: &Request, error: &reqwest::Error) -> Error {
        // Only a connection that was never made proves that nothing was sent.
        let sent = !(error.is_connect() || error.is_builder());
        let what = match (error.is_timeout(), sent) {
            (true, true) => "did not answer in time.",
            (_, false) => "could not be reached.",
            (false, true) => "hung up before it had answered.",
        };
        let fate = if sent { self.after_bytes(request) } else { Fate::NotDone };
        let mut lost = self.error(request, Kind::Unreachable, what).with_fate(fate);
        if !sent {
            lost = lost.with_hint("Check the address and this computer's connection to the internet.");
        }
        lost
    }

    fn after_bytes(&self, request: &Request) -> Fate {
        if request.is_effect() { Fate::InDoubt } else { Fate::NotDone }
    }

    fn error(&self, request: &Request, kind: Kind, what: &str) -> Error {
        let platform = self.platform();
        Error::new(platform, request.operation.clone(), kind, format!("{} {what}", platform.title()))
    }

    fn log(&self, request: &Request, response: Option<&Response>, started: Instant, error: Option<&Error>) {
        tracing::debug!(
            connection = self.connection.0,
            platform = self.platform().name(),
            operation = %request.operation,
            status = response.map(|response| response.status),
            request_id = response.and_then(Response::request_id).map(|id| id.escape_debug().to_string()),
            millis = started.elapsed().as_millis() as u64,
            kind = error.map(|error| tracing::field::debug(error.kind)),
            fate = error.map(|error| tracing::field::debug(error.fate)),
            "exchange"
        );
    }
}

/// Returns whom this machine trusts. Its certificates are read once: each client would read them all again
/// and keep them for itself.
fn trust() -> Result<TlsConnector, native_tls::Error> {
    static TRUST: OnceLock<TlsConnector> = OnceLock::new();
    if let Some(read) = TRUST.get() {
        return Ok(read.clone());
    }
    let read = TlsConnector::new()?;
    Ok(TRUST.get_or_init(|| read).clone())
}

/// Counts one effect that waits, while it lives.
struct Waiting<'a>(&'a watch::Sender<usize>);

impl<'a> Waiting<'a> {
    fn enter(counter: &'a watch::Sender<usize>) -> Self {
        counter.send_modify(|waiting| *waiting += 1);
        Self(counter)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|waiting| *waiting -= 1);
    }
}
