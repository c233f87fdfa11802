//! Klaviyo's shapes, under its own field names.
//!
//! Source: the vendor's OpenAPI, revision 2026-07-15.

mod sent;

use fermata_model::Platform;
use serde::Deserialize;
use serde_json::value::RawValue;

pub(super) use sent::{
    Data, New, NewEvent, NewEventProperties, NewMetric, NewSuppression, NewSuppressions, Nothing,
};

use crate::Error;
use crate::failure::malformed;
use crate::reading::{Id, Loose, Moment, blank_is_none, filled, why};

/// One page of a list.
#[derive(Debug, Deserialize)]
pub(super) struct List<'a> {
    #[serde(borrow)]
    pub(super) data: Vec<&'a RawValue>,
    #[serde(default, borrow)]
    pub(super) included: Option<Vec<&'a RawValue>>,
    /// Absent, or without `next`, on the last page.
    #[serde(default)]
    pub(super) links: Option<Links>,
}

impl<'a> List<'a> {
    /// Reads a page of a list, whose records are read one by one later.
    pub(super) fn read(operation: &str, body: &'a str) -> Result<Self, Error> {
        serde_json::from_str(body).map_err(|error| malformed(Platform::Klaviyo, operation, why(&error)))
    }
}

/// Where the next page is.
#[derive(Debug, Deserialize)]
pub(super) struct Links {
    #[serde(default)]
    pub(super) next: Option<String>,
}

/// One object with what belongs to it.
#[derive(Debug, Deserialize)]
pub(super) struct Document<'a> {
    #[serde(borrow)]
    pub(super) data: &'a RawValue,
    #[serde(default, borrow)]
    pub(super) included: Option<Vec<&'a RawValue>>,
}

/// What names an object.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Named {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) id: Id,
}

/// A profile.
#[derive(Debug, Deserialize)]
pub(super) struct Profile {
    pub(super) id: Id,
    pub(super) attributes: ProfileAttributes,
}

/// What is known about a profile.
#[derive(Debug, Deserialize)]
pub(super) struct ProfileAttributes {
    #[serde(default)]
    pub(super) email: Option<String>,
    #[serde(default)]
    pub(super) phone_number: Option<String>,
    #[serde(default)]
    pub(super) external_id: Loose,
    #[serde(default)]
    pub(super) first_name: Loose,
    #[serde(default)]
    pub(super) last_name: Loose,
    #[serde(default)]
    pub(super) locale: Loose,
    #[serde(default, deserialize_with = "blank_is_none")]
    pub(super) location: Option<Location>,
    #[serde(default)]
    pub(super) created: Option<Moment>,
    #[serde(default)]
    pub(super) updated: Option<Moment>,
    /// Only if asked for.
    #[serde(default, deserialize_with = "blank_is_none")]
    pub(super) subscriptions: Option<Subscriptions>,
}

/// Where somebody lives.
#[derive(Debug, Deserialize)]
pub(super) struct Location {
    #[serde(default)]
    pub(super) city: Loose,
    #[serde(default)]
    pub(super) country: Loose,
}

/// What may be sent to a profile.
#[derive(Debug, Deserialize)]
pub(super) struct Subscriptions {
    #[serde(default, deserialize_with = "blank_is_none")]
    pub(super) email: Option<EmailSubscriptions>,
}

/// What may be sent by e-mail.
#[derive(Debug, Deserialize)]
pub(super) struct EmailSubscriptions {
    #[serde(default, deserialize_with = "blank_is_none")]
    pub(super) marketing: Option<EmailMarketing>,
}

/// May marketing e-mail be sent, and why not?
#[derive(Debug, Deserialize)]
pub(super) struct EmailMarketing {
    #[serde(default)]
    pub(super) consent: Option<String>,
    #[serde(default)]
    pub(super) can_receive_email_marketing: Option<bool>,
    #[serde(default)]
    pub(super) last_updated: Option<Moment>,
    #[serde(default, deserialize_with = "blank_is_none")]
    pub(super) suppression: Option<Vec<Suppression>>,
}

/// One reason why no marketing e-mail reaches a profile.
#[derive(Debug, Deserialize)]
pub(super) struct Suppression {
    pub(super) reason: String,
    #[serde(default)]
    pub(super) timestamp: Option<Moment>,
}

/// Something that happened to a profile.
#[derive(Debug, Deserialize)]
pub(super) struct Event {
    pub(super) id: Id,
    pub(super) attributes: EventAttributes,
    #[serde(default)]
    pub(super) relationships: Option<EventRelationships>,
}

/// What an event says of other objects, and nothing else of it.
#[derive(Debug, Deserialize)]
pub(super) struct Linked {
    #[serde(default)]
    pub(super) relationships: Option<EventRelationships>,
}

/// When and how it happened.
#[derive(Debug, Deserialize)]
pub(super) struct EventAttributes {
    #[serde(default)]
    pub(super) datetime: Option<Moment>,
    /// Seconds since 1970.
    #[serde(default)]
    pub(super) timestamp: Option<i64>,
    #[serde(default, deserialize_with = "blank_is_none")]
    pub(super) event_properties: Option<EventProperties>,
}

/// The properties that we know; the rest is free.
#[derive(Debug, Default, Deserialize)]
pub(super) struct EventProperties {
    #[serde(default, rename = "Subject")]
    pub(super) subject: Loose,
    #[serde(default, rename = "Campaign Name")]
    pub(super) campaign: Loose,
    /// Ours: the key of the action that made the event.
    #[serde(default)]
    pub(super) fermata_action: Loose,
}

/// To whom and what it happened.
#[derive(Debug, Deserialize)]
pub(super) struct EventRelationships {
    #[serde(default)]
    pub(super) profile: Option<ToOne>,
    #[serde(default)]
    pub(super) metric: Option<ToOne>,
}

/// A link to one other object.
#[derive(Debug, Deserialize)]
pub(super) struct ToOne {
    #[serde(default)]
    pub(super) data: Option<Named>,
}

/// A kind of event.
#[derive(Debug, Deserialize)]
pub(super) struct Metric {
    pub(super) id: Id,
    pub(super) attributes: MetricAttributes,
}

/// The name of a kind of event.
#[derive(Debug, Deserialize)]
pub(super) struct MetricAttributes {
    #[serde(default)]
    pub(super) name: Option<String>,
}

/// The account we are signed in to.
#[derive(Debug, Default, Deserialize)]
pub(super) struct AccountData {
    #[serde(default)]
    pub(super) id: Loose,
    pub(super) attributes: AccountAttributes,
}

/// What is known about the account.
#[derive(Debug, Default, Deserialize)]
pub(super) struct AccountAttributes {
    #[serde(default)]
    pub(super) contact_information: Option<ContactInformation>,
    #[serde(default)]
    pub(super) timezone: Loose,
    #[serde(default)]
    pub(super) preferred_currency: Loose,
}

/// Who the account belongs to.
#[derive(Debug, Deserialize)]
pub(super) struct ContactInformation {
    #[serde(default)]
    pub(super) organization_name: Loose,
}

/// A profile's own properties.
#[derive(Debug, Deserialize)]
pub(super) struct ProfileProperties {
    pub(super) attributes: PropertyAttributes,
}

/// The part of a profile's attributes that properties need.
#[derive(Debug, Deserialize)]
pub(super) struct PropertyAttributes {
    /// Null where there is none.
    #[serde(default, deserialize_with = "blank_is_none")]
    pub(super) properties: Option<serde_json::Map<String, serde_json::Value>>,
    #[serde(default)]
    pub(super) updated: Option<Moment>,
}

/// One of a few: a list, a segment, a flow, a campaign.
#[derive(Debug, Deserialize)]
pub(super) struct Collected<A> {
    pub(super) id: Id,
    pub(super) attributes: A,
}

impl Collected<AudienceAttributes> {
    /// Returns what the shop calls it; its id if it has no name.
    pub(super) fn called(&self) -> String {
        filled(self.attributes.name.0.clone()).unwrap_or_else(|| self.id.0.clone())
    }
}

/// What is known about a list or segment.
#[derive(Debug, Deserialize)]
pub(super) struct AudienceAttributes {
    #[serde(default)]
    pub(super) name: Loose,
    #[serde(default)]
    pub(super) opt_in_process: Loose,
    #[serde(default)]
    pub(super) created: Option<Moment>,
    #[serde(default)]
    pub(super) updated: Option<Moment>,
}

/// What is known about a flow.
#[derive(Debug, Deserialize)]
pub(super) struct FlowAttributes {
    #[serde(default)]
    pub(super) name: Loose,
    #[serde(default)]
    pub(super) status: Loose,
    #[serde(default)]
    pub(super) archived: Option<bool>,
    #[serde(default)]
    pub(super) trigger_type: Loose,
    #[serde(default)]
    pub(super) created: Option<Moment>,
    #[serde(default)]
    pub(super) updated: Option<Moment>,
}

/// What is known about a campaign.
#[derive(Debug, Deserialize)]
pub(super) struct CampaignAttributes {
    pub(super) name: String,
    pub(super) status: String,
    #[serde(default)]
    pub(super) audiences: Option<CampaignAudiences>,
    #[serde(default)]
    pub(super) created_at: Option<Moment>,
    #[serde(default)]
    pub(super) updated_at: Option<Moment>,
    #[serde(default)]
    pub(super) scheduled_at: Option<Moment>,
    #[serde(default)]
    pub(super) send_time: Option<Moment>,
    #[serde(default)]
    pub(super) send_strategy: Option<SendStrategy>,
}

/// When a campaign leaves.
#[derive(Debug, Deserialize)]
pub(super) struct SendStrategy {
    #[serde(default)]
    pub(super) method: Loose,
    #[serde(default)]
    pub(super) datetime: Loose,
    #[serde(default)]
    pub(super) date: Loose,
    /// How a fixed time is meant.
    #[serde(default, deserialize_with = "blank_is_none")]
    pub(super) options: Option<StaticOptions>,
}

/// Whose clock a fixed time is read on.
#[derive(Debug, Deserialize)]
pub(super) struct StaticOptions {
    /// Each recipient's own?
    #[serde(default)]
    pub(super) is_local: Option<bool>,
}

/// How far a job has come, such as sending a campaign.
#[derive(Debug, Deserialize)]
pub(super) struct JobAttributes {
    pub(super) status: String,
}

/// What is known about a block that messages share.
#[derive(Debug, Deserialize)]
pub(super) struct BlockAttributes {
    /// Each kind of block has a shape of its own; it is sent back as it came, but for its words.
    #[serde(default)]
    pub(super) definition: serde_json::Value,
    #[serde(default)]
    pub(super) updated: Option<Moment>,
}

/// Whom a campaign goes to.
#[derive(Debug, Deserialize)]
pub(super) struct CampaignAudiences {
    #[serde(default)]
    pub(super) included: Vec<String>,
}

/// The body of a failure.
#[derive(Debug, Deserialize)]
pub(super) struct Failures {
    pub(super) errors: Vec<Failure>,
}

/// One thing that was wrong.
#[derive(Debug, Deserialize)]
pub(super) struct Failure {
    #[serde(default)]
    pub(super) code: Loose,
    #[serde(default)]
    pub(super) title: Loose,
    #[serde(default)]
    pub(super) detail: Loose,
}
