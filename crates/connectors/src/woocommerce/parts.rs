//! Refunds and variations, which orders and products only name.
//!
//! One request asks for those of a whole page, by their own ids (`include=1,2,3`): the list of all
//! refunds declares a filter by order, `parent`, and ignores it. What did not come, because the shop
//! does not know the list, is asked for beside its owner.
//!
//! Source: woocommerce, `WC_REST_Refunds_Controller::prepare_objects_query`, 10.5.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::value::RawValue;

use super::{Woocommerce, door, wire};
use crate::http::Request;
use crate::{Error, Kind};

/// A kind of part.
pub(super) struct Kin {
    /// The list of all of them.
    all: (&'static str, &'static str),
    /// The list beside an owner: operation, before and after the owner's id.
    own: (&'static str, &'static str, &'static str),
    /// The field of ours that holds them in the owner's text.
    field: &'static str,
    named: fn(&wire::Whole) -> Vec<String>,
}

/// Refunds of orders.
pub(super) const REFUNDS: Kin = Kin {
    all: ("GET /refunds", "/wc/v3/refunds"),
    own: ("GET /orders/{id}/refunds", "/wc/v3/orders/", "/refunds"),
    field: "fermata_refunds",
    named: |order| order.refunds.iter().flatten().map(|part| part.id.0.clone()).collect(),
};

/// Variations of products.
pub(super) const VARIATIONS: Kin = Kin {
    all: ("GET /variations", "/wc/v3/variations"),
    own: ("GET /products/{id}/variations", "/wc/v3/products/", "/variations"),
    field: "fermata_variations",
    named: |product| product.variations.iter().flatten().map(|id| id.0.clone()).collect(),
};

/// The most that one request asks for.
pub(super) const MOST: usize = 100;

/// Counts the parts that records name.
pub(super) fn named(kin: &Kin, records: &[&RawValue]) -> usize {
    let wholes = records.iter().filter_map(|raw| serde_json::from_str::<wire::Whole>(raw.get()).ok());
    wholes.map(|whole| (kin.named)(&whole).len()).sum()
}

/// Returns each record's text with its parts folded in, in the same order.
///
/// A record that names none is left as it is, as is one that cannot be read.
pub(super) async fn fold(woo: &Woocommerce, kin: &Kin, records: &[&RawValue]) -> Result<Vec<String>, Error> {
    let wholes: Vec<Option<wire::Whole>> =
        records.iter().map(|raw| serde_json::from_str(raw.get()).ok()).collect();
    let groups: Vec<Vec<String>> =
        wholes.iter().flatten().map(kin.named).filter(|named| !named.is_empty()).collect();
    let mut found: HashMap<String, Parts> = HashMap::new();
    if groups.len() > 1 {
        found = of_all(woo, kin, groups.concat()).await?;
    }
    let mut folded = Vec::with_capacity(records.len());
    for (raw, whole) in records.iter().zip(&wholes) {
        let named = whole.as_ref().map(|whole| (kin.named)(whole)).unwrap_or_default();
        let Some(owner) = whole.as_ref().filter(|_| !named.is_empty()) else {
            folded.push(raw.get().to_owned());
            continue;
        };
        let mut parts = found.remove(&owner.id.0).unwrap_or_default();
        if !named.iter().all(|id| parts.ids.contains(id)) {
            parts = of_one(woo, kin, &owner.id.0, &named).await?;
        }
        folded.push(with(raw.get(), kin.field, &format!("[{}]", parts.texts.join(","))));
    }
    Ok(folded)
}

/// Adds a field to the text of an object.
pub(super) fn with(raw: &str, field: &str, value: &str) -> String {
    match raw.trim_end().strip_suffix('}') {
        Some(open) => format!("{open},\"{field}\":{value}}}"),
        None => raw.to_owned(),
    }
}

/// The parts of one owner.
#[derive(Default)]
struct Parts {
    ids: HashSet<String>,
    texts: Vec<String>,
}

impl Parts {
    fn add(&mut self, id: String, raw: &RawValue) {
        // Pages can overlap.
        if self.ids.insert(id) {
            self.texts.push(alike(raw));
        }
    }
}

/// Returns a part's text as both lists have it: each adds members of its own, and a record must not
/// look changed because it was read another way.
fn alike(raw: &RawValue) -> String {
    let Ok(mut members) = serde_json::from_str::<BTreeMap<&str, &RawValue>>(raw.get()) else {
        return raw.get().to_owned();
    };
    members.retain(|name, _| !["_links", "parent_id"].contains(name));
    serde_json::to_string(&members).unwrap_or_else(|_| raw.get().to_owned())
}

/// Reads parts by their ids; those that are no more do not come.
async fn of_all(woo: &Woocommerce, kin: &Kin, mut ids: Vec<String>) -> Result<HashMap<String, Parts>, Error> {
    let (operation, path) = kin.all;
    // Numbers without zeros in front: this is their order, in which a list has them too.
    ids.sort_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
    let mut found: HashMap<String, Parts> = HashMap::new();
    for some in ids.chunks(MOST) {
        let request = listed(operation, path.to_owned(), 1).query("include", some.join(","));
        let response = match woo.ask(request).await {
            Ok(response) => response,
            // Older shops do not have this list.
            Err(error) if matches!(error.kind, Kind::Missing | Kind::Rejected) => return Ok(found),
            Err(error) => return Err(error),
        };
        let records: Vec<&RawValue> = door::read(operation, &response.body)?;
        for raw in &records {
            let Ok(part) = serde_json::from_str::<wire::Part>(raw.get()) else { continue };
            if let Some(parent) = part.parent_id.0.filter(|_| some.contains(&part.id.0)) {
                found.entry(parent).or_default().add(part.id.0, raw);
            }
        }
    }
    Ok(found)
}

/// Reads the parts of one owner that it names, so that they are those that [`of_all`] reads.
async fn of_one(woo: &Woocommerce, kin: &Kin, owner: &str, named: &[String]) -> Result<Parts, Error> {
    let (operation, head, tail) = kin.own;
    let mut parts = Parts::default();
    let mut seen: HashSet<String> = HashSet::new();
    let mut page = 1_u32;
    loop {
        let request = listed(operation, format!("{head}{owner}{tail}"), page);
        let response = match woo.ask(request).await {
            Ok(response) => response,
            // Removed since it was listed.
            Err(error) if error.kind == Kind::Missing => return Ok(parts),
            Err(error) => return Err(error),
        };
        let records: Vec<&RawValue> = door::read(operation, &response.body)?;
        let before = seen.len();
        for raw in &records {
            let Ok(part) = serde_json::from_str::<wire::Part>(raw.get()) else { continue };
            seen.insert(part.id.0.clone());
            if named.contains(&part.id.0) {
                parts.add(part.id.0, raw);
            }
        }
        let whole = named.iter().all(|id| parts.ids.contains(id));
        if whole || records.len() < MOST || seen.len() == before {
            return Ok(parts);
        }
        page += 1;
    }
}

/// In the order of creation, so that nothing that is made meanwhile moves a page.
fn listed(operation: &'static str, path: String, page: u32) -> Request {
    Request::get(operation, path)
        .query("orderby", "id")
        .query("order", "asc")
        .query("page", page.to_string())
        .query("per_page", MOST.to_string())
}
