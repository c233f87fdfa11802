//! Plain SQLite inserts the rows that landing made, with the same schema, key, settings and number
//! of commits, and nothing else: no look-up, no parsing, no second thought.

use std::error::Error;
use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::types::Value;
use rusqlite::{Connection, Rows};

use crate::landing::KEY;
use crate::machine::Took;

/// Each table with the record that its rows belong to, by which they are dealt out into commits.
const TABLES: [(&str, &str); 16] = [
    ("record", "id"),
    ("raw", "record"),
    ("person", "record"),
    ("shop_order", "record"),
    ("line", "record"),
    ("refund", "record"),
    ("parcel", "record"),
    ("cart", "record"),
    ("ticket", "record"),
    ("message", "record"),
    ("send", "record"),
    ("claim", "record"),
    ("event", "seq >> 10"),
    ("identity", "coalesce(person, id)"),
    ("customer", "(SELECT coalesce(person, 0) FROM identity WHERE identity.id = customer.id)"),
    ("guest", "identity"),
];

/// What inserting took.
pub(crate) struct Inserted {
    pub(crate) rows: u64,
    pub(crate) took: Took,
}

/// Opens a file with the key and the settings of the store's own writer.
pub(crate) fn open(file: &Path) -> Result<Connection, rusqlite::Error> {
    let conn = Connection::open(file)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    conn.execute_batch(&format!("PRAGMA key = \"x'{}'\"", KEY.to_hex()))?;
    conn.execute_batch(
        "PRAGMA cipher_hmac_algorithm = HMAC_SHA256; PRAGMA cipher_memory_security = OFF; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
         PRAGMA wal_autocheckpoint = 4000; PRAGMA secure_delete = FAST; PRAGMA cache_size = -24576;
         PRAGMA temp_store = MEMORY;",
    )?;
    conn.set_prepared_statement_cache_capacity(256);
    Ok(conn)
}

/// In which order the rows are inserted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// As they came: record by record.
    AsLanded,
    /// As it is fastest: each table in the order of its key, and its indexes made afterwards. Nobody
    /// who does not know all rows beforehand can do this.
    Sorted,
}

/// Reads the rows and inserts them in so many commits; only inserting is counted.
pub(crate) fn run(from: &Path, to: &Path, commits: u32, order: Order) -> Result<Inserted, Box<dyn Error>> {
    let source = open(from)?;
    let target = open(to)?;
    let mut schema = source.prepare(
        "SELECT sql, type = 'index' FROM sqlite_schema WHERE tbl_name = ?1 AND sql IS NOT NULL ORDER BY type DESC",
    )?;
    let (mut readers, mut late) = (Vec::new(), Vec::new());
    let last: i64 = source.query_row("SELECT max(id) FROM record", (), |row| row.get(0))?;
    for (table, key) in TABLES {
        for made in schema.query_map([table], |row| Ok((row.get::<_, String>(0)?, row.get::<_, bool>(1)?)))? {
            match made? {
                (sql, true) if order == Order::Sorted => late.push(sql),
                (sql, _) => target.execute_batch(&sql)?,
            }
        }
        readers.push(match order {
            Order::AsLanded => source.prepare(&format!("SELECT {key}, * FROM {table} ORDER BY 1"))?,
            // Dealt out evenly, in the order in which the table lies.
            Order::Sorted => source.prepare(&format!(
                "SELECT (row_number() OVER ()) * {last} / (SELECT count(*) FROM {table}), * FROM {table}"
            ))?,
        });
    }
    let mut tables = Vec::new();
    for (reader, (table, _)) in readers.iter_mut().zip(TABLES) {
        let columns = reader.column_count() - 1;
        let marks: Vec<_> = (1..=columns).map(|place| format!("?{place}")).collect();
        let insert = format!("INSERT INTO {table} VALUES ({})", marks.join(", "));
        tables.push(Table { rows: reader.query(())?, insert, columns, waiting: None });
    }
    let mut inserted = Inserted { rows: 0, took: Took::default() };
    for commit in 1..=i64::from(commits) {
        let end = last * commit / i64::from(commits);
        let mut page = Vec::new();
        for table in &mut tables {
            let rows = table.take_to(end)?;
            inserted.rows += rows.len() as u64;
            page.push((table.insert.as_str(), rows));
        }
        inserted.took.add(|| insert_page(&target, &page))?;
    }
    inserted.took.add(|| late.iter().try_for_each(|sql| target.execute_batch(sql)))?;
    Ok(inserted)
}

fn insert_page(target: &Connection, page: &[(&str, Vec<Vec<Value>>)]) -> Result<(), rusqlite::Error> {
    let tx = target.unchecked_transaction()?;
    for (insert, rows) in page {
        let mut insert = tx.prepare_cached(insert)?;
        for row in rows {
            insert.execute(rusqlite::params_from_iter(row))?;
        }
    }
    tx.commit()
}

/// A table being read in the order of its records.
struct Table<'a> {
    rows: Rows<'a>,
    insert: String,
    columns: usize,
    waiting: Option<(i64, Vec<Value>)>,
}

impl Table<'_> {
    /// Reads the rows of records up to and with `end`.
    fn take_to(&mut self, end: i64) -> Result<Vec<Vec<Value>>, rusqlite::Error> {
        let mut taken = Vec::new();
        loop {
            let (key, row) = match self.waiting.take() {
                Some(waiting) => waiting,
                None => match self.rows.next()? {
                    None => return Ok(taken),
                    Some(row) => {
                        let values =
                            (1..=self.columns).map(|place| row.get(place)).collect::<Result<_, _>>()?;
                        (row.get::<_, Option<i64>>(0)?.unwrap_or(0), values)
                    }
                },
            };
            if key > end {
                self.waiting = Some((key, row));
                return Ok(taken);
            }
            taken.push(row);
        }
    }
}
