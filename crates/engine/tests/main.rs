//! Everything that is tested from outside this crate, in one binary.

mod crashes;
mod desk;
mod doubt;
mod guardrails;
mod life;
mod runs;
mod shop;
mod time;
mod workflow_files;
