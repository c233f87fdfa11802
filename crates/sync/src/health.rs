//! How a connection is doing: its state, and alerts that clear themselves.

use std::time::Duration;

use fermata_connectors::{Account, Capability, Kind};
use fermata_model::{ConnectionId, Stream, Timestamp};
use fermata_store::alerts::{self, NewAlert};
use fermata_store::connections::{self, Connection, ConnectionState};
use fermata_store::{Durability, Tx, Writer, aside, progress, sweeps};

use jiff::SignedDuration;

use crate::{Error, Sync};

/// How often in a row a stream may fail for reasons that pass by themselves before it is said.
const QUIET_FAILURES: u32 = 3;

/// How long the platform's limit may put a stream off before it is said.
const QUIET_WAIT: Duration = Duration::from_secs(5 * 60);
/// How long before its date the end of an API version is said.
const RETIRES_WITHIN: SignedDuration = SignedDuration::from_hours(60 * 24);
/// What to do where there is nothing to do yet.
const TRIED_AGAIN: &str =
    "Nothing is lost: it is tried again by itself. If it lasts, check the platform's status page.";

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
        not_offered: error.is_not_offered(),
        forbidden: matches!(error, Error::Platform(error) if error.kind == Kind::Forbidden),
        temporary: error.is_temporary(),
        throttled: matches!(error, Error::Platform(error) if error.kind == Kind::Throttled)
            .then(|| error.retry_after().unwrap_or_default()),
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
    not_offered: bool,
    forbidden: bool,
    temporary: bool,
    /// The platform's limit is used up, for so long.
    throttled: Option<Duration>,
}

fn failed(
    tx: &Tx<'_>,
    id: ConnectionId,
    stream: Stream,
    failure: &Failure,
    now: Timestamp,
) -> Result<(), fermata_store::Error> {
    let mut held = progress::get(tx, id, stream)?;
    if failure.not_offered && !held.backfilled {
        // It never had it. That is said where the stream is shown; nobody is alarmed.
        let why = [Some(failure.message.as_str()), failure.hint.as_deref()];
        held.last_error = Some(why.into_iter().flatten().collect::<Vec<_>>().join(" "));
        (held.failures, held.error_at, held.pass) = (0, None, None);
        progress::set(tx, id, stream, &held)?;
        alerts::clear(tx, &stream_key(id, stream), now)?;
        return recovered(tx, id, stream, now);
    }
    held.failures = held.failures.saturating_add(1);
    held.last_error = Some(failure.message.clone());
    let since = *held.error_at.get_or_insert(now);
    progress::set(tx, id, stream, &held)?;
    let connection = connections::get(tx, id)?;
    if connection.state.rests() {
        return Ok(());
    }
    let raise = |key: String, cause: String, next: &str| {
        say(tx, id, now, key, cause, failure.hint.as_deref().unwrap_or(next))
    };
    if failure.shuts {
        let reason = failure.message.clone();
        connections::set_state(tx, id, &ConnectionState::SignedOut { reason })?;
        raise(sign_in_key(id), failure.message.clone(), "Sign in again in Settings, Connections.")?;
    } else if failure.forbidden || failure.not_offered {
        let cause = format!("{}: {} cannot be read. {}", connection.name, stream.title(), failure.message);
        raise(stream_key(id, stream), cause, "Give the app the missing permission, then read now.")?;
    } else if let Some(wait) = failure.throttled {
        let put_off = now.duration_since(since).max(SignedDuration::ZERO).unsigned_abs() + wait;
        if put_off > QUIET_WAIT {
            let minutes = put_off.as_secs().div_ceil(60);
            let reason =
                format!("The allowance is used up: its {} wait for {minutes} minutes.", stream.title());
            let hint =
                "Nothing is lost: it goes on by itself. Let other apps ask less of it, or give Fermata \
                        a larger share in Settings, Connections."
                    .to_owned();
            say(tx, id, now, quota_key(id), format!("{}: {reason}", connection.name), &hint)?;
            connections::set_state(tx, id, &ConnectionState::Failing { reason, hint: Some(hint) })?;
        }
    } else if !failure.temporary || held.failures >= QUIET_FAILURES {
        let state = ConnectionState::Failing { reason: failure.message.clone(), hint: failure.hint.clone() };
        connections::set_state(tx, id, &state)?;
        let cause = format!("{}: {} cannot be read. {}", connection.name, stream.title(), failure.message);
        raise(stream_key(id, stream), cause, TRIED_AGAIN)?;
    }
    Ok(())
}

/// Raises an alert about a connection, or renews it.
pub(crate) fn say(
    tx: &Tx<'_>,
    id: ConnectionId,
    now: Timestamp,
    key: String,
    cause: String,
    next_step: &str,
) -> Result<(), fermata_store::Error> {
    let (next_step, connection) = (next_step.to_owned(), Some(id));
    alerts::raise(tx, &NewAlert { key, cause, next_step, money: None, connection, at: now }).map(|_| ())
}

fn well(tx: &Tx<'_>, id: ConnectionId, stream: Stream, now: Timestamp) -> Result<(), fermata_store::Error> {
    alerts::clear(tx, &stream_key(id, stream), now)?;
    if matches!(connections::get(tx, id)?.state, ConnectionState::SignedOut { .. }) {
        alerts::clear(tx, &sign_in_key(id), now)?;
        connections::set_state(tx, id, &ConnectionState::Ok)?;
    }
    recovered(tx, id, stream, now)
}

/// Takes back what was said about the connection as a whole, if no other stream fails.
fn recovered(
    tx: &Tx<'_>,
    id: ConnectionId,
    stream: Stream,
    now: Timestamp,
) -> Result<(), fermata_store::Error> {
    let standing = progress::list(tx, id)?;
    if standing.iter().any(|(other, held)| *other != stream && held.failures > 0) {
        return Ok(());
    }
    alerts::clear(tx, &quota_key(id), now)?;
    if matches!(connections::get(tx, id)?.state, ConnectionState::Failing { .. }) {
        connections::set_state(tx, id, &ConnectionState::Ok)?;
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
        let next = "See what was wrong in Settings, Connections, and try them again there.";
        say(tx, id, now, key, cause, next)
    })
    .await
}

/// Notes that a sweep could not go on; says so if that lasts.
pub(crate) async fn note_sweep_failure(
    sync: &Sync,
    id: ConnectionId,
    stream: Stream,
    error: &Error,
) -> Result<(), Error> {
    let now = sync.now();
    let (message, hint) = (error.to_string(), error.hint().map(str::to_owned));
    let goes_round = matches!(error, Error::Circle(_));
    sync.write(Durability::Normal, Writer::Sync(id), move |tx| {
        if sweeps::note_failure(tx, id, stream)? < QUIET_FAILURES && !goes_round {
            return Ok(());
        }
        let name = connections::get(tx, id)?.name;
        let cause = format!("{name}: what was deleted of its {} cannot be seen. {message}", stream.title());
        say(tx, id, now, sweep_key(id, stream), cause, hint.as_deref().unwrap_or(TRIED_AGAIN))
    })
    .await
}

/// Notes how a sweep ended: `doubt` says why its listing was not believed.
pub(crate) fn note_sweep(
    tx: &Tx<'_>,
    id: ConnectionId,
    stream: Stream,
    doubt: Option<String>,
    now: Timestamp,
) -> Result<(), fermata_store::Error> {
    let key = sweep_key(id, stream);
    let Some(cause) = doubt else { return alerts::clear(tx, &key, now).map(|_| ()) };
    let next_step = "Look at the platform. If they are still there, this clears itself with the next full \
                     listing; give the app back a permission that it lost. If they were deleted on purpose, \
                     remove this connection and connect it again.";
    say(tx, id, now, key, cause, next_step)
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
            Some(cause) => say(tx, id, now, key, cause, next_step),
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

/// Raises or clears the alert about an API version that its vendor will end.
pub(crate) async fn note_age(
    sync: &Sync,
    id: ConnectionId,
    capability: &'static Capability,
) -> Result<(), Error> {
    let now = sync.now();
    let key = format!("connection:{id}:retires");
    let ends = capability.retires.filter(|ends| {
        ends.in_tz("UTC").is_ok_and(|ends| ends.timestamp().duration_since(now) <= RETIRES_WITHIN)
    });
    let known = sync.read(alerts::open).await?.iter().any(|alert| alert.key == key);
    if known == ends.is_some() {
        return Ok(());
    }
    sync.write(Durability::Normal, Writer::Sync(id), move |tx| {
        let Some(ends) = ends else { return alerts::clear(tx, &key, now).map(|_| ()) };
        let name = connections::get(tx, id)?.name;
        let cause = format!(
            "{name}: {} ends API version {}, which this Fermata speaks, on {ends}.",
            capability.platform.title(),
            capability.api_version
        );
        say(tx, id, now, key, cause, "Update Fermata before that day.")
    })
    .await
}

fn quota_key(id: ConnectionId) -> String {
    format!("connection:{id}:quota")
}

/// Notes that a person signed a connection in again: it is read on schedule, and its alert is over.
///
/// If the platform refuses all the same, the next pass says so anew.
///
/// One that is being removed stays so. Errors: if there is no such connection.
pub fn signed_in(tx: &Tx<'_>, id: ConnectionId, now: Timestamp) -> Result<(), fermata_store::Error> {
    alerts::clear(tx, &sign_in_key(id), now)?;
    if matches!(connections::get(tx, id)?.state, ConnectionState::Removing { .. }) {
        return Ok(());
    }
    connections::set_state(tx, id, &ConnectionState::Ok)
}

fn sign_in_key(id: ConnectionId) -> String {
    format!("connection:{id}:sign_in")
}

fn sweep_key(id: ConnectionId, stream: Stream) -> String {
    format!("connection:{id}:{stream}:sweep")
}

fn stream_key(id: ConnectionId, stream: Stream) -> String {
    format!("connection:{id}:{stream}")
}
