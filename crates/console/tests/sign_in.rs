//! Signing in by the browser and signing in again, through the door, against a practice platform.

use std::path::Path;
use std::sync::Arc;

use fermata_console::wire::{
    Alert, Connect, Connection, ConnectionSignIn, Health, Nothing, SignInBegin, SignInBegun, SignInRef,
};
use fermata_console::{Caller, Code, Console, Door, Problem};
use fermata_model::Platform;
use fermata_sandbox::{Options, Plan, Practice};
use tempfile::TempDir;

use crate::door::setup;

/// A core without connections, and a shop whose app registers where its approvals arrive.
struct Stage {
    folder: TempDir,
    practice: Practice,
    console: Arc<Console>,
    door: Door,
}

impl Stage {
    async fn open() -> Self {
        let mut options = Options { customers: 20, speed: 0.0, rates: 1_000.0, ..Options::default() };
        options.platforms = [Platform::Shopify].into();
        let practice = Practice::start(options).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let console = Console::open(setup(folder.path())).await.unwrap();
        let door = Door::new(Arc::clone(&console), Caller::window());
        Self { folder, practice, console, door }
    }

    fn base_url(&self) -> String {
        self.practice.base_url(Platform::Shopify).to_owned()
    }

    /// Returns id and secret of the app.
    fn app(&self) -> std::collections::BTreeMap<String, String> {
        let app = self.practice.access(Platform::Shopify).client_credentials().unwrap();
        serde_json::from_value(app).unwrap()
    }

    async fn begin(&self) -> Result<SignInBegun, Problem> {
        let request = SignInBegin {
            platform: Platform::Shopify,
            base_url: self.base_url(),
            credentials: self.app(),
            key_page: false,
            open: false,
        };
        assert!(!format!("{request:?}").contains(&self.app()["client_secret"]), "{request:?}");
        let begun = self.door.sign_in_begin(request).await?;
        self.practice.register_redirect(Platform::Shopify, begun.redirect.as_deref().unwrap());
        Ok(begun)
    }

    /// Approves as a person does; returns the name of the approval.
    async fn approved(&self) -> String {
        let begun = self.begin().await.unwrap();
        let id = begun.id.clone().unwrap();
        let (tested, ()) =
            tokio::join!(self.door.sign_in_await(SignInRef { id: id.clone() }), browse(&begun.page));
        let tested = tested.unwrap();
        assert!(tested.missing.is_empty() && !tested.preview.is_empty(), "{tested:?}");
        id
    }

    fn connect(&self, approval: Option<String>) -> Connect {
        let token = self.practice.credentials(Platform::Shopify);
        let credentials = if approval.is_some() { serde_json::json!({}) } else { token };
        Connect {
            platform: Platform::Shopify,
            base_url: self.base_url(),
            credentials: serde_json::from_value(credentials).unwrap(),
            approval,
        }
    }

    async fn one(&self) -> Connection {
        let mut list = self.door.connections(Nothing {}).await.unwrap();
        assert_eq!(list.len(), 1);
        list.remove(0)
    }

    async fn alerts(&self) -> Vec<Alert> {
        self.door.alerts(Nothing {}).await.unwrap()
    }
}

/// Opens a page, and follows where it sends the browser.
async fn browse(page: &str) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    assert_eq!(client.get(page).send().await.unwrap().status(), 200);
}

fn holds(folder: &Path, text: &str) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return holds(&path, text);
        }
        std::fs::read(&path).unwrap().windows(text.len()).any(|window| window == text.as_bytes())
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_approved_is_connected_and_its_secrets_reach_nobody() {
    let stage = Stage::open().await;
    let id = stage.approved().await;
    let again = stage.door.connections_test(stage.connect(Some(id.clone()))).await;
    assert!(again.is_ok(), "it may be looked at again: {again:?}");
    let mut elsewhere = stage.connect(Some(id.clone()));
    elsewhere.base_url = elsewhere.base_url.replace("127.0.0.1", "localhost");
    let refused = stage.door.connections_add(elsewhere).await.unwrap_err();
    assert_eq!(refused.code, Code::BadRequest, "it was approved for one account: {refused}");
    stage.door.connections_add(stage.connect(Some(id.clone()))).await.unwrap();
    stage.console.sync_once(None).await.unwrap();
    assert_eq!(stage.one().await.health, Health::Live, "its token is renewed by itself");
    assert!(!holds(stage.folder.path(), &stage.app()["client_secret"]), "no file holds the secret");
    let used = stage.door.connections_test(stage.connect(Some(id))).await.unwrap_err();
    assert_eq!(used.code, Code::NotFound, "an approval connects one account");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_lets_nobody_in_is_asked_for_no_records() {
    let stage = Stage::open().await;
    let mut wrong = stage.connect(None);
    wrong.credentials = [("access_token".to_owned(), "shpat_guessed".to_owned())].into();
    assert_eq!(stage.door.connections_test(wrong).await.unwrap_err().code, Code::SignIn);
    let journal = stage.practice.journal(Platform::Shopify);
    assert_eq!(journal.len(), 1, "who it is, and no records after the no: {journal:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_sign_in_is_over_and_another_may_begin() {
    let stage = Stage::open().await;
    let begun = stage.begin().await.unwrap();
    let id = begun.id.unwrap();
    let wait = stage.door.sign_in_await(SignInRef { id: id.clone() });
    let cancel = stage.door.sign_in_cancel(SignInRef { id: id.clone() });
    let (waited, cancelled) = tokio::join!(wait, cancel);
    assert_eq!(waited.unwrap_err().code, Code::NotFound);
    cancelled.unwrap();
    let SignInBegun { id, redirect, .. } = stage.begin().await.unwrap();
    let (first, redirect) = (id.unwrap(), redirect.unwrap());
    let second = stage.approved().await;
    assert_ne!(first, second, "who begins anew gives up the one before");
    let nobody = reqwest::Client::builder().no_proxy().build().unwrap().get(redirect).send().await;
    assert!(nobody.is_err_and(|error| error.is_connect()), "and lets go of its port");
    let gone = stage.door.sign_in_await(SignInRef { id: first }).await.unwrap_err();
    assert_eq!(gone.code, Code::NotFound);
    stage.console.close().await;
    assert!(stage.door.sign_in_await(SignInRef { id: second }).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_account_is_signed_in_again_and_stays_the_same() {
    let stage = Stage::open().await;
    let connection = stage.door.connections_add(stage.connect(None)).await.unwrap();
    stage.console.sync_once(None).await.unwrap();
    let landed = |c: &Connection| c.streams.iter().map(|stream| stream.landed).sum::<u32>();
    let before = landed(&stage.one().await);

    let revoked = serde_json::json!({ "rules": [{ "platform": "shopify", "fault": "revoke_token" }] });
    stage.practice.set_faults(serde_json::from_value::<Plan>(revoked).unwrap());
    assert_eq!(stage.console.sync_once(None).await.unwrap_err().code, Code::SignIn);
    assert_eq!(stage.one().await.health, Health::Broken);
    assert_eq!(stage.alerts().await.len(), 1, "somebody is told");
    stage.practice.set_faults(Plan::calm());

    let renew = |credentials: serde_json::Value, approval: Option<String>| ConnectionSignIn {
        id: connection.id,
        credentials: serde_json::from_value(credentials).unwrap(),
        approval,
    };
    let wrong = renew(serde_json::json!({ "access_token": "shpat_guessed" }), None);
    assert!(!format!("{wrong:?}").contains("shpat_guessed"), "{wrong:?}");
    assert_eq!(stage.door.connections_sign_in(wrong).await.unwrap_err().code, Code::SignIn);
    assert_eq!(stage.alerts().await.len(), 1, "a try that failed changes nothing");
    assert_eq!(stage.one().await.health, Health::Broken);

    let id = stage.approved().await;
    let signed_in = stage.door.connections_sign_in(renew(serde_json::json!({}), Some(id))).await.unwrap();
    assert_eq!((signed_in.id, &signed_in.name), (connection.id, &connection.name));
    assert!(stage.alerts().await.is_empty(), "the alert is over at once");
    stage.console.sync_once(None).await.unwrap();
    let after = stage.one().await;
    assert_eq!((after.health, landed(&after)), (Health::Live, before), "nothing was lost");
    let unknown =
        ConnectionSignIn { id: fermata_model::ConnectionId(99), ..renew(serde_json::json!({}), None) };
    assert_eq!(stage.door.connections_sign_in(unknown).await.unwrap_err().code, Code::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_be_asked_in_the_browser_is_said_or_shown_where_a_key_is_made() {
    let stage = Stage::open().await;
    let begin = |platform: Platform, base_url: &str, key_page: bool| SignInBegin {
        platform,
        base_url: base_url.to_owned(),
        credentials: [].into(),
        key_page,
        open: false,
    };
    let keys = begin(Platform::Woocommerce, "shop.example", true);
    let page = stage.door.sign_in_begin(keys).await.unwrap();
    assert_eq!(page.id, None, "nothing comes back");
    assert!(
        page.page.starts_with("https://shop.example/wp-admin/admin.php?page=wc-settings"),
        "{}",
        page.page
    );
    for key_page in [true, false] {
        let plain =
            stage.door.sign_in_begin(begin(Platform::Woocommerce, "http://shop.example", key_page)).await;
        assert_eq!(plain.unwrap_err().code, Code::BadRequest, "nobody signs in in the clear");
        let stripe = begin(Platform::Stripe, "https://api.stripe.com", key_page);
        let none = stage.door.sign_in_begin(stripe).await.unwrap_err();
        assert_eq!(none.code, Code::BadRequest);
    }
    let app = begin(Platform::Shopify, &stage.base_url(), false);
    let app = stage.door.sign_in_begin(app).await.unwrap_err();
    assert!(app.code == Code::SignIn && app.message.contains("client_id"), "{app}");

    let platforms = stage.door.platforms(Nothing {}).await.unwrap();
    let known = |platform: Platform| {
        let info = platforms.iter().find(|info| info.platform == platform).unwrap();
        let browser = info.browser.as_ref()?;
        Some((browser.needs.len(), browser.redirect.is_some(), browser.note.is_some(), browser.key_page))
    };
    assert_eq!(known(Platform::Shopify), Some((2, true, false, false)), "its app registers the address");
    assert_eq!(known(Platform::Woocommerce), Some((0, false, true, true)), "nothing but the shop's address");
    assert_eq!(known(Platform::Gorgias), None);
}

/// Presses yes on the page of a shop, as a person does, and follows to the end.
async fn press_yes(page: &str) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let html = client.get(page).send().await.unwrap().text().await.unwrap();
    let mut form = vec![("approve".to_owned(), "Yes".to_owned())];
    for field in html.split("<input ").skip(1).filter(|field| !field.starts_with("type=\"submit\"")) {
        let of = |name: &str| {
            let (_, rest) = field.split_once(&format!("{name}=\"")).unwrap();
            rest.split_once('"').unwrap().0.replace("&#038;", "&")
        };
        form.push((of("name"), of("value")));
    }
    let (place, _) = page.split_once('?').unwrap();
    assert_eq!(client.post(place).form(&form).send().await.unwrap().status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_of_wordpress_is_connected_with_nothing_but_its_address() {
    let mut options = Options { customers: 20, speed: 0.0, rates: 1_000.0, ..Options::default() };
    options.platforms = [Platform::Woocommerce].into();
    let practice = Practice::start(options).await.unwrap();
    let base_url = practice.base_url(Platform::Woocommerce).to_owned();
    let folder = tempfile::tempdir().unwrap();
    let console = Console::open(setup(folder.path())).await.unwrap();
    let door = Door::new(Arc::clone(&console), Caller::window());
    let ask = || SignInBegin {
        platform: Platform::Woocommerce,
        base_url: base_url.clone(),
        credentials: [].into(),
        key_page: false,
        open: false,
    };
    let rule = serde_json::json!({
        "rules": [{ "operation": "DELETE application-passwords/{uuid}", "fault": "error_before" }]
    });
    practice.set_faults(serde_json::from_value::<Plan>(rule).unwrap());
    let begun = door.sign_in_begin(ask()).await.unwrap();
    let id = begun.id.unwrap();
    let (tested, ()) = tokio::join!(door.sign_in_await(SignInRef { id: id.clone() }), press_yes(&begun.page));
    let tested = tested.unwrap();
    practice.set_faults(Plan::calm());
    assert_eq!(tested.user.as_deref(), Some("shop owner (administrator)"));
    assert!(tested.left.unwrap().contains("Fermata sign-in"), "what has to be removed by hand is named");
    assert!(tested.missing.is_empty() && tested.preview.iter().all(|one| one.problem.is_none()));
    let connect = |approval: Option<String>, credentials: serde_json::Value| Connect {
        platform: Platform::Woocommerce,
        base_url: base_url.clone(),
        credentials: serde_json::from_value(credentials).unwrap(),
        approval,
    };
    let made = door.connections_add(connect(Some(id), serde_json::json!({}))).await.unwrap();
    console.sync_once(None).await.unwrap();
    let health = async || door.connections(Nothing {}).await.unwrap().remove(0).health;
    assert_eq!(health().await, Health::Live);

    let smuggled = connect(None, serde_json::json!({ "user_login": "mia", "application_password": "x" }));
    assert_eq!(
        door.connections_test(smuggled).await.unwrap_err().code,
        Code::BadRequest,
        "given, not entered"
    );

    let revoked = serde_json::json!({ "rules": [{ "fault": "revoke_token" }] });
    practice.set_faults(serde_json::from_value::<Plan>(revoked).unwrap());
    assert_eq!(console.sync_once(None).await.unwrap_err().code, Code::SignIn);
    assert_eq!((health().await, door.alerts(Nothing {}).await.unwrap().len()), (Health::Broken, 1));
    practice.set_faults(Plan::calm());
    // By the other way, a key; what was approved is forgotten.
    let key = serde_json::from_value(practice.credentials(Platform::Woocommerce)).unwrap();
    let again = ConnectionSignIn { id: made.id, credentials: key, approval: None };
    door.connections_sign_in(again).await.unwrap();
    console.sync_once(None).await.unwrap();
    assert_eq!(health().await, Health::Live);
    let by_key = door.connections_test(connect(None, practice.credentials(Platform::Woocommerce))).await;
    assert_eq!(by_key.unwrap().user, None);
}
