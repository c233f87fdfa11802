//! What goes through the door: requests and answers, one file per place of the window.
//!
//! Times are UTC instants as RFC 3339 text, money is minor units with a currency, ids and amounts
//! parse straight into model types, so that a bad value fails before the command runs.

mod approvals;
mod connections;
mod customers;
mod ledger;
mod proof;
mod shell;
mod sign_in;
mod today;
mod workflows;

pub use approvals::*;
pub use connections::*;
pub use customers::*;
pub use ledger::*;
pub use proof::*;
pub use shell::*;
pub use sign_in::*;
pub use today::*;
pub use workflows::*;

/// Derives what every type that goes through the door needs.
macro_rules! wire {
    ($($(#[$meta:meta])* pub $kind:ident $name:ident $body:tt)*) => {$(
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize, ts_rs::TS)]
        $(#[$meta])*
        #[serde(rename_all = "snake_case")]
        pub $kind $name $body
    )*};
}
pub(crate) use wire;
