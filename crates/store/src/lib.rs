//! The store: one encrypted SQLite file that holds everything Fermata knows.
//!
//! One connection writes, several read; nobody waits for a reader. Every table group has one
//! file, which reads top to bottom: migration, row, reads, writes. Functions that write take a
//! [`Tx`], so that what belongs together is kept together; functions that read take any
//! connection.
//!
//! Keys are integers: a platform's id is mapped to a record id once, and the timeline is clustered by
//! customer and time. Times are microseconds since 1970, money is minor units with a currency.

mod changes;
mod columns;
mod error;
mod key;
mod migrations;
mod open;
mod store;

pub mod alerts;
pub mod audit;
pub mod connections;
pub mod guardrails;
pub mod ledger;
pub mod progress;
pub mod runs;
pub mod settings;
pub mod time;

pub use changes::{Change, Topic, Writer};
pub use error::Error;
pub use key::DatabaseKey;
pub use rusqlite::Connection as Sql;
pub use store::{Durability, Store, Tx};
