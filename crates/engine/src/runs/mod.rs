//! Runs: from an event to proposals, step by step, through restarts.
//!
//! - [`memory`]: what a run remembers between two steps
//! - [`tick`]: new events start runs and wake those that wait
//! - [`advance`]: a run goes on as far as it can, in one transaction
//! - [`walk`]: its steps, one after the other
//! - [`lost`]: what it waits for can never come, and what it holds back is let go
//! - [`orphan`]: its version of the workflow is gone, and what it holds back is let go
//! - [`freshness`]: is what a proposal rests on still true when it is about to leave?

pub mod advance;
pub mod freshness;
mod lost;
pub mod memory;
pub(crate) mod orphan;
pub mod tick;
mod walk;
