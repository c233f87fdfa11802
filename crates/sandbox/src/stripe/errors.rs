//! Every refusal in the vendor's shape: `{"error":{"type","code","message","param",...}}`.
//!
//! Source: schema `api_errors` of the vendor's OpenAPI; docs.stripe.com "Errors", "Error codes". The wording is that of
//! messages seen in public issues; nothing may depend on it.

use serde_json::{Map, Value, json};

use crate::vendor::{Reply, Request};

const INVALID: &str = "invalid_request_error";

fn refuse(status: u16, kind: &str, code: Option<&str>, param: Option<&str>, message: &str) -> Reply {
    let mut error = Map::new();
    error.insert("type".to_owned(), json!(kind));
    error.insert("message".to_owned(), json!(message));
    for (name, value) in [("code", code), ("param", param)] {
        if let Some(value) = value {
            error.insert(name.to_owned(), json!(value));
        }
    }
    Reply::json(status, &json!({ "error": Value::Object(error) }))
}

/// Answers 400 to what makes no sense, perhaps because of one parameter.
pub(super) fn bad(param: Option<&str>, message: &str) -> Reply {
    refuse(400, INVALID, None, param, message)
}

/// Answers 400 to a parameter, with the vendor's code for what is wrong with it.
pub(super) fn parameter(code: &str, param: &str, message: &str) -> Reply {
    refuse(400, INVALID, Some(code), Some(param), message)
}

/// Answers 400 to something that the state of a charge does not allow.
pub(super) fn state(code: &str, message: &str, charge: &str) -> Reply {
    let error = json!({ "type": INVALID, "code": code, "message": message, "charge": charge });
    Reply::json(400, &json!({ "error": error }))
}

/// Answers 404 to an object that is not there.
pub(super) fn missing(kind: &str, id: &str, param: &str) -> Reply {
    refuse(404, INVALID, Some("resource_missing"), Some(param), &format!("No such {kind}: '{id}'"))
}

/// Answers 404 to an address that is not served.
pub(super) fn no_such_url(request: &Request) -> Reply {
    let message = format!("Unrecognized request URL ({}: {}).", request.method, request.path);
    refuse(404, INVALID, None, None, &message)
}

/// Answers 401 to a request without a key.
pub(super) fn no_key() -> Reply {
    let message = "You did not provide an API key. You need to provide your API key in the Authorization header, \
                   using Bearer auth.";
    refuse(401, INVALID, None, None, message).with("WWW-Authenticate", "Bearer realm=\"Stripe\"")
}

/// Answers 401 to a wrong or revoked key, of which it shows the last characters alone.
pub(super) fn wrong_key(key: &str) -> Reply {
    let shown: String = key.chars().rev().take(4).collect::<Vec<_>>().into_iter().rev().collect();
    refuse(401, INVALID, None, None, &format!("Invalid API Key provided: ********{shown}"))
}

/// Answers 403 to a key that lacks a permission, and names it.
pub(super) fn forbidden(scope: &str) -> Reply {
    let message = format!(
        "The provided key does not have the required permissions for this endpoint. Having the 'rak_{scope}' \
         permission would allow this request to continue."
    );
    refuse(403, INVALID, None, None, &message)
}

/// Answers 400 to a key of idempotency that comes back with other parameters.
pub(super) fn other_parameters(key: &str) -> Reply {
    let message = format!(
        "Keys for idempotent requests can only be used with the same parameters they were first used with. Try \
         using a key other than '{key}' if you meant to execute a different request."
    );
    refuse(400, "idempotency_error", None, None, &message)
}

/// Answers 429.
pub(super) fn throttled() -> Reply {
    let message = "Request rate limit exceeded. You can learn more about rate limits in the documentation.";
    refuse(429, INVALID, Some("rate_limit"), None, message).with("Stripe-Rate-Limited-Reason", "global-rate")
}

/// Answers as a server that failed.
pub(super) fn failed(status: u16) -> Reply {
    refuse(status, "api_error", None, None, "An unknown error occurred.")
}
