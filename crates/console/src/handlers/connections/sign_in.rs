//! Signing in by the browser, and signing an account in again.

use std::sync::Arc;

use fermata_connectors::sign_in::{self, Approval, Ask, Chance};
use fermata_connectors::{Account, Patience, registry};
use fermata_model::Platform;
use fermata_store::connections::{self, Connection, ConnectionState};
use fermata_store::{Durability, Writer};
use secrecy::SecretString;
use url::Url;
use uuid::Uuid;

use super::trial;
use crate::console::{Console, blocking};
use crate::door::Caller;
use crate::handlers::shell::account;
use crate::secrets::{Secrets, credential_name};
use crate::sign_ins::APPROVED_WITHIN;
use crate::wire::{self, Connect, ConnectionSignIn, Nothing, SignInBegin, SignInBegun, SignInRef, Tested};
use crate::{Code, Problem, browser, secrets};

/// Credentials by field name.
type Credentials = sign_in::Secrets;

impl Console {
    pub(crate) async fn sign_in_begin(
        &self,
        _: &Caller,
        request: SignInBegin,
    ) -> Result<SignInBegun, Problem> {
        let SignInBegin { platform, ref base_url, ref credentials, key_page, open } = request;
        let account = trial::address(base_url)?;
        let begun = if key_page {
            trial::speakable(platform, &account)?;
            let page = sign_in::key_page(platform, &account).ok_or_else(|| {
                let message = format!("{} has no page of its own where a key is made.", platform.title());
                Problem::new(Code::BadRequest, message).with_hint("Enter its credentials.")
            })?;
            SignInBegun { id: None, page: page.into(), redirect: None, ends_at: None }
        } else if sign_in::browser(platform).is_some() {
            let credentials = trial::credentials(platform, credentials, false)?;
            self.ask_for_approval(platform, account, credentials).await?
        } else {
            let message = format!("{} does not sign in by the browser.", platform.title());
            return Err(Problem::new(Code::BadRequest, message).with_hint("Enter its credentials."));
        };
        if open {
            browser::open(&begun.page.parse().map_err(Problem::internal)?);
        }
        Ok(begun)
    }

    async fn ask_for_approval(
        &self,
        platform: Platform,
        account: Url,
        credentials: Credentials,
    ) -> Result<SignInBegun, Problem> {
        // There is one port: who begins anew has given up the one before.
        self.sign_ins.end().await;
        let mut chance = Chance { state: [0; 32], verifier: [0; 32] };
        getrandom::fill(&mut chance.state).map_err(Problem::internal)?;
        getrandom::fill(&mut chance.verifier).map_err(Problem::internal)?;
        let approval = Approval::begin(Ask {
            platform,
            base_url: account.clone(),
            credentials,
            chance,
            patience: Patience::default(),
            clock: Arc::clone(&self.clock),
            port: self.setup.approval_port,
        })
        .await?;
        let id = Uuid::new_v4().to_string();
        let begun = SignInBegun {
            id: Some(id.clone()),
            page: approval.page().to_string(),
            redirect: Some(approval.redirect().to_owned()),
            ends_at: self.clock.now().checked_add(APPROVED_WITHIN).ok(),
        };
        self.sign_ins.begin(id, platform, account, approval).await;
        Ok(begun)
    }

    pub(crate) async fn sign_in_await(&self, _: &Caller, request: SignInRef) -> Result<Tested, Problem> {
        let granted = self.sign_ins.granted(&request.id).await?;
        let tested =
            self.tested(granted.platform, granted.account, granted.credentials, Some(&request.id)).await;
        // What stays behind is said whatever else came of it.
        match (tested, granted.left) {
            (Ok(tested), left) => Ok(Tested { left, ..tested }),
            (Err(problem), Some(left)) => {
                let hint = problem.hint.as_ref().map(|hint| format!("{hint} ")).unwrap_or_default();
                Err(problem.with_hint(hint + &left))
            }
            (Err(problem), None) => Err(problem),
        }
    }

    pub(crate) async fn sign_in_cancel(&self, _: &Caller, request: SignInRef) -> Result<Nothing, Problem> {
        self.sign_ins.cancel(&request.id).await;
        Ok(Nothing {})
    }

    /// Returns what an account is to be signed in with: what was entered, or what was approved.
    ///
    /// Errors: [`Code::BadRequest`] if it is not what the platform takes, or was approved for another
    /// account; [`Code::NotFound`] if the approval is over.
    pub(super) async fn asked(&self, request: &Connect) -> Result<(Url, Credentials), Problem> {
        let address = trial::address(&request.base_url)?;
        let credentials = match &request.approval {
            None => trial::credentials(request.platform, &request.credentials, true)?,
            Some(id) => self.approved(id, request.platform, &address).await?,
        };
        Ok((address, credentials))
    }

    async fn approved(&self, id: &str, platform: Platform, account: &Url) -> Result<Credentials, Problem> {
        let granted = self.sign_ins.granted(id).await?;
        if granted.platform == platform && granted.account == *account {
            return Ok(granted.credentials);
        }
        Err(Problem::new(Code::BadRequest, format!("What was approved is {}, not this.", granted.account))
            .with_hint("Approve in the browser again."))
    }

    /// Signs in, reads who it is and the first records, and keeps nothing.
    pub(super) async fn tested(
        &self,
        platform: Platform,
        address: Url,
        credentials: Credentials,
        approval: Option<&str>,
    ) -> Result<Tested, Problem> {
        let (connector, held) = self.unsaved(platform, address, credentials)?;
        let account = connector.check().await;
        if let Some(id) = approval {
            self.sign_ins.renewed(id, held.now()).await;
        }
        let account = account?;
        let preview = self.preview(connector.as_ref()).await;
        Ok(trial::tested(platform, account, preview))
    }

    pub(crate) async fn connections_sign_in(
        &self,
        _: &Caller,
        request: ConnectionSignIn,
    ) -> Result<wire::Connection, Problem> {
        if self.is_practice().await? {
            let message = "The accounts of the practice store sign in by themselves.";
            return Err(Problem::new(Code::BadRequest, message));
        }
        let connection = self.connection(request.id).await?;
        let (platform, id) = (connection.platform, connection.id);
        if matches!(connection.state, ConnectionState::Removing { .. }) {
            return Err(Problem::new(Code::BadRequest, "This account is being removed.")
                .with_hint("Wait until it is gone; then connect it anew."));
        }
        let ConnectionSignIn { credentials, approval, .. } = request;
        let base_url = connection.base_url.clone();
        let (address, credentials) =
            self.asked(&Connect { platform, base_url, credentials, approval }).await?;
        let (connector, held) = self.unsaved(platform, address, credentials)?;
        let found = connector.check().await?;
        trial::has_what_it_needs(platform, &found)?;
        same_account(&connection, &found)?;
        let described = serde_json::to_string(&found).map_err(Problem::internal)?;
        let (store, secrets, now) = (self.store.clone(), Arc::clone(&self.secrets), self.clock.now());
        let credentials = held.now();
        blocking(move || {
            replace(secrets.as_ref(), &connection, &credentials)?;
            Ok(store.write(Durability::Full, Writer::System("connect"), |tx| {
                connections::set_account(tx, id, &described)?;
                connections::set_address(tx, id, &found.name, &connection.base_url)?;
                fermata_sync::health::signed_in(tx, id, now)
            })?)
        })
        .await?;
        self.sync.reconnect(id);
        self.sign_ins.end().await;
        self.connection_row(self.connection(id).await?).await
    }
}

/// Refuses credentials of another account than the one whose records are here.
///
/// Where the platform gives accounts no id, the address says which it is.
fn same_account(connection: &Connection, found: &Account) -> Result<(), Problem> {
    let title = connection.platform.title();
    let before = account(connection);
    let refused = |message: String, hint: &str| Err(Problem::new(Code::BadRequest, message).with_hint(hint));
    match (before.as_ref().and_then(|before| before.id.as_ref()), &found.id) {
        (None, None) => Ok(()),
        (Some(before), Some(now)) if before == now => Ok(()),
        // Connected before ids were kept: the name is all there is.
        (None, Some(_)) if found.name == connection.name => Ok(()),
        (Some(_), None) => refused(
            format!("{title} does not say which account these credentials belong to. Nothing was changed."),
            "Give them the permission to read the account, then try again.",
        ),
        _ => refused(
            format!(
                "These credentials belong to {}, not to {}. Nothing was changed.",
                found.name, connection.name
            ),
            "Connect the other account as one of its own, or remove this one first.",
        ),
    }
}

/// Writes new credentials over the old ones, and takes out what they do not have. If the keychain refuses
/// midway, the old ones are put back.
fn replace(secrets: &dyn Secrets, connection: &Connection, fresh: &Credentials) -> Result<(), Problem> {
    let fields = kept_fields(connection.platform);
    let name = |field: &str| credential_name(connection.id, field);
    let write = |field: &str, value: Option<&SecretString>| match value {
        Some(value) => secrets.set(&name(field), value),
        None => secrets.remove(&name(field)),
    };
    let refused = |e: &secrets::Unavailable| secrets::refused(e);
    let mut before = Vec::new();
    for field in &fields {
        before.push((*field, secrets.get(&name(field)).map_err(|e| refused(&e))?));
    }
    fields.iter().try_for_each(|field| write(field, fresh.get(*field))).map_err(|e| {
        for (field, value) in &before {
            // What cannot be put back either is said by the next sign-in.
            let _ = write(field, value.as_ref());
        }
        refused(&e)
    })
}

/// Returns the names of everything that may be kept for a connection of a platform.
pub(super) fn kept_fields(platform: Platform) -> Vec<&'static str> {
    let entered = registry::capability(platform).credentials.iter().map(|field| field.name);
    entered.chain(sign_in::given(platform).iter().copied()).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Mutex;

    use secrecy::ExposeSecret as _;

    use super::*;
    use crate::secrets::Unavailable;

    /// A keychain that keeps everything but one value.
    struct Flaky(Mutex<BTreeMap<String, String>>, &'static str);

    impl Secrets for Flaky {
        fn get(&self, name: &str) -> Result<Option<SecretString>, Unavailable> {
            Ok(self.0.lock().unwrap().get(name).cloned().map(SecretString::from))
        }

        fn set(&self, name: &str, value: &SecretString) -> Result<(), Unavailable> {
            if value.expose_secret() == self.1 {
                return Err(Unavailable("locked".to_owned()));
            }
            self.0.lock().unwrap().insert(name.to_owned(), value.expose_secret().to_owned());
            Ok(())
        }

        fn remove(&self, name: &str) -> Result<(), Unavailable> {
            self.0.lock().unwrap().remove(name);
            Ok(())
        }
    }

    fn connection(platform: Platform, account: &Account) -> Connection {
        Connection {
            id: fermata_model::ConnectionId(1),
            platform,
            name: account.name.clone(),
            base_url: "https://api.example/".to_owned(),
            account: Some(serde_json::to_string(account).unwrap()),
            state: ConnectionState::Ok,
            created_at: fermata_model::Timestamp::UNIX_EPOCH,
            share: 50,
        }
    }

    #[test]
    fn a_keychain_that_refuses_midway_gets_the_old_credentials_back() {
        let old = BTreeMap::from([("connection-1/access_token".to_owned(), "old".to_owned())]);
        let shop = connection(Platform::Shopify, &found(None, "Shop"));
        let fresh: Credentials =
            [("client_id", "id"), ("client_secret", "secret"), ("refresh_token", "next")]
                .map(|(name, value)| (name.to_owned(), SecretString::from(value)))
                .into();
        let refusing = Flaky(Mutex::new(old.clone()), "next");
        assert_eq!(replace(&refusing, &shop, &fresh).unwrap_err().code, Code::Keychain);
        assert_eq!(*refusing.0.lock().unwrap(), old, "as if nothing had been tried");
        let willing = Flaky(Mutex::new(old), "nothing");
        replace(&willing, &shop, &fresh).unwrap();
        let kept: Vec<String> = willing.0.lock().unwrap().keys().cloned().collect();
        let expected = ["client_id", "client_secret", "refresh_token"].map(|n| format!("connection-1/{n}"));
        assert_eq!(kept, expected, "and the old token is no longer there to be taken first");
    }

    fn found(id: Option<&str>, name: &str) -> Account {
        Account {
            id: id.map(str::to_owned),
            name: name.to_owned(),
            user: None,
            currency: None,
            time_zone: None,
            granted: Vec::new(),
            missing: Vec::new(),
            absent: Vec::new(),
            api_version: None,
        }
    }

    #[test]
    fn another_account_does_not_take_the_place_of_one() {
        for (before, now, same) in [
            (found(Some("acct_1"), "Shop"), found(Some("acct_1"), "Renamed"), true),
            (found(Some("acct_1"), "Shop"), found(Some("acct_2"), "Shop"), false),
            (found(Some("acct_1"), "Shop"), found(None, "Shop"), false),
            (found(None, "Shop"), found(Some("acct_1"), "Shop"), true),
            (found(None, "Shop"), found(Some("acct_2"), "Other"), false),
            (found(None, "Shop"), found(None, "Renamed"), true),
        ] {
            let connection = connection(Platform::Stripe, &before);
            let judged = same_account(&connection, &now);
            assert_eq!(judged.is_ok(), same, "{before:?} and {now:?}: {judged:?}");
        }
    }
}
