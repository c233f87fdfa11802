//! What every request passes before anything is looked up: key, route, rate, scopes, headers.

use super::errors::{self, MEDIA_TYPE, Place};
use super::limits::Limits;
use super::operations::{OPERATIONS, Operation};
use crate::rate::whole_seconds;
use crate::rest::{self, Found};
use crate::vendor::{Call, Reply, Request};

/// The only revision spoken here.
const REVISION: &str = "2026-07-15";
/// What profile reads drop to when predictions are asked for.
const PREDICTIONS: (&str, (u32, u32)) = ("predictive_analytics", (10, 150));

/// A request that may be served.
pub(super) struct Pass<'r> {
    pub(super) operation: &'static Operation,
    /// The id in the path, empty where there is none.
    pub(super) id: &'r str,
    rate: Option<(u32, u32, u64)>,
}

impl Pass<'_> {
    /// Puts the rate headers on an answer that is not a 429.
    pub(super) fn stamp(&self, reply: Reply) -> Reply {
        match self.rate {
            Some((limit, remaining, reset)) => reply
                .with("RateLimit-Limit", limit.to_string())
                .with("RateLimit-Remaining", remaining.to_string())
                .with("RateLimit-Reset", reset.to_string()),
            None => reply,
        }
    }
}

/// Lets a request in.
///
/// Errors: the reply that refuses it.
pub(super) fn enter<'r>(
    request: &'r Request,
    call: &Call<'_>,
    limits: &mut Limits,
) -> Result<Pass<'r>, Reply> {
    if !call.replaying {
        sign_in(request, call)?;
    }
    let (operation, parts) = match rest::find(OPERATIONS, &request.method, &request.path) {
        Found::Route(operation, parts) => (operation, parts),
        Found::OtherMethod => {
            let detail = "This method is not allowed for this resource.";
            return Err(errors::refuse(
                405,
                "method_not_allowed",
                "Method not allowed.",
                detail,
                &Place::Request,
            ));
        }
        Found::Nowhere => return Err(nowhere(&request.path)),
    };
    let id = parts.first().copied().unwrap_or_default();
    let mut pass = Pass { operation, id, rate: None };
    if !call.replaying {
        let predictions =
            request.query("additional-fields[profile]").is_some_and(|asked| asked.contains(PREDICTIONS.0));
        let (endpoint, published) =
            if predictions { PREDICTIONS } else { (operation.name, (operation.burst, operation.steady)) };
        pass.rate = limits
            .take(endpoint, published, call.elapsed)
            .map_err(|wait| errors::throttled(Some(whole_seconds(wait))))?
            .map(|steady| {
                (steady.limit, steady.limit - steady.used, whole_seconds(steady.closes_in(call.elapsed)))
            });
        if let Some(scope) = operation.scopes.iter().find(|scope| !call.access.allows(scope)) {
            let detail =
                format!("You do not have permission to perform this action. It needs the scope {scope}.");
            return Err(pass.stamp(errors::refuse(
                403,
                "permission_denied",
                "You do not have permission to perform this action.",
                &detail,
                &Place::Request,
            )));
        }
    }
    headers(request).map_err(|refusal| pass.stamp(refusal))?;
    Ok(pass)
}

/// A missing or wrong key is 400, one that was valid once is 401 (docs "authenticate").
fn sign_in(request: &Request, call: &Call<'_>) -> Result<(), Reply> {
    let Some(key) =
        request.header("authorization").and_then(|header| header.strip_prefix("Klaviyo-API-Key "))
    else {
        let detail =
            "Missing or malformed API key. Send 'Authorization: Klaviyo-API-Key your-private-api-key'.";
        return Err(errors::refuse(
            400,
            "not_authenticated",
            "Authentication failed.",
            detail,
            &Place::Request,
        ));
    };
    let refuse = |status| {
        errors::refuse(
            status,
            "authentication_failed",
            "Incorrect authentication credentials.",
            "Incorrect authentication credentials.",
            &Place::Request,
        )
    };
    if key.trim() != call.access.token {
        return Err(refuse(400));
    }
    if call.revoked { Err(refuse(401)) } else { Ok(()) }
}

fn nowhere(path: &str) -> Reply {
    if path.starts_with("/api/v1/") || path.starts_with("/api/v2/") {
        let detail = "This API is retired. Use the revisioned API instead.";
        return errors::refuse(410, "gone", "Gone.", detail, &Place::Request);
    }
    errors::not_found("The requested resource could not be found.")
}

fn headers(request: &Request) -> Result<(), Reply> {
    match request.header("revision") {
        Some(REVISION) => {}
        Some(other) => {
            let detail = format!("The revision '{other}' is not available. Available: {REVISION}.");
            return Err(errors::refuse(400, "invalid", "Invalid input.", &detail, &Place::Request));
        }
        None => {
            let detail = "The 'revision' header is required (format: YYYY-MM-DD[.suffix]).";
            return Err(errors::refuse(400, "required", "Missing revision.", detail, &Place::Request));
        }
    }
    let kind = |text: &str| text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if let Some(accept) = request.header("accept")
        && !accept.split(',').any(|one| [MEDIA_TYPE, "*/*", "application/*"].contains(&kind(one).as_str()))
    {
        let detail = format!("Could not satisfy the Accept header; only {MEDIA_TYPE} is served.");
        return Err(errors::refuse(406, "not_acceptable", "Not acceptable.", &detail, &Place::Request));
    }
    if request.method != "GET" && request.header("content-type").map(kind).as_deref() != Some(MEDIA_TYPE) {
        let detail = format!("Unsupported media type; send Content-Type: {MEDIA_TYPE}.");
        return Err(errors::refuse(
            415,
            "unsupported_media_type",
            "Unsupported media type.",
            &detail,
            &Place::Request,
        ));
    }
    Ok(())
}
