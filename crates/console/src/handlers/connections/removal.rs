//! Removing a connection, to the end, also when it was cut off.

use std::sync::Arc;
use std::time::Duration;

use fermata_engine::{Person, Role};
use fermata_model::{ConnectionId, Platform};
use fermata_store::connections::{self, ConnectionState};
use fermata_store::{Durability, Writer};

use super::sign_in;
use crate::console::{Console, blocking};
use crate::door::Caller;
use crate::secrets::{Secrets, credential_name};
use crate::wire::{ConnectionRef, Nothing};
use crate::{Problem, secrets};

/// How long until a removal that something was in the way of is tried again.
const TRIED_EVERY: Duration = Duration::from_secs(5 * 60);

impl Console {
    pub(crate) async fn connections_remove(
        &self,
        caller: &Caller,
        request: ConnectionRef,
    ) -> Result<Nothing, Problem> {
        let person = self.person(caller).await?;
        self.remove_connection(self.connection(request.id).await?, person).await?;
        self.after_removal().await?;
        Ok(Nothing {})
    }

    /// Takes a connection out, with its credentials, all that came from it and what waits for it.
    ///
    /// Errors: [`crate::Code::Keychain`] if the credentials stay where they are; the connection stays as well.
    pub(crate) async fn remove_connection(
        &self,
        connection: connections::Connection,
        person: Person,
    ) -> Result<(), Problem> {
        let (id, platform) = (connection.id, connection.platform);
        // Written down before anything goes, so that the next start knows what was begun and by whom.
        self.set_state(id, ConnectionState::Removing { by: person.name.clone() }).await?;
        // First the credentials: a keychain that refuses leaves the connection, to be removed again.
        let secrets = Arc::clone(&self.secrets);
        if let Err(kept) = blocking(move || forget_credentials(secrets.as_ref(), platform, id)).await {
            self.set_state(id, connection.state).await?;
            return Err(kept);
        }
        let engine = self.engine.clone();
        let account = format!("The {} account {}", platform.title(), connection.name);
        fermata_sync::duties::remove(&self.sync, id, &person.name.clone(), move |tx| {
            engine.withdraw_from(tx, id, &account, &person).map(|_| ()).map_err(|error| match error {
                fermata_engine::Error::Store(error) => error,
                other => fermata_store::Error::Refused(other.to_string()),
            })
        })
        .await?;
        // Runs that waited for it need not wait for their time.
        self.engine.wake();
        Ok(())
    }

    /// Goes on with the removals that were cut off, such as by a crash. Tells whether none is left.
    pub(crate) async fn go_on_removing(&self) -> Result<bool, Problem> {
        let (mut any, mut all) = (false, true);
        for connection in self.read(connections::list).await? {
            let ConnectionState::Removing { by } = &connection.state else { continue };
            // Only an owner can have begun it.
            let person = Person::new(by, Role::Owner);
            let id = connection.id;
            match self.remove_connection(connection, person).await {
                Ok(()) => any = true,
                Err(problem) => {
                    tracing::warn!(connection = id.0, %problem, "it is not removed yet; it is tried again");
                    all = false;
                }
            }
        }
        if any {
            self.after_removal().await?;
        }
        Ok(all)
    }

    /// Goes on with the removals that were cut off until none is left.
    pub(crate) async fn finish_removals(&self) {
        loop {
            match self.go_on_removing().await {
                Ok(true) => return,
                Ok(false) => {}
                Err(problem) => {
                    tracing::warn!(%problem, "what is being removed is not known; it is looked up again");
                }
            }
            tokio::time::sleep(TRIED_EVERY).await;
        }
    }

    /// Ends practising with the last connection of the practice store.
    async fn after_removal(&self) -> Result<(), Problem> {
        if self.is_practice().await? && self.read(connections::list).await?.is_empty() {
            self.end_practice().await?;
        }
        Ok(())
    }

    async fn set_state(&self, id: ConnectionId, state: ConnectionState) -> Result<(), Problem> {
        let store = self.store.clone();
        blocking(move || {
            Ok(store.write(Durability::Full, Writer::System("connect"), |tx| {
                connections::set_state(tx, id, &state)
            })?)
        })
        .await
    }
}

/// Takes the credentials of a connection out of where they are kept.
pub(super) fn forget_credentials(
    secrets: &dyn Secrets,
    platform: Platform,
    connection: ConnectionId,
) -> Result<(), Problem> {
    sign_in::kept_fields(platform).into_iter().try_for_each(|field| {
        secrets.remove(&credential_name(connection, field)).map_err(|e| secrets::refused(&e))
    })
}
