//! One action through its whole life, and what its card says.

use std::fmt;
use std::str::FromStr;

use fermata_model::platform::UnknownName;
use fermata_model::{
    Action, CustomerId, EventId, Frozen, Key, Money, Platform, ProposalId, Receipt, RecordRef, RunId, State,
    Timestamp,
};
use serde::{Deserialize, Serialize};

use crate::audit::Actor;

/// Where a proposal waits to be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Surface {
    /// In the approval queue.
    Queue,
    /// Beside the customer, as a suggestion that a person may take up.
    Suggestion,
}

impl Surface {
    /// Returns the name used in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Queue => "queue",
            Self::Suggestion => "suggestion",
        }
    }
}

impl fmt::Display for Surface {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Surface {
    type Err = UnknownName;
    fn from_str(text: &str) -> Result<Self, UnknownName> {
        match text {
            "queue" => Ok(Self::Queue),
            "suggestion" => Ok(Self::Suggestion),
            _ => Err(UnknownName(text.to_owned())),
        }
    }
}

/// A fact that a decision rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// What it is: "Tracking", "Ticket".
    pub label: String,
    /// What it says.
    pub text: String,
    /// Who told us: a platform's name, or `fermata`.
    pub source: String,
    /// When it was true, or read.
    pub at: Option<Timestamp>,
    /// The record it is read from, so that a front end can open it.
    pub record: Option<RecordRef>,
    /// The event it is, if it is one on the timeline.
    pub event: Option<EventId>,
}

/// The rule a proposal stands under.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// The workflow or the person's right: `support.late-parcel`.
    pub name: String,
    /// The version that decided.
    pub version: i64,
    /// The limit in words: "up to 25.00 EUR, one person".
    pub limit: Option<String>,
}

/// What could have been done instead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alternative {
    /// What: "Reply alone".
    pub title: String,
    /// What it would cost.
    pub cost: Option<Money>,
    /// Why it was not chosen.
    pub why_not: String,
}

/// Something a person should see before deciding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// A name that front ends may act on: `third_refund`, `stale_facts`, `second_proposal`,
    /// `day_limit`, `text_may_be_outdated`.
    pub code: String,
    /// The sentence.
    pub text: String,
}

/// What the card says beyond the action itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Why, in one sentence.
    pub why: String,
    /// What it rests on.
    pub evidence: Vec<Evidence>,
    /// The rule.
    pub rule: Rule,
    /// The two best other options.
    pub alternatives: Vec<Alternative>,
    /// The smallest change that would have decided otherwise.
    pub flip: Option<String>,
    /// What should be seen first.
    pub warnings: Vec<Warning>,
    /// When the facts were last read from their platforms; the oldest of them.
    pub facts_at: Option<Timestamp>,
}

/// What brought the proposal about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The workflow's id; `None` for a proposal that a person made by hand.
    pub workflow: Option<String>,
    /// The workflow's version.
    pub workflow_version: i64,
    /// The run.
    pub run: Option<RunId>,
    /// The step, whose id is for ever.
    pub step: String,
    /// What makes it one of a kind: unique together with workflow and step.
    pub occurrence: String,
}

/// What went wrong, for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// A name that front ends may act on.
    pub code: String,
    /// What happened.
    pub message: String,
    /// What to do next.
    pub hint: Option<String>,
}

/// The questions asked about an action whose answer was lost.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Looks {
    /// How often the platform was asked.
    pub asked: u32,
    /// When it was last asked.
    pub last_at: Option<Timestamp>,
    /// How often in a row it showed no trace.
    pub absent: u32,
    /// When it first showed no trace, of those in a row.
    pub absent_since: Option<Timestamp>,
    /// Must a person settle it?
    pub needs_person: bool,
}

/// What happened on the way out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Progress {
    /// How often it was tried.
    pub attempts: u32,
    /// When the present frozen request was first about to leave.
    pub first_sent_at: Option<Timestamp>,
    /// When it last was about to leave.
    pub sent_at: Option<Timestamp>,
    /// When the platform took it.
    pub accepted_at: Option<Timestamp>,
    /// The questions asked.
    pub looks: Looks,
    /// The first of two people who must say yes, and when.
    pub first_approval: Option<(String, Timestamp)>,
    /// When it was last put back before a person, if it ever was.
    pub asked_again_at: Option<Timestamp>,
    /// The later action that reversed this one.
    pub reversed_by: Option<ProposalId>,
    /// The stop switch, the lease or another proposal it waits for, in words, if it is kept back.
    pub kept_back: Option<String>,
}

/// One action through its whole life.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// Its id.
    pub id: ProposalId,
    /// Its idempotency key, minted with it and kept through every retry.
    pub key: Key,
    /// Grows with every change that a person who decides must see.
    pub version: i64,
    /// Grows with every write; what compare-and-set compares.
    pub epoch: i64,
    /// Where it stands.
    pub state: State,
    /// Where it waits to be looked at.
    pub surface: Surface,
    /// The effect.
    pub action: Action,
    /// The platform it goes to; `None` once its connection was removed.
    pub platform: Option<Platform>,
    /// Whom it concerns.
    pub customer: Option<CustomerId>,
    /// What brought it about.
    pub origin: Origin,
    /// The first proposal of the plan it belongs to; itself, if it leads or stands alone.
    pub group: ProposalId,
    /// The proposal that must be done before this one leaves.
    pub after: Option<ProposalId>,
    /// What the card says.
    pub case: Case,
    /// Who made its present content.
    pub made_by: Actor,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it lapses if nobody answers; nothing happens then.
    pub deadline_at: Option<Timestamp>,
    /// Until when a person put it aside.
    pub later_until: Option<Timestamp>,
    /// How long it is held back after a yes, in seconds.
    pub undo_seconds: i64,
    /// Who decided last.
    pub decided_by: Option<Actor>,
    /// When.
    pub decided_at: Option<Timestamp>,
    /// When it may leave.
    pub leaves_at: Option<Timestamp>,
    /// The decisions made together with it share this number.
    pub batch: Option<i64>,
    /// When it is tried or looked at next.
    pub next_at: Option<Timestamp>,
    /// Epoch of the sender's lease under which it last left.
    pub lease_epoch: i64,
    /// The exact request.
    pub frozen: Option<Frozen>,
    /// The platform's proof.
    pub receipt: Option<Receipt>,
    /// What went wrong last.
    pub trouble: Option<Trouble>,
    /// What happened on the way out.
    pub progress: Progress,
}

impl Proposal {
    /// Tells whether money leaves with it.
    pub fn is_money(&self) -> bool {
        self.action.amount().is_some()
    }
}

/// What is needed to write a new proposal down.
#[derive(Clone, Debug, PartialEq)]
pub struct NewProposal {
    /// Its idempotency key.
    pub key: Key,
    /// Where it waits to be looked at.
    pub surface: Surface,
    /// The effect.
    pub action: Action,
    /// Whom it concerns.
    pub customer: Option<CustomerId>,
    /// What brought it about.
    pub origin: Origin,
    /// The first proposal of its plan; `None` if it leads or stands alone.
    pub group: Option<ProposalId>,
    /// The proposal that must be done before this one leaves.
    pub after: Option<ProposalId>,
    /// What the card says.
    pub case: Case,
    /// Who made it.
    pub made_by: Actor,
    /// When.
    pub created_at: Timestamp,
    /// When it lapses if nobody answers.
    pub deadline_at: Option<Timestamp>,
    /// How long it is held back after a yes, in seconds.
    pub undo_seconds: i64,
}
