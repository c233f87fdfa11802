//! Every refusal, as the JSON:API error document that the vendor answers.
//!
//! The specification promises only `id`, `code`, `title` and `detail`; codes and titles as seen in its documents
//! and client libraries. Source: components/responses/ClientError of revision 2026-07-15, docs
//! "rate limits, status codes and errors", klaviyo-api-node issues 74 and 75.

use serde_json::{Value, json};

use crate::mark::mark;
use crate::shape::Complaint;
use crate::vendor::Reply;

/// The only media type.
pub(super) const MEDIA_TYPE: &str = "application/vnd.api+json";

/// Where an error lies.
pub(super) enum Place<'a> {
    /// Nowhere in particular.
    Request,
    /// In the body, as a JSON pointer.
    Body(&'a str),
    /// In a query parameter.
    Query(&'a str),
}

/// Answers with one error.
pub(super) fn refuse(status: u16, code: &str, title: &str, detail: &str, place: &Place<'_>) -> Reply {
    reply(status, vec![error(status, code, title, detail, place)])
}

/// Answers 400 for a query that says something it may not.
pub(super) fn bad_query(parameter: &str, detail: &str) -> Reply {
    refuse(400, "invalid", "Invalid input.", detail, &Place::Query(parameter))
}

/// Answers 400 for a body that says something it may not.
pub(super) fn bad_body(pointer: &str, detail: &str) -> Reply {
    refuse(400, "invalid", "Invalid input.", detail, &Place::Body(pointer))
}

/// Answers 400 for everything a body departs in from its shape.
pub(super) fn bad_shape(complaints: &[Complaint]) -> Reply {
    let errors = complaints.iter().map(|complaint| {
        let code = if complaint.missing { "required" } else { "invalid" };
        error(400, code, "Invalid input.", &complaint.what, &Place::Body(&complaint.pointer))
    });
    reply(400, errors.collect())
}

/// Answers 404.
pub(super) fn not_found(detail: &str) -> Reply {
    refuse(404, "not_found", "Not found.", detail, &Place::Request)
}

/// Answers 409 for identifiers that belong to two profiles, naming the other one.
pub(super) fn duplicate_profile(other: &str) -> Reply {
    let mut error = error(
        409,
        "duplicate_profile",
        "Conflict.",
        "A profile already exists with one of these identifiers.",
        &Place::Body("/data/attributes"),
    );
    error["meta"] = json!({ "duplicate_profile_id": other });
    reply(409, vec![error])
}

/// Answers 429; the wait goes into `Retry-After` if it is told.
pub(super) fn throttled(seconds: Option<u64>) -> Reply {
    let detail = match seconds {
        Some(1) => "Request was throttled. Expected available in 1 second.".to_owned(),
        Some(seconds) => format!("Request was throttled. Expected available in {seconds} seconds."),
        None => "Request was throttled.".to_owned(),
    };
    refuse(429, "throttled", "Request was throttled.", &detail, &Place::Request)
        .with_some("Retry-After", seconds)
}

/// Answers that the vendor's server failed.
pub(super) fn failed(status: u16) -> Reply {
    refuse(status, "error", "A server error occurred.", "A server error occurred.", &Place::Request)
}

fn error(status: u16, code: &str, title: &str, detail: &str, place: &Place<'_>) -> Value {
    let source = match place {
        Place::Request => json!({}),
        Place::Body(pointer) => json!({ "pointer": pointer }),
        Place::Query(parameter) => json!({ "parameter": parameter }),
    };
    json!({
        "id": id(&[code, detail]),
        "status": status,
        "code": code,
        "title": title,
        "detail": detail,
        "source": source,
        "links": {},
        "meta": {},
    })
}

fn reply(status: u16, errors: Vec<Value>) -> Reply {
    Reply::typed(status, MEDIA_TYPE, &json!({ "errors": errors }))
}

/// Makes an id that looks like the vendor's and is the same for the same complaint.
fn id(parts: &[&str]) -> String {
    let mark = mark(0, parts);
    format!("{:08x}-{:04x}-4{:03x}-a000-{:012x}", mark >> 32, mark >> 16 & 0xFFFF, mark & 0xFFF, mark >> 16)
}
