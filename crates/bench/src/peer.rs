//! dlt, a Python library that loads nested JSON into tables, given the very pages that Fermata
//! lands.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;

use crate::orders;

/// The versions compared with.
const PINNED: &str = "dlt[sqlalchemy]==1.31.0";
const PROGRAM: &str = include_str!("peer.py");

/// What the peer took.
#[derive(Deserialize)]
pub(crate) struct Loaded {
    pub(crate) orders: u32,
    pub(crate) seconds: f64,
    pub(crate) cpu: f64,
    pub(crate) peak_kib: u64,
}

/// Loads the first so many orders of a folder of pages; starting Python is not counted.
///
/// Errors: what keeps the peer from being installed or run, in words for the output.
pub(crate) fn run(pages: &Path, orders: u32) -> Result<Loaded, Box<dyn Error>> {
    let python = installed()?;
    let dir = tempfile::tempdir()?;
    let work = dir.path().join("work");
    std::fs::create_dir(&work)?;
    let program = dir.path().join("peer.py");
    std::fs::write(&program, PROGRAM)?;
    let output = Command::new(python)
        .arg(&program)
        .args([pages, &dir.path().join("peer.db"), &work])
        .arg(orders::pages(orders).to_string())
        .current_dir(&work)
        .stderr(Stdio::piped())
        .output()?;
    if !output.status.success() {
        return Err(format!("it failed: {}", last_line(&output.stderr)).into());
    }
    Ok(serde_json::from_str(&last_line(&output.stdout))?)
}

/// Returns the Python of an environment that has the peer, made beside the build if there is none.
fn installed() -> Result<PathBuf, Box<dyn Error>> {
    let binary = std::env::current_exe()?;
    let home = binary.ancestors().nth(2).ok_or("the program lies nowhere")?.join("bench-peer");
    let python = home.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let note = home.join("installed");
    if std::fs::read_to_string(&note).is_ok_and(|text| text == PINNED) {
        return Ok(python);
    }
    println!("peer         {PINNED} is being installed");
    let with = if cfg!(windows) { "python" } else { "python3" };
    finish(Command::new(with).args(["-m", "venv"]).arg(&home), "python3 -m venv")?;
    finish(
        Command::new(&python).args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            PINNED,
        ]),
        "pip install",
    )?;
    std::fs::write(&note, PINNED)?;
    Ok(python)
}

fn finish(command: &mut Command, what: &str) -> Result<(), Box<dyn Error>> {
    let output = command.output().map_err(|error| format!("{what}: {error}"))?;
    if output.status.success() {
        Ok(())
    } else {
        Err(format!("{what}: {}", last_line(&output.stderr)).into())
    }
}

fn last_line(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim().lines().last().unwrap_or_default().to_owned()
}
