//! Whole-product tests: what no crate can promise alone.

mod arrows;
