//! What every test of this crate needs: a listener that answers as told, and a vault of plain text.

pub(crate) mod listener;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use fermata_connectors::{Patience, SecretRef, Settings, Share, Vault, VaultError};
use fermata_model::{Action, ConnectionId, Timestamp};
use secrecy::SecretString;

/// The instant at which tests take place unless they say otherwise.
pub(crate) fn now() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

/// Keeps secrets by name.
#[derive(Default)]
pub(crate) struct PlainVault(pub(crate) HashMap<String, String>);

impl Vault for PlainVault {
    fn read(&self, name: &SecretRef) -> Result<SecretString, VaultError> {
        self.0.get(&name.0).map(|text| text.clone().into()).ok_or_else(|| VaultError::Missing(name.0.clone()))
    }
}

/// Waits shortly and asks again at once, so that no test has to.
pub(crate) fn impatient() -> Patience {
    Patience {
        connect: Duration::from_secs(2),
        answer: Duration::from_millis(400),
        repeats: 3,
        first_pause: Duration::from_millis(1),
        longest_pause: Duration::from_millis(50),
        keychain: Duration::from_secs(5),
    }
}

/// The same action on a record of another id.
pub(crate) fn aimed_at(action: &Action, id: &str) -> Action {
    let target = serde_json::to_value(action.target()).unwrap();
    let mut other = serde_json::to_value(action).unwrap();
    let field = other.as_object_mut().unwrap().values_mut().find(|field| **field == target).unwrap();
    field["external_id"] = id.into();
    serde_json::from_value(other).unwrap()
}

/// Settings for connection 7 at an address, with its secrets.
pub(crate) fn settings(url: &str, secrets: &[(&str, &str)]) -> Settings {
    let secrets =
        secrets.iter().map(|(name, value)| (format!("connection-7/{name}"), (*value).to_owned())).collect();
    Settings {
        connection: ConnectionId(7),
        base_url: url.parse().unwrap(),
        vault: Arc::new(PlainVault(secrets)),
        clock: Arc::new(now),
        patience: impatient(),
        share: Share::WHOLE,
    }
}
