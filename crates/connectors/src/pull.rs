//! One page of one stream: how it is asked for and what comes back.

use fermata_model::{Change, Stream, Timestamp};
use serde::{Deserialize, Serialize};

/// Asks for one page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pull {
    /// The kind of record.
    pub stream: Stream,
    /// Only what changed at or after this instant; `None` reads everything, the newest first
    /// where the platform can sort so. The caller has already taken the overlap off. A stream that only
    /// makes newer what another one brings has nothing to read before that one, and reads nothing then.
    pub since: Option<Timestamp>,
    /// Nothing that changed after this instant; the caller's present. Windows end here, so that
    /// a record from the future cannot move the mark past the present.
    pub until: Timestamp,
    /// The `next` of the page before, unchanged; `None` for the first page.
    pub token: Option<String>,
    /// How many records at most; the connector caps it at the platform's own limit.
    pub size: Option<u32>,
}

/// One page as it came.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// What it says, in the platform's order.
    pub changes: Vec<Change>,
    /// The token of the next page; `None` on the last.
    pub next: Option<String>,
    /// How many records the whole pass has, if the platform tells.
    pub total: Option<u64>,
}

/// Ids of records that exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ids {
    /// The platform's ids, in any order; one may come twice.
    pub ids: Vec<String>,
    /// The token of the next page; `None` on the last.
    pub next: Option<String>,
}

impl Ids {
    /// Takes the ids of one stream from a page of whole records.
    ///
    /// A record that cannot be read exists all the same.
    pub fn of(stream: Stream, page: Page) -> Self {
        let ids = page.changes.into_iter().filter_map(|change| match change {
            Change::Seen(record) if record.stream == stream => Some(record.external_id),
            Change::Unreadable(record) if record.stream == stream => record.external_id,
            _ => None,
        });
        Self { ids: ids.collect(), next: page.next }
    }
}
