//! The desk: what a person sees of the ledger and may do about it.
//!
//! - [`look`]: lists, sums, cards
//! - [`propose`]: how a proposal comes to wait, made by a workflow or by hand
//! - [`decide`]: approve, edit, reject, later; one or many
//! - [`undo`]: take back a yes before it has left
//! - [`settle`]: say what became of an action whose answer was lost
//! - [`limits`]: what the shop allows, and when what is loosened holds
//! - [`withdraw`]: what waits for an account leaves with it
//! - [`rules`]: stop switch, modes, audit

pub mod decide;
pub mod limits;
pub mod look;
pub mod propose;
pub mod rules;
pub mod settle;
mod sound;
pub mod undo;
pub mod withdraw;
