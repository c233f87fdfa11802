//! What help desks and marketing platforms keep beside people, tickets and messages.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Who;

/// A label that tickets can carry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// The label.
    pub name: String,
    /// How many tickets carry it, if the platform counts.
    pub used: Option<i64>,
}

/// Somebody who works at the help desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agent {
    /// The name, or the address of one without a name.
    pub name: String,
    /// E-mail address they sign in with.
    pub email: Option<String>,
    /// What they may do, as the platform writes it.
    pub role: Option<String>,
    /// Do they still work there?
    pub active: bool,
}

/// What a customer said about how they were helped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rating {
    /// The platform's id of the ticket.
    pub ticket: String,
    /// Who said it.
    pub who: Who,
    /// Points given, on the platform's scale; `None` until the customer answers.
    pub score: Option<i64>,
    /// What they wrote with it; an untrusted text.
    pub comment: Option<String>,
    /// When they were asked.
    pub asked_at: Option<Timestamp>,
    /// When they answered.
    pub answered_at: Option<Timestamp>,
}

/// A list or segment of marketing profiles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audience {
    /// What the shop calls it.
    pub name: String,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// How one gets on it, as the platform writes it.
    pub opt_in: Option<String>,
}

/// An automated series of messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flow {
    /// What the shop calls it.
    pub name: String,
    /// State as the platform writes it.
    pub status: String,
    /// What sets it off, as the platform writes it.
    pub trigger: Option<String>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
}

/// A message sent to many at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Campaign {
    /// What the shop calls it.
    pub name: String,
    /// State as the platform writes it.
    pub status: String,
    /// E-mail, SMS, push: as the platform writes it.
    pub channel: String,
    /// When it will be sent.
    pub scheduled_at: Option<Timestamp>,
    /// When it was sent.
    pub sent_at: Option<Timestamp>,
    /// The platform's ids of the lists and segments it goes to.
    pub audiences: Vec<String>,
}
