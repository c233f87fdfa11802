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
mod codes;
mod columns;
mod error;
mod held;
mod key;
mod migrations;
mod open;
mod store;
mod who;

pub mod alerts;
pub mod timeline;
pub mod tickets;
pub mod sends;
pub mod search;
pub mod records;
pub mod products;
pub mod people;
pub mod orders;
mod lines;
pub mod late;
pub mod landing;
pub mod identities;
pub mod feed;
pub mod figures;
pub mod dump;
pub mod customers;
pub mod carts;
pub mod aside;
pub mod audit;
pub mod connections;
pub mod guardrails;
pub mod ledger;
pub mod progress;
pub mod runs;
pub mod settings;
pub mod time;

pub use changes::{Change, Topic, Writer, last_change};
pub use error::Error;
pub use held::Held;
pub use key::DatabaseKey;
pub use rusqlite::Connection as Sql;
pub use store::{Durability, Store, Tx};
