//! Facts in, a decision out. Nothing is written and nothing is sent, so the same function serves
//! the running engine, the tests beside the files, and any try on the past.

use fermata_model::{Action, ActionKind, Money, RecordRef, Timestamp};
use fermata_store::ledger::{Alternative, Evidence};
use jiff::tz::TimeZone;
use minijinja::Value;
use serde::Serialize;

use super::expression::{Expressions, Scope, put, seen_as, take};
use super::facts::Facts;
use super::file::{Choice, FactKind, Step, Workflow};
use crate::Error;

/// What a workflow decided about one subject.
#[derive(Clone, Debug, PartialEq)]
pub struct Decided {
    /// What makes it one of a kind.
    pub occurrence: String,
    /// The option chosen.
    pub option: String,
    /// Why, in one sentence.
    pub why: String,
    /// What it rests on.
    pub evidence: Vec<Evidence>,
    /// The two best other options.
    pub alternatives: Vec<Alternative>,
    /// The smallest change that would have decided otherwise.
    pub flip: Option<String>,
    /// The steps to be done; none of them is "do nothing".
    pub steps: Vec<String>,
}

/// An action that a step wants to do.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposed {
    /// The effect.
    pub action: Action,
    /// Why, if the step says so itself.
    pub why: Option<String>,
    /// The parts of its idempotency key beyond workflow and step.
    pub occurrence: String,
}

/// One workflow looking at one customer at one instant.
pub struct View<'a> {
    workflow: &'a Workflow,
    expressions: Expressions,
    facts: &'a Facts,
}

/// Decides about every subject that the trigger's conditions fit.
pub fn decide(
    workflow: &Workflow,
    facts: &Facts,
    zone: TimeZone,
    now: Timestamp,
) -> Result<Vec<Decided>, Error> {
    let view = View::new(workflow, facts, zone, now);
    let mut decided = Vec::new();
    for scope in view.subjects()? {
        if let Some(one) = view.choose(&scope)? {
            decided.push(one);
        }
    }
    Ok(decided)
}

impl<'a> View<'a> {
    /// Looks at a customer's facts.
    pub fn new(workflow: &'a Workflow, facts: &'a Facts, zone: TimeZone, now: Timestamp) -> Self {
        Self { workflow, expressions: Expressions::new(zone, now), facts }
    }

    fn wrong(&self, detail: String) -> Error {
        Error::Workflow { workflow: self.workflow.id.clone(), detail }
    }

    fn list(&self, kind: FactKind) -> Vec<Value> {
        fn values<T: Serialize>(list: &[T]) -> Vec<Value> {
            list.iter().map(seen_as).collect()
        }
        match kind {
            FactKind::Orders => values(&self.facts.orders),
            FactKind::Parcels => values(&self.facts.parcels),
            FactKind::Tickets => values(&self.facts.tickets),
            FactKind::Carts => values(&self.facts.carts),
            FactKind::Profiles => values(&self.facts.profiles),
        }
    }

    /// Returns what expressions see, once for every possible subject.
    pub fn subjects(&self) -> Result<Vec<Scope>, Error> {
        let each = &self.workflow.trigger.each;
        let mut scopes = Vec::new();
        for subject in self.list(each.of) {
            let mut scope = Scope::new();
            scope.insert("now".to_owned(), self.expressions.now());
            put(&mut scope, "customer", &self.facts.customer);
            put(&mut scope, "read_at", self.facts.read_at);
            for &kind in &self.workflow.read.facts {
                scope.insert(kind.name().to_owned(), Value::from(self.list(kind)));
            }
            scope.insert(each.name.clone(), subject);
            for value in &self.workflow.read.values {
                let found = self.named(value, &scope).map_err(|detail| self.wrong(detail))?;
                scope.insert(value.name.clone(), found);
            }
            scopes.push(scope);
        }
        Ok(scopes)
    }

    fn named(&self, value: &super::file::Value, scope: &Scope) -> Result<Value, String> {
        if let Some(expression) = &value.is {
            return self.expressions.value(expression, scope);
        }
        let (Some(kind), Some(fits)) = (value.first_of, &value.fits) else {
            return Ok(Value::from(()));
        };
        let mut inner = scope.clone();
        for member in self.list(kind) {
            inner.insert("it".to_owned(), member.clone());
            if self.expressions.holds(fits, &inner)? {
                return Ok(member);
            }
        }
        Ok(Value::from(()))
    }

    /// Returns what expressions see for the subject of a run that began earlier; `None` if the
    /// subject is no more.
    pub fn subject_of(&self, occurrence: &str) -> Result<Option<Scope>, Error> {
        for scope in self.subjects()? {
            if self.occurrence(&scope)? == occurrence {
                return Ok(Some(scope));
            }
        }
        Ok(None)
    }

    /// Returns what makes a subject one of a kind.
    pub fn occurrence(&self, scope: &Scope) -> Result<String, Error> {
        self.sentence(&self.workflow.trigger.once_per, scope)
    }

    /// Fills in a sentence.
    pub fn sentence(&self, sentence: &str, scope: &Scope) -> Result<String, Error> {
        self.expressions.sentence(sentence, scope).map_err(|detail| self.wrong(detail))
    }

    /// Evaluates a condition.
    pub fn holds(&self, condition: &str, scope: &Scope) -> Result<bool, Error> {
        self.expressions.holds(condition, scope).map_err(|detail| self.wrong(detail))
    }

    /// Evaluates conditions in order until one does not hold.
    pub fn all_hold(&self, conditions: &[String], scope: &Scope) -> Result<bool, Error> {
        self.expressions.all_hold(conditions, scope).map_err(|detail| self.wrong(detail))
    }

    /// Chooses among the options, if the trigger's conditions fit the subject.
    pub fn choose(&self, scope: &Scope) -> Result<Option<Decided>, Error> {
        if !self.all_hold(&self.workflow.trigger.when, scope)? {
            return Ok(None);
        }
        let options = &self.workflow.decide.options;
        let mut chosen = None;
        for (index, option) in options.iter().enumerate() {
            if self.all_hold(&option.when, scope)? {
                chosen = Some((index, option));
                break;
            }
        }
        let Some((index, option)) = chosen else { return Ok(None) };
        let others = options.iter().enumerate().filter(|(i, _)| *i != index).map(|(_, other)| other);
        Ok(Some(Decided {
            occurrence: self.occurrence(scope)?,
            option: option.id.clone(),
            why: self.sentence(&option.because, scope)?,
            evidence: self.evidence(scope)?,
            alternatives: others.take(2).map(|o| self.alternative(o, scope)).collect::<Result<_, _>>()?,
            flip: option.flip.as_ref().map(|flip| self.sentence(flip, scope)).transpose()?,
            steps: option.steps.clone(),
        }))
    }

    fn alternative(&self, option: &Choice, scope: &Scope) -> Result<Alternative, Error> {
        Ok(Alternative {
            title: self.sentence(&option.title, scope)?,
            cost: match &option.cost {
                Some(cost) => self.typed::<Option<Money>>(cost, scope)?,
                None => None,
            },
            why_not: self.sentence(&option.otherwise, scope)?,
        })
    }

    fn evidence(&self, scope: &Scope) -> Result<Vec<Evidence>, Error> {
        let mut lines = Vec::new();
        for line in &self.workflow.decide.evidence {
            if let Some(when) = &line.when
                && !self.holds(when, scope)?
            {
                continue;
            }
            lines.push(Evidence {
                label: line.label.clone(),
                text: self.sentence(&line.text, scope)?,
                source: line.source.clone(),
                at: line
                    .at
                    .as_ref()
                    .map(|at| self.typed::<Option<Timestamp>>(at, scope))
                    .transpose()?
                    .flatten(),
                record: line
                    .record
                    .as_ref()
                    .map(|record| self.typed::<Option<RecordRef>>(record, scope))
                    .transpose()?
                    .flatten(),
                event: None,
            });
        }
        Ok(lines)
    }

    fn typed<T: serde::de::DeserializeOwned>(&self, expression: &str, scope: &Scope) -> Result<T, Error> {
        self.expressions.typed(expression, scope).map_err(|detail| self.wrong(detail))
    }

    /// Builds the action of a step.
    ///
    /// Errors: [`Error::Workflow`] if a field is missing or of another type.
    pub fn propose(&self, step: &Step, scope: &Scope) -> Result<Proposed, Error> {
        let field = |name: &str, text: &Option<String>| {
            text.clone().ok_or_else(|| self.wrong(format!("step \"{}\" lacks \"{name}\"", step.id)))
        };
        let with = &step.with;
        let record = |name: &str, text: &Option<String>| -> Result<RecordRef, Error> {
            self.typed(&field(name, text)?, scope)
        };
        let sentence = |name: &str, text: &Option<String>| -> Result<String, Error> {
            self.sentence(&field(name, text)?, scope)
        };
        let kind = step.action.ok_or_else(|| self.wrong(format!("step \"{}\" is no action", step.id)))?;
        let action = match kind {
            ActionKind::OrderRefund => Action::OrderRefund {
                order: record("order", &with.order)?,
                amount: self.typed(&field("amount", &with.amount)?, scope)?,
                note: sentence("note", &with.note)?,
                restock: Vec::new(),
            },
            ActionKind::TicketReply => Action::TicketReply {
                ticket: record("ticket", &with.ticket)?,
                text: sentence("text", &with.text)?,
            },
            ActionKind::TicketNote => Action::TicketNote {
                ticket: record("ticket", &with.ticket)?,
                text: sentence("text", &with.text)?,
            },
            ActionKind::MarketingHold => Action::MarketingHold { profile: record("profile", &with.profile)? },
            ActionKind::MarketingRelease => {
                Action::MarketingRelease { profile: record("profile", &with.profile)? }
            }
            ActionKind::MarketingFollowUp => Action::MarketingFollowUp {
                profile: record("profile", &with.profile)?,
                concern: sentence("concern", &with.concern)?,
                item: sentence("item", &with.item)?,
                link: match &with.link {
                    Some(link) => self.typed(link, scope)?,
                    None => None,
                },
            },
            other => return Err(self.wrong(unproposable(other))),
        };
        let mut occurrence = self.occurrence(scope)?;
        for part in &step.key {
            let part = self.expressions.value(part, scope).map_err(|detail| self.wrong(detail))?;
            occurrence.push('/');
            occurrence.push_str(&take::<String>(&part).unwrap_or_else(|_| part.to_string()));
        }
        let why = step.because.as_ref().map(|because| self.sentence(because, scope)).transpose()?;
        Ok(Proposed { action, why, occurrence })
    }
}

/// Says that workflows do not know how to fill in an action yet.
pub(super) fn unproposable(kind: ActionKind) -> String {
    format!("\"{kind}\" can be proposed by hand, and not yet by a workflow")
}
