//! A whole first sync: the program reads a practice store through its connectors, in a process of
//! its own, so that its memory is nobody else's.

use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use fermata_connectors::registry::capability;
use fermata_model::{Platform, Stream};
use fermata_sandbox::{Options, Practice};
use serde::Deserialize;

use crate::machine;

/// How often the program's memory is looked at; its highest mark does not fall, so only what is
/// reached in the last of these pauses can be missed.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// The vendors' limits times this, so that the program and not the platform is the slow one.
const RATES: f64 = 1_000.0;

/// What a first sync took.
pub(crate) struct Backfilled {
    pub(crate) records: u64,
    pub(crate) seconds: f64,
    /// The most memory the program had resident, in KiB.
    pub(crate) peak: u64,
    pub(crate) platforms: Vec<Asked>,
}

/// How much one platform was asked.
pub(crate) struct Asked {
    pub(crate) platform: Platform,
    pub(crate) records: u64,
    pub(crate) requests: u64,
    /// The fewest requests that the vendor's page sizes allow, one per stream at least.
    pub(crate) fewest: u64,
}

/// A connection as the program lists it.
#[derive(Deserialize)]
struct Connection {
    platform: Platform,
    streams: Vec<Read>,
}

#[derive(Deserialize)]
struct Read {
    stream: Stream,
    landed: u64,
    complete: bool,
}

/// Reads a practice store of so many customers with the program at `binary`.
pub(crate) fn run(binary: &Path, customers: u32) -> Result<Backfilled, Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    // The help desk is left out: its vendor allows a page a second, and that is what would be
    // measured.
    let platforms = [Platform::Shopify, Platform::Klaviyo].into();
    let options = Options { customers, platforms, rates: RATES, speed: 0.0, ..Options::default() };
    let practice = runtime.block_on(Practice::start(options))?;
    let home = tempfile::tempdir()?;
    for platform in practice.platforms() {
        connect(binary, home.path(), &practice, platform)?;
    }
    let before: Vec<(Platform, usize)> =
        practice.platforms().map(|platform| (platform, practice.journal(platform).len())).collect();

    let begun = Instant::now();
    let mut child = command(binary, home.path(), &["sync", "--once", "--json"])
        .stdout(std::fs::File::create(home.path().join("connections.json"))?)
        .spawn()?;
    let mut peak = 0;
    let status = loop {
        peak = peak.max(machine::peak_memory_of(child.id()));
        if let Some(status) = child.try_wait()? {
            break status;
        }
        pause();
    };
    let seconds = begun.elapsed().as_secs_f64();
    if !status.success() {
        return Err(format!("the first sync ended with {status}").into());
    }
    let connections: Vec<Connection> =
        serde_json::from_slice(&std::fs::read(home.path().join("connections.json"))?)?;
    let platforms = connections
        .iter()
        .map(|connection| {
            let known = before.iter().find(|(platform, _)| *platform == connection.platform);
            let requests = practice.journal(connection.platform).len() - known.map_or(0, |(_, count)| *count);
            asked(connection, requests as u64)
        })
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Backfilled { records: platforms.iter().map(|asked| asked.records).sum(), seconds, peak, platforms })
}

#[expect(clippy::disallowed_methods, reason = "another process is watched, and nothing else is to be done")]
fn pause() {
    std::thread::sleep(LOOK_EVERY);
}

fn asked(connection: &Connection, requests: u64) -> Result<Asked, Box<dyn Error>> {
    let can = capability(connection.platform);
    let (mut records, mut fewest) = (0, 0);
    for read in &connection.streams {
        if !read.complete {
            return Err(format!("{}: {} were not read to the end", connection.platform, read.stream).into());
        }
        let page = can.stream(read.stream).map_or(1, |stream| u64::from(stream.page_size));
        records += read.landed;
        fewest += read.landed.div_ceil(page).max(1);
    }
    Ok(Asked { platform: connection.platform, records, requests, fewest })
}

fn connect(
    binary: &Path,
    home: &Path,
    practice: &Practice,
    platform: Platform,
) -> Result<(), Box<dyn Error>> {
    let url = practice.base_url(platform);
    let task = ["connect", platform.name(), "--url", url, "--credentials-from-stdin"];
    let mut child = command(binary, home, &task).stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
    let mut stdin = child.stdin.take().ok_or("no standard input")?;
    stdin.write_all(practice.credentials(platform).to_string().as_bytes())?;
    drop(stdin);
    let status = child.wait()?;
    if status.success() { Ok(()) } else { Err(format!("{platform} could not be connected: {status}").into()) }
}

fn command(binary: &Path, home: &Path, task: &[&str]) -> Command {
    let data: PathBuf = home.join("data");
    let mut command = Command::new(binary);
    command
        .args(task)
        .arg("--data-dir")
        .arg(data)
        .env("FERMATA_KEY_FILE", home.join("key"))
        .env_remove("DBUS_SESSION_BUS_ADDRESS");
    command
}
