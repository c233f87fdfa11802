//! The only door into the core, for every front end.
//!
//! A front end can ask and do what [`commands`] lists, and nothing else. Requests and answers are
//! the types of [`wire`]; what cannot be done comes back as a [`Problem`].

pub mod bindings;
pub mod commands;
mod problem;
pub mod wire;

pub use problem::{Code, Problem};
