//! What the core tells on its own: stale topics to the window, news to the person.

use std::time::Duration;

use fermata_console::wire::{Nothing, Status};
use fermata_console::{Door, Topic};
use serde::Serialize;
use tauri::{AppHandle, Emitter, Manager};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::Instant;

use crate::host::Host;
use crate::tray;

#[derive(Clone, Serialize)]
struct Changed {
    topics: Vec<Topic>,
}

/// How long it must be quiet before a person is interrupted: a first sync proposes many things
/// one after another, which are one piece of news.
const QUIET: Duration = Duration::from_secs(4);

/// How long news waits for quiet at most: while a long history is read, quiet never comes.
const LONGEST: Duration = Duration::from_secs(30);

/// News that was not told yet.
#[derive(Default)]
struct Pending(Option<Waiting>);

#[derive(Clone, Copy)]
struct Waiting {
    first: Instant,
    last: Instant,
}

impl Pending {
    fn add(&mut self, now: Instant) {
        let first = self.0.map_or(now, |waiting| waiting.first);
        self.0 = Some(Waiting { first, last: now });
    }

    /// Returns when it is to be told; `None` while there is none.
    fn due(&self) -> Option<Instant> {
        self.0.map(|waiting| (waiting.last + QUIET).min(waiting.first + LONGEST))
    }
}

/// Follows the core's changes for as long as the program runs.
pub(crate) async fn follow(app: AppHandle) {
    let Ok(door) = app.state::<Host>().door().await else { return };
    let mut changes = door.console().changes();
    let mut known = tray::refresh(&app).await;
    let mut pending = Pending::default();
    loop {
        let due = pending.due();
        let topics = tokio::select! {
            change = changes.recv() => match change {
                Ok(topics) => topics,
                // The window was slow and missed some: everything may be stale.
                Err(RecvError::Lagged(_)) => Topic::ALL.to_vec(),
                Err(RecvError::Closed) => return,
            },
            () = tokio::time::sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => {
                pending = Pending::default();
                known = tell(&app, &door, known).await;
                continue;
            }
        };
        let tells =
            |t: &Topic| matches!(t, Topic::Approvals | Topic::Alerts | Topic::Status | Topic::Settings);
        if topics.iter().any(tells) {
            pending.add(Instant::now());
        }
        let _ = app.emit_to("main", "changed", Changed { topics });
    }
}

/// Brings the tray up to date and tells the person what is new.
async fn tell(app: &AppHandle, door: &Door, known: Option<Status>) -> Option<Status> {
    let Some(status) = tray::refresh(app).await else { return known };
    let wanted = door.preferences(Nothing {}).await.is_ok_and(|p| p.notifications);
    if wanted && let Some(words) = news(known.as_ref(), &status) {
        tauri::async_runtime::spawn_blocking(move || notify(&words));
    }
    Some(status)
}

/// Returns what is worth interrupting a person for. Counts only: a notification may be seen by
/// anybody, so it names no customer and no sum.
fn news(before: Option<&Status>, now: &Status) -> Option<String> {
    let (waiting, alerts) = before.map_or((0, 0), |s| (s.waiting, s.alerts));
    let mut parts = Vec::new();
    if now.waiting > waiting {
        parts.push(match now.waiting {
            1 => "1 approval waits for you".to_owned(),
            n => format!("{n} approvals wait for you"),
        });
    }
    if now.alerts > alerts {
        parts.push(match now.alerts {
            1 => "1 alert is open".to_owned(),
            n => format!("{n} alerts are open"),
        });
    }
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// Shows a desktop notification. Where there is no service for it, the window still shows all.
fn notify(words: &str) {
    let shown = notify_rust::Notification::new().appname("Fermata").summary("Fermata").body(words).show();
    if let Err(problem) = shown {
        tracing::info!(%problem, "no desktop notification");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fermata_console::wire::{Phase, Role, SyncSummary};

    fn status(waiting: u32, alerts: u32) -> Status {
        Status {
            phase: Phase::Ready,
            shop: None,
            practice: false,
            person: "Mia".to_owned(),
            role: Role::Owner,
            stop: None,
            sync: SyncSummary {
                connections: 0,
                up_to_date: 0,
                failing: 0,
                backfilling: 0,
                oldest_success: None,
            },
            waiting,
            in_doubt: 0,
            alerts,
            data_dir: String::new(),
            version: String::new(),
            now: "2026-01-01T00:00:00Z".parse().unwrap(),
        }
    }

    #[test]
    fn news_waits_for_quiet_and_never_for_ever() {
        let begin = Instant::now();
        let mut pending = Pending::default();
        assert_eq!(pending.due(), None);
        pending.add(begin);
        assert_eq!(pending.due(), Some(begin + QUIET));
        for second in 1..100 {
            pending.add(begin + Duration::from_secs(second));
        }
        assert_eq!(pending.due(), Some(begin + LONGEST), "changes that never end hold it up no longer");
    }

    #[test]
    fn only_more_work_interrupts() {
        assert_eq!(news(None, &status(2, 0)).as_deref(), Some("2 approvals wait for you"));
        assert_eq!(news(Some(&status(2, 0)), &status(1, 0)), None, "a decision is no news");
        assert_eq!(
            news(Some(&status(2, 0)), &status(3, 1)).as_deref(),
            Some("3 approvals wait for you, 1 alert is open")
        );
    }
}
