//! Refusals, in the shapes that the vendor uses in different places: `{field:[messages]}`, ProblemDetails, and
//! `{statusCode,message}` for the rate limit.
//!
//! Source: the portal file of 2026-01, and developer.shipbob.com rate-limit, November 2026.

use serde_json::{Map, Value, json};

use crate::shape::Complaint;
use crate::vendor::Reply;

/// Refuses one field or parameter.
pub(super) fn bad(status: u16, field: &str, what: &str) -> Reply {
    Reply::json(status, &json!({ field: [what] }))
}

/// Refuses everything a body departs in from its shape, gathered by member.
pub(super) fn bad_shape(status: u16, complaints: &[Complaint]) -> Reply {
    let mut fields = Map::new();
    for complaint in complaints {
        let place = complaint.pointer.trim_start_matches('/').replace('/', ".");
        if let Value::Array(all) = fields.entry(place).or_insert_with(|| json!([])) {
            all.push(Value::String(complaint.what.clone()));
        }
    }
    Reply::json(status, &Value::Object(fields))
}

/// Answers with ProblemDetails.
pub(super) fn problem(status: u16, title: &str) -> Reply {
    let body =
        json!({ "type": "about:blank", "title": title, "status": status, "detail": null, "instance": null });
    Reply::json(status, &body)
}

/// Refuses a cursor that no answer gave.
pub(super) fn cursor() -> Reply {
    problem(400, "The cursor is not valid.")
}

/// Answers 429; the wait is told in a header and, as far as it is, in the sentence.
pub(super) fn throttled(seconds: Option<u64>) -> Reply {
    let message = match seconds {
        Some(seconds) => format!("Rate limit is exceeded. Try again in {seconds} seconds."),
        None => "Rate limit is exceeded.".to_owned(),
    };
    Reply::json(429, &json!({ "statusCode": 429, "message": message })).with_some("x-retry-after", seconds)
}
