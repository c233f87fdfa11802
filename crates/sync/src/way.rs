//! The way through the pages of a list.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use fermata_connectors::Page;
use fermata_model::{Change, Stream};

use crate::Error;

/// After so many pages in a row that bring nothing new a list is left, since it may have no end.
///
/// A list may well be long and say nothing to us: half a million entries of a log among which nobody deleted anything.
const MOST_IN_VAIN: u32 = 5_000;

/// The pages of a list that were asked for so far: by their tokens, and by what was on them.
#[derive(Debug)]
pub(crate) struct Way {
    stream: Stream,
    tokens: HashSet<String>,
    /// What was on each page, shortened to a number.
    pages: HashSet<u64>,
    /// How many pages in a row brought nothing, or just what a page before them did.
    in_vain: u32,
}

impl Way {
    /// Begins with the page of a token, or with the first one.
    pub(crate) fn from(stream: Stream, token: Option<&str>) -> Self {
        let tokens = token.map(str::to_owned).into_iter().collect();
        Self { stream, tokens, pages: HashSet::new(), in_vain: 0 }
    }

    /// Returns whose records are listed.
    pub(crate) const fn stream(&self) -> Stream {
        self.stream
    }

    /// Goes past a page of records, on to the next one or to the end.
    ///
    /// Errors: those of [`Way::onward`].
    pub(crate) fn past(&mut self, page: &Page) -> Result<(), Error> {
        let records = page.changes.iter().map(|change| match change {
            Change::Seen(record) => (record.external_id.as_str(), Some(record.changed_at)),
            Change::Gone(gone) => (gone.external_id.as_str(), Some(gone.at)),
            Change::Unreadable(odd) => (odd.raw.as_str(), None),
        });
        self.onward(records, page.next.as_deref())
    }

    /// Goes past a page with these records on it, on to the page of a token or to the end.
    ///
    /// Errors: [`Error::Circle`] if that page was asked for before, or if nothing new has come for too long: tokens may
    /// be new each time though the pages are not.
    pub(crate) fn onward(
        &mut self,
        records: impl IntoIterator<Item: Hash>,
        next: Option<&str>,
    ) -> Result<(), Error> {
        let (mut hasher, mut is_empty) = (DefaultHasher::new(), true);
        for record in records {
            record.hash(&mut hasher);
            is_empty = false;
        }
        let is_new = !is_empty && self.pages.insert(hasher.finish());
        self.in_vain = if is_new { 0 } else { self.in_vain + 1 };
        match next {
            Some(next) if !self.tokens.insert(next.to_owned()) || self.in_vain >= MOST_IN_VAIN => {
                Err(Error::Circle(self.stream))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goes past pages, each with a token that is new, until the list is left; returns after how many.
    fn left_after(pages: impl Iterator<Item = Vec<u32>>) -> Option<usize> {
        let mut way = Way::from(Stream::Customers, None);
        let mut numbered = pages.enumerate();
        numbered.find_map(|(count, page)| way.onward(page, Some(&count.to_string())).err().map(|_| count + 1))
    }

    const MOST: usize = MOST_IN_VAIN as usize;

    #[test]
    fn a_list_that_only_goes_on_is_left() {
        assert_eq!(left_after(std::iter::repeat_n(vec![], 3 * MOST)), Some(MOST));
    }

    #[test]
    fn a_list_that_only_repeats_itself_is_left_whatever_its_tokens() {
        let pages = [vec![1, 2], vec![3], vec![]];
        assert_eq!(left_after(pages.into_iter().cycle().take(3 * MOST)), Some(MOST + 2));
    }

    #[test]
    fn a_list_that_now_and_then_brings_something_is_read_to_its_end() {
        let pages = (0..3 * MOST).map(|page| match page % (MOST - 1) {
            0 => vec![u32::try_from(page).unwrap()],
            _ => vec![],
        });
        assert_eq!(left_after(pages), None);
    }

    #[test]
    fn a_last_page_is_the_end_however_little_came_before_it() {
        let mut way = Way::from(Stream::Customers, None);
        for page in 1..MOST_IN_VAIN {
            way.onward([""; 0], Some(&page.to_string())).unwrap();
        }
        assert!(way.onward([""; 0], None).is_ok());
    }
}
