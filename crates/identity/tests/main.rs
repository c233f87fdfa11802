//! What identity promises.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall say where")]

mod forms;
mod persons;
mod shop;
