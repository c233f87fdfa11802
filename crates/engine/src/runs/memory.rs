//! What a run remembers between two steps; kept as JSON in its row.

use std::collections::BTreeMap;

use fermata_model::{EventKind, ProposalId, Timestamp};
use serde::{Deserialize, Serialize};

/// What a run remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// The option that was chosen.
    pub option: String,
    /// Why, in a sentence.
    pub why: String,
    /// Its steps, in order.
    pub steps: Vec<String>,
    /// How many of them are behind it.
    pub done: usize,
    /// What became of each step that it came to.
    pub results: BTreeMap<String, Result>,
    /// The proposal that leads the plan.
    pub lead: Option<ProposalId>,
    /// Until when it watches what happens, from the end of its steps on.
    pub watches_until: Option<Timestamp>,
    /// What happened afterwards.
    pub outcome: Option<Outcome>,
}

/// What became of one step.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Result {
    /// The proposal that it made.
    pub proposal: Option<ProposalId>,
    /// When it began to wait.
    pub since: Option<Timestamp>,
    /// Did the wait end by time?
    pub timed_out: bool,
    /// Why it was left out, if it was.
    pub left_out: Option<String>,
}

/// What happened after a run had done what it does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The event.
    pub kind: EventKind,
    /// When.
    pub at: Timestamp,
}
