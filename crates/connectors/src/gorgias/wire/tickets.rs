//! Tickets with their labels, messages and surveys, and the ways in and out of the help desk.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::Party;
use crate::reading::{Id, Loose, Moment};

/// A ticket, as lists give it.
#[derive(Debug, Deserialize)]
pub(in crate::gorgias) struct Ticket {
    pub(in crate::gorgias) id: Id,
    pub(in crate::gorgias) status: String,
    #[serde(default)]
    pub(in crate::gorgias) channel: Loose,
    pub(in crate::gorgias) customer: Option<Party>,
    #[serde(default)]
    pub(in crate::gorgias) subject: Loose,
    #[serde(default)]
    pub(in crate::gorgias) excerpt: Loose,
    pub(in crate::gorgias) tags: Option<Vec<Tag>>,
    pub(in crate::gorgias) spam: Option<bool>,
    pub(in crate::gorgias) created_datetime: Option<Moment>,
    pub(in crate::gorgias) updated_datetime: Option<Moment>,
    pub(in crate::gorgias) closed_datetime: Option<Moment>,
    pub(in crate::gorgias) last_message_datetime: Option<Moment>,
    pub(in crate::gorgias) trashed_datetime: Option<Moment>,
}

/// A ticket with its messages, as reading one ticket gives it.
#[derive(Debug, Deserialize)]
pub(in crate::gorgias) struct TicketDetail<'a> {
    pub(in crate::gorgias) customer: Option<Party>,
    #[serde(default)]
    pub(in crate::gorgias) subject: Loose,
    pub(in crate::gorgias) spam: Option<bool>,
    pub(in crate::gorgias) trashed_datetime: Option<Moment>,
    #[serde(borrow)]
    pub(in crate::gorgias) messages: Option<Vec<Message<'a>>>,
}

/// What of a ticket can be set.
#[derive(Debug, Deserialize)]
pub(in crate::gorgias) struct TicketState {
    pub(in crate::gorgias) status: String,
    #[serde(default)]
    pub(in crate::gorgias) priority: Loose,
    pub(in crate::gorgias) assignee_user: Option<Assignee>,
    pub(in crate::gorgias) tags: Option<Vec<Tag>>,
    pub(in crate::gorgias) updated_datetime: Option<Moment>,
    pub(in crate::gorgias) trashed_datetime: Option<Moment>,
}

impl TicketState {
    /// Returns the names of its labels.
    pub(in crate::gorgias) fn tags(&self) -> impl Iterator<Item = &str> {
        self.tags.iter().flatten().filter_map(|tag| tag.name.0.as_deref())
    }

    /// Tells whether it carries a label; capitals matter.
    pub(in crate::gorgias) fn carries(&self, tag: &str) -> bool {
        self.tags().any(|known| known == tag)
    }

    /// Returns the id of whom it is assigned to.
    pub(in crate::gorgias) fn agent(&self) -> Option<&str> {
        self.assignee_user.as_ref()?.id.0.as_deref()
    }
}

/// Whom a ticket is assigned to.
#[derive(Debug, Deserialize)]
pub(in crate::gorgias) struct Assignee {
    #[serde(default)]
    pub(in crate::gorgias) id: Loose,
}

/// A label on a ticket.
#[derive(Debug, Deserialize)]
pub(in crate::gorgias) struct Tag {
    #[serde(default)]
    pub(in crate::gorgias) name: Loose,
}

/// A label of the account.
#[derive(Debug, Deserialize)]
pub(in crate::gorgias) struct AccountTag {
    pub(in crate::gorgias) id: Id,
    pub(in crate::gorgias) name: String,
    pub(in crate::gorgias) usage: Option<i64>,
    pub(in crate::gorgias) created_datetime: Option<Moment>,
}

/// A message.
#[derive(Debug, Deserialize)]
pub(in crate::gorgias) struct Message<'a> {
    pub(in crate::gorgias) id: Id,
    pub(in crate::gorgias) ticket_id: Option<Id>,
    #[serde(default)]
    pub(in crate::gorgias) channel: Loose,
    pub(in crate::gorgias) from_agent: Option<bool>,
    pub(in crate::gorgias) public: Option<bool>,
    #[serde(default)]
    pub(in crate::gorgias) stripped_text: Loose,
    #[serde(default)]
    pub(in crate::gorgias) body_text: Loose,
    #[serde(default)]
    pub(in crate::gorgias) stripped_html: Loose,
    #[serde(default)]
    pub(in crate::gorgias) body_html: Loose,
    pub(in crate::gorgias) sender: Option<Party>,
    pub(in crate::gorgias) receiver: Option<Party>,
    pub(in crate::gorgias) source: Option<Source>,
    #[serde(default)]
    pub(in crate::gorgias) external_id: Loose,
    pub(in crate::gorgias) created_datetime: Option<Moment>,
    pub(in crate::gorgias) sent_datetime: Option<Moment>,
    pub(in crate::gorgias) failed_datetime: Option<Moment>,
    pub(in crate::gorgias) deleted_datetime: Option<Moment>,
    /// Text, an object, or null.
    #[serde(borrow)]
    pub(in crate::gorgias) last_sending_error: Option<&'a RawValue>,
}

/// From where to where a message went.
#[derive(Debug, Default, Deserialize)]
pub(in crate::gorgias) struct Source {
    pub(in crate::gorgias) from: Option<Address>,
    pub(in crate::gorgias) to: Option<Vec<Address>>,
}

/// One address in a message.
#[derive(Debug, Deserialize)]
pub(in crate::gorgias) struct Address {
    #[serde(default)]
    pub(in crate::gorgias) address: Loose,
}

/// A way in and out of the help desk, such as an e-mail address.
#[derive(Debug, Deserialize)]
pub(in crate::gorgias) struct Integration {
    pub(in crate::gorgias) id: i64,
    #[serde(default, rename = "type")]
    pub(in crate::gorgias) kind: Loose,
    pub(in crate::gorgias) meta: Option<IntegrationMeta>,
    pub(in crate::gorgias) deactivated_datetime: Option<Moment>,
    pub(in crate::gorgias) deleted_datetime: Option<Moment>,
}

/// The part of an integration that mail needs.
#[derive(Debug, Deserialize)]
pub(in crate::gorgias) struct IntegrationMeta {
    #[serde(default)]
    pub(in crate::gorgias) address: Loose,
}

/// What a customer was asked about a ticket, and what they answered.
#[derive(Debug, Deserialize)]
pub(in crate::gorgias) struct Survey {
    pub(in crate::gorgias) id: Id,
    pub(in crate::gorgias) ticket_id: Option<Id>,
    pub(in crate::gorgias) customer_id: Option<Id>,
    /// From 1 to 5.
    pub(in crate::gorgias) score: Option<i64>,
    #[serde(default)]
    pub(in crate::gorgias) body_text: Loose,
    pub(in crate::gorgias) created_datetime: Option<Moment>,
    pub(in crate::gorgias) sent_datetime: Option<Moment>,
    pub(in crate::gorgias) scored_datetime: Option<Moment>,
}
