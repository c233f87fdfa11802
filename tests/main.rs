//! Whole-product tests: what no crate can promise alone.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod arrows;
