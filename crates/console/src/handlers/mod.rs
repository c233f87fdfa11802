//! One file per place of the window: each handler reads, calls, and puts the answer into the
//! words of [`crate::wire`]. No SQL, no branch on a platform.

mod approvals;
mod cards;
mod connections;
mod customers;
mod ledger;
mod proposing;
mod shell;
mod today;
mod workflows;
