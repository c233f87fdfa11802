//! Everything that is tested from outside this crate, in one binary.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall say where")]

mod behaviour;
mod bigcommerce;
mod conformance;
mod files;
mod gorgias;
mod http;
mod klaviyo;
mod shipbob;
mod shopify;
mod stripe;
mod support;
mod vault;
mod woocommerce;
