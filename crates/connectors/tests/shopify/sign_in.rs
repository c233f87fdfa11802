//! Both ways in, and what happens when a token goes stale.

use fermata_connectors::{Fate, Kind, connect};
use fermata_model::Platform;
use serde_json::json;

use super::bodies::{self, answer, page};
use super::shop;
use crate::support::listener::{Listener, Reply, Seen};
use crate::support::settings;

fn checked() -> Reply {
    answer(bodies::checked())
}

fn token(seen: &Seen) -> Option<&str> {
    seen.header("x-shopify-access-token")
}

#[tokio::test]
async fn a_pasted_token_signs_every_request() {
    let listener = Listener::script(vec![checked()]).await;
    let account = shop(&listener.url).check().await.unwrap();
    assert_eq!(account.name, "Fern & Thread");
    assert_eq!(account.currency.unwrap().code(), "EUR");
    assert_eq!(account.time_zone.as_deref(), Some("Europe/Vienna"));
    assert_eq!(account.api_version.as_deref(), Some("2026-10"));
    assert_eq!(account.missing, ["read_all_orders"], "who may write orders may read them");
    let seen = &listener.seen()[0];
    assert_eq!(seen.path, "/admin/api/2026-10/graphql.json");
    assert_eq!(token(seen), Some("shpat_practice"));
}

#[tokio::test]
async fn an_app_gets_a_token_and_uses_it_until_it_ends() {
    let listener = Listener::start(|seen, _| match seen.path.as_str() {
        "/admin/oauth/access_token" => {
            Reply::json(json!({ "access_token": "minted", "scope": "read_orders", "expires_in": 86399 }))
        }
        _ => checked(),
    })
    .await;
    let secrets = [("client_id", "id 1"), ("client_secret", "s&cret")];
    let shop = connect(Platform::Shopify, settings(&listener.url, &secrets)).unwrap();
    shop.check().await.unwrap();
    shop.check().await.unwrap();
    let seen = listener.seen();
    assert_eq!(seen.len(), 3, "one token serves both");
    assert_eq!(seen[0].body, "grant_type=client_credentials&client_id=id+1&client_secret=s%26cret");
    assert_eq!(token(&seen[1]), Some("minted"));
}

#[tokio::test]
async fn a_stale_token_is_renewed_once_and_the_request_goes_again() {
    let listener = Listener::start(|seen, count| {
        if seen.path == "/admin/oauth/access_token" {
            Reply::json(json!({ "access_token": format!("minted{count}"), "expires_in": 86399 }))
        } else if token(seen) == Some("minted0") {
            Reply::status(401, r#"{"errors":"[API] Invalid API key or access token"}"#)
        } else {
            checked()
        }
    })
    .await;
    let secrets = [("client_id", "id"), ("client_secret", "secret")];
    connect(Platform::Shopify, settings(&listener.url, &secrets)).unwrap().check().await.unwrap();
    let paths: Vec<String> = listener.seen().into_iter().map(|seen| seen.path).collect();
    assert_eq!(paths.len(), 4, "token, refused, token, answered: {paths:?}");
}

#[tokio::test]
async fn a_revoked_token_is_said_plainly() {
    let refused = Reply::status(401, r#"{"errors":"[API] Invalid API key or access token"}"#);
    let listener = Listener::script(vec![refused]).await;
    let error = shop(&listener.url).check().await.unwrap_err();
    assert_eq!(error.kind, Kind::SignIn);
    assert_eq!(listener.seen().len(), 1, "the same token is not tried twice");
}

#[tokio::test]
async fn what_keeps_an_app_out_is_said_plainly() {
    for (body, expected) in [
        (r#"{"error":"shop_not_permitted"}"#, "does not let this app into this shop"),
        (
            r#"{"error":"invalid_client","error_description":"Client authentication failed"}"#,
            "Client authentication failed",
        ),
    ] {
        let listener = Listener::script(vec![Reply::status(400, body)]).await;
        let secrets = [("client_id", "id"), ("client_secret", "secret")];
        let error =
            connect(Platform::Shopify, settings(&listener.url, &secrets)).unwrap().check().await.unwrap_err();
        assert_eq!(error.kind, Kind::SignIn);
        assert!(error.message.contains(expected), "{error}");
        assert!(error.hint.is_some());
    }
}

#[tokio::test]
async fn without_credentials_nothing_is_sent() {
    let listener = Listener::script(vec![page(json!([]), None)]).await;
    let shop = connect(Platform::Shopify, settings(&listener.url, &[])).unwrap();
    let error = shop.check().await.unwrap_err();
    assert_eq!((error.kind, error.fate), (Kind::SignIn, Fate::NotDone));
    assert!(listener.seen().is_empty());
}

#[test]
fn a_token_goes_to_a_shop_and_nowhere_else() {
    for (url, allowed) in [
        ("https://fern-and-thread.myshopify.com", true),
        ("http://127.0.0.1:4000", true),
        ("http://fern-and-thread.myshopify.com", false),
        ("https://myshopify.com.example.com", false),
        ("https://fern-and-thread.example.com", false),
    ] {
        let made = connect(Platform::Shopify, settings(url, &[("access_token", "shpat_practice")]));
        assert_eq!(made.map_err(|error| error.kind).err(), (!allowed).then_some(Kind::Unsupported), "{url}");
    }
}

#[tokio::test]
async fn an_effect_answered_by_a_page_for_people_does_not_go_again() {
    let listener = Listener::start(|seen, _| match seen.path.as_str() {
        "/admin/oauth/access_token" => Reply::json(json!({ "access_token": "minted", "expires_in": 86399 })),
        _ => Reply::html(401),
    })
    .await;
    let secrets = [("client_id", "id"), ("client_secret", "secret")];
    let shop = connect(Platform::Shopify, settings(&listener.url, &secrets)).unwrap();
    let frozen = super::refund::frozen(bodies::refundable(), 750).await.unwrap();
    let error = shop.send(&frozen).await.unwrap_err();
    assert_eq!((error.kind, error.fate), (Kind::SignIn, Fate::InDoubt), "a proxy may have answered");
    let sent = listener.seen().iter().filter(|seen| seen.path.ends_with("graphql.json")).count();
    assert_eq!(sent, 1);
}
