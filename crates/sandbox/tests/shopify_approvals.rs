//! Promises about approval in the browser: what the page demands, what a code is good for.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fermata_model::Platform;
use reqwest::redirect::Policy;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::shopify_door::Door;

const REDIRECT: &str = "http://127.0.0.1:7434/shopify";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

fn question(door: &Door) -> Vec<(&'static str, String)> {
    vec![
        ("client_id", door.practice.access(Platform::Shopify).user.clone()),
        ("scope", "read_orders,write_orders".to_owned()),
        ("redirect_uri", REDIRECT.to_owned()),
        ("state", "mine".to_owned()),
        ("code_challenge", URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER))),
        ("code_challenge_method", "S256".to_owned()),
    ]
}

async fn ask(door: &Door, question: &[(&str, String)]) -> reqwest::Response {
    let client = reqwest::Client::builder().redirect(Policy::none()).build().expect("a client");
    client.get(door.url("/admin/oauth/authorize")).query(question).send().await.expect("an answer")
}

async fn code(door: &Door) -> String {
    let answer = ask(door, &question(door)).await;
    assert_eq!(answer.status(), 302);
    let place = answer.headers()["location"].to_str().expect("text");
    assert!(place.starts_with(REDIRECT), "{place}");
    let query: Vec<(String, String)> =
        url::form_urlencoded::parse(place.split_once('?').expect("a query").1.as_bytes())
            .into_owned()
            .collect();
    let of = |name: &str| query.iter().find(|(key, _)| key == name).expect(name).1.clone();
    assert_eq!(of("state"), "mine");
    assert_eq!(format!("http://{}", of("shop")), door.practice.base_url(Platform::Shopify));
    assert_eq!(of("hmac").len(), 64);
    of("code")
}

/// Asks for a token; returns the status and the body.
async fn token(door: &Door, more: &[(&str, &str)]) -> (u16, Value) {
    let access = door.practice.access(Platform::Shopify);
    let client = [("client_id", access.user.as_str()), ("client_secret", access.secret.as_str())];
    let form = [&client[..], more].concat();
    let asked = door.client.post(door.url("/admin/oauth/access_token")).form(&form).send().await;
    let answer = asked.expect("an answer");
    (answer.status().as_u16(), answer.json().await.expect("JSON"))
}

#[tokio::test]
async fn the_page_demands_what_the_vendor_demands_and_pkce() {
    let door = Door::open().await;
    for (name, wrong) in [
        ("client_id", Some("stranger")),
        ("redirect_uri", Some("http://127.0.0.1:7434/shopify/")),
        ("redirect_uri", Some("http://localhost:7434/shopify")),
        ("scope", Some("read_minds")),
        ("scope", None),
        ("state", None),
        ("code_challenge", None),
        ("code_challenge_method", Some("plain")),
        ("prompt", Some("none")),
    ] {
        let mut question = question(&door);
        question.retain(|(key, _)| *key != name);
        question.extend(wrong.map(|wrong| (name, wrong.to_owned())));
        assert_eq!(ask(&door, &question).await.status(), 400, "{name} {wrong:?}");
    }
}

#[tokio::test]
async fn a_code_is_good_once_for_who_asked_and_not_for_long() {
    let door = Door::open().await;
    let first = code(&door).await;
    let (status, _) = token(&door, &[("code", &first), ("code_verifier", "guessed")]).await;
    assert_eq!(status, 400);
    let (status, body) = token(&door, &[("code", &first), ("code_verifier", VERIFIER)]).await;
    assert_eq!((status, &body["error"]), (400, &"invalid_request".into()), "a wrong guess used it up");
    let second = code(&door).await;
    let (status, body) = token(&door, &[("code", &second), ("code_verifier", VERIFIER)]).await;
    assert_eq!((status, &body["expires_in"]), (200, &Value::Null), "without `expiring` it has no end");
    let (status, _) = token(&door, &[("code", &second), ("code_verifier", VERIFIER)]).await;
    assert_eq!(status, 400, "once");

    let door = Door::with(|options| options.shopify.code_life = Duration::ZERO).await;
    let late = code(&door).await;
    assert_eq!(token(&door, &[("code", &late), ("code_verifier", VERIFIER)]).await.0, 400);
}

#[tokio::test]
async fn what_renews_a_token_is_good_until_its_replacement_is_used() {
    let mut door = Door::open().await;
    let code = code(&door).await;
    let approved = [("code", code.as_str()), ("code_verifier", VERIFIER), ("expiring", "1")];
    let (status, body) = token(&door, &approved).await;
    assert_eq!(status, 200, "{body}");
    assert_eq!((&body["expires_in"], &body["refresh_token_expires_in"]), (&3_600.into(), &7_776_000.into()));
    door.token = body["access_token"].as_str().expect("a token").to_owned();
    door.data("{ shop { name } }", serde_json::json!({})).await;

    let text = |body: &Value| body["refresh_token"].as_str().expect("a renewal").to_owned();
    let renew = async |renewal: &str| {
        token(&door, &[("grant_type", "refresh_token"), ("refresh_token", renewal)]).await
    };
    let first = text(&body);
    let second = text(&renew(&first).await.1);
    assert_ne!(first, second);
    let again = text(&renew(&first).await.1);
    assert_eq!(renew(&again).await.0, 200, "a lost answer costs nothing");
    assert_eq!(renew(&first).await.0, 400, "the replacement was used");
    assert_eq!(renew("shprt_guessed").await.0, 400);
    assert_eq!(token(&door, &[("grant_type", "password")]).await.0, 400);
}
