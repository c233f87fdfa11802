//! Pages of a list: cursors, and which slice of a list they ask for.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::errors::Refusal;
use crate::world::Moment;

/// The most records of one page.
pub(crate) const MOST: usize = 250;

/// A place in a list: the last record seen, and the value that the list was sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// Number of the record.
    pub(crate) id: u64,
    /// When it last changed, in lists sorted by that.
    pub(crate) at: Option<Moment>,
}

#[derive(Serialize, Deserialize)]
struct Written {
    last_id: u64,
    #[serde(default)]
    last_value: Option<i64>,
    #[serde(default)]
    salt: String,
}

impl Place {
    /// Writes it as a cursor, like the vendor's: base64 of a little JSON.
    ///
    /// The salt makes every cursor contain `+` and `/`, which the vendor's happen to contain at times, so that a
    /// client that puts one anywhere without escaping is found out at once.
    pub(crate) fn cursor(self) -> String {
        let written = Written {
            last_id: self.id,
            last_value: self.at.map(|at| at.second() * 1_000),
            salt: ">>>>>?????".to_owned(),
        };
        STANDARD.encode(serde_json::to_vec(&written).unwrap_or_default())
    }

    /// Reads a cursor of a list that is, or is not, sorted by the last change.
    pub(crate) fn read(cursor: &str, by_change: bool) -> Result<Self, Refusal> {
        let written: Option<Written> =
            STANDARD.decode(cursor).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        match written {
            Some(written) if written.last_value.is_some() == by_change => Ok(Self {
                id: written.last_id,
                at: written.last_value.map(|millis| Moment::from_second(millis.div_euclid(1_000))),
            }),
            Some(_) => Err(Refusal::bad_request("Invalid cursor for current pagination sort.")),
            None => Err(Refusal::bad_request(&format!("Invalid cursor: {cursor:?}."))),
        }
    }
}

/// The slice of a list that a field asks for.
#[derive(Clone, Debug)]
pub(crate) struct Slice {
    /// How many.
    pub(crate) many: usize,
    /// From the end of the list?
    pub(crate) from_end: bool,
    /// After this place.
    pub(crate) after: Option<String>,
    /// Before this place.
    pub(crate) before: Option<String>,
}

impl Slice {
    /// Makes one from the arguments of a connection, refusing what the vendor refuses.
    pub(crate) fn new(
        first: Option<i64>,
        last: Option<i64>,
        after: Option<String>,
        before: Option<String>,
    ) -> Result<Self, Refusal> {
        let (many, from_end) = match (first, last) {
            (Some(_), Some(_)) => {
                return Err(Refusal::bad_request("providing both first and last is not supported"));
            }
            (Some(first), None) => (first, false),
            (None, Some(last)) => (last, true),
            (None, None) => return Err(Refusal::bad_request("you must provide one of first or last")),
        };
        match usize::try_from(many) {
            Ok(many) if (1..=MOST).contains(&many) => Ok(Self { many, from_end, after, before }),
            Ok(many) if many > MOST => Err(Refusal::bad_request(&format!(
                "{} cannot exceed {MOST}",
                if from_end { "last" } else { "first" }
            ))),
            _ => Err(Refusal::bad_request(&format!(
                "{} must be greater than 0",
                if from_end { "last" } else { "first" }
            ))),
        }
    }
}

/// One page of a list that was already there in order.
#[derive(Debug)]
pub(crate) struct Page<T> {
    /// Its records, each with its place.
    pub(crate) items: Vec<(Place, T)>,
    /// Is there more behind it?
    pub(crate) more: bool,
    /// Is there more before it?
    pub(crate) earlier: bool,
}

/// Cuts a page out of a short list that is held whole, such as the lines of one order.
pub(crate) fn cut<T>(all: Vec<(u64, T)>, slice: &Slice) -> Result<Page<T>, Refusal> {
    let count = all.len();
    let position = |cursor: &Option<String>| -> Result<Option<usize>, Refusal> {
        let Some(cursor) = cursor else { return Ok(None) };
        let place = Place::read(cursor, false)?;
        Ok(all.iter().position(|(id, _)| *id == place.id))
    };
    let start = position(&slice.after)?.map_or(0, |place| place + 1);
    let end = position(&slice.before)?.unwrap_or(count).max(start);
    let (from, to) = if slice.from_end {
        (end.saturating_sub(slice.many).max(start), end)
    } else {
        (start, (start + slice.many).min(end))
    };
    let items = all
        .into_iter()
        .enumerate()
        .filter(|(place, _)| (from..to).contains(place))
        .map(|(_, (id, item))| (Place { id, at: None }, item))
        .collect();
    Ok(Page { items, more: to < count, earlier: from > 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_leads_back_to_its_place_and_needs_escaping() {
        for id in 0..40 {
            let place = Place { id, at: Some(Moment::from_second(1_763_000_000 + 7)) };
            let cursor = place.cursor();
            assert!(
                cursor.contains('+') && cursor.contains('/'),
                "{cursor} would pass through an address unharmed"
            );
            assert_eq!(Place::read(&cursor, true).expect("own cursor"), place);
            assert!(Place::read(&cursor, false).is_err(), "a cursor belongs to its sort order");
        }
    }

    #[test]
    fn short_lists_are_cut_from_both_ends() {
        let list = || (1..=5_u64).map(|n| (n, n)).collect::<Vec<_>>();
        let ids = |page: Page<u64>| page.items.into_iter().map(|(_, n)| n).collect::<Vec<_>>();
        let slice = |first, last, after: Option<u64>| {
            Slice::new(first, last, after.map(|id| Place { id, at: None }.cursor()), None)
                .expect("a good slice")
        };
        assert_eq!(ids(cut(list(), &slice(Some(2), None, None)).expect("page")), [1, 2]);
        assert_eq!(ids(cut(list(), &slice(Some(9), None, Some(3))).expect("page")), [4, 5]);
        assert_eq!(ids(cut(list(), &slice(None, Some(2), None)).expect("page")), [4, 5]);
        assert!(Slice::new(Some(251), None, None, None).is_err());
        assert!(Slice::new(None, None, None, None).is_err());
    }
}
