//! What sync promises.

mod faults;
mod practice;
mod scripted;
mod steps;
