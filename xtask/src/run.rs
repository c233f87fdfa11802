//! The main job: a running store in the Fermata window.

use std::fs;

use crate::shell::{Outcome, built, cargo, command, root, run as call};
use crate::{node, session, setup};

/// Builds everything and opens the window on the practice store.
pub(crate) fn run(args: &[String]) -> Outcome {
    setup::for_run()?;
    node::build()?;
    build()?;
    let binary = built("fermata-desktop")?;
    let binary = binary.to_string_lossy();
    if setup::has_display() {
        let mut all = vec!["--practice"];
        all.extend(args.iter().map(String::as_str));
        return call(command(&binary, &all));
    }
    eprintln!("There is no display: the window opens on a virtual one and is driven to the approval queue.");
    let output = root().join("output/run");
    let _ = fs::remove_dir_all(&output);
    fs::create_dir_all(&output).map_err(|e| format!("{}: {e}", output.display()))?;
    call(session::inside(
        &output.join("home"),
        "node",
        &["tests/window/show.mjs", &binary, &output.to_string_lossy()],
    ))?;
    eprintln!("\nThe window as it looked: {}", output.join("approvals.png").display());
    Ok(())
}

/// Builds the window and the command line program.
fn build() -> Outcome {
    call(cargo(&[
        "build",
        "--package",
        "fermata-desktop",
        "--package",
        "fermata-cli",
        "--features",
        "fermata-desktop/custom-protocol",
    ]))
}
