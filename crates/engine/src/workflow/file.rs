//! The shape of a workflow file, in the order in which it is read: trigger, read, decide, guard,
//! hold, act, learn.

use fermata_model::{ActionKind, EventKind, Mode};
use serde::Deserialize;

use crate::policy::Caps;

/// One workflow, as its file says it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workflow {
    /// Its name for ever: `support.late-parcel`.
    pub id: String,
    /// Grows with every change; a run ends under the version it began with.
    pub version: i64,
    /// What it does, in a sentence, for the owner.
    pub summary: String,
    /// What sets it off.
    pub trigger: Trigger,
    /// What it may look at.
    pub read: Read,
    /// How it chooses.
    pub decide: Decide,
    /// What it must keep within.
    pub guard: Guard,
    /// Who must say yes.
    pub hold: Hold,
    /// What it does, step by step.
    pub act: Vec<Step>,
    /// What it watches afterwards.
    pub learn: Learn,
}

/// What sets a workflow off.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trigger {
    /// Any of these events about a customer.
    pub events: Vec<EventKind>,
    /// The list of facts that has the subject, and the subject's name; one run per subject.
    pub each: Each,
    /// Conditions that must all hold, asked in this order.
    pub when: Vec<String>,
    /// What makes a run one of a kind; the same text never runs twice.
    pub once_per: String,
}

/// A list of facts and the name that one of them goes by.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Each {
    /// The list: `parcels`.
    pub of: FactKind,
    /// The name: `parcel`.
    pub name: String,
}

/// A kind of facts about one customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactKind {
    /// Orders.
    Orders,
    /// Parcels.
    Parcels,
    /// Tickets with their messages.
    Tickets,
    /// Carts left at the checkout.
    Carts,
    /// Marketing profiles.
    Profiles,
}

impl FactKind {
    /// Returns the name that expressions use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Orders => "orders",
            Self::Parcels => "parcels",
            Self::Tickets => "tickets",
            Self::Carts => "carts",
            Self::Profiles => "profiles",
        }
    }
}

/// What a workflow may look at, and nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Read {
    /// The kinds of facts.
    pub facts: Vec<FactKind>,
    /// Names for what follows from them, each seeing those before it.
    #[serde(default)]
    pub values: Vec<Value>,
}

/// A name for something that follows from the facts.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Value {
    /// The name.
    pub name: String,
    /// An expression; either this, or `first_of` and `where`.
    pub is: Option<String>,
    /// The list whose first fitting member is meant; none if no member fits.
    pub first_of: Option<FactKind>,
    /// Must hold for the member, which goes by the name `it`.
    #[serde(rename = "where")]
    pub fits: Option<String>,
}

/// How a workflow chooses.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decide {
    /// The options; the first whose conditions all hold is chosen.
    pub options: Vec<Choice>,
    /// What the choice rests on.
    #[serde(default)]
    pub evidence: Vec<EvidenceLine>,
}

/// One option.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Its name for ever.
    pub id: String,
    /// What it is, in a few words.
    pub title: String,
    /// Conditions that must all hold, asked in this order.
    #[serde(default)]
    pub when: Vec<String>,
    /// What it costs, if it costs money.
    pub cost: Option<String>,
    /// The sentence that explains the choice.
    pub because: String,
    /// The sentence that explains why another one was chosen.
    pub otherwise: String,
    /// The smallest change that would have decided otherwise.
    pub flip: Option<String>,
    /// The steps to be done; none of them is "do nothing".
    #[serde(default)]
    pub steps: Vec<String>,
}

/// A line of evidence.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceLine {
    /// What it is.
    pub label: String,
    /// What it says.
    pub text: String,
    /// Who told us.
    pub source: String,
    /// Left out unless this holds.
    pub when: Option<String>,
    /// When it was true.
    pub at: Option<String>,
    /// The record it is read from.
    pub record: Option<String>,
}

/// What a workflow must keep within; the shop's own limits hold beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Guard {
    /// Most money in one action, in major units per currency.
    pub per_action: Option<Caps>,
    /// Most money of this workflow in a day.
    pub per_workflow_day: Option<Caps>,
    /// Most actions about one customer in a day.
    pub actions_per_customer_day: Option<i64>,
    /// Most actions of this workflow in a day.
    pub actions_per_workflow_day: Option<i64>,
    /// What must still be true when an action is about to leave.
    pub still_true: Vec<StillTrue>,
}

/// A fact that is checked again before an action leaves.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StillTrue {
    /// The condition.
    pub when: String,
    /// The sentence if it no longer holds.
    pub otherwise: String,
    /// The steps it is asked for; all if none is named.
    #[serde(default)]
    pub steps: Vec<String>,
}

/// Who must say yes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hold {
    /// How far it is trusted when it is first installed.
    pub mode: Mode,
    /// The role that approves.
    pub who: crate::people::Role,
    /// How long it waits, in hours.
    pub deadline_hours: i64,
    /// What happens when nobody answers.
    pub nobody_answers: NobodyAnswers,
}

/// What happens when nobody answers; there is only one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NobodyAnswers {
    /// Nothing.
    Nothing,
}

/// One step: an action, or a wait.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its name for ever.
    pub id: String,
    /// The action; either this or `wait`.
    #[serde(rename = "do")]
    pub action: Option<ActionKind>,
    /// What is waited for.
    pub wait: Option<Wait>,
    /// Left out unless all of these hold when the run comes to it.
    #[serde(default)]
    pub when: Vec<String>,
    /// Steps whose actions must have been done; if one was not, this step is left out.
    #[serde(default)]
    pub needs: Vec<String>,
    /// The step whose action must be done before this one leaves.
    pub after: Option<String>,
    /// The parts of its idempotency key beyond workflow and step.
    #[serde(default)]
    pub key: Vec<String>,
    /// The action's fields; expressions for records and money, sentences for text.
    #[serde(default)]
    pub with: With,
    /// Why, if the option's own sentence does not fit this step.
    pub because: Option<String>,
    /// Whether it can be taken back once it has left, in words.
    pub undo: Option<String>,
}

/// An action's fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct With {
    /// Expression: the order.
    pub order: Option<String>,
    /// Expression: the money.
    pub amount: Option<String>,
    /// Sentence: the note in the platform's books.
    pub note: Option<String>,
    /// Expression: the ticket.
    pub ticket: Option<String>,
    /// Sentences: the message.
    pub text: Option<String>,
    /// Expression: the marketing profile.
    pub profile: Option<String>,
    /// Sentence: the concern that was answered.
    pub concern: Option<String>,
    /// Sentence: what lies in the cart.
    pub item: Option<String>,
    /// Expression: a link, or none.
    pub link: Option<String>,
}

/// A wait that survives a restart.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wait {
    /// Over when this holds.
    pub until: String,
    /// Over in any case after this many hours.
    pub at_most_hours: i64,
}

/// What is watched afterwards.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Learn {
    /// These events count as an outcome.
    pub watch: Vec<EventKind>,
    /// For this many hours after the last action.
    pub within_hours: i64,
    /// Share of cases left alone for comparison, in percent. Only 0 is taken: nothing leaves cases
    /// alone yet, and a file must not promise what is not done.
    pub holdout_percent: u8,
}

impl Workflow {
    /// Returns a step.
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.act.iter().find(|step| step.id == id)
    }
}
