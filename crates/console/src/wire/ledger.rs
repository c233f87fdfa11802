//! The ledger and its audit chain.

use fermata_model::{ActionKind, Money, ProposalId, State, Timestamp};

use super::wire;

wire! {
    /// Asks for the newest entries of the ledger.
    pub struct LedgerList {
        /// Only those before this one.
        #[serde(default)]
        pub before: Option<i64>,
        /// At most so many; 0 means 200.
        #[serde(default)]
        pub limit: u32,
    }

    /// Entries of the ledger, newest first.
    pub struct Ledger {
        /// The entries.
        pub entries: Vec<LedgerEntry>,
        /// Where the next stretch continues.
        pub next: Option<i64>,
    }

    /// One action in the ledger.
    pub struct LedgerEntry {
        /// Ours.
        pub id: ProposalId,
        /// Its idempotency key.
        pub key: String,
        /// What kind.
        pub kind: ActionKind,
        /// On what.
        pub target: String,
        /// How much.
        pub amount: Option<Money>,
        /// Where it stands.
        pub state: State,
        /// When it last moved.
        pub moved_at: Timestamp,
        /// How often a request left.
        pub attempts: u32,
        /// The platform's id of what came to be.
        pub receipt: Option<String>,
        /// Who decided.
        pub decided_by: Option<String>,
    }

    /// What a check of the audit chain found.
    #[derive(Eq)]
    pub struct AuditCheck {
        /// How many entries were read.
        pub entries: u32,
        /// Hash of the newest one, in hexadecimal.
        pub head: String,
        /// The first entry that does not fit, if any.
        pub first_bad: Option<i64>,
    }
}
