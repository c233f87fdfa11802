//! Where a connection may lead.

use fermata_connectors::Kind;
use fermata_connectors::http::{Budget, Http};

use super::{Plain, WIDE, door, read};
use crate::support::listener::{Listener, Reply};
use crate::support::settings;

#[test]
fn only_https_and_loopback_are_spoken_to() {
    for (url, allowed) in [
        ("https://shop.example.com", true),
        ("http://127.0.0.1:9", true),
        ("http://[::1]:9", true),
        ("http://localhost:9", true),
        ("http://shop.example.com", false),
        ("http://127.0.0.1.example.com", false),
        ("http://localhost.example.com", false),
        ("ftp://127.0.0.1", false),
        ("https://name:word@shop.example.com", false),
    ] {
        let made = Http::new(&settings(url, &[]), Plain, Budget::lanes(WIDE));
        match made {
            Ok(_) => assert!(allowed, "{url}"),
            Err(error) => {
                assert!(!allowed, "{url}");
                assert_eq!(error.kind, Kind::Unsupported, "{url}");
            }
        }
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed_so_no_secret_travels() {
    let elsewhere = Listener::script(vec![Reply::json("{}")]).await;
    let target = format!("{}/stolen", elsewhere.url);
    let listener = Listener::script(vec![Reply::status(302, "").with("location", &target)]).await;
    let error = door(&listener.url).send(read().secret_header("x-key", "s3cret".into())).await.unwrap_err();
    assert_eq!(error.kind, Kind::Malformed);
    assert!(elsewhere.seen().is_empty(), "the other host saw nothing");
}

#[tokio::test]
async fn queries_are_escaped_and_paths_kept_below_the_base() {
    let listener = Listener::script(vec![Reply::json("{}")]).await;
    let url = format!("{}/below/", listener.url);
    door(&url).send(read().query("page[cursor]", "a+b/=&c d\u{e9}")).await.unwrap();
    let seen = &listener.seen()[0];
    assert_eq!(seen.path, "/below/api/things");
    assert_eq!(seen.query_pairs(), [("page[cursor]".to_owned(), "a+b/=&c d\u{e9}".to_owned())]);
}
