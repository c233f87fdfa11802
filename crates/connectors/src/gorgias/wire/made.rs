//! A message to be made.

use serde::Serialize;

/// A message to be made. Unknown fields are refused with 400, so only documented ones are here.
#[derive(Debug, Serialize)]
pub(in crate::gorgias) struct CreateMessage<'a> {
    pub(in crate::gorgias) channel: &'static str,
    pub(in crate::gorgias) via: &'static str,
    pub(in crate::gorgias) from_agent: bool,
    pub(in crate::gorgias) public: bool,
    pub(in crate::gorgias) external_id: String,
    pub(in crate::gorgias) sender: PartyRef<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::gorgias) receiver: Option<PartyRef<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::gorgias) source: Option<SourceRef<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::gorgias) integration_id: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::gorgias) subject: Option<String>,
    pub(in crate::gorgias) body_text: &'a str,
    pub(in crate::gorgias) body_html: String,
}

/// Names somebody in a message to be made.
#[derive(Debug, Serialize)]
pub(in crate::gorgias) struct PartyRef<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::gorgias) id: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::gorgias) email: Option<&'a str>,
}

/// From where to where a message shall go.
#[derive(Debug, Serialize)]
pub(in crate::gorgias) struct SourceRef<'a> {
    #[serde(rename = "type")]
    pub(in crate::gorgias) kind: &'static str,
    pub(in crate::gorgias) from: AddressRef<'a>,
    pub(in crate::gorgias) to: Vec<AddressRef<'a>>,
}

/// One address of a message to be made.
#[derive(Debug, Serialize)]
pub(in crate::gorgias) struct AddressRef<'a> {
    pub(in crate::gorgias) address: &'a str,
}
