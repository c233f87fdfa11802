//! Workflows: files that a store owner can read aloud, and what they decide.
//!
//! - [`file`]: the file's shape; unknown keys are errors, errors name their line
//! - [`checking`]: does a file hang together?
//! - [`expression`]: conditions, values and sentences (see `docs/decisions/0003-expressions.md`)
//! - [`facts`]: what a workflow may know about one customer
//! - [`reading`]: facts as the store has them
//! - [`decide`]: facts in, a decision out; pure, so that it can be tried on the past
//! - [`shipped`]: the workflows that come with Fermata

mod checking;
pub mod decide;
pub mod expression;
pub mod facts;
pub mod file;
pub mod reading;
pub mod shipped;

pub use decide::{Decided, Proposed, decide};
pub use facts::Facts;
pub use file::Workflow;
