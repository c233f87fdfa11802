//! The tray icon with the number waiting.

use fermata_console::wire::{Nothing, Status, StopSet};
use tauri::menu::{Menu, MenuItem, PredefinedMenuItem};
use tauri::tray::TrayIconBuilder;
use tauri::{AppHandle, Manager};

use crate::host::Host;
use crate::window;

const ID: &str = "fermata";

/// Puts the icon into the tray. A desktop without a tray is no failure: the window does it all.
pub(crate) fn install(app: &AppHandle) {
    if let Err(problem) = build(app) {
        tracing::info!(%problem, "no tray icon");
    }
}

/// Shows how many proposals wait, or hides the icon where the person wants none.
pub(crate) fn update(app: &AppHandle, status: &Status, wanted: bool) {
    let Some(tray) = app.tray_by_id(ID) else { return };
    let _ = tray.set_visible(wanted);
    let words = match (status.stop.is_some(), status.waiting) {
        (true, _) => "Fermata: all sending is stopped".to_owned(),
        (false, 0) => "Fermata: nothing waits".to_owned(),
        (false, 1) => "Fermata: 1 waits for you".to_owned(),
        (false, n) => format!("Fermata: {n} wait for you"),
    };
    let _ = tray.set_tooltip(Some(words));
    let _ = tray.set_title((status.waiting > 0).then(|| status.waiting.to_string()));
}

fn build(app: &AppHandle) -> tauri::Result<()> {
    let menu = Menu::with_items(
        app,
        &[
            &MenuItem::with_id(app, "open", "Open Fermata", true, None::<&str>)?,
            &MenuItem::with_id(app, "stop", "Stop all sending", true, None::<&str>)?,
            &PredefinedMenuItem::separator(app)?,
            &MenuItem::with_id(app, "quit", "Quit", true, None::<&str>)?,
        ],
    )?;
    let mut tray = TrayIconBuilder::with_id(ID).menu(&menu).tooltip("Fermata").on_menu_event(|app, event| {
        match event.id().as_ref() {
            "open" => window::show(app),
            "stop" => stop(app.clone()),
            "quit" => app.exit(0),
            _ => {}
        }
    });
    if let Some(icon) = app.default_window_icon() {
        tray = tray.icon(icon.clone());
    }
    tray.build(app)?;
    Ok(())
}

fn stop(app: AppHandle) {
    tauri::async_runtime::spawn(async move {
        let request = StopSet { on: true, reason: Some("from the tray".to_owned()) };
        let stopped = match app.state::<Host>().door().await {
            Ok(door) => door.stop_set(request).await.map(|_| ()),
            Err(problem) => Err(problem),
        };
        if let Err(problem) = stopped {
            tracing::error!(%problem, "the stop switch could not be turned");
        }
        window::show(&app);
    });
}

/// Reads what the tray shows.
pub(crate) async fn refresh(app: &AppHandle) -> Option<Status> {
    let door = app.state::<Host>().door().await.ok()?;
    let status = door.status(Nothing {}).await.ok()?;
    let wanted = door.preferences(Nothing {}).await.map_or(true, |p| p.tray);
    update(app, &status, wanted);
    Some(status)
}
