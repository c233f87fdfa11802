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
                let needs = scopes(&request.operation);
                let needs = needs.map(|names| format!(": that takes {names}")).unwrap_or_default();
                error.message =
                    format!("The API key may not do this at Klaviyo ({}){needs}.", request.operation);
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

/// Returns the scopes that an operation takes, which Klaviyo's own answer does not always name.
///
/// Source: `x-klaviyo-scopes` of the vendor's OpenAPI file, revision 2026-07-15.
fn scopes(operation: &str) -> Option<&'static str> {
    Some(match operation {
        "get_accounts" => "accounts:read",
        "get_profiles" | "get_profile" => "profiles:read",
        "get_events" => "events:read",
        "get_lists" | "get_list" => "lists:read",
        "get_list_ids_for_profile" => "lists:read and profiles:read",
        "get_segments" => "segments:read",
        "get_flows" => "flows:read",
        "get_campaigns" | "get_campaign" | "get_campaign_send_job" => "campaigns:read",
        "get_metrics" | "get_metric" => "metrics:read",
        "get_all_universal_content" | "get_universal_content" => "templates:read",
        "get_bulk_suppress_profiles_jobs" | "get_bulk_unsuppress_profiles_jobs" => "subscriptions:read",
        super::actions::SUPPRESS => "profiles:write and subscriptions:write",
        super::actions::UNSUPPRESS => "subscriptions:write",
        super::actions::CREATE_EVENT => "events:write",
        super::actions::UPSERT => "profiles:write",
        super::actions::ADD_TO_LIST | super::actions::REMOVE_FROM_LIST => "lists:write and profiles:write",
        super::actions::SUBSCRIBE_TO_STOCK => "catalogs:write and profiles:write",
        super::actions::CANCEL_SEND | super::actions::SEND_CAMPAIGN => "campaigns:write",
        super::actions::UPDATE_BLOCK => "templates:write",
        _ => return None,
    })
}

fn is_about_the_key(failure: &wire::Failure) -> bool {
    let said = [&failure.code, &failure.title, &failure.detail];
    let said = said.iter().filter_map(|text| text.0.as_deref()).map(str::to_ascii_lowercase);
    let words = ["authenticat", "api key", "api_key", "authorization header"];
    said.into_iter().any(|text| words.iter().any(|word| text.contains(word)))
}
