//! Several changes in one request: at most 100, each with its own result, and 200 whatever comes of them.

use serde_json::{Map, Value, json};

use super::routes::What;
use super::{Asked, Shop, checks, coupons, customers, errors, goods, orders};
use crate::vendor::{Call, Reply};

const MOST: usize = 100;

pub(super) fn answer(shop: &mut Shop, asked: &Asked<'_>, call: &mut Call<'_>) -> Result<Reply, Reply> {
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
        let done: Vec<Value> = given.iter().map(|item| one(shop, asked, call, verb, item)).collect();
        results.insert(verb.to_owned(), Value::Array(done));
    }
    Ok(errors::answer(200, &Value::Object(results)))
}

fn one(shop: &mut Shop, asked: &Asked<'_>, call: &mut Call<'_>, verb: &str, item: &Value) -> Value {
    let number = match verb {
        "delete" => checks::whole(item),
        _ => checks::whole(&item["id"]),
    };
    let number = number.and_then(|number| u64::try_from(number).ok()).unwrap_or(0);
    let result = match (asked.route.what, verb) {
        (What::CouponBatch, "create") => coupons::make(shop, asked, call, item),
        (What::OrderBatch, "update") => orders::change(shop, asked, call, number, item),
        (What::CustomerBatch, "update") => customers::change(shop, asked, call, number, item),
        (What::ProductBatch, "update") => goods::change(shop, asked, call, number, item),
        (What::VariationBatch, "update") => {
            goods::change_variation(shop, asked, call, (asked.number(0), number), item)
        }
        (What::CouponBatch, "update") => coupons::change(shop, asked, call, number, item),
        (What::OrderBatch, "delete") => orders::remove(shop, asked, call, number, true),
        (What::CustomerBatch, "delete") => customers::remove(shop, asked, call, number, true),
        (What::CouponBatch, "delete") => coupons::remove(shop, asked, call, number, true),
        _ => {
            let message = format!("{verb} is not simulated by the practice store for these.");
            Err(errors::refuse(400, "rest_invalid_param", &message))
        }
    };
    result.unwrap_or_else(|refusal| {
        let error: Value = serde_json::from_slice(&refusal.body).unwrap_or_default();
        json!({ "id": number, "error": error })
    })
}
