//! Everything that is tested from outside this crate, in one binary.

mod behaviour;
mod conformance;
mod files;
mod gorgias;
mod http;
mod klaviyo;
mod shopify;
mod support;
