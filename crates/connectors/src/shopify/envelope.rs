//! What lies around the data of every answer: errors, the cost, and warnings about filters.

use fermata_model::Platform;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::{Error, Kind};

/// The outermost object of an answer.
#[derive(Deserialize)]
pub(super) struct Envelope<'a> {
    /// `None` if there is no such entry, which is not the same as one that is null.
    #[serde(borrow, default, deserialize_with = "present")]
    pub(super) data: Option<&'a RawValue>,
    #[serde(default)]
    pub(super) errors: Vec<TopError>,
    #[serde(default)]
    extensions: Extensions,
}

fn present<'de: 'a, 'a, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'a RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

/// One entry of `errors`.
#[derive(Deserialize)]
pub(super) struct TopError {
    pub(super) message: String,
    #[serde(default)]
    pub(super) path: Vec<Box<RawValue>>,
    #[serde(default)]
    extensions: ErrorExtensions,
}

#[derive(Default, Deserialize)]
struct ErrorExtensions {
    code: Option<String>,
}

#[derive(Default, Deserialize)]
struct Extensions {
    cost: Option<Cost>,
    #[serde(default)]
    search: Vec<Search>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Cost {
    requested_query_cost: Option<f64>,
    throttle_status: Option<Throttle>,
}

/// The state of the bucket of points.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Throttle {
    pub(super) maximum_available: f64,
    pub(super) currently_available: f64,
    pub(super) restore_rate: f64,
}

#[derive(Deserialize)]
struct Search {
    #[serde(default)]
    warnings: Vec<Warning>,
}

#[derive(Deserialize)]
struct Warning {
    field: Option<String>,
    message: Option<String>,
}

impl TopError {
    pub(super) fn code(&self) -> Option<&str> {
        self.extensions.code.as_deref()
    }
}

impl Envelope<'_> {
    pub(super) fn has_code(&self, code: &str) -> bool {
        self.errors.iter().any(|error| error.code() == Some(code))
    }

    pub(super) fn throttle(&self) -> Option<Throttle> {
        self.extensions.cost.as_ref()?.throttle_status
    }

    pub(super) fn requested_cost(&self) -> Option<f64> {
        self.extensions.cost.as_ref()?.requested_query_cost
    }

    pub(super) fn search_warning(&self) -> Option<String> {
        let warning = self.extensions.search.iter().flat_map(|search| &search.warnings).next()?;
        let parts: Vec<&str> =
            [&warning.field, &warning.message].into_iter().flatten().map(String::as_str).collect();
        Some(parts.join(": "))
    }
}

/// Reads the `data` of an answer that was judged a success.
///
/// Errors: [`Kind::Malformed`] if it does not have the documented shape.
pub(super) fn data<T: DeserializeOwned>(body: &str, operation: &str) -> Result<T, Error> {
    let read = serde_json::from_str::<Envelope<'_>>(body)
        .ok()
        .and_then(|envelope| serde_json::from_str(envelope.data?.get()).ok());
    read.ok_or_else(|| {
        Error::new(
            Platform::Shopify,
            operation,
            Kind::Malformed,
            "Shopify sent an answer that is not what it documents.",
        )
    })
}
