//! The program itself, as a process of its own beside a practice store.

use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use fermata_model::{Platform, Stream};
use fermata_sandbox::Practice;
use serde::Deserialize;
use tempfile::TempDir;

use crate::machine::{self, Took};

/// How often the program's memory is looked at; its highest mark does not fall, so only what is
/// reached in the last of these pauses can be missed.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// The program with a store of its own that is connected to a practice store.
pub(crate) struct Program {
    binary: PathBuf,
    home: TempDir,
}

/// A run of the program.
pub(crate) struct Synced {
    pub(crate) took: Took,
    /// The most memory it had resident, in KiB.
    pub(crate) peak: u64,
    pub(crate) connections: Vec<Connection>,
}

/// A connection as the program lists it.
#[derive(Deserialize)]
pub(crate) struct Connection {
    pub(crate) platform: Platform,
    pub(crate) streams: Vec<Read>,
}

/// A stream of a connection as the program lists it.
#[derive(Deserialize)]
pub(crate) struct Read {
    pub(crate) stream: Stream,
    pub(crate) landed: u64,
    pub(crate) complete: bool,
}

impl Program {
    /// Makes a store and connects it to every platform of a practice store.
    pub(crate) fn connected(binary: &Path, practice: &Practice) -> Result<Self, Box<dyn Error>> {
        let program = Self { binary: binary.to_owned(), home: tempfile::tempdir()? };
        for platform in practice.platforms() {
            program.connect(practice, platform)?;
        }
        Ok(program)
    }

    /// Reads every stream once.
    ///
    /// Errors: if the program says that it failed, or a stream was not read to its end.
    pub(crate) fn sync(&self) -> Result<Synced, Box<dyn Error>> {
        let answer = self.home.path().join("connections.json");
        let begun = Instant::now();
        let mut child =
            self.command(&["sync", "--once", "--json"]).stdout(std::fs::File::create(&answer)?).spawn()?;
        let (mut peak, mut cpu) = (0, 0.0);
        let status = loop {
            peak = peak.max(machine::peak_memory_of(child.id()));
            cpu = machine::cpu_seconds_of(child.id()).unwrap_or(cpu);
            if let Some(status) = child.try_wait()? {
                break status;
            }
            pause();
        };
        let took = Took { wall: begun.elapsed().as_secs_f64(), cpu };
        if !status.success() {
            return Err(format!("reading ended with {status}").into());
        }
        let connections: Vec<Connection> = serde_json::from_slice(&std::fs::read(answer)?)?;
        for connection in &connections {
            if let Some(read) = connection.streams.iter().find(|read| !read.complete) {
                return Err(
                    format!("{}: {} were not read to the end", connection.platform, read.stream).into()
                );
            }
        }
        Ok(Synced { took, peak, connections })
    }

    fn connect(&self, practice: &Practice, platform: Platform) -> Result<(), Box<dyn Error>> {
        let url = practice.base_url(platform);
        let task = ["connect", platform.name(), "--url", url, "--credentials-from-stdin"];
        let mut child = self.command(&task).stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
        let mut stdin = child.stdin.take().ok_or("no standard input")?;
        stdin.write_all(practice.credentials(platform).to_string().as_bytes())?;
        drop(stdin);
        let status = child.wait()?;
        if status.success() {
            Ok(())
        } else {
            Err(format!("{platform} could not be connected: {status}").into())
        }
    }

    fn command(&self, task: &[&str]) -> Command {
        let home = self.home.path();
        let mut command = Command::new(&self.binary);
        command
            .args(task)
            .arg("--data-dir")
            .arg(home.join("data"))
            .env("FERMATA_KEY_FILE", home.join("key"))
            .env_remove("DBUS_SESSION_BUS_ADDRESS");
        command
    }
}

#[expect(clippy::disallowed_methods, reason = "another process is watched, and nothing else is to be done")]
fn pause() {
    std::thread::sleep(LOOK_EVERY);
}
