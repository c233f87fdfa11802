//! Approval in the browser, against the practice store: from the page to a password that never travelled.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fermata_connectors::sign_in::{Approval, Ask, Chance, Granted, key_page};
use fermata_connectors::{Connector, Error, Fate, Kind, Patience, Pull, Sent, connect};
use fermata_model::{Action, Change, ConnectionId, Key, Platform, RecordRef, Stream};
use fermata_sandbox::woocommerce::{Role, USER};
use fermata_sandbox::{Options, Plan, Practice};
use reqwest::redirect::Policy;
use secrecy::ExposeSecret as _;
use serde_json::json;
use url::Url;

use crate::support::listener::{Listener, Reply};
use crate::support::{impatient, now, settings};

/// How long a test waits for what comes at once.
const SOON: Duration = Duration::from_secs(20);

struct Shop {
    practice: Practice,
}

impl Shop {
    async fn open(change: impl FnOnce(&mut Options)) -> Self {
        let mut options = Options { customers: 30, speed: 0.0, rates: 1_000.0, ..Options::default() };
        options.platforms = [Platform::Woocommerce].into();
        options.now = Some("2026-11-21T12:00:00Z".parse().unwrap());
        change(&mut options);
        Self { practice: Practice::start(options).await.unwrap() }
    }

    fn url(&self) -> &str {
        self.practice.base_url(Platform::Woocommerce)
    }

    fn trouble(&self, rules: serde_json::Value) {
        self.practice.set_faults(Plan::parse(&json!({ "seed": 7, "rules": rules }).to_string()).unwrap());
    }

    /// Asks WordPress who we are; returns the status.
    async fn asked(&self, password: &str) -> u16 {
        let me = format!("{}/wp-json/wp/v2/users/me", self.url());
        client().get(me).basic_auth(USER, Some(password)).send().await.unwrap().status().as_u16()
    }
}

fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().redirect(Policy::none()).build().unwrap()
}

async fn begin(url: &str, port: u16) -> Result<Approval, Error> {
    Approval::begin(Ask {
        platform: Platform::Woocommerce,
        base_url: url.parse().unwrap(),
        credentials: [].into(),
        chance: Chance { state: [3; 32], verifier: [4; 32] },
        // A password is made once, so a slow machine must not end the wait for it; nor must our own
        // regard for a small host, where many questions come at once.
        patience: Patience { answer: SOON, longest_pause: SOON, ..impatient() },
        clock: Arc::new(now),
        port,
    })
    .await
}

/// Presses a button of the page as a person does; returns where the browser is sent, if it is.
async fn pressed(page: &Url, button: &str) -> Option<Url> {
    let shown = client().get(page.clone()).send().await.unwrap();
    assert_eq!(shown.status(), 200, "the page asks");
    let html = shown.text().await.unwrap();
    let mut form: HashMap<String, String> = HashMap::new();
    for field in html.split("<input ").skip(1) {
        let of = |name: &str| {
            let (_, rest) = field.split_once(&format!("{name}=\""))?;
            Some(rest.split_once('"')?.0.replace("&#038;", "&"))
        };
        let (name, value) = (of("name").unwrap(), of("value").unwrap_or_default());
        if of("type").as_deref() != Some("submit") || name == button {
            form.insert(name, value);
        }
    }
    let answer = client().post(page.join("/wp-admin/authorize-application.php").unwrap());
    let answer = answer.form(&form).send().await.unwrap();
    answer.headers().get("location").map(|place| place.to_str().unwrap().parse().unwrap())
}

/// Goes where the browser is sent, and follows; returns the last address and its status.
async fn gone(to: Url) -> (Url, u16) {
    let browser = reqwest::Client::builder().no_proxy().build().unwrap();
    let end = browser.get(to).send().await.unwrap();
    (end.url().clone(), end.status().as_u16())
}

/// Approves; returns what came of it and the password that travelled.
async fn approved(approval: Approval) -> (Result<Granted, Error>, String) {
    let page = approval.page().clone();
    let person = async {
        let back = pressed(&page, "approve").await.unwrap();
        let password = back.query_pairs().find(|(name, _)| name == "password").unwrap().1.into_owned();
        let (end, status) = gone(back).await;
        assert_eq!((status, end.query()), (200, None), "nothing stays in the address bar: {end}");
        password
    };
    tokio::join!(approval.granted(SOON), person)
}

fn signed_in(url: &str, granted: &Granted) -> Arc<dyn Connector> {
    let secrets: Vec<(&str, &str)> =
        granted.credentials.iter().map(|(name, value)| (name.as_str(), value.expose_secret())).collect();
    connect(Platform::Woocommerce, settings(url, &secrets)).unwrap()
}

fn pull(stream: Stream) -> Pull {
    Pull { stream, since: None, until: now(), token: None, size: Some(10) }
}

#[tokio::test]
async fn a_person_approves_and_what_travelled_through_the_browser_is_worthless() {
    let shop = Shop::open(|_| {}).await;
    let approval = begin(shop.url(), 0).await.unwrap();
    let page = approval.page().to_string();
    assert!(page.starts_with(&format!("{}/wp-admin/authorize-application.php?", shop.url())), "{page}");
    let (granted, travelled) = approved(approval).await;
    let granted = granted.unwrap();
    assert_eq!(granted.left, None);
    assert_eq!(granted.credentials.keys().collect::<Vec<_>>(), ["application_password", "user_login"]);
    let kept = granted.credentials["application_password"].expose_secret();
    assert_ne!(kept, travelled);
    assert_eq!(shop.asked(&travelled).await, 401, "what stays in the history of the browser opens nothing");
    assert_eq!(shop.asked(kept).await, 200);
    assert!(!format!("{granted:?}").contains(kept), "no secret in {granted:?}");

    let woo = signed_in(shop.url(), &granted);
    let account = woo.check().await.unwrap();
    assert_eq!(account.user.as_deref(), Some("shop owner (administrator)"));
    assert_eq!((account.granted, account.missing), (vec!["read".to_owned(), "write".to_owned()], vec![]));
    assert!(!woo.pull(&pull(Stream::Customers)).await.unwrap().changes.is_empty());
    let orders = woo.pull(&pull(Stream::Orders)).await.unwrap();
    let Change::Seen(order) = &orders.changes[0] else { panic!("an order") };
    let order = RecordRef {
        connection: ConnectionId(7),
        stream: Stream::Orders,
        external_id: order.external_id.clone(),
        label: "an order".to_owned(),
    };
    let note = Action::OrderNote { order, text: "Seen.".to_owned() };
    let frozen = woo.prepare(&note, Key(uuid::Uuid::from_u128(9)), now()).await.unwrap();
    assert!(matches!(woo.send(&frozen).await.unwrap(), Sent::Confirmed(_)));
}

#[tokio::test]
async fn an_account_can_be_approved_again_while_the_first_password_is_still_there() {
    let shop = Shop::open(|_| {}).await;
    let (first, _) = approved(begin(shop.url(), 0).await.unwrap()).await;
    let again = Approval::begin(Ask {
        platform: Platform::Woocommerce,
        base_url: shop.url().parse().unwrap(),
        credentials: [].into(),
        chance: Chance { state: [5; 32], verifier: [6; 32] },
        patience: Patience { answer: SOON, longest_pause: SOON, ..impatient() },
        clock: Arc::new(now),
        port: 0,
    });
    let (second, _) = approved(again.await.unwrap()).await;
    for granted in [first.unwrap(), second.unwrap()] {
        signed_in(shop.url(), &granted).check().await.unwrap();
    }
}

#[tokio::test]
async fn a_person_who_says_no_is_believed() {
    let shop = Shop::open(|_| {}).await;
    let approval = begin(shop.url(), 0).await.unwrap();
    let page = approval.page().clone();
    let person = async { gone(pressed(&page, "reject").await.unwrap()).await.1 };
    let (granted, status) = tokio::join!(approval.granted(SOON), person);
    assert_eq!(status, 200);
    let error = granted.unwrap_err();
    assert_eq!(error.kind, Kind::SignIn);
    assert!(error.message.contains("refused there") && error.hint.is_some(), "{error:?}");
}

#[tokio::test]
async fn whoever_comes_with_another_state_or_for_another_site_connects_nothing() {
    let shop = Shop::open(|_| {}).await;
    let approval = begin(shop.url(), 0).await.unwrap();
    let (page, redirect) = (approval.page().clone(), approval.redirect().to_owned());
    let person = async {
        for strange in ["?state=guessed&user_login=a&password=b", "?user_login=a&password=b", ""] {
            let url: Url = format!("{redirect}{strange}").parse().unwrap();
            assert!([400, 404].contains(&gone(url).await.1), "{strange}");
        }
        let mut back = pressed(&page, "approve").await.unwrap();
        let pairs: Vec<(String, String)> = back.query_pairs().into_owned().collect();
        let elsewhere = |(name, value): &(String, String)| match name.as_str() {
            "site_url" => (name.clone(), "https://other.example".to_owned()),
            _ => (name.clone(), value.clone()),
        };
        back.query_pairs_mut().clear().extend_pairs(pairs.iter().map(elsewhere));
        gone(back).await
    };
    let (granted, _) = tokio::join!(approval.granted(SOON), person);
    let error = granted.unwrap_err();
    assert_eq!(error.kind, Kind::SignIn);
    assert!(error.message.contains("other.example") && error.message.contains("127.0.0.1"), "{error}");
    let asked = shop.practice.asked(Platform::Woocommerce);
    assert!(
        !asked.contains_key("GET application-passwords/introspect"),
        "no password goes where it is not from"
    );
}

#[tokio::test]
async fn an_older_wordpress_refuses_and_the_way_out_is_said() {
    let shop = Shop::open(|options| options.woocommerce.sends_to_loopback = false).await;
    let approval = begin(shop.url(), 0).await.unwrap();
    let page = client().get(approval.page().clone()).send().await.unwrap();
    assert_eq!(page.status(), 500);
    assert!(page.text().await.unwrap().contains("The URL must be served over a secure connection."));
    let error = approval.granted(Duration::from_millis(20)).await.unwrap_err();
    let hint = error.hint.unwrap();
    assert!(hint.contains("secure connection") && hint.contains("create-key=1"), "{hint}");
}

#[tokio::test]
async fn a_shop_that_approves_nothing_says_so_before_a_page_opens() {
    let shop = Shop::open(|options| options.woocommerce.application_passwords = false).await;
    let error = begin(shop.url(), 0).await.err().unwrap();
    assert_eq!(error.kind, Kind::Unsupported);
    assert!(error.message.contains("switched off") && error.hint.unwrap().contains("create-key=1"));

    let endpoint =
        |page: &str| json!({ "application-passwords": { "endpoints": { "authorization": page } } });
    for (answer, kind, says) in [
        (Reply::html(404), Kind::Missing, "no WooCommerce at this address"),
        (Reply::html(200), Kind::Broken, "page for people"),
        (Reply::json(json!({ "name": "no WordPress" })), Kind::Unsupported, "switched off"),
        (Reply::json(json!({ "authentication": [] })), Kind::Unsupported, "switched off"),
        (
            Reply::json(json!({ "authentication": endpoint("https://elsewhere.example/wp-admin/x.php") })),
            Kind::Unsupported,
            "not at its own address",
        ),
        (
            Reply::json(json!({ "url": "https://www.elsewhere.example", "authentication": {} })),
            Kind::Unsupported,
            "www.elsewhere.example",
        ),
    ] {
        let listener = Listener::script(vec![answer.clone()]).await;
        let error = begin(&listener.url, 0).await.err().unwrap();
        assert_eq!(error.kind, kind, "{answer:?}: {error}");
        assert!(error.message.contains(says), "{error}");
    }
    let moved = Reply::status(301, "").with("location", "https://www.shop.example/wp-json/");
    let listener = Listener::script(vec![moved]).await;
    let error = begin(&listener.url, 0).await.err().unwrap();
    assert!(error.hint.clone().unwrap().contains("www.shop.example"), "{error:?}");
    let clear = begin("http://shop.example", 0).await.err().unwrap();
    assert_eq!(clear.kind, Kind::Unsupported, "nobody signs in in the clear");
}

#[tokio::test]
async fn a_shop_with_plain_permalinks_is_approved_too() {
    let listener = Listener::start(|seen, _| {
        let route = seen.query_pairs().into_iter().find(|(name, _)| name == "rest_route");
        let Some((_, route)) = route else { return Reply::html(404) };
        if route == "/" {
            let page = format!("http://{}/wp-admin/authorize-application.php", seen.header("host").unwrap());
            let endpoints = json!({ "endpoints": { "authorization": page } });
            return Reply::json(json!({ "authentication": { "application-passwords": endpoints } }));
        }
        let basic = seen.header("authorization").unwrap().strip_prefix("Basic ").unwrap();
        let pair = String::from_utf8(STANDARD.decode(basic).unwrap()).unwrap();
        match (seen.method.as_str(), route.as_str(), pair.as_str()) {
            ("GET", "/wp/v2/users/me/application-passwords/introspect", "mia:old") => {
                Reply::json(json!({ "uuid": "u-1", "name": "as the person called it" }))
            }
            ("POST", "/wp/v2/users/me/application-passwords", "mia:old") => {
                Reply::status(201, json!({ "uuid": "u-2", "name": "x", "password": "abcd EFGH" }))
            }
            ("DELETE", "/wp/v2/users/me/application-passwords/u-1", "mia:abcdEFGH") => {
                Reply::status(403, json!({ "code": "rest_cannot_delete", "message": "No." }))
            }
            other => panic!("{other:?}"),
        }
    })
    .await;
    let approval = begin(&listener.url, 0).await.unwrap();
    let mut back: Url = approval.redirect().parse().unwrap();
    let asked = approval.page().query_pairs().find(|(name, _)| name == "success_url").unwrap().1.into_owned();
    back.set_query(asked.split_once('?').map(|(_, query)| query));
    back.query_pairs_mut()
        .append_pair("site_url", &listener.url)
        .append_pair("user_login", "mia")
        .append_pair("password", "old");
    let (granted, (_, status)) = tokio::join!(approval.granted(SOON), gone(back));
    assert_eq!(status, 200);
    let granted = granted.unwrap();
    assert_eq!(granted.credentials["application_password"].expose_secret(), "abcdEFGH");
    let left = granted.left.expect("what could not be removed is named");
    assert!(left.contains("as the person called it"), "{left}");
}

#[tokio::test]
async fn an_exchange_that_breaks_in_the_middle_leaves_nothing_unsaid() {
    // The fresh one is made, the travelled one cannot be removed.
    let shop = Shop::open(|_| {}).await;
    shop.trouble(json!([{ "operation": "DELETE application-passwords/{uuid}", "fault": "error_before" }]));
    let (granted, travelled) = approved(begin(shop.url(), 0).await.unwrap()).await;
    let granted = granted.unwrap();
    assert!(granted.left.as_ref().unwrap().contains("Fermata sign-in 2026-11-21 12:00"), "{granted:?}");
    shop.trouble(json!([]));
    signed_in(shop.url(), &granted).check().await.unwrap();
    assert_eq!(shop.asked(&travelled).await, 200, "it was said to be good still, and is");

    // The fresh one cannot be made: nothing is connected, and what travelled is taken back.
    let shop = Shop::open(|_| {}).await;
    shop.trouble(json!([{ "operation": "POST application-passwords", "fault": "error_before" }]));
    let (granted, travelled) = approved(begin(shop.url(), 0).await.unwrap()).await;
    let error = granted.unwrap_err();
    assert!(error.message.ends_with("Nothing was connected."), "{error}");
    assert!(!format!("{error:?}").contains(&travelled), "no secret in {error:?}");
    assert_eq!(shop.asked(&travelled).await, 401);

    // A host that strips the header.
    let shop = Shop::open(|_| {}).await;
    shop.trouble(json!([{ "operation": "GET application-passwords/introspect", "fault": "revoke_token" }]));
    let (granted, _) = approved(begin(shop.url(), 0).await.unwrap()).await;
    let error = granted.unwrap_err();
    assert_eq!(error.kind, Kind::SignIn);
    let hint = error.hint.unwrap();
    assert!(hint.contains("make a key") && hint.contains("Fermata sign-in"), "{hint}");
}

#[tokio::test]
async fn who_stops_waiting_leaves_a_free_port_and_nothing_at_the_shop() {
    let shop = Shop::open(|_| {}).await;
    let approval = begin(shop.url(), 0).await.unwrap();
    let port = approval.redirect().parse::<Url>().unwrap().port().unwrap();
    assert!(begin(shop.url(), port).await.is_err(), "two do not share it");
    let waiting = tokio::spawn(approval.granted(SOON));
    waiting.abort();
    assert!(waiting.await.unwrap_err().is_cancelled());
    drop(begin(shop.url(), port).await.unwrap());
    assert!(!shop.practice.asked(Platform::Woocommerce).keys().any(|name| name.contains("application-pass")));
}

#[tokio::test]
async fn a_user_without_rights_is_named_with_what_does_not_work() {
    let shop = Shop::open(|options| options.woocommerce.role = Role::Customer).await;
    let (granted, _) = approved(begin(shop.url(), 0).await.unwrap()).await;
    let woo = signed_in(shop.url(), &granted.unwrap());
    let account = woo.check().await.unwrap();
    assert_eq!(account.user.as_deref(), Some("shop owner (customer)"));
    assert_eq!((account.granted, account.missing), (vec![], vec!["read".to_owned(), "write".to_owned()]));
    let error = woo.pull(&pull(Stream::Orders)).await.unwrap_err();
    assert_eq!(error.kind, Kind::Forbidden);
    assert!(error.hint.unwrap().contains("shop manager"));
}

#[tokio::test]
async fn a_password_that_was_taken_back_is_a_sign_in_that_ended_and_goes_into_no_address() {
    let shop = Shop::open(|_| {}).await;
    let (granted, _) = approved(begin(shop.url(), 0).await.unwrap()).await;
    let woo = signed_in(shop.url(), &granted.unwrap());
    shop.trouble(json!([{ "fault": "revoke_token" }]));
    let error = woo.pull(&pull(Stream::Orders)).await.unwrap_err();
    assert_eq!((error.kind, error.fate), (Kind::SignIn, Fate::NotDone));
    assert!(error.message.contains("approved") && !error.is_temporary(), "{error}");

    for code in
        ["incorrect_password", "application_passwords_disabled", "invalid_username", "rest_not_logged_in"]
    {
        let refused = json!({ "code": code, "message": "No.", "data": { "status": 401 } });
        let listener = Listener::script(vec![Reply::status(401, refused)]).await;
        let secrets = [("user_login", "mia"), ("application_password", "abcd1234")];
        let woo = connect(Platform::Woocommerce, settings(&listener.url, &secrets)).unwrap();
        let error = woo.pull(&pull(Stream::Orders)).await.unwrap_err();
        assert_eq!(error.kind, Kind::SignIn, "{code}");
        let seen = listener.seen();
        assert_eq!(seen.len(), 1, "there is no other way to try: {code}");
        assert!(seen.iter().all(|seen| !seen.query.contains("abcd1234")), "{code}");
    }
}

#[test]
fn the_page_where_a_key_is_made_is_named_below_the_address_of_the_shop() {
    let page = |url: &str| key_page(Platform::Woocommerce, &url.parse().unwrap()).unwrap().to_string();
    let keys = "/wp-admin/admin.php?page=wc-settings&tab=advanced&section=keys&create-key=1";
    assert_eq!(page("https://shop.example"), format!("https://shop.example{keys}"));
    assert_eq!(page("https://shop.example/store/?x#y"), format!("https://shop.example/store{keys}"));
    assert!(key_page(Platform::Shopify, &"https://a.myshopify.com".parse().unwrap()).is_none());
}
