//! Gorgias' shapes, under its own field names.
//!
//! Source: the reference pages of developers.gorgias.com, documents 1.5.1.

use fermata_model::Platform;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::Error;
use crate::failure::malformed;
use crate::reading::{Id, Loose, Moment, why};

/// One page of a list.
#[derive(Debug, Deserialize)]
pub(super) struct List<'a> {
    #[serde(borrow)]
    pub(super) data: Vec<&'a RawValue>,
    #[serde(default)]
    pub(super) meta: Meta,
}

impl<'a> List<'a> {
    /// Reads a page of a list, whose records are read one by one later.
    pub(super) fn read(operation: &str, body: &'a str) -> Result<Self, Error> {
        serde_json::from_str(body).map_err(|error| malformed(Platform::Gorgias, operation, why(&error)))
    }
}

/// Where the next page is.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Meta {
    #[serde(default)]
    pub(super) next_cursor: Option<String>,
}

/// Times by which lists are sorted, read from any record without reading the rest.
#[derive(Debug, Deserialize)]
pub(super) struct Times {
    #[serde(default)]
    pub(super) created_datetime: Option<Moment>,
    #[serde(default)]
    pub(super) updated_datetime: Option<Moment>,
}

/// A customer.
#[derive(Debug, Deserialize)]
pub(super) struct Customer<'a> {
    pub(super) id: Id,
    #[serde(default)]
    pub(super) email: Option<String>,
    #[serde(default)]
    pub(super) name: Loose,
    #[serde(default)]
    pub(super) firstname: Loose,
    #[serde(default)]
    pub(super) lastname: Loose,
    #[serde(default)]
    pub(super) language: Loose,
    #[serde(default)]
    pub(super) channels: Option<Vec<Channel>>,
    /// Keyed by the id of the integration; read apart, since each kind has a shape of its own.
    #[serde(default, borrow)]
    pub(super) integrations: Option<&'a RawValue>,
    #[serde(default)]
    pub(super) created_datetime: Option<Moment>,
    #[serde(default)]
    pub(super) updated_datetime: Option<Moment>,
}

/// One way to reach a customer.
#[derive(Debug, Deserialize)]
pub(super) struct Channel {
    #[serde(default, rename = "type")]
    pub(super) kind: Loose,
    #[serde(default)]
    pub(super) address: Loose,
}

/// What another shop system says about a customer.
#[derive(Debug, Deserialize)]
pub(super) struct CustomerIntegration {
    #[serde(default, rename = "__integration_type__")]
    pub(super) kind: Loose,
    #[serde(default, rename = "type")]
    pub(super) plain_kind: Loose,
    #[serde(default)]
    pub(super) customer: Option<CustomerThere>,
}

/// A customer's id in another shop system.
#[derive(Debug, Deserialize)]
pub(super) struct CustomerThere {
    #[serde(default)]
    pub(super) id: Loose,
}

/// Somebody in a ticket or message.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Party {
    #[serde(default)]
    pub(super) id: Option<Id>,
    #[serde(default)]
    pub(super) email: Loose,
    #[serde(default)]
    pub(super) name: Loose,
    #[serde(default)]
    pub(super) firstname: Loose,
    #[serde(default)]
    pub(super) lastname: Loose,
}

/// A label on a ticket.
#[derive(Debug, Deserialize)]
pub(super) struct Tag {
    #[serde(default)]
    pub(super) name: Loose,
}

/// A ticket, as lists give it.
#[derive(Debug, Deserialize)]
pub(super) struct Ticket {
    pub(super) id: Id,
    pub(super) status: String,
    #[serde(default)]
    pub(super) channel: Loose,
    #[serde(default)]
    pub(super) customer: Option<Party>,
    #[serde(default)]
    pub(super) subject: Loose,
    #[serde(default)]
    pub(super) excerpt: Loose,
    #[serde(default)]
    pub(super) tags: Option<Vec<Tag>>,
    #[serde(default)]
    pub(super) spam: Option<bool>,
    #[serde(default)]
    pub(super) created_datetime: Option<Moment>,
    #[serde(default)]
    pub(super) updated_datetime: Option<Moment>,
    #[serde(default)]
    pub(super) closed_datetime: Option<Moment>,
    #[serde(default)]
    pub(super) last_message_datetime: Option<Moment>,
    #[serde(default)]
    pub(super) trashed_datetime: Option<Moment>,
}

/// A message.
#[derive(Debug, Deserialize)]
pub(super) struct Message<'a> {
    pub(super) id: Id,
    #[serde(default)]
    pub(super) ticket_id: Option<Id>,
    #[serde(default)]
    pub(super) channel: Loose,
    #[serde(default)]
    pub(super) from_agent: Option<bool>,
    #[serde(default)]
    pub(super) public: Option<bool>,
    #[serde(default)]
    pub(super) stripped_text: Loose,
    #[serde(default)]
    pub(super) body_text: Loose,
    #[serde(default)]
    pub(super) stripped_html: Loose,
    #[serde(default)]
    pub(super) body_html: Loose,
    #[serde(default)]
    pub(super) sender: Option<Party>,
    #[serde(default)]
    pub(super) receiver: Option<Party>,
    #[serde(default)]
    pub(super) source: Option<Source>,
    #[serde(default)]
    pub(super) external_id: Loose,
    #[serde(default)]
    pub(super) created_datetime: Option<Moment>,
    #[serde(default)]
    pub(super) sent_datetime: Option<Moment>,
    #[serde(default)]
    pub(super) failed_datetime: Option<Moment>,
    #[serde(default)]
    pub(super) deleted_datetime: Option<Moment>,
    /// Text, an object, or null.
    #[serde(default, borrow)]
    pub(super) last_sending_error: Option<&'a RawValue>,
}

/// From where to where a message went.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Source {
    #[serde(default)]
    pub(super) from: Option<Address>,
    #[serde(default)]
    pub(super) to: Option<Vec<Address>>,
}

/// One address in a message.
#[derive(Debug, Deserialize)]
pub(super) struct Address {
    #[serde(default)]
    pub(super) address: Loose,
}

/// An entry of the account's log.
#[derive(Debug, Deserialize)]
pub(super) struct Event<'a> {
    #[serde(rename = "type")]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) object_type: Loose,
    #[serde(default)]
    pub(super) object_id: Option<Id>,
    pub(super) created_datetime: Moment,
    #[serde(default, borrow)]
    pub(super) data: Option<&'a RawValue>,
}

/// What the log says about a merge; the vendor documents the type of the event but not its data,
/// so the names of its own merge endpoint (`source_id`, `target_id`) and their nested twins are
/// looked for.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Merge {
    #[serde(default)]
    pub(super) source_id: Loose,
    #[serde(default)]
    pub(super) target_id: Loose,
    #[serde(default)]
    pub(super) source: Option<MergeSide>,
    #[serde(default)]
    pub(super) target: Option<MergeSide>,
}

/// One side of a merge.
#[derive(Debug, Deserialize)]
pub(super) struct MergeSide {
    #[serde(default)]
    pub(super) id: Loose,
}

/// The account we are signed in to.
#[derive(Debug, Deserialize)]
pub(super) struct AccountInfo {
    #[serde(default)]
    pub(super) domain: Loose,
    #[serde(default)]
    pub(super) name: Loose,
}

/// Somebody who works in the help desk.
#[derive(Debug, Deserialize)]
pub(super) struct User {
    pub(super) id: i64,
    #[serde(default)]
    pub(super) email: Loose,
}

/// A way in and out of the help desk, such as an e-mail address.
#[derive(Debug, Deserialize)]
pub(super) struct Integration {
    pub(super) id: i64,
    #[serde(default, rename = "type")]
    pub(super) kind: Loose,
    #[serde(default)]
    pub(super) meta: Option<IntegrationMeta>,
    #[serde(default)]
    pub(super) deactivated_datetime: Option<Moment>,
    #[serde(default)]
    pub(super) deleted_datetime: Option<Moment>,
}

/// The part of an integration that mail needs.
#[derive(Debug, Deserialize)]
pub(super) struct IntegrationMeta {
    #[serde(default)]
    pub(super) address: Loose,
}

/// A ticket with its messages, as reading one ticket gives it.
#[derive(Debug, Deserialize)]
pub(super) struct TicketDetail<'a> {
    #[serde(default)]
    pub(super) customer: Option<Party>,
    #[serde(default)]
    pub(super) subject: Loose,
    #[serde(default)]
    pub(super) spam: Option<bool>,
    #[serde(default)]
    pub(super) trashed_datetime: Option<Moment>,
    #[serde(default, borrow)]
    pub(super) messages: Option<Vec<Message<'a>>>,
}

/// What of a ticket can be set.
#[derive(Debug, Deserialize)]
pub(super) struct TicketState {
    pub(super) status: String,
    #[serde(default)]
    pub(super) priority: Loose,
    #[serde(default)]
    pub(super) assignee_user: Option<Assignee>,
    #[serde(default)]
    pub(super) tags: Option<Vec<Tag>>,
    #[serde(default)]
    pub(super) updated_datetime: Option<Moment>,
    #[serde(default)]
    pub(super) trashed_datetime: Option<Moment>,
}

impl TicketState {
    /// Returns the names of its labels.
    pub(super) fn tags(&self) -> impl Iterator<Item = &str> {
        self.tags.iter().flatten().filter_map(|tag| tag.name.0.as_deref())
    }

    /// Tells whether it carries a label; capitals matter.
    pub(super) fn carries(&self, tag: &str) -> bool {
        self.tags().any(|known| known == tag)
    }

    /// Returns the id of whom it is assigned to.
    pub(super) fn agent(&self) -> Option<&str> {
        self.assignee_user.as_ref()?.id.0.as_deref()
    }
}

/// Whom a ticket is assigned to.
#[derive(Debug, Deserialize)]
pub(super) struct Assignee {
    #[serde(default)]
    pub(super) id: Loose,
}

/// A label of the account.
#[derive(Debug, Deserialize)]
pub(super) struct AccountTag {
    pub(super) id: Id,
    pub(super) name: String,
    #[serde(default)]
    pub(super) usage: Option<i64>,
    #[serde(default)]
    pub(super) created_datetime: Option<Moment>,
}

/// Somebody who works at the help desk, with what the program shows of them.
#[derive(Debug, Deserialize)]
pub(super) struct Colleague {
    pub(super) id: Id,
    #[serde(default)]
    pub(super) email: Loose,
    #[serde(default)]
    pub(super) name: Loose,
    #[serde(default)]
    pub(super) firstname: Loose,
    #[serde(default)]
    pub(super) lastname: Loose,
    #[serde(default)]
    pub(super) role: Option<UserRole>,
    #[serde(default)]
    pub(super) active: Option<bool>,
    #[serde(default)]
    pub(super) created_datetime: Option<Moment>,
    #[serde(default)]
    pub(super) updated_datetime: Option<Moment>,
    #[serde(default)]
    pub(super) deactivated_datetime: Option<Moment>,
}

/// What a customer was asked about a ticket, and what they answered.
#[derive(Debug, Deserialize)]
pub(super) struct Survey {
    pub(super) id: Id,
    #[serde(default)]
    pub(super) ticket_id: Option<Id>,
    #[serde(default)]
    pub(super) customer_id: Option<Id>,
    /// From 1 to 5.
    #[serde(default)]
    pub(super) score: Option<i64>,
    #[serde(default)]
    pub(super) body_text: Loose,
    #[serde(default)]
    pub(super) created_datetime: Option<Moment>,
    #[serde(default)]
    pub(super) sent_datetime: Option<Moment>,
    #[serde(default)]
    pub(super) scored_datetime: Option<Moment>,
}

/// What somebody may do.
#[derive(Debug, Deserialize)]
pub(super) struct UserRole {
    #[serde(default)]
    pub(super) name: Loose,
}

/// The body of a failure: `{"error":{"msg":"...","data":{"field":["..."]}}}`.
#[derive(Debug, Deserialize)]
pub(super) struct Failure {
    pub(super) error: FailureText,
}

/// What a failure says.
#[derive(Debug, Deserialize)]
pub(super) struct FailureText {
    #[serde(default)]
    pub(super) msg: Loose,
}

/// A message to be made. Unknown fields are refused with 400, so only documented ones are here.
#[derive(Debug, Serialize)]
pub(super) struct CreateMessage<'a> {
    pub(super) channel: &'static str,
    pub(super) via: &'static str,
    pub(super) from_agent: bool,
    pub(super) public: bool,
    pub(super) external_id: String,
    pub(super) sender: PartyRef<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) receiver: Option<PartyRef<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) source: Option<SourceRef<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) integration_id: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) subject: Option<String>,
    pub(super) body_text: &'a str,
    pub(super) body_html: String,
}

/// Names somebody in a message to be made.
#[derive(Debug, Serialize)]
pub(super) struct PartyRef<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) email: Option<&'a str>,
}

/// From where to where a message shall go.
#[derive(Debug, Serialize)]
pub(super) struct SourceRef<'a> {
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) from: AddressRef<'a>,
    pub(super) to: Vec<AddressRef<'a>>,
}

/// One address of a message to be made.
#[derive(Debug, Serialize)]
pub(super) struct AddressRef<'a> {
    pub(super) address: &'a str,
}
