//! The door to HTTP: what it repeats, what it never repeats, and what became of a request.

mod addresses;
mod fate;
mod logs;
mod queue;
mod repeats;

use std::time::Duration;

use fermata_connectors::http::{Budget, Dialect, Http, Lane, Limit, Method, Purpose, Request};
use fermata_model::Platform;

use crate::support;

/// Judges by status alone.
pub(crate) struct Plain;

impl Dialect for Plain {
    fn platform(&self) -> Platform {
        Platform::Gorgias
    }
}

static WIDE: &[Lane] = &[Lane { name: "", limits: &[Limit { requests: 1000, per: Duration::from_secs(1) }] }];

fn door(url: &str) -> Http {
    Http::new(&support::settings(url, &[]), Plain, Budget::lanes(WIDE)).unwrap()
}

fn read() -> Request {
    Request::get("GET /api/things", "/api/things")
}

fn effect() -> Request {
    Request::new("POST /api/things", Method::POST, "/api/things", Purpose::Effect)
        .body("application/json", "{}")
}
