//! Files made from the command list are the ones that the list describes.

use std::path::Path;

fn check(file: &str, expect: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(file);
    if std::env::var_os("FERMATA_GENERATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, expect).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == expect, "{file} is stale: run `cargo xtask generate`");
}

#[test]
fn generated_client_is_fresh() {
    check("ui/src/generated/commands.ts", &fermata_console::bindings::typescript());
}

#[test]
fn window_may_call_exactly_the_listed_commands() {
    check("src-tauri/commands.txt", &fermata_console::bindings::command_names());
    check("src-tauri/capabilities/main.json", &fermata_console::bindings::capability());
}
