//! Every refusal in the vendor's shapes: a list with v2, an object with v3, a problem with inventory.
//!
//! Source: the error schemas of orders.v2, customers.v3, orders.v3 and inventory.v3; the pages on status codes and rate
//! limits, read November 2026.

use serde_json::{Map, Value, json};

use crate::shape::Complaint;
use crate::vendor::Reply;

/// Where v3 says what its codes mean.
const STATUS_PAGE: &str = "https://developer.bigcommerce.com/api-docs/getting-started/api-status-codes";

/// The two interfaces, which refuse in different shapes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Api {
    V2,
    V3,
    /// The part of v3 that answers with `application/problem+json`.
    Inventory,
}

impl Api {
    /// Tells which one a path belongs to.
    pub(super) fn of(path: &str) -> Self {
        if path.contains("/v2/") {
            Self::V2
        } else if path.contains("/v3/inventory/") {
            Self::Inventory
        } else {
            Self::V3
        }
    }

    /// Refuses with a sentence.
    pub(super) fn refuse(self, status: u16, what: &str) -> Reply {
        match self {
            Self::V2 => Reply::json(status, &json!([{ "status": status, "message": what }])),
            Self::V3 => v3(status, what, Map::new()),
            Self::Inventory => self.detailed(status, what, Map::new()),
        }
    }

    /// Refuses for one parameter or member.
    pub(super) fn bad(self, name: &str, what: &str) -> Reply {
        match self {
            Self::V2 => self.refuse(400, &format!("The field '{name}' is invalid. {what}")),
            _ => self.detailed(
                422,
                "JSON data is missing or invalid",
                [(name.to_owned(), json!(what))].into_iter().collect(),
            ),
        }
    }

    /// Refuses for everything in which a body departs from its shape.
    pub(super) fn bad_shape(self, complaints: &[Complaint]) -> Reply {
        let place = |complaint: &Complaint| complaint.pointer.trim_start_matches('/').replace('/', ".");
        match (self, complaints) {
            (Self::V2, [first, ..]) => self.bad(&place(first), &first.what),
            _ => {
                let errors = complaints.iter().map(|one| (place(one), json!(one.what))).collect();
                self.detailed(422, "JSON data is missing or invalid", errors)
            }
        }
    }

    /// Refuses what is not there.
    pub(super) fn not_found(self) -> Reply {
        self.refuse(404, "The requested resource was not found.")
    }

    fn detailed(self, status: u16, title: &str, errors: Map<String, Value>) -> Reply {
        match self {
            Self::Inventory => {
                let body = json!({ "status": status, "title": title, "type": STATUS_PAGE, "errors": errors });
                Reply::text(status, "application/problem+json", body.to_string())
            }
            _ => v3(status, title, errors),
        }
    }
}

/// Answers 422 as the refund operations do: a list under `data`.
pub(super) fn refund_refused(title: &str) -> Reply {
    let entry = json!({ "status": 422, "title": title, "type": STATUS_PAGE, "errors": {} });
    Reply::json(422, &json!({ "data": [entry], "meta": {} }))
}

/// Answers 422 for a batch: what is wrong with which of its members.
pub(super) fn batch(errors: Vec<Value>) -> Reply {
    Reply::json(422, &json!({ "batch_errors": errors }))
}

/// Says what is wrong with a member of a batch.
pub(super) fn batch_error(title: &str, member: &str, what: &str) -> Value {
    json!({ "status": 422, "title": title, "type": STATUS_PAGE, "errors": { member: what } })
}

/// Answers 429.
pub(super) fn throttled() -> Reply {
    v3(429, "Too many requests", Map::new())
}

fn v3(status: u16, title: &str, errors: Map<String, Value>) -> Reply {
    let mut body = json!({ "status": status, "title": title, "type": STATUS_PAGE });
    if status == 404 {
        body["instance"] = json!("");
    }
    if !errors.is_empty() || status == 422 {
        body["errors"] = Value::Object(errors);
    }
    Reply::json(status, &body)
}
