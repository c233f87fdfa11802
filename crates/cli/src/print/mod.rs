//! What a person or another program reads.

mod limits;
mod proof;

use std::io::Write as _;

use fermata_console::wire::{
    Alert, Approvals, AuditCheck, Card, Connection, Customer, Customers, DecidedMany, Exception, Guardrails,
    Ledger, Proof, Proposal, SetAside, SetAsideRetried, Status, Tested, Timeline, Undone, Workflow,
};
use fermata_console::{Code, Problem};
use fermata_model::{Money, Timestamp};
use serde::Serialize;

/// Prints answers: JSON as the door gave it, or lines for a person.
pub(crate) struct Printer {
    /// JSON instead of lines.
    pub(crate) json: bool,
}

impl Printer {
    /// Prints JSON if that is wanted, else calls for the lines.
    fn show<T: Serialize>(&self, value: &T, lines: impl FnOnce() -> Vec<String>) -> Result<(), Problem> {
        if self.json {
            return say(&serde_json::json!(value).to_string());
        }
        let lines: Vec<String> = lines().iter().map(|line| safe(line)).collect();
        say(&lines.join("\n"))
    }

    pub(crate) fn status(&self, status: &Status) -> Result<(), Problem> {
        self.show(status, || {
            let mut lines = vec![format!(
                "{} · {} connections, {} up to date, {} failing · {} wait, {} in doubt, {} alerts",
                status.shop.as_ref().map_or("No shop yet", |shop| &shop.name),
                status.sync.connections,
                status.sync.up_to_date,
                status.sync.failing,
                status.waiting,
                status.in_doubt,
                status.alerts
            )];
            if let Some(stop) = &status.stop {
                let why = stop.reason.as_deref().map(|r| format!(": {r}")).unwrap_or_default();
                lines.push(format!("ALL SENDING IS STOPPED by {} since {}{why}", stop.by, when(stop.at)));
            }
            lines
        })
    }

    pub(crate) fn connections(&self, list: &[Connection]) -> Result<(), Problem> {
        self.show(&list, || {
            let mut lines = Vec::new();
            for c in list {
                let landed: u32 = c.streams.iter().map(|s| s.landed).sum();
                lines.push(format!(
                    "{:>3}  {:<11} {:<24} {:?}  {landed} records",
                    c.id, c.platform, c.name, c.health
                ));
                if let Some(trouble) = &c.problem {
                    lines.push(format!("     {}", trouble.message));
                    lines.extend(trouble.hint.as_ref().map(|hint| format!("     {hint}")));
                }
                if c.set_aside > 0 {
                    lines.push(format!(
                        "     {} records could not be read and are set aside: `fermata set-aside list`",
                        c.set_aside
                    ));
                }
                if !c.missing_scopes.is_empty() {
                    lines.push(format!("     permissions missing: {}", c.missing_scopes.join(", ")));
                }
                let absent = c.streams.iter().filter_map(|s| Some((s.stream.title(), s.absent.as_ref()?)));
                lines.extend(absent.map(|(stream, why)| format!("     no {stream}: {why}")));
                lines.extend(c.last_proof.as_ref().map(proof::last_line));
            }
            or(lines, "Nothing is connected. `fermata connect --help` says how.")
        })
    }

    pub(crate) fn limits(&self, guardrails: &Guardrails) -> Result<(), Problem> {
        self.show(guardrails, || limits::lines(guardrails))
    }

    pub(crate) fn proofs(&self, proofs: &[Proof]) -> Result<(), Problem> {
        self.show(&proofs, || or(proofs.iter().flat_map(proof::lines).collect(), "Nothing is connected."))
    }

    pub(crate) fn tested(&self, tested: &Tested) -> Result<(), Problem> {
        self.show(tested, || {
            let mut lines = vec![format!("Signed in to {}. Nothing was kept.", tested.account)];
            for scope in &tested.missing {
                lines.push(format!("Permission missing: {} ({})", scope.name, scope.needed_for));
            }
            for preview in &tested.preview {
                let total = preview.total.map(|n| format!(" of {n}")).unwrap_or_default();
                lines.push(format!("{}: {}{total}", preview.stream, preview.examples.len()));
                lines.extend(preview.problem.iter().map(|problem| format!("  {problem}")));
                lines.extend(preview.examples.iter().map(|example| format!("  {example}")));
            }
            lines
        })
    }

    pub(crate) fn customers(&self, found: &Customers) -> Result<(), Problem> {
        self.show(found, || {
            let lines = found.rows.iter().map(|c| {
                let email = c.email.as_deref().unwrap_or("–");
                format!("{:>7}  {:<28} {email:<36} {} orders  {}", c.id, c.name, c.orders, sums(&c.spent))
            });
            or(lines.collect(), "Nobody matches.")
        })
    }

    pub(crate) fn timeline(&self, customer: &Customer, timeline: &Timeline) -> Result<(), Problem> {
        #[derive(Serialize)]
        struct Both<'a> {
            customer: &'a Customer,
            timeline: &'a Timeline,
        }
        self.show(&Both { customer, timeline }, || {
            let mut lines = vec![format!(
                "{} · {} · {} identities · {} spent",
                customer.row.name,
                customer.row.email.as_deref().unwrap_or("–"),
                customer.identities.len(),
                sums(&customer.row.spent)
            )];
            lines.extend(customer.now.iter().map(|fact| format!("  now: {}", fact.text)));
            for event in &timeline.events {
                let amount = event.amount.map(|m| format!("  {}", m.shown())).unwrap_or_default();
                let detail = event.detail.as_deref().map(|d| format!("  ({d})")).unwrap_or_default();
                lines.push(format!(
                    "{}  {:<17} {}{amount}{detail}  [{}]",
                    when(event.at),
                    event.kind.name(),
                    event.title,
                    event.source
                ));
            }
            lines
        })
    }

    pub(crate) fn approvals(&self, queue: &Approvals) -> Result<(), Problem> {
        self.show(queue, || {
            let mut lines: Vec<String> = queue.cards.iter().flat_map(card_lines).collect();
            if !lines.is_empty() {
                lines.push(format!("{} in all · {}", queue.total.count, sums(&queue.total.amounts)));
            }
            or(lines, "Nothing here.")
        })
    }

    pub(crate) fn cards(&self, cards: &[Card]) -> Result<(), Problem> {
        self.show(&cards, || cards.iter().flat_map(card_lines).collect())
    }

    pub(crate) fn decided_many(&self, decided: &DecidedMany) -> Result<(), Problem> {
        self.show(decided, || {
            let mut lines: Vec<String> = decided.done.iter().flat_map(card_lines).collect();
            lines.extend(decided.exceptions.iter().map(exception_line));
            lines
        })
    }

    pub(crate) fn undone(&self, undone: &Undone) -> Result<(), Problem> {
        self.show(undone, || {
            let mut lines: Vec<String> = undone.held.iter().flat_map(card_lines).collect();
            lines.extend(undone.too_late.iter().map(exception_line));
            lines
        })
    }

    pub(crate) fn proposal(&self, proposal: &Proposal) -> Result<(), Problem> {
        self.show(proposal, || {
            let mut lines = card_lines(&proposal.card);
            lines.push(format!("via       {}", proposal.via));
            lines.extend(
                proposal
                    .evidence
                    .iter()
                    .map(|e| format!("evidence  {} [{}, {}]", e.text, e.source, when(e.at))),
            );
            let rule = &proposal.rule;
            lines.push(format!("rule      {} v{} · {}", rule.workflow, rule.version, rule.limit));
            if let Some(money) = &proposal.money {
                let left = money.refundable.map_or("–".to_owned(), Money::shown);
                lines.push(format!(
                    "money     refundable {left} · today {} of {}",
                    money.spent_today.shown(),
                    money.daily_limit.shown()
                ));
            }
            for other in &proposal.alternatives {
                lines.push(format!("instead   {} ({})", other.what, other.why_not));
            }
            lines.extend(proposal.flip.iter().map(|flip| format!("flip      {flip}")));
            lines.push(format!("ignored   {}", proposal.if_ignored));
            lines.extend(
                proposal.history.iter().map(|h| format!("history   {} {}: {}", when(h.at), h.who, h.what)),
            );
            lines
        })
    }

    pub(crate) fn ledger(&self, ledger: &Ledger) -> Result<(), Problem> {
        self.show(ledger, || {
            let lines = ledger.entries.iter().map(|e| {
                let amount = e.amount.map(Money::shown).unwrap_or_default();
                let receipt = e.receipt.as_deref().unwrap_or("–");
                format!(
                    "{:>5}  {}  {:<18} {:<12} {amount:>14}  {:<10} {receipt}",
                    e.id,
                    when(e.moved_at),
                    e.kind.name(),
                    e.target,
                    e.state.name()
                )
            });
            or(lines.collect(), "The ledger is empty.")
        })
    }

    pub(crate) fn audit(&self, check: &AuditCheck) -> Result<(), Problem> {
        self.show(check, || {
            let verdict = if check.first_bad.is_none() { "whole" } else { "broken" };
            vec![format!("{} entries, {verdict}; head {}", check.entries, check.head)]
        })
    }

    pub(crate) fn alerts(&self, alerts: &[Alert]) -> Result<(), Problem> {
        self.show(&alerts, || {
            let lines = alerts.iter().flat_map(|a| {
                let title = format!("{:>4}  {:?}  {}  since {}", a.id, a.level, a.title, when(a.since));
                let more = [&a.cause, &a.next_step].into_iter().filter(|text| !text.is_empty());
                std::iter::once(title).chain(more.map(|text| format!("      {text}")))
            });
            or(lines.collect(), "Nothing needs attention.")
        })
    }

    pub(crate) fn set_aside(&self, list: &[SetAside]) -> Result<(), Problem> {
        self.show(&list, || {
            let lines = list.iter().flat_map(|one| {
                let id = one.external_id.as_deref().unwrap_or("an unreadable id");
                let title = format!("{:>4}  connection {}, {}: {id}", one.id, one.connection, one.stream);
                [format!("{title}  since {}", when(one.at)), format!("      {}", one.reason)]
            });
            or(lines.collect(), "Every record could be read.")
        })
    }

    pub(crate) fn retried(&self, retried: &SetAsideRetried) -> Result<(), Problem> {
        let SetAsideRetried { recovered, still_aside } = retried;
        self.show(retried, || {
            vec![format!("{recovered} are in place now, {still_aside} still cannot be read.")]
        })
    }

    pub(crate) fn workflows(&self, workflows: &[Workflow]) -> Result<(), Problem> {
        self.show(&workflows, || {
            let lines = workflows.iter().map(|w| {
                format!(
                    "{:<28} v{}  {:<8} {} runs, {} proposed, {} waiting  {}",
                    w.id,
                    w.version,
                    w.mode.name(),
                    w.runs,
                    w.proposed,
                    w.waiting,
                    w.summary
                )
            });
            lines.collect()
        })
    }
}

fn card_lines(card: &Card) -> Vec<String> {
    let amount = card.amount.map(Money::shown).unwrap_or_default();
    let mut lines = vec![format!(
        "{:>5}  {:<18} {amount:>14}  {:<24} {:<10} {}",
        card.id,
        card.kind.name(),
        card.customer_name,
        card.target.label,
        card.state.name()
    )];
    lines.push(format!("       {}", card.why));
    lines.extend(card.warnings.iter().map(|warning| format!("       ! {warning}")));
    lines.extend(card.outcome.iter().map(|outcome| format!("       {outcome}")));
    lines.extend(card.held_back.iter().map(|why| format!("       held back: {why}")));
    if let Some(at) = card.leaves_at {
        lines.push(format!("       leaves {}", when(at)));
    }
    lines
}

fn exception_line(exception: &Exception) -> String {
    format!("{:>5}  not done: {}", exception.id, exception.message)
}

fn or(lines: Vec<String>, empty: &str) -> Vec<String> {
    if lines.is_empty() { vec![empty.to_owned()] } else { lines }
}

fn when(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%SZ").to_string()
}

fn sums(amounts: &[Money]) -> String {
    if amounts.is_empty() {
        return "–".to_owned();
    }
    amounts.iter().map(|amount| amount.shown()).collect::<Vec<_>>().join(" + ")
}

/// Writes to standard output. A reader that has had enough, such as `head`, is no failure.
///
/// Errors: [`Code::Internal`] if it cannot be written, as to a full disk.
pub(crate) fn say(text: &str) -> Result<(), Problem> {
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => Err(Problem::new(
            Code::Internal,
            format!("What was found or done cannot be written to standard output: {e}."),
        )),
        _ => Ok(()),
    }
}

/// Shows control characters instead of obeying them, and those that turn the direction of writing:
/// names and texts come from strangers, and a terminal obeys what it is sent.
pub(crate) fn safe(text: &str) -> String {
    let steers = |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|c| if steers(c) { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stranger_cannot_steer_the_terminal() {
        assert_eq!(safe("Ana\u{1b}[2J\r\n"), "Ana\u{fffd}[2J\u{fffd}\u{fffd}");
        assert_eq!(safe("Ana \u{202e}00.5"), "Ana \u{fffd}00.5", "nor turn an amount around");
        assert_eq!(safe("Zoë 李 שרה"), "Zoë 李 שרה");
    }
}
