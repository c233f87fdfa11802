//! One move in an action's life: the new state, who caused it, the audit entry, the line on the
//! customer's timeline and the alert, together in the caller's transaction.
//!
//! Every change of a ledger row goes through [`commit`] or, where only the time of the next try
//! changes, [`postpone`]. So a state without an audit entry cannot exist.

use fermata_model::{Action, ActionKind, EventKind, ProposalId, State, Timestamp};
use fermata_store::audit::{Actor, NewEntry};
use fermata_store::ledger::{NewProposal, Progress, Proposal, Trouble};
use serde::{Deserialize, Serialize};

use crate::agreement::{Books, Related, Told, alert};
use crate::ports::Ids;
use crate::{Error, words};

/// Who moves a row, when, under which rule.
pub(crate) struct Hand<'a> {
    pub(crate) ids: &'a dyn Ids,
    pub(crate) now: Timestamp,
    pub(crate) actor: Actor,
    pub(crate) rule: String,
}

impl<'a> Hand<'a> {
    pub(crate) fn new(ids: &'a dyn Ids, now: Timestamp, actor: Actor, rule: impl Into<String>) -> Self {
        Self { ids, now, actor, rule: rule.into() }
    }
}

/// What the audit log keeps of one move; the `value` of its entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Where it stood; `None` for a new proposal.
    pub from: Option<State>,
    /// Where it stands.
    pub to: State,
    /// The version that people see from here on.
    pub version: i64,
    /// What happened, in a sentence.
    pub note: String,
    /// The action as it was before an edit.
    pub before: Option<Action>,
}

/// Writes one move down.
///
/// `row` is the row as it was read, changed to what it shall be, with `epoch` as it was read.
///
/// Errors: [`Error::Outrun`] if the row is no longer as it was read; the transaction must then
/// fail, because what it decided on is gone.
pub(crate) fn commit(
    books: &dyn Books,
    hand: &Hand<'_>,
    from: State,
    row: &Proposal,
    what: &str,
    note: impl Into<String>,
    before: Option<Action>,
) -> Result<(), Error> {
    let allowed = from == row.state || from.may_become(row.state);
    if !allowed {
        // No caller asks for this; if one ever does, nothing is written.
        return Err(Error::invalid(format!("{from} cannot become {}.", row.state)));
    }
    if !books.update(row, from)? {
        return Err(Error::Outrun);
    }
    let note = note.into();
    audit(
        books,
        hand,
        row,
        what,
        &Step { from: Some(from), to: row.state, version: row.version, note: note.clone(), before },
    )?;
    if from != row.state {
        tell(books, hand, row, &note)?;
        follow(books, hand, from, row)?;
    }
    Ok(())
}

/// Changes when a row is tried next and why it waits, nothing else. Returns whether it did.
pub(crate) fn postpone(books: &dyn Books, row: &Proposal) -> Result<bool, Error> {
    books.update(row, row.state)
}

/// Writes a new proposal down, in state `proposed`.
pub(crate) fn begin(books: &dyn Books, hand: &Hand<'_>, new: &NewProposal) -> Result<Proposal, Error> {
    let id = books.insert(new)?;
    let row = books.proposal(id)?.ok_or_else(|| Error::missing("proposal", id))?;
    let note = new.case.why.clone();
    audit(
        books,
        hand,
        &row,
        "proposal.proposed",
        &Step { from: None, to: State::Proposed, version: row.version, note, before: None },
    )?;
    Ok(row)
}

/// Writes something into the audit log that changes no row.
pub(crate) fn note(
    books: &dyn Books,
    hand: &Hand<'_>,
    what: &str,
    value: &impl Serialize,
) -> Result<(), Error> {
    books.audit(&NewEntry {
        at: hand.now,
        actor: hand.actor.clone(),
        rule: hand.rule.clone(),
        what: what.to_owned(),
        proposal: None,
        customer: None,
        value: serde_json::to_string(value)?,
        salt: hand.ids.salt(),
    })
}

fn audit(books: &dyn Books, hand: &Hand<'_>, row: &Proposal, what: &str, step: &Step) -> Result<(), Error> {
    books.audit(&NewEntry {
        at: hand.now,
        actor: hand.actor.clone(),
        rule: hand.rule.clone(),
        what: what.to_owned(),
        proposal: Some(row.id),
        customer: row.customer,
        value: serde_json::to_string(step)?,
        salt: hand.ids.salt(),
    })
}

/// Puts the move on the customer's timeline where the customer's story changes by it.
fn tell(books: &dyn Books, hand: &Hand<'_>, row: &Proposal, note: &str) -> Result<(), Error> {
    let Some(customer) = row.customer else { return Ok(()) };
    let title = words::title(&row.action);
    let (kind, title) = match row.state {
        State::Held => (EventKind::OursProposed, format!("{title}: {note}")),
        // A yes that still stands after a try that did nothing is not another yes.
        State::Approved if hand.actor == Actor::Fermata => return Ok(()),
        State::Approved => {
            (EventKind::OursDecided, format!("{title}: approved by {}", words::who(&hand.actor)))
        }
        State::Confirmed => (EventKind::OursDone, format!("{title}: done")),
        State::Refused => (EventKind::OursDone, format!("{title}: {note}")),
        State::InDoubt => (EventKind::OursDone, format!("{title}: unknown, asking {}", words::platform(row))),
        State::Expired => (EventKind::OursHeldBack, format!("{title}: expired, nothing was done")),
        State::Shadowed => (EventKind::OursHeldBack, format!("{title}: would have been proposed (shadow)")),
        State::Undone => (EventKind::OursDone, format!("{title}: reversed")),
        State::Proposed | State::Sending | State::Accepted => return Ok(()),
    };
    books.tell(&Told {
        customer,
        at: hand.now,
        kind,
        proposal: Some(row.id),
        title,
        amount: row.action.amount(),
        state: Some(row.state),
    })
}

/// Does what follows from a move: alerts, the run that waits, proposals that waited for this one.
fn follow(books: &dyn Books, hand: &Hand<'_>, from: State, row: &Proposal) -> Result<(), Error> {
    let connection = Some(row.action.target().connection);
    let money = row.action.amount();
    let title = words::title(&row.action);
    if row.state == State::InDoubt {
        books.raise(&alert(
            doubt_key(row.id),
            format!("{title}: the answer was lost. It may or may not have happened."),
            "Wait while the platform is asked; it is not sent again meanwhile.",
            money,
            connection,
            hand.now,
        ))?;
    } else if from == State::InDoubt {
        books.clear(&doubt_key(row.id), hand.now)?;
    }
    let by_platform = !matches!(hand.actor, Actor::Person(_));
    if by_platform
        && row.state == State::Refused
        && matches!(from, State::Approved | State::Sending | State::Accepted | State::InDoubt)
    {
        let cause = row.trouble.as_ref().map_or_else(|| title.clone(), |t| t.message.clone());
        books.raise(&alert(
            format!("refused:{}", row.id),
            format!("{title}: {cause}"),
            "Look at the order or ticket, then propose again if it is still right.",
            money,
            connection,
            hand.now,
        ))?;
    }
    if let Some(run) = row.origin.run {
        books.wake_run(run, hand.now)?;
    }
    match row.state {
        State::Confirmed => {
            reverse(books, hand, row)?;
            for id in books.related(Related::WaitingFor(row.id))? {
                if let Some(mut waiting) = books.proposal(id)? {
                    waiting.next_at = None;
                    waiting.progress.kept_back = None;
                    postpone(books, &waiting)?;
                }
            }
        }
        State::Refused | State::Expired => orphan(books, hand, row)?,
        _ => {}
    }
    Ok(())
}

/// A release takes back the hold of the same plan, and what a person takes back is of its plan too:
/// the first then says by what it was reversed.
fn reverse(books: &dyn Books, hand: &Hand<'_>, release: &Proposal) -> Result<(), Error> {
    // What a person calls the profile may have changed meanwhile.
    let id_of = |row: &Proposal| {
        let profile = row.action.target();
        (profile.connection, profile.stream, profile.external_id.clone())
    };
    for id in books.related(Related::Plan(release.group))? {
        let Some(mut hold) = books.proposal(id)? else { continue };
        let released = release.action.kind() == ActionKind::MarketingRelease
            && hold.action.kind() == ActionKind::MarketingHold
            && id_of(&hold) == id_of(release);
        let undo = hold.frozen.as_ref().and_then(|frozen| frozen.undo.as_deref());
        let same = hold.id != release.id && (released || undo == Some(&release.action));
        if same && hold.state == State::Confirmed {
            hold.state = State::Undone;
            hold.progress.reversed_by = Some(release.id);
            let note = format!("Reversed by \"{}\"", words::title(&release.action));
            commit(books, hand, State::Confirmed, &hold, "proposal.reversed", note, None)?;
        }
    }
    Ok(())
}

/// Tells proposals that were to leave after this one that it will not be done: they wait for a
/// person again, because what they say may be wrong now.
fn orphan(books: &dyn Books, hand: &Hand<'_>, first: &Proposal) -> Result<(), Error> {
    for id in books.related(Related::WaitingFor(first.id))? {
        let Some(mut row) = books.proposal(id)? else { continue };
        let from = row.state;
        let note = format!("\"{}\" was not done; check what this one says", words::title(&first.action));
        row.after = None;
        warn(&mut row, "text_may_be_outdated", &note);
        back_to_held(&mut row, hand.now);
        commit(books, hand, from, &row, "proposal.held", note, None)?;
    }
    Ok(())
}

/// Adds a warning to the card, once.
pub(crate) fn warn(row: &mut Proposal, code: &str, text: &str) {
    row.case.warnings.retain(|w| w.code != code);
    row.case.warnings.push(fermata_store::ledger::Warning { code: code.to_owned(), text: text.to_owned() });
}

/// Makes a row wait for a person again, as a new version, with as much time to answer as it first
/// had.
pub(crate) fn back_to_held(row: &mut Proposal, now: Timestamp) {
    if let Some(deadline) = row.deadline_at {
        let asked_at = row.progress.asked_again_at.unwrap_or(row.created_at);
        row.deadline_at = Some(now.checked_add(deadline.duration_since(asked_at)).unwrap_or(Timestamp::MAX));
    }
    row.state = State::Held;
    row.version += 1;
    row.decided_by = None;
    row.decided_at = None;
    row.leaves_at = None;
    row.batch = None;
    row.next_at = None;
    row.frozen = None;
    row.trouble = None;
    row.progress = Progress { asked_again_at: Some(now), ..Progress::default() };
}

/// Sets what went wrong.
pub(crate) fn trouble(code: &str, message: impl Into<String>, hint: Option<String>) -> Option<Trouble> {
    Some(Trouble { code: code.to_owned(), message: message.into(), hint })
}

/// Returns the key of the alert about an action in doubt.
pub(crate) fn doubt_key(id: ProposalId) -> String {
    format!("doubt:{id}")
}
