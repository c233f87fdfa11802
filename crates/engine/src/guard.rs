//! Guardrails: caps per action, per customer and day, per workflow and day.
//!
//! They are asked when a proposal is made, when a person says yes, and inside the transaction
//! that enters `sending`; only the last one counts, the others spare a person the surprise.

use fermata_model::{Currency, Money, Timestamp};
use fermata_store::ledger::Proposal;
use fermata_store::ledger::read::Counted;

use crate::Error;
use crate::agreement::Reads;
use crate::policy::{Caps, Policy};
use crate::workflow::file::Guard;

/// A limit that an action would break.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Breach {
    /// The action alone is too large; no other day will change that.
    Action(String),
    /// Too much for one day.
    Day(String),
}

impl Breach {
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Action(text) | Self::Day(text) => text,
        }
    }
}

/// Returns the most money in one action: the shop's cap, or the workflow's own if that is lower.
pub(crate) fn per_action(policy: &Policy, guard: Option<&Guard>, currency: Currency) -> Money {
    lower(&policy.per_action, guard.and_then(|g| g.per_action.as_ref()), currency)
}

/// Returns the most money by one workflow in a day, likewise.
pub(crate) fn per_workflow_day(policy: &Policy, guard: Option<&Guard>, currency: Currency) -> Money {
    lower(&policy.per_workflow_day, guard.and_then(|g| g.per_workflow_day.as_ref()), currency)
}

fn lower(shop: &Caps, own: Option<&Caps>, currency: Currency) -> Money {
    let shop = shop.limit(currency);
    own.map_or(shop, |own| Money::new(own.limit(currency).minor.min(shop.minor), currency))
}

/// Returns what a person decides about: the amount, and what the same customer got today. So an
/// amount cut into small ones meets the same threshold. `None` if no money moves.
pub(crate) fn with_today(
    books: &dyn Reads,
    policy: &Policy,
    row: &Proposal,
    now: Timestamp,
) -> Result<Option<Money>, Error> {
    let Some(mut amount) = row.action.amount() else { return Ok(None) };
    if let Some(customer) = row.customer {
        let (_, used) =
            books.used(Counted::Customer(customer), Some(amount.currency), policy.day(now), Some(row.id))?;
        amount.minor = amount.minor.saturating_add(used);
    }
    Ok(Some(amount))
}

/// Asks whether an action is too large by itself.
pub(crate) fn action_cap(policy: &Policy, guard: Option<&Guard>, amount: Money) -> Result<(), Breach> {
    let cap = per_action(policy, guard, amount.currency);
    if amount.minor > cap.minor {
        return Err(Breach::Action(format!(
            "{} is above the limit of {} for one action.",
            amount.shown(),
            cap.shown()
        )));
    }
    Ok(())
}

/// Asks every limit; the row itself is not counted twice if it is among what was decided today.
pub(crate) fn check(
    books: &dyn Reads,
    policy: &Policy,
    guard: Option<&Guard>,
    row: &Proposal,
    now: Timestamp,
) -> Result<Result<(), Breach>, Error> {
    let amount = row.action.amount();
    if let Some(amount) = amount
        && let Err(breach) = action_cap(policy, guard, amount)
    {
        return Ok(Err(breach));
    }
    let day = policy.day(now);
    let currency = amount.map(|a| a.currency);
    let own = |pick: fn(&Guard) -> Option<i64>, shop: i64| guard.and_then(pick).map_or(shop, |n| n.min(shop));
    if let Some(customer) = row.customer {
        let (count, money) = books.used(Counted::Customer(customer), currency, day, Some(row.id))?;
        let most = own(|g| g.actions_per_customer_day, policy.actions_per_customer_day);
        let cap = amount.map(|a| policy.per_customer_day.limit(a.currency));
        if let Err(text) = within("for this customer", count, most, money, amount, cap) {
            return Ok(Err(Breach::Day(text)));
        }
    }
    if let Some(workflow) = &row.origin.workflow {
        let (count, money) = books.used(Counted::Workflow(workflow), currency, day, Some(row.id))?;
        let most = own(|g| g.actions_per_workflow_day, policy.actions_per_workflow_day);
        let cap = amount.map(|a| per_workflow_day(policy, guard, a.currency));
        if let Err(text) = within("by this workflow", count, most, money, amount, cap) {
            return Ok(Err(Breach::Day(text)));
        }
    }
    Ok(Ok(()))
}

fn within(
    whose: &str,
    count: i64,
    most: i64,
    used_minor: i64,
    amount: Option<Money>,
    cap: Option<Money>,
) -> Result<(), String> {
    if count >= most {
        return Err(format!("Today's {most} actions {whose} are used up."));
    }
    if let (Some(amount), Some(cap)) = (amount, cap)
        && used_minor.saturating_add(amount.minor) > cap.minor
    {
        let used = Money::new(used_minor, amount.currency);
        return Err(format!(
            "{} more would break today's limit {whose}: {} of {} are used.",
            amount.shown(),
            used.shown(),
            cap.shown()
        ));
    }
    Ok(())
}
