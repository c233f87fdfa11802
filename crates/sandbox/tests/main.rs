//! The practice store, seen from outside.

mod real;
mod server;
mod support;
mod world;

mod shopify_costs;
mod shopify_door;
mod shopify_queries;
mod shopify_refund;
mod shopify_schema;
