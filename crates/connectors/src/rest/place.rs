//! The place where a pass stands, kept in the page token.

use std::collections::BTreeSet;

use fermata_model::Platform;
use serde::{Deserialize, Serialize};

use crate::failure::{circle, cursor_refused, malformed};
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

/// The places where a search through a whole list has been, so that it does not go round in a circle, nor on without
/// an end.
#[derive(Debug, Default)]
pub(crate) struct Trail(BTreeSet<String>);

impl Trail {
    /// A list of more pages is not believed: of the smallest pages it would be many thousand records about one thing.
    const LONGEST: usize = 500;

    /// Adds the next place.
    ///
    /// Errors: [`circle`] if the search has been there; [`Kind::Malformed`](crate::Kind::Malformed) if it has been at
    /// too many.
    pub(crate) fn on(&mut self, platform: Platform, operation: &str, place: &str) -> Result<(), Error> {
        if self.0.len() >= Self::LONGEST {
            return Err(malformed(platform, operation, "the list does not come to an end"));
        }
        if self.0.insert(place.to_owned()) { Ok(()) } else { Err(circle(platform, operation)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;

    #[test]
    fn a_search_ends_where_it_has_been_and_where_no_end_is_to_come() {
        let mut trail = Trail::default();
        let mut go =
            |place: &str| trail.on(Platform::Stripe, "GetRefunds", place).map_err(|error| error.kind);
        assert_eq!(go("a"), Ok(()));
        assert_eq!(go("b"), Ok(()));
        assert_eq!(go("a"), Err(Kind::Broken));
        let end = (0..).map(|page: u32| go(&page.to_string())).find(Result::is_err);
        assert_eq!(end, Some(Err(Kind::Malformed)));
    }
}
