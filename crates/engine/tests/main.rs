//! Everything that is tested from outside this crate, in one binary.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod ana;
mod crashes;
mod desk;
mod doubt;
mod guardrails;
mod life;
mod looping;
mod orphans;
mod platform;
mod removal;
mod runs;
mod shop;
mod time;
mod trust;
mod workflow_files;
