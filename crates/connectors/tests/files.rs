//! No test file is forgotten: each is part of this one binary.

use std::fs;
use std::path::Path;

#[test]
fn every_test_file_is_part_of_the_binary() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    check(&root, &root.join("main.rs"));
}

/// Checks that the modules beside `parent` are named in it, and goes into folders.
fn check(folder: &Path, parent: &Path) {
    let text = fs::read_to_string(parent).unwrap();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        let inner = path.join("mod.rs");
        let is_module = inner.exists() || path.extension().is_some_and(|ending| ending == "rs");
        if !is_module || path == parent || stem == "mod" {
            continue;
        }
        let named = text.lines().any(|line| line.ends_with(&format!("mod {stem};")));
        assert!(named, "{} is not named in {}", path.display(), parent.display());
        if inner.exists() {
            check(&path, &inner);
        }
    }
}
