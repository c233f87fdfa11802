//! Two stores compared row by row.

use std::cmp::Ordering;
use std::fmt;

use fermata_store::{Durability, Writer};

use crate::practice::{Filled, practice};

/// How many rows of each side are shown.
const SHOWN: usize = 3;
/// How much of a row is shown, in characters.
const WIDTH: usize = 700;

/// Rows that only one of two stores has.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Difference {
    /// Those that the store under test lacks.
    pub(super) missing: Vec<String>,
    /// Those that it should not have.
    pub(super) extra: Vec<String>,
}

impl Difference {
    /// Compares the rows of a store under test with those that it should have; both are sorted.
    pub(super) fn between(tested: &[String], wanted: &[String]) -> Self {
        let mut difference = Self::default();
        let (mut tested, mut wanted) = (tested.iter().peekable(), wanted.iter().peekable());
        loop {
            let order = match (tested.peek(), wanted.peek()) {
                (Some(here), Some(there)) => here.cmp(there),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => return difference,
            };
            if order.is_lt() {
                difference.extra.extend(tested.next().cloned());
            } else if order.is_gt() {
                difference.missing.extend(wanted.next().cloned());
            } else {
                tested.next();
                wanted.next();
            }
        }
    }

    /// Tells whether both stores are the same.
    pub(super) fn is_none(&self) -> bool {
        self.missing.is_empty() && self.extra.is_empty()
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (what, rows) in [("missing", &self.missing), ("too many", &self.extra)] {
            writeln!(f, "  {} {what}", rows.len())?;
            for row in rows.iter().take(SHOWN) {
                writeln!(f, "    {}", row.chars().take(WIDTH).collect::<String>())?;
            }
        }
        Ok(())
    }
}

#[test]
fn what_only_one_side_has_is_named_also_if_it_is_there_twice() {
    let rows = |text: &str| -> Vec<String> { text.chars().map(String::from).collect() };
    for (tested, wanted, missing, extra) in [
        ("", "", "", ""),
        ("abc", "abc", "", ""),
        ("", "ab", "ab", ""),
        ("ab", "", "", "ab"),
        ("abd", "acd", "c", "b"),
        ("aab", "abb", "b", "a"),
        ("bc", "abcd", "ad", ""),
    ] {
        let found = Difference::between(&rows(tested), &rows(wanted));
        assert_eq!(found, Difference { missing: rows(missing), extra: rows(extra) }, "{tested} for {wanted}");
        assert_eq!(found.is_none(), tested == wanted);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_altered_row_of_a_filled_store_is_found() {
    let practice = practice(4).await;
    let filled = Filled::new(&practice);
    filled.settle(&practice).await;
    for (sql, missing, extra) in [
        ("UPDATE shop_order SET total = total + 1 WHERE record = (SELECT min(record) FROM shop_order)", 1, 1),
        ("UPDATE record SET changed_at = changed_at + 1 WHERE id = (SELECT min(record) FROM ticket)", 1, 1),
        ("UPDATE event SET title = 'x' WHERE seq = (SELECT max(seq) FROM event WHERE source <> 0)", 1, 1),
        ("DELETE FROM event WHERE seq = (SELECT min(seq) FROM event WHERE source <> 0)", 1, 0),
    ] {
        let before = filled.dump();
        let altered = filled
            .store
            .write(Durability::Normal, Writer::System("test"), |tx| Ok(tx.execute(sql, ())?))
            .unwrap();
        let found = Difference::between(&filled.dump(), &before);
        assert_eq!((altered, found.missing.len(), found.extra.len()), (1, missing, extra), "{sql}: {found}");
    }
}
