//! Lists: bare arrays in version 2, `{data, meta}` in version 3, and nothing at all for an empty
//! one.

use fermata_model::{Platform, Timestamp};
use jiff::{SignedDuration, Unit};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::Bigcommerce;
use crate::Error;
use crate::failure::{circle, malformed};
use crate::http::{Request, Response};
use crate::reading::why;

/// Where a list of version 3 stands.
#[derive(Debug, Default, Deserialize)]
struct Meta {
    #[serde(default)]
    pagination: Option<Pagination>,
}

/// Pages by number.
#[derive(Debug, Default, Deserialize)]
struct Pagination {
    #[serde(default)]
    total_pages: Option<u64>,
    #[serde(default)]
    current_page: Option<u64>,
}

#[derive(Debug, Deserialize)]
struct Body<'a> {
    #[serde(borrow)]
    data: Vec<&'a RawValue>,
    /// Decoration: where it cannot be read, the page's length tells whether there are more.
    #[serde(default, borrow)]
    meta: Option<&'a RawValue>,
}

/// One page of a list, whose records are read one by one later.
pub(super) struct Listed {
    /// The text of each record.
    pub(super) records: Vec<String>,
    /// Whether there may be another page.
    pub(super) more: bool,
}

/// Asks for the page of a list that has this number, of `size` records.
///
/// A list that never ends would be read for ever, so that one is believed about its pages only where it
/// speaks of the page that was asked for.
///
/// Errors: [`Kind::Malformed`](crate::Kind::Malformed) besides those of the door; [`circle`] if it
/// gives full pages that are not the one asked for.
pub(super) async fn list(
    store: &Bigcommerce,
    request: Request,
    page: u32,
    size: u32,
) -> Result<Listed, Error> {
    let operation = request.operation.clone();
    let request = request.query("limit", size.to_string()).query("page", page.to_string());
    let answer = store.rest.ask(request).await?;
    read(&operation, &answer, page, size)
}

fn read(operation: &str, answer: &Response, page: u32, size: u32) -> Result<Listed, Error> {
    let odd = |error: serde_json::Error| malformed(Platform::Bigcommerce, operation, why(&error));
    let body = answer.body.trim_start();
    let full = |count: usize| count >= usize::try_from(size).unwrap_or(usize::MAX);
    let texts = |records: Vec<&RawValue>| records.into_iter().map(|raw| raw.get().to_owned()).collect();
    if body.is_empty() || answer.status == 204 {
        return Ok(Listed { records: Vec::new(), more: false });
    }
    if body.starts_with('[') {
        let records: Vec<&RawValue> = serde_json::from_str(body).map_err(odd)?;
        return Ok(Listed { more: full(records.len()), records: texts(records) });
    }
    let Body { data, meta } = serde_json::from_str(body).map_err(odd)?;
    let meta: Meta = meta.and_then(|meta| serde_json::from_str(meta.get()).ok()).unwrap_or_default();
    let (pages, asked) = (meta.pagination.unwrap_or_default(), u64::from(page));
    // What is said about another page tells nothing about this one.
    let is_this = pages.current_page.is_none_or(|current| current == asked);
    if page > 1 && !is_this && full(data.len()) {
        return Err(circle(Platform::Bigcommerce, operation));
    }
    let told = pages.total_pages.filter(|_| is_this).map(|total| asked < total);
    let more = !data.is_empty() && told.unwrap_or_else(|| full(data.len()));
    Ok(Listed { more, records: texts(data) })
}

/// Reads the text of every record of a short list, page by page.
///
/// Errors: those of [`list`].
pub(super) async fn texts(store: &Bigcommerce, request: Request, size: u32) -> Result<Vec<String>, Error> {
    let mut found: Vec<String> = Vec::new();
    for page in 1_u32.. {
        let listed = list(store, request.clone(), page, size).await?;
        if listed.more && page > 1 && found.ends_with(&listed.records) {
            return Err(circle(Platform::Bigcommerce, request.operation));
        }
        found.extend(listed.records);
        if !listed.more {
            break;
        }
    }
    Ok(found)
}

/// Reads every record of a short list, page by page, each into `T`.
///
/// Errors: those of [`list`]; a record that cannot be read is one, because whoever asks decides
/// something by what is missing.
pub(super) async fn all<T: for<'de> Deserialize<'de>>(
    store: &Bigcommerce,
    request: Request,
    size: u32,
) -> Result<Vec<T>, Error> {
    let operation = request.operation.clone();
    let odd = |error: serde_json::Error| malformed(Platform::Bigcommerce, &*operation, why(&error));
    let texts = texts(store, request, size).await?;
    texts.iter().map(|raw| serde_json::from_str(raw).map_err(odd)).collect()
}

/// Writes an instant as both versions read it, in whole seconds and with its offset.
pub(super) fn written(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string()
}

/// Writes the begin of a window, a second early: some of the vendor's documents say "after", others
/// "minimum".
pub(super) fn begin(since: Timestamp) -> String {
    written(since.saturating_sub(SignedDuration::from_secs(1)).unwrap_or(since))
}

/// Writes the end of a window; the whole second of the end belongs to it.
pub(super) fn end(until: Timestamp) -> String {
    written(until.round(Unit::Second).map_or(until, |rounded| {
        if rounded < until { rounded + SignedDuration::from_secs(1) } else { rounded }
    }))
}
