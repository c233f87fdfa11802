//! Holding, releasing and cancelling: what the warehouse may be told of what it has not packed yet.
//!
//! Source: the portal file for cancelling; the vendor's pages for hold and release, which say that being held already
//! and having nothing to release count as success, and that each shipment has its own result.

use serde_json::{Value, json};

use super::{Asked, body, errors, ids, orders, shipments};
use crate::shape::{Member, Shape};
use crate::vendor::{Call, Reply};
use crate::world::OrderId;

/// The most shipments of one request.
const MOST: usize = 100;

static HOLD: Shape = Shape::Object(&[
    Member::must("shipment_ids", Shape::List(&Shape::Whole, MOST)),
    Member::may("reserve_inventory", Shape::Bool),
]);
static SEVERAL: Shape = Shape::Object(&[Member::must("shipment_ids", Shape::List(&Shape::Whole, MOST))]);

/// What became of one shipment: nothing to be done, done, or a code and a sentence why not.
enum Outcome {
    AsItWas,
    Done,
    Not(&'static str, &'static str),
}

/// Does something with a shipment, told the order that it is of and its status; notes it if it was done.
fn attempt(
    number: u64,
    kind: &str,
    call: &mut Call<'_>,
    act: impl FnOnce(&mut Call<'_>, OrderId, &str) -> Outcome,
) -> Outcome {
    let found = shipments::find(call.world, number).map(|shipment| (shipment.of, shipment.status()));
    let Some((order, status)) = found else { return Outcome::Not("NOT_FOUND", "Shipment not found.") };
    let outcome = act(call, order, status);
    if matches!(outcome, Outcome::Done) {
        call.applied(kind, number, Some(number.to_string()), None);
    }
    outcome
}

/// Reads the numbers of a body, of which there must be one.
fn numbers(body: &Value, status: u16) -> Result<Vec<u64>, Reply> {
    let numbers: Vec<u64> =
        body["shipment_ids"].as_array().into_iter().flatten().filter_map(Value::as_u64).collect();
    if numbers.is_empty() {
        return Err(errors::bad(status, "shipment_ids", "Must contain at least one id."));
    }
    Ok(numbers)
}

/// Places shipments on hold.
pub(super) fn hold(asked: &Asked<'_>, call: &mut Call<'_>) -> Result<Reply, Reply> {
    let body = body(asked, &HOLD, 400)?;
    let frees = body["reserve_inventory"] == false;
    let results = numbers(&body, 400)?.into_iter().map(|number| {
        let outcome = attempt(number, "shipment.hold", call, |call, order, status| match status {
            "OnHold" => Outcome::AsItWas,
            "Processing" if call.world.hold_parcels(order, frees, call.now) => Outcome::Done,
            _ => Outcome::Not("CONFLICT", "Shipment is not in a status that can be placed on hold."),
        });
        result(number, &outcome)
    });
    Ok(summed_up(results.collect()))
}

/// Releases shipments from a hold.
pub(super) fn release(asked: &Asked<'_>, call: &mut Call<'_>) -> Result<Reply, Reply> {
    let body = body(asked, &SEVERAL, 400)?;
    let results = numbers(&body, 400)?.into_iter().map(|number| {
        let outcome = attempt(number, "shipment.release", call, |call, order, status| match status {
            "OnHold" if call.world.release_parcels(order, call.now) => Outcome::Done,
            _ => Outcome::AsItWas,
        });
        let mut result = result(number, &outcome);
        result["is_still_on_hold_due_to_other_reasons"] = json!(false);
        result
    });
    Ok(summed_up(results.collect()))
}

fn result(number: u64, outcome: &Outcome) -> Value {
    match outcome {
        Outcome::Not(code, message) => {
            json!({ "id": number, "is_success": false, "error": { "code": code, "message": message } })
        }
        Outcome::Done | Outcome::AsItWas => json!({ "id": number, "is_success": true }),
    }
}

fn succeeded(results: &[Value]) -> usize {
    results.iter().filter(|result| result["is_success"] == true).count()
}

fn summed_up(results: Vec<Value>) -> Reply {
    let good = succeeded(&results);
    let summary = json!({ "total": results.len(), "successful": good, "failed": results.len() - good });
    Reply::json(200, &json!({ "summary": summary, "results": results }))
}

/// Calls a shipment off if it may be; it may not once it is packed. Cancelled ones cannot be cancelled again.
fn call_off(number: u64, call: &mut Call<'_>) -> Outcome {
    attempt(number, "shipment.cancel", call, |call, order, status| match status {
        "Cancelled" => Outcome::Not("CONFLICT", "Shipment is already cancelled."),
        "Processing" | "OnHold" if call.world.call_off_parcels(order, call.now) => Outcome::Done,
        _ => Outcome::Not("CONFLICT", "Shipment is already picked, packed or shipped."),
    })
}

fn cancelled(number: u64, outcome: &Outcome) -> Value {
    let reason = match outcome {
        Outcome::Not(_, reason) => Some(reason),
        Outcome::Done | Outcome::AsItWas => None,
    };
    json!({ "shipment_id": number, "action": "Cancel", "is_success": reason.is_none(), "reason": reason })
}

/// Cancels one shipment.
pub(super) fn cancel(asked: &Asked<'_>, call: &mut Call<'_>) -> Result<Reply, Reply> {
    let number = shipments::asked_for(asked, call.world)?.number;
    match call_off(number, call) {
        Outcome::Not(_, reason) => Err(errors::bad(422, "shipmentId", reason)),
        Outcome::Done | Outcome::AsItWas => shipments::get(asked, call),
    }
}

/// Cancels several shipments; each has its own result, under 200.
pub(super) fn cancel_several(asked: &Asked<'_>, call: &mut Call<'_>) -> Result<Reply, Reply> {
    let body = body(asked, &SEVERAL, 422)?;
    let results: Vec<Value> =
        numbers(&body, 422)?.into_iter().map(|number| cancelled(number, &call_off(number, call))).collect();
    Ok(Reply::json(200, &json!({ "results": results })))
}

/// Cancels what of an order has not left: 200 also where that is nothing, with `Failure` inside.
pub(super) fn cancel_order(asked: &Asked<'_>, call: &mut Call<'_>) -> Result<Reply, Reply> {
    let (id, places) = orders::places_of(asked, call)?;
    let results: Vec<Value> = places
        .into_iter()
        .map(|place| ids::shipment(id, place))
        .map(|number| cancelled(number, &call_off(number, call)))
        .collect();
    let good = succeeded(&results);
    let status = match good {
        0 => "Failure",
        some if some == results.len() => "Success",
        _ => "PartialSuccess",
    };
    Ok(Reply::json(
        200,
        &json!({
            "order_id": ids::order(id), "order": orders::show(call.world, id), "status": status,
            "canceled_shipment_results": results,
        }),
    ))
}
