//! No call to a platform holds the engine up for ever.

use std::time::Duration;

use crate::ports::{Failure, Fate};

/// The longest that one call may take, all that it reads and repeats included.
///
/// Connectors end their calls long before, and with them what they ask of the keychain: this is for the one
/// that does not.
const LONGEST_CALL: Duration = Duration::from_secs(10 * 60);

/// Waits for a call to a platform. One that never returns is given up; `fate` says what then became of it.
pub(super) async fn within<T>(
    fate: Fate,
    call: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    tokio::time::timeout(LONGEST_CALL, call).await.unwrap_or_else(|_| {
        Err(Failure {
            fate,
            code: "no_answer".to_owned(),
            message: format!("There was no answer within {} minutes.", LONGEST_CALL.as_secs() / 60),
            hint: None,
            retry_after: None,
        })
    })
}
