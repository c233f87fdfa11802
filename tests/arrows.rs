//! The arrows between crates point one way, and only the named places know what they may know.
//!
//! The same for the ui stands in `ui/src/architecture.test.ts`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Which of our crates each may depend on, for building and running.
const ARROWS: &[(&str, &[&str])] = &[
    ("fermata-model", &[]),
    ("fermata-store", &["fermata-model"]),
    ("fermata-connectors", &["fermata-model"]),
    ("fermata-sandbox", &["fermata-model"]),
    ("fermata-identity", &["fermata-model", "fermata-store"]),
    ("fermata-engine", &["fermata-model", "fermata-store"]),
    ("fermata-sync", &["fermata-model", "fermata-store", "fermata-connectors", "fermata-identity"]),
    (
        "fermata-console",
        &[
            "fermata-model",
            "fermata-store",
            "fermata-connectors",
            "fermata-sandbox",
            "fermata-identity",
            "fermata-engine",
            "fermata-sync",
        ],
    ),
    ("fermata-cli", &["fermata-model", "fermata-sandbox", "fermata-console"]),
    ("fermata-desktop", &["fermata-console"]),
];

/// Crates that are no part of the product.
const CHORES: &[&str] = &["xtask", "fermata-tests", "fermata-bench"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[test]
fn arrows_between_crates_point_one_way() {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let allowed: BTreeMap<&str, &[&str]> = ARROWS.iter().copied().collect();
    for package in metadata["packages"].as_array().unwrap() {
        let name = package["name"].as_str().unwrap();
        if CHORES.contains(&name) {
            continue;
        }
        let may =
            allowed.get(name).unwrap_or_else(|| panic!("{name} has no place among the arrows: give it one"));
        for dependency in package["dependencies"].as_array().unwrap() {
            let other = dependency["name"].as_str().unwrap();
            let is_ours = other.starts_with("fermata-");
            let is_built_in = dependency["kind"].as_str() != Some("dev");
            assert!(!is_ours || !is_built_in || may.contains(&other), "{name} must not depend on {other}");
        }
    }
}

#[test]
fn nothing_under_crates_knows_tauri() {
    let manifests = files(&root().join("crates"), &["toml"]);
    assert!(!manifests.is_empty(), "there are crates");
    for manifest in manifests {
        let text = std::fs::read_to_string(&manifest).unwrap();
        assert!(!text.contains("tauri"), "{} names Tauri", manifest.display());
    }
}

#[test]
fn the_shipped_program_contains_no_sql_outside_the_store() {
    let sql = ["rusqlite", "\"SELECT ", "\"INSERT INTO ", "\"UPDATE ", "\"DELETE FROM ", "\"PRAGMA "];
    let folders = ARROWS.iter().filter_map(|(name, _)| name.strip_prefix("fermata-"));
    for krate in folders.filter(|krate| !["store", "desktop"].contains(krate)) {
        let sources = files(&root().join("crates").join(krate).join("src"), &["rs"]);
        assert!(!sources.is_empty(), "{krate} has sources");
        for file in sources {
            let text = std::fs::read_to_string(&file).unwrap();
            let found = sql.iter().find(|words| text.contains(**words));
            assert!(found.is_none(), "{} reaches past the store: {found:?}", file.display());
        }
    }
}

fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path, endings));
        } else if path.extension().is_some_and(|e| endings.iter().any(|ending| e == *ending)) {
            found.push(path);
        }
    }
    found
}
