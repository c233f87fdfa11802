//! Every test, from the fastest to the real window.

use std::fs;
use std::time::Instant;

use crate::shell::{Outcome, built, cargo, root, run as call};
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
    node::build_if_absent()?;
    call(cargo(&[&["nextest", "run", "--workspace", "--no-fail-fast"], &FEATURES[..]].concat()))
}

/// Builds the programs as the Rust tests build them, so that nothing is built twice.
fn programs() -> Outcome {
    node::build_if_absent()?;
    call(cargo(&[&["test", "--workspace", "--no-run", "--quiet"], &FEATURES[..]].concat()))
}

fn lint() -> Outcome {
    node::build_if_absent()?;
    let deny = ["--", "--deny", "warnings"];
    call(cargo(&[&["clippy", "--workspace", "--all-targets"], &FEATURES[..], &deny].concat()))
}

fn browser() -> Outcome {
    programs()?;
    let output = fresh("output/browser")?;
    let mut test = node::npm(&root().join("ui"), &["run", "--silent", "e2e"]);
    test.env("FERMATA_BINARY", built("fermata")?).env("FERMATA_OUTPUT", output);
    call(test)
}

fn window() -> Outcome {
    programs()?;
    let output = fresh("output/window")?;
    let files = window_tests()?;
    // One after another: two windows on one screen take the keyboard from each other.
    let mut args = vec!["--test", "--test-reporter=spec", "--test-concurrency=1"];
    args.extend(files.iter().map(String::as_str));
    let mut test = session::inside(&output.join("home"), "node", &args);
    test.env("FERMATA_BINARY", built("fermata-desktop")?).env("FERMATA_OUTPUT", &output);
    call(test)
}

/// Lists the tests of the window by name: what Node makes of a folder differs between its versions.
fn window_tests() -> Outcome<Vec<String>> {
    let folder = "tests/window";
    let entries = fs::read_dir(root().join(folder)).map_err(|e| format!("{folder}: {e}"))?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut tests: Vec<String> =
        names.filter(|name| name.ends_with(".test.mjs")).map(|name| format!("{folder}/{name}")).collect();
    tests.sort();
    if tests.is_empty() { Err(format!("{folder}: there are no tests")) } else { Ok(tests) }
}

fn fresh(folder: &str) -> Outcome<std::path::PathBuf> {
    let path = root().join(folder);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(path)
}
