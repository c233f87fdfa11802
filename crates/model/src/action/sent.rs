//! What leaves for an action, and the proof that comes back.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Action;
use crate::ids::Key;
use crate::money::Money;

/// The exact request that will leave, written down before the first byte does.
///
/// Several platforms refuse a key that comes back with another body, so this is built once, at
/// `sending`, and repeated as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frozen {
    /// The action that it carries out.
    pub action: Action,
    /// Its key; also what [`find`](Receipt) looks for.
    pub key: Key,
    /// The connector's name of the operation, such as `refundCreate`.
    pub operation: String,
    /// HTTP method.
    pub method: String,
    /// Path below the connection's base URL.
    pub path: String,
    /// The body, byte for byte.
    pub body: String,
    /// What takes it back, as the platform stood when this was frozen; `None` if nothing does, or
    /// nothing has to.
    #[serde(default)]
    pub undo: Option<Box<Action>>,
    /// When it was frozen.
    pub at: Timestamp,
}

/// The platform's proof that an action happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export_to = "model.ts")]
pub struct Receipt {
    /// The platform's id of what came to be: a refund, a message, a job.
    pub external_id: String,
    /// When, by the platform's clock.
    #[ts(type = "string")]
    pub at: Timestamp,
    /// How much money moved, if any.
    pub amount: Option<Money>,
}
