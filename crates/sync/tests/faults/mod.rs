//! A sync under faults ends with the rows of a clean one.
//!
//! [`weather`] reads a practice store in bad weather and compares what it holds, row by row ([`rows`]),
//! with a store that was filled in one calm pass.

mod rows;
mod weather;
