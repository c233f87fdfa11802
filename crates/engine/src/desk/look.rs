//! What a person sees: lists, sums, cards.

use fermata_model::{Money, ProposalId, State};
use fermata_store::audit;
use fermata_store::ledger::read::Counted;
use fermata_store::ledger::{Filter, Proposal, Sum};

use crate::agreement::{self, Related};
use crate::engine::{self, Engine};
use crate::words::{self, Status};
use crate::workflow::reading;
use crate::{Error, guard, life};

/// Everything that the card of one proposal says.
#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    /// The proposal.
    pub proposal: Proposal,
    /// Where it stands, in words.
    pub status: Status,
    /// What was done about it, oldest first.
    pub history: Vec<History>,
    /// The other proposals of its plan.
    pub plan: Vec<Proposal>,
    /// Unfinished proposals of other plans about the same customer.
    pub same_customer: Vec<ProposalId>,
    /// Money, where money moves.
    pub money: Option<MoneyLine>,
}

/// One line of a card's history.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    /// The entry in the audit log.
    pub entry: audit::Entry,
    /// What it says; `None` once it has been erased.
    pub step: Option<life::Step>,
}

/// What is left, of the order and of today's limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoneyLine {
    /// What could still go back on the order, as far as the store knows.
    pub left_of_order: Option<Money>,
    /// What this workflow used today, this proposal left out; of the customer for one by hand.
    pub used_today: Money,
    /// The limit that this counts against.
    pub limit_today: Money,
}

impl Engine {
    /// Lists proposals: what expires first comes first, what has ended newest first.
    pub fn list(&self, filter: &Filter, offset: u32, limit: u32) -> Result<Vec<Proposal>, Error> {
        agreement::read(&*self.inner.agreement, |books| books.list(filter, offset, limit))
    }

    /// Counts and sums what a list holds.
    pub fn sum(&self, filter: &Filter) -> Result<Sum, Error> {
        agreement::read(&*self.inner.agreement, |books| books.sum(filter))
    }

    /// Counts the proposals in each state.
    pub fn counts(&self) -> Result<Vec<(State, i64)>, Error> {
        agreement::read(&*self.inner.agreement, |books| books.count_by_state())
    }

    /// Reads one proposal.
    pub fn proposal(&self, id: ProposalId) -> Result<Proposal, Error> {
        agreement::read(&*self.inner.agreement, |books| {
            books.proposal(id)?.ok_or_else(|| Error::missing("proposal", id))
        })
    }

    /// Says where proposals stand, in words.
    pub fn status(&self, proposals: &[Proposal]) -> Result<Vec<Status>, Error> {
        let stopped = self.stop_switch()?.on;
        Ok(proposals.iter().map(|row| words::status(row, stopped)).collect())
    }

    /// Reads everything that one card says.
    pub fn show(&self, id: ProposalId) -> Result<Card, Error> {
        let now = self.now();
        let mut card = agreement::read(&*self.inner.agreement, |books| {
            let proposal = books.proposal(id)?.ok_or_else(|| Error::missing("proposal", id))?;
            let policy = engine::policy(books)?;
            let stopped = engine::stop_switch(books)?.on;
            let mut plan = Vec::new();
            for other in books.related(Related::Plan(proposal.group))? {
                if other != id {
                    plan.extend(books.proposal(other)?);
                }
            }
            let mut same_customer = Vec::new();
            if let Some(customer) = proposal.customer {
                same_customer = books.related(Related::Customer(customer))?;
                same_customer.retain(|other| *other != id && plan.iter().all(|p| p.id != *other));
            }
            let money = match proposal.action.amount() {
                Some(amount) => {
                    let guard = self.guard(proposal.origin.workflow.as_ref());
                    let (counted, limit) = match (&proposal.origin.workflow, proposal.customer) {
                        (Some(workflow), _) => (
                            Some(Counted::Workflow(workflow)),
                            guard::per_workflow_day(&policy, guard, amount.currency),
                        ),
                        (None, Some(customer)) => (
                            Some(Counted::Customer(customer)),
                            policy.per_customer_day.limit(amount.currency),
                        ),
                        (None, None) => (None, policy.per_customer_day.limit(amount.currency)),
                    };
                    let used = match counted {
                        Some(counted) => {
                            books.used(counted, Some(amount.currency), policy.day(now), Some(id))?.1
                        }
                        None => 0,
                    };
                    Some(MoneyLine {
                        left_of_order: None,
                        used_today: Money::new(used, amount.currency),
                        limit_today: limit,
                    })
                }
                None => None,
            };
            let history = books
                .history(id)?
                .into_iter()
                .map(|entry| {
                    let step = entry.value.as_deref().and_then(|value| serde_json::from_str(value).ok());
                    History { entry, step }
                })
                .collect();
            let status = words::status(&proposal, stopped);
            Ok(Card { proposal, status, history, plan, same_customer, money })
        })?;
        if let Some(money) = &mut card.money {
            let target = card.proposal.action.target();
            money.left_of_order =
                self.inner.store.read(|conn| Ok(reading::left_of(conn, target))).map_err(Error::from)??;
        }
        Ok(card)
    }
}
