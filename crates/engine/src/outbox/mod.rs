//! The way out: one sender, one reconciler, one clockwork.
//!
//! - [`lease`]: who may send; what was on its way under an older lease is in doubt
//! - [`sender`]: approved -> sending -> what the platform said
//! - [`reconciler`]: in doubt and accepted -> what the platform shows
//! - [`patience`]: no call to a platform goes on for ever
//! - [`deadlines`]: held -> expired, when nobody answered

pub mod deadlines;
pub mod lease;
mod patience;
pub mod reconciler;
pub mod sender;
