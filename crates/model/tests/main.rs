//! Promises of the model.

mod ledger;
mod money;
mod streams;
