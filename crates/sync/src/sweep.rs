//! Sweeps: what a platform deleted without a word is missing when it lists all ids.
//!
//! A sweep goes on page by page while nothing else is due, and after a restart where it stopped.
//! Once the listing is complete one more pass reads what changed meanwhile, because a record may
//! move between the pages while they are read. Only what was held before, is not listed and was not
//! seen since is taken out, with the time of the version that was held: any newer version, and a
//! later listing that has it, bring it back.
//!
//! What two sweeps in a row list and no pass has brought was overlooked, so its stream is read again.
//! One sweep is not enough: the newest records may lag behind in what is read.

use std::sync::Arc;

use fermata_connectors::{Connector, Kind, Removal};
use fermata_model::record::Gone;
use fermata_model::{Change, ConnectionId, RecordId, Stream};
use fermata_store::connections;
use fermata_store::landing::land;
use fermata_store::sweeps::{self, Outcome};
use fermata_store::{Durability, Tx, Writer, progress};

use crate::pass::{self, earlier};
use crate::way::Way;
use crate::{Error, Sync, health};

/// How many records are taken out in one transaction.
const TAKEN_AT_ONCE: u32 = 500;
/// So many missing records are believed whatever their share.
const ALWAYS_BELIEVED: u64 = 20;
/// A listing that lacks more than this part of what is held is doubted: one in so many.
const DOUBTED_PART: u64 = 4;

/// What one step of a sweep did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// There is more to do.
    More,
    /// The sweep has come to its end.
    Done,
}

/// Lists the streams whose sweep is under way or due; begins to wait for the first one where a
/// stream's history has just been read, which listed everything too.
pub(crate) async fn due(
    sync: &Sync,
    connection: ConnectionId,
    connector: &Arc<dyn Connector>,
) -> Result<Vec<Stream>, Error> {
    let now = sync.now();
    let mut due = Vec::new();
    for capability in connector.capability().streams {
        let (stream, Removal::Swept(every)) = (capability.stream, capability.removal) else { continue };
        let (standing, backfilled) = sync
            .read(move |conn| {
                let backfilled = progress::get(conn, connection, stream)?.backfilled;
                Ok((sweeps::get(conn, connection, stream)?, backfilled))
            })
            .await?;
        match standing {
            Some(standing) if standing.running.is_some() => due.push(stream),
            // A clock that was set back since shall not put it off for years.
            Some(standing)
                if backfilled && (standing.ended_at > now || earlier(now, every) >= standing.ended_at) =>
            {
                due.push(stream);
            }
            None if backfilled => {
                sync.write(Durability::Normal, Writer::Sync(connection), move |tx| {
                    sweeps::end(tx, connection, stream, now)
                })
                .await?;
            }
            _ => {}
        }
    }
    Ok(due)
}

/// Sweeps what is due to its end. What fails is said and tried again next time.
///
/// Errors: [`Error::Store`], and what shuts the whole connection.
pub(crate) async fn all(
    sync: &Sync,
    connection: ConnectionId,
    connector: &Arc<dyn Connector>,
) -> Result<(), Error> {
    for stream in due(sync, connection, connector).await? {
        let mut way = Way::from(stream, None);
        while step(sync, connection, connector, &mut way).await? == Step::More {}
    }
    Ok(())
}

/// Does one step of a stream's sweep, and notes how it went. A step that failed is [`Step::Done`] for
/// now. `way` is that of the steps before it.
///
/// Errors: [`Error::Store`], and what shuts the whole connection.
pub(crate) async fn step(
    sync: &Sync,
    connection: ConnectionId,
    connector: &Arc<dyn Connector>,
    way: &mut Way,
) -> Result<Step, Error> {
    let stream = way.stream();
    match try_step(sync, connection, connector, way).await {
        Ok(step) => Ok(step),
        Err(error) if error.shuts_connection() => {
            health::note(sync, connection, stream, Some(&error)).await?;
            Err(error)
        }
        Err(error @ (Error::Platform(_) | Error::Circle(_))) => {
            health::note_sweep_failure(sync, connection, stream, &error).await?;
            Ok(Step::Done)
        }
        Err(error) => Err(error),
    }
}

async fn try_step(
    sync: &Sync,
    connection: ConnectionId,
    connector: &Arc<dyn Connector>,
    way: &mut Way,
) -> Result<Step, Error> {
    let stream = way.stream();
    let standing = sync.read(move |conn| sweeps::get(conn, connection, stream)).await?;
    let Some(sweep) = standing.and_then(|standing| standing.running) else {
        *way = Way::from(stream, None);
        begin(sync, connection, stream).await?;
        return Ok(Step::More);
    };
    if sweep.complete {
        let passed = pass::run(sync, connection, connector.clone(), stream).await;
        // What shuts the connection is noted once, by the step.
        if !passed.as_ref().is_err_and(Error::shuts_connection) {
            health::note(sync, connection, stream, passed.as_ref().err()).await?;
        }
        passed?;
        conclude(sync, connection, stream, sweep.listed).await?;
        return Ok(Step::Done);
    }
    let listed = match connector.ids(stream, sweep.token.clone(), sweep.began_at).await {
        Ok(listed) => listed,
        Err(error) => {
            if error.kind == Kind::CursorRefused && sweep.token.is_some() {
                // From the first page, but not at once: a platform may forget its tokens every time.
                *way = Way::from(stream, None);
                begin(sync, connection, stream).await?;
            }
            return Err(error.into());
        }
    };
    if let Err(circle) = way.onward(&listed.ids, listed.next.as_deref()) {
        // The list has no end, and will not have one at once.
        let now = sync.now();
        let end = move |tx: &Tx<'_>| sweeps::end(tx, connection, stream, now);
        sync.write(Durability::Normal, Writer::Sync(connection), end).await?;
        return Err(circle);
    }
    let noted = sync
        .write(Durability::Normal, Writer::Sync(connection), move |tx| {
            sweeps::note_page(tx, connection, stream, &listed.ids, listed.next.as_deref())
        })
        .await;
    if noted.is_err() {
        // The same page is asked for again, which is no circle.
        *way = Way::from(stream, None);
    }
    noted.map(|()| Step::More)
}

async fn begin(sync: &Sync, connection: ConnectionId, stream: Stream) -> Result<(), Error> {
    let now = sync.now();
    sync.write(Durability::Normal, Writer::Sync(connection), move |tx| {
        sweeps::begin(tx, connection, stream, now)
    })
    .await
}

/// Takes out what is missing, unless the listing is not to be believed.
async fn conclude(sync: &Sync, connection: ConnectionId, stream: Stream, listed: u64) -> Result<(), Error> {
    let outcome = sync.read(move |conn| sweeps::outcome(conn, connection, stream)).await?;
    let doubted = is_doubted(outcome);
    if !doubted {
        take_out(sync, connection, stream).await?;
    }
    let now = sync.now();
    sync.write(Durability::Normal, Writer::Sync(connection), move |tx| {
        let overlooked = sweeps::note_overlooked(tx, connection, stream)?;
        if overlooked > 0 {
            tracing::warn!(%stream, overlooked, "records were overlooked; the stream is read again");
        }
        sweeps::end(tx, connection, stream, now)?;
        let name = connections::get(tx, connection)?.name;
        health::note_sweep(
            tx,
            connection,
            stream,
            doubted.then(|| short(&name, stream, outcome, listed)),
            now,
        )
    })
    .await
}

/// Takes out what is missing, a few at a time, to the last of it: whether or not something else took one of
/// them out already.
async fn take_out(sync: &Sync, connection: ConnectionId, stream: Stream) -> Result<(), Error> {
    let mut after = Some(RecordId(0));
    while let Some(from) = after {
        after = sync
            .land(connection, move |tx, landing| {
                let missing = sweeps::missing(tx, connection, stream, from, TAKEN_AT_ONCE)?;
                let last = missing.last().map(|(id, ..)| *id);
                let gone = missing.into_iter().map(|(_, external_id, at)| {
                    Change::Gone(Gone { stream, external_id, at, merged_into: None })
                });
                land(tx, landing, gone.collect())?;
                Ok(last)
            })
            .await?;
    }
    Ok(())
}

/// Tells whether so much is missing that the listing is rather wrong than the store.
const fn is_doubted(outcome: Outcome) -> bool {
    outcome.missing > ALWAYS_BELIEVED && outcome.missing * DOUBTED_PART > outcome.held
}

fn short(name: &str, stream: Stream, outcome: Outcome, listed: u64) -> String {
    let Outcome { held, missing } = outcome;
    format!(
        "{name} lists {listed} {}, and {missing} of the {held} held here are not among them. \
         Nothing was taken out.",
        stream.title()
    )
}

#[cfg(test)]
mod tests {
    use super::{Outcome, is_doubted};

    #[test]
    fn a_few_deletions_are_believed_and_a_landslide_is_not() {
        for (held, missing, doubted) in [
            (0, 0, false),
            (1, 1, false),
            (20, 20, false),
            (21, 21, true),
            (4000, 1000, false),
            (4000, 1001, true),
            (4000, 4000, true),
        ] {
            assert_eq!(is_doubted(Outcome { held, missing }), doubted, "{missing} of {held}");
        }
    }
}
