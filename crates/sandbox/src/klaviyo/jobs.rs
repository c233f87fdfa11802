//! Suppression jobs: accepted at once, seen as queued, processing and complete a few seconds apart.
//!
//! What they ask for comes into force when they are complete; a mail that is due before still goes out.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::{Asked, SETTLES_IN, bodies, collections, errors, ids, one, profiles, records, settled};
use crate::mark::mark;
use crate::vendor::{Call, Reply};
use crate::world::life::Act;
use crate::world::{Moment, ProfileId, SuppressionReason};

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

/// The jobs accepted so far, and what the latest one asked for each profile.
#[derive(Debug, Default)]
pub(super) struct Jobs {
    all: HashMap<(Kind, u64), Job>,
    latest: HashMap<ProfileId, (Kind, Moment)>,
}

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
                    Some(profile).filter(|profile| !self.keeps(*profile, call))
                }
                (Kind::Lift, known) => known.filter(|profile| self.keeps(*profile, call)),
            };
            let Some(profile) = changed else {
                job.skipped += 1;
                continue;
            };
            let (word, act) = match kind {
                Kind::Suppress => ("suppress", Act::Suppress(profile)),
                Kind::Lift => ("unsuppress", Act::Lift(profile)),
            };
            self.latest.insert(profile, (kind, call.now));
            call.world.after(call.now, SETTLES_IN, act);
            call.applied(word, records::profile_id(profile), None, None);
        }
        // A job's number follows from what it was and when, since jobs that changed nothing are not replayed.
        let when = call.now.second().to_be_bytes();
        let mut number = mark(0, [kind.word().as_bytes(), &when, &asked.request.body]);
        while self.all.contains_key(&(kind, number)) {
            number = number.wrapping_add(1);
        }
        self.all.insert((kind, number), job);
        Ok(one(202, asked, show(kind, number, job, asked, call.now)))
    }

    /// Tells whether marketing is kept from a profile by wish, once all jobs are through.
    fn keeps(&self, profile: ProfileId, call: &Call<'_>) -> bool {
        match self.latest.get(&profile) {
            Some((kind, accepted)) if !settled(*accepted, call.now) => *kind == Kind::Suppress,
            _ => call.world.profiles.get(profile).is_some_and(|profile| {
                profile.suppressions.iter().any(|one| one.reason == SuppressionReason::UserSuppressed)
            }),
        }
    }

    /// Shows all jobs of a kind, oldest first unless sorted otherwise.
    pub(super) fn list(&self, kind: Kind, asked: &Asked<'_>, call: &Call<'_>) -> Reply {
        let mut jobs: Vec<(Moment, u64, Job)> = self
            .all
            .iter()
            .filter(|((known, _), _)| *known == kind)
            .map(|((_, number), job)| (job.accepted, *number, *job))
            .collect();
        jobs.sort_unstable_by_key(|(accepted, number, _)| (*accepted, *number));
        let records = jobs.into_iter().map(|(_, number, job)| show(kind, number, job, asked, call.now));
        collections::serve(asked, records.collect())
    }

    /// Shows how far a job is.
    pub(super) fn get(&self, kind: Kind, asked: &Asked<'_>, call: &Call<'_>) -> Result<Reply, Reply> {
        let found =
            ids::read(asked.id).and_then(|number| self.all.get(&(kind, number)).map(|job| (number, *job)));
        let (number, job) = found.ok_or_else(|| {
            errors::not_found(&format!("A {} with id {} does not exist.", kind.word(), asked.id))
        })?;
        Ok(one(200, asked, show(kind, number, job, asked, call.now)))
    }
}

fn show(kind: Kind, number: u64, job: Job, asked: &Asked<'_>, now: Moment) -> Value {
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
    records::resource(&asked.request.base_url, kind.word(), &path, &ids::spell(number), attributes)
}
