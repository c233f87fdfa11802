//! The npm side: the webview and the scripts that drive the real window.

use std::fs;
use std::path::Path;

use crate::shell::{Outcome, command, output, root, run};

/// Folders with a `package-lock.json` of their own.
const FOLDERS: &[&str] = &["ui", "tests/window"];

/// What vite builds with, as its package says: `^20.19.0 || >=22.12.0`.
const NEEDED: &str = "Node 20.19, 22.12 or newer is needed, with npm";

/// Installs npm packages where the lock file changed since the last time.
pub(crate) fn install() -> Outcome {
    let version = output(command("node", &["--version"]))
        .map_err(|_| format!("{NEEDED}: install it and call again."))?;
    if !is_new_enough(version.trim()) {
        return Err(format!("{NEEDED}; this is {}.", version.trim()));
    }
    if output(npm(&root(), &["--version"])).is_err() {
        return Err(format!("{NEEDED}: Node is there, npm is not."));
    }
    FOLDERS.iter().try_for_each(|folder| install_in(&root().join(folder)))
}

fn is_new_enough(version: &str) -> bool {
    let mut parts = version.trim_start_matches('v').split('.').map_while(|part| part.parse::<u32>().ok());
    match (parts.next(), parts.next()) {
        (Some(20), Some(minor)) => minor >= 19,
        (Some(22), Some(minor)) => minor >= 12,
        (Some(major), Some(_)) => major > 22,
        _ => false,
    }
}

fn install_in(folder: &Path) -> Outcome {
    let lock = fs::read(folder.join("package-lock.json"))
        .map_err(|e| format!("{}: no package-lock.json ({e})", folder.display()))?;
    let stamp = folder.join("node_modules/.installed-from");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    let mut call = npm(folder, &["ci", "--no-audit", "--no-fund", "--ignore-scripts"]);
    call.env("npm_config_loglevel", "error");
    run(call)?;
    fs::write(&stamp, &lock).map_err(|e| format!("{}: {e}", stamp.display()))
}

/// Builds the webview into `ui/dist`.
pub(crate) fn build() -> Outcome {
    run(npm(&root().join("ui"), &["run", "--silent", "build"]))
}

/// Builds the webview if that was never done; the window does not compile without it.
pub(crate) fn build_if_absent() -> Outcome {
    if root().join("ui/dist/index.html").is_file() { Ok(()) } else { build() }
}

/// Makes a call to npm in a folder.
pub(crate) fn npm(folder: &Path, args: &[&str]) -> std::process::Command {
    let mut call = command(if cfg!(windows) { "npm.cmd" } else { "npm" }, args);
    call.current_dir(folder);
    call
}

#[cfg(test)]
mod tests {
    use super::is_new_enough;

    #[test]
    fn only_a_node_that_builds_the_ui_will_do() {
        for version in ["v20.19.0", "v20.20.2", "v22.12.0", "v23.1.0", "v24.0.0"] {
            assert!(is_new_enough(version), "{version}");
        }
        for version in ["v18.20.0", "v20.18.3", "v21.7.0", "v22.11.0", "", "node"] {
            assert!(!is_new_enough(version), "{version}");
        }
    }
}
