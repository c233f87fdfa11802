//! Approval in the browser, against the practice store: from the page to tokens that renew themselves.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fermata_connectors::sign_in::{Approval, Ask, Chance, Granted, Secrets};
use fermata_connectors::{
    Connector, Error, Kind, Patience, SecretRef, Settings, Share, Vault, VaultError, connect,
};
use fermata_model::{Clock, ConnectionId, Platform};
use fermata_sandbox::{Options, Practice};
use reqwest::redirect::Policy;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use crate::support::{impatient, now};

/// How long a test waits for what comes at once.
const SOON: Duration = Duration::from_secs(20);

/// A shop whose app registers our address as soon as it is known.
struct Shop {
    practice: Practice,
}

impl Shop {
    async fn open(change: impl FnOnce(&mut Options)) -> Self {
        let mut options = Options { customers: 20, speed: 0.0, rates: 1_000.0, ..Options::default() };
        options.platforms = [Platform::Shopify].into();
        change(&mut options);
        Self { practice: Practice::start(options).await.unwrap() }
    }

    fn url(&self) -> &str {
        self.practice.base_url(Platform::Shopify)
    }

    fn app(&self) -> Secrets {
        let app = self.practice.access(Platform::Shopify).client_credentials().unwrap();
        let app = app.as_object().unwrap().iter();
        app.map(|(name, value)| (name.clone(), value.as_str().unwrap().into())).collect()
    }

    async fn begin(&self) -> Approval {
        self.ask(self.url(), self.app()).await.unwrap()
    }

    async fn ask(&self, url: &str, credentials: Secrets) -> Result<Approval, Error> {
        let approval = unregistered(url, credentials, 0).await?;
        self.practice.register_redirect(Platform::Shopify, approval.redirect());
        Ok(approval)
    }
}

async fn unregistered(url: &str, credentials: Secrets, port: u16) -> Result<Approval, Error> {
    Approval::begin(Ask {
        platform: Platform::Shopify,
        base_url: url.parse().unwrap(),
        credentials,
        chance: Chance { state: [3; 32], verifier: [4; 32] },
        // A code is exchanged once and never again, so a slow machine must not end the wait for it.
        patience: Patience { answer: SOON, ..impatient() },
        clock: Arc::new(now),
        port,
    })
    .await
}

/// Does what a person's browser does; returns the status of the last page.
async fn browse(page: &Url) -> u16 {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    client.get(page.clone()).send().await.unwrap().status().as_u16()
}

/// Asks for the page alone; returns where it sends the browser.
async fn sent_to(page: &Url) -> Url {
    let client = reqwest::Client::builder().no_proxy().redirect(Policy::none()).build().unwrap();
    let answer = client.get(page.clone()).send().await.unwrap();
    assert_eq!(answer.status(), 302);
    answer.headers()["location"].to_str().unwrap().parse().unwrap()
}

/// Lets the person open a page, and says what came of it.
async fn approved(approval: Approval) -> Result<Secrets, Error> {
    let page = approval.page().clone();
    let (granted, status) = tokio::join!(approval.granted(SOON), browse(&page));
    assert_eq!(status, 200, "the browser ends at a page that says so");
    granted.map(|Granted { credentials, left }| {
        assert_eq!(left, None, "Shopify keeps nothing that has to be removed");
        credentials
    })
}

/// Keeps secrets, also those that change.
struct Kept(Mutex<HashMap<String, String>>);

impl Kept {
    fn new(secrets: &Secrets) -> Arc<Self> {
        let named = secrets
            .iter()
            .map(|(name, value)| (format!("connection-7/{name}"), value.expose_secret().to_owned()));
        Arc::new(Self(Mutex::new(named.collect())))
    }

    fn renewal(&self) -> String {
        self.0.lock().unwrap()["connection-7/refresh_token"].clone()
    }
}

impl Vault for Kept {
    fn read(&self, name: &SecretRef) -> Result<SecretString, VaultError> {
        let held = self.0.lock().unwrap();
        held.get(&name.0).map(|v| v.clone().into()).ok_or_else(|| VaultError::Missing(name.0.clone()))
    }

    fn write(&self, name: &SecretRef, value: &SecretString) -> Result<(), VaultError> {
        self.0.lock().unwrap().insert(name.0.clone(), value.expose_secret().to_owned());
        Ok(())
    }
}

fn connected(url: &str, vault: Arc<dyn Vault>, clock: Arc<dyn Clock>) -> Arc<dyn Connector> {
    let settings = Settings {
        connection: ConnectionId(7),
        base_url: url.parse().unwrap(),
        vault,
        clock,
        patience: impatient(),
        share: Share::WHOLE,
    };
    connect(Platform::Shopify, settings).unwrap()
}

#[tokio::test]
async fn a_person_approves_and_the_tokens_renew_themselves() {
    let shop = Shop::open(|_| {}).await;
    let approval = shop.begin().await;
    let redirect = approval.redirect();
    assert!(redirect.starts_with("http://127.0.0.1:") && redirect.ends_with("/shopify"), "{redirect}");
    let app = shop.app();
    let page = approval.page().to_string();
    assert!(!page.contains(app["client_secret"].expose_secret()), "no secret in an address: {page}");
    let granted = approved(approval).await.unwrap();
    assert_eq!(granted.keys().collect::<Vec<_>>(), ["client_id", "client_secret", "refresh_token"]);

    let vault = Kept::new(&granted);
    let hours = Arc::new(AtomicI64::new(0));
    let clock: Arc<dyn Clock> = {
        let hours = Arc::clone(&hours);
        Arc::new(move || now() + jiff::SignedDuration::from_hours(hours.load(Ordering::SeqCst)))
    };
    let connector = connected(shop.url(), vault.clone(), Arc::clone(&clock));
    let account = connector.check().await.unwrap();
    assert!(account.missing.is_empty() && account.id.is_some(), "{account:?}");
    let first = vault.renewal();
    assert_ne!(&first, granted["refresh_token"].expose_secret(), "each renewal brings the next");
    connector.check().await.unwrap();
    assert_eq!(vault.renewal(), first, "a token serves for its hour");
    hours.store(2, Ordering::SeqCst);
    connector.check().await.unwrap();
    assert_ne!(vault.renewal(), first, "and is renewed before it ends");
    connected(shop.url(), vault, clock).check().await.unwrap();
}

#[tokio::test]
async fn a_renewal_that_could_not_be_kept_costs_nothing() {
    let shop = Shop::open(|_| {}).await;
    let granted = approved(shop.begin().await).await.unwrap();
    let secrets = granted.iter().map(|(name, value)| (name.as_str(), value.expose_secret()));
    let secrets: Vec<(&str, &str)> = secrets.collect();
    for _ in 0..2 {
        // This vault is only read from.
        let settings = crate::support::settings(shop.url(), &secrets);
        connect(Platform::Shopify, settings).unwrap().check().await.unwrap();
    }
}

#[tokio::test]
async fn whoever_comes_with_another_state_ends_nothing() {
    let shop = Shop::open(|_| {}).await;
    let approval = shop.begin().await;
    let (page, redirect) = (approval.page().clone(), approval.redirect().to_owned());
    let person = async {
        for strange in ["?state=guessed&code=x", "?code=x", "?state=", "/../favicon.ico"] {
            let url: Url = format!("{redirect}{strange}").parse().unwrap();
            assert!([400, 404].contains(&browse(&url).await), "{strange}");
        }
        browse(&page).await
    };
    let (granted, status) = tokio::join!(approval.granted(SOON), person);
    assert!(granted.unwrap().credentials.contains_key("refresh_token"));
    assert_eq!(status, 200);
}

#[tokio::test]
async fn a_person_who_says_no_is_believed() {
    let shop = Shop::open(|options| options.shopify.approves = false).await;
    let error = approved(shop.begin().await).await.unwrap_err();
    assert_eq!(error.kind, Kind::SignIn);
    assert!(error.message.contains("refused") && error.hint.is_some(), "{error:?}");
}

#[tokio::test]
async fn a_code_is_good_once_and_not_for_long() {
    let shop = Shop::open(|_| {}).await;
    let approval = shop.begin().await;
    let answer = sent_to(approval.page()).await;
    let code = answer.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
    let app = shop.app();
    let form = [
        ("client_id", app["client_id"].expose_secret()),
        ("client_secret", app["client_secret"].expose_secret()),
        ("code", &code),
        ("code_verifier", "guessed"),
    ];
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let token = format!("{}/admin/oauth/access_token", shop.url());
    assert_eq!(client.post(token).form(&form).send().await.unwrap().status(), 400, "not with a guess");
    let (granted, _) = tokio::join!(approval.granted(SOON), browse(&answer));
    let error = granted.unwrap_err();
    assert_eq!(error.kind, Kind::SignIn);
    assert!(error.message.contains("already used"), "{error}");
    assert!(!format!("{error:?}").contains(&code), "no code in {error:?}");

    let shop = Shop::open(|options| options.shopify.code_life = Duration::ZERO).await;
    assert_eq!(approved(shop.begin().await).await.unwrap_err().kind, Kind::SignIn);
}

#[tokio::test]
async fn an_answer_about_another_shop_is_refused() {
    let shop = Shop::open(|_| {}).await;
    let elsewhere = shop.url().replace("127.0.0.1", "localhost");
    let error = approved(shop.ask(&elsewhere, shop.app()).await.unwrap()).await.unwrap_err();
    assert_eq!(error.kind, Kind::SignIn);
    assert!(error.message.contains("127.0.0.1") && error.message.contains("localhost"), "{error}");
}

#[tokio::test]
async fn an_answer_that_the_app_did_not_sign_is_refused() {
    let shop = Shop::open(|_| {}).await;
    let mut app = shop.app();
    app.insert("client_secret".to_owned(), "another".into());
    let error = approved(shop.ask(shop.url(), app).await.unwrap()).await.unwrap_err();
    assert!(error.message.contains("not signed"), "{error}");
}

#[tokio::test]
async fn nobody_is_waited_for_for_ever_and_the_port_is_free_again() {
    let shop = Shop::open(|_| {}).await;
    let ask = |port: u16| unregistered(shop.url(), shop.app(), port);
    let approval = ask(0).await.unwrap();
    let redirect: Url = approval.redirect().parse().unwrap();
    let port = redirect.port().unwrap();
    assert_eq!(browse(approval.page()).await, 400, "an address that is not registered is not sent to");
    let taken = ask(port).await.err().unwrap();
    assert_eq!(taken.kind, Kind::Unsupported, "two do not share the port: {taken}");
    let error = approval.granted(Duration::from_millis(20)).await.unwrap_err();
    assert_eq!(error.kind, Kind::SignIn);
    assert!(error.hint.unwrap().contains(redirect.as_str()), "it says what may be wrong");
    // Cancelled is dropped.
    drop(ask(port).await.unwrap());
    ask(port).await.unwrap();
}

#[tokio::test]
async fn what_is_missing_is_said_before_anything_opens() {
    let shop = Shop::open(|_| {}).await;
    let error = shop.ask(shop.url(), Secrets::new()).await.err().unwrap();
    assert_eq!(error.kind, Kind::SignIn);
    assert!(error.message.contains("client_id"), "{error}");
    let error = shop.ask("https://shop.example.com", shop.app()).await.err().unwrap();
    assert_eq!(error.kind, Kind::Unsupported, "no secret goes elsewhere");
}
