//! What the store promises.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall say where")]

mod arrivals;
mod companies;
mod connections;
mod figures;
mod killed;
mod landing;
mod ledger;
mod opening;
mod shop;
mod texts;
mod timeline;
