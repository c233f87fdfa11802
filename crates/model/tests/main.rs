//! Promises of the model.

mod ledger;
mod money;
