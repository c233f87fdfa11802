//! An action on its way out: drafted, frozen, and made a request again.

use fermata_model::{Action, Frozen, Key, Platform, Timestamp};
use serde::Serialize;

use crate::Error;
use crate::failure::impossible;
use crate::http::{Method, Purpose, Request};

/// The exact request that an action comes to.
pub(crate) struct Draft {
    /// The vendor's name of the operation.
    pub(crate) operation: &'static str,
    pub(crate) method: Method,
    /// Path below the connection's base URL.
    pub(crate) path: String,
    /// Empty where the vendor wants none.
    pub(crate) body: String,
    /// What takes it back.
    pub(crate) undo: Option<Action>,
}

impl Draft {
    /// Writes it down, to be sent as it is.
    pub(crate) fn frozen(self, action: &Action, key: Key, now: Timestamp) -> Frozen {
        Frozen {
            action: action.clone(),
            key,
            operation: self.operation.to_owned(),
            method: self.method.to_string(),
            path: self.path,
            body: self.body,
            undo: self.undo.map(Box::new),
            at: now,
        }
    }
}

/// Makes the request that was written down, to be sent once.
///
/// Errors: [`written_by_another`] if its method is none.
pub(crate) fn leaving(
    platform: Platform,
    frozen: &Frozen,
    media_type: &'static str,
) -> Result<Request, Error> {
    let method =
        Method::from_bytes(frozen.method.as_bytes()).map_err(|_| written_by_another(platform, frozen))?;
    let request = Request::new(frozen.operation.clone(), method, frozen.path.clone(), Purpose::Effect);
    Ok(if frozen.body.is_empty() { request } else { request.body(media_type, frozen.body.clone()) })
}

/// Makes the refusal of a request that another version of its connector wrote: what it says need not
/// mean the same by now.
pub(crate) fn written_by_another(platform: Platform, frozen: &Frozen) -> Error {
    let message = format!("This request was written for another version of {}.", platform.title());
    impossible(platform, frozen.operation.clone(), message)
}

/// Writes hundredths of a percent as storefronts want a share: 1250 is "12.50".
pub(crate) fn percent(points: u32) -> String {
    format!("{}.{:02}", points / 100, points % 100)
}

/// Writes a body.
pub(crate) fn serialized(body: &impl Serialize) -> String {
    serde_json::to_string(body).expect("a body is text and numbers")
}
