//! One stream: its pages against what is held, then a second look at whatever differed.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use fermata_connectors::capability::StreamCapability;
use fermata_connectors::{Connector, Kind, Page, Pull};
use fermata_model::record::{Record, Unreadable};
use fermata_model::{Change, ConnectionId, RecordId, Stream, Timestamp};
use fermata_store::proof::{self, Here, Present};
use fermata_store::{Error as StoreError, Sql, progress};

use super::{Difference, Explained, How, NAMED, Side, StreamProof, fields};
use crate::pass::{MOST_RESTARTS, earlier};
use crate::way::Way;
use crate::{Error, Sync};

/// So many differing records get a second look; if there are more, the sides are simply not the same.
const LOOKED_AT_TWICE: usize = 5_000;
/// How many of the records that are held are listed at once.
const LISTED_AT_ONCE: u32 = 2_000;

/// Compares one stream.
pub(super) async fn prove(
    sync: &Sync,
    connection: ConnectionId,
    connector: &Arc<dyn Connector>,
    capability: &'static StreamCapability,
) -> Result<StreamProof, Error> {
    let stream = capability.stream;
    let held = sync.read(move |conn| progress::get(conn, connection, stream)).await?;
    let Some(mark) = held.mark.filter(|_| held.backfilled) else {
        return Ok(StreamProof::failed(stream, "Its history is still being read.".to_owned()));
    };
    let began = sync.now();
    // What changed after this instant is read again by the next pass anyway.
    let read_up_to = earlier(mark.min(began), capability.overlap);
    let newest = sync.read(proof::newest).await?;
    let fresh = Comparison::new(connection, stream, began, read_up_to);

    let mut comparison = fresh.clone();
    let mut pull = Pull { stream, since: None, until: began, token: None, size: None };
    let mut way = Way::from(stream, None);
    let mut restarts = 0;
    loop {
        let page = match connector.pull(&pull).await {
            Ok(page) => page,
            Err(error) if error.kind == Kind::CursorRefused && restarts < MOST_RESTARTS => {
                restarts += 1;
                pull.token = None;
                way = Way::from(stream, None);
                comparison = fresh.clone();
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        let next = onward(&mut way, &mut pull, &page)?;
        comparison = sync
            .read(move |conn| {
                comparison.page(conn, page.changes)?;
                Ok(comparison)
            })
            .await?;
        if !next {
            break;
        }
    }
    comparison = sync
        .read(move |conn| {
            comparison.unlisted(conn, newest)?;
            Ok(comparison)
        })
        .await?;
    let changed = if comparison.differing.is_empty() {
        HashMap::new()
    } else {
        changed_since(sync, connector, &comparison).await?
    };
    sync.read(move |conn| comparison.settle(conn, changed)).await
}

/// Moves on to the next page; tells whether there is one.
fn onward(way: &mut Way, pull: &mut Pull, page: &Page) -> Result<bool, Error> {
    way.past(page)?;
    pull.token.clone_from(&page.next);
    Ok(pull.token.is_some())
}

/// Reads those of the differing records that changed at the platform since the proof began.
async fn changed_since(
    sync: &Sync,
    connector: &Arc<dyn Connector>,
    comparison: &Comparison,
) -> Result<HashMap<String, Record>, Error> {
    let stream = comparison.stream;
    let mut pull = Pull { stream, since: Some(comparison.began), until: sync.now(), token: None, size: None };
    let mut way = Way::from(stream, None);
    let mut changed = HashMap::new();
    loop {
        let page = connector.pull(&pull).await?;
        let next = onward(&mut way, &mut pull, &page)?;
        for change in page.changes {
            if let Change::Seen(record) = change
                && record.stream == stream
                && comparison.differing.contains_key(&record.external_id)
            {
                changed.insert(record.external_id.clone(), proof::as_landed(*record));
            }
        }
        if !next {
            return Ok(changed);
        }
    }
}

/// A stream being compared.
#[derive(Clone)]
struct Comparison {
    connection: ConnectionId,
    stream: Stream,
    began: Timestamp,
    read_up_to: Timestamp,
    here: Side,
    there: Side,
    /// What the platform listed of what is held.
    listed: HashSet<RecordId>,
    /// What differed at first sight: as the platform gave it, if it did.
    differing: HashMap<String, Option<Record>>,
    explained: Explained,
    unexplained: u64,
    first: Vec<Difference>,
}

/// What becomes of one record.
enum Verdict {
    /// Both sides agree.
    Agreed(Box<Present>),
    /// It is left out on both sides, by rule.
    Left,
    SetAside,
    ChangedMeanwhile,
    NotYetRead,
    Unexplained(Difference),
}

impl Comparison {
    fn new(connection: ConnectionId, stream: Stream, began: Timestamp, read_up_to: Timestamp) -> Self {
        Self {
            connection,
            stream,
            began,
            read_up_to,
            here: Side::default(),
            there: Side::default(),
            listed: HashSet::new(),
            differing: HashMap::new(),
            explained: Explained::default(),
            unexplained: 0,
            first: Vec::new(),
        }
    }

    /// Compares a page.
    fn page(&mut self, conn: &Sql, changes: Vec<Change>) -> Result<(), StoreError> {
        for change in changes {
            match change {
                Change::Seen(record) if record.stream == self.stream => {
                    self.seen(conn, proof::as_landed(*record))?;
                }
                Change::Unreadable(record) if record.stream == self.stream => {
                    self.unreadable(conn, &record)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn seen(&mut self, conn: &Sql, record: Record) -> Result<(), StoreError> {
        let here = proof::look(conn, self.connection, self.stream, &record.external_id)?;
        if let Here::Present(present) = &here
            && !self.listed.insert(present.id)
        {
            // One record on two pages.
            return Ok(());
        }
        match here {
            Here::Present(present) if agrees(&present, &record) => self.agreed(&record.external_id, &present),
            _ if self.differing.len() < LOOKED_AT_TWICE => {
                self.differing.insert(record.external_id.clone(), Some(record));
            }
            _ => self.judge(conn, &record.external_id, Some(&record), None)?,
        }
        Ok(())
    }

    fn unreadable(&mut self, conn: &Sql, record: &Unreadable) -> Result<(), StoreError> {
        let mut held = None;
        if let Some(id) = &record.external_id
            && let Here::Present(present) = proof::look(conn, self.connection, self.stream, id)?
        {
            if !self.listed.insert(present.id) {
                return Ok(());
            }
            held = Some(present.id);
        }
        if proof::is_aside(conn, self.connection, record)? {
            self.explained.set_aside += 1;
        } else {
            self.differs(Difference {
                external_id: record.external_id.clone().unwrap_or_default(),
                record: held,
                how: if held.is_some() { How::Different } else { How::MissingHere },
                fields: Vec::new(),
            });
        }
        Ok(())
    }

    /// Finds what is held and was not listed, among what was held when the proof began.
    fn unlisted(&mut self, conn: &Sql, newest: RecordId) -> Result<(), StoreError> {
        let mut after = RecordId(0);
        loop {
            let held = proof::present(conn, self.connection, self.stream, after, LISTED_AT_ONCE)?;
            let Some((last, _)) = held.last() else { return Ok(()) };
            after = *last;
            for (id, external_id) in held {
                if id > newest || self.listed.contains(&id) {
                    continue;
                }
                if self.differing.len() < LOOKED_AT_TWICE {
                    self.differing.entry(external_id).or_insert(None);
                } else if !self.differing.contains_key(&external_id) {
                    self.judge(conn, &external_id, None, None)?;
                }
            }
        }
    }

    /// Looks again at whatever differed, and draws up the result.
    fn settle(mut self, conn: &Sql, mut changed: HashMap<String, Record>) -> Result<StreamProof, StoreError> {
        let mut differing: Vec<_> = std::mem::take(&mut self.differing).into_iter().collect();
        differing.sort_unstable_by(|one, next| one.0.cmp(&next.0));
        for (external_id, listed) in differing {
            self.judge(conn, &external_id, listed.as_ref(), changed.remove(&external_id).as_ref())?;
        }
        Ok(StreamProof {
            stream: self.stream,
            here: self.here,
            there: self.there,
            unexplained: self.unexplained,
            first: self.first,
            explained: self.explained,
            problem: None,
        })
    }

    /// Decides about one record that differed: as it was `listed`, and as it is if it `changed` since the
    /// proof began.
    fn judge(
        &mut self,
        conn: &Sql,
        external_id: &str,
        listed: Option<&Record>,
        changed: Option<&Record>,
    ) -> Result<(), StoreError> {
        match self.verdict(conn, external_id, listed, changed)? {
            Verdict::Agreed(present) => self.agreed(external_id, &present),
            Verdict::Left => {}
            Verdict::SetAside => self.explained.set_aside += 1,
            Verdict::ChangedMeanwhile => self.explained.changed_meanwhile += 1,
            Verdict::NotYetRead => self.explained.not_yet_read += 1,
            Verdict::Unexplained(difference) => {
                if let Here::Present(present) = proof::look(conn, self.connection, self.stream, external_id)?
                {
                    let money = present.entity.as_ref().and_then(|entity| entity.money());
                    self.here.add(external_id, &present.raw, money);
                }
                if let Some(record) = changed.or(listed) {
                    self.there.add(external_id, &record.raw, record.entity.money());
                }
                self.differs(difference);
            }
        }
        Ok(())
    }

    fn verdict(
        &self,
        conn: &Sql,
        external_id: &str,
        listed: Option<&Record>,
        changed: Option<&Record>,
    ) -> Result<Verdict, StoreError> {
        let here = proof::look(conn, self.connection, self.stream, external_id)?;
        let is_new = |at: Timestamp| at >= self.began;
        let changed_meanwhile = changed
            .is_some_and(|now| is_new(now.changed_at) || listed.is_none_or(|then| then.raw != now.raw));
        let Some(there) = changed.or(listed) else {
            let Here::Present(present) = here else { return Ok(Verdict::Left) };
            if is_new(present.changed_at) {
                return Ok(Verdict::ChangedMeanwhile);
            }
            return Ok(differs(external_id, Some(present.id), How::GoneThere, Vec::new()));
        };
        if let Here::Present(present) = &here
            && agrees(present, there)
        {
            return Ok(Verdict::Agreed(present.clone()));
        }
        if proof::is_orphan(conn, self.connection, &there.entity)? {
            return Ok(Verdict::Left);
        }
        if proof::is_aside_id(conn, self.connection, self.stream, external_id)? {
            return Ok(Verdict::SetAside);
        }
        let held_at = match &here {
            Here::Present(present) => Some(present.changed_at),
            Here::Gone(at) => Some(*at),
            Here::Unknown => None,
        };
        if changed_meanwhile || held_at.is_some_and(is_new) {
            return Ok(Verdict::ChangedMeanwhile);
        }
        let newer = held_at.is_none_or(|held| there.changed_at > held);
        if newer && there.changed_at > self.read_up_to {
            return Ok(Verdict::NotYetRead);
        }
        Ok(match here {
            Here::Present(present) => {
                let fields =
                    fields::differing(present.entity.as_ref(), &present.raw, &there.entity, &there.raw);
                differs(external_id, Some(present.id), How::Different, fields)
            }
            Here::Gone(_) | Here::Unknown => differs(external_id, None, How::MissingHere, Vec::new()),
        })
    }

    fn agreed(&mut self, external_id: &str, present: &Present) {
        let money = present.entity.as_ref().and_then(|entity| entity.money());
        self.here.add(external_id, &present.raw, money);
        self.there.add(external_id, &present.raw, money);
    }

    fn differs(&mut self, difference: Difference) {
        self.unexplained += 1;
        if self.first.len() < NAMED {
            self.first.push(difference);
        }
    }
}

fn agrees(here: &Present, there: &Record) -> bool {
    here.raw == there.raw && here.entity.as_ref() == Some(&there.entity)
}

fn differs(external_id: &str, record: Option<RecordId>, how: How, fields: Vec<String>) -> Verdict {
    Verdict::Unexplained(Difference { external_id: external_id.to_owned(), record, how, fields })
}
