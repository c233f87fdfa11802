//! Limits, undo windows and the stop switch: what a shop allows, apart from any workflow.

use std::collections::BTreeMap;
use std::time::Duration;

use fermata_model::{ActionKind, Currency, Money, Timestamp};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::Error;

/// An amount per currency, in major units.
///
/// The line `*` holds for every currency without a line of its own, with the same number: 50
/// is 50 EUR, 50 USD and 50 JPY. That is strict where the unit is small, never loose; what a currency
/// has no coins for is cut off, so that 50.50 is 50 JPY.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Caps(pub BTreeMap<String, String>);

impl Caps {
    /// Makes a cap that holds for every currency.
    pub fn of(decimal: &str) -> Self {
        Self(BTreeMap::from([("*".to_owned(), decimal.to_owned())]))
    }

    /// Checks that every amount can be read.
    pub(crate) fn check(&self) -> Result<(), Error> {
        for (code, decimal) in &self.0 {
            let currency = if code == "*" { Currency::EUR } else { code.parse()? };
            if Money::parse(decimal, currency)?.minor < 0 {
                return Err(Error::invalid(format!("A limit of {decimal} is below zero.")));
            }
        }
        Ok(())
    }

    /// Returns these caps, lowered wherever the others are lower.
    fn stricter(&self, other: &Self) -> Self {
        let lower = |code: &str| {
            let (own, others) = (self.line(code), other.line(code));
            if others.0 < own.0 { others.1 } else { own.1 }.to_owned()
        };
        let everywhere = lower("*");
        let named = self.0.keys().chain(other.0.keys()).filter(|code| *code != "*");
        let named = named.map(|code| (code, lower(code)));
        let named = named.filter(|(code, cap)| self.0.contains_key(*code) || *cap != everywhere);
        let mut lines: BTreeMap<_, _> =
            named.map(|(code, cap)| (code.clone(), in_coins(code, cap))).collect();
        // Without such a line nothing is allowed anyway, so the others' has nothing to lower.
        if self.0.contains_key("*") {
            lines.insert("*".to_owned(), everywhere);
        }
        Self(lines)
    }

    /// Returns what holds for a currency, or for those without a line: in minor units, and as it is
    /// written.
    fn line(&self, code: &str) -> (i64, &str) {
        let decimal = self.0.get(code).or_else(|| self.0.get("*")).map_or("0", String::as_str);
        let currency = code.parse().unwrap_or(Currency::EUR);
        (whole_coins(decimal, currency).minor, decimal)
    }

    /// Returns the cap in a currency; zero where the settings name none or cannot be read.
    pub fn limit(&self, currency: Currency) -> Money {
        let line = self.0.get(currency.code()).or_else(|| self.0.get("*"));
        line.map_or(Money::zero(currency), |decimal| whole_coins(decimal, currency))
    }
}

/// Writes a cap that was meant for every currency as one that this currency can have.
fn in_coins(code: &str, decimal: String) -> String {
    match code.parse::<Currency>() {
        Ok(currency) if Money::parse(&decimal, currency).is_err() => {
            whole_coins(&decimal, currency).decimal()
        }
        _ => decimal,
    }
}

/// Reads an amount down to what a currency has coins for; zero if it cannot be read.
///
/// What is lower in one currency is then lower in none than in another: were 50.50 nothing at all
/// where there are no cents, then 49 would be looser there and stricter elsewhere.
fn whole_coins(decimal: &str, currency: Currency) -> Money {
    let digits = usize::try_from(currency.digits()).unwrap_or_default();
    let end = decimal.find('.').map_or(decimal.len(), |point| point.saturating_add(1 + digits));
    let cut = decimal.get(..end).unwrap_or(decimal).trim_end_matches('.');
    let read = Money::parse(decimal, currency).or_else(|_| Money::parse(cut, currency));
    read.unwrap_or(Money::zero(currency))
}

/// What a shop allows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// The shop's time zone, by its IANA name; its days are what daily limits count.
    pub zone: String,
    /// Most money in one action.
    pub per_action: Caps,
    /// Most money for one customer in a day.
    pub per_customer_day: Caps,
    /// Most money by one workflow in a day.
    pub per_workflow_day: Caps,
    /// Most actions about one customer in a day.
    pub actions_per_customer_day: i64,
    /// Most actions by one workflow in a day.
    pub actions_per_workflow_day: i64,
    /// How long each kind of action is held back after a yes, in seconds; 30 where none is set.
    pub undo_seconds: BTreeMap<ActionKind, i64>,
    /// Most money that an agent may approve for one customer in a day.
    pub agent_limit: Caps,
    /// Above this for one customer in a day, two different people must say yes; `None` asks for
    /// one only.
    pub two_people_above: Option<Caps>,
    /// How long a yes is good for if the action cannot leave, in hours.
    pub approval_valid_hours: i64,
    /// After how many minutes facts are called old.
    pub stale_after_minutes: i64,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            zone: "UTC".to_owned(),
            per_action: Caps::of("50.00"),
            per_customer_day: Caps::of("100.00"),
            per_workflow_day: Caps::of("800.00"),
            actions_per_customer_day: 10,
            actions_per_workflow_day: 500,
            undo_seconds: BTreeMap::new(),
            agent_limit: Caps::of("20.00"),
            two_people_above: None,
            approval_valid_hours: 24,
            stale_after_minutes: 60,
        }
    }
}

impl Policy {
    /// Returns how long an action is held back after a yes, in seconds; never negative.
    pub fn undo_window(&self, kind: ActionKind) -> i64 {
        self.undo_seconds.get(&kind).copied().unwrap_or(30).max(0)
    }

    /// Returns this policy with each limit as strict as the stricter of the two.
    pub(crate) fn stricter(&self, other: &Self) -> Self {
        Self {
            per_action: self.per_action.stricter(&other.per_action),
            per_customer_day: self.per_customer_day.stricter(&other.per_customer_day),
            per_workflow_day: self.per_workflow_day.stricter(&other.per_workflow_day),
            actions_per_customer_day: self.actions_per_customer_day.min(other.actions_per_customer_day),
            actions_per_workflow_day: self.actions_per_workflow_day.min(other.actions_per_workflow_day),
            agent_limit: self.agent_limit.stricter(&other.agent_limit),
            two_people_above: match (&self.two_people_above, &other.two_people_above) {
                (Some(own), Some(others)) => Some(own.stricter(others)),
                (own, others) => own.as_ref().or(others.as_ref()).cloned(),
            },
            ..self.clone()
        }
    }

    /// Returns this policy with the limits of another; what is no limit stays.
    pub(crate) fn with_limits_of(&self, other: &Self) -> Self {
        Self {
            zone: self.zone.clone(),
            undo_seconds: self.undo_seconds.clone(),
            approval_valid_hours: self.approval_valid_hours,
            stale_after_minutes: self.stale_after_minutes,
            ..other.clone()
        }
    }

    /// Returns the threshold above which two people must say yes, if an amount is above it.
    pub(crate) fn two_people_for(&self, amount: Money) -> Option<Money> {
        let threshold = self.two_people_above.as_ref()?.limit(amount.currency);
        (amount.minor > threshold.minor).then_some(threshold)
    }

    /// Returns the shop's time zone; UTC if the name is not known on this machine.
    pub fn time_zone(&self) -> TimeZone {
        TimeZone::get(&self.zone).unwrap_or(TimeZone::UTC)
    }

    /// Returns the begin and end of the shop's day that holds an instant.
    ///
    /// A day is what the calendar says: 23 or 25 hours when the clocks change.
    pub fn day(&self, now: Timestamp) -> (Timestamp, Timestamp) {
        let today = now.to_zoned(self.time_zone());
        let begin = today.start_of_day();
        let end = begin.as_ref().ok().and_then(|b| b.tomorrow().ok()).and_then(|t| t.start_of_day().ok());
        (begin.map_or(now, |b| b.timestamp()), end.map_or(Timestamp::MAX, |e| e.timestamp()))
    }

    /// Checks that every number can be used.
    pub(crate) fn check(&self) -> Result<(), Error> {
        TimeZone::get(&self.zone)
            .map_err(|_| Error::invalid(format!("\"{}\" is not a time zone known here.", self.zone)))?;
        let caps = [&self.per_action, &self.per_customer_day, &self.per_workflow_day, &self.agent_limit];
        caps.into_iter().chain(&self.two_people_above).try_for_each(Caps::check)?;
        let counts = [
            self.actions_per_customer_day,
            self.actions_per_workflow_day,
            self.approval_valid_hours,
            self.stale_after_minutes,
        ];
        if counts.iter().chain(self.undo_seconds.values()).any(|n| !(0..=1_000_000).contains(n)) {
            return Err(Error::invalid("A count or time must lie between 0 and 1,000,000."));
        }
        Ok(())
    }
}

/// Looser limits that an owner asked for, and that do not hold yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// Its limits are what was asked for.
    pub policy: Policy,
    /// From when on they hold.
    pub from: Timestamp,
    /// Who asked.
    pub by: String,
}

/// The switch that keeps everything from leaving.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StopSwitch {
    /// Is all sending stopped?
    pub on: bool,
    /// Who set it last.
    pub by: Option<String>,
    /// When.
    pub at: Option<Timestamp>,
}

/// The shortest and the longest wait that a platform's wish can lead to: none at all would try
/// again at once for ever, and after a day a person is asked again anyway.
const WISHES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(24 * 3600));

/// Returns how long to wait before the next try: the platform's wish if it named one, within
/// bounds, else twice as long each time, from 2 seconds up to 15 minutes.
pub(crate) fn back_off(attempts: u32, wish: Option<Duration>) -> Duration {
    match wish {
        Some(wish) => wish.clamp(WISHES.0, WISHES.1),
        None => Duration::from_secs(1 << attempts.clamp(1, 10)).min(Duration::from_secs(900)),
    }
}

/// Adds a wait to an instant; the far future if that does not exist.
pub(crate) fn later(now: Timestamp, wait: Duration) -> Timestamp {
    jiff::SignedDuration::try_from(wait)
        .ok()
        .and_then(|wait| now.checked_add(wait).ok())
        .unwrap_or(Timestamp::MAX)
}
