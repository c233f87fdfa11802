//! A proposal in the ledger's words becomes a card in the window's.

use fermata_connectors::registry::capability;
use fermata_engine::{Card as EngineCard, History, Proposal as Kept, Status as KeptStatus, words};
use fermata_model::{Action, Money, RecordRef, State};
use fermata_store::Sql;
use fermata_store::{connections, customers, ledger, orders, people, records};

use crate::wire::{Alternative, Card, Evidence, HistoryEntry, MoneyFacts, Proposal, Rule};

/// Makes the row of a proposal; reads what the row says about the customer.
pub(crate) fn row(conn: &Sql, kept: &Kept, status: &KeptStatus) -> Result<Card, fermata_store::Error> {
    let name = match kept.customer {
        Some(id) => customers::get(conn, customers::current(conn, id)?).map(|c| c.name.or(c.email))?,
        None => None,
    };
    Ok(Card {
        id: kept.id,
        version: u32::try_from(kept.version).unwrap_or_default(),
        state: kept.state,
        line: status.line.clone(),
        kind: kept.action.kind(),
        amount: kept.action.amount(),
        customer: kept.customer,
        customer_name: name.unwrap_or_else(|| "Unknown customer".to_owned()),
        target: kept.action.target().clone(),
        why: kept.case.why.clone(),
        warnings: kept.case.warnings.iter().map(|w| w.text.clone()).collect(),
        workflow: kept.origin.workflow.clone().unwrap_or_else(|| "by hand".to_owned()),
        group: Some(kept.group.0),
        made_at: kept.created_at,
        deadline: kept.deadline_at,
        leaves_at: status.leaves_at,
        decided_by: kept.decided_by.as_ref().map(words::who),
        outcome: outcome(kept),
        next_look: status.next_look_at,
        cannot_look: status.cannot_ask.clone(),
        held_back: status.kept_back.clone(),
    })
}

/// Makes the whole card.
pub(crate) fn whole(conn: &Sql, card: &EngineCard) -> Result<Proposal, fermata_store::Error> {
    let kept = &card.proposal;
    let connection = connections::get(conn, kept.action.target().connection);
    let via = connection.map_or_else(
        |_| "a connection that was removed".to_owned(),
        |c| format!("{} ({})", c.platform.title(), c.name),
    );
    Ok(Proposal {
        card: row(conn, kept, &card.status)?,
        action: kept.action.clone(),
        via,
        customer_facts: customer_facts(conn, kept)?,
        evidence: kept.case.evidence.iter().map(|e| evidence(conn, kept, e)).collect::<Result<_, _>>()?,
        rule: Rule {
            workflow: kept.case.rule.name.clone(),
            version: u32::try_from(kept.case.rule.version).unwrap_or_default(),
            reason: kept.case.why.clone(),
            limit: kept.case.rule.limit.clone().unwrap_or_default(),
        },
        money: card.money.as_ref().map(|m| MoneyFacts {
            refundable: m.left_of_order,
            spent_today: m.used_today,
            daily_limit: m.limit_today,
        }),
        alternatives: kept
            .case
            .alternatives
            .iter()
            .map(|a| Alternative { what: a.title.clone(), cost: a.cost, why_not: a.why_not.clone() })
            .collect(),
        flip: kept.case.flip.clone(),
        if_ignored: match kept.deadline_at {
            Some(_) => "It expires then, and nothing happens.".to_owned(),
            None => "It goes on waiting; nothing happens.".to_owned(),
        },
        history: card.history.iter().map(history).collect(),
        receipt: kept.receipt.clone(),
        linked: card.plan.iter().map(|p| p.id).filter(|&id| id != kept.id).collect(),
        editable: editable(&kept.action),
        reversible: reversible(kept),
    })
}

fn evidence(conn: &Sql, kept: &Kept, line: &ledger::Evidence) -> Result<Evidence, fermata_store::Error> {
    let find = |at: &RecordRef| records::find(conn, at.connection, at.stream, &at.external_id);
    Ok(Evidence {
        text: if line.label.is_empty() {
            line.text.clone()
        } else {
            format!("{}: {}", line.label, line.text)
        },
        source: line.source.clone(),
        at: line.at.unwrap_or(kept.created_at),
        opens: line.record.as_ref().map(find).transpose()?.flatten(),
        record: line.record.clone(),
    })
}

/// Tells whether an action can be taken back once it is done: what was frozen says so, and before
/// that the platform's capability.
fn reversible(kept: &Kept) -> bool {
    match (&kept.frozen, kept.platform) {
        (Some(frozen), _) if frozen.undo.is_some() => true,
        (_, Some(platform)) => {
            let known = capability(platform).action(kept.action.kind());
            known.is_some_and(|known| known.undone_by.is_some())
        }
        _ => false,
    }
}

fn history(history: &History) -> HistoryEntry {
    let entry = &history.entry;
    let what = history.step.as_ref().map_or_else(|| entry.what.clone(), |step| step.note.clone());
    HistoryEntry { at: entry.at, who: words::who(&entry.actor), what }
}

/// Returns what became of it, in words; `None` while nothing has.
fn outcome(kept: &Kept) -> Option<String> {
    if let Some(receipt) = &kept.receipt {
        return Some(format!("receipt {}", receipt.external_id));
    }
    kept.trouble.as_ref().filter(|_| kept.state != State::Confirmed).map(|trouble| trouble.message.clone())
}

fn editable(action: &Action) -> Vec<String> {
    let field = match action {
        Action::OrderRefund { .. } | Action::PaymentRefund { .. } => "amount",
        Action::OrderNote { .. } | Action::TicketReply { .. } | Action::TicketNote { .. } => "text",
        _ => return Vec::new(),
    };
    vec![field.to_owned()]
}

fn customer_facts(conn: &Sql, kept: &Kept) -> Result<Vec<String>, fermata_store::Error> {
    let Some(id) = kept.customer else { return Ok(Vec::new()) };
    let id = customers::current(conn, id)?;
    let facts = customers::facts(conn, id)?;
    let mut lines = vec![match facts.orders {
        0 => "no orders".to_owned(),
        1 => "1 order".to_owned(),
        n => format!("{n} orders"),
    }];
    lines.extend(facts.spent.iter().map(|sum| format!("{} spent", sum.shown())));
    lines.extend(
        facts
            .refunded
            .iter()
            .filter(|sum| sum.is_positive())
            .map(|sum| format!("{} refunded before", sum.shown())),
    );
    if facts.open_tickets > 0 {
        lines.push(format!(
            "{} open ticket{}",
            facts.open_tickets,
            if facts.open_tickets == 1 { "" } else { "s" }
        ));
    }
    let others = people::of(conn, id)?.len();
    if others > 1 {
        lines.push(format!("{others} identities"));
    }
    if let Action::OrderRefund { order, .. } = &kept.action
        && let Some(record) = records::find(conn, order.connection, order.stream, &order.external_id)?
    {
        let known = orders::get(conn, record)?.value;
        lines.push(format!(
            "{}: {} paid, {} refunded",
            known.name,
            known.total.shown(),
            known.refunded.shown()
        ));
    }
    Ok(lines)
}

/// Applies a person's edit to an action.
///
/// `None` if the kind of action has nothing to edit, or the edit names none of it.
pub(crate) fn edited(action: &Action, amount: Option<Money>, text: Option<&str>) -> Option<Action> {
    match (action, amount, text) {
        (Action::OrderRefund { order, note, restock, .. }, Some(amount), None) => Some(Action::OrderRefund {
            order: order.clone(),
            amount,
            note: note.clone(),
            restock: restock.clone(),
        }),
        (Action::PaymentRefund { payment, note, .. }, Some(amount), None) => {
            Some(Action::PaymentRefund { payment: payment.clone(), amount, note: note.clone() })
        }
        (Action::OrderNote { order, .. }, None, Some(text)) => {
            Some(Action::OrderNote { order: order.clone(), text: text.to_owned() })
        }
        (Action::TicketReply { ticket, .. }, None, Some(text)) => {
            Some(Action::TicketReply { ticket: ticket.clone(), text: text.to_owned() })
        }
        (Action::TicketNote { ticket, .. }, None, Some(text)) => {
            Some(Action::TicketNote { ticket: ticket.clone(), text: text.to_owned() })
        }
        _ => None,
    }
}
