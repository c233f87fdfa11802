//! Finding orders.
//!
//! Sorted by number unless told otherwise. `date_modified` moves when anything changes, so pages by it move, too.

use serde_json::{Value, json};

use fermata_model::Platform;

use super::super::numbers::CUSTOMERS;
use super::super::{Asked, lists};
use super::seen::{Seen, Which, asked_for, carts, left_here, modified, see};
use super::state::{Book, SETTLES, STATUSES};
use super::view::{self, Include};
use crate::paging::{self, Numbered, Order as Direction};
use crate::vendor::{Call, Reply};
use crate::world::Moment;

/// Lists orders.
pub(in super::super) fn list(
    asked: &Asked<'_>,
    call: &mut Call<'_>,
    book: &Book,
    numbered: &mut Numbered,
) -> Result<Reply, Reply> {
    let include = include(asked)?;
    let query = &asked.query;
    let carts = carts(call.world);
    let (by, backwards) = match query.text("sort").unwrap_or("id").split_once(':') {
        Some((by, direction)) => (by, direction == "desc"),
        None => (query.text("sort").unwrap_or("id"), false),
    };
    let mut rows: Vec<(i64, Which)> = candidates(asked, call)
        .into_iter()
        .filter_map(|which| see(call.world, which, &carts))
        .filter(|seen| admits(asked, call, book, seen))
        .map(|seen| (key(by, call, book, &seen), seen.which))
        .collect();
    rows.sort_by_key(|(key, which)| (*key, which.number()));
    if backwards {
        rows.reverse();
    }
    let rows: Vec<Which> = rows.into_iter().map(|(_, which)| which).collect();
    let write = |call: &Call<'_>, which: &Which| match see(call.world, *which, &carts) {
        Some(seen) => view::order(asked.request, call, book, &seen, include),
        None => Value::Null,
    };
    Ok(lists::page(numbered, asked, call, &rows, |which| Some(which.thing()), write))
}

/// Returns an order.
pub(in super::super) fn get(asked: &Asked<'_>, call: &Call<'_>, book: &Book) -> Result<Reply, Reply> {
    let seen = asked_for(asked, call.world)?;
    Ok(Reply::json(200, &view::order(asked.request, call, book, &seen, include(asked)?)))
}

/// Lists the statuses that an order can have.
pub(in super::super) fn statuses() -> Reply {
    let written: Vec<Value> = STATUSES
        .iter()
        .map(|(id, name)| {
            json!({
                "id": id, "name": name, "system_label": name, "custom_label": name, "system_description": "",
                "order": id,
            })
        })
        .collect();
    Reply::json(200, &Value::Array(written))
}

/// Returns the orders that can be meant, by what makes them fewest.
fn candidates(asked: &Asked<'_>, call: &Call<'_>) -> Vec<Which> {
    let world = &*call.world;
    let here = |order: &crate::world::Order| world.storefront_of(order.person) == Platform::Bigcommerce;
    let placed: Vec<Which> = match asked.query.time("min_date_modified") {
        // What changed last by a refund's being carried out changed a little earlier in the world.
        Some(since) => {
            let span = (Moment::from(since).plus(-SETTLES), Moment::from_second(i64::MAX));
            paging::walk(&world.orders, span, None, Direction { backwards: false })
                .filter(|(_, order)| here(order))
                .map(|(id, _)| Which::Placed(id))
                .collect()
        }
        None => {
            world.orders.iter().filter(|(_, order)| here(order)).map(|(id, _)| Which::Placed(id)).collect()
        }
    };
    let left = world.carts.iter().filter(|(id, _)| left_here(world, *id).is_some());
    placed.into_iter().chain(left.map(|(id, _)| Which::Left(id))).collect()
}

fn admits(asked: &Asked<'_>, call: &Call<'_>, book: &Book, seen: &Seen<'_>) -> bool {
    let (query, order, number) = (&asked.query, &*seen.order, seen.which.number());
    let archived = matches!(seen.which, Which::Placed(id) if book.archived.contains(&id));
    let customer = order.account.map_or(0, |account| CUSTOMERS.of(account));
    !archived
        && query.whole("min_id").is_none_or(|min| min <= number)
        && query.whole("max_id").is_none_or(|max| number <= max)
        && query.whole("customer_id").is_none_or(|asked| asked == customer)
        && query.whole("channel_id").is_none_or(|channel| channel == 1)
        && query
            .text("email")
            .is_none_or(|email| order.email.as_deref().is_some_and(|known| known.eq_ignore_ascii_case(email)))
        && query.whole("status_id").is_none_or(|status| status == book.status(seen, call.now))
        && query.text("cart_id").is_none_or(|id| seen.cart.is_some_and(|cart| view::uuid(cart) == id))
        && query.text("external_order_id").is_none_or(|id| view::external(call.world, book, seen) == id)
        && query.within(order.created_at, "min_date_created", "max_date_created")
        && query.within(modified(order, call.now), "min_date_modified", "max_date_modified")
}

fn key(by: &str, call: &Call<'_>, book: &Book, seen: &Seen<'_>) -> i64 {
    let order = &*seen.order;
    match by {
        "date_created" => order.created_at.second(),
        "date_modified" => modified(order, call.now).second(),
        "customer_id" => order.account.map_or(0, |account| CUSTOMERS.of(account)).cast_signed(),
        "status_id" => book.status(seen, call.now).cast_signed(),
        _ => 0,
    }
}

/// Reads what is to be written in an order rather than linked.
fn include(asked: &Asked<'_>) -> Result<Include, Reply> {
    let lines = asked.query.has("include", "consignments.line_items");
    let consignments = lines || asked.query.has("include", "consignments");
    if consignments && asked.query.text("consignment_structure").is_none() {
        return Err(asked
            .api
            .bad("consignment_structure", "Must be 'object' where consignments are included."));
    }
    Ok(Include { consignments, lines, fees: asked.query.has("include", "fees") })
}

/// Looks at a placed order with all that its answer needs.
pub(super) fn answer(
    asked: &Asked<'_>,
    call: &Call<'_>,
    book: &Book,
    id: crate::world::OrderId,
) -> Result<Reply, Reply> {
    let seen = see(call.world, Which::Placed(id), &carts(call.world)).ok_or_else(|| asked.api.not_found())?;
    Ok(Reply::json(200, &view::order(asked.request, call, book, &seen, Include::default())))
}
