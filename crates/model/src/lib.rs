//! The words of Fermata, as types that cannot be wrong.
//!
//! Every other crate speaks in these: what a platform told us ([`record`]), what happened to a
//! customer and when ([`event`]), what we may do about it ([`action`]) and where that stands
//! ([`ledger`]). Nothing here does I/O and nothing reads a clock; [`Clock`] is only the door
//! through which time is passed in.

pub mod action;
pub mod address;
pub mod clock;
pub mod event;
pub mod ids;
pub mod ledger;
pub mod money;
pub mod platform;
pub mod record;

pub use action::{Action, ActionKind, Frozen, Nature, Receipt};
pub use address::Address;
pub use clock::Clock;
pub use event::{EventKind, EventSource};
pub use ids::{
    AlertId, ConnectionId, CustomerId, EventId, IdentityId, Key, ProposalId, RecordId, RecordRef, RunId,
};
pub use jiff::Timestamp;
pub use ledger::{Mode, State};
pub use money::{Currency, Money, MoneyError};
pub use platform::{Platform, Stream};
pub use record::{Change, Entity, Record};
