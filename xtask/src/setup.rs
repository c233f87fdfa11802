//! Installs what is missing on Debian and Ubuntu; says what to install elsewhere.

use std::path::Path;

use crate::node;
use crate::shell::{Outcome, command, output, run, succeeds};

/// To build the window: WebKitGTK, the tray, OpenSSL.
const BUILD: &[&str] = &[
    "build-essential",
    "pkg-config",
    "file",
    "libssl-dev",
    "libwebkit2gtk-4.1-dev",
    "libayatana-appindicator3-dev",
];

/// To show the window where there is no screen, and to drive it.
const HEADLESS: &[&str] = &[
    "xvfb",
    "xauth",
    "dbus",
    "gnome-keyring",
    "webkit2gtk-driver",
    "fonts-dejavu-core",
    "python3-dbus",
    "python3-gi",
];

/// To run the same ui in a browser, unless there is one of those that `ui/playwright.config.ts` takes.
const BROWSER: &[&str] = &["chromium"];
const BROWSERS: &[&str] = &["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/// Installs what building and running needs; with no display also what shows the window anyway.
pub(crate) fn for_run() -> Outcome {
    let mut packages = BUILD.to_vec();
    if !has_display() {
        packages.extend(HEADLESS);
    }
    system(&packages)?;
    node::install()
}

/// Installs what every test needs.
pub(crate) fn everything() -> Outcome {
    let mut packages = [BUILD, HEADLESS].concat();
    let named = std::env::var_os("FERMATA_CHROMIUM").is_some();
    if !named && !BROWSERS.iter().any(|browser| Path::new(browser).exists()) {
        packages.extend(BROWSER);
    }
    system(&packages)?;
    node::install()?;
    components()?;
    if succeeds("cargo", &["nextest", "--version"]) {
        return Ok(());
    }
    run(crate::shell::cargo(&["install", "cargo-nextest", "--locked"]))
}

/// Adds what checks the style, where Rust came without it.
fn components() -> Outcome {
    let missing: Vec<&str> = [("fmt", "rustfmt"), ("clippy", "clippy")]
        .into_iter()
        .filter(|(tool, _)| !succeeds("cargo", &[tool, "--version"]))
        .map(|(_, component)| component)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    run(command("rustup", &[&["component", "add"], &missing[..]].concat()))
        .map_err(|e| format!("{e}. Install {} by hand and call again.", missing.join(" and ")))
}

/// Tells whether a window can be shown to somebody.
pub(crate) fn has_display() -> bool {
    !cfg!(target_os = "linux")
        || ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|v| std::env::var_os(v).is_some_and(|d| !d.is_empty()))
}

fn system(packages: &[&str]) -> Outcome {
    if cfg!(target_os = "macos") {
        eprintln!("On macOS install by hand: the Xcode command line tools (`xcode-select --install`).");
        return Ok(());
    }
    if cfg!(target_os = "windows") {
        eprintln!(
            "On Windows install by hand: the Visual Studio C++ build tools, WebView2 (part of Windows 11), \
             and OpenSSL for SQLCipher (or build with `--features vendored`, which needs Perl)."
        );
        return Ok(());
    }
    if !succeeds("apt-get", &["--version"]) {
        eprintln!("This is no Debian or Ubuntu. Needed, by their Debian names: {}", packages.join(" "));
        return Ok(());
    }
    let missing = missing(packages);
    if missing.is_empty() {
        return Ok(());
    }
    eprintln!("Installing {} system packages: {}", missing.len(), missing.join(" "));
    if let Err(problem) = apt(&["update"]) {
        // A source of something else may be broken; what is known may do.
        eprintln!("{problem}");
    }
    let mut args = vec!["-o", "DPkg::Lock::Timeout=580", "install", "-y", "--no-install-recommends"];
    args.extend(&missing);
    apt(&args).map_err(|e| format!("{e}. Install the packages by hand and call again."))
}

fn missing<'a>(packages: &[&'a str]) -> Vec<&'a str> {
    let query = ["-W", "-f", "${Package} ${db:Status-Status}\n"];
    let known = output(command("dpkg-query", &query)).unwrap_or_default();
    let installed: std::collections::HashSet<&str> = known
        .lines()
        .filter_map(|line| line.split_once(' '))
        .filter_map(|(package, status)| (status == "installed").then_some(package))
        .collect();
    packages.iter().copied().filter(|package| !installed.contains(package)).collect()
}

/// Calls apt-get, through sudo where we are not root.
fn apt(args: &[&str]) -> Outcome {
    let root = output(command("id", &["-u"])).is_ok_and(|id| id.trim() == "0");
    // By `env`, as sudo takes no variables over.
    let quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"];
    let mut all = if root { Vec::new() } else { vec!["sudo"] };
    all.extend(quiet.iter().chain(args));
    run(command(all[0], &all[1..]))
}
