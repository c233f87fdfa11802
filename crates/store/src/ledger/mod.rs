//! The ledger: every action of ours, from the moment it was proposed to the platform's proof.
//!
//! - [`proposal`]: the row, and what a person reads on its card
//! - [`table`]: the table, and how a row is read from it
//! - [`read`]: lists, sums, what is due; [`numbers`]: what became of it all
//! - [`write`]: insert, and the one update there is, a compare-and-set on (state, epoch)
//! - [`lease`]: who may send
//!
//! What may happen to a row is decided in `engine`; here it is only kept, whole or not at all.

pub mod lease;
pub mod numbers;
pub mod proposal;
pub mod read;
pub mod table;
pub mod write;

pub use lease::Lease;
pub use proposal::{
    Alternative, Case, Evidence, Looks, NewProposal, Origin, Progress, Proposal, Rule, Surface, Trouble,
    Warning,
};
pub use read::{Filter, Sum, Tab};
pub(crate) use table::MIGRATION;
pub use write::{insert, repoint_customer, update};
