//! What is done to what is sold: how many there are, what it costs, what is said of it.

use std::collections::BTreeMap;

use fermata_model::action::ProductText;
use fermata_model::{Action, Frozen, Key, Money, Receipt, RecordRef, Stream, Timestamp};
use serde_json::{Map, Value, json};

use super::super::{Document, Shopify, map};
use super::{Plan, gone, proof, read, refuse, target, wire};
use crate::{Error, Found};

const STOCK: Document = document!("stockState", "stock_state", 20);
const VARIANT: Document = document!("variantState", "variant_state", 5);
const ONLY: Document = document!("soleVariant", "sole_variant", 5);
const PRODUCT: Document = document!("productState", "product_state", 5);
pub(super) static SET_STOCK: Document = document!("inventorySetQuantities", "stock_set", 15);
pub(super) static SET_PRICE: Document = document!("productVariantsBulkUpdate", "price_set", 15);
pub(super) static EDIT: Document = document!("productUpdate", "product_update", 12);

/// Reads the thing and writes the mutation.
pub(super) async fn plan(shopify: &Shopify, action: &Action, key: Key) -> Result<Plan, Error> {
    let product = action.target();
    let id = target(product, Stream::Products, "Product")?;
    match action {
        Action::StockSet { variant, location, quantity, expected, .. } => {
            let variant = the_variant(shopify, product, variant).await?;
            let item = stock(shopify, product, &variant).await?;
            set_stock(product, &variant, &item, location.as_deref(), *quantity, *expected, key)
        }
        Action::PriceSet { variant, price, .. } => {
            let variant = the_variant(shopify, product, variant).await?;
            set_price(product, &id, &self::variant(shopify, product, &variant).await?, *price)
        }
        Action::ProductEdit { text, .. } => {
            let found: wire::ProductState =
                read(shopify, &PRODUCT, &id).await?.ok_or_else(|| gone(product, PRODUCT.operation))?;
            edit(product, &found, text)
        }
        other => Err(crate::failure::no_action(fermata_model::Platform::Shopify, other)),
    }
}

/// Returns the number of the variant that is meant: every product here has one at least.
async fn the_variant(shopify: &Shopify, product: &RecordRef, variant: &str) -> Result<String, Error> {
    if !variant.is_empty() {
        return Ok(variant.to_owned());
    }
    let id = target(product, Stream::Products, "Product")?;
    let found: wire::Variants =
        read(shopify, &ONLY, &id).await?.ok_or_else(|| gone(product, ONLY.operation))?;
    match found.variants.nodes.as_slice() {
        [only] => Ok(map::number(&only.id)),
        _ => {
            let message = format!("{} has several variants, so one of them must be named.", product.label);
            Err(refuse(ONLY.operation, message))
        }
    }
}

async fn variant(shopify: &Shopify, product: &RecordRef, variant: &str) -> Result<wire::VariantState, Error> {
    let found: Option<wire::VariantState> =
        read(shopify, &VARIANT, &map::gid("ProductVariant", variant)).await?;
    belongs(product, found.ok_or_else(|| gone(product, VARIANT.operation))?, |found| &found.product.id)
}

async fn stock(shopify: &Shopify, product: &RecordRef, variant: &str) -> Result<wire::StockState, Error> {
    let found: Option<wire::StockState> = read(shopify, &STOCK, &map::gid("ProductVariant", variant)).await?;
    belongs(product, found.ok_or_else(|| gone(product, STOCK.operation))?, |found| &found.product.id)
}

/// Holds a variant against the product that it was said to be of.
fn belongs<T>(product: &RecordRef, found: T, its: impl Fn(&T) -> &str) -> Result<T, Error> {
    if map::number(its(&found)) == product.external_id {
        return Ok(found);
    }
    Err(refuse("prepare", format!("{} has no such variant.", product.label)))
}

fn set_stock(
    product: &RecordRef,
    variant: &str,
    found: &wire::StockState,
    location: Option<&str>,
    quantity: i64,
    expected: Option<i64>,
    key: Key,
) -> Result<Plan, Error> {
    let name = &product.label;
    let item = &found.inventory_item;
    if !item.tracked {
        return Err(refuse(SET_STOCK.operation, format!("Shopify does not count the pieces of {name}.")));
    }
    let level = level(item, location).map_err(|why| refuse(SET_STOCK.operation, format!("{name} {why}.")))?;
    let there = level.available();
    if expected.is_some() && there != expected {
        let there = there.map_or_else(|| "an unknown number of".to_owned(), |there| there.to_string());
        let message = format!("There are {there} pieces of {name} by now. Nothing was changed.");
        return Err(refuse(SET_STOCK.operation, message));
    }
    let variables = json!({
        "input": {
            "name": "available",
            "reason": "correction",
            "quantities": [{
                "inventoryItemId": item.id,
                "locationId": level.location.id,
                "quantity": quantity,
                // Null where nothing was expected: whatever there is by then is overwritten.
                "changeFromQuantity": expected,
            }],
        },
        "key": key.to_string(),
    });
    let undo = there.map(|there| Action::StockSet {
        product: product.clone(),
        variant: variant.to_owned(),
        location: Some(map::number(&level.location.id)),
        quantity: there,
        expected: Some(quantity),
    });
    Ok(Plan { document: &SET_STOCK, variables, undo })
}

/// Finds the count that is meant.
fn level<'a>(item: &'a wire::CountedItem, location: Option<&str>) -> Result<&'a wire::Level, &'static str> {
    let levels = &item.inventory_levels.nodes;
    match location {
        Some(location) => levels
            .iter()
            .find(|level| map::number(&level.location.id) == location)
            .ok_or("is not kept at this place"),
        None => match levels.as_slice() {
            [only] => Ok(only),
            [] => Err("is kept nowhere"),
            _ => Err("is kept at several places, so one of them must be named"),
        },
    }
}

fn set_price(
    product: &RecordRef,
    product_id: &str,
    found: &wire::VariantState,
    price: Money,
) -> Result<Plan, Error> {
    let unreadable = |error| {
        let message = format!("The price of {} cannot be read: {error}.", product.label);
        refuse(SET_PRICE.operation, message)
    };
    let old = found.price().map_err(unreadable)?;
    if old.currency != price.currency {
        let message = format!("{} is priced in {}, not in {}.", product.label, old.currency, price.currency);
        return Err(refuse(SET_PRICE.operation, message));
    }
    if price.minor < 0 {
        return Err(refuse(SET_PRICE.operation, "A price cannot be below zero."));
    }
    let variables =
        json!({ "product": product_id, "variants": [{ "id": found.id, "price": price.decimal() }] });
    let undo = Action::PriceSet { product: product.clone(), variant: map::number(&found.id), price: old };
    Ok(Plan { document: &SET_PRICE, variables, undo: Some(undo) })
}

fn edit(product: &RecordRef, found: &wire::ProductState, text: &ProductText) -> Result<Plan, Error> {
    if text == &ProductText::default() {
        return Err(refuse(EDIT.operation, "No text is given, so there is nothing to change."));
    }
    if text.title.as_deref().is_some_and(|title| title.trim().is_empty()) {
        return Err(refuse(EDIT.operation, "A product needs a title."));
    }
    let mut input = Map::from_iter([("id".to_owned(), json!(found.id))]);
    let mut seo = Map::new();
    // What is not named is left out, so that it stays.
    input.extend(text.title.as_ref().map(|text| ("title".to_owned(), json!(text))));
    input.extend(text.description.as_ref().map(|text| ("descriptionHtml".to_owned(), json!(text))));
    seo.extend(text.seo_title.as_ref().map(|text| ("title".to_owned(), json!(text))));
    seo.extend(text.seo_description.as_ref().map(|text| ("description".to_owned(), json!(text))));
    if !seo.is_empty() {
        input.insert("seo".to_owned(), Value::Object(seo));
    }
    let before = found.texts();
    let old = |new: &Option<String>, old: Option<String>| new.is_some().then(|| old.unwrap_or_default());
    let undo = ProductText {
        title: old(&text.title, before.title),
        description: old(&text.description, before.description),
        seo_title: old(&text.seo_title, before.seo_title),
        seo_description: old(&text.seo_description, before.seo_description),
    };
    let undo = Action::ProductEdit { product: product.clone(), text: undo };
    Ok(Plan { document: &EDIT, variables: json!({ "product": input }), undo: Some(undo) })
}

/// Reads the proof out of a mutation's answer.
pub(super) fn told(frozen: &Frozen, payload: &BTreeMap<String, Value>) -> Option<Receipt> {
    let changed = match &frozen.action {
        Action::StockSet { .. } => {
            let at = payload.get("inventoryAdjustmentGroup")?["createdAt"].as_str()?.parse().ok()?;
            return Some(proof(&frozen.action.target().external_id, at));
        }
        Action::PriceSet { .. } => payload.get("productVariants")?.get(0)?,
        _ => payload.get("product")?,
    };
    let at: Timestamp = changed["updatedAt"].as_str()?.parse().ok()?;
    Some(proof(changed["id"].as_str()?, at))
}

pub(super) async fn find(shopify: &Shopify, frozen: &Frozen) -> Result<Found, Error> {
    let product = frozen.action.target();
    let done = match &frozen.action {
        Action::StockSet { variant, location, quantity, .. } => {
            let variant = the_variant(shopify, product, variant).await?;
            let found = stock(shopify, product, &variant).await?;
            let level = level(&found.inventory_item, location.as_deref())
                .map_err(|why| refuse(STOCK.operation, format!("{} {why}.", product.label)))?;
            let at = level.counted_at().unwrap_or(frozen.at);
            (level.available() == Some(*quantity)).then(|| proof(&product.external_id, at))
        }
        Action::PriceSet { variant, price, .. } => {
            let variant = the_variant(shopify, product, variant).await?;
            let found = self::variant(shopify, product, &variant).await?;
            (found.price().ok() == Some(*price)).then(|| proof(&found.id, found.updated_at))
        }
        Action::ProductEdit { text, .. } => {
            let id = target(product, Stream::Products, "Product")?;
            let found: wire::ProductState =
                read(shopify, &PRODUCT, &id).await?.ok_or_else(|| gone(product, PRODUCT.operation))?;
            says(&found.texts(), text).then(|| proof(&found.id, found.updated_at))
        }
        other => return Err(crate::failure::no_action(fermata_model::Platform::Shopify, other)),
    };
    Ok(done.map_or(Found::No, Found::Yes))
}

/// Tells whether a product says what it was to say; spaces are the vendor's to change.
fn says(there: &ProductText, wanted: &ProductText) -> bool {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let same = |there: &Option<String>, wanted: &Option<String>| {
        wanted.as_ref().is_none_or(|wanted| words(wanted) == words(there.as_deref().unwrap_or_default()))
    };
    same(&there.title, &wanted.title)
        && same(&there.description, &wanted.description)
        && same(&there.seo_title, &wanted.seo_title)
        && same(&there.seo_description, &wanted.seo_description)
}
