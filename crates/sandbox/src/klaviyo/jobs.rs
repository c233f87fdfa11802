//! Suppression jobs: accepted at once, seen as queued, processing and complete a few seconds apart.
//!
//! The truth changes when the job is accepted, so that no mail slips through while it is under way; profiles show
//! the suppression when the job is complete.

use std::collections::HashMap;

use serde_json::json;

use super::{Asked, SETTLES_IN, bodies, errors, ids, one, profiles, records, settled};
use crate::vendor::{Call, Reply};
use crate::world::Moment;

/// What a job does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// Keeps marketing from profiles.
    Suppress,
    /// Lifts what was suppressed by wish.
    Lift,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Suppress => "profile-suppression-bulk-create-job",
            Self::Lift => "profile-suppression-bulk-delete-job",
        }
    }
}

/// The jobs accepted so far.
#[derive(Debug, Default)]
pub(super) struct Jobs(HashMap<(Kind, u64), Job>);

#[derive(Debug, Clone, Copy)]
struct Job {
    accepted: Moment,
    total: usize,
    skipped: usize,
}

/// How long a job waits before it is worked on, in practice seconds.
const QUEUED_FOR: i64 = 2;

impl Jobs {
    /// Accepts a job for the addresses in the body.
    pub(super) fn create(
        &mut self,
        kind: Kind,
        asked: &Asked<'_>,
        call: &mut Call<'_>,
    ) -> Result<Reply, Reply> {
        let shape = if kind == Kind::Suppress { &bodies::SUPPRESS } else { &bodies::UNSUPPRESS };
        let body = super::body(asked, shape, 5_000_000)?;
        let addresses: Vec<&str> = body["data"]["attributes"]["profiles"]["data"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|profile| profile["attributes"]["email"].as_str())
            .collect();
        if addresses.is_empty() {
            return Err(errors::bad_body("/data/attributes/profiles", "Provide at least one profile."));
        }
        for (place, address) in addresses.iter().enumerate() {
            if !profiles::is_address(address) {
                let pointer = format!("/data/attributes/profiles/data/{place}/attributes/email");
                return Err(errors::bad_body(&pointer, "Invalid email address."));
            }
        }
        let mut job = Job { accepted: call.now, total: addresses.len(), skipped: 0 };
        for address in &addresses {
            let known = call.world.profile_by_email(address);
            let changed = match (kind, known) {
                (Kind::Suppress, known) => {
                    // The vendor makes a profile for an address it does not know, and suppresses it.
                    let profile = known.unwrap_or_else(|| profiles::add(call, Some(address), None, None));
                    call.world.suppress(profile, call.now).then_some(profile)
                }
                (Kind::Lift, Some(profile)) => call.world.unsuppress(profile, call.now).then_some(profile),
                (Kind::Lift, None) => None,
            };
            match changed {
                Some(profile) => {
                    let word = if kind == Kind::Suppress { "suppress" } else { "unsuppress" };
                    call.applied(word, records::profile_id(profile), None, None);
                }
                None => job.skipped += 1,
            }
        }
        // A job's number follows from what it was and when, since jobs that changed nothing are not replayed.
        let when = call.now.second().to_be_bytes();
        let number = ids::mark(kind.word().bytes().chain(when).chain(asked.request.body.iter().copied()));
        self.0.insert((kind, number), job);
        Ok(show(202, kind, number, job, asked, call.now))
    }

    /// Shows how far a job is.
    pub(super) fn get(&self, kind: Kind, asked: &Asked<'_>, call: &Call<'_>) -> Result<Reply, Reply> {
        let found =
            ids::read(asked.id).and_then(|number| self.0.get(&(kind, number)).map(|job| (number, *job)));
        let (number, job) = found.ok_or_else(|| {
            errors::not_found(&format!("A {} with id {} does not exist.", kind.word(), asked.id))
        })?;
        Ok(show(200, kind, number, job, asked, call.now))
    }
}

fn show(status: u16, kind: Kind, number: u64, job: Job, asked: &Asked<'_>, now: Moment) -> Reply {
    let complete = settled(job.accepted, now);
    let word = match now.since(job.accepted) {
        _ if complete => "complete",
        age if age >= QUEUED_FOR => "processing",
        _ => "queued",
    };
    let attributes = json!({
        "status": word,
        "created_at": records::time(job.accepted),
        "total_count": job.total,
        "completed_count": if complete { job.total - job.skipped } else { 0 },
        "completed_at": complete.then(|| records::time(job.accepted.plus(SETTLES_IN))),
        "skipped_count": if complete { job.skipped } else { 0 },
    });
    let path = format!("{}s", kind.word());
    let record =
        records::resource(&asked.request.base_url, kind.word(), &path, &ids::spell(number), attributes);
    one(status, asked, record)
}
