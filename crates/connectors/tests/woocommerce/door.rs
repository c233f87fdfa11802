//! The ways to a shop, and what stands in between.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fermata_connectors::{Fate, Kind, Pull};
use fermata_model::Stream;
use hmac::{Hmac, KeyInit as _, Mac as _};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;
use sha2::Sha256;

use super::woo;
use crate::support::listener::{Listener, Reply, Seen};
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

/// Reckons a signature as `WC_REST_Authentication::check_oauth_signature` of 10.5 does, for a shop whose own address is
/// `home`.
fn signature(seen: &Seen, home: &str) -> String {
    let escaped = |text: &str| {
        const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
        utf8_percent_encode(text, ESCAPED).to_string()
    };
    let mut given = seen.query_pairs();
    given.retain(|(name, _)| name != "oauth_signature");
    given.sort();
    let given: Vec<String> =
        given.iter().map(|(name, value)| escaped(&format!("{}={}", escaped(name), escaped(value)))).collect();
    let below = seen.path.trim_start_matches('/');
    let place = if below.is_empty() { home.to_owned() } else { format!("{home}/{below}") };
    let text = format!("{}&{}&{}", seen.method, escaped(&place), given.join("%26"));
    let code = Hmac::<Sha256>::new_from_slice(b"cs_1&").unwrap().chain_update(text).finalize();
    STANDARD.encode(code.into_bytes())
}

/// A shop without TLS that has this address for itself; a read gets an empty list, an effect nothing.
fn without_tls(home: &'static str, takes: fn(&Seen) -> bool) -> impl Fn(&Seen, usize) -> Reply {
    move |seen, _| {
        let given = |wanted: &str| {
            seen.query_pairs().into_iter().find_map(|(name, value)| (name == wanted).then_some(value))
        };
        if !takes(seen) {
            return Reply::status(301, "").with("location", "/wp-json/wc/v3/customers/");
        }
        if given("rest_route").as_deref() == Some("/") || seen.path == "/wp-json/" {
            assert_eq!(seen.header("authorization"), None, "a key would be taken for a user's name");
            return Reply::json(json!({ "name": "Tea &amp; Co", "home": home, "timezone_string": "UTC" }));
        }
        match given("oauth_signature") {
            None => refused("woocommerce_rest_cannot_view", "Sorry, you cannot list resources."),
            Some(given) if given == signature(seen, home) => Reply::json("[]"),
            Some(_) => {
                let message = "Invalid signature - provided signature does not match.";
                refused("woocommerce_rest_authentication_error", message)
            }
        }
    }
}

#[tokio::test]
async fn a_shop_without_tls_gets_signed_requests_each_signed_anew() {
    // It was called by a number, and knows itself by a name.
    let listener = Listener::start(without_tls("http://localhost:8080", |_| true)).await;
    let woo = woo(&listener);
    woo.pull(&pull()).await.unwrap();
    woo.pull(&pull()).await.unwrap();
    let seen = listener.seen();
    assert_eq!(seen.len(), 5, "the header, the address, who it is, the signature; then the way is known");
    let given = |at: usize, name: &str| {
        seen[at].query_pairs().into_iter().find_map(|(key, value)| (key == name).then_some(value)).unwrap()
    };
    assert_eq!(given(3, "oauth_timestamp"), now().as_second().to_string());
    assert_ne!(given(3, "oauth_nonce"), given(4, "oauth_nonce"));
    assert_ne!(given(3, "oauth_signature"), given(4, "oauth_signature"));
    assert!(!seen[4].query.contains("cs_1"), "the secret itself does not travel");
    let account = woo.check().await.unwrap();
    assert_eq!((account.name.as_str(), account.granted.len()), ("Tea & Co", 2));
}

#[tokio::test]
async fn a_shop_with_neither_tls_nor_permalinks_is_found_and_signed_for() {
    // WordPress sends what it does not know on to its front page; WooCommerce looks at its keys only where its name
    // stands in the address.
    let behind_index = |seen: &Seen| seen.path.starts_with("/index.php/wp-json/");
    let listener = Listener::start(without_tls("http://shop.localhost", behind_index)).await;
    woo(&listener).pull(&pull()).await.unwrap();
    let last = listener.seen().pop().unwrap();
    assert_eq!(last.path, "/index.php/wp-json/wc/v3/customers");
    assert!(last.query_pairs().contains(&("rest_route".to_owned(), "/wc/v3/customers".to_owned())));

    let front_page = |seen: &Seen| seen.path == "/" && seen.query.contains("rest_route=");
    let listener = Listener::start(without_tls("http://shop.localhost", front_page)).await;
    woo(&listener).pull(&pull()).await.unwrap();
    assert_eq!(listener.seen().pop().unwrap().path, "/", "where the server takes nothing behind index.php");
}

#[tokio::test]
async fn a_clock_that_is_wrong_is_named() {
    let listener =
        Listener::start(|_, _| refused("woocommerce_rest_authentication_error", "Invalid timestamp.")).await;
    let error = woo(&listener).pull(&pull()).await.unwrap_err();
    assert_eq!(error.kind, Kind::SignIn);
    assert!(error.message.contains("clocks"), "{error}");
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
        "/index.php/wp-json/wc/v3/customers"
            if seen.query_pairs().contains(&("rest_route".to_owned(), "/wc/v3/customers".to_owned())) =>
        {
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
    let plain = "/index.php/wp-json/wc/v3/customers";
    assert_eq!(paths, ["/wp-json/wc/v3/customers", plain, plain]);
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

#[tokio::test]
async fn a_shop_with_plain_permalinks_tells_its_zone_before_the_first_page() {
    let listener = Listener::start(|seen, _| {
        let route = seen.query_pairs().into_iter().find(|(name, _)| name == "rest_route");
        match route.as_ref().map(|(_, route)| route.as_str()) {
            Some("/") => Reply::json(json!({ "timezone_string": "America/New_York" })),
            Some(_) => Reply::json("[]"),
            None => Reply::html(404),
        }
    })
    .await;
    // Clocks there skip this hour.
    let since = "2026-03-08T02:30:00Z".parse().unwrap();
    let changed = Pull { stream: Stream::Discounts, since: Some(since), ..pull() };
    woo(&listener).pull(&changed).await.unwrap();
    let asked = listener.seen().pop().unwrap().query_pairs();
    let after = asked.iter().find(|(name, _)| name == "modified_after").map(|(_, at)| at.as_str());
    assert_eq!(after, Some("2026-03-08T01:29:59"), "WordPress puts a skipped hour an hour on");
}
