//! Opening a page in the person's own browser.

use std::process::Stdio;

use tokio::process::Command;
use url::Url;

/// Asks the system to open a page, and does not wait for it.
///
/// Where there is no browser nothing happens: whoever calls shows the address as well.
pub(crate) fn open(page: &Url) {
    // The address is one argument and never passes a shell.
    let (program, before): (&str, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(windows) {
        ("rundll32", &["url.dll,FileProtocolHandler"])
    } else {
        ("xdg-open", &[])
    };
    let started = Command::new(program)
        .args(before)
        .arg(page.as_str())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    if let Err(problem) = started {
        tracing::info!(%problem, "no browser was opened");
    }
}
