//! A sync under faults ends with the rows of a clean one.
//!
//! [`story`] is what happens under one seed: a small practice store of its own, read in bad weather,
//! again after a day on which the world went on, and compared row by row ([`rows`]) with a store
//! that was filled in one calm pass. [`seeds`] tells hundreds of them at once, since they mostly
//! wait, and looks at whether every fault has struck everywhere.

mod leafing;
mod rows;
mod seeds;
mod story;
