//! Numbered pages: the body is the bare list, everything else is in headers.

use serde_json::Value;

use super::query::Row;
use super::{Asked, Scene, Shop, errors};
use crate::paging::{Numbered, turned};
use crate::vendor::{Call, Reply, Request};
use crate::world::Thing;

/// Sifts the rows and answers with the page that the query asks for. A page past the end is empty, and then the totals
/// are 0 and the way back leads to page 0, as recorded.
pub(super) fn page<T: Clone>(
    shop: &Shop,
    numbered: &mut Numbered,
    asked: &Asked<'_>,
    call: &mut Call<'_>,
    rows: Vec<Row<T>>,
    thing: impl Fn(&T) -> Option<Thing>,
    show: impl Fn(&Scene<'_>, &T) -> Option<Value>,
) -> Reply {
    let (request, query) = (asked.request, &asked.query);
    let (number, size) = query.page();
    let sheet = numbered.page(call, query.list, (number, size), &query.sift(rows), thing);
    let past = sheet.items.is_empty() && number > 1;
    let (total, pages) = if past { (0, 0) } else { (sheet.total, sheet.pages) };
    let scene = shop.scene(call.world, request);
    let items: Vec<Value> = sheet.items.iter().filter_map(|item| show(&scene, item)).collect();
    let mut links = Vec::new();
    if number > 1 {
        links.push(format!("<{}>; rel=\"prev\"", address(request, (number - 1).min(pages))));
    }
    if number < pages {
        links.push(format!("<{}>; rel=\"next\"", address(request, number + 1)));
    }
    let reply = errors::answer(200, &Value::Array(items))
        .with("X-WP-Total", total.to_string())
        .with("X-WP-TotalPages", pages.to_string());
    if links.is_empty() { reply } else { reply.with("Link", links.join(", ")) }
}

fn address(request: &Request, page: usize) -> String {
    format!("{}{}", request.base_url, turned(request, "page", &page.to_string()))
}
