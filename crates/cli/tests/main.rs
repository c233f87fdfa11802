//! Promises of the command line and of `serve`, kept by the real program in processes of its own
//! against a practice store.

mod crash;
mod harness;
mod secrets;
mod story;
