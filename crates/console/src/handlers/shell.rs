//! Status, stop switch, preferences.

use fermata_connectors::{Account, registry};
use fermata_engine::policy::{Caps, Policy};
use fermata_engine::{Filter, Tab as EngineTab};
use fermata_model::{ActionKind, Platform, Stream};
use fermata_store::connections::{Connection, ConnectionState};
use fermata_store::{Durability, Writer, alerts, connections, progress, settings};

use super::today::is_awake;
use crate::console::{Console, blocking};
use crate::door::Caller;
use crate::wire::{
    Guardrails, Limits, LooserLimits, Nothing, Phase, Preferences, Role, Shop, Status, Stop, StopSet, Sum,
    SyncSummary, Theme,
};
use crate::{Code, Problem};

const PREFERENCES: &str = "preferences";
const STOP_REASON: &str = "stop_reason";
/// Longest undo window that a person may set.
const LONGEST_UNDO: u32 = 3600;

impl Console {
    pub(crate) async fn status(&self, caller: &Caller, _: Nothing) -> Result<Status, Problem> {
        let practice = self.is_practice().await?;
        let now = self.clock.now();
        let (list, sync, alerts, stop_reason) = self
            .read(move |conn| {
                let list = connections::list(conn)?;
                let mut standings = Vec::new();
                for connection in &list {
                    standings.push(progress::list(conn, connection.id)?);
                }
                let alerts = alerts::open(conn)?.iter().filter(|alert| is_awake(alert, now)).count();
                Ok((list, standings, alerts, settings::get::<String>(conn, STOP_REASON)?))
            })
            .await?;
        let waiting = self.sum(EngineTab::ToApprove).await?;
        let in_doubt = self.sum(EngineTab::InDoubt).await?;
        let stop = self.engine(fermata_engine::Engine::stop_switch).await?;
        Ok(Status {
            phase: if list.is_empty() { Phase::FirstStart } else { Phase::Ready },
            shop: list.iter().find_map(shop),
            practice,
            person: self.person_name().await?,
            role: caller.role,
            stop: stop.on.then(|| Stop {
                by: stop.by.unwrap_or_default(),
                at: stop.at.unwrap_or(now),
                reason: stop_reason,
            }),
            sync: summary(&list, &sync),
            waiting: waiting.count,
            in_doubt: in_doubt.count,
            alerts: count(alerts),
            data_dir: self.setup.data_dir.display().to_string(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            now,
        })
    }

    pub(crate) async fn practice_start(&self, caller: &Caller, _: Nothing) -> Result<Status, Problem> {
        self.ensure_practice().await?;
        self.status(caller, Nothing {}).await
    }

    pub(crate) async fn stop_set(&self, caller: &Caller, request: StopSet) -> Result<Status, Problem> {
        let person = self.person(caller).await?;
        let writer = Writer::Person(person.name.clone());
        // First the switch, which may not wait for words.
        self.engine(move |engine| engine.set_stop(request.on, &person)).await?;
        let store = self.store.clone();
        blocking(move || {
            Ok(store.write(Durability::Full, writer, |tx| match request.reason.filter(|_| request.on) {
                Some(reason) => settings::set(tx, STOP_REASON, &reason),
                None => settings::unset(tx, STOP_REASON),
            })?)
        })
        .await?;
        self.status(caller, Nothing {}).await
    }

    pub(crate) async fn preferences(&self, _: &Caller, _: Nothing) -> Result<Preferences, Problem> {
        let kept = self.read(|conn| settings::get::<Preferences>(conn, PREFERENCES)).await?;
        Ok(kept.unwrap_or_else(first_preferences))
    }

    pub(crate) async fn preferences_set(
        &self,
        caller: &Caller,
        request: Preferences,
    ) -> Result<Preferences, Problem> {
        let name = request.person.trim();
        if name.is_empty() || name.chars().count() > 60 || name.chars().any(char::is_control) {
            return Err(Problem::new(
                Code::BadRequest,
                "A name of 1 to 60 characters is needed to sign decisions.",
            ));
        }
        if request.undo_seconds > LONGEST_UNDO {
            return Err(Problem::new(Code::BadRequest, "The undo window can be an hour at most."));
        }
        let before = self.preferences(caller, Nothing {}).await?;
        if before.undo_seconds != request.undo_seconds {
            let (person, seconds) = (self.person(caller).await?, request.undo_seconds);
            let seconds = ActionKind::ALL.iter().map(|&kind| (kind, i64::from(seconds))).collect();
            self.engine(move |engine| engine.set_undo_seconds(&seconds, &person)).await?;
        }
        let kept = Preferences { person: name.to_owned(), ..request };
        let (store, written, writer) =
            (self.store.clone(), kept.clone(), Writer::Person(kept.person.clone()));
        blocking(move || {
            Ok(store.write(Durability::Full, writer, |tx| settings::set(tx, PREFERENCES, &written))?)
        })
        .await?;
        Ok(kept)
    }

    pub(crate) async fn limits(&self, _: &Caller, _: Nothing) -> Result<Guardrails, Problem> {
        let (policy, waiting) =
            self.engine(|engine| Ok((engine.policy()?, engine.waiting_limits()?))).await?;
        Ok(Guardrails {
            limits: limits_of(&policy),
            waiting: waiting.map(|waiting| LooserLimits {
                limits: limits_of(&waiting.policy),
                from: waiting.from,
                by: waiting.by,
            }),
        })
    }

    pub(crate) async fn limits_set(&self, caller: &Caller, request: Limits) -> Result<Guardrails, Problem> {
        let person = self.person(caller).await?;
        self.engine(move |engine| {
            let limits = Policy {
                per_action: Caps::of(&request.per_action),
                per_customer_day: Caps::of(&request.per_customer_day),
                per_workflow_day: Caps::of(&request.per_workflow_day),
                actions_per_customer_day: i64::from(request.actions_per_customer_day),
                actions_per_workflow_day: i64::from(request.actions_per_workflow_day),
                agent_limit: Caps::of(&request.agent_limit),
                two_people_above: request.two_people_above.as_deref().map(Caps::of),
                ..Policy::default()
            };
            engine.set_limits(&limits, &person)
        })
        .await?;
        self.limits(caller, Nothing {}).await
    }

    /// Returns the name that decisions are signed with.
    pub(crate) async fn person_name(&self) -> Result<String, Problem> {
        self.preferences(&Caller::window(), Nothing {}).await.map(|p| p.person)
    }

    /// Returns the caller as the engine knows people.
    pub(crate) async fn person(&self, caller: &Caller) -> Result<fermata_engine::Person, Problem> {
        Ok(fermata_engine::Person { name: self.person_name().await?, role: engine_role(caller.role) })
    }

    /// Counts one tab of the queue and sums its money; what was put aside for later does not wait.
    pub(crate) async fn sum(&self, tab: EngineTab) -> Result<Sum, Problem> {
        let filter = Filter { tab: Some(tab), awake_at: Some(self.clock.now()), ..Filter::default() };
        self.engine(move |engine| engine.sum(&filter)).await.map(|sum| sum_of(&sum))
    }
}

/// Puts a sum into the words of the door.
pub(crate) fn sum_of(sum: &fermata_engine::Sum) -> Sum {
    Sum { count: count(usize::try_from(sum.count).unwrap_or_default()), amounts: sum.money.clone() }
}

/// Counts for the window; more than four thousand million of anything is shown as that.
pub(crate) fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Returns what the platform said about an account, if it was ever asked.
pub(crate) fn account(connection: &Connection) -> Option<Account> {
    connection.account.as_deref().and_then(|json| serde_json::from_str(json).ok())
}

/// Tells whether an account is a shop: it takes orders and keeps its books in a currency.
pub(crate) fn sells(platform: Platform, account: &Account) -> bool {
    let streams = registry::capability(platform).streams;
    account.currency.is_some() && streams.iter().any(|s| s.stream == Stream::Orders)
}

fn limits_of(policy: &Policy) -> Limits {
    Limits {
        per_action: everywhere(&policy.per_action),
        per_customer_day: everywhere(&policy.per_customer_day),
        per_workflow_day: everywhere(&policy.per_workflow_day),
        actions_per_customer_day: u32::try_from(policy.actions_per_customer_day).unwrap_or_default(),
        actions_per_workflow_day: u32::try_from(policy.actions_per_workflow_day).unwrap_or_default(),
        agent_limit: everywhere(&policy.agent_limit),
        two_people_above: policy.two_people_above.as_ref().map(everywhere),
    }
}

/// Returns the number that holds for every currency without a line of its own.
fn everywhere(caps: &Caps) -> String {
    caps.0.get("*").cloned().unwrap_or_else(|| "0".to_owned())
}

/// Returns the shop's own facts, if this connection is the shop.
pub(crate) fn shop(connection: &Connection) -> Option<Shop> {
    let account = account(connection)?;
    sells(connection.platform, &account).then(|| Shop {
        name: account.name,
        currency: account.currency.map(|c| c.code().to_owned()),
        time_zone: account.time_zone.unwrap_or_else(|| "UTC".to_owned()),
    })
}

fn summary(
    list: &[Connection],
    standings: &[Vec<(fermata_model::Stream, progress::Progress)>],
) -> SyncSummary {
    let mut summary = SyncSummary {
        connections: count(list.len()),
        up_to_date: 0,
        failing: 0,
        backfilling: 0,
        oldest_success: None,
    };
    for (connection, streams) in list.iter().zip(standings) {
        let expected = registry::capability(connection.platform).streams.len();
        let complete = streams.len() >= expected && streams.iter().all(|(_, p)| p.is_settled());
        match connection.state {
            ConnectionState::Ok if complete => summary.up_to_date += 1,
            ConnectionState::Ok => summary.backfilling += 1,
            _ => summary.failing += 1,
        }
        let success = streams.iter().filter_map(|(_, p)| p.last_success).min();
        summary.oldest_success = match (summary.oldest_success, success) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }
    summary
}

fn engine_role(role: Role) -> fermata_engine::Role {
    match role {
        Role::Viewer => fermata_engine::Role::Viewer,
        Role::Agent => fermata_engine::Role::Agent,
        Role::Operator => fermata_engine::Role::Operator,
        Role::Owner => fermata_engine::Role::Owner,
    }
}

fn first_preferences() -> Preferences {
    let person = ["USER", "USERNAME", "LOGNAME"].iter().find_map(|name| std::env::var(name).ok());
    Preferences {
        theme: Theme::System,
        notifications: true,
        tray: true,
        undo_seconds: 30,
        person: person.filter(|name| !name.trim().is_empty()).unwrap_or_else(|| "Owner".to_owned()),
    }
}
