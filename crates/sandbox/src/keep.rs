//! What was done to a practice store, kept in a folder so that a restart brings it back.
//!
//! The world follows from its seed, so only what came from outside is written: each request for a
//! change with what it did, and what people were told to do. A line is appended before the answer
//! leaves. On a restart the world lives through the same history again and the lines are done again
//! at their moments.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use fermata_model::Platform;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::clock::Pace;
use crate::journal::Entry;
use crate::options::Options;
use crate::vendor::{Request, pairs};
use crate::world::{Moment, Thing};

/// Headers that are kept with a request: what an answer may depend on, and no secret.
const HEADERS: [&str; 5] = ["content-type", "accept", "revision", "idempotency-key", "shipbob_channel_id"];

/// What a store was made with and what time it is in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Head {
    version: u32,
    seed: u64,
    customers: u32,
    world: String,
    /// A store of the time before platforms could be chosen has those that ran then.
    #[serde(default = "first_platforms")]
    platforms: BTreeSet<Platform>,
    pub(crate) anchor: Moment,
    pub(crate) pace: Pace,
    pub(crate) ports: Vec<u16>,
}

fn first_platforms() -> BTreeSet<Platform> {
    [Platform::Shopify, Platform::Gorgias, Platform::Klaviyo].into()
}

/// One thing that was done to a store.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) at: Moment,
    pub(crate) deed: Deed,
}

/// What was done.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Deed {
    /// A request for a change came in.
    Write { platform: Platform, entry: Box<Entry>, request: Kept },
    /// A fault edited a record while somebody was paging.
    Touch { kind: String, number: u64 },
    /// Somebody in the world was told to do something.
    Order(Instruction),
}

pub(crate) use crate::world::Instruction;

/// A request as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Kept {
    method: String,
    path: String,
    query: Option<String>,
    headers: Vec<(String, String)>,
    body: String,
    base_url: String,
}

impl Kept {
    pub(crate) fn restored(self) -> Request {
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                headers.append(name, value);
            }
        }
        Request {
            method: self.method,
            path: self.path,
            query: pairs(self.query.as_deref().unwrap_or_default().as_bytes()),
            raw_query: self.query,
            headers,
            body: Bytes::from(self.body),
            base_url: self.base_url,
        }
    }
}

impl Line {
    pub(crate) fn write(platform: Platform, entry: Entry, request: &Request) -> Self {
        let headers = HEADERS
            .iter()
            .filter_map(|name| request.header(name).map(|value| ((*name).to_owned(), value.to_owned())))
            .collect();
        let request = Kept {
            method: request.method.clone(),
            path: request.path.clone(),
            query: request.raw_query.clone(),
            headers,
            body: String::from_utf8_lossy(&request.body).into_owned(),
            base_url: request.base_url.clone(),
        };
        Self { at: entry.at, deed: Deed::Write { platform, entry: Box::new(entry), request } }
    }

    pub(crate) fn touch(thing: Thing, at: Moment) -> Self {
        let (kind, number) = thing.written();
        Self { at, deed: Deed::Touch { kind: kind.to_owned(), number } }
    }

    pub(crate) fn at(&self) -> Moment {
        self.at
    }
}

/// The folder of one store.
#[derive(Debug)]
pub(crate) struct Keep {
    folder: PathBuf,
    head: Head,
    deeds: File,
}

impl Keep {
    /// Opens a folder, or makes it. Returns what was done to the store so far.
    ///
    /// Errors: [`Error::OtherStore`] if it keeps a store with other settings.
    pub(crate) fn open(folder: &Path, fresh: Head) -> Result<(Self, Vec<Line>), Error> {
        std::fs::create_dir_all(folder).map_err(Error::io(folder.display().to_string()))?;
        let head_path = folder.join("practice.json");
        let head = match std::fs::read(&head_path) {
            Ok(bytes) => {
                let head: Head = serde_json::from_slice(&bytes).map_err(|error| Error::Unreadable {
                    path: head_path.clone(),
                    reason: error.to_string(),
                })?;
                fresh.must_equal(&head, folder)?;
                head
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => fresh,
            Err(error) => return Err(Error::io(head_path.display().to_string())(error)),
        };
        let deeds_path = folder.join("deeds.jsonl");
        let lines = read_lines(&deeds_path)?;
        let deeds = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&deeds_path)
            .map_err(Error::io(deeds_path.display().to_string()))?;
        let keep = Self { folder: folder.to_owned(), head, deeds };
        keep.write_head()?;
        Ok((keep, lines))
    }

    pub(crate) fn head(&self) -> &Head {
        &self.head
    }

    /// Appends what was done. It survives the end of the process, not a loss of power. What could
    /// be written in part only is taken back, so that the next line does not end up inside it.
    pub(crate) fn append(&mut self, line: &Line) -> Result<(), Error> {
        let mut text = serde_json::to_string(line)
            .map_err(|error| Error::Unreadable { path: self.folder.clone(), reason: error.to_string() })?;
        text.push('\n');
        let failed = || Error::io("writing the practice store's state");
        let before = self.deeds.metadata().map_err(failed())?.len();
        self.deeds.write_all(text.as_bytes()).map_err(|error| {
            let _ = self.deeds.set_len(before);
            failed()(error)
        })
    }

    /// Notes how practice time runs.
    pub(crate) fn note_pace(&mut self, pace: Pace) -> Result<(), Error> {
        self.head.pace = pace;
        self.write_head()
    }

    /// Notes the ports, so that a restart is found at the same addresses.
    pub(crate) fn note_ports(&mut self, ports: Vec<u16>) -> Result<(), Error> {
        self.head.ports = ports;
        self.write_head()
    }

    fn write_head(&self) -> Result<(), Error> {
        let (path, draft) = (self.folder.join("practice.json"), self.folder.join("practice.json.new"));
        let text = serde_json::to_vec_pretty(&self.head)
            .map_err(|error| Error::Unreadable { path: path.clone(), reason: error.to_string() })?;
        std::fs::write(&draft, text)
            .and_then(|()| std::fs::rename(&draft, &path))
            .map_err(Error::io(path.display().to_string()))
    }
}

impl Head {
    pub(crate) fn new(options: &Options, anchor: Moment, pace: Pace) -> Self {
        Self {
            version: 1,
            seed: options.seed,
            customers: options.customers,
            world: options.world.name().to_owned(),
            platforms: options.platforms.clone(),
            anchor,
            pace,
            ports: Vec::new(),
        }
    }

    fn must_equal(&self, kept: &Self, folder: &Path) -> Result<(), Error> {
        let differs = |what: &str, now: String, then: String| {
            Err(Error::OtherStore {
                path: folder.to_owned(),
                reason: format!("{what} was {then}, now {now}"),
            })
        };
        if self.version != kept.version {
            return differs("its version", self.version.to_string(), kept.version.to_string());
        }
        if self.world != kept.world {
            return differs("the world", self.world.clone(), kept.world.clone());
        }
        if self.seed != kept.seed {
            return differs("the seed", self.seed.to_string(), kept.seed.to_string());
        }
        if self.platforms != kept.platforms {
            let names = |of: &Self| of.platforms.iter().map(|one| one.name()).collect::<Vec<_>>().join(", ");
            return differs("the list of platforms", names(self), names(kept));
        }
        if self.customers != kept.customers && self.world == "generated" {
            return differs(
                "the number of customers",
                self.customers.to_string(),
                kept.customers.to_string(),
            );
        }
        Ok(())
    }
}

/// Reads the lines; a last one that was torn by a kill was answered to nobody and is cut off.
fn read_lines(path: &Path) -> Result<Vec<Line>, Error> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::io(path.display().to_string())(error)),
    };
    let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    if whole < bytes.len() {
        let file =
            OpenOptions::new().write(true).open(path).map_err(Error::io(path.display().to_string()))?;
        file.set_len(whole as u64).map_err(Error::io(path.display().to_string()))?;
    }
    bytes[..whole]
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| {
            serde_json::from_slice(line)
                .map_err(|error| Error::Unreadable { path: path.to_owned(), reason: error.to_string() })
        })
        .collect()
}
