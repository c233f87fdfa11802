//! The npm side: the webview and the scripts that drive the real window.

use std::fs;
use std::path::Path;

use crate::shell::{Outcome, command, output, root, run};

/// Folders with a `package-lock.json` of their own.
const FOLDERS: &[&str] = &["ui", "tests/window"];

/// Installs npm packages where the lock file changed since the last time.
pub(crate) fn install() -> Outcome {
    let version = output(command("node", &["--version"]))
        .map_err(|_| "Node 20 or newer is needed: install it and call again".to_owned())?;
    let major: u32 =
        version.trim().trim_start_matches('v').split('.').next().and_then(|n| n.parse().ok()).unwrap_or(0);
    if major < 20 {
        return Err(format!("Node 20 or newer is needed, this is {}", version.trim()));
    }
    FOLDERS.iter().try_for_each(|folder| install_in(&root().join(folder)))
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

/// Makes a call to npm in a folder.
pub(crate) fn npm(folder: &Path, args: &[&str]) -> std::process::Command {
    let mut call = command(if cfg!(windows) { "npm.cmd" } else { "npm" }, args);
    call.current_dir(folder);
    call
}
