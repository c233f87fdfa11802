//! The one place that reads a failure of Gorgias.
//!
//! Source: developers.gorgias.com, Errors and Limitations. The body is
//! `{"error":{"msg":"...","data":{"field":["..."]}}}`; every answer says how full the account's bucket is in
//! `X-Gorgias-Account-Api-Call-Limit: used/limit`.

use fermata_model::Platform;

use super::wire;
use crate::failure::{about_field, said};
use crate::http::{Dialect, Meter, Request, Response};
use crate::{Error, Kind};

/// Reads Gorgias' answers.
pub(super) struct GorgiasDialect;

impl Dialect for GorgiasDialect {
    fn platform(&self) -> Platform {
        Platform::Gorgias
    }

    fn explain(&self, mut error: Error, request: &Request, response: &Response) -> Error {
        let failure = serde_json::from_str::<wire::Failure>(&response.body).ok();
        let said = failure.and_then(|wire::Failure { error }| {
            // "Invalid request parameters." alone tells nothing.
            match (said(error.msg.0), said(about_field(&error.data))) {
                (Some(what), Some(field)) => Some(format!("{what} ({field})")),
                (what, field) => what.or(field),
            }
        });
        match (error.kind, said) {
            (Kind::Rejected | Kind::Missing, Some(said)) if request.is_effect() => {
                error.message = format!("Gorgias refused {}: {said}.", asked(request));
            }
            (Kind::Rejected, Some(said)) => error.message = format!("Gorgias refused the request: {said}."),
            (Kind::Missing, None) if request.is_effect() => {
                error.message = "Gorgias no longer has this ticket.".to_owned();
            }
            (Kind::Forbidden, _) => {
                error.message = "Gorgias does not allow this to the user whose API key is used.".to_owned();
                error.hint = Some(
                    "Give that user a role that may do it, or sign in again with another user's key."
                        .to_owned(),
                );
            }
            _ => {}
        }
        error
    }

    fn reassurance(&self, request: &Request) -> &'static str {
        if is_message(request) { "Nothing was sent." } else { "Nothing was changed." }
    }

    fn meter(&self, response: &Response) -> Option<Meter> {
        meter(response.header("x-gorgias-account-api-call-limit"))
    }
}

fn is_message(request: &Request) -> bool {
    request.operation == super::actions::CREATE_MESSAGE
}

fn asked(request: &Request) -> &'static str {
    if is_message(request) { "the message" } else { "the change of the ticket" }
}

fn meter(header: Option<&str>) -> Option<Meter> {
    let (used, limit) = header?.split_once('/')?;
    let (used, limit): (u32, u32) = (used.trim().parse().ok()?, limit.trim().parse().ok()?);
    (limit > 0).then(|| Meter::Requests { limit, remaining: limit.saturating_sub(used), resets_in: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bucket_is_read_from_its_header() {
        let read = meter(Some("3/40"));
        assert_eq!(read, Some(Meter::Requests { limit: 40, remaining: 37, resets_in: None }));
        for odd in ["", "40", "a/b", "1/0", "-1/40"] {
            assert_eq!(meter(Some(odd)), None, "{odd}");
        }
        assert_eq!(meter(Some("41/40")), Some(Meter::Requests { limit: 40, remaining: 0, resets_in: None }));
    }
}
