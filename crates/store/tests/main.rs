//! What the store promises.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall say where")]

mod killed;
mod landing;
mod opening;
mod shop;
mod timeline;
