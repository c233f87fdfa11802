//! Approval in the browser: the page that asks, the codes it gives, and what renews a token.
//!
//! The page never shows anything: the person is there, is signed in, and says what
//! [`Settings::approves`](super::Settings::approves) says. Stricter than the vendor: PKCE is demanded,
//! unknown parameters are refused. A guess: a person who says no is sent back with `error=access_denied`
//! (RFC 6749, 4.1.2.1); the vendor does not document what it does.

use std::collections::HashMap;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use url::form_urlencoded::Serializer;

use super::Settings;
use crate::vendor::{Call, Reply, Request};

/// How long what renews a token lives; the vendor says 90 days.
pub(super) const RENEWAL_LIFE: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// Every parameter of the page.
const PARAMETERS: [&str; 6] =
    ["client_id", "scope", "redirect_uri", "state", "code_challenge", "code_challenge_method"];

/// Why no token is given: the error of OAuth, and words.
pub(super) struct Refusal(pub(super) &'static str, pub(super) &'static str);

/// Codes and renewals handed out so far.
#[derive(Debug, Default)]
pub(crate) struct Approvals {
    made: u64,
    codes: HashMap<String, Code>,
    renewals: HashMap<String, Renewal>,
}

#[derive(Debug)]
struct Code {
    challenge: String,
    until: Duration,
}

#[derive(Debug)]
struct Renewal {
    until: Duration,
    /// The one that it took the place of, good until this one is used.
    before: Option<String>,
}

impl Approvals {
    /// Asks the person, and sends the browser back with the answer.
    pub(super) fn ask(
        &mut self,
        settings: &Settings,
        scopes: &[&str],
        request: &Request,
        call: &Call<'_>,
    ) -> Reply {
        let page =
            |why: &str| Reply::text(400, "text/html; charset=utf-8", format!("<p>Oauth error {why}</p>"));
        let of = |name: &str| request.query(name).unwrap_or_default();
        if of("client_id") != call.access.user {
            return page("invalid_request: Could not find Shopify API application with api_key");
        }
        if !call.access.redirects.iter().any(|redirect| redirect == of("redirect_uri")) {
            return page("invalid_request: The redirect_uri is not whitelisted");
        }
        if request.query.iter().any(|(name, _)| !PARAMETERS.contains(&name.as_str())) {
            return page("invalid_request: A parameter is not known");
        }
        if of("state").is_empty() || of("code_challenge_method") != "S256" || of("code_challenge").len() != 43
        {
            return page("invalid_request: state and an S256 code_challenge are needed");
        }
        if of("scope").is_empty() || of("scope").split(',').any(|scope| !scopes.contains(&scope)) {
            return page("invalid_scope: The requested scopes are not known");
        }
        let base = request.base_url.as_str();
        let shop = base.split_once("://").map_or(base, |(_, shop)| shop);
        let now = call.now.timestamp().as_second().to_string();
        let mut answer: Vec<(&str, String)> = if settings.approves {
            let code = self.next("code", call);
            let until = call.elapsed + settings.code_life;
            self.codes.insert(code.clone(), Code { challenge: of("code_challenge").to_owned(), until });
            vec![("code", code), ("host", STANDARD_NO_PAD.encode(format!("{shop}/admin")))]
        } else {
            vec![("error", "access_denied".to_owned())]
        };
        answer.extend([("shop", shop.to_owned()), ("state", of("state").to_owned()), ("timestamp", now)]);
        answer.sort();
        let signature =
            sign(&Serializer::new(String::new()).extend_pairs(&answer).finish(), &call.access.secret);
        answer.push(("hmac", signature));
        let query = Serializer::new(String::new()).extend_pairs(&answer).finish();
        Reply::empty(302).with("location", format!("{}?{query}", of("redirect_uri")))
    }

    /// Takes a code in, once.
    pub(super) fn redeem(&mut self, code: &str, verifier: &str, call: &Call<'_>) -> Result<(), Refusal> {
        let over = Refusal("invalid_request", "The authorization code was not found or was already used");
        let Some(known) = self.codes.remove(code).filter(|known| call.elapsed < known.until) else {
            return Err(over);
        };
        if URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) != known.challenge {
            return Err(Refusal("invalid_grant", "The code verifier is wrong"));
        }
        Ok(())
    }

    /// Makes what renews a token, in the place of another.
    pub(super) fn renewal(&mut self, before: Option<String>, call: &Call<'_>) -> String {
        let renewal = self.next("shprt_", call);
        self.renewals.insert(renewal.clone(), Renewal { until: call.elapsed + RENEWAL_LIFE, before });
        renewal
    }

    /// Renews: the one given stays good until its replacement is used.
    pub(super) fn renew(&mut self, given: &str, call: &Call<'_>) -> Result<String, Refusal> {
        let over = Refusal("invalid_grant", "The refresh token is not valid, or no longer");
        let Some(known) = self.renewals.get_mut(given).filter(|known| call.elapsed < known.until) else {
            return Err(over);
        };
        if let Some(before) = known.before.take() {
            self.renewals.remove(&before);
        }
        Ok(self.renewal(Some(given.to_owned()), call))
    }

    fn next(&mut self, kind: &str, call: &Call<'_>) -> String {
        self.made += 1;
        let mark = call.access.secret.trim_start_matches("shpss_");
        format!("{kind}{:06x}{mark}", self.made)
    }
}

/// Signs a text with the secret of the app, in hexadecimal digits.
fn sign(text: &str, secret: &str) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map(|mac| mac.chain_update(text).finalize());
    mac.map(|mac| mac.into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()).unwrap_or_default()
}
