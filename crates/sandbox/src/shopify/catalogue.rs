//! Changes of what is sold: stock, prices, texts.
//!
//! The messages are recorded ones (2025-01 and 2026-04) but for those of an unknown product and of a stale count,
//! which are ours. That `changeFromQuantity` must be there, a number or null, no schema says.

use serde_json::{Map, Value};

use super::books::Adjustment;
use super::change::{Done, Outcome};
use super::errors::{Refusal, UserError};
use super::{Shopify, gid};
use crate::vendor::Call;
use crate::world::{LocationId, ProductId, VariantId};

const REASONS: [&str; 17] = [
    "correction",
    "cycle_count_available",
    "damaged",
    "movement_canceled",
    "movement_created",
    "movement_received",
    "movement_updated",
    "other",
    "promotion",
    "quality_control",
    "received",
    "reservation_created",
    "reservation_deleted",
    "reservation_updated",
    "restock",
    "safety_stock",
    "shrinkage",
];

/// Sets how many pieces there are, all or none of what is asked for.
pub(crate) fn set_quantities(shopify: &mut Shopify, call: &mut Call<'_>, input: &Value) -> Outcome {
    let asked: Vec<&Value> =
        input["quantities"].as_array().map(|all| all.iter().collect()).unwrap_or_default();
    if asked.iter().any(|one| one.get("changeFromQuantity").is_none()) {
        return Err(Refusal::missing_argument("InventoryQuantityInput", "changeFromQuantity"));
    }
    let mut errors = Vec::new();
    if !matches!(input["name"].as_str(), Some("available" | "on_hand")) {
        let message = "The quantity name must be either 'available' or 'on_hand'.";
        errors.push(UserError::at(&["input", "name"], message).coded("INVALID_NAME"));
    }
    if !input["reason"].as_str().is_some_and(|reason| REASONS.contains(&reason)) {
        let message = format!("The specified reason is invalid. Valid values are: {}.", REASONS.join(", "));
        errors.push(UserError::at(&["input", "reason"], message).coded("INVALID_REASON"));
    }
    let mut moves = Vec::new();
    for (index, one) in asked.into_iter().enumerate() {
        match quantity(call, input, one) {
            Ok(moved) => moves.push(moved),
            Err((member, message, code)) => {
                let place = ["input", "quantities", &index.to_string(), member];
                errors.push(UserError::at(&place, message).coded(code));
            }
        }
    }
    if !errors.is_empty() {
        return Ok(Done { errors, ..Done::default() });
    }
    for (variant, shelf, pieces) in moves {
        call.world.move_stock(variant, shelf, pieces, call.now);
        call.applied("stock.set", gid::write("InventoryItem", variant.number()), None, None);
    }
    shopify.books.adjustments += 1;
    let group = Adjustment { number: shopify.books.adjustments, at: call.now };
    Ok(Done { group: Some(group), ..Done::default() })
}

type Moved = (VariantId, usize, i64);

fn quantity(
    call: &Call<'_>,
    input: &Value,
    one: &Value,
) -> Result<Moved, (&'static str, String, &'static str)> {
    let number = |name: &str, kind: &str| one[name].as_str().and_then(|id| gid::number(id, kind));
    let item = number("inventoryItemId", "InventoryItem").and_then(VariantId::from_number);
    let Some((variant, row)) = item.and_then(|id| Some((id, call.world.variants.get(id)?))) else {
        let message = "The specified inventory item could not be found.".to_owned();
        return Err(("inventoryItemId", message, "INVALID_INVENTORY_ITEM"));
    };
    let location = number("locationId", "Location").and_then(LocationId::from_number);
    let shelf = call.world.locations.iter().position(|here| Some(here.id) == location);
    let Some(shelf) = shelf else {
        return Err((
            "locationId",
            "The specified location could not be found.".to_owned(),
            "INVALID_LOCATION",
        ));
    };
    let wanted = one["quantity"].as_i64().unwrap_or_default();
    let lowest = if input["name"] == "on_hand" { 0 } else { -1_000_000_000 };
    if wanted < lowest {
        return Err(if lowest == 0 {
            ("quantity", "The quantity can't be negative.".to_owned(), "INVALID_QUANTITY_NEGATIVE")
        } else {
            let message = "The quantity can't be lower than -1,000,000,000.".to_owned();
            ("quantity", message, "INVALID_QUANTITY_TOO_LOW")
        });
    }
    if wanted > 1_000_000_000 {
        let message = "The quantity can't be higher than 1,000,000,000.".to_owned();
        return Err(("quantity", message, "INVALID_QUANTITY_TOO_HIGH"));
    }
    let held = row.stock.get(shelf).copied().unwrap_or(0);
    if one["changeFromQuantity"].as_i64().is_some_and(|from| from != held) {
        let message = "The changeFromQuantity value does not match the persisted quantity.".to_owned();
        return Err(("changeFromQuantity", message, "CHANGE_FROM_QUANTITY_STALE"));
    }
    Ok((variant, shelf, wanted - held))
}

/// Sets the prices of variants of one product, all or none of them.
pub(crate) fn set_prices(call: &mut Call<'_>, arguments: &Map<String, Value>) -> Done {
    let given = |name: &str| arguments.get(name).cloned().unwrap_or_default();
    let product =
        given("productId").as_str().and_then(|id| ProductId::from_number(gid::number(id, "Product")?));
    let Some(product) = product.filter(|id| call.world.products.get(*id).is_some()) else {
        let error = UserError::at(&["productId"], "Product does not exist").coded("PRODUCT_DOES_NOT_EXIST");
        return Done::refused(error);
    };
    let mut errors = Vec::new();
    let mut prices = Vec::new();
    for (index, one) in given("variants").as_array().into_iter().flatten().enumerate() {
        let index = index.to_string();
        let variant =
            one["id"].as_str().and_then(|id| VariantId::from_number(gid::number(id, "ProductVariant")?));
        let variant = variant
            .filter(|id| call.world.variants.get(*id).is_some_and(|variant| variant.product == product));
        let text = match &one["price"] {
            Value::Number(number) => Some(number.to_string()),
            price => price.as_str().map(str::to_owned),
        };
        let price = text.map(|text| {
            fermata_model::Money::parse(&text, call.world.shop.currency).map(|price| price.minor)
        });
        match (variant, price) {
            (None, _) => errors.push(
                UserError::at(&["variants", &index, "id"], "Product variant does not exist")
                    .coded("PRODUCT_VARIANT_DOES_NOT_EXIST"),
            ),
            (_, Some(Ok(..0))) => errors.push(
                UserError::at(&["variants", &index, "price"], "Price must be greater than or equal to 0")
                    .coded("GREATER_THAN_OR_EQUAL_TO"),
            ),
            (_, Some(Err(_))) => errors.push(
                UserError::at(&["variants", &index, "price"], "Price is not a number").coded("INVALID_INPUT"),
            ),
            (Some(variant), Some(Ok(price))) => prices.push((variant, price)),
            (Some(_), None) => {}
        }
    }
    let node = Some(gid::write("Product", product.number()));
    if !errors.is_empty() {
        return Done { node, errors, ..Done::default() };
    }
    let mut nodes = Vec::new();
    for (variant, price) in prices {
        call.world.variants.edit(variant, call.now, |variant| variant.price = price);
        nodes.push(gid::write("ProductVariant", variant.number()));
        call.applied("price.set", gid::write("ProductVariant", variant.number()), None, None);
    }
    call.world.products.edit(product, call.now, |_| ());
    Done { node, nodes, ..Done::default() }
}

/// Changes the texts of a product.
pub(crate) fn edit_product(shopify: &mut Shopify, call: &mut Call<'_>, input: &Value) -> Done {
    let product = input["id"].as_str().and_then(|id| ProductId::from_number(gid::number(id, "Product")?));
    let Some(product) = product.filter(|id| call.world.products.get(*id).is_some()) else {
        return Done::refused(UserError::at(&["id"], "Product does not exist"));
    };
    let node = Some(gid::write("Product", product.number()));
    let title = input.get("title").map(|title| title.as_str().unwrap_or_default().trim().to_owned());
    if title.as_deref() == Some("") {
        let errors = vec![UserError::at(&["title"], "Title can't be blank")];
        return Done { node, errors, ..Done::default() };
    }
    let texts = shopify.books.texts.entry(product).or_default();
    // An empty text takes it away.
    let kept = |text: &Value| text.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let html = input.get("descriptionHtml").map(|html| html.as_str().unwrap_or_default().to_owned());
    texts.html = html.clone().or(texts.html.take());
    if let Some(title) = input["seo"].get("title") {
        texts.seo_title = kept(title);
    }
    if let Some(description) = input["seo"].get("description") {
        texts.seo_description = kept(description);
    }
    call.world.products.edit(product, call.now, |product| {
        if let Some(title) = title {
            product.title = title.into();
        }
        if let Some(html) = html {
            product.description = plain(&html).into();
        }
    });
    call.applied("product.edit", gid::write("Product", product.number()), None, None);
    Done { node, ..Done::default() }
}

/// Returns what a piece of HTML says.
fn plain(html: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for letter in html.chars() {
        match letter {
            '<' => inside = true,
            '>' if inside => inside = false,
            _ if !inside => text.push(letter),
            _ => {}
        }
    }
    text.trim().replace("&lt;", "<").replace("&amp;", "&")
}
