//! Bulk operations: a query whose whole result is written into a file, to be fetched at an address of its own.
//!
//! Five may run at once; a file lasts a week. Lines are not grouped unless that is asked for: then all records of a
//! list come before those of the lists inside them, so that nobody relies on an order that nobody promised. The
//! file's server wants the address exactly as it was given and no credentials, as the vendor's storage does.
//! Operations live as long as this process.

mod lines;
mod rules;

use apollo_compiler::response::JsonValue;
use serde_json::{Map, Value};

use super::change::{Done, Outcome};
use super::errors::UserError;
use super::view::shop::Plain;
use super::{Shopify, gid};
use crate::mark::mark;
use crate::vendor::{Call, Reply, Request};
use crate::world::{DAY, Moment};

/// How many may run at once (a recorded refusal, 2026-04).
const MOST: usize = 5;
/// How long a file can be fetched, in days.
const KEPT: i64 = 7;

/// All operations, in the order of their making.
#[derive(Debug, Default)]
pub(crate) struct Runs(Vec<Run>);

/// One operation.
#[derive(Debug)]
pub(crate) struct Run {
    number: u64,
    query: String,
    grouped: bool,
    base_url: String,
    created_at: Moment,
    /// When it is written at the earliest.
    due_at: Moment,
    writing: lines::Writing,
    written: Option<Written>,
}

/// What was written.
#[derive(Debug)]
struct Written {
    at: Moment,
    text: String,
    lines: u64,
    roots: u64,
    /// Why it is not whole.
    error: Option<&'static str>,
}

/// Begins an operation.
pub(crate) fn start(shopify: &mut Shopify, call: &Call<'_>, arguments: &Map<String, Value>) -> Outcome {
    let query = arguments.get("query").and_then(Value::as_str).unwrap_or_default();
    let errors = rules::broken(query);
    if !errors.is_empty() {
        let errors = errors.into_iter().map(|said| UserError::at(&["query"], said).coded("INVALID"));
        return Ok(Done { errors: errors.collect(), ..Done::default() });
    }
    let running: Vec<String> =
        shopify.bulk.0.iter().filter(|run| run.written.is_none()).map(Run::id).collect();
    if running.len() >= MOST {
        let message = format!(
            "A bulk query operation for this app and shop is already in progress: {}.",
            running.join(", ")
        );
        return Ok(Done::refused(UserError::whole(message).coded("OPERATION_IN_PROGRESS")));
    }
    let run = Run {
        number: 7_933_223_797_042 + shopify.bulk.0.len() as u64,
        query: query.to_owned(),
        grouped: arguments.get("groupObjects").and_then(Value::as_bool).unwrap_or_default(),
        base_url: shopify.base_url.clone(),
        created_at: call.now,
        due_at: call.now.plus(i64::from(shopify.settings.bulk_takes)),
        writing: lines::Writing::default(),
        written: None,
    };
    let node = Some(run.id());
    shopify.bulk.0.push(run);
    Ok(Done { node, ..Done::default() })
}

/// Goes on with the files whose time has come.
pub(crate) fn settle(shopify: &mut Shopify, call: &Call<'_>) {
    for place in 0..shopify.bulk.0.len() {
        let run = &mut shopify.bulk.0[place];
        if run.written.is_some() || run.due_at > call.now {
            continue;
        }
        let mut writing = std::mem::take(&mut run.writing);
        let run = &shopify.bulk.0[place];
        let written = writing.go_on(shopify, call, &run.query, run.grouped);
        let run = &mut shopify.bulk.0[place];
        (run.writing, run.written) = (writing, written);
    }
}

impl Runs {
    /// Shows one, as it stands now.
    pub(crate) fn show(&self, number: u64, now: Moment) -> Option<Plain> {
        let run = self.0.iter().find(|run| run.number == number)?;
        let text = |text: &str| JsonValue::from(text);
        let whole = |number: u64| JsonValue::from(number.to_string());
        let written = run.written.as_ref();
        let error = written.and_then(|written| written.error);
        let url = written.filter(|written| !written.text.is_empty() && !run.is_over(now));
        let url = url.map_or(JsonValue::Null, |_| text(&format!("{}{}", run.base_url, run.path())));
        let status = match written {
            None if run.created_at == now => "CREATED",
            None => "RUNNING",
            Some(_) if error.is_some() => "FAILED",
            Some(_) if run.is_over(now) => "EXPIRED",
            Some(_) => "COMPLETED",
        };
        let (url, partial) = if error.is_some() { (JsonValue::Null, url) } else { (url, JsonValue::Null) };
        let at = written.filter(|_| error.is_none()).map(|written| written.at.to_string());
        Some(Plain::new(
            "BulkOperation",
            vec![
                ("id", text(&run.id())),
                ("status", text(status)),
                ("type", text("QUERY")),
                ("query", text(&run.query)),
                ("createdAt", text(&run.created_at.to_string())),
                ("completedAt", at.map_or(JsonValue::Null, JsonValue::from)),
                ("errorCode", error.map_or(JsonValue::Null, JsonValue::from)),
                ("objectCount", whole(written.map_or(0, |written| written.lines))),
                ("rootObjectCount", whole(written.map_or(0, |written| written.roots))),
                ("fileSize", written.map_or(JsonValue::Null, |written| whole(written.text.len() as u64))),
                ("url", url),
                ("partialDataUrl", partial),
            ],
        ))
    }

    /// Hands out a file, or the part of it that is asked for.
    pub(crate) fn file(&self, request: &Request, now: Moment) -> Reply {
        let refused = |status: u16, code: &str| {
            let said = format!("<?xml version='1.0' encoding='UTF-8'?><Error><Code>{code}</Code></Error>");
            Reply::text(status, "application/xml; charset=UTF-8", said)
        };
        let signed = ["x-shopify-access-token", "authorization", "cookie"];
        if signed.iter().any(|name| request.header(name).is_some()) {
            return refused(400, "InvalidArgument");
        }
        let run = self.0.iter().find(|run| run.path() == request.full_path());
        let Some((run, written)) = run.and_then(|run| Some((run, run.written.as_ref()?))) else {
            return refused(403, "SignatureDoesNotMatch");
        };
        if run.is_over(now) {
            return refused(400, "ExpiredToken");
        }
        let bytes = written.text.as_bytes();
        let kind = "application/jsonl";
        let Some(range) = request.header("range") else {
            return Reply::text(200, kind, bytes.to_vec()).with("accept-ranges", "bytes");
        };
        let asked = range.strip_prefix("bytes=").and_then(|range| range.split_once('-'));
        let asked = asked.and_then(|(from, to)| {
            let to = if to.is_empty() { usize::MAX } else { to.parse().ok()? };
            Some((from.parse::<usize>().ok()?, to))
        });
        match asked {
            Some((from, to)) if from < bytes.len() && from <= to => {
                let to = to.min(bytes.len() - 1);
                Reply::text(206, kind, bytes[from..=to].to_vec())
                    .with("content-range", format!("bytes {from}-{to}/{}", bytes.len()))
            }
            _ => refused(416, "InvalidRange"),
        }
    }
}

impl Run {
    fn id(&self) -> String {
        gid::write("BulkOperation", self.number)
    }

    /// Returns the path of the file with a query that breaks when somebody writes it anew.
    fn path(&self) -> String {
        let signature = mark(7, [self.number.to_string().as_bytes(), self.query.as_bytes()]);
        format!("/bulk/{}.jsonl?Expires=604800&Signature={signature}%2B%2f~%20a+b", self.number)
    }

    fn is_over(&self, now: Moment) -> bool {
        self.written.as_ref().is_some_and(|written| written.at.plus(KEPT * DAY) < now)
    }
}
