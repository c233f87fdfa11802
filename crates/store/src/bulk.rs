//! Many rows in one statement.
//!
//! To begin and end a statement, and to look for a place from the root of the table, costs as much as
//! to write a row. Rows that are written or sought together pay it once.

use rusqlite::{Connection, Row, Statement, ToSql};

use crate::Error;

/// How many rows one statement writes or seeks.
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
cells!(A 0, B 1, C 2);
cells!(A 0, B 1, C 2, D 3);
cells!(A 0, B 1, C 2, D 3, E 4, F 5);
cells!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
cells!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8);
cells!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9);
cells!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10);
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

/// Runs a query for whatever belongs to each of many rows, which it reads as a table that is named with its
/// columns: `sought (place, name)`. They begin with the place of the row, and so does whatever it finds; some of
/// that may be given to `found` more than once.
pub(crate) fn select<R: Cells>(
    conn: &Connection,
    table: &str,
    query: &str,
    sought: &[R],
    mut found: impl FnMut(usize, &Row<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    if sought.is_empty() {
        return Ok(());
    }
    let values = values(R::COUNT + 1, ROWS);
    let mut query = conn.prepare_cached(&format!("WITH {table} AS ({values}) {query}"))?;
    for (some, first) in sought.chunks(ROWS).zip((0..).step_by(ROWS)) {
        // The last few are sought again until they are as many as the others.
        let places = (0..some.len()).cycle().zip((1..).step_by(R::COUNT + 1)).take(ROWS);
        for (place, from) in places {
            query.raw_bind_parameter(from, place as i64)?;
            some[place].bind(&mut query, from + 1)?;
        }
        let mut rows = query.raw_query();
        while let Some(row) = rows.next()? {
            let place: u32 = row.get(0)?;
            found(first + place as usize, row)?;
        }
    }
    Ok(())
}

/// Writes the statement for so many rows. It fails without undoing what it did, since to be able to, it
/// would keep every page that it changes as it was before.
fn sql<R: Cells>(into: &str, rows: usize) -> String {
    format!("INSERT OR FAIL INTO {into} {}", values(R::COUNT, rows))
}

fn values(columns: usize, rows: usize) -> String {
    let row = format!("({})", vec!["?"; columns].join(", "));
    format!("VALUES {}", vec![row; rows].join(", "))
}
