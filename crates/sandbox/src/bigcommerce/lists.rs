//! Cutting a numbered page off a list, and the two envelopes it travels in.
//!
//! v2 answers a bare list and 204 where it is empty; v3 wraps it and counts.

use serde_json::{Map, Value, json};

use super::query::Query;
use crate::paging::{Numbered, Sheet};
use crate::vendor::{Call, Reply};
use crate::world::Thing;

/// Answers a page of a v2 list.
pub(super) fn v2<T: Clone>(
    numbered: &mut Numbered,
    query: &Query,
    call: &mut Call<'_>,
    records: &[T],
    thing: impl Fn(&T) -> Option<Thing>,
    write: impl Fn(&Call<'_>, &T) -> Value,
) -> Reply {
    let sheet = numbered.page(call, query.stamp, query.page, records, thing);
    if sheet.items.is_empty() {
        return Reply::empty(204);
    }
    let written: Vec<Value> = sheet.items.iter().map(|item| write(call, item)).collect();
    Reply::json(200, &Value::Array(written))
}

/// Answers a page of a v3 list.
pub(super) fn v3<T: Clone>(
    numbered: &mut Numbered,
    query: &Query,
    call: &mut Call<'_>,
    records: &[T],
    thing: impl Fn(&T) -> Option<Thing>,
    write: impl Fn(&Call<'_>, &T) -> Value,
) -> Reply {
    let sheet = numbered.page(call, query.stamp, query.page, records, thing);
    let written: Vec<Value> = sheet.items.iter().map(|item| write(call, item)).collect();
    let meta = json!({ "pagination": pagination(query.page, &sheet) });
    Reply::json(200, &json!({ "data": written, "meta": meta }))
}

fn pagination<T>((page, limit): (usize, usize), sheet: &Sheet<T>) -> Value {
    let link = |page: usize| json!(format!("?page={page}&limit={limit}"));
    let mut links = Map::new();
    if page > 1 {
        links.insert("previous".to_owned(), link(page - 1));
    }
    links.insert("current".to_owned(), link(page));
    if page < sheet.pages {
        links.insert("next".to_owned(), link(page + 1));
    }
    json!({
        "total": sheet.total,
        "count": sheet.items.len(),
        "per_page": limit,
        "current_page": page,
        "total_pages": sheet.pages.max(1),
        "links": links,
    })
}
