//! Every refusal in the vendor's shape: `{"error":{"msg":...,"data":{field:[...]}}}`.
//!
//! Source: developers.gorgias.com "errors", read November 2026; what `data` holds is observed, not promised.

use serde_json::{Map, Value, json};

use crate::shape::Complaint;
use crate::vendor::Reply;

/// Answers with a sentence.
pub(super) fn refuse(status: u16, message: &str) -> Reply {
    Reply::json(status, &json!({ "error": { "msg": message } }))
}

/// Answers 400 for one field or parameter.
pub(super) fn bad(field: &str, what: &str) -> Reply {
    let mut data = Map::new();
    data.insert(field.to_owned(), json!([what]));
    invalid(data)
}

/// Answers 400 for everything a body departs in from its shape, gathered by member.
pub(super) fn bad_shape(complaints: &[Complaint]) -> Reply {
    let mut data = Map::new();
    for complaint in complaints {
        let member = complaint.member().unwrap_or("_schema");
        let inner = complaint.pointer.trim_start_matches('/').split_once('/').map(|(_, inner)| inner);
        let what = match inner {
            Some(inner) => format!("{}: {}", inner.replace('/', "."), complaint.what),
            None => complaint.what.clone(),
        };
        if let Value::Array(all) = data.entry(member).or_insert_with(|| json!([])) {
            all.push(Value::String(what));
        }
    }
    invalid(data)
}

/// Answers 404, which often means that it was deleted.
pub(super) fn not_found(what: &str) -> Reply {
    refuse(404, &format!("{what} not found."))
}

/// Answers 429; the wait goes into `Retry-after` if it is told.
pub(super) fn throttled(seconds: Option<u64>) -> Reply {
    refuse(429, "Rate limit exceeded, please retry later.").with_some("Retry-after", seconds)
}

fn invalid(data: Map<String, Value>) -> Reply {
    Reply::json(400, &json!({ "error": { "msg": "Invalid request parameters.", "data": data } }))
}
