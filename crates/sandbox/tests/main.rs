//! The practice store, seen from outside.

mod real;
mod server;
mod support;
mod world;
