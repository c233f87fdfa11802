//! A practice store, and a connector that is signed in at one of its platforms.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use fermata_connectors::{Connector, Error, Found, Patience, Pull, Settings, Share, connect};
use fermata_model::{
    Action, ActionKind, Change, ConnectionId, Frozen, Key, Platform, Record, Stream, Timestamp,
};
use fermata_sandbox::{Fault, Options, Plan, Practice, Rule, shopify};
use jiff::SignedDuration;

use super::making;
use crate::support::PlainVault;

/// A practice store and one connector.
pub(crate) struct Stage {
    pub(crate) practice: Practice,
    pub(crate) platform: Platform,
    pub(crate) connector: Arc<dyn Connector>,
    /// The same account, asked by somebody who soon gives up an answer that does not come.
    hasty: Arc<dyn Connector>,
}

/// How long an answer is waited for that will not come.
const HASTE: Duration = Duration::from_millis(300);

/// No pass over the practice store is longer; one that is does not end.
const MOST_PAGES: usize = 2_000;

impl Stage {
    pub(crate) async fn new(platform: Platform) -> Self {
        Self::with(platform, |_| {}).await
    }

    /// Opens a store with limits so wide that no test waits for them, and time standing still.
    pub(crate) async fn with(platform: Platform, change: impl FnOnce(&mut Options)) -> Self {
        let mut options = Options {
            customers: 60,
            now: Some("2026-11-21T20:00:00Z".parse().unwrap()),
            speed: 0.0,
            rates: 10_000.0,
            shopify: shopify::Settings {
                bucket: 1_000_000,
                restore_rate: 1_000_000,
                ..shopify::Settings::default()
            },
            ..Options::default()
        };
        options.platforms.insert(platform);
        change(&mut options);
        let practice = Practice::start(options).await.unwrap();
        let credentials = practice.credentials(platform);
        let connector = signed_in(&practice, platform, &credentials);
        let hasty = after(HASTE, &practice, platform, &credentials);
        Self { practice, platform, connector, hasty }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.practice.now()
    }

    pub(crate) fn streams(&self) -> Vec<Stream> {
        self.connector.capability().streams.iter().map(|stream| stream.stream).collect()
    }

    pub(crate) fn actions(&self) -> Vec<ActionKind> {
        self.connector.capability().actions.iter().map(|action| action.action).collect()
    }

    /// Makes one thing go wrong, so many times.
    pub(crate) fn trouble(&self, rule: Rule) {
        self.practice
            .set_faults(Plan { seed: 7, rules: vec![Rule { platform: Some(self.platform), ..rule }] });
    }

    pub(crate) fn calm(&self) {
        self.practice.set_faults(Plan::calm());
    }

    pub(crate) fn pull(&self, stream: Stream) -> Pull {
        Pull { stream, since: None, until: self.now(), token: None, size: None }
    }

    /// Reads a whole pass, page by page.
    pub(crate) async fn pass(&self, first: Pull) -> Result<Vec<Change>, Error> {
        let mut pull = first;
        let mut changes = Vec::new();
        let mut tokens = BTreeSet::new();
        for _ in 0..MOST_PAGES {
            let page = self.connector.pull(&pull).await?;
            changes.extend(page.changes);
            let Some(next) = page.next else { return Ok(changes) };
            assert!(tokens.insert(next.clone()), "a pass never comes to the same place twice: {next}");
            pull.token = Some(next);
        }
        panic!("a pass over {} does not end", pull.stream);
    }

    /// Reads everything of a stream, as it is in the end: the newest version of each record.
    pub(crate) async fn all(&self, stream: Stream) -> BTreeMap<String, Record> {
        newest(self.pass(self.pull(stream)).await.unwrap())
    }

    pub(crate) async fn prepare(&self, action: &Action, key: Key) -> Result<Frozen, Error> {
        self.connector.prepare(action, key, self.now()).await
    }

    /// Sends an action while something goes wrong with whatever writes, once.
    pub(crate) async fn send_in_trouble(&self, frozen: &Frozen, fault: Fault) -> Error {
        let hangs = matches!(fault, Fault::HangBefore | Fault::HangAfter);
        let connector = if hangs { &self.hasty } else { &self.connector };
        if hangs {
            // Signed in before, so that nothing but the hanging request is in haste.
            connector.find(frozen).await.unwrap();
        }
        self.trouble(Rule { write: Some(true), ..rule(fault, 1) });
        let error = connector.send(frozen).await.unwrap_err();
        self.calm();
        error
    }

    /// Reads what changed in the last weeks of a stream: less than everything, and enough to find something in.
    pub(crate) async fn lately(&self, stream: Stream) -> BTreeMap<String, Record> {
        let since = self.now() - SignedDuration::from_hours(24 * 40);
        newest(self.pass(Pull { since: Some(since), ..self.pull(stream) }).await.unwrap())
    }

    /// Asks until the platform has made up its mind, letting its time go on.
    pub(crate) async fn settled(&self, frozen: &Frozen) -> Found {
        let capability = self.connector.capability().action(frozen.action.kind()).unwrap();
        let step = i64::try_from(capability.settles_within.as_secs() / 10 + 1).unwrap();
        let mut last = self.connector.find(frozen).await.unwrap();
        for _ in 0..12 {
            if matches!(last, Found::Yes(_) | Found::Failed(_)) {
                break;
            }
            self.practice.advance(step);
            last = self.connector.find(frozen).await.unwrap();
        }
        last
    }

    /// Returns how often an action of this kind was applied to this target.
    pub(crate) fn applied(&self, action: &Action) -> usize {
        let kind = match action.kind() {
            ActionKind::OrderRefund => "refund",
            ActionKind::TicketReply => "message",
            ActionKind::TicketNote => "note",
            ActionKind::MarketingHold => "suppress",
            ActionKind::MarketingRelease => "unsuppress",
            ActionKind::MarketingFollowUp | ActionKind::EventTrack => "event",
            ActionKind::ProfileSet => "profile",
            ActionKind::TicketTag
            | ActionKind::TicketAssign
            | ActionKind::TicketPrioritise
            | ActionKind::TicketClose
            | ActionKind::TicketReopen => "ticket",
            other => other.name(),
        };
        let effects = self.practice.journal(self.platform).into_iter().flat_map(|entry| entry.applied);
        effects.filter(|effect| effect.kind == kind).count()
    }

    /// Returns an action of a kind that the platform can carry out now; `nth` picks among its targets.
    pub(crate) async fn action(&self, kind: ActionKind, nth: usize) -> Action {
        making::action(self, kind, nth).await
    }

    /// Carries an action out, to its end.
    pub(crate) async fn done(&self, action: &Action, key: Key) {
        let frozen = self.prepare(action, key).await.unwrap();
        self.connector.send(&frozen).await.unwrap();
        assert!(matches!(self.settled(&frozen).await, Found::Yes(_)), "{} was done", action.kind());
        // The next one is no neighbour of it in time.
        self.practice.advance(3_600);
    }
}

/// Makes a connector with these credentials.
pub(crate) fn signed_in(
    practice: &Practice,
    platform: Platform,
    credentials: &serde_json::Value,
) -> Arc<dyn Connector> {
    after(Duration::from_millis(1_500), practice, platform, credentials)
}

/// Makes a connector that gives an answer up after so long.
fn after(
    answer: Duration,
    practice: &Practice,
    platform: Platform,
    credentials: &serde_json::Value,
) -> Arc<dyn Connector> {
    let secrets = credentials
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| (format!("connection-7/{name}"), value.as_str().unwrap().to_owned()))
        .collect();
    let settings = Settings {
        connection: ConnectionId(7),
        base_url: practice.base_url(platform).parse().unwrap(),
        vault: Arc::new(PlainVault(secrets)),
        clock: practice.clock(),
        patience: Patience {
            connect: Duration::from_secs(5),
            answer,
            repeats: 6,
            first_pause: Duration::from_millis(1),
            longest_pause: Duration::from_secs(5),
            keychain: Duration::from_secs(5),
        },
        // As wide as the store's own limits, which not every vendor tells in its answers.
        share: Share::times(10_000),
    };
    connect(platform, settings).unwrap()
}

/// A rule that strikes so often, whatever is asked.
pub(crate) fn rule(fault: Fault, times: u32) -> Rule {
    Rule {
        platform: None,
        operation: None,
        write: None,
        fault,
        times: Some(times),
        probability: 1.0,
        skip: 0,
        ms: None,
        status: None,
        retry_after: None,
    }
}

/// The idempotency key of an action; each number another.
pub(crate) fn key(number: u128) -> Key {
    Key(uuid::Uuid::from_u128(0x0192_e4a0_0000_4000_8000_0000_0000_0000 + number))
}

/// Keeps the newest version of each record.
pub(crate) fn newest(changes: Vec<Change>) -> BTreeMap<String, Record> {
    let mut kept: BTreeMap<String, Record> = BTreeMap::new();
    for change in changes {
        match change {
            Change::Seen(record) => {
                let id = format!("{}/{}", record.stream, record.external_id);
                if kept.get(&id).is_none_or(|old| old.changed_at <= record.changed_at) {
                    kept.insert(id, *record);
                }
            }
            Change::Gone(_) => {}
            Change::Unreadable(it) => panic!("the practice store is readable: {} in {}", it.reason, it.raw),
        }
    }
    kept
}
