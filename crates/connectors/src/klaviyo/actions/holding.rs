//! Holding marketing to one person back, and letting it go on.
//!
//! A hold puts the address on the account's suppression list, a release takes it off. Both are
//! jobs, answered with 202 before anything changed; whether they happened is read from the
//! profile, which [`draft`] has seen in the opposite state.
//!
//! Source: the vendor's OpenAPI, revision 2026-07-15, bulk_suppress_profiles and
//! bulk_unsuppress_profiles.

use fermata_model::{Action, Frozen};

use super::super::{Klaviyo, PROFILES, wire};
use super::standing::{Standing, read_profile};
use super::{Draft, SUPPRESS, UNSUPPRESS, gone, impossible, receipt, serialized};
use crate::http::{Method, Request};
use crate::reading::filled;
use crate::{Error, Found, Kind};

const SUPPRESS_PATH: &str = "/api/profile-suppression-bulk-create-jobs";
const UNSUPPRESS_PATH: &str = "/api/profile-suppression-bulk-delete-jobs";

/// Builds the request of a hold or a release.
pub(super) async fn draft(klaviyo: &Klaviyo, action: &Action) -> Result<Draft, Error> {
    let target = action.target();
    let hold = matches!(action, Action::MarketingHold { .. });
    let operation = if hold { SUPPRESS } else { UNSUPPRESS };
    let profile = read_profile(klaviyo, target).await.map_err(|error| gone(error, operation, target))?;
    let standing = Standing::of(&profile);
    let Some(email) = filled(profile.attributes.email) else {
        return Err(impossible(operation, format!("{} has no e-mail address in Klaviyo.", target.label)));
    };
    if hold && standing.suppressed {
        let message =
            format!("{} already receives no marketing, so there is nothing to hold back.", target.label);
        return Err(impossible(operation, message));
    }
    if !hold && standing.held_since.is_none() {
        return Err(impossible(operation, format!("Marketing to {} is not on hold.", target.label)));
    }
    let (path, kind) = if hold {
        (SUPPRESS_PATH, "profile-suppression-bulk-create-job")
    } else {
        (UNSUPPRESS_PATH, "profile-suppression-bulk-delete-job")
    };
    let body = suppressions(kind, email);
    Ok(Draft { operation, method: Method::POST, path: path.to_owned(), body, undo: None })
}

/// Looks at the profile, and if it stands as before at the jobs that may still change it.
pub(super) async fn find(klaviyo: &Klaviyo, frozen: &Frozen) -> Result<Found, Error> {
    let target = frozen.action.target();
    let standing = Standing::of(&read_profile(klaviyo, target).await?);
    let (done_at, list, path) = match frozen.action {
        Action::MarketingHold { .. } => {
            let held_at = standing.held_since.map(|since| since.unwrap_or(frozen.at));
            (held_at, "get_bulk_suppress_profiles_jobs", SUPPRESS_PATH)
        }
        _ => {
            let free = standing.held_since.is_none();
            let freed_at = free.then(|| standing.changed_at.unwrap_or(frozen.at));
            (freed_at, "get_bulk_unsuppress_profiles_jobs", UNSUPPRESS_PATH)
        }
    };
    match done_at {
        Some(at) => Ok(Found::Yes(receipt(&target.external_id, at))),
        None => unfinished(klaviyo, list, path).await,
    }
}

fn suppressions(kind: &'static str, email: String) -> String {
    let profile = wire::New { kind: "profile", id: None, attributes: wire::NewSuppression { email } };
    let attributes = wire::NewSuppressions { profiles: wire::Data { data: vec![profile] } };
    serialized(&wire::Data { data: wire::New { kind, id: None, attributes } })
}

/// Says whether a job that may be ours still waits or runs. Jobs do not tell whom they are about.
///
/// A key that may not look at jobs gets the answer that the profile gave: a hold is a state, so
/// that bringing it about once more does no harm.
async fn unfinished(klaviyo: &Klaviyo, operation: &str, path: &str) -> Result<Found, Error> {
    for status in ["queued", "processing"] {
        let request = Request::get(operation, path)
            .lane(PROFILES)
            .query("filter", format!("equals(status,\"{status}\")"));
        let response = match klaviyo.rest.ask(request).await {
            Ok(response) => response,
            Err(error) if error.kind == Kind::Forbidden => return Ok(Found::No),
            Err(error) => return Err(error),
        };
        let list = wire::List::read(operation, &response.body)?;
        if !list.data.iter().all(|job| has_ended(job.get())) {
            return Ok(Found::Pending);
        }
    }
    Ok(Found::No)
}

/// Tells whether a job says that it has come to its end: a filter may be passed over, and ended jobs are listed for
/// good. One that does not tell may still run.
fn has_ended(raw: &str) -> bool {
    let job = serde_json::from_str::<wire::Collected<wire::JobAttributes>>(raw);
    job.is_ok_and(|job| matches!(job.attributes.status.as_str(), "complete" | "cancelled"))
}
