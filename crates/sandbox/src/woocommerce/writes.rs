//! Changes and removals: one in a request, or at most 100, each with its own result, and 200 whatever comes of them.

use serde_json::{Map, Value, json};

use super::routes::Records;
use super::{Asked, Shop, checks, coupons, customers, errors, goods, orders};
use crate::vendor::{Call, Reply};

const MOST: usize = 100;

/// A record as it is shown, or why nothing was done to it.
pub(super) type Shown = Result<Value, Reply>;

/// Which record is meant.
#[derive(Clone, Copy)]
pub(super) struct Target<'a> {
    of: Records,
    pub(super) asked: &'a Asked<'a>,
    /// Its number.
    pub(super) number: u64,
}

impl<'a> Target<'a> {
    /// Means the record of the path.
    pub(super) fn own(of: Records, asked: &'a Asked<'_>) -> Self {
        Self { of, asked, number: asked.own_number() }
    }
}

/// Changes the record of the path.
pub(super) fn update(shop: &mut Shop, call: &mut Call<'_>, target: Target<'_>) -> Result<Reply, Reply> {
    let body = checks::body(target.asked.request)?;
    change(shop, call, target, &body).map(|shown| errors::answer(200, &shown))
}

/// Removes the record of the path.
pub(super) fn delete(shop: &mut Shop, call: &mut Call<'_>, target: Target<'_>) -> Result<Reply, Reply> {
    let force = target.asked.query.flag("force");
    remove(shop, call, target, force).map(|shown| errors::answer(200, &shown))
}

/// Does several things of a body.
pub(super) fn batch(
    shop: &mut Shop,
    call: &mut Call<'_>,
    of: Records,
    asked: &Asked<'_>,
) -> Result<Reply, Reply> {
    let body = checks::body(asked.request)?;
    let items = |name: &str| body[name].as_array().cloned().unwrap_or_default();
    let count: usize = ["create", "update", "delete"].iter().map(|name| items(name).len()).sum();
    if count > MOST {
        let message = format!("Unable to accept more than {MOST} items for this request.");
        return Err(errors::refuse(413, "woocommerce_rest_request_entity_too_large", &message));
    }
    let mut results = Map::new();
    for verb in ["create", "update", "delete"] {
        let given = items(verb);
        if given.is_empty() {
            continue;
        }
        let done: Vec<Value> = given.iter().map(|item| one(shop, call, (of, asked), verb, item)).collect();
        results.insert(verb.to_owned(), Value::Array(done));
    }
    Ok(errors::answer(200, &Value::Object(results)))
}

fn one(
    shop: &mut Shop,
    call: &mut Call<'_>,
    (of, asked): (Records, &Asked<'_>),
    verb: &str,
    item: &Value,
) -> Value {
    let number = if verb == "delete" { item } else { &item["id"] };
    let number = checks::whole(number).and_then(|number| u64::try_from(number).ok()).unwrap_or(0);
    let target = Target { of, asked, number };
    let result = match verb {
        "update" => change(shop, call, target, item),
        "delete" => remove(shop, call, target, true),
        _ if of == Records::Coupons => coupons::make(shop, asked, call, item),
        _ => Err(not_simulated(verb)),
    };
    result.unwrap_or_else(|refusal| {
        let error: Value = serde_json::from_slice(&refusal.body).unwrap_or_default();
        json!({ "id": number, "error": error })
    })
}

/// Changes a record as a body asks for, and shows it.
fn change(shop: &mut Shop, call: &mut Call<'_>, target: Target<'_>, body: &Value) -> Shown {
    match target.of {
        Records::Orders => orders::change(shop, call, target, body),
        Records::Customers => customers::change(shop, call, target, body),
        Records::Products => goods::change(shop, call, target, body),
        Records::Variations => goods::change_variation(shop, call, target, body),
        Records::Coupons => coupons::change(shop, call, target, body),
    }
}

/// Removes a record, for good where `force` is; shows it as it was before.
fn remove(shop: &mut Shop, call: &mut Call<'_>, target: Target<'_>, force: bool) -> Shown {
    match target.of {
        Records::Orders => orders::remove(shop, call, target, force),
        Records::Customers => customers::remove(shop, call, target, force),
        Records::Coupons => coupons::remove(shop, call, target, force),
        Records::Products | Records::Variations => Err(not_simulated("delete")),
    }
}

fn not_simulated(verb: &str) -> Reply {
    let message = format!("{verb} is not simulated by the practice store for these.");
    errors::refuse(400, "rest_invalid_param", &message)
}
