//! The connectors as the engine wants them: by connection, with fates in its own words.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use fermata_connectors::{Connector, Error};
use fermata_engine::ports::{Failure, Fate, Found, Platforms, Sent, Settling};
use fermata_model::{Action, ActionKind, Clock, ConnectionId, Frozen, Key, Platform};
use fermata_store::{Store, connections};
use fermata_sync::Sync;

/// What the engine reaches platforms through.
pub(crate) struct Reach {
    store: Store,
    sync: Sync,
    clock: Arc<dyn Clock>,
}

impl Reach {
    pub(crate) fn new(store: Store, sync: Sync, clock: Arc<dyn Clock>) -> Self {
        Self { store, sync, clock }
    }

    /// Returns the connector that sync reads through too: they share its rate budget.
    async fn connector(&self, id: ConnectionId) -> Result<Arc<dyn Connector>, Failure> {
        self.sync.connector(id).await.map_err(|error| match error {
            fermata_sync::Error::Platform(error) => failure(error),
            other => Failure {
                fate: Fate::NotDone,
                code: "no_connection".to_owned(),
                message: other.to_string(),
                hint: Some("Connect the account again.".to_owned()),
                retry_after: None,
            },
        })
    }
}

#[async_trait]
impl Platforms for Reach {
    async fn prepare(&self, connection: ConnectionId, action: &Action, key: Key) -> Result<Frozen, Failure> {
        let connector = self.connector(connection).await?;
        connector.prepare(action, key, self.clock.now()).await.map_err(unprepared)
    }

    async fn send(&self, frozen: &Frozen) -> Result<Sent, Failure> {
        let connector = self.connector(frozen.action.target().connection).await?;
        match connector.send(frozen).await.map_err(failure)? {
            fermata_connectors::Sent::Confirmed(receipt) => Ok(Sent::Confirmed(receipt)),
            fermata_connectors::Sent::Accepted => Ok(Sent::Accepted),
        }
    }

    async fn find(&self, frozen: &Frozen) -> Result<Found, Failure> {
        let connector = self.connector(frozen.action.target().connection).await?;
        Ok(match connector.find(frozen).await.map_err(failure)? {
            fermata_connectors::Found::Yes(receipt) => Found::Yes(receipt),
            fermata_connectors::Found::Pending => Found::Pending,
            fermata_connectors::Found::Failed(reason) => Found::Failed(reason),
            fermata_connectors::Found::No => Found::No,
        })
    }

    fn settling(&self, connection: ConnectionId, kind: ActionKind) -> Settling {
        let platform = self.store.read(|conn| connections::get(conn, connection)).map(|c| c.platform);
        let known = platform.ok().and_then(|p| fermata_connectors::registry::capability(p).action(kind));
        known.map_or(
            // An action that the platform does not declare is never trusted early.
            Settling { settles_within: Duration::from_secs(3600), key_trusted_for: Duration::ZERO },
            |action| Settling {
                settles_within: action.settles_within,
                key_trusted_for: action.key_trusted_for,
            },
        )
    }

    fn connection_for(&self, platform: Platform) -> Option<ConnectionId> {
        let all = self.store.read(connections::list).ok()?;
        all.into_iter().find(|c| c.platform == platform).map(|c| c.id)
    }
}

/// Says what became of an action that could not be prepared.
///
/// To a connector every read that fails did nothing and may be repeated. One that the platform
/// understood and refused (the record is not there, the key may not read it, it makes no sense) it refuses
/// again, however often it is asked the same. A sign-in that was revoked is waited for instead.
fn unprepared(error: Error) -> Failure {
    let for_good = error.is_final() && error.fate == fermata_connectors::Fate::NotDone;
    let failure = failure(error);
    if for_good {
        let message = format!("{} Nothing was changed.", failure.message);
        Failure { fate: Fate::Refused, message, ..failure }
    } else {
        failure
    }
}

fn failure(error: Error) -> Failure {
    Failure {
        fate: match error.fate {
            fermata_connectors::Fate::NotDone => Fate::NotDone,
            fermata_connectors::Fate::Refused => Fate::Refused,
            fermata_connectors::Fate::InDoubt => Fate::InDoubt,
        },
        code: format!("{:?}", error.kind).to_lowercase(),
        message: error.message,
        hint: error.hint,
        retry_after: error.retry_after,
    }
}

#[cfg(test)]
mod tests {
    use fermata_connectors::Kind;

    use super::*;

    fn of_a_read(kind: Kind) -> Error {
        Error::new(
            Platform::Bigcommerce,
            "POST /v3/orders/7/payment_actions/refund_quotes",
            kind,
            "It says no.",
        )
    }

    #[test]
    fn a_read_that_is_refused_while_preparing_ends_the_action_with_the_vendors_reason() {
        for kind in [Kind::Rejected, Kind::Missing, Kind::Forbidden] {
            let refused = unprepared(of_a_read(kind));
            assert_eq!(refused.fate, Fate::Refused, "{kind:?}");
            assert_eq!(refused.message, "It says no. Nothing was changed.");
        }
        let theirs = unprepared(of_a_read(Kind::Rejected).with_fate(fermata_connectors::Fate::Refused));
        assert_eq!(
            (theirs.fate, theirs.message.as_str()),
            (Fate::Refused, "It says no."),
            "said by the connector"
        );
    }

    #[test]
    fn what_may_pass_while_preparing_is_tried_again() {
        for kind in
            [Kind::Throttled, Kind::Unreachable, Kind::Broken, Kind::Malformed, Kind::SignIn, Kind::Vault]
        {
            assert_eq!(unprepared(of_a_read(kind)).fate, Fate::NotDone, "{kind:?}");
        }
        for kind in [Kind::Missing, Kind::Forbidden] {
            let in_between = Error { may_pass: true, ..of_a_read(kind) };
            assert_eq!(
                unprepared(in_between).fate,
                Fate::NotDone,
                "it was no word of the platform's: {kind:?}"
            );
        }
        let later = of_a_read(Kind::Rejected).with_retry_after(Duration::from_secs(60));
        assert_eq!(unprepared(later).fate, Fate::NotDone, "the platform says when to come back");
    }
}
