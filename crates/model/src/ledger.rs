//! Where an action stands, and how far a workflow is trusted.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::platform::{UnknownName, names};

names! {
    /// The life of an action. Each move is one transaction and a compare-and-set.
    State:
    /// Made, guardrails not yet asked.
    Proposed = "proposed",
    /// Waits for a person.
    Held = "held",
    /// A person (or mode `auto`) said yes; leaves when its undo window ends.
    Approved = "approved",
    /// The request is on disk and may be on its way.
    Sending = "sending",
    /// The answer was lost: it may or may not have happened.
    InDoubt = "in_doubt",
    /// The platform took it and has not yet done it.
    Accepted = "accepted",
    /// The platform did it, with a receipt.
    Confirmed = "confirmed",
    /// A person, a guardrail or the platform said no; nothing was done.
    Refused = "refused",
    /// Nobody decided in time; nothing was done.
    Expired = "expired",
    /// Recorded only: its workflow is in shadow.
    Shadowed = "shadowed",
    /// Reversed by a later action.
    Undone = "undone",
}

impl State {
    /// Tells whether an action in this state can still change something at a platform.
    pub const fn is_unfinished(self) -> bool {
        matches!(
            self,
            Self::Proposed | Self::Held | Self::Approved | Self::Sending | Self::InDoubt | Self::Accepted
        )
    }

    /// Tells whether the table of moves has an arrow from here to `next`.
    ///
    /// Source: the table "An action's life"; every writer of the ledger asks this.
    pub const fn may_become(self, next: Self) -> bool {
        use State::{
            Accepted, Approved, Confirmed, Expired, Held, InDoubt, Proposed, Refused, Sending, Shadowed,
            Undone,
        };
        matches!(
            (self, next),
            (Proposed, Held | Approved | Refused | Shadowed)
                | (Held, Held | Approved | Refused | Expired)
                | (Approved, Sending | Held | Expired | Refused)
                | (Sending, Confirmed | Accepted | Refused | Approved | InDoubt)
                | (InDoubt, Confirmed | Approved | Refused)
                | (Accepted, Confirmed | Refused | InDoubt)
                | (Confirmed, Undone)
        )
    }
}

names! {
    /// How far a workflow is trusted.
    Mode:
    /// It does not run.
    Off = "off",
    /// It runs and records what it would have done; nothing is ever sent.
    Shadow = "shadow",
    /// It shows what it would do beside the customer; a person takes it up or not.
    Suggest = "suggest",
    /// What it wants to do waits in the approval queue.
    Approve = "approve",
    /// What it wants to do leaves by itself after its undo window.
    Auto = "auto",
}
