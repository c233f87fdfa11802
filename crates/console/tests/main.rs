//! Promises of the door.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod bindings;
mod door;
mod removal;
mod settings;
mod sign_in;
