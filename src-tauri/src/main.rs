//! The Fermata window.
//!
//! This is a front end and nothing more: it opens the core, shows the ui, passes each command
//! through, tells the window what went stale, and keeps the tray and the notifications current.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod commands;
mod host;
mod notices;
mod tray;
mod window;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use tauri::Manager as _;

use crate::host::Host;

/// Fermata: one console for all the tools of a small online store.
#[derive(Parser, Debug)]
#[command(version)]
struct Args {
    /// Where the store's file lies; without it, the system's place for the program's data.
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Open on the practice store, in a folder of its own.
    #[arg(long)]
    practice: bool,
}

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("FERMATA_LOG")
                .unwrap_or_else(|_| "warn,fermata=info".into()),
        )
        .with_writer(std::io::stderr)
        .init();
    let args = Args::parse();
    let host = Host::new(args.data_dir, args.practice);
    let app = tauri::Builder::default()
        .manage(host)
        .invoke_handler(commands::handler())
        .setup(|app| {
            window::open(app.handle())?;
            tray::install(app.handle());
            let handle = app.handle().clone();
            tauri::async_runtime::spawn(async move { notices::follow(handle).await });
            Ok(())
        })
        .build(tauri::generate_context!());
    match app {
        Ok(app) => {
            app.run(|app, event| {
                if let tauri::RunEvent::Exit = event {
                    tauri::async_runtime::block_on(app.state::<Host>().close());
                }
            });
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("fermata-desktop: the window cannot be opened: {problem}");
            ExitCode::FAILURE
        }
    }
}
