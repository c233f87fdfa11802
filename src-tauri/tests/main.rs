//! Promises of the window's shell that need no window.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::Path;
use std::process::Command;

use serde_json::Value;

fn config() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tauri.conf.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn the_page_loads_nothing_from_elsewhere_and_reaches_the_core_alone() {
    let config = config();
    let security = &config["app"]["security"];
    assert_eq!(config["app"]["withGlobalTauri"], false, "page script gets no handle to the shell");
    assert_eq!(security["capabilities"], serde_json::json!(["main"]), "one window, one list of permissions");
    for (directive, sources) in security["csp"].as_object().unwrap() {
        for source in sources.as_str().unwrap().split(' ') {
            let ours = ["'self'", "'none'", "'unsafe-inline'", "data:", "ipc:", "http://ipc.localhost"];
            assert!(ours.contains(&source), "{directive} lets in {source}");
        }
    }
    assert!(
        !security["csp"]["script-src"].as_str().unwrap().contains("unsafe"),
        "no script but the program's own files"
    );
}

#[test]
fn the_program_says_its_version_without_a_display() {
    let output = Command::new(env!("CARGO_BIN_EXE_fermata-desktop"))
        .arg("--version")
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .output()
        .unwrap();
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stdout).contains(env!("CARGO_PKG_VERSION")));
}
