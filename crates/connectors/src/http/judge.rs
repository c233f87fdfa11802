//! What an answer means, as far as that can be said for every vendor.

use fermata_model::Platform;

use super::budget::LONGEST_WAIT;
use super::{Meter, Purpose, Request, Response};
use crate::error::{Error, Fate, Kind};

/// How one vendor's answers are read.
pub trait Dialect: Send + Sync + 'static {
    /// Returns whose dialect it is.
    fn platform(&self) -> Platform;

    /// Refines a failure by what its body says, in the vendor's own format.
    fn explain(&self, error: Error, _request: &Request, _response: &Response) -> Error {
        error
    }

    /// Refines a failure that is told by a page for people.
    fn explain_page(&self, error: Error, _response: &Response) -> Error {
        error
    }

    /// Looks into an answer whose status is a success.
    fn accept(&self, _request: &Request, _response: &Response) -> Result<(), Error> {
        Ok(())
    }

    /// Returns the sentence that ends the refusal of an effect, for whoever reads only half of it.
    fn reassurance(&self, _request: &Request) -> &'static str {
        "Nothing was changed."
    }

    /// Returns what an answer says about the budget.
    fn meter(&self, _response: &Response) -> Option<Meter> {
        None
    }

    /// Judges one complete answer; called for every answer, whatever its status.
    fn judge(&self, request: &Request, response: &Response) -> Judged {
        let verdict = match judge_status(self.platform(), request, response) {
            Ok(()) => self.accept(request, response),
            Err(error) => {
                let mut error = if is_page_for_people(response) {
                    self.explain_page(error, response)
                } else {
                    self.explain(error, request, response)
                };
                if request.is_effect() && error.fate == Fate::Refused {
                    error.message = format!("{} {}", error.message, self.reassurance(request));
                }
                // Vendors have headers of their own for it, and none of them is believed without end.
                error.retry_after = error.retry_after.map(|wait| wait.min(LONGEST_WAIT));
                Err(error)
            }
        };
        Judged { verdict, meter: self.meter(response) }
    }
}

/// What a [`Dialect`] made of an answer.
#[derive(Debug)]
pub struct Judged {
    /// Whether it is a success.
    pub verdict: Result<(), Error>,
    /// What it says about the budget.
    pub meter: Option<Meter>,
}

/// Judges an answer by its status and media type alone.
///
/// Errors: any status but 2xx, and any page for people, with its kind and fate.
pub fn judge_status(platform: Platform, request: &Request, response: &Response) -> Result<(), Error> {
    let name = platform.title();
    let status = response.status;
    let page = is_page_for_people(response);
    if response.is_success() && !page {
        return Ok(());
    }
    let (kind, message, hint) = match status {
        401 => (
            Kind::SignIn,
            format!("{name} no longer accepts the credentials of this connection."),
            Some("Sign in again with fresh credentials (Settings, Connections)."),
        ),
        403 => (
            Kind::Forbidden,
            format!("{name} does not allow this to the credentials of this connection."),
            Some("Give it the permission it lacks, then sign in again (Settings, Connections)."),
        ),
        402 | 423 => (
            Kind::Forbidden,
            format!("{name} has paused or locked this account (status {status})."),
            Some("Sign in at the platform and see what it asks for."),
        ),
        404 | 410 => (Kind::Missing, format!("{name} does not know this, or no longer."), None),
        429 => (Kind::Throttled, format!("{name} wants us to slow down."), None),
        300..=399 => (
            Kind::Malformed,
            format!("{name} sent us to another address, which is not followed."),
            Some("Check the address of the account."),
        ),
        400..=499 if status != 408 => {
            (Kind::Rejected, format!("{name} refused the request (status {status})."), None)
        }
        _ if page => (Kind::Broken, format!("{name} answered with a page for people instead of data."), None),
        _ => (Kind::Broken, format!("{name} failed by its own account (status {status})."), None),
    };
    let mut error = Error::new(platform, request.operation.clone(), kind, message).with_fate(fate_of_status(
        request.purpose,
        status,
        page,
    ));
    error.hint = hint.map(str::to_owned);
    error.retry_after = response.retry_after();
    error.request_id = response.request_id().map(str::to_owned);
    error.may_pass = page || matches!(status, 402 | 423);
    Err(error)
}

/// Returns what became of a request that was answered with this status.
///
/// Reads change nothing, so nothing was done. An effect was refused by a 4xx that says so in the
/// vendor's own format, was not done if it was throttled or not signed in, and is in doubt after
/// everything else: a page for people may come from a proxy on the way back.
pub fn fate_of_status(purpose: Purpose, status: u16, page_for_people: bool) -> Fate {
    match (purpose, status) {
        (Purpose::Read, _) => Fate::NotDone,
        (Purpose::Effect, _) if page_for_people => Fate::InDoubt,
        (Purpose::Effect, 401 | 429) => Fate::NotDone,
        // 408: the server gave up waiting for us; 409: somebody is at it, perhaps we ourselves.
        (Purpose::Effect, 408 | 409) => Fate::InDoubt,
        (Purpose::Effect, 400..=499) => Fate::Refused,
        (Purpose::Effect, _) => Fate::InDoubt,
    }
}

/// Tells whether an answer is a page for people (of a proxy, a firewall, a status page) where
/// data was asked for.
pub fn is_page_for_people(response: &Response) -> bool {
    let by_name =
        response.media_type().is_some_and(|name| name == "text/html" || name.ends_with("xhtml+xml"));
    by_name || response.body.trim_start().starts_with('<')
}
