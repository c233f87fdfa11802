//! Customers, and those who answer them.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::reading::{Id, Loose, Moment};

/// A customer.
#[derive(Debug, Deserialize)]
pub(in crate::gorgias) struct Customer<'a> {
    pub(in crate::gorgias) id: Id,
    pub(in crate::gorgias) email: Option<String>,
    #[serde(default)]
    pub(in crate::gorgias) name: Loose,
    #[serde(default)]
    pub(in crate::gorgias) firstname: Loose,
    #[serde(default)]
    pub(in crate::gorgias) lastname: Loose,
    #[serde(default)]
    pub(in crate::gorgias) language: Loose,
    pub(in crate::gorgias) channels: Option<Vec<Channel>>,
    /// Keyed by the id of the integration; read apart, since each kind has a shape of its own.
    #[serde(borrow)]
    pub(in crate::gorgias) integrations: Option<&'a RawValue>,
    pub(in crate::gorgias) created_datetime: Option<Moment>,
    pub(in crate::gorgias) updated_datetime: Option<Moment>,
}

/// One way to reach a customer.
#[derive(Debug, Deserialize)]
pub(in crate::gorgias) struct Channel {
    #[serde(default, rename = "type")]
    pub(in crate::gorgias) kind: Loose,
    #[serde(default)]
    pub(in crate::gorgias) address: Loose,
}

/// What another shop system says about a customer.
#[derive(Debug, Deserialize)]
pub(in crate::gorgias) struct CustomerIntegration {
    #[serde(default, rename = "__integration_type__")]
    pub(in crate::gorgias) kind: Loose,
    #[serde(default, rename = "type")]
    pub(in crate::gorgias) plain_kind: Loose,
    pub(in crate::gorgias) customer: Option<CustomerThere>,
}

/// A customer's id in another shop system.
#[derive(Debug, Deserialize)]
pub(in crate::gorgias) struct CustomerThere {
    #[serde(default)]
    pub(in crate::gorgias) id: Loose,
}

/// Somebody in a ticket or message.
#[derive(Debug, Default, Deserialize)]
pub(in crate::gorgias) struct Party {
    pub(in crate::gorgias) id: Option<Id>,
    #[serde(default)]
    pub(in crate::gorgias) email: Loose,
    #[serde(default)]
    pub(in crate::gorgias) name: Loose,
    #[serde(default)]
    pub(in crate::gorgias) firstname: Loose,
    #[serde(default)]
    pub(in crate::gorgias) lastname: Loose,
}

/// Somebody who works in the help desk.
#[derive(Debug, Deserialize)]
pub(in crate::gorgias) struct User {
    pub(in crate::gorgias) id: i64,
    #[serde(default)]
    pub(in crate::gorgias) email: Loose,
}

/// Somebody who works at the help desk, with what the program shows of them.
#[derive(Debug, Deserialize)]
pub(in crate::gorgias) struct Colleague {
    pub(in crate::gorgias) id: Id,
    #[serde(default)]
    pub(in crate::gorgias) email: Loose,
    #[serde(default)]
    pub(in crate::gorgias) name: Loose,
    #[serde(default)]
    pub(in crate::gorgias) firstname: Loose,
    #[serde(default)]
    pub(in crate::gorgias) lastname: Loose,
    pub(in crate::gorgias) role: Option<UserRole>,
    pub(in crate::gorgias) active: Option<bool>,
    pub(in crate::gorgias) created_datetime: Option<Moment>,
    pub(in crate::gorgias) updated_datetime: Option<Moment>,
    pub(in crate::gorgias) deactivated_datetime: Option<Moment>,
}

/// What somebody may do.
#[derive(Debug, Deserialize)]
pub(in crate::gorgias) struct UserRole {
    #[serde(default)]
    pub(in crate::gorgias) name: Loose,
}
