//! Everything that is tested from outside this crate, in one binary.
