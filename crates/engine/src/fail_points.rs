//! Named places where a test ends the process, to see that nothing is lost or done twice.
//!
//! They are compiled always and do nothing unless armed, so that the program under test is the
//! program that ships.

use std::collections::HashMap;
use std::sync::Mutex;

/// Every fail point, in the order in which an action passes them.
pub const ALL: &[&str] = &[
    AFTER_APPROVE,
    BEFORE_SENDING_COMMIT,
    AFTER_SENDING_COMMIT,
    BEFORE_SEND,
    AFTER_SEND,
    BEFORE_OUTCOME_COMMIT,
    AFTER_OUTCOME_COMMIT,
];

/// A person's yes is on disk.
pub const AFTER_APPROVE: &str = "after_approve";
/// The request is built, the intent not yet on disk.
pub const BEFORE_SENDING_COMMIT: &str = "before_sending_commit";
/// The intent is on disk.
pub const AFTER_SENDING_COMMIT: &str = "after_sending_commit";
/// The first byte is about to leave.
pub const BEFORE_SEND: &str = "before_send";
/// The platform has answered.
pub const AFTER_SEND: &str = "after_send";
/// The answer is about to be written down.
pub const BEFORE_OUTCOME_COMMIT: &str = "before_outcome_commit";
/// The answer is on disk.
pub const AFTER_OUTCOME_COMMIT: &str = "after_outcome_commit";

/// Is told when a fail point is passed.
pub trait FailPoints: Send + Sync {
    /// Is called at the named place; may not return.
    fn hit(&self, name: &'static str);
}

/// Fail points that do nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoFailPoints;

impl FailPoints for NoFailPoints {
    fn hit(&self, _name: &'static str) {}
}

/// Ends the process, as a crash would, when the armed point is passed for the n-th time.
#[derive(Debug)]
pub struct AbortAt {
    name: String,
    nth: u32,
    passed: Mutex<HashMap<&'static str, u32>>,
}

impl AbortAt {
    /// Arms a point from text such as `before_send:3`; without a number it is the first time.
    ///
    /// Returns `None` if no point has this name.
    pub fn parse(text: &str) -> Option<Self> {
        let (name, nth) = text.split_once(':').unwrap_or((text, "1"));
        ALL.contains(&name).then(|| nth.parse().ok()).flatten().map(|nth| Self {
            name: name.to_owned(),
            nth,
            passed: Mutex::default(),
        })
    }
}

impl FailPoints for AbortAt {
    fn hit(&self, name: &'static str) {
        let mut passed = self.passed.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let count = passed.entry(name).or_default();
        *count += 1;
        if name == self.name && *count == self.nth {
            std::process::abort();
        }
    }
}
