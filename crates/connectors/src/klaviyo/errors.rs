//! The one place that reads a failure of Klaviyo.
//!
//! The body is `{"errors":[{"id","code","title","detail",...}]}`. Answers carry the steady window
//! as `RateLimit-Limit`, `-Remaining` and `-Reset`; a 429 carries `Retry-After` instead.
//!
//! Source: developers.klaviyo.com, Rate limits, status codes, and errors.

use std::time::Duration;

use fermata_model::Platform;

use super::wire;
use crate::failure::said;
use crate::http::{Dialect, Meter, Request, Response};
use crate::{Error, Fate, Kind};

/// Reads Klaviyo's answers.
pub(super) struct KlaviyoDialect;

impl Dialect for KlaviyoDialect {
    fn platform(&self) -> Platform {
        Platform::Klaviyo
    }

    fn explain(&self, mut error: Error, request: &Request, response: &Response) -> Error {
        let failure = serde_json::from_str::<wire::Failures>(&response.body)
            .ok()
            .and_then(|failures| failures.errors.into_iter().next());
        let Some(failure) = failure else { return error };
        if error.kind == Kind::Rejected && is_about_the_key(&failure) {
            // A missing or wrong key is answered with 400 as well as with 401.
            error.kind = Kind::SignIn;
            error.fate = Fate::NotDone;
            error.message = "Klaviyo does not accept the API key of this connection.".to_owned();
            error.hint =
                Some("Sign in again with a fresh private API key (Settings, Connections).".to_owned());
            return error;
        }
        let said = [failure.detail.0, failure.title.0].into_iter().find_map(said);
        match (error.kind, said) {
            (Kind::Rejected, Some(said)) => {
                error.message = format!("Klaviyo refused {}: {said}.", asked(&request.operation));
            }
            (Kind::Forbidden, _) => {
                error.message = format!("The API key may not do this at Klaviyo ({}).", request.operation);
                error.hint =
                    Some("Make a private key with the scopes that are listed under Connections.".to_owned());
            }
            _ => {}
        }
        error
    }

    fn meter(&self, response: &Response) -> Option<Meter> {
        let number = |name: &str| {
            let text = response.header(name)?.trim_start();
            let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
            text[..end].parse::<u32>().ok()
        };
        let limit = number("ratelimit-limit").filter(|limit| *limit > 0)?;
        let remaining = number("ratelimit-remaining")?;
        let resets_in = number("ratelimit-reset").map(|seconds| Duration::from_secs(seconds.into()));
        Some(Meter::Requests { limit, remaining, resets_in })
    }
}

fn asked(operation: &str) -> &'static str {
    match operation {
        super::actions::SUPPRESS => "the hold",
        super::actions::UNSUPPRESS => "the release",
        super::actions::CREATE_EVENT => "the event",
        super::actions::UPSERT => "the property",
        super::actions::ADD_TO_LIST | super::actions::REMOVE_FROM_LIST => "the change of the list",
        super::actions::SUBSCRIBE_TO_STOCK => "the notice",
        super::actions::CANCEL_SEND => "to hold the campaign",
        super::actions::SEND_CAMPAIGN => "to release the campaign",
        super::actions::UPDATE_BLOCK => "the new block",
        _ => "the request",
    }
}

fn is_about_the_key(failure: &wire::Failure) -> bool {
    let said = [&failure.code, &failure.title, &failure.detail];
    let said = said.iter().filter_map(|text| text.0.as_deref()).map(str::to_ascii_lowercase);
    let words = ["authenticat", "api key", "api_key", "authorization header"];
    said.into_iter().any(|text| words.iter().any(|word| text.contains(word)))
}
