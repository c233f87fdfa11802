//! Connections: test, add, remove, health, records set aside.

use std::collections::BTreeMap;
use std::sync::Arc;

use fermata_connectors::{Account, Connector, Pull, SecretRef, Settings, Vault, VaultError, registry};
use fermata_model::record::Entity;
use fermata_model::{Change, ConnectionId, Platform, Stream};
use fermata_store::connections::{ConnectionState, NewConnection};
use fermata_store::progress::Progress;
use fermata_store::{Durability, Writer, aside, connections, progress};
use secrecy::SecretString;
use url::Url;

use super::shell::{account, count};
use crate::console::{Console, blocking};
use crate::door::Caller;
use crate::secrets::credential_name;
use crate::wire::{
    self, Connect, ConnectionRef, CredentialInfo, Health, MissingScope, Nothing, PlatformInfo, Preview,
    SetAside, SetAsideRetried, SetAsideRetry, StreamHealth, Tested, Trouble,
};
use crate::{Code, Problem, secrets};

/// How many records of a stream a test shows.
const PREVIEWED: u32 = 5;
/// Names the credentials of an account that is only being tested.
const UNSAVED: ConnectionId = ConnectionId(0);

impl Console {
    pub(crate) async fn platforms(&self, _: &Caller, _: Nothing) -> Result<Vec<PlatformInfo>, Problem> {
        Ok(Platform::ALL.iter().map(|&platform| platform_info(platform)).collect())
    }

    pub(crate) async fn connections(&self, _: &Caller, _: Nothing) -> Result<Vec<wire::Connection>, Problem> {
        let list = self.read(connections::list).await?;
        let mut rows = Vec::with_capacity(list.len());
        for connection in list {
            rows.push(self.connection_row(connection).await?);
        }
        Ok(rows)
    }

    pub(crate) async fn connections_test(&self, _: &Caller, request: Connect) -> Result<Tested, Problem> {
        let (address, credentials) = check_request(&request)?;
        let connector = self.unsaved(request.platform, address, credentials)?;
        let account = connector.check().await?;
        let preview = self.preview(connector.as_ref()).await;
        Ok(tested(request.platform, account, preview))
    }

    pub(crate) async fn connections_add(
        &self,
        _: &Caller,
        request: Connect,
    ) -> Result<wire::Connection, Problem> {
        if self.is_practice().await? {
            return Err(Problem::new(
                Code::BadRequest,
                "This is the practice store; a real account does not belong in it.",
            )
            .with_hint("Remove the practice connections first, or start Fermata without --practice."));
        }
        let (address, credentials) = check_request(&request)?;
        let known = self.read(connections::list).await?;
        if known.iter().any(|c| c.platform == request.platform && c.base_url == address.as_str()) {
            return Err(Problem::new(Code::BadRequest, format!("{address} is connected already."))
                .with_hint("Remove that connection first if its credentials changed."));
        }
        let id = self.add_connection(request.platform, address, credentials).await?;
        self.connection_row(self.connection(id).await?).await
    }

    /// Signs in, writes the credentials and the connection, and lets sync begin.
    ///
    /// Errors: as the platform's, with nothing kept.
    pub(crate) async fn add_connection(
        &self,
        platform: Platform,
        address: Url,
        credentials: BTreeMap<String, SecretString>,
    ) -> Result<ConnectionId, Problem> {
        let account = self.unsaved(platform, address.clone(), credentials.clone())?.check().await?;
        let described = serde_json::to_string(&account).map_err(Problem::internal)?;
        let new = NewConnection {
            platform,
            name: account.name.clone(),
            base_url: address.to_string(),
            at: self.clock.now(),
        };
        let (store, secrets) = (self.store.clone(), Arc::clone(&self.secrets));
        let id = blocking(move || {
            let id = store.write(Durability::Full, Writer::System("connect"), |tx| {
                let id = connections::add(tx, &new)?;
                // Nothing is read before the credentials are where they belong.
                connections::set_state(tx, id, &ConnectionState::Paused)?;
                connections::set_account(tx, id, &described)?;
                Ok(id)
            })?;
            let kept = credentials.iter().try_for_each(|(field, value)| {
                secrets.set(&credential_name(id, field), value).map_err(|e| secrets::refused(&e))
            });
            store.write(Durability::Full, Writer::System("connect"), |tx| match kept {
                Ok(()) => connections::set_state(tx, id, &ConnectionState::Ok),
                Err(_) => connections::remove(tx, id),
            })?;
            kept.map(|()| id)
        })
        .await?;
        if let Some(zone) = account.time_zone {
            // A zone that this machine does not know leaves the shop's days in UTC.
            if let Err(problem) = self.engine(move |engine| engine.set_zone(&zone)).await {
                tracing::warn!(%problem, "the shop's time zone is not known here");
            }
        }
        self.sync.nudge(id);
        Ok(id)
    }

    pub(crate) async fn connections_remove(
        &self,
        _: &Caller,
        request: ConnectionRef,
    ) -> Result<Nothing, Problem> {
        let connection = self.connection(request.id).await?;
        fermata_sync::duties::remove(&self.sync, request.id).await?;
        let secrets = Arc::clone(&self.secrets);
        blocking(move || {
            registry::capability(connection.platform).credentials.iter().try_for_each(|field| {
                secrets.remove(&credential_name(request.id, field.name)).map_err(|e| secrets::refused(&e))
            })
        })
        .await?;
        if self.is_practice().await? && self.read(connections::list).await?.is_empty() {
            self.end_practice().await?;
        }
        Ok(Nothing {})
    }

    pub(crate) async fn connections_sync(
        &self,
        _: &Caller,
        request: ConnectionRef,
    ) -> Result<wire::Connection, Problem> {
        let connection = self.connection(request.id).await?;
        if matches!(connection.state, ConnectionState::SignedOut { .. }) {
            // Somebody asks for it, so the credentials may be right again.
            self.sync.reconnect(request.id);
            let store = self.store.clone();
            blocking(move || {
                Ok(store.write(Durability::Full, Writer::System("connect"), |tx| {
                    connections::set_state(tx, request.id, &ConnectionState::Ok)
                })?)
            })
            .await?;
        }
        self.sync.nudge(request.id);
        self.connection_row(self.connection(request.id).await?).await
    }

    pub(crate) async fn set_aside_list(&self, _: &Caller, _: Nothing) -> Result<Vec<SetAside>, Problem> {
        let rows = self.read(|conn| aside::list(conn, None)).await?;
        Ok(rows
            .into_iter()
            .map(|row| SetAside {
                id: row.id,
                connection: row.connection,
                stream: row.stream,
                external_id: row.external_id,
                reason: row.reason,
                at: row.at,
            })
            .collect())
    }

    pub(crate) async fn set_aside_retry(
        &self,
        _: &Caller,
        request: SetAsideRetry,
    ) -> Result<SetAsideRetried, Problem> {
        let mut retried = SetAsideRetried { recovered: 0, still_aside: 0 };
        for connection in self.read(connections::list).await? {
            if request.connection.is_none_or(|only| only == connection.id) {
                let landed = fermata_sync::duties::reread(&self.sync, connection.id).await?;
                retried.recovered +=
                    count(usize::try_from(landed.total() - landed.set_aside).unwrap_or_default());
                retried.still_aside += count(usize::try_from(landed.set_aside).unwrap_or_default());
            }
        }
        Ok(retried)
    }

    /// Makes a connector for an account that is not kept; its credentials stay in memory.
    fn unsaved(
        &self,
        platform: Platform,
        base_url: Url,
        credentials: BTreeMap<String, SecretString>,
    ) -> Result<Arc<dyn Connector>, Problem> {
        let settings = Settings {
            connection: UNSAVED,
            base_url,
            vault: Arc::new(InMemory(credentials)),
            clock: Arc::clone(&self.clock),
            patience: fermata_connectors::http::Patience::default(),
        };
        Ok(fermata_connectors::connect(platform, settings)?)
    }

    async fn preview(&self, connector: &dyn Connector) -> Vec<Preview> {
        let mut previews = Vec::new();
        for stream in connector.capability().streams.iter().filter(|s| s.stream != Stream::Removals) {
            let pull = Pull {
                stream: stream.stream,
                since: None,
                until: self.clock.now(),
                token: None,
                size: Some(PREVIEWED),
            };
            let mut preview =
                Preview { stream: stream.stream, total: None, examples: Vec::new(), problem: None };
            match connector.pull(&pull).await {
                Ok(page) => {
                    preview.total = page.total.map(|n| u32::try_from(n).unwrap_or(u32::MAX));
                    preview.examples = page.changes.iter().take(PREVIEWED as usize).map(line).collect();
                }
                Err(problem) => preview.problem = Some(problem.message),
            }
            previews.push(preview);
        }
        previews
    }

    async fn connection_row(&self, connection: connections::Connection) -> Result<wire::Connection, Problem> {
        let id = connection.id;
        let (standing, set_aside) =
            self.read(move |conn| Ok((progress::list(conn, id)?, aside::count(conn, id)?))).await?;
        let now = self.clock.now();
        let known: BTreeMap<Stream, Progress> = standing.into_iter().collect();
        let streams: Vec<StreamHealth> = registry::capability(connection.platform)
            .streams
            .iter()
            .map(|s| stream_health(s.stream, known.get(&s.stream), now))
            .collect();
        let last_success = known.values().filter_map(|p| p.last_success).max();
        // The connection lags as far as its slowest stream; before the first full pass nobody knows.
        let mark = known.values().map(|p| p.last_success).min().flatten();
        let complete = streams.iter().all(|s| s.complete);
        let quota_used =
            self.sync.connector(id).await.ok().and_then(|c| c.quota()).map(|q| u32::from(q.used_percent));
        Ok(wire::Connection {
            id,
            platform: connection.platform,
            name: connection.name.clone(),
            base_url: connection.base_url.clone(),
            health: match (&connection.state, complete) {
                (ConnectionState::SignedOut { .. } | ConnectionState::Paused, _) => Health::Broken,
                (ConnectionState::Failing { .. }, _) => Health::Troubled,
                (ConnectionState::Ok, true) => Health::Live,
                (ConnectionState::Ok, false) => Health::Backfilling,
            },
            problem: trouble(&connection.state, &known),
            last_success,
            lag_seconds: mark.filter(|_| complete).map(|at| {
                u32::try_from(now.as_second().saturating_sub(at.as_second()).max(0)).unwrap_or(u32::MAX)
            }),
            quota_used,
            streams,
            set_aside: u32::try_from(set_aside).unwrap_or(u32::MAX),
            missing_scopes: account(&connection).map(|a| a.missing).unwrap_or_default(),
        })
    }
}

/// Credentials of an account that is only being tested.
struct InMemory(BTreeMap<String, SecretString>);

impl Vault for InMemory {
    fn read(&self, name: &SecretRef) -> Result<SecretString, VaultError> {
        let field = name.0.rsplit('/').next().unwrap_or_default();
        self.0.get(field).cloned().ok_or_else(|| VaultError::Missing(field.to_owned()))
    }
}

fn check_request(request: &Connect) -> Result<(Url, BTreeMap<String, SecretString>), Problem> {
    let bad = |message: String| Problem::new(Code::BadRequest, message);
    let text = request.base_url.trim();
    let text = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let address: Url =
        text.parse().map_err(|e| bad(format!("\"{}\" is no address: {e}.", request.base_url)))?;
    let fields = registry::capability(request.platform).credentials;
    let mut credentials = BTreeMap::new();
    for (name, value) in &request.credentials {
        if !fields.iter().any(|field| field.name == name) {
            let known: Vec<&str> = fields.iter().map(|field| field.name).collect();
            return Err(bad(format!("{} has no credential called \"{name}\".", request.platform.title()))
                .with_hint(format!("It takes {}.", known.join(", "))));
        }
        if !value.trim().is_empty() {
            credentials.insert(name.clone(), SecretString::from(value.trim().to_owned()));
        }
    }
    if let Some(missing) = fields.iter().find(|f| f.required && !credentials.contains_key(f.name)) {
        return Err(bad(format!("{} is missing.", missing.label)));
    }
    Ok((address, credentials))
}

fn platform_info(platform: Platform) -> PlatformInfo {
    let capability = registry::capability(platform);
    PlatformInfo {
        platform,
        title: platform.title().to_owned(),
        address_example: capability.address_example.to_owned(),
        credentials: capability
            .credentials
            .iter()
            .map(|field| CredentialInfo {
                name: field.name.to_owned(),
                label: field.label.to_owned(),
                secret: field.secret,
                required: field.required,
            })
            .collect(),
        streams: capability.streams.iter().map(|s| s.stream).collect(),
        actions: capability.actions.iter().map(|a| a.action.name().to_owned()).collect(),
        limits: capability.limits.iter().map(|&limit| limit.to_owned()).collect(),
    }
}

fn tested(platform: Platform, account: Account, preview: Vec<Preview>) -> Tested {
    let scopes = registry::capability(platform).scopes;
    let missing = account
        .missing
        .iter()
        .map(|name| {
            let known = scopes.iter().find(|scope| scope.name == name);
            MissingScope {
                name: name.clone(),
                needed_for: known.map(|s| s.needed_for.to_owned()).unwrap_or_default(),
                required: known.is_some_and(|s| s.required),
            }
        })
        .collect();
    Tested {
        account: account.name,
        currency: account.currency.map(|c| c.code().to_owned()),
        time_zone: account.time_zone,
        granted: account.granted,
        missing,
        preview,
    }
}

fn stream_health(stream: Stream, known: Option<&Progress>, now: fermata_model::Timestamp) -> StreamHealth {
    let Some(progress) = known else {
        return StreamHealth {
            stream,
            landed: 0,
            total: None,
            complete: false,
            last_success: None,
            reading: false,
            seconds_left: None,
        };
    };
    StreamHealth {
        stream,
        landed: u32::try_from(progress.landed).unwrap_or(u32::MAX),
        total: progress.total.map(|n| u32::try_from(n).unwrap_or(u32::MAX)),
        complete: progress.backfilled,
        last_success: progress.last_success,
        reading: progress.pass.is_some(),
        seconds_left: seconds_left(progress, now),
    }
}

/// Returns how long the rest of a first pass takes at the pace so far.
fn seconds_left(progress: &Progress, now: fermata_model::Timestamp) -> Option<u32> {
    let (pass, total) = (progress.pass.as_ref()?, progress.total?);
    if progress.backfilled || progress.pass_landed == 0 {
        return None;
    }
    let spent = u64::try_from(now.as_second() - pass.until.as_second()).ok()?.max(1);
    let left = total.saturating_sub(progress.pass_landed);
    u32::try_from(left * spent / progress.pass_landed).ok()
}

fn trouble(state: &ConnectionState, known: &BTreeMap<Stream, Progress>) -> Option<Trouble> {
    let since = known.values().filter_map(|p| p.error_at).min();
    match state {
        ConnectionState::Ok => None,
        ConnectionState::Paused => Some(Trouble {
            message: "Paused by a person: nothing is read and nothing is sent.".to_owned(),
            hint: None,
            since,
        }),
        ConnectionState::Failing { reason, hint } => {
            Some(Trouble { message: reason.clone(), hint: hint.clone(), since })
        }
        ConnectionState::SignedOut { reason } => Some(Trouble {
            message: reason.clone(),
            hint: Some("Sign in again with new credentials; what was missed is read afterwards.".to_owned()),
            since,
        }),
    }
}

/// Returns one line about a record, for the preview.
fn line(change: &Change) -> String {
    let record = match change {
        Change::Seen(record) => record,
        Change::Gone(gone) => return format!("{} is gone", gone.external_id),
        Change::Unreadable(bad) => return format!("cannot be read: {}", bad.reason),
    };
    match &record.entity {
        Entity::Person(person) => {
            let who = &person.who;
            let name = who.name.clone().unwrap_or_else(|| "no name".to_owned());
            who.emails.first().map_or(name.clone(), |email| format!("{name} · {email}"))
        }
        Entity::Order(order) => format!("{} · {} · {}", order.name, order.total, order.payment_status),
        Entity::Cart(cart) => format!("{} · {} lines", cart.total, cart.lines.len()),
        Entity::Product(product) => format!("{} · {} variants", product.title, product.variants.len()),
        Entity::Ticket(ticket) => {
            format!("{} · {}", ticket.subject.as_deref().unwrap_or("no subject"), ticket.status)
        }
        Entity::Message(message) => message.text.chars().take(80).collect(),
        Entity::Send(send) => {
            format!("{} · {}", send.metric, send.subject.as_deref().unwrap_or("no subject"))
        }
    }
}
