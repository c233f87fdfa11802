//! The place where a pass stands, kept in the page token.

use fermata_model::Platform;
use serde::{Deserialize, Serialize};

use crate::failure::{circle, cursor_refused};
use crate::{Error, Pull};

/// Reads the place that [`written`] put into the page token; `None` on the first page.
///
/// A place has at least one field that must be there, so that `{}` is not one.
///
/// Errors: [`Kind::CursorRefused`](crate::Kind::CursorRefused) if another version wrote it.
pub(crate) fn token<T: for<'de> Deserialize<'de>>(
    platform: Platform,
    operation: &str,
    pull: &Pull,
) -> Result<Option<T>, Error> {
    let Some(token) = &pull.token else { return Ok(None) };
    serde_json::from_str(token).map(Some).map_err(|_| cursor_refused(platform, operation))
}

/// Writes a place as a page token.
pub(crate) fn written(place: &impl Serialize) -> String {
    serde_json::to_string(place).expect("a place is text, numbers and times")
}

/// Returns the cursor of the next page; an empty one, like none, means the last page.
///
/// Errors: [`circle`] if it is the cursor of the page that was asked for.
pub(crate) fn onward(
    platform: Platform,
    operation: &str,
    next: Option<String>,
    asked: Option<&str>,
) -> Result<Option<String>, Error> {
    let next = next.filter(|cursor| !cursor.is_empty());
    if next.is_some() && next.as_deref() == asked {
        return Err(circle(platform, operation));
    }
    Ok(next)
}
