//! What the engine answers when it does not do what was asked.

use fermata_model::{ProposalId, State};

/// Why something was not done. `Display` is for a store owner.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such proposal, run or workflow.
    #[error("there is no {what} {id}")]
    NotFound {
        /// What was looked for.
        what: &'static str,
        /// Its id as asked for.
        id: String,
    },
    /// The proposal is no longer what the person saw.
    #[error("this changed since you looked: {}", what.join("; "))]
    Changed {
        /// The proposal.
        id: ProposalId,
        /// Its present version.
        version: i64,
        /// What happened since, one sentence each.
        what: Vec<String>,
    },
    /// The proposal does not wait for a decision (any more).
    #[error("this is {state} and does not wait for a decision")]
    NotWaiting {
        /// The proposal.
        id: ProposalId,
        /// Where it stands.
        state: State,
    },
    /// It is on its way; undo is no longer possible.
    #[error("Leaving; undo is no longer possible")]
    Leaving {
        /// The proposal.
        id: ProposalId,
        /// Where it stands.
        state: State,
    },
    /// The person may not do this.
    #[error("{why}")]
    NotAllowed {
        /// Whose right it is.
        why: String,
    },
    /// A guardrail stands against it.
    #[error("{why}")]
    Limit {
        /// Which, and how much is left of it.
        why: String,
    },
    /// What was asked for makes no sense.
    #[error("{why}")]
    Invalid {
        /// Why.
        why: String,
    },
    /// The target has another unfinished money action.
    #[error("another action on the same order is not finished; decide that one first")]
    Duplicate {
        /// The unfinished one.
        id: ProposalId,
    },
    /// Somebody else was faster; nothing was changed. Look again.
    #[error("somebody else was faster; look again")]
    Outrun,
    /// A workflow file or an expression in it is wrong.
    #[error("workflow {workflow}: {detail}")]
    Workflow {
        /// The workflow's id or file.
        workflow: String,
        /// What is wrong and where.
        detail: String,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] fermata_store::Error),
}

impl Error {
    pub(crate) fn invalid(why: impl Into<String>) -> Self {
        Self::Invalid { why: why.into() }
    }

    pub(crate) fn missing(what: &'static str, id: impl ToString) -> Self {
        Self::NotFound { what, id: id.to_string() }
    }

    /// Returns a name that front ends act on.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "not_found",
            Self::Changed { .. } | Self::Outrun => "changed",
            Self::NotWaiting { .. } => "not_waiting",
            Self::Leaving { .. } => "too_late",
            Self::NotAllowed { .. } => "no_right",
            Self::Limit { .. } => "limit",
            Self::Invalid { .. } => "invalid",
            Self::Duplicate { .. } => "duplicate",
            Self::Workflow { .. } => "workflow",
            Self::Store(_) => "store",
        }
    }

    /// Returns what to do next, where there is something to do.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Changed { .. } | Self::Outrun => {
                "Look at the card again and decide on what it says now.".into()
            }
            Self::Leaving { .. } => {
                "Wait for its end; a new action can take it back where the platform allows.".into()
            }
            Self::Limit { .. } => {
                "Lower the amount, wait for tomorrow, or ask an owner to raise the limit.".into()
            }
            Self::Duplicate { id } => format!("Open proposal {id}."),
            _ => return None,
        })
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Store(fermata_store::Error::unreadable("ledger value", error))
    }
}

impl From<fermata_model::MoneyError> for Error {
    fn from(error: fermata_model::MoneyError) -> Self {
        Self::invalid(error.to_string())
    }
}
