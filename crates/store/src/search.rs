//! Search among customers, as a person types.
//!
//! Names are indexed late: landing only marks whom to index, and the marks are worked off between
//! pages, so that a backfill writes no index on random words row by row.

use std::collections::HashSet;

use fermata_model::CustomerId;
use rusqlite::{Connection, OptionalExtension};

use crate::{Error, Tx, customers};

pub(crate) const MIGRATION: &str = "
CREATE VIRTUAL TABLE customer_words USING fts5 (
    name, email, city, content = '', contentless_delete = 1, prefix = '2 3',
    tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TABLE search_todo (
    customer INTEGER PRIMARY KEY
) STRICT;
";

/// How many matches are ranked: a first name that thousands bear must not be ranked whole.
const CANDIDATES: u32 = 200;

/// One match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Who.
    pub customer: CustomerId,
    /// The name.
    pub name: Option<String>,
    /// An e-mail address as written.
    pub email: Option<String>,
    /// What matched: the name, an address, a phone number, an order's number.
    pub matched: String,
}

/// Finds customers by the begin of words of their name, by the begin of an e-mail address or of a
/// phone number with its country code, or by order number; at most `limit`, the best first.
///
/// An exact order number, address or phone number goes first, then whole names, begins of names
/// and later words; of many namesakes only the first few hundred are put in that order.
pub fn customers(conn: &Connection, text: &str, limit: u32) -> Result<Vec<Hit>, Error> {
    let text = text.trim();
    let mut seen = HashSet::new();
    let mut hits = Vec::new();
    if text.is_empty() {
        return Ok(hits);
    }
    for (customer, matched) in by_order(conn, text)?.into_iter().chain(by_claim(conn, text, limit)?) {
        push(conn, &mut hits, &mut seen, customer, matched)?;
    }
    if hits.len() < limit as usize {
        let mut named = Vec::new();
        for hit in by_words(conn, text, limit.max(CANDIDATES))? {
            if seen.insert(hit.customer) {
                named.push(hit);
            }
        }
        // Only the first are ranked, whatever the limit, so that a longer list begins as a shorter one.
        let wanted = text.to_lowercase();
        let ranked = named.len().min(CANDIDATES as usize);
        named[..ranked].sort_by_cached_key(|hit| rank(hit, &wanted));
        hits.append(&mut named);
    }
    hits.truncate(limit as usize);
    Ok(hits)
}

/// A whole name goes before the begin of a name, and that before a later word.
fn rank(hit: &Hit, wanted: &str) -> (u8, String) {
    let name = hit.name.as_deref().unwrap_or_default().to_lowercase();
    let place = if name == wanted {
        0
    } else if name.starts_with(wanted) {
        1
    } else {
        2
    };
    (place, name)
}

fn push(
    conn: &Connection,
    hits: &mut Vec<Hit>,
    seen: &mut HashSet<CustomerId>,
    customer: CustomerId,
    matched: String,
) -> Result<(), Error> {
    if !seen.insert(customer) {
        return Ok(());
    }
    match customers::get(conn, customer) {
        Ok(found) => {
            hits.push(Hit { customer: found.id, name: found.name, email: found.email, matched });
            Ok(())
        }
        Err(Error::Missing { .. }) => Ok(()),
        Err(other) => Err(other),
    }
}

fn by_order(conn: &Connection, text: &str) -> Result<Vec<(CustomerId, String)>, Error> {
    let digits = text.strip_prefix('#').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(Vec::new());
    }
    let name = format!("#{digits}");
    let mut query = conn.prepare_cached(
        "SELECT identity.customer FROM shop_order JOIN record ON record.id = shop_order.record
         JOIN identity ON identity.id = record.identity
         WHERE shop_order.name = ?1 ORDER BY shop_order.record LIMIT 5",
    )?;
    let found = query.query_map([&name], |row| row.get(0).map(CustomerId))?;
    found.map(|customer| Ok((customer?, name.clone()))).collect()
}

/// Looks among the claims, which are clustered by value: the begin of an address is a range.
fn by_claim(conn: &Connection, text: &str, limit: u32) -> Result<Vec<(CustomerId, String)>, Error> {
    let abroad = text.strip_prefix('+').or_else(|| text.strip_prefix("00"));
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let (kind, begin) = match abroad.map(digits) {
        _ if text.contains('@') => (1_i64, text.to_lowercase()),
        Some(digits) if digits.len() >= 4 => (2, format!("+{digits}")),
        _ => return Ok(Vec::new()),
    };
    let mut query = conn.prepare_cached(
        "SELECT identity.customer, claim.value FROM claim JOIN identity ON identity.id = claim.identity
         WHERE claim.kind = ?1 AND claim.value >= ?2 AND claim.value < ?3 ORDER BY claim.value LIMIT ?4",
    )?;
    let end = format!("{begin}\u{10ffff}");
    let found = query.query_map((kind, &begin, &end, limit.saturating_mul(4)), |row| {
        Ok((CustomerId(row.get(0)?), row.get(1)?))
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

fn by_words(conn: &Connection, text: &str, limit: u32) -> Result<Vec<Hit>, Error> {
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| format!("\"{word}\"*"))
        .collect();
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = conn.prepare_cached(
        "SELECT customer.id, customer.name, customer.email
         FROM customer_words JOIN customer ON customer.id = customer_words.rowid
         WHERE customer_words MATCH ?1 LIMIT ?2",
    )?;
    let found = query.query_map((words.join(" "), limit), |row| {
        let name: Option<String> = row.get(1)?;
        let matched = name.clone().unwrap_or_default();
        Ok(Hit { customer: CustomerId(row.get(0)?), name, email: row.get(2)?, matched })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Notes that a customer is to be indexed.
pub(crate) fn mark(tx: &Tx<'_>, customer: CustomerId) -> Result<(), Error> {
    tx.prepare_cached("INSERT OR IGNORE INTO search_todo (customer) VALUES (?1)")?.execute([customer.0])?;
    Ok(())
}

/// Indexes customers that were marked, at most `limit`; returns how many.
///
/// Run it until it returns less than `limit`.
pub fn catch_up(tx: &Tx<'_>, limit: u32) -> Result<usize, Error> {
    let marked: Vec<i64> = tx
        .prepare_cached("SELECT customer FROM search_todo ORDER BY customer LIMIT ?1")?
        .query_map([limit], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let mut forget = tx.prepare_cached("DELETE FROM customer_words WHERE rowid = ?1")?;
    let mut read = tx.prepare_cached("SELECT name, email, city FROM customer WHERE id = ?1")?;
    let mut index =
        tx.prepare_cached("INSERT INTO customer_words (rowid, name, email, city) VALUES (?1, ?2, ?3, ?4)")?;
    for customer in &marked {
        forget.execute([customer])?;
        let row = read
            .query_row([customer], |row| {
                Ok((
                    row.get::<_, Option<String>>(0)?,
                    row.get::<_, Option<String>>(1)?,
                    row.get::<_, Option<String>>(2)?,
                ))
            })
            .optional()?;
        if let Some((name, email, city)) = row {
            index.execute((customer, name, email, city))?;
        }
    }
    if let Some(last) = marked.last() {
        tx.prepare_cached("DELETE FROM search_todo WHERE customer <= ?1")?.execute([last])?;
    }
    Ok(marked.len())
}
