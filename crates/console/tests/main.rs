//! Promises of the door.

mod bindings;
