//! Pages of lists: newest first, going on from an object.

use serde_json::{Value, json};

use super::{Asked, Stripe, errors, ids};
use crate::vendor::{Call, Reply};
use crate::world::{Moment, OrderId, Thing, World};

/// One entry of a list.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    /// The number in its id.
    pub(super) number: u64,
    /// When it came to be.
    pub(super) created: Moment,
    /// The order it belongs to.
    pub(super) order: OrderId,
}

/// A page of entries.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) rows: Vec<Row>,
    has_more: bool,
}

impl Page {
    /// Answers with what is shown for the entries.
    pub(super) fn reply(&self, url: &str, data: Vec<Value>) -> Reply {
        let body = json!({ "object": "list", "url": url, "has_more": self.has_more, "data": data });
        Reply::json(200, &body)
    }
}

impl Stripe {
    /// Cuts the page that is asked for out of a whole list, which comes newest first.
    pub(super) fn page(
        &mut self,
        asked: &Asked<'_>,
        call: &mut Call<'_>,
        (prefix, kind): (&str, &str),
        all: impl FnOnce(&World, Moment) -> Vec<Row>,
    ) -> Result<Page, Reply> {
        let given = &asked.given;
        let limit = given.limit()?;
        let all = all(call.world, call.now);
        let place = |param: &str| {
            let Some(id) = given.text(param) else { return Ok(None) };
            let place =
                ids::read(prefix, id).and_then(|number| all.iter().position(|row| row.number == number));
            place.map(Some).ok_or_else(|| errors::missing(kind, id, param))
        };
        let (after, before) = (place("starting_after")?, place("ending_before")?);
        if after.is_some() && before.is_some() {
            return Err(errors::bad(None, "You cannot parameterize both starting_after and ending_before."));
        }
        let order = |prefix: &str, param: &str| {
            given.text(param).map(|id| super::order_of(call.world, prefix, id).map(|(id, _)| id))
        };
        let (charge, intent) = (order(ids::CHARGE, "charge"), order(ids::INTENT, "payment_intent"));
        // Nobody here has a customer or a transfer group, so whoever asks for one gets nothing.
        let nobody = given.text("customer").or(given.text("transfer_group")).is_some();
        let fits = |row: &&Row| {
            !nobody
                && given.within(row.created)
                && [charge, intent].iter().flatten().all(|wanted| *wanted == Some(row.order))
        };
        let (rows, has_more): (Vec<Row>, bool) = if let Some(before) = before {
            let mut rows: Vec<Row> =
                all[..before].iter().rev().filter(fits).take(limit + 1).copied().collect();
            let more = rows.len() > limit;
            rows.truncate(limit);
            rows.reverse();
            (rows, more)
        } else {
            let again = after.is_some_and(|place| self.doubled == Some((given.stamp, all[place].number)));
            if again {
                self.doubled = None;
            }
            let start = after.map_or(0, |place| if again { place } else { place + 1 });
            let mut rows: Vec<Row> = all[start..].iter().filter(fits).take(limit + 1).copied().collect();
            let more = rows.len() > limit;
            rows.truncate(limit);
            (rows, more)
        };
        let shown: Vec<Thing> = rows.iter().map(|row| Thing::Order(row.order)).collect();
        if call.page(&shown)
            && let Some(last) = rows.last()
        {
            self.doubled = Some((given.stamp, last.number));
        }
        Ok(Page { rows, has_more })
    }
}
