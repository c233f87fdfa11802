//! Changes of products and variations: texts, price, stock.

use serde_json::Value;

use super::{THING, VARIATION, find, find_variation, price, show, single, varies};
use crate::vendor::{Call, Reply};
use crate::woocommerce::checks::{self, Complaint, Declared, Kind};
use crate::woocommerce::writes::{Shown, Target};
use crate::woocommerce::{Shop, cleaned, errors};
use crate::world::{ProductId, VariantId};

/// Members that are read of both; others that the vendor takes are refused.
const GOODS: Declared = &[
    ("description", Kind::Text),
    ("regular_price", Kind::Text),
    ("sale_price", Kind::Text),
    ("manage_stock", Kind::Bool),
    ("stock_quantity", Kind::Whole),
    ("sku", Kind::Text),
    ("meta_data", Kind::Objects),
    ("stock_status", Kind::Elsewhere),
    ("date_on_sale_from", Kind::Elsewhere),
    ("date_on_sale_from_gmt", Kind::Elsewhere),
    ("date_on_sale_to", Kind::Elsewhere),
    ("date_on_sale_to_gmt", Kind::Elsewhere),
    ("backorders", Kind::Elsewhere),
    ("virtual", Kind::Elsewhere),
    ("weight", Kind::Elsewhere),
    ("attributes", Kind::Elsewhere),
    ("image", Kind::Elsewhere),
];
const PRODUCT: Declared = &[
    ("name", Kind::Text),
    ("short_description", Kind::Text),
    ("status", Kind::OneOf("draft pending private publish")),
    ("slug", Kind::Elsewhere),
    ("type", Kind::Elsewhere),
    ("tags", Kind::Elsewhere),
    ("categories", Kind::Elsewhere),
    ("images", Kind::Elsewhere),
    ("featured", Kind::Elsewhere),
    ("catalog_visibility", Kind::Elsewhere),
];

/// The most pieces and the highest price, in minor units, that the world reckons with: both are multiplied.
const MOST: i64 = 1_000_000_000;

/// Changes a product as a body asks for, and shows it.
///
/// Price and stock of a product with variations lie with those: here they are ignored, as the vendor does.
pub(crate) fn change(shop: &mut Shop, call: &mut Call<'_>, target: Target<'_>, body: &Value) -> Shown {
    let Target { asked, number, .. } = target;
    checks::fits(body, GOODS)?;
    checks::fits(body, PRODUCT)?;
    let unknown = || errors::invalid_id(400, THING);
    let (id, product) = find(call.world, number).ok_or_else(unknown)?;
    let only = single(product);
    if varies(product) && checks::flag(&body["manage_stock"]) == Some(true) {
        let message = "manage_stock is not simulated by the practice store for a product with variations.";
        return Err(errors::invalid(&[Complaint::new("manage_stock", "rest_invalid_param", message)]));
    }
    if let Some(only) = only {
        sku(call, only, body)?;
    }
    if texts(shop, call, id, body) {
        call.world.products.edit(id, call.now, |_| ());
        call.applied("product.edit", number, None, None);
    }
    if let Some(only) = only {
        priced(shop, call, only, body);
        stocked(shop, call, only, body);
    }
    let book = shop.books.products.entry(id).or_default();
    if book.meta.write(&body["meta_data"], &mut shop.books.last_meta) {
        call.world.products.edit(id, call.now, |_| ());
        call.applied("product.meta", number, None, None);
    }
    let (id, product) = find(call.world, number).ok_or_else(unknown)?;
    Ok(show::product(&shop.scene(call.world, asked.request), id, product))
}

/// Changes a variation of the product in the path as a body asks for, and shows it.
pub(crate) fn change_variation(
    shop: &mut Shop,
    call: &mut Call<'_>,
    target: Target<'_>,
    body: &Value,
) -> Shown {
    let Target { asked, number, .. } = target;
    checks::fits(body, GOODS)?;
    let product = asked.number(0);
    let unknown = || errors::invalid_id(400, VARIATION);
    let (id, variant) = find_variation(call.world, product, number).ok_or_else(unknown)?;
    let parent = variant.product;
    sku(call, id, body)?;
    priced(shop, call, id, body);
    stocked(shop, call, id, body);
    let book = shop.books.variants.entry(id).or_default();
    let mut changed = book.meta.write(&body["meta_data"], &mut shop.books.last_meta);
    if let Some(text) = body["description"].as_str() {
        let text = cleaned(text);
        changed |= std::mem::replace(&mut book.description, text.clone()) != text;
    }
    if changed {
        touch(call, id, parent);
        call.applied("product.edit", number, None, None);
    }
    let (id, variant) = find_variation(call.world, product, number).ok_or_else(unknown)?;
    Ok(show::variation(&shop.scene(call.world, asked.request), id, variant, false))
}

/// A changed variation moves its product's date too.
fn touch(call: &mut Call<'_>, id: VariantId, parent: ProductId) {
    call.world.variants.edit(id, call.now, |_| ());
    call.world.products.edit(parent, call.now, |_| ());
}

fn texts(shop: &mut Shop, call: &mut Call<'_>, id: ProductId, body: &Value) -> bool {
    let book = shop.books.products.entry(id).or_default();
    let mut changed = false;
    if let Some(name) = body["name"].as_str().map(cleaned) {
        let before = call
            .world
            .products
            .quietly(id, |product| std::mem::replace(&mut product.title, name.as_str().into()));
        changed |= before.as_deref() != Some(name.as_str());
    }
    if let Some(text) = body["description"].as_str().map(cleaned) {
        changed |= book.description.replace(text.clone()).as_ref() != Some(&text);
    }
    if let Some(text) = body["short_description"].as_str().map(cleaned) {
        changed |= std::mem::replace(&mut book.short_description, text.clone()) != text;
    }
    if let Some(status) = body["status"].as_str() {
        let before = book.status.replace(status.to_owned());
        changed |= before.as_deref().unwrap_or("publish") != status;
    }
    changed
}

fn sku(call: &mut Call<'_>, id: VariantId, body: &Value) -> Result<(), Reply> {
    let Some(sku) = body["sku"].as_str() else { return Ok(()) };
    let owner = call.world.variants.iter().find(|(other, variant)| *other != id && *variant.sku == *sku);
    if let Some((_, owner)) = owner.filter(|_| !sku.is_empty()) {
        let body = serde_json::json!({
            "code": "product_invalid_sku",
            "message": "Invalid or duplicated SKU.",
            "data": { "status": 400, "resource_id": owner.product.number(), "unique_sku": format!("{sku}-1") },
        });
        return Err(errors::answer(400, &body));
    }
    let before = call.world.variants.get(id).map(|variant| variant.sku.clone());
    if before.as_deref() != Some(sku) {
        call.world.variants.edit(id, call.now, |variant| variant.sku = sku.into());
        call.applied("product.edit", id.number(), None, None);
    }
    Ok(())
}

/// Sets prices. What is typed is kept as it is; the world sells at what applies. Where the price was
/// cleared the world goes on selling at the old one, since it knows no goods without a price.
fn priced(shop: &mut Shop, call: &mut Call<'_>, id: VariantId, body: &Value) {
    let (regular, sale) = (body["regular_price"].as_str(), body["sale_price"].as_str());
    let Some(variant) = call.world.variants.get(id) else { return };
    let (was, parent, currency) = (variant.price, variant.product, call.world.shop.currency);
    let book = shop.books.variants.entry(id).or_default();
    let own = fermata_model::Money::new(was, currency).decimal();
    let before = (book.regular.clone().unwrap_or(own), book.sale.clone());
    let after = (
        regular.map_or_else(|| before.0.clone(), price::typed),
        sale.map_or_else(|| before.1.clone(), price::typed),
    );
    if before == after {
        return;
    }
    let full = price::minor(&after.0, currency);
    let reduced = price::minor(&after.1, currency).filter(|sale| full.is_some_and(|full| *sale < full));
    (book.regular, book.sale) = (Some(after.0), after.1);
    let active = reduced.or(full).map(|price| price.clamp(-MOST, MOST));
    if let Some(price) = active {
        call.world.variants.edit(id, call.now, |variant| variant.price = price);
    }
    touch(call, id, parent);
    let money = active.map(|price| fermata_model::Money::new(price, currency));
    call.applied("price.set", id.number(), None, money);
}

/// Sets the stock: absolute, without comparing, also below nothing.
fn stocked(shop: &mut Shop, call: &mut Call<'_>, id: VariantId, body: &Value) {
    let Some(variant) = call.world.variants.get(id) else { return };
    let (left, parent) = (variant.available(), variant.product);
    let book = shop.books.variants.entry(id).or_default();
    let mut changed = false;
    if let Some(managed) = checks::flag(&body["manage_stock"]) {
        changed |= std::mem::replace(&mut book.unmanaged, !managed) == managed;
    }
    let wanted = checks::whole(&body["stock_quantity"]).map(|wanted| wanted.clamp(-MOST, MOST));
    if let Some(wanted) = wanted.filter(|_| !book.unmanaged)
        && wanted != left
    {
        call.world.move_stock(id, 0, wanted - left, call.now);
        changed = true;
    }
    if changed {
        touch(call, id, parent);
        call.applied("stock.set", id.number(), None, None);
    }
}
