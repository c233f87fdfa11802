//! Stripe's shapes, under its own field names.
//!
//! Source: the vendor's OpenAPI, schema `refund`; its fixtures for the charge; docs.stripe.com, The Dispute object.

use std::collections::BTreeMap;

use fermata_model::Platform;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::Error;
use crate::failure::malformed;
use crate::reading::{Loose, filled, why};

/// One page of a list.
#[derive(Debug, Deserialize)]
pub(super) struct List<'a> {
    #[serde(borrow)]
    pub(super) data: Vec<&'a RawValue>,
    pub(super) has_more: bool,
}

impl<'a> List<'a> {
    /// Reads a page of a list, whose records are read one by one later.
    pub(super) fn read(operation: &str, body: &'a str) -> Result<Self, Error> {
        serde_json::from_str(body).map_err(|error| malformed(Platform::Stripe, operation, why(&error)))
    }
}

/// What every object has.
#[derive(Debug, Deserialize)]
pub(super) struct Named {
    pub(super) id: String,
}

/// Another object: its id, or the object itself where it was asked for.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Link {
    /// Its id.
    Id(String),
    /// The object.
    Whole(Whole),
}

/// An object of which only the id matters; the schema says no more than "object".
#[derive(Debug, Deserialize)]
pub(super) struct Whole {
    #[serde(default)]
    id: Loose,
}

impl Link {
    /// Returns the id; `None` if the object has none.
    pub(super) fn id(self) -> Option<String> {
        match self {
            Self::Id(id) => filled(Some(id)),
            Self::Whole(object) => filled(object.id.0),
        }
    }
}

/// What the writer of an object noted on it.
pub(super) type Metadata = Option<BTreeMap<String, Loose>>;

/// Returns the first of these notes that says something.
pub(super) fn noted(metadata: &Metadata, names: &[&str]) -> Option<String> {
    let all = metadata.as_ref()?;
    names.iter().find_map(|name| filled(all.get(*name)?.0.clone()))
}

/// A charge.
#[derive(Debug, Deserialize)]
pub(super) struct Charge {
    pub(super) id: String,
    pub(super) amount: i64,
    #[serde(default)]
    pub(super) amount_captured: Option<i64>,
    pub(super) amount_refunded: i64,
    #[serde(default)]
    pub(super) application: Option<Link>,
    #[serde(default)]
    pub(super) billing_details: Option<Billing>,
    #[serde(default)]
    pub(super) captured: Option<bool>,
    pub(super) created: i64,
    pub(super) currency: String,
    #[serde(default)]
    pub(super) customer: Option<Link>,
    #[serde(default)]
    pub(super) disputed: Option<bool>,
    #[serde(default)]
    pub(super) metadata: Metadata,
    #[serde(default)]
    pub(super) receipt_email: Loose,
    pub(super) status: String,
}

/// Who paid, as typed at the checkout.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Billing {
    #[serde(default)]
    pub(super) address: Option<Address>,
    #[serde(default)]
    pub(super) email: Loose,
    #[serde(default)]
    pub(super) name: Loose,
    #[serde(default)]
    pub(super) phone: Loose,
}

/// Where the payer lives.
#[derive(Debug, Deserialize)]
pub(super) struct Address {
    #[serde(default)]
    pub(super) country: Loose,
}

/// A refund.
#[derive(Debug, Deserialize)]
pub(super) struct Refund {
    pub(super) id: String,
    pub(super) amount: i64,
    #[serde(default)]
    pub(super) charge: Option<Link>,
    pub(super) created: i64,
    pub(super) currency: String,
    #[serde(default)]
    pub(super) failure_reason: Loose,
    #[serde(default)]
    pub(super) metadata: Metadata,
    #[serde(default)]
    pub(super) payment_intent: Option<Link>,
    #[serde(default)]
    pub(super) reason: Loose,
    /// Null on very old ones.
    #[serde(default)]
    pub(super) status: Option<String>,
}

/// A dispute.
#[derive(Debug, Deserialize)]
pub(super) struct Dispute {
    pub(super) id: String,
    pub(super) amount: i64,
    pub(super) charge: Link,
    pub(super) created: i64,
    pub(super) currency: String,
    #[serde(default)]
    pub(super) evidence_details: Option<EvidenceDetails>,
    #[serde(default)]
    pub(super) is_charge_refundable: Option<bool>,
    pub(super) reason: String,
    pub(super) status: String,
}

/// What the shop has still to bring forward.
#[derive(Debug, Deserialize)]
pub(super) struct EvidenceDetails {
    /// Seconds since 1970; 0 where there is no such time.
    #[serde(default)]
    pub(super) due_by: Option<i64>,
}

/// The account.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Account {
    #[serde(default)]
    pub(super) id: Loose,
    #[serde(default)]
    pub(super) business_profile: Option<BusinessProfile>,
    #[serde(default)]
    pub(super) default_currency: Loose,
    #[serde(default)]
    pub(super) settings: Option<AccountSettings>,
}

/// What the account's business is called.
#[derive(Debug, Deserialize)]
pub(super) struct BusinessProfile {
    #[serde(default)]
    pub(super) name: Loose,
}

/// How the account is set up.
#[derive(Debug, Deserialize)]
pub(super) struct AccountSettings {
    #[serde(default)]
    pub(super) dashboard: Option<Dashboard>,
}

/// How the account is shown.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Dashboard {
    #[serde(default)]
    pub(super) display_name: Loose,
    #[serde(default)]
    pub(super) timezone: Loose,
}

/// The body of a failure.
#[derive(Debug, Deserialize)]
pub(super) struct Failed {
    pub(super) error: Failure,
}

/// What was wrong.
#[derive(Debug, Deserialize)]
pub(super) struct Failure {
    #[serde(default, rename = "type")]
    pub(super) kind: Loose,
    #[serde(default)]
    pub(super) code: Loose,
    #[serde(default)]
    pub(super) message: Loose,
}
