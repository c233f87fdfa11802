//! Signing in by the browser and signing in again, through the door, against a practice platform.

use std::path::Path;
use std::sync::Arc;

use fermata_console::wire::{
    Alert, BrowserKind, Connect, Connection, ConnectionSignIn, Health, Nothing, SignInBegin, SignInBegun,
    SignInRef,
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
    let begin = |platform: Platform, base_url: &str| SignInBegin {
        platform,
        base_url: base_url.to_owned(),
        credentials: [].into(),
        open: false,
    };
    let page = stage.door.sign_in_begin(begin(Platform::Woocommerce, "shop.example")).await.unwrap();
    assert_eq!(page.id, None, "nothing comes back");
    assert!(
        page.page.starts_with("https://shop.example/wp-admin/admin.php?page=wc-settings"),
        "{}",
        page.page
    );
    let plain = stage.door.sign_in_begin(begin(Platform::Woocommerce, "http://shop.example")).await;
    assert_eq!(plain.unwrap_err().code, Code::BadRequest, "nobody signs in in the clear");
    let none = stage.door.sign_in_begin(begin(Platform::Stripe, "https://api.stripe.com")).await.unwrap_err();
    assert_eq!(none.code, Code::BadRequest);
    let app = stage.door.sign_in_begin(begin(Platform::Shopify, &stage.base_url())).await.unwrap_err();
    assert!(app.code == Code::SignIn && app.message.contains("client_id"), "{app}");

    let platforms = stage.door.platforms(Nothing {}).await.unwrap();
    let kind = |platform: Platform| {
        let info = platforms.iter().find(|info| info.platform == platform).unwrap();
        info.browser.as_ref().map(|browser| browser.kind)
    };
    assert_eq!(kind(Platform::Shopify), Some(BrowserKind::Approval));
    assert_eq!(kind(Platform::Woocommerce), Some(BrowserKind::KeyPage));
    assert_eq!(kind(Platform::Gorgias), None);
}
