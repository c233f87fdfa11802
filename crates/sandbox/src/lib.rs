//! The platforms themselves, simulated over their real wire formats: a practice store.
//!
//! [`Practice::start`] makes a small online shop with a year behind it and puts platforms (Shopify,
//! Gorgias and Klaviyo, unless told otherwise) in front of it, each on its own loopback port, speaking as the vendor documents it
//! and refusing what the vendor would refuse. People in it order, abandon carts, open mails, write
//! in, grow angry about late parcels, and react to what is done to them.
//!
//! It serves three ends: people who want to try Fermata without risk, every test that needs a
//! counterpart, and proof: each platform keeps a journal of what it received and what it applied.
//! It is written from the vendors' documents alone and knows nothing of our connectors, so that
//! the two can disagree.
//!
//! | module | what is in it |
//! | --- | --- |
//! | [`world`] | the truth: people, goods, orders, parcels, talk, mail, and how they live on |
//! | [`vendor`] | what a platform brings; one folder each, all named in `twins` |
//! | `rest`, `shape`, `paging`, `rate` | what REST platforms share: routes, bodies, pages, limits |
//! | [`journal`], [`faults`] | what was received and applied; what goes wrong on demand |
//! | [`practice`], [`options`] | starting, steering and asking a practice store |

pub mod bigcommerce;
pub mod faults;
pub mod gorgias;
pub mod journal;
pub mod klaviyo;
pub mod options;
pub mod practice;
pub mod shipbob;
pub mod shopify;
pub mod stripe;
pub mod vendor;
pub mod woocommerce;
pub mod world;

mod clock;
mod control;
#[cfg(test)]
mod described;
mod error;
mod json;
mod keep;
mod mark;
mod paging;
mod rate;
mod rest;
mod server;
mod shape;
mod twins;

pub use error::Error;
pub use faults::{Fault, Faults, Plan, Rule};
pub use journal::{Asked, Effect, Entry, Journal};
pub use options::{Access, Options, WorldKind};
pub use practice::Practice;
