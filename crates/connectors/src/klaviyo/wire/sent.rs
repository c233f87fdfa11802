//! What is sent to Klaviyo.

use serde::Serialize;

/// A body to be sent: JSON:API's one object.
#[derive(Debug, Serialize)]
pub(in crate::klaviyo) struct Data<T> {
    pub(in crate::klaviyo) data: T,
}

/// An object to be made.
#[derive(Debug, Serialize)]
pub(in crate::klaviyo) struct New<T> {
    #[serde(rename = "type")]
    pub(in crate::klaviyo) kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::klaviyo) id: Option<String>,
    pub(in crate::klaviyo) attributes: T,
}

/// The profiles whose suppression shall change.
#[derive(Debug, Serialize)]
pub(in crate::klaviyo) struct NewSuppressions {
    pub(in crate::klaviyo) profiles: Data<Vec<New<NewSuppression>>>,
}

/// One profile, by its address.
#[derive(Debug, Serialize)]
pub(in crate::klaviyo) struct NewSuppression {
    pub(in crate::klaviyo) email: String,
}

/// An event to be recorded.
#[derive(Debug, Serialize)]
pub(in crate::klaviyo) struct NewEvent<'a, P> {
    pub(in crate::klaviyo) properties: P,
    pub(in crate::klaviyo) unique_id: String,
    pub(in crate::klaviyo) metric: Data<New<NewMetric<'a>>>,
    pub(in crate::klaviyo) profile: Data<New<Nothing>>,
}

/// What the follow-up says; the words of the shop's own template refer to these.
#[derive(Debug, Serialize)]
pub(in crate::klaviyo) struct NewEventProperties<'a> {
    pub(in crate::klaviyo) fermata_action: String,
    pub(in crate::klaviyo) concern: &'a str,
    pub(in crate::klaviyo) item: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::klaviyo) link: Option<&'a str>,
}

/// A kind of event, by its name.
#[derive(Debug, Serialize)]
pub(in crate::klaviyo) struct NewMetric<'a> {
    pub(in crate::klaviyo) name: &'a str,
}

/// No attributes: the object is named by its id and left as it is.
#[derive(Debug, Serialize)]
pub(in crate::klaviyo) struct Nothing {}
