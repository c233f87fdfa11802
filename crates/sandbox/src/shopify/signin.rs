//! Signing in: the pasted token, and tokens minted by the client-credentials grant.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::{Value, json};

use crate::vendor::{Call, Reply, Request};

/// How long a minted token lives; the vendor says `expires_in: 86399`.
const LIFE: Duration = Duration::from_secs(86_399);

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

    /// Mints a token for the client's id and secret.
    pub(crate) fn mint(&mut self, request: &Request, call: &Call<'_>) -> Reply {
        let form = form(request);
        let of = |name: &str| form.get(name).map_or("", String::as_str);
        let refuse = |error: &str, description: &str| {
            Reply::json(400, &json!({ "error": error, "error_description": description }))
        };
        if of("grant_type") != "client_credentials" {
            return refuse("unsupported_grant_type", "The grant type is not supported.");
        }
        if of("client_id") != call.access.user || of("client_secret") != call.access.secret {
            return refuse("invalid_client", "The client id or the client secret is wrong.");
        }
        self.minted += 1;
        // Made from the secret, so that it opens nothing elsewhere, and from a number, so that each differs.
        let mark = call.access.secret.trim_start_matches("shpss_");
        let token = format!("shpat_{:06x}{mark}", self.minted);
        self.live.insert(token.clone(), call.elapsed + LIFE);
        let scopes: Vec<&str> = call.access.scopes.iter().map(String::as_str).collect();
        Reply::json(
            200,
            &json!({ "access_token": token, "scope": scopes.join(","), "expires_in": LIFE.as_secs() }),
        )
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
