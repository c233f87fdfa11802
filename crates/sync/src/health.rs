//! How a connection is doing: its state, and alerts that clear themselves.

use fermata_connectors::{Account, Kind};
use fermata_model::{ConnectionId, Stream, Timestamp};
use fermata_store::alerts::{self, NewAlert};
use fermata_store::connections::{self, Connection, ConnectionState};
use fermata_store::{Durability, Tx, Writer, aside, progress};

use crate::{Error, Sync};

/// How often in a row a stream may fail for reasons that pass by themselves before it is said.
const QUIET_FAILURES: u32 = 3;

/// Notes how a pass ended: well if `error` is none.
pub(crate) async fn note(
    sync: &Sync,
    connection: ConnectionId,
    stream: Stream,
    error: Option<&Error>,
) -> Result<(), Error> {
    let now = sync.now();
    let Some(error) = error else {
        return sync
            .write(Durability::Normal, Writer::Sync(connection), move |tx| well(tx, connection, stream, now))
            .await;
    };
    if matches!(error, Error::Stopped) {
        return Ok(());
    }
    tracing::warn!(connection = connection.0, stream = stream.name(), "a pass ended early");
    let failure = Failure {
        message: error.to_string(),
        hint: error.hint().map(str::to_owned),
        shuts: error.shuts_connection(),
        forbidden: matches!(error, Error::Platform(error) if error.kind == Kind::Forbidden),
        temporary: error.is_temporary(),
    };
    sync.write(Durability::Normal, Writer::Sync(connection), move |tx| {
        failed(tx, connection, stream, &failure, now)
    })
    .await
}

struct Failure {
    message: String,
    hint: Option<String>,
    shuts: bool,
    forbidden: bool,
    temporary: bool,
}

fn failed(
    tx: &Tx<'_>,
    id: ConnectionId,
    stream: Stream,
    failure: &Failure,
    now: Timestamp,
) -> Result<(), fermata_store::Error> {
    let mut held = progress::get(tx, id, stream)?;
    held.failures = held.failures.saturating_add(1);
    held.last_error = Some(failure.message.clone());
    held.error_at = Some(now);
    progress::set(tx, id, stream, &held)?;
    let connection = connections::get(tx, id)?;
    if connection.state == ConnectionState::Paused {
        return Ok(());
    }
    let raise = |key: String, cause: String, next_step: String| {
        alerts::raise(tx, &NewAlert { key, cause, next_step, money: None, connection: Some(id), at: now })
    };
    if failure.shuts {
        let reason = failure.message.clone();
        connections::set_state(tx, id, &ConnectionState::SignedOut { reason })?;
        raise(
            sign_in_key(id),
            failure.message.clone(),
            step(failure, "Sign in again in Settings, Connections."),
        )?;
    } else if failure.forbidden {
        let cause = format!("{}: {} cannot be read. {}", connection.name, stream, failure.message);
        raise(
            stream_key(id, stream),
            cause,
            step(failure, "Give the app the missing permission, then read now."),
        )?;
    } else if !failure.temporary || held.failures >= QUIET_FAILURES {
        let state = ConnectionState::Failing { reason: failure.message.clone(), hint: failure.hint.clone() };
        connections::set_state(tx, id, &state)?;
        let cause = format!("{}: {} cannot be read. {}", connection.name, stream, failure.message);
        let next =
            "Nothing is lost: it is tried again by itself. If it lasts, check the platform's status page.";
        raise(stream_key(id, stream), cause, step(failure, next))?;
    }
    Ok(())
}

fn step(failure: &Failure, otherwise: &str) -> String {
    failure.hint.clone().unwrap_or_else(|| otherwise.to_owned())
}

fn well(tx: &Tx<'_>, id: ConnectionId, stream: Stream, now: Timestamp) -> Result<(), fermata_store::Error> {
    alerts::clear(tx, &stream_key(id, stream), now)?;
    let connection = connections::get(tx, id)?;
    if matches!(connection.state, ConnectionState::SignedOut { .. }) {
        alerts::clear(tx, &sign_in_key(id), now)?;
        connections::set_state(tx, id, &ConnectionState::Ok)?;
    } else if matches!(connection.state, ConnectionState::Failing { .. }) {
        let others = progress::list(tx, id)?;
        if others.iter().all(|(other, held)| *other == stream || held.last_error.is_none()) {
            connections::set_state(tx, id, &ConnectionState::Ok)?;
        }
    }
    Ok(())
}

/// Raises, renews or clears the alert about records set aside.
pub(crate) async fn note_aside(sync: &Sync, id: ConnectionId) -> Result<(), Error> {
    let now = sync.now();
    let count = sync.read(move |conn| aside::count(conn, id)).await?;
    sync.write(Durability::Normal, Writer::Sync(id), move |tx| {
        let key = format!("connection:{id}:aside");
        if count == 0 {
            alerts::clear(tx, &key, now)?;
            return Ok(());
        }
        let name = connections::get(tx, id)?.name;
        let cause = match count {
            1 => format!("1 record from {name} could not be read and was set aside."),
            _ => format!("{count} records from {name} could not be read and were set aside."),
        };
        let next_step = "See what was wrong in Settings, Connections, and try them again there.".into();
        alerts::raise(tx, &NewAlert { key, cause, next_step, money: None, connection: Some(id), at: now })?;
        Ok(())
    })
    .await
}

/// Notes what the platform says about the account, and alerts about missing permissions or an
/// API version other than the one asked for.
pub(crate) async fn note_account(
    sync: &Sync,
    connection: &Connection,
    account: &Account,
    asked: &'static str,
) -> Result<(), Error> {
    let (id, name, now) = (connection.id, connection.name.clone(), sync.now());
    let json = serde_json::to_string(account).map_err(fermata_store::Error::from)?;
    let known = connection.account.as_ref() == Some(&json);
    let missing = account.missing.join(", ");
    let answered = account.api_version.clone().filter(|version| version != asked);
    sync.write(Durability::Normal, Writer::Sync(id), move |tx| {
        if !known {
            connections::set_account(tx, id, &json)?;
        }
        let alert = |key: String, cause: Option<String>, next_step: &str| match cause {
            Some(cause) => {
                let next_step = next_step.to_owned();
                let at = now;
                let connection = Some(id);
                alerts::raise(tx, &NewAlert { key, cause, next_step, money: None, connection, at })
                    .map(|_| ())
            }
            None => alerts::clear(tx, &key, now).map(|_| ()),
        };
        let lacking = (!missing.is_empty()).then(|| format!("{name} does not allow: {missing}."));
        alert(
            format!("connection:{id}:scopes"),
            lacking,
            "Give the app these permissions, then sign in again.",
        )?;
        let aged =
            answered.map(|version| format!("{name} answers with API version {version} instead of {asked}."));
        alert(
            format!("connection:{id}:version"),
            aged,
            "Update Fermata; until then check new records with care.",
        )
    })
    .await
}

fn sign_in_key(id: ConnectionId) -> String {
    format!("connection:{id}:sign_in")
}

fn stream_key(id: ConnectionId, stream: Stream) -> String {
    format!("connection:{id}:{stream}")
}
