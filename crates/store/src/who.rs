//! How [`Who`] is kept in a column: JSON without what is absent, or nothing at all.

use fermata_model::Platform;
use fermata_model::record::Who;
use rusqlite::Row;
use serde::{Deserialize, Serialize};

use crate::columns;

#[derive(Serialize)]
struct Written<'a> {
    #[serde(rename = "i", skip_serializing_if = "Option::is_none")]
    external_id: Option<&'a str>,
    #[serde(rename = "e", skip_serializing_if = "<[_]>::is_empty")]
    emails: &'a [String],
    #[serde(rename = "p", skip_serializing_if = "<[_]>::is_empty")]
    phones: &'a [String],
    #[serde(rename = "n", skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(rename = "c", skip_serializing_if = "Option::is_none")]
    country: Option<&'a str>,
    #[serde(rename = "x", skip_serializing_if = "<[_]>::is_empty")]
    claims: &'a [(Platform, String)],
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Read {
    i: Option<String>,
    e: Vec<String>,
    p: Vec<String>,
    n: Option<String>,
    c: Option<String>,
    x: Vec<(Platform, String)>,
}

/// Returns the column's value; `None` if nothing is known.
pub(crate) fn to_sql(who: &Who) -> Option<String> {
    if *who == Who::default() {
        return None;
    }
    Some(json(&Written {
        external_id: who.external_id.as_deref(),
        emails: &who.emails,
        phones: &who.phones,
        name: who.name.as_deref(),
        country: who.country.as_deref(),
        claims: &who.claims,
    }))
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("texts and lists of them can be written as JSON")
}

/// Reads the column.
pub(crate) fn column(row: &Row<'_>, index: usize) -> rusqlite::Result<Who> {
    let read: Read = columns::json_opt(row, index)?.unwrap_or_default();
    Ok(Who {
        external_id: read.i,
        emails: read.e,
        phones: read.p,
        name: read.n,
        country: read.c,
        claims: read.x,
    })
}

/// Returns the column's value for a list of labels; `None` if there is none.
pub(crate) fn labels_to_sql(labels: &[String]) -> Option<String> {
    if labels.is_empty() { None } else { Some(json(&labels)) }
}

/// Reads a list of labels.
pub(crate) fn labels(row: &Row<'_>, index: usize) -> rusqlite::Result<Vec<String>> {
    Ok(columns::json_opt(row, index)?.unwrap_or_default())
}
