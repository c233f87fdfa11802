//! Gorgias' shapes, under its own field names: lists, the account, its log, and failures here; the rest
//! by what it is about.
//!
//! Source: the reference pages of developers.gorgias.com, documents 1.5.1.

mod made;
mod people;
mod tickets;

use fermata_model::Platform;
use serde::Deserialize;
use serde_json::value::RawValue;

pub(super) use made::{AddressRef, CreateMessage, PartyRef, SourceRef};
pub(super) use people::{Colleague, Customer, CustomerIntegration, Party, User};
pub(super) use tickets::{AccountTag, Integration, Message, Survey, Tag, Ticket, TicketDetail, TicketState};

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
    pub(super) next_cursor: Option<String>,
}

/// Times by which lists are sorted, read from any record without reading the rest.
#[derive(Debug, Deserialize)]
pub(super) struct Times {
    pub(super) created_datetime: Option<Moment>,
    pub(super) updated_datetime: Option<Moment>,
}

/// The account we are signed in to.
#[derive(Debug, Deserialize)]
pub(super) struct AccountInfo {
    #[serde(default)]
    pub(super) domain: Loose,
    #[serde(default)]
    pub(super) name: Loose,
}

/// An entry of the account's log.
#[derive(Debug, Deserialize)]
pub(super) struct Event<'a> {
    #[serde(rename = "type")]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) object_type: Loose,
    pub(super) object_id: Option<Id>,
    pub(super) created_datetime: Moment,
    #[serde(borrow)]
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
    pub(super) source: Option<MergeSide>,
    pub(super) target: Option<MergeSide>,
}

/// One side of a merge.
#[derive(Debug, Deserialize)]
pub(super) struct MergeSide {
    #[serde(default)]
    pub(super) id: Loose,
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
    /// What was wrong with which field.
    #[serde(default)]
    pub(super) data: serde_json::Value,
}
