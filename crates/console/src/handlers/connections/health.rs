//! How a connection is, as a row of Settings.

use std::collections::BTreeMap;

use fermata_connectors::registry;
use fermata_model::{Stream, Timestamp};
use fermata_store::aside;
use fermata_store::connections::{self, ConnectionState};
use fermata_store::progress::{self, Progress};
use fermata_store::proved;

use crate::Problem;
use crate::console::Console;
use crate::handlers::shell::account;
use crate::wire::{self, Health, LastProof, StreamHealth, Trouble};

impl Console {
    pub(super) async fn connection_row(
        &self,
        connection: connections::Connection,
    ) -> Result<wire::Connection, Problem> {
        let id = connection.id;
        let (standing, set_aside, proved) = self
            .read(move |conn| {
                Ok((progress::list(conn, id)?, aside::count(conn, id)?, proved::get(conn, id)?))
            })
            .await?;
        let now = self.clock.now();
        let known: BTreeMap<Stream, Progress> = standing.into_iter().collect();
        let streams: Vec<StreamHealth> = registry::capability(connection.platform)
            .streams
            .iter()
            .map(|s| stream_health(s.stream, known.get(&s.stream), now))
            .collect();
        let last_success = known.values().filter_map(|p| p.last_success).max();
        // The connection lags as far as its slowest stream; before the first full pass nobody knows.
        let mark = known.values().filter(|p| p.absent().is_none()).map(|p| p.last_success).min().flatten();
        let complete = streams.iter().all(|s| s.complete || s.absent.is_some());
        let quota_used =
            self.sync.connector(id).await.ok().and_then(|c| c.quota()).map(|q| u32::from(q.used_percent));
        Ok(wire::Connection {
            id,
            platform: connection.platform,
            name: connection.name.clone(),
            base_url: connection.base_url.clone(),
            health: match (&connection.state, complete) {
                (
                    ConnectionState::SignedOut { .. }
                    | ConnectionState::Paused
                    | ConnectionState::Removing { .. },
                    _,
                ) => Health::Broken,
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
            share: connection.share,
            streams,
            set_aside: u32::try_from(set_aside).unwrap_or(u32::MAX),
            last_proof: proved.map(|proved| LastProof {
                at: proved.at,
                holds: proved.failed == 0 && proved.unexplained == 0,
                streams: proved.streams,
                failed: proved.failed,
                unexplained: proved.unexplained,
            }),
            missing_scopes: account(&connection).map(|a| a.missing).unwrap_or_default(),
        })
    }
}

fn stream_health(stream: Stream, known: Option<&Progress>, now: Timestamp) -> StreamHealth {
    let Some(progress) = known else {
        return StreamHealth {
            stream,
            landed: 0,
            total: None,
            complete: false,
            last_success: None,
            reading: false,
            seconds_left: None,
            absent: None,
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
        absent: progress.absent().map(str::to_owned),
    }
}

/// Returns how long the rest of a first pass takes at the pace so far.
fn seconds_left(progress: &Progress, now: Timestamp) -> Option<u32> {
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
        ConnectionState::Removing { .. } => Some(Trouble {
            message: "It is being removed, with all that came from it.".to_owned(),
            hint: Some(
                "It goes on by itself, also after a restart. Remove it again to see what is in the way."
                    .to_owned(),
            ),
            since,
        }),
        // So it is for a moment while it is connected, and in stores of before also while it was removed.
        ConnectionState::Paused => Some(Trouble {
            message: "Nothing is read from it: it was not connected to the end.".to_owned(),
            hint: Some("If it stays like this, remove it; then connect it again if you want it.".to_owned()),
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
