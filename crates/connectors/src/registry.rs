//! From settings to a connector.

use std::sync::Arc;

use fermata_model::{Clock, ConnectionId, Currency, Platform};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::http::{Patience, Share};
use crate::{Connector, Error, Kind, SecretRef, Vault, VaultError, capability::Capability, vault};

/// Everything a connector needs, except what it reads from the vault.
#[derive(Clone)]
pub struct Settings {
    /// Which of our connections it serves.
    pub connection: ConnectionId,
    /// Where the account lives; https, or http on loopback.
    pub base_url: Url,
    /// Where the secrets are. Secret `name` of [`Capability::credentials`] is read as
    /// `connection-<id>/<name>`.
    pub vault: Arc<dyn Vault>,
    /// Tells the time, for token renewal and windows.
    pub clock: Arc<dyn Clock>,
    /// How long to wait for the platform and the vault, and how often to ask again.
    pub patience: Patience,
    /// How much of the platform's limits it takes.
    pub share: Share,
}

impl Settings {
    /// Reads one secret, off the executor: a keychain may take its time or ask the user.
    ///
    /// `None` if there is none of that name. For a platform's `auth.rs` alone.
    ///
    /// Errors: [`Kind::Vault`] if the keychain is locked, absent or refuses, or does not answer within
    /// [`Patience::keychain`].
    pub(crate) async fn secret(&self, platform: Platform, name: &str) -> Result<Option<SecretString>, Error> {
        let vault = Arc::clone(&self.vault);
        let secret = SecretRef(format!("connection-{}/{name}", self.connection));
        match vault::asked(self.patience.keychain, move || vault.read(&secret)).await {
            Ok(secret) => Ok(Some(secret)),
            Err(VaultError::Missing(_)) => Ok(None),
            Err(error) => Err(unusable(platform, "read", &error)),
        }
    }

    /// Writes one secret over the one of that name, off the executor. For a platform's `auth` alone.
    ///
    /// Errors: those of [`Self::secret`]. One that was not answered in time may be written later.
    pub(crate) async fn keep(
        &self,
        platform: Platform,
        name: &str,
        value: SecretString,
    ) -> Result<(), Error> {
        let vault = Arc::clone(&self.vault);
        let secret = SecretRef(format!("connection-{}/{name}", self.connection));
        vault::asked(self.patience.keychain, move || vault.write(&secret, &value))
            .await
            .map_err(|error| unusable(platform, "kept", &error))
    }

    /// Reads one secret that signing in cannot do without, trimmed of blanks around it.
    ///
    /// Errors: those of [`Self::secret`]; [`Kind::SignIn`] if there is none or it is blank.
    pub(crate) async fn required(&self, platform: Platform, name: &str) -> Result<SecretString, Error> {
        let secret = self.secret(platform, name).await?;
        let secret = secret.map(|secret| SecretString::from(secret.expose_secret().trim()));
        secret.filter(|secret| !secret.expose_secret().is_empty()).ok_or_else(|| {
            let title = platform.title();
            let message = format!("The {name} of this {title} connection is not stored on this computer.");
            Error::new(platform, "sign in", Kind::SignIn, message)
                .with_hint("Sign in again in Settings, Connections.")
        })
    }
}

fn unusable(platform: Platform, to_be: &str, error: &VaultError) -> Error {
    let hint = match error {
        VaultError::Silent(_) => {
            "Look for a window that asks for the keychain's password, or unlock the keychain of this computer; then \
             try again."
        }
        _ => "Unlock the keychain of this computer and try again.",
    };
    Error::new(platform, "sign in", Kind::Vault, format!("The credentials cannot be {to_be}: {error}."))
        .with_hint(hint)
}

/// Who we are at a platform, and what we may do there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The platform's own id of the account; `None` where its address alone says which it is.
    #[serde(default)]
    pub id: Option<String>,
    /// The shop's or account's name.
    pub name: String,
    /// Which user we are there and in what role, where what we may do follows from that.
    #[serde(default)]
    pub user: Option<String>,
    /// Its currency, if the platform has one.
    pub currency: Option<Currency>,
    /// Its time zone as an IANA name, if the platform says.
    pub time_zone: Option<String>,
    /// Permissions given.
    pub granted: Vec<String>,
    /// Permissions that [`Capability::scopes`] names and that were not given, but for those in `absent`.
    pub missing: Vec<String>,
    /// Permissions that belong to a part of the platform which this account need not have: their absence is
    /// shown, and is no fault.
    #[serde(default)]
    pub absent: Vec<String>,
    /// The API version that answered, if it says; it may differ from the one asked for.
    pub api_version: Option<String>,
}

/// Returns what a platform can do.
pub fn capability(platform: Platform) -> &'static Capability {
    match platform {
        Platform::Shopify => &crate::shopify::CAPABILITY,
        Platform::Gorgias => &crate::gorgias::CAPABILITY,
        Platform::Klaviyo => &crate::klaviyo::CAPABILITY,
        Platform::Bigcommerce => &crate::bigcommerce::CAPABILITY,
        Platform::Woocommerce => &crate::woocommerce::CAPABILITY,
        Platform::Shipbob => &crate::shipbob::CAPABILITY,
        Platform::Stripe => &crate::stripe::CAPABILITY,
    }
}

/// Makes what is peculiar to a platform's approval in the browser.
///
/// Errors: [`crate::Kind::Unsupported`] if the platform knows none, or the address is not its own; else
/// as any request's, where the platform has to be asked.
pub(crate) async fn approver(ask: crate::sign_in::Ask) -> Result<Box<dyn crate::sign_in::Approver>, Error> {
    match ask.platform {
        Platform::Shopify => Ok(Box::new(crate::shopify::Approving::new(ask)?)),
        Platform::Woocommerce => Ok(Box::new(crate::woocommerce::Approving::find(ask).await?)),
        other => Err(Error::new(other, "approve", Kind::Unsupported, "It knows no approval in the browser.")),
    }
}

/// Makes the connector for one account. Sends nothing.
///
/// Errors: [`crate::Kind::Unsupported`] if the base URL is neither https nor loopback.
pub fn connect(platform: Platform, settings: Settings) -> Result<Arc<dyn Connector>, Error> {
    Ok(match platform {
        Platform::Shopify => Arc::new(crate::shopify::Shopify::new(settings)?),
        Platform::Gorgias => Arc::new(crate::gorgias::Gorgias::new(settings)?),
        Platform::Klaviyo => Arc::new(crate::klaviyo::Klaviyo::new(settings)?),
        Platform::Stripe => Arc::new(crate::stripe::Stripe::new(settings)?),
        Platform::Bigcommerce => Arc::new(crate::bigcommerce::Bigcommerce::new(settings)?),
        Platform::Woocommerce => Arc::new(crate::woocommerce::Woocommerce::new(settings)?),
        Platform::Shipbob => Arc::new(crate::shipbob::Shipbob::new(settings)?),
    })
}
