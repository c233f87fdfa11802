//! Many rows of one table in one statement.
//!
//! To begin and end a statement, and to look for a place from the root of the table, costs as much as
//! to write a row. Rows that are written together pay it once.

use rusqlite::{Connection, Statement, ToSql};

use crate::Error;

/// How many rows one statement writes.
const ROWS: usize = 32;

/// The values of a row, in the order of its columns.
pub(crate) trait Cells {
    /// How many there are.
    const COUNT: usize;

    /// Gives them to a statement, the first one as the parameter `from`.
    fn bind(&self, statement: &mut Statement<'_>, from: usize) -> rusqlite::Result<()>;
}

macro_rules! cells {
    ($($name:ident $place:tt),+) => {
        impl<$($name: ToSql),+> Cells for ($($name,)+) {
            const COUNT: usize = [$($place),+].len();

            fn bind(&self, statement: &mut Statement<'_>, from: usize) -> rusqlite::Result<()> {
                $(statement.raw_bind_parameter(from + $place, &self.$place)?;)+
                Ok(())
            }
        }
    };
}

cells!(A 0, B 1);
cells!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
cells!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8);
cells!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9);
cells!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11);

/// Inserts rows into a table, which is named with its columns: `line (record, position)`.
///
/// After an error some of the rows may be there: the caller's transaction must not be kept.
pub(crate) fn insert<R: Cells>(
    conn: &Connection,
    into: &str,
    rows: impl IntoIterator<Item = R>,
) -> Result<(), Error> {
    let mut rows = rows.into_iter();
    let mut several = None;
    let mut some = Vec::new();
    loop {
        some.clear();
        some.extend(rows.by_ref().take(ROWS));
        if some.len() < ROWS {
            break;
        }
        let several = match &mut several {
            Some(several) => several,
            None => several.insert(conn.prepare_cached(&sql::<R>(into, ROWS))?),
        };
        for (row, from) in some.iter().zip((1..).step_by(R::COUNT)) {
            row.bind(several, from)?;
        }
        several.raw_execute()?;
    }
    if some.is_empty() {
        return Ok(());
    }
    let mut one = conn.prepare_cached(&sql::<R>(into, 1))?;
    for row in &some {
        row.bind(&mut one, 1)?;
        one.raw_execute()?;
    }
    Ok(())
}

/// Writes the statement for so many rows. It fails without undoing what it did, since to be able to, it
/// would keep every page that it changes as it was before.
fn sql<R: Cells>(into: &str, rows: usize) -> String {
    let row = format!("({})", vec!["?"; R::COUNT].join(", "));
    format!("INSERT OR FAIL INTO {into} VALUES {}", vec![row; rows].join(", "))
}
