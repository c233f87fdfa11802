//! An account that is only looked at: its credentials stay in memory, and nothing is kept.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use fermata_connectors::sign_in;
use fermata_connectors::{
    Account, Connector, Patience, Pull, SecretRef, Settings, Share, Vault, VaultError, registry,
};
use fermata_model::record::Entity;
use fermata_model::{Change, Clock, ConnectionId, Platform, Stream, Timestamp};
use secrecy::SecretString;
use url::Url;

use crate::console::Console;
use crate::wire::{BrowserSignIn, CredentialInfo, MissingScope, PlatformInfo, Preview, Tested};
use crate::{Code, Problem};

/// How many records of a stream a test shows.
const PREVIEWED: u32 = 5;
/// Names the credentials of an account that is only being tested.
const UNSAVED: ConnectionId = ConnectionId(0);

impl Console {
    /// Makes a connector for an account that is not kept, and the place in memory of its credentials.
    pub(super) fn unsaved(
        &self,
        platform: Platform,
        base_url: Url,
        credentials: BTreeMap<String, SecretString>,
    ) -> Result<(Arc<dyn Connector>, Arc<InMemory>), Problem> {
        let held = Arc::new(InMemory(Mutex::new(credentials)));
        let settings = settings(base_url, held.clone(), Arc::clone(&self.clock));
        Ok((fermata_connectors::connect(platform, settings)?, held))
    }

    pub(super) async fn preview(&self, connector: &dyn Connector) -> Vec<Preview> {
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
}

fn settings(base_url: Url, vault: Arc<InMemory>, clock: Arc<dyn Clock>) -> Settings {
    Settings {
        connection: UNSAVED,
        base_url,
        vault,
        clock,
        patience: Patience::default(),
        share: Share::default(),
    }
}

/// Credentials of an account that is only being tested.
#[derive(Default)]
pub(super) struct InMemory(Mutex<BTreeMap<String, SecretString>>);

impl InMemory {
    /// Returns the credentials as they are now: signing in may have renewed one.
    pub(super) fn now(&self) -> BTreeMap<String, SecretString> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Vault for InMemory {
    fn read(&self, name: &SecretRef) -> Result<SecretString, VaultError> {
        let field = field(name);
        self.now().get(field).cloned().ok_or_else(|| VaultError::Missing(field.to_owned()))
    }

    fn write(&self, name: &SecretRef, value: &SecretString) -> Result<(), VaultError> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.insert(field(name).to_owned(), value.clone());
        Ok(())
    }
}

fn field(name: &SecretRef) -> &str {
    name.0.rsplit('/').next().unwrap_or_default()
}

/// Reads the address of an account, as a person enters it.
pub(super) fn address(text: &str) -> Result<Url, Problem> {
    let bad = |message: String| Problem::new(Code::BadRequest, message);
    let whole = text.trim();
    let whole = if whole.contains("://") { whole.to_owned() } else { format!("https://{whole}") };
    let address: Url =
        whole.parse().map_err(|e| bad(format!("What was entered as the address is none: {e}.")))?;
    if !address.username().is_empty() || address.password().is_some() {
        return Err(bad("The address holds a name or a password before the @.".to_owned())
            .with_hint("Leave that out; credentials have fields of their own and go to the keychain."));
    }
    Ok(address)
}

/// Refuses an address to which no secret may be sent: neither https nor on this machine.
pub(super) fn speakable(platform: Platform, address: &Url) -> Result<(), Problem> {
    let vault = Arc::new(InMemory::default());
    fermata_connectors::connect(
        platform,
        settings(address.clone(), vault, Arc::new(|| Timestamp::UNIX_EPOCH)),
    )?;
    Ok(())
}

/// Reads the credentials that were entered for a platform; where they are `complete`, those that must
/// be there are.
pub(super) fn credentials(
    platform: Platform,
    entered: &BTreeMap<String, String>,
    complete: bool,
) -> Result<BTreeMap<String, SecretString>, Problem> {
    let bad = |message: String| Problem::new(Code::BadRequest, message);
    let fields = registry::capability(platform).credentials;
    let mut credentials = BTreeMap::new();
    for (name, value) in entered {
        if !fields.iter().any(|field| field.name == name) {
            let known: Vec<&str> = fields.iter().map(|field| field.name).collect();
            return Err(bad(format!("{} has no credential called \"{name}\".", platform.title()))
                .with_hint(format!("It takes {}.", known.join(", "))));
        }
        if !value.trim().is_empty() {
            credentials.insert(name.clone(), SecretString::from(value.trim().to_owned()));
        }
    }
    if complete && let Some(missing) = fields.iter().find(|f| f.required && !credentials.contains_key(f.name))
    {
        return Err(bad(format!("{} is missing.", missing.label)));
    }
    Ok(credentials)
}

/// Refuses an account that lacks a permission which nothing works without.
pub(super) fn has_what_it_needs(platform: Platform, account: &Account) -> Result<(), Problem> {
    let needed = registry::capability(platform).scopes.iter().filter(|scope| scope.required);
    let lacking: Vec<&str> =
        needed.map(|scope| scope.name).filter(|name| account.missing.iter().any(|m| m == name)).collect();
    if lacking.is_empty() {
        return Ok(());
    }
    let message =
        format!("{} was not connected: the permission {} is missing.", account.name, lacking.join(", "));
    Err(Problem::new(Code::SignIn, message)
        .with_hint(format!("Give it at {}, then connect again.", platform.title())))
}

pub(super) fn platform_info(platform: Platform, approval_port: u16) -> PlatformInfo {
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
        browser: sign_in::browser(platform).map(|browser| BrowserSignIn {
            needs: browser.needs.iter().map(|&name| name.to_owned()).collect(),
            redirect: browser.registered.then(|| browser.redirect(approval_port)),
            note: browser.note.map(str::to_owned),
            key_page: browser.key_page.is_some(),
        }),
    }
}

pub(super) fn tested(platform: Platform, account: Account, preview: Vec<Preview>) -> Tested {
    let scopes = registry::capability(platform).scopes;
    let missing = account
        .missing
        .iter()
        .chain(&account.absent)
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
        user: account.user,
        currency: account.currency.map(|c| c.code().to_owned()),
        time_zone: account.time_zone,
        granted: account.granted,
        missing,
        left: None,
        preview,
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
        other => {
            let name = other.label().unwrap_or(&record.external_id);
            other.money().map_or_else(|| name.to_owned(), |money| format!("{name} · {money}"))
        }
    }
}
