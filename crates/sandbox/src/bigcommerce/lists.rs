//! Cutting a numbered page off a list, and the envelopes that answers travel in.
//!
//! v2 answers a bare list and 204 where it is empty; v3 wraps it and counts.

use serde_json::{Map, Value, json};

use super::Asked;
use super::errors::Api;
use super::query::PAGE;
use crate::paging::{Numbered, Sheet};
use crate::vendor::{Call, Reply};
use crate::world::Thing;

/// Answers a page of a list, in the envelope of the interface that was asked.
pub(super) fn page<T: Clone>(
    numbered: &mut Numbered,
    asked: &Asked<'_>,
    call: &mut Call<'_>,
    records: &[T],
    thing: impl Fn(&T) -> Option<Thing>,
    write: impl Fn(&Call<'_>, &T) -> Value,
) -> Reply {
    let query = &asked.query;
    let Sheet { items, total, pages } = numbered.page(call, query.stamp, query.page, records, thing);
    let items: Vec<Value> = items.iter().map(|item| write(call, item)).collect();
    match asked.api {
        Api::V2 if items.is_empty() => Reply::empty(204),
        Api::V2 => Reply::json(200, &Value::Array(items)),
        Api::V3 | Api::Inventory => wrapped(query.page, Sheet { items, total, pages }),
    }
}

/// Answers a page of a list whose records no fault can edit.
pub(super) fn plain<T: Clone>(
    numbered: &mut Numbered,
    asked: &Asked<'_>,
    call: &mut Call<'_>,
    records: &[T],
    write: impl Fn(&Call<'_>, &T) -> Value,
) -> Reply {
    page(numbered, asked, call, records, |_| None, write)
}

/// Answers all there is as one page, where the vendor cuts none.
pub(super) fn unpaged(items: Vec<Value>) -> Reply {
    wrapped((1, PAGE), Sheet { total: items.len(), pages: 1, items })
}

/// Answers what is no list of pages, as v3 does.
pub(super) fn data(status: u16, data: impl Into<Value>) -> Reply {
    Reply::json(status, &json!({ "data": data.into(), "meta": {} }))
}

fn wrapped(page: (usize, usize), sheet: Sheet<Value>) -> Reply {
    let meta = json!({ "pagination": pagination(page, &sheet) });
    Reply::json(200, &json!({ "data": sheet.items, "meta": meta }))
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
