//! The approval queue: lists, cards, decisions, undo, doubt.

use std::sync::PoisonError;
use std::time::{Duration, Instant};

use fermata_engine::{Decision as EngineDecision, Filter, Settlement, Tab as EngineTab, Undo as EngineUndo};
use fermata_model::{ProposalId, Timestamp};
use fermata_store::ledger;
use jiff::ToSpan as _;

use super::cards;
use super::shell::{count, sum_of};
use crate::console::{Console, blocking};
use crate::door::{Caller, Way};
use crate::wire::{
    Approvals, ApprovalsList, Card, Decide, DecideMany, Decided, DecidedMany, Decision, Exception, Proposal,
    ProposalRef, Settle, Sum, Tab, TabCounts, Undo, Undone,
};
use crate::{Code, Problem};

/// A decision within this time of a card's first paint is not taken.
const READING_TIME: Duration = Duration::from_millis(300);
/// How many first paints are remembered before the old ones go.
const PAINTS: usize = 10_000;
/// How many cards a list holds unless told otherwise.
const PAGE: u32 = 200;

impl Console {
    pub(crate) async fn approvals_list(
        &self,
        _: &Caller,
        request: ApprovalsList,
    ) -> Result<Approvals, Problem> {
        let limit = if request.limit == 0 { PAGE } else { request.limit.min(1000) };
        let filter = Filter {
            tab: Some(engine_tab(request.tab)),
            awake_at: Some(self.clock.now()),
            ..Filter::default()
        };
        let month_ago = self.days_ago(30);
        let (engine, store) = (self.engine.clone(), self.store.clone());
        let (cards, total, median) = blocking(move || {
            let kept = engine.list(&filter, request.offset, limit)?;
            let statuses = engine.status(&kept)?;
            let rows = store.read(|conn| {
                kept.iter()
                    .zip(&statuses)
                    .map(|(proposal, status)| cards::row(conn, proposal, status))
                    .collect()
            })?;
            Ok::<(Vec<Card>, Sum, Option<u32>), Problem>((
                rows,
                sum_of(&engine.sum(&filter)?),
                store.read(move |conn| ledger::numbers::median_to_decide(conn, month_ago))?,
            ))
        })
        .await?;
        Ok(Approvals {
            cards,
            total,
            counts: TabCounts {
                waiting: self.sum(EngineTab::ToApprove).await?.count,
                suggestions: self.sum(EngineTab::Suggestions).await?.count,
                leaving: self.sum(EngineTab::Leaving).await?.count,
                in_doubt: self.sum(EngineTab::InDoubt).await?.count,
                decided: self.sum(EngineTab::Decided).await?.count,
            },
            median_seconds_to_decide: median,
            now: self.clock.now(),
        })
    }

    pub(crate) async fn approvals_show(
        &self,
        caller: &Caller,
        request: ProposalRef,
    ) -> Result<Proposal, Problem> {
        let proposal = self.card(request.id).await?;
        if caller.way == Way::Window {
            let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
            let now = Instant::now();
            // A card that is read again, because something changed elsewhere, was on screen all along.
            if shown.len() >= PAINTS {
                shown.retain(|_, since| now.duration_since(*since) < READING_TIME);
            }
            shown.entry((request.id, proposal.card.version)).or_insert(now);
        }
        Ok(proposal)
    }

    pub(crate) async fn approvals_decide(
        &self,
        caller: &Caller,
        request: Decide,
    ) -> Result<Decided, Problem> {
        self.has_been_read(caller, request.id, request.version)?;
        let decision = self.decision(request.id, &request.decision).await?;
        let person = self.person(caller).await?;
        let version = i64::from(request.version);
        self.engine(move |engine| engine.decide(request.id, version, decision, &person)).await?;
        self.decided(request.id).await
    }

    pub(crate) async fn approvals_decide_many(
        &self,
        caller: &Caller,
        request: DecideMany,
    ) -> Result<DecidedMany, Problem> {
        if matches!(request.decision, Decision::Edit { .. }) {
            return Err(Problem::new(Code::BadRequest, "Many proposals cannot be edited in one go."));
        }
        let Some(first) = request.items.first() else {
            return Err(Problem::new(Code::BadRequest, "Nothing is selected."));
        };
        let decision = self.decision(first.id, &request.decision).await?;
        let person = self.person(caller).await?;
        let items: Vec<(ProposalId, i64)> =
            request.items.iter().map(|s| (s.id, i64::from(s.version))).collect();
        let batch = self.engine(move |engine| engine.decide_many(&items, decision, &person)).await?;
        let (mut done, mut exceptions) = (Vec::new(), Vec::new());
        for (id, result) in batch.results {
            match result {
                Ok(_) => done.push(self.decided(id).await?.card),
                Err(error) => exceptions.push(exception(id, Problem::from(error))),
            }
        }
        let sum = Sum { count: count(done.len()), amounts: batch.sums };
        Ok(DecidedMany { done, exceptions, sum })
    }

    pub(crate) async fn approvals_undo(&self, caller: &Caller, request: Undo) -> Result<Undone, Problem> {
        let person = self.person(caller).await?;
        let undone = self.engine(move |engine| engine.undo(EngineUndo::These(request.ids), &person)).await?;
        let (mut held, mut too_late) = (Vec::new(), Vec::new());
        for (id, result) in undone {
            match result {
                Ok(_) => held.push(self.decided(id).await?.card),
                Err(error) => too_late.push(exception(id, Problem::from(error))),
            }
        }
        Ok(Undone { held, too_late })
    }

    pub(crate) async fn approvals_look(
        &self,
        caller: &Caller,
        request: ProposalRef,
    ) -> Result<Decided, Problem> {
        let person = self.person(caller).await?;
        self.engine(move |engine| engine.look_now(request.id, &person)).await?;
        self.engine.wake();
        self.decided(request.id).await
    }

    pub(crate) async fn approvals_settle(
        &self,
        caller: &Caller,
        request: Settle,
    ) -> Result<Decided, Problem> {
        let person = self.person(caller).await?;
        let version = i64::from(self.card(request.id).await?.card.version);
        let settlement = match (request.happened, request.send_again.unwrap_or_default()) {
            (true, false) => Settlement::Happened,
            (false, false) => Settlement::DidNot,
            (false, true) => Settlement::SendAgain,
            (true, true) => {
                return Err(Problem::new(Code::BadRequest, "What happened is not sent again."));
            }
        };
        self.engine(move |engine| engine.settle(request.id, version, settlement, &request.note, &person))
            .await?;
        self.decided(request.id).await
    }

    /// Reads a whole card.
    pub(crate) async fn card(&self, id: ProposalId) -> Result<Proposal, Problem> {
        let (engine, store) = (self.engine.clone(), self.store.clone());
        blocking(move || {
            let card = engine.show(id)?;
            Ok(store.read(|conn| cards::whole(conn, &card))?)
        })
        .await
    }

    pub(super) async fn decided(&self, id: ProposalId) -> Result<Decided, Problem> {
        Ok(Decided { card: self.card(id).await?.card })
    }

    /// Returns the instant so many days before the present.
    pub(crate) fn days_ago(&self, days: i64) -> Timestamp {
        self.clock.now().saturating_sub((days * 24).hours()).unwrap_or(Timestamp::MIN)
    }

    fn has_been_read(&self, caller: &Caller, id: ProposalId, version: u32) -> Result<(), Problem> {
        if caller.way != Way::Window {
            return Ok(());
        }
        let shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        match shown.get(&(id, version)) {
            Some(since) if since.elapsed() < READING_TIME => {
                Err(Problem::new(Code::TooFast, "Too fast to have read; nothing was decided.")
                    .with_hint("Press again."))
            }
            _ => Ok(()),
        }
    }

    async fn decision(&self, id: ProposalId, decision: &Decision) -> Result<EngineDecision, Problem> {
        Ok(match decision {
            Decision::Approve => EngineDecision::Approve,
            Decision::Reject { reason } => EngineDecision::Reject { reason: reason.clone() },
            Decision::Later { until } => EngineDecision::Later { until: *until },
            Decision::Edit { amount, text } => {
                let action = self.card(id).await?.action;
                let edited = cards::edited(&action, *amount, text.as_deref()).ok_or_else(|| {
                    Problem::new(Code::BadRequest, format!("That cannot be changed on {}.", action.kind()))
                })?;
                EngineDecision::Edit { action: edited }
            }
        })
    }
}

fn exception(id: ProposalId, problem: Problem) -> Exception {
    Exception { id, code: problem.code.name().to_owned(), message: problem.message }
}

const fn engine_tab(tab: Tab) -> EngineTab {
    match tab {
        Tab::Waiting => EngineTab::ToApprove,
        Tab::Suggestions => EngineTab::Suggestions,
        Tab::Leaving => EngineTab::Leaving,
        Tab::InDoubt => EngineTab::InDoubt,
        Tab::Decided => EngineTab::Decided,
    }
}
