//! Orders: shown, listed, changed, thrown away.

mod change;
mod show;
mod state;
mod sums;

use fermata_model::Platform;
use serde_json::json;

use super::query::Row;
use super::writes::{Shown, Target};
use super::{Asked, Shop, checks, errors, lists};
use crate::paging::Numbered;
use crate::vendor::{Call, Reply};
use crate::world::{Id as _, Order, OrderId, Thing, World};

pub(super) use change::{addresses_fit, change};
pub(super) use show::{item_meta, line_item, show};
pub(super) use state::{base, status};

/// How the vendor names an order in its codes.
pub(super) const THING: &str = "shop_order";

/// Finds an order of this shop that is not removed; one in the bin is found.
pub(super) fn find<'w>(shop: &Shop, world: &'w World, number: u64) -> Option<(OrderId, &'w Order)> {
    let id = OrderId::from_number(number)?;
    Some((id, at(shop, world, id)?))
}

/// Walks the orders of this shop that are not removed, those in the bin among them.
pub(super) fn all<'w>(shop: &Shop, world: &'w World) -> impl Iterator<Item = (OrderId, &'w Order)> {
    world.orders.iter().filter_map(|(id, _)| Some((id, at(shop, world, id)?)))
}

fn at<'w>(shop: &Shop, world: &'w World, id: OrderId) -> Option<&'w Order> {
    let gone = shop.books.orders.get(&id).is_some_and(|book| book.gone);
    world.order_at(Platform::Woocommerce, id).filter(|_| !gone)
}

pub(super) fn list(
    shop: &Shop,
    numbered: &mut Numbered,
    asked: &Asked<'_>,
    call: &mut Call<'_>,
) -> Result<Reply, Reply> {
    let (query, world) = (&asked.query, &*call.world);
    if matches!(query.text("orderby"), Some("title" | "slug")) {
        let message = "orderby is not simulated by the practice store for this word.";
        return Err(errors::invalid(&[checks::Complaint::new("orderby", "rest_invalid_param", message)]));
    }
    let statuses = query.all("status");
    let wanted = |status: &str| {
        let any = statuses.is_empty() || statuses.iter().any(|one| one == "any");
        statuses.iter().any(|one| one == status) || (any && status != "trash")
    };
    let customer = query.whole("customer").and_then(|number| u64::try_from(number).ok());
    let product = query.whole("product").and_then(|number| u64::try_from(number).ok());
    let search = query.text("search").map(str::to_lowercase);
    let rows = all(shop, world)
        .filter(|(id, order)| {
            wanted(&status(order, shop.books.orders.get(id)))
                && customer
                    .is_none_or(|customer| order.account.map_or(0, |account| account.number()) == customer)
                && product.is_none_or(|product| holds(world, order, product))
                && search.as_deref().is_none_or(|text| mentions(world, *id, order, text))
        })
        .map(|(id, order)| Row {
            id,
            number: id.number(),
            created: order.created_at,
            updated: order.updated_at,
            title: String::new(),
        })
        .collect();
    Ok(lists::page(
        shop,
        numbered,
        asked,
        call,
        rows,
        |id| Some(Thing::Order(*id)),
        |scene, id| Some(show(scene, *id, scene.world.orders.get(*id)?)),
    ))
}

fn holds(world: &World, order: &Order, product: u64) -> bool {
    order.lines.iter().any(|line| {
        world.variants.get(line.variant).is_some_and(|variant| variant.product.number() == product)
    })
}

fn mentions(world: &World, id: OrderId, order: &Order, text: &str) -> bool {
    let person = world.people.get(order.person.index());
    let name = person.map(|person| format!("{} {}", person.first, person.last).to_lowercase());
    world.order_name(id).trim_start_matches('#') == text
        || id.number().to_string() == text
        || order.email.as_deref().is_some_and(|email| email.to_lowercase().contains(text))
        || name.is_some_and(|name| name.contains(text))
}

pub(super) fn get(shop: &Shop, asked: &Asked<'_>, call: &Call<'_>) -> Result<Reply, Reply> {
    let (id, order) =
        find(shop, call.world, asked.number(0)).ok_or_else(|| errors::invalid_id(404, THING))?;
    Ok(errors::answer(200, &show(&shop.scene(call.world, asked.request), id, order)))
}

/// Throws an order into the bin, or away for good; the answer shows it as it was before.
pub(super) fn remove(shop: &mut Shop, call: &mut Call<'_>, target: Target<'_>, force: bool) -> Shown {
    let Target { asked, number, .. } = target;
    let (id, order) = find(shop, call.world, number).ok_or_else(|| errors::invalid_id(404, THING))?;
    let before = show(&shop.scene(call.world, asked.request), id, order);
    let book = shop.books.orders.entry(id).or_default();
    if force {
        book.gone = true;
        call.applied("order.delete", number, None, None);
        return Ok(before);
    }
    if book.trashed.is_some() {
        return Err(errors::already_trashed(THING));
    }
    let was = status(order, Some(book));
    let stamp = call.now.second().to_string();
    let given = json!([
        { "key": "_wp_trash_meta_status", "value": format!("wc-{was}") },
        { "key": "_wp_trash_meta_time", "value": stamp },
    ]);
    book.meta.write(&given, &mut shop.books.last_meta);
    book.trashed = Some(call.now);
    call.world.orders.edit(id, call.now, |_| ());
    call.applied("order.trash", number, None, None);
    Ok(before)
}
