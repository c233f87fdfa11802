//! Counts, prices and texts of products and their variations.
//!
//! WooCommerce takes what it is given: a price that is no number clears the price, a count is
//! written over whatever it is by now. So the count is compared before, and what was written is
//! read back.
//!
//! Source: stock_set.json, product_update_*.json, on 10.5.0.

use fermata_model::action::ProductText;
use fermata_model::{Action, Frozen, Money, Receipt};
use serde_json::{Map, Value, json};

use super::{Draft, done, impossible, number, whole};
use crate::http::{Method, Request};
use crate::woocommerce::{Woocommerce, door, map, wire};
use crate::{Error, html};

const READ: &str = "GET /products/{id}";
const READ_VARIATION: &str = "GET /products/{product_id}/variations/{id}";
const UPDATE: &str = "PUT /products/{id}";
const UPDATE_VARIATION: &str = "PUT /products/{product_id}/variations/{id}";

/// Returns the variation that an action names; `None` for the product itself.
fn variation(action: &Action) -> Option<&str> {
    match action {
        Action::StockSet { product, variant, .. } | Action::PriceSet { product, variant, .. } => {
            Some(variant.as_str()).filter(|id| !id.is_empty() && *id != product.external_id)
        }
        _ => None,
    }
}

fn path(action: &Action) -> Result<String, Error> {
    let product = number(READ, action.target())?;
    Ok(match variation(action) {
        Some(id) => format!("/wc/v3/products/{product}/variations/{}", whole(READ_VARIATION, id)?),
        None => format!("/wc/v3/products/{product}"),
    })
}

/// Returns the request that reads the product or variation as it is kept, not as it is shown:
/// shown descriptions are wrapped into paragraphs.
pub(super) fn read(action: &Action) -> Result<Request, Error> {
    let operation = if variation(action).is_some() { READ_VARIATION } else { READ };
    Ok(Request::get(operation, path(action)?).query("context", "edit"))
}

pub(super) async fn prepare(woo: &Woocommerce, action: &Action) -> Result<Draft, Error> {
    let label = &action.target().label;
    let item: wire::Item = super::existing(woo, read(action)?, label).await?;
    if item.status.0.as_deref() == Some("trash") {
        return Err(impossible(UPDATE, format!("{label} is in WooCommerce's bin.")));
    }
    let (body, undo) = match action {
        Action::StockSet { .. } => stock(action, &item)?,
        Action::PriceSet { price, .. } => {
            let currency = woo.currency().await?;
            if currency != price.currency {
                return Err(impossible(UPDATE, format!("The shop's prices are in {currency}.")));
            }
            self::price(action, &item, *price)?
        }
        _ => texts(action, &item)?,
    };
    let operation = if variation(action).is_some() { UPDATE_VARIATION } else { UPDATE };
    Ok(Draft { operation, method: Method::PUT, path: path(action)?, body: body.to_string(), undo })
}

type Written = (Value, Option<Action>);

fn stock(action: &Action, item: &wire::Item) -> Result<Written, Error> {
    let Action::StockSet { product, variant, location, quantity, expected } = action else {
        unreachable!("`prepare` asks for counts only")
    };
    let label = &product.label;
    if location.is_some() {
        return Err(impossible(UPDATE, "WooCommerce counts in one place only."));
    }
    if item.manage_stock == "parent" {
        return Err(impossible(
            UPDATE,
            format!("This variation of {label} is counted with the whole product."),
        ));
    }
    if item.kind.0.as_deref().is_some_and(|kind| matches!(kind, "grouped" | "external")) {
        return Err(impossible(UPDATE, format!("{label} has no pieces of its own.")));
    }
    let now = map::whole(&item.stock_quantity).filter(|_| map::is_counted(item));
    if expected.is_some() && now != *expected {
        let now = now.map_or_else(|| "not counted".to_owned(), |now| format!("{now} pieces"));
        return Err(impossible(
            UPDATE,
            format!("{label} is at {now} by now, so the count is not written over."),
        ));
    }
    if now == Some(*quantity) {
        return Err(impossible(UPDATE, format!("{label} is already counted as {quantity}.")));
    }
    let undo = now.map(|now| Action::StockSet {
        product: product.clone(),
        variant: variant.clone(),
        location: None,
        quantity: now,
        expected: Some(*quantity),
    });
    Ok((json!({ "manage_stock": true, "stock_quantity": quantity }), undo))
}

fn price(action: &Action, item: &wire::Item, price: Money) -> Result<Written, Error> {
    let Action::PriceSet { product, variant, .. } = action else {
        unreachable!("`prepare` asks for prices only")
    };
    let label = &product.label;
    if price.minor < 0 {
        return Err(impossible(UPDATE, "A price cannot be below nothing."));
    }
    if variation(action).is_none() && item.kind.0.as_deref() == Some("variable") {
        return Err(impossible(UPDATE, format!("The prices of {label} are those of its variations.")));
    }
    if item.on_sale == true {
        let message = format!("{label} is on sale, so its price is not changed.");
        return Err(impossible(UPDATE, message).with_hint("End the sale in WooCommerce first."));
    }
    let before = item.regular_price.coined(price.currency).ok().flatten();
    if before == Some(price) {
        return Err(impossible(UPDATE, format!("{label} already costs {price}.")));
    }
    let undo = before.map(|before| Action::PriceSet {
        product: product.clone(),
        variant: variant.clone(),
        price: before,
    });
    Ok((json!({ "regular_price": price.decimal() }), undo))
}

fn texts(action: &Action, item: &wire::Item) -> Result<Written, Error> {
    let Action::ProductEdit { product, text } = action else { unreachable!("`prepare` asks for texts only") };
    let label = &product.label;
    if text.seo_title.is_some() || text.seo_description.is_some() {
        let message = "WooCommerce has no texts for search engines; they belong to a plugin.";
        return Err(impossible(UPDATE, message));
    }
    if text.title.as_ref().is_some_and(|title| title.trim().is_empty()) {
        return Err(impossible(UPDATE, "A product needs a title."));
    }
    if is_written(text, item) {
        return Err(impossible(UPDATE, format!("{label} already says so.")));
    }
    let mut body = Map::new();
    let mut before = ProductText::default();
    if let Some(title) = &text.title {
        body.insert("name".to_owned(), json!(title));
        before.title = Some(html::text(item.name.0.as_deref().unwrap_or_default()));
    }
    if let Some(description) = &text.description {
        body.insert("description".to_owned(), json!(description));
        before.description = Some(item.description.0.clone().unwrap_or_default());
    }
    let undo = Action::ProductEdit { product: product.clone(), text: before };
    Ok((Value::Object(body), Some(undo)))
}

/// Compares titles as they are read, with entities resolved, and descriptions as they are kept,
/// without what WordPress does to markup: `&` becomes an entity, `<br>` gets a slash, a backslash
/// goes. Of blanks only the number is passed over: a missing one is a mistake that somebody mends.
///
/// Source: WordPress, `wp_filter_post_kses`.
fn is_written(text: &ProductText, item: &wire::Item) -> bool {
    let kept = |field: &crate::reading::Loose| field.0.clone().unwrap_or_default();
    let title = text.title.as_ref().is_none_or(|title| html::text(title) == html::text(&kept(&item.name)));
    let bare = |markup: &str| {
        let markup = html::decoded(markup).replace('\\', "").replace("/>", ">");
        let words: Vec<&str> = markup.split_whitespace().collect();
        words.join(" ").replace(" >", ">")
    };
    let description = text.description.as_ref();
    title && description.is_none_or(|wanted| bare(wanted) == bare(&kept(&item.description)))
}

/// Reads from a product or variation whether it shows the effect.
pub(super) fn receipt(frozen: &Frozen, answer: &str) -> Result<Option<Receipt>, Error> {
    let item: wire::Item = door::read(READ, answer)?;
    let holds = match &frozen.action {
        Action::StockSet { quantity, .. } => {
            item.manage_stock == true && map::whole(&item.stock_quantity) == Some(*quantity)
        }
        Action::PriceSet { price, .. } => {
            item.regular_price.coined(price.currency).ok().flatten() == Some(*price)
        }
        Action::ProductEdit { text, .. } => is_written(text, &item),
        _ => false,
    };
    Ok(holds.then(|| done(&item.id.0, wire::at(&item.date_modified_gmt), frozen)).flatten())
}
