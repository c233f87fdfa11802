//! The store: one encrypted SQLite file that holds everything Fermata knows.
//!
//! One connection writes, several read; nobody waits for a reader. Every table group has one
//! file, which reads top to bottom: migration, row, reads, writes. Functions that write take a
//! [`Tx`], so that what belongs together is kept together; functions that read take any
//! connection.
//!
//! Keys are integers: a platform's id is mapped to a record id once, and the timeline is clustered by
//! customer and time. Times are microseconds since 1970, money is minor units with a currency.

mod bulk;
mod changes;
mod codes;
mod columns;
mod error;
mod folding;
mod held;
mod key;
mod migrations;
mod open;
mod patterns;
mod store;
mod who;

pub mod alerts;
pub mod arrivals;
pub mod aside;
pub mod audit;
pub mod carts;
pub mod connections;
pub mod customers;
pub mod dump;
pub mod feed;
pub mod figures;
pub mod guardrails;
pub mod identities;
pub mod kept;
pub mod landing;
pub mod late;
pub mod ledger;
mod lines;
pub mod orders;
pub mod people;
pub mod products;
pub mod progress;
pub mod proof;
pub mod proved;
pub mod raw;
pub mod records;
pub mod runs;
pub mod search;
pub mod sends;
pub mod settings;
pub mod sweeps;
pub mod tickets;
pub mod time;
pub mod timeline;

pub use changes::{Change, Topic, Writer, last_change};
pub use error::Error;
pub use held::Held;
pub use key::DatabaseKey;
pub use patterns::Patterns;
pub use rusqlite::Connection as Sql;
pub use store::{Durability, Store, Tx};
