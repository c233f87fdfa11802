//! The ways to a shop, and what stands in between.

use fermata_connectors::{Fate, Kind, Pull};
use fermata_model::Stream;
use serde_json::json;

use super::woo;
use crate::support::listener::{Listener, Reply};
use crate::support::now;

fn pull() -> Pull {
    Pull { stream: Stream::Customers, since: None, until: now(), token: None, size: None }
}

fn refused(code: &str, message: &str) -> Reply {
    Reply::status(401, json!({ "code": code, "message": message, "data": { "status": 401 } }))
}

#[tokio::test]
async fn a_host_that_strips_the_header_gets_the_keys_in_the_address() {
    let listener = Listener::start(|seen, _| {
        if seen.query.contains("consumer_key=ck_1&consumer_secret=cs_1") {
            Reply::json("[]")
        } else {
            refused("woocommerce_rest_cannot_view", "Sorry, you cannot list resources.")
        }
    })
    .await;
    let woo = woo(&listener);
    woo.pull(&pull()).await.unwrap();
    woo.pull(&pull()).await.unwrap();
    assert_eq!(listener.seen().len(), 3, "the second read knows the way");
}

#[tokio::test]
async fn a_shop_without_tls_gets_signed_requests_each_signed_anew() {
    let listener = Listener::start(|seen, _| {
        match seen.query_pairs().iter().any(|(name, _)| name == "oauth_signature") {
            true => Reply::json("[]"),
            false => refused("woocommerce_rest_cannot_view", "Sorry, you cannot list resources."),
        }
    })
    .await;
    let woo = woo(&listener);
    woo.pull(&pull()).await.unwrap();
    woo.pull(&pull()).await.unwrap();
    let seen = listener.seen();
    assert_eq!(seen.len(), 4, "the header, the address, the signature; then the way is known");
    let given = |at: usize, name: &str| {
        seen[at].query_pairs().into_iter().find_map(|(key, value)| (key == name).then_some(value)).unwrap()
    };
    assert_eq!(given(2, "oauth_timestamp"), now().as_second().to_string());
    assert_ne!(given(2, "oauth_nonce"), given(3, "oauth_nonce"));
    assert_ne!(given(2, "oauth_signature"), given(3, "oauth_signature"));
    assert!(!seen[3].query.contains("cs_1"), "the secret itself does not travel");
}

#[tokio::test]
async fn a_key_that_once_worked_is_never_put_into_the_address() {
    let listener = Listener::start(|_, count| match count {
        0 => Reply::json("[]"),
        _ => refused("woocommerce_rest_cannot_view", "Sorry, you cannot list resources."),
    })
    .await;
    let woo = woo(&listener);
    woo.pull(&pull()).await.unwrap();
    let error = woo.pull(&pull()).await.unwrap_err();
    assert_eq!(error.kind, Kind::SignIn);
    assert!(listener.seen().iter().all(|seen| !seen.query.contains("consumer")));
}

#[tokio::test]
async fn a_shop_with_plain_permalinks_is_found_behind_its_front_page() {
    let listener = Listener::start(|seen, _| match seen.path.as_str() {
        "/" if seen.query_pairs().contains(&("rest_route".to_owned(), "/wc/v3/customers".to_owned())) => {
            // Some plugin's file begins with a byte order mark.
            Reply::json("\u{feff}[]")
        }
        _ => Reply::html(404),
    })
    .await;
    let woo = woo(&listener);
    assert_eq!(woo.pull(&pull()).await.unwrap().changes.len(), 0);
    woo.pull(&pull()).await.unwrap();
    let paths: Vec<String> = listener.seen().into_iter().map(|seen| seen.path).collect();
    assert_eq!(paths, ["/wp-json/wc/v3/customers", "/", "/"]);
}

#[tokio::test]
async fn whatever_stands_in_between_is_told_apart_from_the_shop() {
    let permission = "The API key provided does not have read permissions.";
    for (answer, kind, says) in [
        (refused("woocommerce_rest_authentication_error", permission), Kind::Forbidden, "may not read"),
        (
            refused("woocommerce_rest_authentication_error", "Consumer secret is invalid."),
            Kind::SignIn,
            "key",
        ),
        (Reply::html(403), Kind::Broken, "firewall"),
        (Reply::html(404), Kind::Missing, "no WooCommerce at this address"),
        (Reply::html(200), Kind::Broken, "page for people"),
        (Reply::json("Notice: undefined index"), Kind::Broken, "other than data"),
        (Reply::json(""), Kind::Broken, "other than data"),
        (
            Reply::status(404, json!({ "code": "rest_no_route", "message": "No route." })),
            Kind::Missing,
            "interface",
        ),
    ] {
        let listener = Listener::script(vec![answer.clone()]).await;
        let error = woo(&listener).pull(&pull()).await.unwrap_err();
        assert_eq!(error.kind, kind, "{answer:?}: {error}");
        assert!(error.message.contains(says), "{error}");
        assert_eq!(error.fate, Fate::NotDone);
        assert!(!format!("{error:?}").contains("cs_1"), "no secret in {error:?}");
    }
}
