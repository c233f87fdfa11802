//! Satisfaction surveys: one for each ticket that was ever closed, sent an hour later, answered by most.
//!
//! What customers answer follows from the ticket alone, so that reading draws no chance.

use serde_json::{Value, json};

use super::{Asked, lists, records};
use crate::mark::mark;
use crate::vendor::{Call, Reply};
use crate::world::{HOUR, Id, Moment, TicketId};

/// How long after a ticket was closed its customer is asked.
const SENT_AFTER: i64 = HOUR;
/// The number of the survey of the first ticket.
const FIRST: u64 = 88_000_001;

const PLEASED: [&str; 3] = ["Quick and friendly, thank you!", "All good now.", "Such fast help."];
const DISPLEASED: [&str; 2] = ["It took far too long.", "Nobody answered my actual question."];

/// `GET /api/satisfaction-surveys`, oldest ticket first.
pub(super) fn list(asked: &Asked<'_>, call: &Call<'_>) -> Reply {
    let surveys = call.world.surveys.iter().filter_map(|(ticket, closed)| show(call, *ticket, *closed));
    lists::small(asked.request, &asked.query, surveys.collect())
}

fn show(call: &Call<'_>, ticket: TicketId, closed: Moment) -> Option<Value> {
    let contact = call.world.tickets.get(ticket)?.contact;
    let number = FIRST + ticket.index() as u64;
    let due = closed.plus(SENT_AFTER);
    let draw = mark(0, [ticket.number().to_be_bytes()]);
    let waits = i64::try_from(draw % 50).unwrap_or(0) * HOUR / 2;
    let answered = due.plus(600 + waits);
    let answers = draw >> 8 & 3 != 0 && answered <= call.now;
    let score = [5, 5, 4, 5, 3, 4, 1, 2][(draw >> 12 & 7) as usize];
    let words: &[&str] = if score > 3 { &PLEASED } else { &DISPLEASED };
    let comment = (draw >> 16 & 1 == 1).then(|| words[(draw >> 20) as usize % words.len()]);
    Some(json!({
        "id": number,
        "uri": format!("/api/satisfaction-surveys/{number}/"),
        "ticket_id": ticket.number(),
        "customer_id": contact.number(),
        "body_text": comment.filter(|_| answers),
        "score": answers.then_some(score),
        "meta": null,
        "created_datetime": records::fraction(closed),
        "should_send_datetime": records::fraction(due),
        "sent_datetime": (due <= call.now).then(|| records::fraction(due)),
        "scored_datetime": answers.then(|| records::fraction(answered)),
    }))
}
