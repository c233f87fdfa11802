//! Every test, from the fastest to the real window.

use std::fs;
use std::time::Instant;

use crate::shell::{Outcome, cargo, root, run as call};
use crate::{node, run, session, setup};

/// One part of the tests.
struct Part {
    name: &'static str,
    run: fn() -> Outcome,
}

const PARTS: &[Part] = &[
    Part { name: "style", run: style },
    Part { name: "ui", run: ui },
    Part { name: "rust", run: rust },
    Part { name: "lint", run: lint },
    Part { name: "browser", run: browser },
    Part { name: "window", run: window },
];

/// Runs all parts, or those named; goes on after a failure, so that one run tells everything.
pub(crate) fn run(only: &[String]) -> Outcome {
    if let Some(unknown) = only.iter().find(|name| PARTS.iter().all(|part| part.name != **name)) {
        let known: Vec<&str> = PARTS.iter().map(|part| part.name).collect();
        return Err(format!("there is no part called {unknown}; there are {}", known.join(", ")));
    }
    setup::everything()?;
    let mut failed = Vec::new();
    let mut passed = 0;
    for part in PARTS.iter().filter(|part| only.is_empty() || only.iter().any(|name| name == part.name)) {
        eprintln!("\n=== {} ===", part.name);
        let begin = Instant::now();
        match (part.run)() {
            Ok(()) => passed += 1,
            Err(problem) => failed.push(format!("{}: {problem}", part.name)),
        }
        eprintln!("=== {} took {} s ===", part.name, begin.elapsed().as_secs());
    }
    println!("\nparts: {passed} passed, {} failed", failed.len());
    if failed.is_empty() { Ok(()) } else { Err(failed.join("\n")) }
}

fn style() -> Outcome {
    call(cargo(&["fmt", "--all", "--check"]))
}

fn ui() -> Outcome {
    let ui = root().join("ui");
    call(node::npm(&ui, &["run", "--silent", "check"]))?;
    call(node::npm(&ui, &["run", "--silent", "test"]))?;
    node::build()
}

fn rust() -> Outcome {
    // The window and its host are built with the same features as for `run`, so that nothing is
    // built twice.
    call(cargo(&[
        "nextest",
        "run",
        "--workspace",
        "--features",
        "fermata-desktop/custom-protocol",
        "--no-fail-fast",
    ]))
}

fn lint() -> Outcome {
    call(cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--features",
        "fermata-desktop/custom-protocol",
        "--",
        "--deny",
        "warnings",
    ]))
}

fn browser() -> Outcome {
    run::build()?;
    let output = fresh("output/browser")?;
    let binary = root().join("target/debug/fermata");
    let mut test = node::npm(&root().join("ui"), &["run", "--silent", "e2e"]);
    test.env("FERMATA_BINARY", binary).env("FERMATA_OUTPUT", output);
    call(test)
}

fn window() -> Outcome {
    run::build()?;
    let output = fresh("output/window")?;
    let binary = root().join("target/debug/fermata-desktop");
    let mut test =
        session::inside(&output.join("home"), "node", &["--test", "--test-reporter=spec", "tests/window/"]);
    test.env("FERMATA_BINARY", binary).env("FERMATA_OUTPUT", &output);
    call(test)
}

fn fresh(folder: &str) -> Outcome<std::path::PathBuf> {
    let path = root().join(folder);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(path)
}
