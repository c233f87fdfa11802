//! Promises of the command line and of `serve`, kept by the real program in processes of its own
//! against a practice store.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod crash;
mod harness;
mod secrets;
mod sign_in;
mod story;
