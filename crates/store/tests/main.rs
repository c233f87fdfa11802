//! What the store promises.

mod opening;
