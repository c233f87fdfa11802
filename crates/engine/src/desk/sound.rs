//! What an action must say before it is written down.

use fermata_model::action::Off;
use fermata_model::{Action, Address};

use crate::Error;

/// The whole of a discount, in hundredths of a percent.
const EVERYTHING: u32 = 10_000;

/// Checks that an action says everything it needs.
pub(crate) fn sound(action: &Action) -> Result<(), Error> {
    match action {
        Action::OrderRefund { amount, restock, .. } => {
            if restock.iter().any(|pieces| pieces.quantity == 0) {
                return Err(Error::invalid("A line that is restocked must have pieces."));
            }
            positive(amount.is_positive(), "A refund must be above zero.")
        }
        Action::PaymentRefund { amount, .. } => {
            positive(amount.is_positive(), "A refund must be above zero.")
        }
        Action::OrderAddress { address, .. } => sound_address(address),
        Action::OrderTag { add, remove, .. } | Action::TicketTag { add, remove, .. } => {
            if add.is_empty() && remove.is_empty() {
                return Err(Error::invalid("Name a label to add or to take off."));
            }
            if add.iter().any(|label| remove.contains(label)) {
                return Err(Error::invalid("A label cannot be added and taken off at once."));
            }
            filled(add.iter().chain(remove), "A label must not be empty.")
        }
        Action::OrderNote { text, .. }
        | Action::TicketReply { text, .. }
        | Action::TicketNote { text, .. } => filled([text], "A message must not be empty."),
        Action::StockSet { quantity, .. } => positive(*quantity >= 0, "Stock cannot be below zero."),
        Action::PriceSet { price, .. } => positive(price.is_positive(), "A price must be above zero."),
        Action::ProductEdit { text, .. } => {
            if *text == fermata_model::action::ProductText::default() {
                return Err(Error::invalid("Say which text of the product changes."));
            }
            filled(&text.title, "A title must not be empty.")
        }
        Action::DiscountCreate { discount, title, off, uses, .. } => {
            let some = match off {
                Off::BasisPoints(points) => (1..=EVERYTHING).contains(points),
                Off::Amount(amount) => amount.is_positive(),
            };
            positive(some, "A discount must be above zero and at most everything.")?;
            positive(*uses != Some(0), "A code must be usable at least once.")?;
            filled([&discount.external_id, title], "A discount needs a code and a title.")
        }
        Action::TicketPrioritise { priority, .. } => filled([priority], "Name the priority."),
        Action::MarketingFollowUp { concern, item, .. } => {
            filled([concern, item], "A message must not be empty.")
        }
        Action::ProfileSet { property, .. } => filled([property], "Name the property."),
        Action::EventTrack { metric, .. } => filled([metric], "Name what happened."),
        Action::ListAdd { list, .. } | Action::ListRemove { list, .. } => filled([list], "Name the list."),
        Action::StockNotice { variant, .. } => filled([variant], "Name the variant."),
        Action::CampaignBlock { block, html, .. } => {
            filled([block, html], "Name the block and what it shall say.")
        }
        Action::ReceivingCreate { receiving, arrival } => {
            if arrival.pieces.is_empty() || arrival.pieces.iter().any(|pieces| pieces.quantity == 0) {
                return Err(Error::invalid("Say what comes, and how many pieces of it."));
            }
            filled([&receiving.external_id, &arrival.location], "Name the purchase order and the warehouse.")
        }
        Action::OrderCancel { .. }
        | Action::FulfilmentHold { .. }
        | Action::FulfilmentRelease { .. }
        | Action::DiscountDisable { .. }
        | Action::TicketAssign { .. }
        | Action::TicketClose { .. }
        | Action::TicketReopen { .. }
        | Action::MarketingHold { .. }
        | Action::MarketingRelease { .. }
        | Action::CampaignHold { .. }
        | Action::CampaignRelease { .. }
        | Action::ShipmentHold { .. }
        | Action::ShipmentRelease { .. }
        | Action::ShipmentCancel { .. }
        | Action::ReceivingCancel { .. } => Ok(()),
    }
}

fn sound_address(address: &Address) -> Result<(), Error> {
    filled(
        [&address.last_name, &address.street, &address.city],
        "An address needs a name, a street and a city.",
    )?;
    let country = &address.country;
    positive(
        country.len() == 2 && country.bytes().all(|letter| letter.is_ascii_uppercase()),
        "An address needs its country as two letters, such as DE.",
    )
}

fn positive(holds: bool, otherwise: &str) -> Result<(), Error> {
    if holds { Ok(()) } else { Err(Error::invalid(otherwise)) }
}

fn filled<'a>(texts: impl IntoIterator<Item = &'a String>, otherwise: &str) -> Result<(), Error> {
    positive(texts.into_iter().all(|text| !text.trim().is_empty()), otherwise)
}
