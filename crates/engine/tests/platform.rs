//! A platform that keeps books and can lie.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use fermata_engine::ports::{Failure, Fate, Found, Platforms, Sent, Settling};
use fermata_model::{Action, ActionKind, Clock, ConnectionId, Frozen, Key, Platform, Receipt, Timestamp};
use jiff::SignedDuration;

use crate::shop::HandClock;

/// What the platform does with one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Does it and says so.
    Done,
    /// Takes it; it shows at once when asked.
    Accepted,
    /// Takes it and never does it.
    Swallowed,
    /// Says that nothing happened, and nothing has.
    NotDone,
    /// Says that nothing happened, and how many seconds it wants us to wait.
    NotBefore(u64),
    /// Says no.
    Refused,
    /// Does it; the answer is lost.
    LostAfter,
    /// Does nothing; the answer is lost.
    LostBefore,
    /// The answer is lost; the effect shows only this many seconds later.
    LostAndLate(i64),
}

/// A platform with books. It does not recognise keys: whatever is sent twice is done twice, so
/// the books show it.
pub(crate) struct FakePlatform {
    clock: Arc<HandClock>,
    state: Mutex<PlatformState>,
}

#[derive(Default)]
struct PlatformState {
    answers: VecDeque<Answer>,
    prepare: VecDeque<Fate>,
    blind: bool,
    frozen: bool,
    freezes_next: bool,
    settles_within: Option<Duration>,
    asked: u32,
    done: Vec<(Key, Action, Timestamp)>,
    bodies: Vec<(Key, String)>,
}

fn failure(fate: Fate, message: &str) -> Failure {
    Failure { fate, code: "fake".to_owned(), message: message.to_owned(), hint: None, retry_after: None }
}

impl FakePlatform {
    pub(crate) fn new(clock: Arc<HandClock>) -> Self {
        Self { clock, state: Mutex::default() }
    }

    /// Sets what happens to the next requests; after them everything is done.
    pub(crate) fn will(&self, answers: &[Answer]) {
        self.state.lock().unwrap().answers.extend(answers);
    }

    /// Sets how the next requests fail to be built.
    pub(crate) fn cannot_prepare(&self, fates: &[Fate]) {
        self.state.lock().unwrap().prepare.extend(fates);
    }

    /// Makes questions unanswerable, or answerable again.
    pub(crate) fn blind(&self, blind: bool) {
        self.state.lock().unwrap().blind = blind;
    }

    /// Makes every call go on for ever, or answer again.
    pub(crate) fn freeze(&self, frozen: bool) {
        self.state.lock().unwrap().frozen = frozen;
    }

    /// Makes every call go on for ever, once the next request is built.
    pub(crate) fn freeze_once_prepared(&self) {
        self.state.lock().unwrap().freezes_next = true;
    }

    async fn thaw(&self) {
        if self.state.lock().unwrap().frozen {
            std::future::pending::<()>().await;
        }
    }

    /// Sets how long effects may take to show; a minute otherwise.
    pub(crate) fn settles_within(&self, time: Duration) {
        self.state.lock().unwrap().settles_within = Some(time);
    }

    /// Returns how often it was asked what became of something.
    pub(crate) fn asked(&self) -> u32 {
        self.state.lock().unwrap().asked
    }

    /// Returns what was done, in order.
    pub(crate) fn books(&self) -> Vec<Key> {
        self.state.lock().unwrap().done.iter().map(|(key, _, _)| *key).collect()
    }

    /// Returns the actions that were done, in order.
    pub(crate) fn actions(&self) -> Vec<Action> {
        self.state.lock().unwrap().done.iter().map(|(_, action, _)| action.clone()).collect()
    }

    /// Returns every body that arrived, done or not.
    pub(crate) fn bodies(&self) -> Vec<(Key, String)> {
        self.state.lock().unwrap().bodies.clone()
    }
}

#[async_trait]
impl Platforms for FakePlatform {
    async fn prepare(&self, _: ConnectionId, action: &Action, key: Key) -> Result<Frozen, Failure> {
        self.thaw().await;
        if let Some(fate) = self.state.lock().unwrap().prepare.pop_front() {
            return Err(failure(fate, "The order cannot be read."));
        }
        {
            let mut state = self.state.lock().unwrap();
            state.frozen = std::mem::take(&mut state.freezes_next);
        }
        let at = self.clock.now();
        Ok(Frozen {
            action: action.clone(),
            key,
            operation: "fake".to_owned(),
            method: "POST".to_owned(),
            path: "/".to_owned(),
            body: format!("{key} at {at}"),
            undo: None,
            at,
        })
    }

    async fn send(&self, frozen: &Frozen) -> Result<Sent, Failure> {
        self.thaw().await;
        let mut state = self.state.lock().unwrap();
        let now = self.clock.now();
        state.bodies.push((frozen.key, frozen.body.clone()));
        let answer = state.answers.pop_front().unwrap_or(Answer::Done);
        let visible = match answer {
            Answer::Done | Answer::Accepted | Answer::LostAfter => Some(now),
            Answer::LostAndLate(seconds) => Some(now + SignedDuration::from_secs(seconds)),
            Answer::NotDone
            | Answer::NotBefore(_)
            | Answer::Refused
            | Answer::LostBefore
            | Answer::Swallowed => None,
        };
        if let Some(visible) = visible {
            state.done.push((frozen.key, frozen.action.clone(), visible));
        }
        match answer {
            Answer::Done => Ok(Sent::Confirmed(receipt(frozen, now))),
            Answer::Accepted | Answer::Swallowed => Ok(Sent::Accepted),
            Answer::NotDone => Err(failure(Fate::NotDone, "Too many requests.")),
            Answer::NotBefore(seconds) => Err(Failure {
                retry_after: Some(Duration::from_secs(seconds)),
                ..failure(Fate::NotDone, "Too many requests.")
            }),
            Answer::Refused => {
                Err(failure(Fate::Refused, "The order is already refunded. Nothing was paid."))
            }
            Answer::LostAfter | Answer::LostBefore | Answer::LostAndLate(_) => {
                Err(failure(Fate::InDoubt, "The connection was cut."))
            }
        }
    }

    async fn find(&self, frozen: &Frozen) -> Result<Found, Failure> {
        self.thaw().await;
        let mut state = self.state.lock().unwrap();
        state.asked += 1;
        if state.blind {
            return Err(failure(Fate::NotDone, "The platform cannot be reached."));
        }
        let now = self.clock.now();
        let found = state.done.iter().find(|(key, _, visible)| *key == frozen.key && *visible <= now);
        Ok(found.map_or(Found::No, |(_, _, at)| Found::Yes(receipt(frozen, *at))))
    }

    fn settling(&self, _: ConnectionId, kind: ActionKind) -> Settling {
        let keyed = kind == ActionKind::OrderRefund;
        Settling {
            settles_within: self.state.lock().unwrap().settles_within.unwrap_or(Duration::from_secs(60)),
            key_trusted_for: if keyed { Duration::from_secs(3600) } else { Duration::ZERO },
        }
    }

    fn connection_for(&self, platform: Platform) -> Option<ConnectionId> {
        Some(ConnectionId(match platform {
            Platform::Shopify => 1,
            Platform::Gorgias => 2,
            Platform::Klaviyo => 3,
            _ => return None,
        }))
    }
}

fn receipt(frozen: &Frozen, at: Timestamp) -> Receipt {
    Receipt { external_id: format!("r-{}", frozen.key.0.as_u64_pair().1), at, amount: frozen.action.amount() }
}
