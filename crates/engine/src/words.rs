//! How actions and states are put into words, in one place so that queue, timeline and audit
//! agree.

use fermata_model::action::Off;
use fermata_model::{Action, Address, Platform, State, Timestamp};
use fermata_store::audit::Actor;
use fermata_store::ledger::Proposal;

use crate::desk::withdraw::CANNOT_ASK;

/// Says what an action does, in a few words.
pub fn title(action: &Action) -> String {
    let label = &action.target().label;
    match action {
        Action::OrderRefund { amount, restock, .. } if restock.is_empty() => {
            format!("Refund {} on {label}", amount.shown())
        }
        Action::OrderRefund { amount, .. } => {
            format!("Refund {} on {label} and restock", amount.shown())
        }
        Action::OrderCancel { .. } => format!("Cancel {label}"),
        Action::OrderAddress { address, .. } => format!("Send {label} to {}", place(address)),
        Action::OrderTag { add, remove, .. } => labels(label, add, remove),
        Action::OrderNote { .. } => format!("Note on {label}"),
        Action::FulfilmentHold { .. } => format!("Hold {label} back from packing"),
        Action::FulfilmentRelease { .. } => format!("Release {label} for packing"),
        Action::StockSet { quantity, .. } => format!("Set the stock of {label} to {quantity}"),
        Action::PriceSet { price, .. } => format!("Set the price of {label} to {}", price.shown()),
        Action::ProductEdit { .. } => format!("Change the texts of {label}"),
        Action::DiscountCreate { off, .. } => format!("Make the code {label}: {} off", taken(off)),
        Action::DiscountDisable { .. } => format!("End the code {label}"),
        Action::PaymentRefund { amount, .. } => {
            format!("Refund {} on the payment {label}", amount.shown())
        }
        Action::TicketReply { .. } => format!("Reply in \"{label}\""),
        Action::TicketNote { .. } => format!("Note in \"{label}\""),
        Action::TicketTag { add, remove, .. } => labels(&format!("\"{label}\""), add, remove),
        Action::TicketAssign { agent: Some(_), .. } => format!("Assign \"{label}\""),
        Action::TicketAssign { agent: None, .. } => format!("Assign \"{label}\" to nobody"),
        Action::TicketPrioritise { priority, .. } => format!("Set the priority of \"{label}\" to {priority}"),
        Action::TicketClose { .. } => format!("Close \"{label}\""),
        Action::TicketReopen { .. } => format!("Reopen \"{label}\""),
        Action::MarketingHold { .. } => format!("Hold marketing to {label}"),
        Action::MarketingRelease { .. } => format!("Release marketing to {label}"),
        Action::MarketingFollowUp { .. } => format!("One follow-up to {label}"),
        Action::ProfileSet { property, .. } => format!("Set {property} of {label}"),
        Action::EventTrack { metric, .. } => format!("Note \"{metric}\" for {label}"),
        Action::ListAdd { .. } => format!("Add {label} to a list"),
        Action::ListRemove { .. } => format!("Take {label} off a list"),
        Action::StockNotice { .. } => format!("Tell {label} when it is back in stock"),
        Action::CampaignHold { .. } => format!("Hold the campaign {label}"),
        Action::CampaignRelease { .. } => format!("Release the campaign {label}"),
        Action::CampaignBlock { .. } => format!("Change a block of the campaign {label}"),
        Action::ShipmentHold { .. } => format!("Hold the shipment {label}"),
        Action::ShipmentRelease { .. } => format!("Release the shipment {label}"),
        Action::ShipmentCancel { .. } => format!("Cancel the shipment {label}"),
        Action::ReceivingCreate { .. } => format!("Announce the delivery {label} to the warehouse"),
        Action::ReceivingCancel { .. } => format!("Cancel the delivery {label} to the warehouse"),
    }
}

fn place(address: &Address) -> String {
    let parts = [&address.street, &address.postal_code, &address.city, &address.country];
    parts.into_iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join(", ")
}

fn labels(what: &str, add: &[String], remove: &[String]) -> String {
    match (add, remove) {
        (add, []) => format!("Label {what} with {}", add.join(", ")),
        ([], remove) => format!("Take {} off {what}", remove.join(", ")),
        (add, remove) => format!("Label {what} with {}, not {}", add.join(", "), remove.join(", ")),
    }
}

fn taken(off: &Off) -> String {
    match off {
        Off::BasisPoints(points) if points % 100 == 0 => format!("{} %", points / 100),
        Off::BasisPoints(points) => format!("{}.{:02} %", points / 100, points % 100),
        Off::Amount(amount) => amount.shown(),
    }
}

/// Says where a parcel is, as a sentence about it goes on: `is in transit`, `was delivered`.
///
/// Knows what the platforms declare, however they spell it; what it does not know it gives as it was
/// written, in lower case.
///
/// Source: Shopify `FulfillmentDisplayStatus` and `FulfillmentStatus`, 2026-10; `BigCommerce` and
/// `WooCommerce` have a state of the order alone.
pub fn parcel(status: &str) -> String {
    let plain = status.trim().replace(['_', '-'], " ").to_lowercase();
    let known = match plain.as_str() {
        "label printed" | "label purchased" | "confirmed" | "submitted" | "processing" | "open"
        | "pending" => "is being made ready",
        "label voided" | "canceled" | "cancelled" => "was cancelled",
        "ready for pickup" => "is ready to be picked up",
        "carrier picked up" => "was handed to the carrier",
        "fulfilled" | "marked as fulfilled" | "shipped" | "success" | "completed" => "was sent",
        "in transit" => "is in transit",
        "delayed" => "is delayed",
        "out for delivery" => "is out for delivery",
        "attempted delivery" => "could not be handed over at the first attempt",
        "delivered" => "was delivered",
        "picked up" => "was picked up",
        "not delivered" | "failure" => "could not be delivered",
        "" => "has no status yet",
        _ => return format!("is \"{plain}\""),
    };
    known.to_owned()
}

/// Returns the platform a proposal goes to, in the vendor's spelling.
pub fn platform(proposal: &Proposal) -> &'static str {
    proposal.platform.map_or("the platform", Platform::title)
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
    /// Why the platform cannot be asked what became of it, for what would otherwise be asked after.
    pub cannot_ask: Option<String>,
}

/// Says where a proposal stands; `stopped` tells whether the stop switch is on.
pub fn status(proposal: &Proposal, stopped: bool) -> Status {
    let by = proposal.decided_by.as_ref().map_or_else(|| "Fermata".to_owned(), who);
    let platform = platform(proposal);
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
        State::InDoubt if proposal.platform.is_none() => {
            "Unknown: the answer was lost, and its account was removed. Settle it with a note".to_owned()
        }
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
            .filter(|_| proposal.platform.is_some())
            .filter(|_| matches!(proposal.state, State::InDoubt | State::Accepted | State::Approved)),
        kept_back,
        cannot_ask: (proposal.platform.is_none()
            && matches!(proposal.state, State::InDoubt | State::Accepted))
        .then(|| format!("{CANNOT_ASK}.")),
    }
}
