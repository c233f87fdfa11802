//! Walking the world's tables in an order and from a place, as lists with cursors do, and cutting
//! lists into numbered pages.

use std::ops::Bound;

use crate::vendor::{Call, Request};
use crate::world::{Id, Moment, Row, Table, Thing};

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) backwards: bool,
}

/// The bounds between which a walk goes on after a cursor; `None` if nothing is left between them.
pub(crate) fn bounds<K: Ord + Copy>(
    (low, high): (K, K),
    cursor: Option<K>,
    order: Order,
) -> Option<(Bound<K>, Bound<K>)> {
    let (start, end) = match (cursor, order.backwards) {
        (None, _) => (Bound::Included(low), Bound::Included(high)),
        (Some(key), false) => (Bound::Excluded(key.max(low)), Bound::Included(high)),
        (Some(key), true) => (Bound::Included(low), Bound::Excluded(key.min(high))),
    };
    // A set refuses to be walked from behind its end.
    let (Bound::Included(first) | Bound::Excluded(first), Bound::Included(last) | Bound::Excluded(last)) =
        (start, end)
    else {
        return None;
    };
    (first <= last).then_some((start, end))
}

/// Walks a table by the time its index holds, within a span, after a cursor.
pub(crate) fn walk<'w, I: Id, T: Row>(
    table: &'w Table<I, T>,
    (low, high): (Moment, Moment),
    cursor: Option<(Moment, I)>,
    order: Order,
) -> Box<dyn Iterator<Item = (I, &'w T)> + 'w> {
    let span = ((low, I::new(0)), (high, I::new(u32::MAX)));
    let Some(bounds) = bounds(span, cursor, order) else { return Box::new(std::iter::empty()) };
    let rows = table.updated(bounds);
    if order.backwards { Box::new(rows.rev()) } else { Box::new(rows) }
}

/// Writes the way to another page of what was asked: the path and the query, with this value for one parameter.
pub(crate) fn turned(request: &Request, name: &str, value: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(request.query.iter().filter(|(known, _)| !known.eq_ignore_ascii_case(name)));
    query.append_pair(name, value);
    format!("{}?{}", request.path, query.finish())
}

/// Lists with numbered pages: what of the fault `double_page` they have to remember, since a page
/// number, unlike a cursor, cannot lead back by a record.
#[derive(Debug, Default)]
pub(crate) struct Numbered {
    /// The list that was struck, by its mark, and the page.
    struck: Option<(u64, usize)>,
}

/// A numbered page.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Sheet<T> {
    /// What is on it; empty behind the last page.
    pub(crate) items: Vec<T>,
    /// Records on all pages.
    pub(crate) total: usize,
    /// How many pages there are.
    pub(crate) pages: usize,
}

impl Numbered {
    /// Cuts the page of a number (from 1) out of all records that the query lets through, in order.
    ///
    /// `list` marks the list with its filters and order (see [`mark`](crate::mark::mark)), `thing`
    /// tells what a record stands for. After the fault the pages behind are shifted by one record,
    /// as if one had been added in front, until this page or one before it is asked for again.
    pub(crate) fn page<T: Clone>(
        &mut self,
        call: &mut Call<'_>,
        list: u64,
        (number, size): (usize, usize),
        records: &[T],
        thing: impl Fn(&T) -> Option<Thing>,
    ) -> Sheet<T> {
        let (number, size) = (number.max(1), size.max(1));
        let shifted = match self.struck {
            Some((struck, page)) if struck == list && number > page => 1,
            Some((struck, _)) if struck == list => {
                self.struck = None;
                0
            }
            _ => 0,
        };
        let start = ((number - 1).saturating_mul(size) - shifted).min(records.len());
        let end = start.saturating_add(size).min(records.len());
        let items = records[start..end].to_vec();
        let shown: Vec<Thing> = items.iter().filter_map(thing).collect();
        if call.page(&shown) {
            self.struck = Some((list, number));
        }
        let total = records.len() + shifted;
        Sheet { items, total, pages: total.div_ceil(size) }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::options::{Access, Options};
    use crate::twins;
    use crate::world::World;

    /// The records of a page of two out of five, and how many pages there are said to be.
    fn page(numbered: &mut Numbered, number: usize, doubles: bool) -> (Vec<u32>, usize) {
        let options = Options { customers: 1, ..Options::default() };
        let mut world = World::build(&options, Moment::from_second(1_795_000_000)).expect("a world");
        let twin = twins::of(fermata_model::Platform::Shopify).expect("a twin");
        let access = Access::new(twin, &options);
        let now = world.now();
        let mut call = Call { doubles, ..Call::new(&mut world, &access, now, Duration::ZERO) };
        let thing = |place: &u32| Some(Thing::Order(crate::world::OrderId::new(*place)));
        let sheet = numbered.page(&mut call, 7, (number, 2), &[1, 2, 3, 4, 5], thing);
        (sheet.items, sheet.pages)
    }

    #[test]
    fn numbered_pages_end_with_what_is_left_and_behind_it_nothing() {
        let mut numbered = Numbered::default();
        assert_eq!(page(&mut numbered, 1, false), (vec![1, 2], 3));
        assert_eq!(page(&mut numbered, 3, false), (vec![5], 3));
        assert_eq!(page(&mut numbered, 4, false), (vec![], 3));
        assert_eq!(page(&mut numbered, usize::MAX, false), (vec![], 3));
    }

    #[test]
    fn behind_a_doubled_page_one_record_comes_again_and_none_is_lost() {
        let mut numbered = Numbered::default();
        assert_eq!(page(&mut numbered, 1, true), (vec![1, 2], 3));
        assert_eq!(page(&mut numbered, 2, false), (vec![2, 3], 3));
        assert_eq!(page(&mut numbered, 3, false), (vec![4, 5], 3));
        assert_eq!(page(&mut numbered, 1, false), (vec![1, 2], 3), "and the next walk is whole again");
        assert_eq!(page(&mut numbered, 2, false), (vec![3, 4], 3));
    }
}
