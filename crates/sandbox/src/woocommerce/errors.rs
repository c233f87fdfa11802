//! Every refusal in WordPress' shape: `{"code":..., "message":..., "data":{"status":...}}`.
//!
//! Refused refunds are the exception: their `data` is a bare number, and because WordPress looks for the status
//! inside an object, each of them leaves as HTTP 500. Source: recorded answers of WooCommerce 10.5.0.

use serde_json::{Map, Value, json};

use super::checks::Complaint;
use crate::vendor::Reply;

/// Answers with JSON under the media type that WordPress writes.
pub(super) fn answer(status: u16, body: &Value) -> Reply {
    Reply::text(status, "application/json; charset=UTF-8", body.to_string())
}

/// Refuses with a code and a sentence.
pub(super) fn refuse(status: u16, code: &str, message: &str) -> Reply {
    answer(status, &json!({ "code": code, "message": message, "data": { "status": status } }))
}

/// Refuses a refund: HTTP 500, and `data` is this bare number.
pub(super) fn refund(code: &str, message: &str, data: u16) -> Reply {
    answer(500, &json!({ "code": code, "message": message, "data": data }))
}

/// Refuses an id that leads to nothing; `thing` as the vendor names it in its code, such as `shop_order`.
pub(super) fn invalid_id(status: u16, thing: &str) -> Reply {
    refuse(status, &format!("woocommerce_rest_{thing}_invalid_id"), "Invalid ID.")
}

/// Refuses parameters that are there and wrong.
pub(super) fn invalid(complaints: &[Complaint]) -> Reply {
    let names: Vec<&str> = complaints.iter().map(|complaint| complaint.name.as_str()).collect();
    let (mut params, mut details) = (Map::new(), Map::new());
    for complaint in complaints {
        params.insert(complaint.name.clone(), json!(complaint.message));
        details.insert(
            complaint.name.clone(),
            json!({ "code": complaint.code, "message": complaint.message, "data": complaint.data }),
        );
    }
    let body = json!({
        "code": "rest_invalid_param",
        "message": format!("Invalid parameter(s): {}", names.join(", ")),
        "data": { "status": 400, "params": params, "details": details },
    });
    answer(400, &body)
}

/// Refuses because a parameter is not there.
pub(super) fn missing(name: &str) -> Reply {
    let body = json!({
        "code": "rest_missing_callback_param",
        "message": format!("Missing parameter(s): {name}"),
        "data": { "status": 400, "params": [name] },
    });
    answer(400, &body)
}

/// Refuses a path or a method that is not served; the vendor makes no difference.
pub(super) fn no_route() -> Reply {
    refuse(404, "rest_no_route", "No route was found matching the URL and request method.")
}

/// Refuses to throw something into the bin that has none; `force=true` removes it.
pub(super) fn no_trash(things: &str) -> Reply {
    let message = format!("{things} do not support trashing.");
    refuse(501, "woocommerce_rest_trash_not_supported", &message)
}

/// Refuses to throw something into the bin that is there; `thing` as in [`invalid_id`].
pub(super) fn already_trashed(thing: &str) -> Reply {
    let message = format!("The {thing} has already been deleted.");
    refuse(410, "woocommerce_rest_already_trashed", &message)
}

/// Answers as a hosting company does to too many requests: WooCommerce itself has no limit.
pub(super) fn throttled(seconds: Option<u32>) -> Reply {
    page(429, "Too Many Requests").with_some("Retry-After", seconds)
}

/// Answers as a broken server does: WordPress itself with 500, the web server in front of it with the rest.
pub(super) fn failed(status: u16) -> Reply {
    if status == 500 {
        let message = "<p>There has been a critical error on this website.</p>";
        return refuse(500, "internal_server_error", message);
    }
    page(status, "The server could not answer")
}

fn page(status: u16, title: &str) -> Reply {
    let text = format!(
        "<html><head><title>{status} {title}</title></head><body><center><h1>{status} {title}</h1></center><hr>\
         <center>nginx</center></body></html>"
    );
    Reply::text(status, "text/html", text)
}
