//! The one place that reads a failure of ShipBob.
//!
//! Bodies come in several shapes: `{field:[messages]}`, ProblemDetails `{title,detail,errors}`, `{message}`, or none at
//! all. A 429 names its wait in `x-retry-after`; every answer says in `x-remaining-calls` what is left of the minute.
//!
//! Source: the vendor's portal file of 2026-01; developer.shipbob.com, Rate limit, FAQ.

use std::time::Duration;

use fermata_model::Platform;
use serde_json::Value;

use super::{PER_MINUTE, actions};
use crate::failure::said;
use crate::http::{Dialect, Meter, Request, Response};
use crate::{Error, Kind};

/// Reads ShipBob's answers.
pub(super) struct ShipbobDialect;

impl Dialect for ShipbobDialect {
    fn platform(&self) -> Platform {
        Platform::Shipbob
    }

    fn explain(&self, mut error: Error, request: &Request, response: &Response) -> Error {
        if response.status == 429 {
            error.retry_after = wait(response).or(error.retry_after);
        }
        let why = serde_json::from_str::<Value>(&response.body).ok().and_then(|body| said(reason(&body)));
        let asked = asked(&request.operation);
        match (error.kind, why) {
            (Kind::Rejected, Some(why)) => error.message = format!("ShipBob refused {asked}: {why}."),
            (Kind::Missing, _) if matches!(request.operation.as_str(), actions::HOLD | actions::RELEASE) => {
                // The shipment was read a moment ago, so it is the operation that is not there.
                error.message = format!("This version of ShipBob's interface does not know {asked}.");
                error.hint = Some("Do it in ShipBob's own dashboard.".to_owned());
            }
            (Kind::Forbidden, _) => {
                error.message = format!("The token may not do this at ShipBob ({}).", request.operation);
                error.hint = Some("Make a token as the root user of the ShipBob account.".to_owned());
            }
            _ => {}
        }
        error
    }

    fn explain_page(&self, mut error: Error, _: &Response) -> Error {
        if error.kind == Kind::Missing {
            // Somebody in between, and no word of ShipBob's about what there is.
            error.kind = Kind::Broken;
        }
        error
    }

    fn meter(&self, response: &Response) -> Option<Meter> {
        let left = |name: &str| response.header(name).and_then(|number| number.trim().parse::<u32>().ok());
        let remaining = left("x-remaining-calls").or_else(|| left("x-ratelimit-remaining"))?;
        // An account may have more than what is published.
        Some(Meter::Requests { limit: PER_MINUTE.max(remaining), remaining, resets_in: None })
    }
}

fn asked(operation: &str) -> &'static str {
    match operation {
        actions::HOLD => "the hold",
        actions::RELEASE => "the release",
        actions::CANCEL => "to cancel the shipment",
        actions::CREATE_RECEIVING => "the receiving order",
        actions::CANCEL_RECEIVING => "to cancel the receiving order",
        _ => "the request",
    }
}

/// Finds the sentence in a body, whatever its shape.
fn reason(body: &Value) -> Option<String> {
    let text = |value: &Value| value.as_str().filter(|text| !text.trim().is_empty()).map(str::to_owned);
    let first = |fields: &Value| {
        let lists = fields.as_object()?.values().filter_map(Value::as_array);
        lists.flatten().find_map(text)
    };
    first(&body["errors"])
        .or_else(|| text(&body["detail"]))
        .or_else(|| text(&body["message"]))
        .or_else(|| first(body))
        .or_else(|| text(&body["title"]))
        .or_else(|| text(body))
}

/// Reads how long to wait: from the header, or else from the sentence, "Try again in 25 seconds."
fn wait(response: &Response) -> Option<Duration> {
    let told = response.header("x-retry-after").and_then(|seconds| seconds.trim().parse().ok());
    let said = || {
        let (_, after) = response.body.split_once("Try again in ")?;
        after.split_once(' ').and_then(|(seconds, _)| seconds.parse().ok())
    };
    told.or_else(said).map(Duration::from_secs)
}
