//! One pass over one stream.

use std::sync::Arc;
use std::time::Duration;

use fermata_connectors::{Connector, Kind, Page, Pull};
use fermata_model::{ConnectionId, Stream, Timestamp};
use fermata_store::landing::{Batch, Landed, Prepared, land_prepared};
use fermata_store::progress::{self, Pass, Progress};
use fermata_store::sweeps;

use crate::way::Way;
use crate::{Error, Sync, duties};

/// How often a pass begins again because the platform forgot its page token.
pub(crate) const MOST_RESTARTS: u32 = 3;
/// After how many pages the search index catches up during a long pass.
const PAGES_PER_INDEXING: u64 = 32;
/// How long a page of a first pass may wait for others to land with.
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// What a pass brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Passed {
    /// What became of its records.
    pub landed: Landed,
    /// How many pages it had, since it was last taken up.
    pub pages: u64,
    /// How often it began again because the platform forgot its page token.
    pub restarts: u32,
}

/// Pages that were fetched one after the other.
struct Fetched {
    batch: Batch,
    /// How many records the platform says there are, if it has said.
    total: Option<u64>,
    /// Why no more were fetched.
    stopped: Stopped,
}

/// Why no more pages were fetched for now.
enum Stopped {
    /// As many wait as should land together.
    Enough,
    /// There are no more.
    End,
    /// The next one could not be had.
    Failed(Error),
}

/// Runs a pass to its end; one that was interrupted goes on behind the last page that landed.
///
/// The pages of a first pass land several at a time, in numbers that grow from one, so that the first
/// customers are there at once and the last ones cost little. The next ones are fetched meanwhile.
pub(crate) async fn run(
    sync: &Sync,
    connection: ConnectionId,
    connector: Arc<dyn Connector>,
    stream: Stream,
) -> Result<Passed, Error> {
    let source = Source { sync, connection, connector: connector.as_ref(), stream };
    let capability = connector.capability().stream(stream).ok_or(Error::NoSuchStream(stream))?;
    let mut progress = sync.read(move |conn| progress::get(conn, connection, stream)).await?;
    let mut pass = progress.pass.clone().unwrap_or_else(|| begin(&progress, sync.now(), capability.overlap));
    let mut way = Way::from(stream, pass.token.as_deref());
    let mut passed = Passed::default();
    let mut indexed = 0;
    let mut fetched = source.fetch(&mut pass, &mut way, 1).await;
    loop {
        let Fetched { mut batch, total, stopped } = fetched;
        if batch.pages() > 0 {
            progress.total = total.or(progress.total);
            advance(&mut progress, &pass, sync.now());
        }
        let last = !matches!(stopped, Stopped::Enough);
        let known = passed.pages + batch.pages();
        let landing = async {
            if batch.pages() > 0 {
                progress = land_batch(sync, connection, stream, &mut batch, progress, &mut passed).await?;
            }
            if passed.pages >= indexed + PAGES_PER_INDEXING || last {
                indexed = passed.pages;
                duties::index(sync).await?;
                duties::file(sync, !last).await?;
            }
            Ok::<_, Error>(progress)
        };
        fetched = match stopped {
            Stopped::Enough => {
                let (landed, next) = tokio::join!(landing, source.fetch(&mut pass, &mut way, known));
                progress = landed?;
                next
            }
            Stopped::End => {
                landing.await?;
                return Ok(passed);
            }
            Stopped::Failed(error) => {
                // What came before it is kept, whatever comes of the pass.
                progress = landing.await?;
                let forgotten = matches!(&error, Error::Platform(error) if error.kind == Kind::CursorRefused);
                if !forgotten || passed.restarts >= MOST_RESTARTS {
                    return Err(error);
                }
                passed.restarts += 1;
                pass.token = None;
                way = Way::from(stream, None);
                progress.pass_landed = 0;
                source.fetch(&mut pass, &mut way, 1).await
            }
        };
    }
}

/// Where the pages of a pass come from.
struct Source<'a> {
    sync: &'a Sync,
    connection: ConnectionId,
    connector: &'a dyn Connector,
    stream: Stream,
}

impl Source<'_> {
    /// Fetches pages until as many wait as should land together: not more than came before them, so that the
    /// first ones land at once, and just one if it is not a first pass.
    async fn fetch(&self, pass: &mut Pass, way: &mut Way, most: u64) -> Fetched {
        let mut fetched = Fetched { batch: Batch::default(), total: None, stopped: Stopped::Enough };
        let now = || self.sync.now();
        let mut since = None;
        loop {
            if let Err(error) = self.fetch_page(pass, way, &mut fetched).await {
                fetched.stopped = Stopped::Failed(error);
                return fetched;
            }
            if pass.token.is_none() {
                fetched.stopped = Stopped::End;
                return fetched;
            }
            let waits = pass.since.is_none()
                && !fetched.batch.is_full()
                && fetched.batch.pages() < most
                && now().duration_since(*since.get_or_insert(now())).unsigned_abs() < LONGEST_WAIT;
            if !waits {
                return fetched;
            }
        }
    }

    /// Fetches the next page and prepares it.
    async fn fetch_page(&self, pass: &mut Pass, way: &mut Way, fetched: &mut Fetched) -> Result<(), Error> {
        let page = self.connector.pull(&ask(self.stream, pass)).await?;
        way.past(&page)?;
        let Page { changes, next, total } = page;
        let platform = self.connector.capability().platform;
        fetched.batch.add(self.sync.prepare(self.connection, platform, changes).await?);
        fetched.total = total.or(fetched.total);
        pass.token = next;
        Ok(())
    }
}

/// Begins a pass: over everything the first time, then from a little before the mark.
///
/// A mark in the future (the clock was set back since) counts as the present.
fn begin(held: &Progress, now: Timestamp, overlap: Duration) -> Pass {
    let since = match held.mark {
        Some(mark) if held.backfilled => Some(earlier(mark.min(now), overlap)),
        _ => None,
    };
    Pass { since, until: now, token: None }
}

/// Returns an instant before another, as far back as time goes.
pub(crate) fn earlier(at: Timestamp, by: Duration) -> Timestamp {
    at.checked_sub(by).unwrap_or(Timestamp::MIN)
}

fn ask(stream: Stream, pass: &Pass) -> Pull {
    Pull { stream, since: pass.since, until: pass.until, token: pass.token.clone(), size: None }
}

/// Moves the position behind a page; behind the last one the mark moves and the pass ends.
fn advance(progress: &mut Progress, pass: &Pass, now: Timestamp) {
    if pass.token.is_some() {
        progress.pass = Some(pass.clone());
        return;
    }
    progress.pass = None;
    progress.backfilled = true;
    progress.mark = Some(progress.mark.map_or(pass.until, |mark| mark.min(now).max(pass.until)));
    progress.last_success = Some(now);
    progress.last_error = None;
    progress.error_at = None;
    progress.failures = 0;
}

/// Lands the pages that wait and the position behind them in one transaction.
async fn land_batch(
    sync: &Sync,
    connection: ConnectionId,
    stream: Stream,
    batch: &mut Batch,
    mut progress: Progress,
    passed: &mut Passed,
) -> Result<Progress, Error> {
    let (pages, changes) = (batch.pages(), batch.take());
    // What has landed is dropped here, where nobody waits for it.
    let (progress, landed, _) = sync
        .land(connection, move |tx, landing| {
            let swept = sweeps::running(tx, connection)?;
            let landed = land_prepared(tx, landing, &changes)?;
            for (stream, external_id) in changes.iter().filter_map(Prepared::present) {
                if swept.contains(&stream) {
                    sweeps::note_seen(tx, connection, stream, external_id)?;
                }
            }
            progress.landed += landed.new;
            progress.pass_landed += landed.total();
            progress::set(tx, connection, stream, &progress)?;
            if progress.pass.is_none() {
                progress.pass_landed = 0;
            }
            Ok((progress, landed, changes))
        })
        .await?;
    passed.landed.add(landed);
    passed.pages += pages;
    Ok(progress)
}
