//! Channels, and the fulfillment centers as the two endpoints for them show them.

use fermata_model::Platform;
use serde_json::{Value, json};

use super::routes::{CURSOR, Route};
use super::{Asked, errors, ids};
use crate::vendor::{Call, Reply, Request};
use crate::world::{PersonId, World};

/// The channel of the token itself, the only one that may write.
const OURS: u64 = 105_001;
const FIRST_STOREFRONT: u64 = 105_101;

/// Refuses a request without the header that its route demands, or with one that names no channel.
pub(super) fn check_channel(request: &Request, route: &Route, call: &Call<'_>) -> Result<(), Reply> {
    // The vendor declares no 400 for the one served operation that demands it.
    let status = if route.channel { 422 } else { 400 };
    let given = request.header("shipbob_channel_id");
    match given.map(str::parse) {
        None if route.channel => Err(errors::bad(status, "shipbob_channel_id", "The header is required.")),
        None => Ok(()),
        Some(Ok(OURS)) => Ok(()),
        Some(Ok(number)) if !route.channel && (0..call.world.storefronts.len()).any(|n| at(n) == number) => {
            Ok(())
        }
        Some(_) => Err(errors::bad(status, "shipbob_channel_id", "Not a channel that may do this.")),
    }
}

fn at(storefront: usize) -> u64 {
    FIRST_STOREFRONT + u64::try_from(storefront).unwrap_or(0)
}

/// Shows the channel that a person's orders came through.
pub(super) fn channel_of(world: &World, person: PersonId) -> Value {
    let storefront = world.storefront_of(person);
    let place = world.storefronts.iter().position(|known| *known == storefront).unwrap_or(0);
    json!({ "id": at(place), "name": storefront.name() })
}

/// Answers with the channels, those of the storefronts first; one a page and cursors if asked for so few.
///
/// Errors: 400 for a cursor that no answer gave.
pub(super) fn channels(asked: &Asked<'_>, call: &Call<'_>) -> Result<Reply, Reply> {
    let scopes: Vec<&str> = call.access.scopes.iter().map(String::as_str).collect();
    let storefront = |(place, platform): (usize, &Platform)| {
        json!({
            "id": at(place), "name": platform.name(), "application_name": platform.name(),
            "scopes": ["orders_read", "products_read"],
        })
    };
    let mut all: Vec<Value> = call.world.storefronts.iter().enumerate().map(storefront).collect();
    all.push(json!({
        "id": OURS, "name": call.world.shop.name, "application_name": "SMA", "scopes": scopes,
    }));
    let start = match asked.query.text(CURSOR) {
        Some(cursor) => {
            let place = cursor.parse().ok().filter(|place| *place < all.len());
            place.ok_or_else(|| errors::bad(400, CURSOR, "The cursor is not valid."))?
        }
        None => 0,
    };
    let size = asked.query.whole("RecordsPerPage").and_then(|size| usize::try_from(size).ok());
    let size = size.unwrap_or(all.len()).max(1);
    let next = (start.saturating_add(size) < all.len()).then(|| (start + size).to_string());
    let prev = (start > 0).then(|| start.saturating_sub(size).to_string());
    let items: Vec<Value> = all.into_iter().skip(start).take(size).collect();
    Ok(Reply::json(200, &json!({ "items": items, "next": next, "prev": prev })))
}

/// Answers with the locations; all of them are open and take goods in.
pub(super) fn locations(asked: &Asked<'_>, call: &Call<'_>) -> Reply {
    let none = asked.query.truth("ReceivingEnabled") == Some(false)
        || asked.query.truth("AccessGranted") == Some(false);
    let locations = call.world.locations.iter().enumerate().filter(|_| !none).map(|(place, location)| {
        json!({
            "id": ids::center(place), "name": location.name, "abbreviation": null, "access_granted": true,
            "attributes": [], "is_active": true, "is_receiving_enabled": true, "is_shipping_enabled": true,
            "region": { "id": 1, "name": call.world.shop.country }, "services": [], "timezone": "UTC",
        })
    });
    Reply::json(200, &Value::Array(locations.collect()))
}

/// Answers with the fulfillment centers.
pub(super) fn centers(call: &Call<'_>) -> Reply {
    Reply::json(
        200,
        &Value::Array((0..call.world.locations.len()).map(|place| center(call.world, place)).collect()),
    )
}

/// Shows a fulfillment center as receiving orders do.
pub(super) fn center(world: &World, place: usize) -> Value {
    json!({
        "id": ids::center(place), "name": world.locations.get(place).map(|location| &location.name),
        "address1": null, "address2": null, "city": null, "country": world.shop.country, "email": null,
        "phone_number": null, "state": null, "timezone": "UTC", "zip_code": null,
    })
}
