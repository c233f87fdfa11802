//! Promises about WordPress: the page that asks, what comes back, and what a password opens.

use std::collections::HashMap;

use fermata_model::Platform;
use fermata_sandbox::woocommerce::{Role, USER};
use fermata_sandbox::{Options, Practice};
use reqwest::redirect::Policy;
use serde_json::{Value, json};

use crate::twin::{Answer, Twin, options};

const PAGE: &str = "/wp-admin/authorize-application.php";
const MINE: &str = "/wp-json/wp/v2/users/me/application-passwords";
const APP: &str = "11111111-2222-4333-8444-555555555555";
const BACK: &str = "http://127.0.0.1:7434/back?state=mine";

async fn wordpress(change: impl FnOnce(&mut Options)) -> Twin {
    let mut options = options();
    options.platforms = [Platform::Woocommerce].into();
    change(&mut options);
    Twin::start(Platform::Woocommerce, options).await
}

fn question() -> HashMap<&'static str, String> {
    [("app_name", "Program"), ("app_id", APP), ("success_url", BACK)]
        .map(|(name, value)| (name, value.to_owned()))
        .into()
}

async fn ask(twin: &Twin, question: &HashMap<&'static str, String>) -> Answer {
    twin.send(twin.bare("GET", PAGE).query(question)).await
}

/// Presses a button; returns the status and where the browser is sent.
async fn press(practice: &Practice, name: &str, button: &str, nonce: &str) -> (u16, String) {
    let client = reqwest::Client::builder().redirect(Policy::none()).build().expect("a client");
    let address = format!("{}{PAGE}", practice.base_url(Platform::Woocommerce));
    let reject = format!("{BACK}&success=false");
    let form = [
        ("_wpnonce", nonce),
        ("action", "authorize_application_password"),
        ("app_id", APP),
        ("app_name", name),
        ("success_url", BACK),
        ("reject_url", &reject),
        (button, "1"),
    ];
    let answer = client.post(address).form(&form).send().await.expect("an answer");
    let place = answer.headers().get("location").map(|place| place.to_str().expect("text").to_owned());
    (answer.status().as_u16(), place.unwrap_or_default())
}

async fn nonce(twin: &Twin) -> String {
    let page = ask(twin, &question()).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let (_, rest) = page.text.split_once("name=\"_wpnonce\" value=\"").expect("a nonce");
    rest.split_once('"').expect("an end").0.to_owned()
}

/// Approves; returns the password.
async fn password(twin: &Twin, name: &str) -> String {
    let nonce = nonce(twin).await;
    let (status, place) = press(&twin.practice, name, "approve", &nonce).await;
    assert_eq!(status, 302);
    let base = twin.practice.base_url(Platform::Woocommerce);
    let (back, query) = place.split_once('?').expect("a query");
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let names: Vec<&str> = pairs.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        (back, names),
        ("http://127.0.0.1:7434/back", vec!["state", "site_url", "user_login", "password"])
    );
    assert_eq!((pairs[1].1.as_str(), pairs[2].1.as_str()), (base, USER));
    pairs[3].1.clone()
}

async fn by(twin: &Twin, method: &str, path: &str, password: &str, body: Option<Value>) -> Answer {
    let request = twin.bare(method, path).basic_auth(USER, Some(password));
    let request = match body {
        Some(body) => request.json(&body),
        None => request,
    };
    twin.send(request).await
}

#[tokio::test]
async fn the_page_refuses_what_wordpress_refuses() {
    let twin = wordpress(|_| {}).await;
    for (name, wrong) in [
        ("success_url", Some("http://localhost:7434/back")),
        ("success_url", Some("http://shop.example/back")),
        ("success_url", Some("javascript:alert(1)")),
        ("success_url", Some("back")),
        ("success_url", None),
        ("app_name", None),
        ("app_id", Some("11111111-2222-4333-8444-55555555555G")),
        ("app_id", None),
        ("scope", Some("everything")),
    ] {
        let mut question = question();
        question.remove(name);
        question.extend(wrong.map(|wrong| (name, wrong.to_owned())));
        assert_eq!(ask(&twin, &question).await.status, 500, "{name} {wrong:?}");
    }
    let mut encrypted = question();
    encrypted.insert("success_url", "https://program.example/back".to_owned());
    assert_eq!(ask(&twin, &encrypted).await.status, 200);
    assert_eq!(press(&twin.practice, "Program", "approve", "guessed").await.0, 403, "the page was not seen");

    let older = wordpress(|options| options.woocommerce.sends_to_loopback = false).await;
    let refused = ask(&older, &question()).await;
    assert_eq!(refused.status, 500);
    assert!(refused.text.contains("The URL must be served over a secure connection."), "{}", refused.text);
}

#[tokio::test]
async fn a_no_comes_back_without_a_password() {
    let twin = wordpress(|_| {}).await;
    let nonce = nonce(&twin).await;
    let (status, place) = press(&twin.practice, "Program", "reject", &nonce).await;
    assert_eq!((status, place), (302, format!("{BACK}&success=false")));
}

#[tokio::test]
async fn a_password_makes_another_and_that_one_takes_it_back() {
    let twin = wordpress(|_| {}).await;
    let index = twin.send(twin.bare("GET", "/wp-json/?_fields=authentication")).await;
    let page = &index.body["authentication"]["application-passwords"]["endpoints"]["authorization"];
    assert_eq!(page, &json!(format!("{}{PAGE}", twin.practice.base_url(Platform::Woocommerce))));
    let first = password(&twin, "Program").await;
    let own = by(&twin, "GET", &format!("{MINE}/introspect"), &first, None).await;
    assert_eq!((own.status, &own.body["name"], &own.body["app_id"]), (200, &json!("Program"), &json!(APP)));
    assert_eq!(own.body["password"], Value::Null, "it is never shown again");

    for (body, status) in [
        (json!({ "name": "Program", "app_id": APP }), 409),
        (json!({ "name": " ", "app_id": APP }), 400),
        (json!({ "name": "Another", "app_id": "mine" }), 400),
    ] {
        assert_eq!(by(&twin, "POST", MINE, &first, Some(body.clone())).await.status, status, "{body}");
    }
    let made = by(&twin, "POST", MINE, &first, Some(json!({ "name": "Another", "app_id": APP }))).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let second = made.body["password"].as_str().expect("a password");
    assert_eq!((second.len(), second.matches(' ').count()), (29, 5), "in groups of four");
    let gone = format!("{MINE}/{}", own.body["uuid"].as_str().expect("a uuid"));
    let deleted = by(&twin, "DELETE", &gone, second, None).await;
    assert_eq!((deleted.status, &deleted.body["deleted"]), (200, &json!(true)));
    assert_eq!(by(&twin, "DELETE", &gone, second, None).await.status, 404);
    let me = "/wp-json/wp/v2/users/me?context=edit";
    let refused = by(&twin, "GET", me, &first, None).await;
    assert_eq!((refused.status, &refused.body["code"]), (401, &json!("incorrect_password")));
    let compact: String = second.split(' ').collect();
    let me = by(&twin, "GET", me, &compact, None).await;
    assert_eq!((me.status, &me.body["roles"]), (200, &json!(["administrator"])));
}

#[tokio::test]
async fn what_a_password_opens_in_the_shop_follows_from_the_role() {
    let orders = "/wp-json/wc/v3/orders";
    for (role, status) in [(Role::Administrator, 200), (Role::ShopManager, 200), (Role::Customer, 403)] {
        let twin = wordpress(|options| options.woocommerce.role = role).await;
        let password = password(&twin, "Program").await;
        assert_eq!(by(&twin, "GET", orders, &password, None).await.status, status, "{role:?}");
        let batch = format!("{orders}/batch");
        assert_eq!(by(&twin, "POST", &batch, &password, Some(json!({}))).await.status, status, "{role:?}");
        assert_eq!(by(&twin, "GET", orders, "guessed", None).await.status, 401);
        let in_address = format!("{orders}?consumer_key={}&consumer_secret={password}", "shop%20owner");
        assert_eq!(twin.send(twin.bare("GET", &in_address)).await.status, 401, "in the header alone");
        assert_eq!(twin.send(twin.bare("GET", "/wp-json/wp/v2/users/me")).await.status, 401);
        assert_eq!(twin.get("/wp-json/wp/v2/users/me").await.status, 401, "a key is no user's");
    }
}

#[tokio::test]
async fn where_passwords_are_switched_off_none_is_named_given_or_taken() {
    let twin = wordpress(|options| options.woocommerce.application_passwords = false).await;
    let index = twin.send(twin.bare("GET", "/wp-json/")).await;
    assert_eq!(index.body["authentication"], json!([]));
    assert_eq!(ask(&twin, &question()).await.status, 501);
    let me = by(&twin, "GET", "/wp-json/wp/v2/users/me", "guessed", None).await;
    assert_eq!((me.status, &me.body["code"]), (401, &json!("rest_not_logged_in")));
}

#[tokio::test]
async fn a_password_is_still_good_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path().to_owned();
    let keeping = || wordpress(|options| options.state = Some(state.clone()));
    let twin = keeping().await;
    let password = password(&twin, "Program").await;
    twin.practice.stop().await;
    let twin = keeping().await;
    assert_eq!(by(&twin, "GET", "/wp-json/wp/v2/users/me", &password, None).await.status, 200);
}
