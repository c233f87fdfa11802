//! What sync promises.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall say where")]

mod alerts;
mod faults;
mod practice;
mod proofs;
mod scripted;
mod steps;
mod sweeps;
mod vanished;
