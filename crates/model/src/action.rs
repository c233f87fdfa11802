//! What Fermata can do in the world: typed, vendor-neutral effects.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::ids::{Key, RecordRef};
use crate::money::Money;
use crate::platform::{UnknownName, names};

names! {
    /// The kind of an action, as written in workflows and guardrails.
    ActionKind:
    /// Money back on an order.
    OrderRefund = "order.refund",
    /// A message to the customer in a ticket.
    TicketReply = "ticket.reply",
    /// An internal note in a ticket.
    TicketNote = "ticket.note",
    /// No marketing to a person until released.
    MarketingHold = "marketing.hold",
    /// Marketing to a person may go on.
    MarketingRelease = "marketing.release",
    /// One follow-up message to a person.
    MarketingFollowUp = "marketing.follow_up",
}

/// One effect at one platform, complete enough to be carried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export_to = "model.ts")]
#[serde(tag = "kind")]
pub enum Action {
    /// Money back on an order, to where it came from; nothing is restocked.
    #[serde(rename = "order.refund")]
    OrderRefund {
        /// The order.
        order: RecordRef,
        /// How much; in the currency the customer paid in.
        amount: Money,
        /// What the platform's books shall say about it.
        note: String,
    },
    /// A message to the customer in a ticket.
    #[serde(rename = "ticket.reply")]
    TicketReply {
        /// The ticket.
        ticket: RecordRef,
        /// Plain text.
        text: String,
    },
    /// An internal note in a ticket.
    #[serde(rename = "ticket.note")]
    TicketNote {
        /// The ticket.
        ticket: RecordRef,
        /// Plain text.
        text: String,
    },
    /// No marketing to a person until released.
    #[serde(rename = "marketing.hold")]
    MarketingHold {
        /// The marketing profile.
        profile: RecordRef,
    },
    /// Marketing to a person may go on.
    #[serde(rename = "marketing.release")]
    MarketingRelease {
        /// The marketing profile.
        profile: RecordRef,
    },
    /// One follow-up message to a person.
    #[serde(rename = "marketing.follow_up")]
    MarketingFollowUp {
        /// The marketing profile.
        profile: RecordRef,
        /// The concern that was answered, in words the message can use.
        concern: String,
        /// What lies in the cart, in words the message can use.
        item: String,
        /// Link back to the cart, if there is one.
        link: Option<String>,
    },
}

impl Action {
    /// Returns the kind.
    pub const fn kind(&self) -> ActionKind {
        match self {
            Self::OrderRefund { .. } => ActionKind::OrderRefund,
            Self::TicketReply { .. } => ActionKind::TicketReply,
            Self::TicketNote { .. } => ActionKind::TicketNote,
            Self::MarketingHold { .. } => ActionKind::MarketingHold,
            Self::MarketingRelease { .. } => ActionKind::MarketingRelease,
            Self::MarketingFollowUp { .. } => ActionKind::MarketingFollowUp,
        }
    }

    /// Returns the record it acts on.
    pub const fn target(&self) -> &RecordRef {
        match self {
            Self::OrderRefund { order, .. } => order,
            Self::TicketReply { ticket, .. } | Self::TicketNote { ticket, .. } => ticket,
            Self::MarketingHold { profile }
            | Self::MarketingRelease { profile }
            | Self::MarketingFollowUp { profile, .. } => profile,
        }
    }

    /// Returns the money that leaves, if any does.
    pub const fn amount(&self) -> Option<Money> {
        match self {
            Self::OrderRefund { amount, .. } => Some(*amount),
            _ => None,
        }
    }
}

/// The exact request that will leave, written down before the first byte does.
///
/// Several platforms refuse a key that comes back with another body, so this is built once, at
/// `sending`, and repeated as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frozen {
    /// The action that it carries out.
    pub action: Action,
    /// Its key; also what [`find`](Receipt) looks for.
    pub key: Key,
    /// The connector's name of the operation, such as `refundCreate`.
    pub operation: String,
    /// HTTP method.
    pub method: String,
    /// Path below the connection's base URL.
    pub path: String,
    /// The body, byte for byte.
    pub body: String,
    /// When it was frozen.
    pub at: Timestamp,
}

/// The platform's proof that an action happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export_to = "model.ts")]
pub struct Receipt {
    /// The platform's id of what came to be: a refund, a message, a job.
    pub external_id: String,
    /// When, by the platform's clock.
    #[ts(type = "string")]
    pub at: Timestamp,
    /// How much money moved, if any.
    pub amount: Option<Money>,
}
