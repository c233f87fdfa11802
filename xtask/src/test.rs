//! Every test, from the fastest to the real window.

use std::fs;
use std::time::Instant;

use crate::shell::{Outcome, cargo, root, run as call};
use crate::{node, session, setup};

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

/// The window carries its ui; without this it would ask a development server for it.
const FEATURES: [&str; 2] = ["--features", "fermata-desktop/custom-protocol"];

fn rust() -> Outcome {
    call(cargo(&[&["nextest", "run", "--workspace", "--no-fail-fast"], &FEATURES[..]].concat()))
}

/// Builds the programs as the Rust tests build them, so that nothing is built twice.
fn programs() -> Outcome {
    call(cargo(&[&["test", "--workspace", "--no-run", "--quiet"], &FEATURES[..]].concat()))
}

fn lint() -> Outcome {
    let deny = ["--", "--deny", "warnings"];
    call(cargo(&[&["clippy", "--workspace", "--all-targets"], &FEATURES[..], &deny].concat()))
}

fn browser() -> Outcome {
    programs()?;
    let output = fresh("output/browser")?;
    let binary = root().join("target/debug/fermata");
    let mut test = node::npm(&root().join("ui"), &["run", "--silent", "e2e"]);
    test.env("FERMATA_BINARY", binary).env("FERMATA_OUTPUT", output);
    call(test)
}

fn window() -> Outcome {
    programs()?;
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
