//! The sign-in by the browser that is under way.
//!
//! One at a time, as there is one port for the answer. What was approved stays in memory for as long as a
//! person takes to look at it, and then goes to the keychain or is forgotten.

use std::sync::Arc;
use std::time::Duration;

use fermata_connectors::sign_in::{self, Approval, Secrets};
use fermata_model::Platform;
use tokio::sync::{Mutex, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::{Code, Problem};

/// How long a person has for approving.
pub(crate) const APPROVED_WITHIN: Duration = Duration::from_secs(5 * 60);
/// How long what was approved is kept for being looked at.
const KEPT: Duration = Duration::from_secs(30 * 60);

/// The sign-in under way, or none.
#[derive(Default)]
pub(crate) struct SignIns(Mutex<Option<Pending>>);

struct Pending {
    id: String,
    platform: Platform,
    account: Url,
    standing: Arc<watch::Sender<Standing>>,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

#[derive(Clone)]
enum Standing {
    Waiting,
    Granted(sign_in::Granted),
    Failed(Problem),
}

/// What was approved, and for which account.
pub(crate) struct Granted {
    pub(crate) platform: Platform,
    pub(crate) account: Url,
    pub(crate) credentials: Secrets,
    /// What was left behind at the platform, in words for the person.
    pub(crate) left: Option<String>,
}

impl SignIns {
    /// Ends the one under way, and frees its port.
    pub(crate) async fn end(&self) {
        let ended = self.0.lock().await.take();
        put_down(ended).await;
    }

    /// Takes up a new one and waits for its answer in the background.
    pub(crate) async fn begin(&self, id: String, platform: Platform, account: Url, approval: Approval) {
        let standing = Arc::new(watch::Sender::new(Standing::Waiting));
        let stop = CancellationToken::new();
        let task = tokio::spawn(follow(approval, Arc::clone(&standing), stop.clone()));
        let before = self.0.lock().await.replace(Pending { id, platform, account, standing, stop, task });
        if let Some(before) = before {
            // Two began at once: the later one counts.
            before.stop.cancel();
        }
    }

    /// Cancels one; there is nothing to cancel if it is over already.
    pub(crate) async fn cancel(&self, id: &str) {
        let ended = self.0.lock().await.take_if(|pending| pending.id == id);
        put_down(ended).await;
    }

    /// Waits until one is approved.
    ///
    /// Errors: why it was not; [`Code::NotFound`] if it was cancelled, or another has begun since.
    pub(crate) async fn granted(&self, id: &str) -> Result<Granted, Problem> {
        let (platform, account, mut standing) = {
            let pending = self.0.lock().await;
            let pending = pending.as_ref().filter(|pending| pending.id == id).ok_or_else(over)?;
            (pending.platform, pending.account.clone(), pending.standing.subscribe())
        };
        let settled = standing.wait_for(|standing| !matches!(standing, Standing::Waiting)).await;
        match settled.map(|standing| standing.clone()) {
            Ok(Standing::Granted(sign_in::Granted { credentials, left })) => {
                Ok(Granted { platform, account, credentials, left })
            }
            Ok(Standing::Failed(problem)) => Err(problem),
            Ok(Standing::Waiting) | Err(_) => Err(over()),
        }
    }

    /// Takes in what became of the credentials while they were used.
    pub(crate) async fn renewed(&self, id: &str, credentials: Secrets) {
        if let Some(pending) = self.0.lock().await.as_ref().filter(|pending| pending.id == id) {
            pending.standing.send_if_modified(|standing| match standing {
                Standing::Granted(held) => {
                    held.credentials = credentials;
                    true
                }
                _ => false,
            });
        }
    }
}

async fn put_down(ended: Option<Pending>) {
    if let Some(pending) = ended {
        pending.stop.cancel();
        // It ends at once; whether well or not is nobody's concern any more.
        let _ = pending.task.await;
    }
}

async fn follow(approval: Approval, standing: Arc<watch::Sender<Standing>>, stop: CancellationToken) {
    let settled = tokio::select! {
        () = stop.cancelled() => Standing::Failed(over()),
        granted = approval.granted(APPROVED_WITHIN) => match granted {
            Ok(granted) => Standing::Granted(granted),
            Err(error) => Standing::Failed(error.into()),
        },
    };
    let granted = matches!(settled, Standing::Granted(_));
    standing.send_replace(settled);
    if granted {
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(KEPT) => {}
        }
        standing.send_replace(Standing::Failed(over()));
    }
}

fn over() -> Problem {
    Problem::new(Code::NotFound, "This sign-in is over: it was cancelled, another began, or nobody used it.")
        .with_hint("Approve in the browser again.")
}
