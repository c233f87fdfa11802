//! Signing requests to a shop that is reached without TLS: OAuth 1.0a without a token (RFC 5849).
//!
//! Such a shop can only be on this machine: the copy that a developer works on. WooCommerce takes its
//! keys from a header or from the address over TLS alone (`WC_REST_Authentication::authenticate`, 10.5).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::Sha256;
use url::Url;

/// What RFC 5849, 3.6, escapes: everything but letters, digits and these four.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Returns the address as the shop writes it when it reckons a signature: its own, whatever name
/// and port it was called by, and below it the path that it was asked for.
///
/// Without its own address (`home` in WordPress' index) the one that it was called by has to do.
/// A closing slash is never in it, since the front page has none for WordPress.
///
/// Source: woocommerce, `WC_REST_Authentication::check_oauth_signature`, 10.5; WordPress, `get_home_url`.
pub(super) fn place(address: &Url, home: Option<&str>) -> String {
    let own = home.and_then(|home| home.split_once("://")).map(|(_, own)| own.trim_end_matches('/'));
    let Some(own) = own.filter(|own| !own.is_empty()) else {
        let mut place = address.clone();
        place.set_query(None);
        return place.as_str().trim_end_matches('/').to_owned();
    };
    let folder = own.split_once('/').map_or_else(|| "/".to_owned(), |(_, folder)| format!("/{folder}/"));
    let below = address.path().strip_prefix(&folder).unwrap_or(address.path()).trim_start_matches('/');
    let home = format!("{}://{own}", address.scheme());
    if below.is_empty() { home } else { format!("{home}/{below}") }
}

/// The parameters that sign a request; `nonce` must not come twice in the same second.
///
/// `address` is the whole one, with every other parameter; `place` is what [`place`] makes of it.
pub(super) fn parameters(
    method: &str,
    place: &str,
    address: &Url,
    (key, secret): (&str, &str),
    second: i64,
    nonce: String,
) -> Vec<(&'static str, String)> {
    let mut ours = vec![
        ("oauth_consumer_key", key.to_owned()),
        ("oauth_nonce", nonce),
        ("oauth_signature_method", "HMAC-SHA256".to_owned()),
        ("oauth_timestamp", second.to_string()),
    ];
    let mut all: Vec<(String, String)> = address
        .query_pairs()
        .map(|(name, value)| (escaped(&name), escaped(&value)))
        .chain(ours.iter().map(|(name, value)| (escaped(name), escaped(value))))
        .collect();
    all.sort();
    let all: Vec<String> = all.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    let signed = [method, place, &all.join("&")].map(escaped).join("&");
    let key = format!("{}&", escaped(secret));
    // A key may be of any length, so there is always a code.
    let code = Hmac::<Sha256>::new_from_slice(key.as_bytes()).map(|mac| mac.chain_update(signed).finalize());
    ours.extend(code.map(|code| ("oauth_signature", STANDARD.encode(code.into_bytes()))));
    ours
}

fn escaped(text: &str) -> String {
    utf8_percent_encode(text, ESCAPED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_that_of_another_implementation() {
        // Reckoned with oauthlib 3.3 for Python.
        let address = Url::parse_with_params(
            "http://localhost:8080/shop/wp-json/wc/v3/orders",
            [
                ("status", "on hold"),
                ("search", "Ünal & co/100%"),
                ("dates_are_gmt", "true"),
                ("_fields", "id,number"),
            ],
        )
        .unwrap();
        let place = place(&address, None);
        let signed = parameters("GET", &place, &address, ("ck_1", "cs_1"), 1_795_262_400, "n1".to_owned());
        assert_eq!(
            signed.last().unwrap(),
            &("oauth_signature", "Vnkie+S1BAsdOwnr6HW5w7wusDcPpbAcnBf3XO43x9M=".to_owned())
        );
    }

    #[test]
    fn what_is_signed_is_the_shops_own_address() {
        for (asked, home, expect) in [
            (
                "http://127.0.0.1:8080/wp-json/wc/v3/orders",
                None,
                "http://127.0.0.1:8080/wp-json/wc/v3/orders",
            ),
            (
                "http://127.0.0.1:8080/wp-json/wc/v3/orders?page=1",
                Some("http://localhost:8080"),
                "http://localhost:8080/wp-json/wc/v3/orders",
            ),
            // A shop that is called https beyond a proxy was asked without it.
            (
                "http://localhost/shop/wp-json/wc",
                Some("https://localhost/shop/"),
                "http://localhost/shop/wp-json/wc",
            ),
            ("http://localhost/?rest_route=/wc", Some("http://localhost"), "http://localhost"),
            ("http://localhost/shop/?rest_route=/wc", None, "http://localhost/shop"),
            ("http://localhost/wp-json/wc", Some(""), "http://localhost/wp-json/wc"),
        ] {
            assert_eq!(place(&Url::parse(asked).unwrap(), home), expect, "{asked}");
        }
    }
}
