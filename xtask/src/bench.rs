//! Speed, always as a ratio to a limit or a peer in the same run.

use crate::setup;
use crate::shell::{Outcome, cargo, run as call};

/// Runs the benchmarks in an optimised build and prints their ratios. Parts and sizes are read by the
/// benchmarks themselves.
pub(crate) fn run(args: &[String]) -> Outcome {
    setup::for_run()?;
    call(cargo(&["build", "--profile", "measure", "--package", "fermata-cli"]))?;
    let mut all = vec!["run", "--profile", "measure", "--package", "fermata-bench", "--"];
    all.extend(args.iter().map(String::as_str));
    call(cargo(&all))
}
