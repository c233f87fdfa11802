//! Approvals: what may happen, what was decided, and what became of it.

use fermata_model::{
    Action, ActionKind, CustomerId, Money, ProposalId, Receipt, RecordId, RecordRef, State, Timestamp,
};

use super::{Sum, wire};

wire! {
    /// Asks for one tab of the queue.
    pub struct ApprovalsList {
        /// Which tab.
        pub tab: Tab,
        /// Skip so many.
        #[serde(default)]
        pub offset: u32,
        /// At most so many; 0 means 200.
        #[serde(default)]
        pub limit: u32,
    }

    /// The tabs of the queue.
    #[derive(Copy, Eq)]
    pub enum Tab {
        /// Waits for a person.
        Waiting,
        /// Shown beside the customer, to take up or not.
        Suggestions,
        /// Approved, sending or accepted: on its way.
        Leaving,
        /// The answer was lost.
        InDoubt,
        /// Ended, newest first.
        Decided,
    }

    /// One tab of the queue.
    pub struct Approvals {
        /// The cards, in the order in which they should be decided.
        pub cards: Vec<Card>,
        /// How many there are in all, and their sum.
        pub total: Sum,
        /// Counts of every tab.
        pub counts: TabCounts,
        /// Median time from proposal to decision over the last 30 days, in seconds.
        pub median_seconds_to_decide: Option<u32>,
        /// The core's present, from which countdowns run.
        pub now: Timestamp,
    }

    /// How many cards each tab holds.
    #[derive(Copy, Eq)]
    pub struct TabCounts {
        /// Waits for a person.
        pub waiting: u32,
        /// Shown beside the customer.
        pub suggestions: u32,
        /// On its way.
        pub leaving: u32,
        /// The answer was lost.
        pub in_doubt: u32,
        /// Ended, ever.
        pub decided: u32,
    }

    /// A proposal as a row.
    pub struct Card {
        /// Ours.
        pub id: ProposalId,
        /// What a decision must name; it moves with every change.
        pub version: u32,
        /// Where it stands.
        pub state: State,
        /// The same in words, without times.
        pub line: String,
        /// What kind of action.
        pub kind: ActionKind,
        /// How much money, if any.
        pub amount: Option<Money>,
        /// To whom.
        pub customer: Option<CustomerId>,
        /// That customer's name.
        pub customer_name: String,
        /// On what: `#1042`.
        pub target: RecordRef,
        /// Why, in one sentence.
        pub why: String,
        /// What to look at before saying yes.
        pub warnings: Vec<String>,
        /// The workflow that made it.
        pub workflow: String,
        /// Proposals of one plan share a group.
        pub group: Option<i64>,
        /// When it was made.
        pub made_at: Timestamp,
        /// When it expires with nothing done.
        pub deadline: Option<Timestamp>,
        /// When it leaves, once approved.
        pub leaves_at: Option<Timestamp>,
        /// Who decided last.
        pub decided_by: Option<String>,
        /// What became of it, in words: the reason of a refusal, the receipt.
        pub outcome: Option<String>,
        /// When it is looked at again, while in doubt or accepted.
        pub next_look: Option<Timestamp>,
        /// Why nobody can be asked what became of it, in words; `None` while the platform can.
        pub cannot_look: Option<String>,
        /// It is held back by the stop switch, a limit or the quiet hours; in words.
        pub held_back: Option<String>,
    }

    /// Names one proposal.
    #[derive(Copy, Eq)]
    pub struct ProposalRef {
        /// Ours.
        pub id: ProposalId,
    }

    /// A proposal as a whole card.
    pub struct Proposal {
        /// The row.
        pub card: Card,
        /// The exact action.
        pub action: Action,
        /// The account it goes through, in words.
        pub via: String,
        /// Facts about the customer that belong to the decision, each a line.
        pub customer_facts: Vec<String>,
        /// What it rests on.
        pub evidence: Vec<Evidence>,
        /// The rule, its version and the limit it stands under.
        pub rule: Rule,
        /// What it costs and what is left.
        pub money: Option<MoneyFacts>,
        /// The best alternatives, at most two.
        pub alternatives: Vec<Alternative>,
        /// The smallest change that would have decided otherwise.
        pub flip: Option<String>,
        /// What happens if nobody answers.
        pub if_ignored: String,
        /// What was said and done so far, oldest first.
        pub history: Vec<HistoryEntry>,
        /// The platform's proof.
        pub receipt: Option<Receipt>,
        /// Other proposals of the same plan.
        pub linked: Vec<ProposalId>,
        /// What an edit may change.
        pub editable: Vec<String>,
        /// Can it be taken back once it is done?
        pub reversible: bool,
    }

    /// One thing that a proposal rests on.
    pub struct Evidence {
        /// What it says: "Promised 12 Nov, not delivered".
        pub text: String,
        /// Where it comes from: "Shopify order #1042".
        pub source: String,
        /// When it was true at the platform, or read from there.
        pub at: Timestamp,
        /// The record behind it.
        pub record: Option<RecordRef>,
        /// The same for `record_show`; `None` if no record is named, or nothing here names it.
        pub opens: Option<RecordId>,
    }

    /// The rule that a proposal stands under.
    #[derive(Eq)]
    pub struct Rule {
        /// The workflow's id.
        pub workflow: String,
        /// Its version.
        pub version: u32,
        /// The policy or band that chose, in words.
        pub reason: String,
        /// The limit it stands under, in words.
        pub limit: String,
    }

    /// What it costs and what is left.
    #[derive(Eq)]
    pub struct MoneyFacts {
        /// What can still be refunded on the order.
        pub refundable: Option<Money>,
        /// What the workflow spent today.
        pub spent_today: Money,
        /// What it may spend in a day.
        pub daily_limit: Money,
    }

    /// Something else that could be done.
    #[derive(Eq)]
    pub struct Alternative {
        /// What.
        pub what: String,
        /// What it costs.
        pub cost: Option<Money>,
        /// Why it was not chosen.
        pub why_not: String,
    }

    /// One entry of a proposal's history.
    #[derive(Eq)]
    pub struct HistoryEntry {
        /// When.
        pub at: Timestamp,
        /// Who: a person, a workflow, the sender.
        pub who: String,
        /// What, in words.
        pub what: String,
    }

    /// Decides about one proposal.
    pub struct Decide {
        /// Which.
        pub id: ProposalId,
        /// The version that the person saw.
        pub version: u32,
        /// What the person says.
        pub decision: Decision,
    }

    /// What a person says about a proposal.
    #[serde(tag = "is")]
    pub enum Decision {
        /// Yes.
        Approve,
        /// No.
        Reject {
            /// Why; teaches the policy and is shown to whoever proposed it.
            reason: String,
        },
        /// Not like this. Makes a new version and approves nothing.
        Edit {
            /// The new amount, for actions that move money.
            amount: Option<Money>,
            /// The new text, for actions that carry one.
            text: Option<String>,
        },
        /// Not now.
        Later {
            /// Ask again then.
            until: Timestamp,
        },
    }

    /// What a decision led to.
    pub struct Decided {
        /// The row as it is now.
        pub card: Card,
    }

    /// Decides about many proposals in one go.
    pub struct DecideMany {
        /// Which, each with the version that the person saw.
        pub items: Vec<Seen>,
        /// What the person says about all of them.
        pub decision: Decision,
    }

    /// A proposal as a person saw it.
    #[derive(Copy, Eq)]
    pub struct Seen {
        /// Which.
        pub id: ProposalId,
        /// The version that was painted.
        pub version: u32,
    }

    /// What deciding about many led to.
    pub struct DecidedMany {
        /// The rows that were decided.
        pub done: Vec<Card>,
        /// The rest, each with its reason.
        pub exceptions: Vec<Exception>,
        /// Sum of what was decided.
        pub sum: Sum,
    }

    /// One that could not be decided.
    #[derive(Eq)]
    pub struct Exception {
        /// Which.
        pub id: ProposalId,
        /// A `Problem`'s code.
        pub code: String,
        /// Why, in words.
        pub message: String,
    }

    /// Takes approvals back before they leave.
    pub struct Undo {
        /// Which.
        pub ids: Vec<ProposalId>,
    }

    /// What an undo led to.
    pub struct Undone {
        /// Held again, with nothing sent.
        pub held: Vec<Card>,
        /// Had left already.
        pub too_late: Vec<Exception>,
    }

    /// Proposes an action by hand; it waits in the queue like any other.
    pub struct Propose {
        /// The effect, with the record it acts on as the platform names it.
        pub action: Action,
        /// Why, in one sentence.
        pub why: String,
    }

    /// Proposes to take back what was done.
    pub struct TakeBack {
        /// Which.
        pub id: ProposalId,
        /// Why, in one sentence.
        pub why: String,
    }

    /// Settles an action in doubt, by a person who looked.
    pub struct Settle {
        /// Which.
        pub id: ProposalId,
        /// Did it happen at the platform?
        pub happened: bool,
        /// It did not, and shall be sent again; the limits and the undo window apply anew.
        #[serde(default)]
        #[ts(optional)]
        pub send_again: Option<bool>,
        /// How the person knows.
        pub note: String,
    }
}
