//! Connections: what can be connected, what is, and what could not be read.

mod health;
mod proof;
mod removal;
mod sign_in;
mod trial;

use std::collections::BTreeMap;
use std::sync::Arc;

use fermata_connectors::Share;
use fermata_model::{ConnectionId, Platform};
use fermata_store::connections::{self, ConnectionState, NewConnection};
use fermata_store::{Durability, Writer, aside};
use secrecy::SecretString;
use url::Url;

use super::shell::{count, sells, shop};
use crate::console::{Console, blocking};
use crate::door::Caller;
use crate::secrets::credential_name;
use crate::wire::{
    self, Connect, ConnectionRef, ConnectionShare, Nothing, PlatformInfo, SetAside, SetAsideRetried,
    SetAsideRetry, Tested,
};
use crate::{Code, Problem, secrets};
use trial::platform_info;

impl Console {
    pub(crate) async fn platforms(&self, _: &Caller, _: Nothing) -> Result<Vec<PlatformInfo>, Problem> {
        let port = self.setup.approval_port;
        Ok(Platform::ALL.iter().map(|&platform| platform_info(platform, port)).collect())
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
        let (address, credentials) = self.asked(&request).await?;
        self.tested(request.platform, address, credentials, request.approval.as_deref()).await
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
        let (address, credentials) = self.asked(&request).await?;
        let known = self.read(connections::list).await?;
        if known.iter().any(|c| c.platform == request.platform && c.base_url == address.as_str()) {
            return Err(Problem::new(Code::BadRequest, format!("{address} is connected already."))
                .with_hint("If its credentials changed, sign it in again (Settings, Connections)."));
        }
        let id = self.add_connection(request.platform, address, credentials).await?;
        self.sign_ins.end().await;
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
        let (connector, held) = self.unsaved(platform, address.clone(), credentials)?;
        let account = connector.check().await?;
        trial::has_what_it_needs(platform, &account)?;
        // Signing in may have renewed them.
        let credentials = held.now();
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
            if kept.is_err() {
                // Some may have been kept before one was refused; what cannot be taken out either stays.
                let _ = removal::forget_credentials(secrets.as_ref(), platform, id);
            }
            kept.map(|()| id)
        })
        .await?;
        let others = self.read(connections::list).await?;
        let is_first_shop =
            sells(platform, &account) && !others.iter().any(|other| other.id != id && shop(other).is_some());
        if let Some(zone) = account.time_zone.filter(|_| is_first_shop) {
            // A zone that this machine does not know leaves the shop's days in UTC.
            if let Err(problem) = self.engine(move |engine| engine.set_zone(&zone)).await {
                tracing::warn!(%problem, "the shop's time zone is not known here");
            }
        }
        self.sync.nudge(id);
        Ok(id)
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
            let (store, now) = (self.store.clone(), self.clock.now());
            blocking(move || {
                Ok(store.write(Durability::Full, Writer::System("connect"), |tx| {
                    fermata_sync::health::signed_in(tx, request.id, now)
                })?)
            })
            .await?;
        }
        self.sync.nudge(request.id);
        self.connection_row(self.connection(request.id).await?).await
    }

    pub(crate) async fn connections_share(
        &self,
        _: &Caller,
        request: ConnectionShare,
    ) -> Result<wire::Connection, Problem> {
        let ConnectionShare { id, share } = request;
        if Share::percent(share).get() != share {
            return Err(Problem::new(
                Code::BadRequest,
                format!("{share} % is no share: it is from 10 to 100 %."),
            ));
        }
        self.set_share(id, share).await?;
        self.connection_row(self.connection(id).await?).await
    }

    /// Sets how much of a platform's limits we take; it holds from the next request on.
    pub(crate) async fn set_share(&self, id: ConnectionId, share: u8) -> Result<(), Problem> {
        let store = self.store.clone();
        blocking(move || {
            Ok(store.write(Durability::Full, Writer::System("connect"), |tx| {
                connections::set_share(tx, id, share)
            })?)
        })
        .await
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
}
