//! The audit log: who did what, when, under which rule, as a chain of hashes.
//!
//! Each entry holds the hash of the one before. What may hold personal data is not in the chain:
//! the chain holds a salted commitment to it, and the value itself lies in `audit_value`, where
//! it can be erased while the chain stays whole.

use std::fmt;
use std::str::FromStr;

use fermata_model::{CustomerId, ProposalId, Timestamp, platform::UnknownName};
use rusqlite::{Connection, OptionalExtension, Row};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::columns::name;
use crate::key::hex;
use crate::time::{column, to_sql};

pub(crate) const MIGRATION: &str = "
CREATE TABLE audit (
  seq INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  rule TEXT NOT NULL,
  what TEXT NOT NULL,
  proposal INTEGER,
  commitment BLOB NOT NULL,
  prev BLOB NOT NULL,
  hash BLOB NOT NULL
) STRICT;
CREATE INDEX audit_proposal ON audit(proposal) WHERE proposal IS NOT NULL;
CREATE TABLE audit_value (
  seq INTEGER PRIMARY KEY REFERENCES audit(seq),
  customer INTEGER,
  salt BLOB NOT NULL,
  value TEXT NOT NULL
) STRICT;
CREATE INDEX audit_value_customer ON audit_value(customer) WHERE customer IS NOT NULL;
";

/// Who caused a change.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Actor {
    /// A person, by the name they are known under.
    Person(String),
    /// A workflow, by its id.
    Workflow(String),
    /// Fermata itself: sender, reconciler, clock, guardrails.
    Fermata,
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(name) => write!(f, "person:{name}"),
            Self::Workflow(id) => write!(f, "workflow:{id}"),
            Self::Fermata => f.write_str("fermata"),
        }
    }
}

impl FromStr for Actor {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        match text.split_once(':') {
            Some(("person", name)) => Ok(Self::Person(name.to_owned())),
            Some(("workflow", id)) => Ok(Self::Workflow(id.to_owned())),
            None if text == "fermata" => Ok(Self::Fermata),
            _ => Err(UnknownName(text.to_owned())),
        }
    }
}

impl From<Actor> for String {
    fn from(actor: Actor) -> Self {
        actor.to_string()
    }
}

impl TryFrom<String> for Actor {
    type Error = UnknownName;
    fn try_from(text: String) -> Result<Self, UnknownName> {
        text.parse()
    }
}

/// What is written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEntry {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// Under which rule, with its version: `support.late-parcel v1`, `person decides`.
    pub rule: String,
    /// What, as a name: `proposal.approved`.
    pub what: String,
    /// The action it is about.
    pub proposal: Option<ProposalId>,
    /// The person whose data `value` may hold.
    pub customer: Option<CustomerId>,
    /// Everything else, as JSON; may hold personal data, so it can be erased.
    pub value: String,
    /// Random bytes that keep `value` from being guessed from its commitment.
    pub salt: [u8; 16],
}

/// An entry as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Place in the chain, from 1.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// Under which rule.
    pub rule: String,
    /// What, as a name.
    pub what: String,
    /// The action it is about.
    pub proposal: Option<ProposalId>,
    /// The rest; `None` once it has been erased.
    pub value: Option<String>,
    /// Hash of this entry, in hexadecimal.
    pub hash: String,
}

/// What a check of the whole chain found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How many entries there are.
    pub entries: i64,
    /// Hash of the last one, in hexadecimal; empty for an empty log.
    pub head: String,
    /// Values that were erased, which is allowed.
    pub erased: i64,
    /// The first entry that does not fit, if any.
    pub broken_at: Option<i64>,
}

fn commit(salt: &[u8], value: &str) -> Vec<u8> {
    Sha256::new().chain_update(salt).chain_update(value.as_bytes()).finalize().to_vec()
}

/// Hashes an entry; texts go in with their lengths, so that no two entries look alike.
fn hash_entry(
    seq: i64,
    at: i64,
    texts: [&str; 3],
    proposal: Option<i64>,
    commitment: &[u8],
    prev: &[u8],
) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(seq.to_le_bytes());
    hash.update(at.to_le_bytes());
    for text in texts {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text.as_bytes());
    }
    hash.update(proposal.unwrap_or(-1).to_le_bytes());
    hash.update(commitment);
    hash.update(prev);
    hash.finalize().to_vec()
}

/// Appends an entry to the chain and returns its place. Must run inside the transaction of the
/// change that it tells of.
pub fn append(conn: &Connection, entry: &NewEntry) -> rusqlite::Result<i64> {
    let last: Option<(i64, Vec<u8>)> = conn
        .prepare_cached("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let (seq, prev) = last.map_or((1, Vec::new()), |(seq, hash)| (seq + 1, hash));
    let actor = entry.actor.to_string();
    let proposal = entry.proposal.map(|p| p.0);
    let commitment = commit(&entry.salt, &entry.value);
    let hash =
        hash_entry(seq, to_sql(entry.at), [&actor, &entry.rule, &entry.what], proposal, &commitment, &prev);
    conn.prepare_cached(
        "INSERT INTO audit (seq, at, actor, rule, what, proposal, commitment, prev, hash) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?
    .execute((
        seq,
        to_sql(entry.at),
        &actor,
        &entry.rule,
        &entry.what,
        proposal,
        commitment,
        prev,
        hash,
    ))?;
    conn.prepare_cached("INSERT INTO audit_value (seq, customer, salt, value) VALUES (?1, ?2, ?3, ?4)")?
        .execute((seq, entry.customer.map(|c| c.0), &entry.salt[..], &entry.value))?;
    Ok(seq)
}

const ENTRY: &str = "SELECT a.seq, a.at, a.actor, a.rule, a.what, a.proposal, v.value, a.hash \
                     FROM audit a LEFT JOIN audit_value v ON v.seq = a.seq";

fn read_entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry {
        seq: row.get(0)?,
        at: column(row, 1)?,
        actor: name(row, 2)?,
        rule: row.get(3)?,
        what: row.get(4)?,
        proposal: row.get::<_, Option<i64>>(5)?.map(ProposalId),
        value: row.get(6)?,
        hash: hex(&row.get::<_, Vec<u8>>(7)?),
    })
}

/// Lists what was done about one action, oldest first.
pub fn of_proposal(conn: &Connection, proposal: ProposalId) -> rusqlite::Result<Vec<Entry>> {
    conn.prepare_cached(&format!("{ENTRY} WHERE a.proposal = ?1 ORDER BY a.seq"))?
        .query_map([proposal.0], read_entry)?
        .collect()
}

/// Lists the latest entries, newest first.
pub fn latest(conn: &Connection, limit: u32) -> rusqlite::Result<Vec<Entry>> {
    conn.prepare_cached(&format!("{ENTRY} ORDER BY a.seq DESC LIMIT ?1"))?
        .query_map([limit], read_entry)?
        .collect()
}

/// Erases the values that may hold a person's data; the chain stays whole.
pub fn erase_customer(conn: &Connection, customer: CustomerId) -> rusqlite::Result<usize> {
    conn.prepare_cached("DELETE FROM audit_value WHERE customer = ?1")?.execute([customer.0])
}

/// Moves values to the customer that another one became part of.
pub fn repoint_customer(conn: &Connection, from: CustomerId, to: CustomerId) -> rusqlite::Result<()> {
    conn.prepare_cached("UPDATE audit_value SET customer = ?2 WHERE customer = ?1")?
        .execute((from.0, to.0))?;
    Ok(())
}

/// Checks the whole chain: places, hashes, links, and that each value fits its commitment.
pub fn verify(conn: &Connection) -> rusqlite::Result<Verified> {
    let mut statement = conn.prepare(
        "SELECT a.seq, a.at, a.actor, a.rule, a.what, a.proposal, a.commitment, a.prev, a.hash, v.salt, v.value \
         FROM audit a LEFT JOIN audit_value v ON v.seq = a.seq ORDER BY a.seq",
    )?;
    let mut rows = statement.query([])?;
    let mut found = Verified { entries: 0, head: String::new(), erased: 0, broken_at: None };
    let mut prev: Vec<u8> = Vec::new();
    while let Some(row) = rows.next()? {
        let seq: i64 = row.get(0)?;
        let commitment: Vec<u8> = row.get(6)?;
        let hash: Vec<u8> = row.get(8)?;
        let (actor, rule, what): (String, String, String) = (row.get(2)?, row.get(3)?, row.get(4)?);
        let expected = hash_entry(seq, row.get(1)?, [&actor, &rule, &what], row.get(5)?, &commitment, &prev);
        let value_fits = match (row.get::<_, Option<Vec<u8>>>(9)?, row.get::<_, Option<String>>(10)?) {
            (Some(salt), Some(value)) => commit(&salt, &value) == commitment,
            _ => {
                found.erased += 1;
                true
            }
        };
        found.entries += 1;
        if seq != found.entries || row.get::<_, Vec<u8>>(7)? != prev || hash != expected || !value_fits {
            found.broken_at = Some(seq);
            return Ok(found);
        }
        found.head = hex(&hash);
        prev = hash;
    }
    Ok(found)
}
