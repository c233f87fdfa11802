//! The rate limit: one leaky bucket for the account, shared by every key.
//!
//! Source: developers.gorgias.com "limitations", September 2025: 40 requests per 20 s for an API key.

use crate::rate::{self, Bucket};
use crate::vendor::Reply;

/// Calls that the bucket holds for a key, and the seconds in which a full one runs dry.
const SIZE: u32 = 40;
const DRAINS_IN: f64 = 20.0;

/// Makes the bucket; `rates` multiplies its size, not the time.
pub(super) fn bucket(rates: f64) -> Bucket {
    let size = f64::from(rate::scaled(SIZE, rates));
    Bucket::new(size, size / DRAINS_IN)
}

/// Puts on an answer how full the bucket is, as the vendor counts it.
pub(super) fn stamp(reply: Reply, bucket: &Bucket) -> Reply {
    let used = (bucket.size() - bucket.left()).ceil();
    reply.with("X-Gorgias-Account-Api-Call-Limit", format!("{used}/{}", bucket.size()))
}
