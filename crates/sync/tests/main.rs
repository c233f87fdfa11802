//! What sync promises.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall say where")]

mod faults;
mod practice;
mod scripted;
mod steps;
