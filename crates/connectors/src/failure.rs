//! The failures that every platform can have, in the same words.

use std::fmt::Display;

use fermata_model::{Action, Platform, Stream};
use serde_json::Value;

use crate::reading::filled;
use crate::{Error, Fate, Kind};

/// Makes the error for an answer to a read that does not have the documented shape.
///
/// For an effect it depends on the status what is known; see [`Error::with_fate`].
pub(crate) fn malformed(platform: Platform, operation: impl Into<String>, what: impl Display) -> Error {
    let message = format!("{} sent an answer that cannot be read: {what}.", platform.title());
    Error::new(platform, operation, Kind::Malformed, message)
}

/// Makes the error for a list whose next page is the page itself.
///
/// It is a passing failure: the same page is asked for again later, and the pass does not run in
/// a circle meanwhile.
pub(crate) fn circle(platform: Platform, operation: impl Into<String>) -> Error {
    let message = format!("{} sent a list that leads back to the same page.", platform.title());
    Error::new(platform, operation, Kind::Broken, message)
}

/// Makes the order to begin a pass again.
pub(crate) fn cursor_refused(platform: Platform, operation: impl Into<String>) -> Error {
    let message =
        format!("{} no longer knows the page that was asked for; reading begins again.", platform.title());
    Error::new(platform, operation, Kind::CursorRefused, message)
}

/// Turns the refusal of a page that was asked for by its cursor into the order to begin again.
pub(crate) fn began_again(error: Error, by_cursor: bool) -> Error {
    if by_cursor && matches!(error.kind, Kind::Rejected | Kind::Missing) {
        let request_id = error.request_id;
        return Error { request_id, ..cursor_refused(error.platform, error.operation) };
    }
    error
}

/// Makes the error for a stream that the platform does not have.
pub(crate) fn no_stream(platform: Platform, stream: Stream) -> Error {
    let message = format!("{} has no {stream}.", platform.title());
    Error::new(platform, "pull", Kind::Unsupported, message)
}

/// Makes the error for an action that the platform does not know.
pub(crate) fn no_action(platform: Platform, action: &Action) -> Error {
    let message = format!("{} cannot carry out {}.", platform.title(), action.kind());
    Error::new(platform, "prepare", Kind::Unsupported, message).with_fate(Fate::Refused)
}

/// Makes the refusal of an action that what was read shows to be impossible.
pub(crate) fn impossible(
    platform: Platform,
    operation: impl Into<String>,
    message: impl Into<String>,
) -> Error {
    Error::new(platform, operation, Kind::Rejected, message).with_fate(Fate::Refused)
}

/// Cuts a text of the vendor to what fits into a sentence of ours: one line, not too long, no
/// full stop. `None` if it says nothing.
pub(crate) fn said(text: Option<String>) -> Option<String> {
    filled(text).map(|text| shortened(&text).trim_end_matches('.').to_owned())
}

/// Cuts a text of the vendor to what fits a message, on one line.
pub(crate) fn shortened(text: &str) -> String {
    const MOST: usize = 300;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}...", &line[..end]),
        None => line,
    }
}

/// Finds the words in what a vendor says about a failure: text, an object with the text in it, or a list of
/// either; `None` for anything else.
pub(crate) fn words(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => filled(Some(text.clone())),
        Value::Array(several) => several.iter().find_map(words),
        Value::Object(fields) => ["detail", "details", "title", "message", "msg", "error"]
            .iter()
            .find_map(|name| words(fields.get(*name)?)),
        _ => None,
    }
}

/// Finds the first field that a vendor has something to say about, with its words.
pub(crate) fn about_field(fields: &Value) -> Option<String> {
    let (name, said) = fields.as_object()?.iter().find_map(|(name, said)| Some((name, words(said)?)))?;
    Some(if name.is_empty() { said } else { format!("{name}: {said}") })
}
