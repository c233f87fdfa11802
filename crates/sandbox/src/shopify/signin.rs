//! Signing in: the pasted token, and tokens minted by the client-credentials grant, for an approved code, or
//! for what renews one.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::{Value, json};

use crate::vendor::{Call, Reply, Request};

use super::approve::{Approvals, Refusal};

/// How long a minted token lives; the vendor says `expires_in: 86399`.
const LIFE: Duration = Duration::from_secs(86_399);

/// How long an approved token lives, where one that ends was asked for; the vendor says 60 minutes.
const APPROVED_LIFE: Duration = Duration::from_secs(3_600);

/// The header that carries a token.
const HEADER: &str = "x-shopify-access-token";

/// Tokens minted so far.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    minted: u64,
    live: HashMap<String, Duration>,
}

impl Tokens {
    /// Refuses a request whose token is not valid here.
    pub(crate) fn check(&mut self, request: &Request, call: &Call<'_>) -> Result<(), Reply> {
        if call.replaying {
            return Ok(());
        }
        self.live.retain(|_, until| call.elapsed < *until);
        let given = request.header(HEADER).unwrap_or_default();
        if call.revoked {
            self.live.remove(given);
        } else if given == call.access.token || self.live.contains_key(given) {
            return Ok(());
        }
        Err(Reply::json(
            401,
            &json!({ "errors": "[API] Invalid API key or access token (unrecognized login or wrong password)" }),
        ))
    }

    /// Mints a token: for the client's id and secret alone, for an approved code, or for what renews one.
    pub(crate) fn mint(&mut self, request: &Request, call: &Call<'_>, approvals: &mut Approvals) -> Reply {
        let form = form(request);
        let of = |name: &str| form.get(name).map_or("", String::as_str);
        let refuse = |Refusal(error, description): Refusal| {
            Reply::json(400, &json!({ "error": error, "error_description": description }))
        };
        if of("client_id") != call.access.user || of("client_secret") != call.access.secret {
            return refuse(Refusal("invalid_client", "The client id or the client secret is wrong."));
        }
        // Stricter than the vendor: what the grant does not know is refused.
        let known: &[&str] = match of("grant_type") {
            "client_credentials" => &["grant_type"],
            "refresh_token" => &["grant_type", "refresh_token"],
            "" => &["code", "code_verifier", "expiring"],
            _ => return refuse(Refusal("unsupported_grant_type", "The grant type is not supported.")),
        };
        let is_known = |name: &str| known.contains(&name) || ["client_id", "client_secret"].contains(&name);
        if form.keys().any(|name| !is_known(name)) {
            return refuse(Refusal("invalid_request", "The request holds a parameter that is not known."));
        }
        let renewed = match of("grant_type") {
            "client_credentials" => return self.answer(call, Some(LIFE), None),
            "refresh_token" => approvals.renew(of("refresh_token"), call),
            _ => match approvals.redeem(of("code"), of("code_verifier"), call) {
                Ok(()) if of("expiring") == "1" => Ok(approvals.renewal(None, call)),
                Ok(()) => return self.answer(call, None, None),
                Err(refusal) => Err(refusal),
            },
        };
        match renewed {
            Ok(renewal) => self.answer(call, Some(APPROVED_LIFE), Some(&renewal)),
            Err(refusal) => refuse(refusal),
        }
    }

    /// Hands a new token out.
    fn answer(&mut self, call: &Call<'_>, life: Option<Duration>, renewal: Option<&str>) -> Reply {
        self.minted += 1;
        // Made from the secret, so that it opens nothing elsewhere, and from a number, so that each differs.
        let mark = call.access.secret.trim_start_matches("shpss_");
        let token = format!("shpat_{:06x}{mark}", self.minted);
        self.live.insert(token.clone(), life.map_or(Duration::MAX, |life| call.elapsed + life));
        let scopes: Vec<&str> = call.access.scopes.iter().map(String::as_str).collect();
        let mut body = json!({ "access_token": token, "scope": scopes.join(",") });
        if let Some(life) = life {
            body["expires_in"] = json!(life.as_secs());
        }
        if let Some(renewal) = renewal {
            body["refresh_token"] = json!(renewal);
            body["refresh_token_expires_in"] = json!(super::approve::RENEWAL_LIFE.as_secs());
        }
        Reply::json(200, &body)
    }
}

/// Reads the body as a form, or as JSON where it says so.
fn form(request: &Request) -> HashMap<String, String> {
    let json = request.header("content-type").is_some_and(|kind| kind.starts_with("application/json"));
    match request.json() {
        Some(Value::Object(members)) if json => members
            .into_iter()
            .filter_map(|(name, value)| value.as_str().map(|value| (name, value.to_owned())))
            .collect(),
        _ => request.form().into_iter().collect(),
    }
}
