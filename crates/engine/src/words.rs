//! How actions and states are put into words, in one place so that queue, timeline and audit
//! agree.

use fermata_model::{Action, Platform, State, Timestamp};
use fermata_store::audit::Actor;
use fermata_store::ledger::Proposal;

/// Says what an action does, in a few words.
pub fn title(action: &Action) -> String {
    match action {
        Action::OrderRefund { order, amount, .. } => format!("Refund {amount} on {}", order.label),
        Action::TicketReply { ticket, .. } => format!("Reply in \"{}\"", ticket.label),
        Action::TicketNote { ticket, .. } => format!("Note in \"{}\"", ticket.label),
        Action::MarketingHold { profile } => format!("Hold marketing to {}", profile.label),
        Action::MarketingRelease { profile } => format!("Release marketing to {}", profile.label),
        Action::MarketingFollowUp { profile, .. } => format!("One follow-up to {}", profile.label),
    }
}

/// Returns the platform an action goes to, in the vendor's spelling.
pub fn platform(action: &Action) -> &'static str {
    match action {
        Action::OrderRefund { .. } => Platform::Shopify.title(),
        Action::TicketReply { .. } | Action::TicketNote { .. } => Platform::Gorgias.title(),
        Action::MarketingHold { .. } | Action::MarketingRelease { .. } | Action::MarketingFollowUp { .. } => {
            Platform::Klaviyo.title()
        }
    }
}

/// Names who did something, as a card shows it.
pub fn who(actor: &Actor) -> String {
    match actor {
        Actor::Person(name) => name.clone(),
        Actor::Workflow(id) => format!("workflow {id}"),
        Actor::Fermata => "Fermata".to_owned(),
    }
}

/// What a row says about where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The state.
    pub state: State,
    /// The state in words, without times: front ends put those in the shop's zone.
    pub line: String,
    /// When it leaves, for approved ones.
    pub leaves_at: Option<Timestamp>,
    /// When the platform is asked next.
    pub next_look_at: Option<Timestamp>,
    /// What keeps it from leaving although it is approved.
    pub kept_back: Option<String>,
}

/// Says where a proposal stands; `stopped` tells whether the stop switch is on.
pub fn status(proposal: &Proposal, stopped: bool) -> Status {
    let by = proposal.decided_by.as_ref().map_or_else(|| "Fermata".to_owned(), who);
    let platform = platform(&proposal.action);
    let trouble = proposal.trouble.as_ref().map(|t| t.message.as_str());
    let looks = &proposal.progress.looks;
    let line = match proposal.state {
        State::Proposed => "Just proposed".to_owned(),
        State::Held => match &proposal.progress.first_approval {
            Some((first, _)) => format!("Approved by {first}; needs a second person"),
            None => "Waits for you".to_owned(),
        },
        State::Approved => format!("Approved by {by}"),
        State::Sending => format!("Sending to {platform}"),
        State::InDoubt if looks.needs_person => {
            format!("Unknown: {platform} shows no trace, asked {} times. Settle it with a note", looks.asked)
        }
        State::InDoubt => {
            format!("Unknown: the answer was lost. Asking {platform}; not sent again meanwhile")
        }
        State::Accepted => format!("{platform} has it; not visible yet"),
        State::Confirmed => proposal
            .receipt
            .as_ref()
            .map_or_else(|| "Done".to_owned(), |receipt| format!("Done, receipt {}", receipt.external_id)),
        State::Refused => trouble.unwrap_or("Refused").to_owned(),
        State::Expired => "Expired; nothing was done".to_owned(),
        State::Shadowed => "Would have been proposed; its workflow is in shadow".to_owned(),
        State::Undone => "Reversed by a later action".to_owned(),
    };
    let kept_back = (proposal.state == State::Approved)
        .then(|| {
            if stopped {
                Some("All sending is stopped".to_owned())
            } else {
                proposal
                    .progress
                    .kept_back
                    .clone()
                    .or_else(|| trouble.map(|t| format!("{t} It is tried again.")))
            }
        })
        .flatten();
    Status {
        state: proposal.state,
        line,
        leaves_at: proposal.leaves_at.filter(|_| proposal.state == State::Approved),
        next_look_at: proposal
            .next_at
            .filter(|_| matches!(proposal.state, State::InDoubt | State::Accepted | State::Approved)),
        kept_back,
    }
}
