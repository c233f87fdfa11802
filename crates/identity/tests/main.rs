//! What identity promises.

mod forms;
mod persons;
mod shop;
