//! The one place that reads a failure of Shopify.
//!
//! Four layers can fail: HTTP, the `errors` of an answer, the `userErrors` of a mutation, and a
//! payment afterwards. The first two are judged here for every answer; the others belong to the
//! action that knows what they mean.

use std::time::Duration;

use fermata_model::Platform;
use serde::Deserialize;

use super::envelope::{Envelope, Throttle, TopError};
use crate::error::{Error, Fate, Kind};
use crate::failure::shortened;
use crate::http::{Dialect, Judged, Meter, Request, Response, is_page_for_people, judge_status};

/// Names the operation that asks for a token, which is answered in OAuth's words.
pub(super) const TOKEN: &str = "POST /admin/oauth/access_token";

/// What the token address calls a code that was used or is too old, and a refresh token that ended.
///
/// Source: RFC 6749, 5.2; the vendor says `invalid_request` of a code.
const APPROVAL_OVER: &[&str] = &["invalid_grant", "invalid_request"];

/// The code of a page that would cost more than one query may.
const TOO_COSTLY: &str = "MAX_COST_EXCEEDED";

/// Codes of `errors` that say that the document was refused before anything ran.
///
/// Source: recorded answers of 2025-01 and 2026-04, and graphql-ruby, which Shopify runs on.
const REFUSED_UNREAD: &[&str] = &[
    "ACCESS_DENIED",
    "BAD_REQUEST",
    "INVALID_FIELD_ARGUMENTS",
    "INVALID_VARIABLE",
    TOO_COSTLY,
    "RESOURCE_NOT_FOUND",
    "argumentLiteralsIncompatible",
    "argumentNotAccepted",
    "missingRequiredArguments",
    "missingRequiredInputObjectAttribute",
    "undefinedDirective",
    "undefinedField",
    "undefinedType",
    "variableMismatch",
];

/// How Shopify's answers are read.
pub(super) struct Shopify;

impl Dialect for Shopify {
    fn platform(&self) -> Platform {
        Platform::Shopify
    }

    fn judge(&self, request: &Request, response: &Response) -> Judged {
        if request.operation == TOKEN {
            return Judged { verdict: judge_token(request, response), meter: None };
        }
        let envelope = serde_json::from_str::<Envelope<'_>>(&response.body);
        let meter = envelope.as_ref().ok().and_then(Envelope::throttle).map(Throttle::meter);
        let verdict = match envelope {
            // A throttled answer has had both 200 and 429: the code counts, not the status.
            Ok(envelope) if envelope.has_code("THROTTLED") => Err(throttled(request, response, &envelope)),
            _ if !response.is_success() || is_page_for_people(response) => {
                judge_status(Platform::Shopify, request, response)
                    .map_err(|error| reword(error, response.status))
            }
            Ok(envelope) => judge_envelope(request, &envelope),
            Err(_) => Err(malformed(request, "sent an answer that is not what it documents.")),
        };
        let verdict = verdict.map_err(|mut error| {
            error.request_id = response.request_id().map(str::to_owned);
            error
        });
        Judged { verdict, meter }
    }
}

fn judge_envelope(request: &Request, envelope: &Envelope<'_>) -> Result<(), Error> {
    if let Some(error) = envelope.errors.iter().find(|error| request.is_effect() || !is_bearable(error)) {
        return Err(refused(request, error, envelope.data.is_some()));
    }
    if !request.is_effect()
        && let Some(warning) = envelope.search_warning()
    {
        // The filter was ignored, at least in part: what came is not what was asked for.
        return Err(malformed(request, &format!("did not understand the filter ({warning}).")));
    }
    if envelope.data.is_none() && envelope.errors.is_empty() {
        return Err(malformed(request, "sent an answer without data."));
    }
    Ok(())
}

/// Tells whether the rest of the answer to a read is of use in spite of this error.
///
/// A page that is too costly is asked for again, smaller, by whoever asked. A permission that is
/// missing further down leaves only that place empty.
fn is_bearable(error: &TopError) -> bool {
    error.code() == Some(TOO_COSTLY) || (error.code() == Some("ACCESS_DENIED") && error.path.len() > 1)
}

fn refused(request: &Request, error: &TopError, data_was_there: bool) -> Error {
    let text = shortened(&error.message);
    let code = error.code().unwrap_or_default();
    let (kind, message) = match code {
        "ACCESS_DENIED" => (Kind::Forbidden, format!("Shopify does not allow this: {text}")),
        "INTERNAL_SERVER_ERROR" | "TIMEOUT" | "SERVICE_UNAVAILABLE" => {
            (Kind::Broken, format!("Shopify failed by its own account: {text}"))
        }
        _ if !request.is_effect() && text.to_ascii_lowercase().contains("cursor") => {
            (Kind::CursorRefused, "Shopify no longer knows where the last page ended.".to_owned())
        }
        _ => (Kind::Rejected, format!("Shopify refused the request: {text}")),
    };
    let fate = if !request.is_effect() {
        Fate::NotDone
    } else if code.starts_with("IDEMPOTENCY") {
        // The same key is or was at work: what it did is in the books, not in this answer.
        Fate::InDoubt
    } else if REFUSED_UNREAD.contains(&code) || (kind == Kind::Rejected && !data_was_there) {
        // Without a `data` entry nothing was executed (GraphQL specification, 7.1).
        Fate::Refused
    } else {
        Fate::InDoubt
    };
    let mut refused = Error::new(Platform::Shopify, request.operation.clone(), kind, message).with_fate(fate);
    if kind == Kind::Forbidden {
        refused = refused.with_hint(
            "Give the app the permission it lacks in Shopify, then sign in again (Settings, Connections).",
        );
    }
    refused
}

fn throttled(request: &Request, response: &Response, envelope: &Envelope<'_>) -> Error {
    let wait = response.retry_after().or_else(|| {
        let throttle = envelope.throttle()?;
        let missing = envelope.requested_cost()? - throttle.currently_available;
        Duration::try_from_secs_f64(missing.max(0.0) / throttle.restore_rate.max(1.0)).ok()
    });
    let mut error = Error::new(
        Platform::Shopify,
        request.operation.clone(),
        Kind::Throttled,
        "Shopify wants us to slow down.",
    );
    error.retry_after = wait;
    error
}

fn reword(mut error: Error, status: u16) -> Error {
    if status == 404 {
        error.message = "There is no Shopify shop at this address.".to_owned();
        error.hint = Some("Check the address: it ends in .myshopify.com.".to_owned());
    }
    error
}

fn malformed(request: &Request, what: &str) -> Error {
    let fate = if request.is_effect() { Fate::InDoubt } else { Fate::NotDone };
    Error::new(Platform::Shopify, request.operation.clone(), Kind::Malformed, format!("Shopify {what}"))
        .with_fate(fate)
}

/// Judges an answer of the token address, which speaks OAuth (RFC 6749, 5.2).
fn judge_token(request: &Request, response: &Response) -> Result<(), Error> {
    #[derive(Deserialize)]
    struct Refusal {
        error: String,
        error_description: Option<String>,
    }
    judge_status(Platform::Shopify, request, response).map_err(|mut error| {
        if error.is_temporary() {
            return error;
        }
        error.kind = Kind::SignIn;
        match serde_json::from_str::<Refusal>(&response.body) {
            Ok(refusal) if refusal.error == "shop_not_permitted" => {
                error.message = "Shopify does not let this app into this shop.".to_owned();
                error.hint = Some(
                    "App and shop belong to different organizations: approve it in the browser instead."
                        .to_owned(),
                );
            }
            Ok(refusal) => {
                let why = shortened(refusal.error_description.as_deref().unwrap_or(&refusal.error));
                (error.message, error.hint) = if APPROVAL_OVER.contains(&refusal.error.as_str()) {
                    (
                        format!("Shopify does not accept the approval, or no longer: {why}"),
                        Some(
                            "Approve it in the browser again (Settings, Connections, Sign in again)."
                                .to_owned(),
                        ),
                    )
                } else {
                    (
                        format!("Shopify does not accept the client ID and secret: {why}"),
                        Some("Copy both again from the Dev Dashboard.".to_owned()),
                    )
                };
            }
            Err(_) => error = reword(error, response.status),
        }
        error
    })
}

/// Returns what a request was said to cost, in points.
pub(super) fn requested_cost(body: &str) -> Option<u32> {
    let envelope = serde_json::from_str::<Envelope<'_>>(body).ok()?;
    // A cost is a small whole number that some answers write with a fraction.
    envelope.requested_cost().map(|cost| cost.clamp(0.0, 1e6).ceil() as u32)
}

/// Tells whether an answer refuses a page as too costly.
pub(super) fn is_too_costly(body: &str) -> bool {
    // Looked for before it is read: almost every page is large and fine.
    body.contains(TOO_COSTLY)
        && serde_json::from_str::<Envelope<'_>>(body).is_ok_and(|envelope| envelope.has_code(TOO_COSTLY))
}

impl Throttle {
    fn meter(self) -> Meter {
        Meter::Points {
            maximum: self.maximum_available,
            available: self.currently_available,
            restored_per_second: self.restore_rate,
        }
    }
}
