//! The window itself.

use tauri::{AppHandle, Manager, Url, WebviewUrl, WebviewWindowBuilder};

/// Opens the one window.
///
/// It shows the program's own pages alone: a link elsewhere does not navigate.
///
/// Errors: if the system's web view cannot be started.
pub(crate) fn open(app: &AppHandle) -> tauri::Result<()> {
    WebviewWindowBuilder::new(app, "main", WebviewUrl::App("index.html".into()))
        .title("Fermata")
        .inner_size(1240.0, 780.0)
        .min_inner_size(720.0, 480.0)
        .on_navigation(is_ours)
        .build()?;
    Ok(())
}

/// Brings the window to the front.
pub(crate) fn show(app: &AppHandle) {
    if let Some(window) = app.get_webview_window("main") {
        let _ = window.unminimize();
        let _ = window.show();
        let _ = window.set_focus();
    }
}

fn is_ours(url: &Url) -> bool {
    match url.scheme() {
        "tauri" => true,
        "http" | "https" => {
            // Only a window without pages of its own takes them from the development server.
            let from_server = cfg!(not(feature = "custom-protocol")) && url.host_str() == Some("localhost");
            url.host_str() == Some("tauri.localhost") || from_server
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_elsewhere_does_not_navigate() {
        let ours = |url: &str| is_ours(&url.parse().unwrap());
        assert!(ours("tauri://localhost/index.html") && ours("http://tauri.localhost/"));
        for url in [
            "https://shop.example/",
            "https://tauri.localhost.example/",
            "file:///etc/passwd",
            "data:text/html,x",
        ] {
            assert!(!ours(url), "{url}");
        }
        assert_eq!(ours("http://localhost:5173/"), cfg!(not(feature = "custom-protocol")));
    }
}
