//! Files that are made from other files.

use crate::shell::{Outcome, cargo, run as call};

/// Writes the TypeScript client and the window's list of commands from `crates/console`.
pub(crate) fn run() -> Outcome {
    let mut test = cargo(&["test", "--quiet", "--package", "fermata-console", "--test", "main", "bindings"]);
    test.env("FERMATA_GENERATE", "1");
    call(test)
}
