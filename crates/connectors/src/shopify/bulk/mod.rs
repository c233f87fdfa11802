//! A long first pass: what pages would take hours for, the shop writes into a file.
//!
//! The pass begins by pages, the newest first. If there is much, the shop is asked to write everything
//! of the same window into a file, and the pages go on meanwhile; once the file is there, the pass goes
//! on in it, a stretch of bytes at a time. Whatever goes wrong with the file, the pages go on where they
//! were. Nobody waits, and nothing is lost: what comes twice lands on itself.
//!
//! The file lies at an address of somebody else's, which is told no secret.

mod lines;

use std::collections::BTreeMap;
use std::sync::Arc;

use fermata_model::Platform;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::Url;

use self::lines::{Cut, cut};
use super::{Document, Shopify, body, envelope, locked};
use crate::address::is_this_machine;
use crate::http::{Budget, Dialect, Http, Lane, Limit, Purpose, Request, Response};
use crate::{Error, Fate, Kind, Pull, Settings};

/// A pass of more pages is worth a file: it saves the more requests the longer it is, and the shop takes
/// a minute even for a short one.
const WORTH: u64 = 40;
/// How many bytes of the file are asked for at once; a record of an order has about two thousand.
const STRETCH: u64 = 1 << 20;
/// The longest stretch, if a single record does not fit.
const LONGEST: u64 = 1 << 24;
/// How many records one page of ours has at most.
const MOST: usize = 1_000;
/// Files are no business of the API's budget; this only keeps a mistake from running wild.
const FILE: &[Lane] =
    &[Lane { name: "file", limits: &[Limit { requests: 600, per: std::time::Duration::from_secs(60) }] }];

const START: Document = document!("bulkOperationRunQuery", "bulk_start", 10);
const STATE: Document = document!("bulkOperation", "bulk_state", 1);

/// How a stream is asked for in bulk.
pub(super) struct Bulk {
    /// The list at the root.
    pub(super) list: &'static str,
    /// What is asked of each record.
    pub(super) fields: &'static str,
    /// The list inside each record, with what is asked of its records.
    pub(super) inner: Option<(&'static str, &'static str)>,
}

/// How far it has come.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Stage {
    /// It is worth asking for.
    Due,
    /// The shop is writing.
    Running { id: String },
    /// The file is read; the next record begins at this byte.
    Reading { id: String, offset: u64 },
}

/// What is to be done next.
pub(super) enum Step {
    /// These records are the page, each a text of its own; the file goes on or ends.
    Records(Vec<String>, Option<Stage>),
    /// A page is read as ever.
    Page(Option<Stage>),
}

/// A file that is being read.
pub(super) struct File {
    id: String,
    http: Http,
}

/// Tells whether a first pass is so long that a file is worth it.
pub(super) fn is_worth(total: Option<u64>, page_size: u32) -> bool {
    total.is_some_and(|total| total > WORTH * u64::from(page_size))
}

/// Takes the next step.
///
/// Errors: those that pass, of asking for the state and for the file. Everything else sends the pass
/// back to its pages.
pub(super) async fn step(
    shopify: &Shopify,
    bulk: &Bulk,
    stage: Stage,
    filter: &str,
    pull: &Pull,
) -> Result<Step, Error> {
    match stage {
        Stage::Due => start(shopify, bulk, filter).await.map(Step::Page),
        Stage::Running { id } => match state(shopify, &id).await? {
            State::Working => Ok(Step::Page(Some(Stage::Running { id }))),
            State::Written(url) => match open(shopify, &id, url) {
                Some(file) => read(shopify, bulk, &file, 0, pull).await,
                None => Ok(Step::Page(None)),
            },
            State::Over => Ok(Step::Page(None)),
        },
        Stage::Reading { id, offset } => {
            let held = locked(&shopify.file).clone().filter(|file| file.id == id);
            let file = match held {
                Some(file) => Some(file),
                None => match state(shopify, &id).await? {
                    State::Written(url) => open(shopify, &id, url),
                    State::Working | State::Over => None,
                },
            };
            match file {
                Some(file) => read(shopify, bulk, &file, offset, pull).await,
                None => Ok(Step::Page(None)),
            }
        }
    }
}

/// Asks the shop to write the file.
///
/// It changes nothing in the shop, but it is sent once: each repetition would write another file.
async fn start(shopify: &Shopify, bulk: &Bulk, filter: &str) -> Result<Option<Stage>, Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Started {
        bulk_operation: Option<super::wire::Named>,
    }
    let variables = json!({ "query": bulk.text(filter), "grouped": bulk.inner.is_some() });
    let sent = shopify.post(START.operation, body(&START, &variables)?, Purpose::Effect, START.cost).await;
    match sent {
        Ok(response) => {
            let read: Result<BTreeMap<String, Option<Started>>, Error> =
                envelope::data(&response.body, START.operation);
            let started = read.ok().and_then(|fields| fields.into_values().next().flatten());
            let id = started.and_then(|started| started.bulk_operation).map(|operation| operation.id);
            if id.is_none() {
                tracing::info!("Shopify writes no file now; the pass goes on by pages");
            }
            Ok(id.map(|id| Stage::Running { id }))
        }
        Err(error) if error.fate == Fate::NotDone && error.is_temporary() => Ok(Some(Stage::Due)),
        Err(error) => {
            tracing::info!(%error, "Shopify was not asked for a file; the pass goes on by pages");
            Ok(None)
        }
    }
}

enum State {
    Working,
    Written(Url),
    /// It came to nothing, or to nothing whole.
    Over,
}

async fn state(shopify: &Shopify, id: &str) -> Result<State, Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Asked {
        bulk_operation: Option<Operation>,
    }
    #[derive(Deserialize)]
    struct Operation {
        status: String,
        url: Option<Url>,
    }
    let asked = match shopify.ask(&STATE, &json!({ "id": id })).await {
        Ok(response) => envelope::data::<Asked>(&response.body, STATE.operation),
        Err(error) => Err(error),
    };
    let operation = match asked {
        Ok(asked) => asked.bulk_operation,
        Err(error) if error.is_temporary() || error.kind == Kind::SignIn => return Err(error),
        Err(_) => None,
    };
    Ok(match operation {
        Some(Operation { status, url }) => match (status.as_str(), url) {
            ("CREATED" | "RUNNING", _) => State::Working,
            ("COMPLETED", Some(url)) => State::Written(url),
            // A part of the file may be there, but not which part; and without rows there is no file.
            _ => State::Over,
        },
        None => State::Over,
    })
}

/// Opens the file; `None` if it lies where nothing of ours goes.
fn open(shopify: &Shopify, id: &str, url: Url) -> Option<Arc<File>> {
    let settings = &shopify.settings;
    let near = is_this_machine(&url);
    let allowed = if near { is_this_machine(&settings.base_url) } else { url.scheme() == "https" };
    if !allowed {
        tracing::warn!("Shopify named an address for its file that is not asked");
        return None;
    }
    let settings = Settings { base_url: url, ..settings.clone() };
    let http = Http::new(&settings, FileServer, Budget::lanes(FILE)).ok()?;
    let file = Arc::new(File { id: id.to_owned(), http });
    *locked(&shopify.file) = Some(Arc::clone(&file));
    Some(file)
}

/// Whoever keeps the files: it answers with a status and the bytes.
struct FileServer;

impl Dialect for FileServer {
    fn platform(&self) -> Platform {
        Platform::Shopify
    }
}

/// Reads a page of records out of the file.
async fn read(
    shopify: &Shopify,
    bulk: &Bulk,
    file: &Arc<File>,
    offset: u64,
    pull: &Pull,
) -> Result<Step, Error> {
    let most = pull.size.and_then(|size| usize::try_from(size).ok()).unwrap_or(MOST).clamp(1, MOST);
    let mut stretch = STRETCH;
    let why = loop {
        // The address is the file's own, with its query.
        let request =
            Request::get("bulkFile", "").header("range", format!("bytes={offset}-{}", offset + stretch - 1));
        let response = match file.http.send(request).await {
            Ok(response) => response,
            Err(error) if error.is_temporary() => return Err(error),
            Err(error) => break error.to_string(),
        };
        let Some(part) = Part::of(&response, offset) else { break "not the part asked for".to_owned() };
        match cut(part.text, part.is_last, bulk.inner.map(|(name, _)| name), most) {
            Cut::Records(records, bytes) => {
                let next = offset + bytes as u64;
                let ends = part.is_last && bytes == part.text.len();
                let stage = (!ends).then(|| Stage::Reading { id: file.id.clone(), offset: next });
                if ends {
                    *locked(&shopify.file) = None;
                }
                return Ok(Step::Records(records, stage));
            }
            Cut::Longer if stretch < LONGEST => stretch *= 4,
            Cut::Longer => break "a record without end".to_owned(),
            Cut::Odd => break "not the lines that were asked for".to_owned(),
        }
    };
    tracing::warn!(why, "the file of Shopify cannot be read; the pass goes on by pages");
    *locked(&shopify.file) = None;
    Ok(Step::Page(None))
}

/// What came of the file.
struct Part<'a> {
    text: &'a str,
    /// Does the file end with it?
    is_last: bool,
}

impl<'a> Part<'a> {
    fn of(response: &'a Response, offset: u64) -> Option<Self> {
        let text = response.body.as_str();
        if response.status != 206 {
            // The whole, however much was asked for.
            return Some(Self { text: text.get(usize::try_from(offset).ok()?..)?, is_last: true });
        }
        let range = response.header("content-range")?.strip_prefix("bytes ")?;
        let (range, whole) = range.split_once('/')?;
        let (from, _) = range.split_once('-')?;
        let whole: u64 = whole.parse().ok()?;
        (from.parse() == Ok(offset)).then(|| Self { text, is_last: offset + text.len() as u64 >= whole })
    }
}

impl Bulk {
    /// Writes the query: no page sizes, `edges` and `node` all the way, and no fragments.
    fn text(&self, filter: &str) -> String {
        let filter =
            if filter.is_empty() { String::new() } else { format!("(query: {})", Value::from(filter)) };
        let inner = self.inner.map_or_else(String::new, |(list, fields)| {
            format!("{list} {{ edges {{ node {{ {} }} }} }}", inside(fields))
        });
        format!("{{ {}{filter} {{ edges {{ node {{ {} {inner} }} }} }} }}", self.list, inside(self.fields))
    }
}

/// Returns what stands between the braces of a fragment.
fn inside(fragment: &str) -> &str {
    let from = fragment.find('{').map_or(0, |brace| brace + 1);
    let to = fragment.rfind('}').unwrap_or(fragment.len());
    fragment[from..to].trim()
}
