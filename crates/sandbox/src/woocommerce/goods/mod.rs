//! Products and variations. A product without options is `simple` and carries price and stock itself; one with options
//! is `variable`, and they lie with its variations.

mod change;
pub(super) mod price;
mod show;

use super::query::Row;
use super::routes::What;
use super::{Asked, Shop, errors, lists};
use crate::paging::Numbered;
use crate::vendor::{Call, Reply};
use crate::world::{Product, ProductId, Thing, Variant, VariantId, World};

pub(super) use change::{change, change_variation};

/// How the vendor names them in its codes.
const THING: &str = "product";
const VARIATION: &str = "product_variation";

fn find(world: &World, number: u64) -> Option<(ProductId, &Product)> {
    let id = ProductId::from_number(number)?;
    world.products.get(id).map(|product| (id, product))
}

/// Finds a variation of a product; the only variant of a simple product is none.
fn find_variation(world: &World, product: u64, number: u64) -> Option<(VariantId, &Variant)> {
    let id = VariantId::from_number(number)?;
    let variant = world.variants.get(id).filter(|variant| variant.product.number() == product)?;
    varies(world.products.get(variant.product)?).then_some((id, variant))
}

fn varies(product: &Product) -> bool {
    !product.options.is_empty()
}

/// Returns the variant that carries the price and the stock of a simple product.
fn single(product: &Product) -> Option<VariantId> {
    if varies(product) { None } else { product.variants.first().copied() }
}

pub(super) fn list(shop: &Shop, numbered: &mut Numbered, asked: &Asked<'_>, call: &mut Call<'_>) -> Reply {
    let (query, world) = (&asked.query, &*call.world);
    let status = query.text("status").unwrap_or("any");
    let search = query.text("search").map(str::to_lowercase);
    let skus = query.all("sku");
    let rows = world
        .products
        .iter()
        .filter(|(id, product)| {
            let shown =
                shop.books.products.get(id).and_then(|book| book.status.as_deref()).unwrap_or("publish");
            let kind = if varies(product) { "variable" } else { "simple" };
            let sku =
                single(product).and_then(|id| world.variants.get(id)).map_or("", |variant| &variant.sku);
            (status == shown || status == "any")
                && query.text("slug").is_none_or(|slug| *slug == *product.handle)
                && query.text("type").is_none_or(|wanted| wanted == kind)
                && (skus.is_empty() || skus.iter().any(|one| one == sku))
                && query
                    .text("stock_status")
                    .is_none_or(|wanted| wanted == show::stock_status(world, &product.variants))
                && search.as_ref().is_none_or(|text| product.title.to_lowercase().contains(text))
        })
        .map(|(id, product)| Row {
            id,
            number: id.number(),
            created: product.created_at,
            updated: product.updated_at,
            title: product.title.to_string(),
        })
        .collect();
    lists::page(
        shop,
        numbered,
        asked,
        call,
        rows,
        |id| Some(Thing::Product(*id)),
        |scene, id| Some(show::product(scene, *id, scene.world.products.get(*id)?)),
    )
}

pub(super) fn get(shop: &Shop, asked: &Asked<'_>, call: &Call<'_>) -> Result<Reply, Reply> {
    let (id, product) = find(call.world, asked.number(0)).ok_or_else(|| errors::invalid_id(404, THING))?;
    Ok(errors::answer(200, &show::product(&shop.scene(call.world, asked.request), id, product)))
}

/// Lists the variations of a product, or those of all products.
pub(super) fn variations(
    shop: &Shop,
    numbered: &mut Numbered,
    asked: &Asked<'_>,
    call: &mut Call<'_>,
) -> Result<Reply, Reply> {
    let everywhere = asked.route.what == What::AllVariations;
    let (query, world) = (&asked.query, &*call.world);
    let parent = asked.number(0);
    if !everywhere && find(world, parent).is_none() {
        return Err(errors::refuse(404, "woocommerce_rest_product_invalid_id", "Invalid product ID."));
    }
    let skus = query.all("sku");
    let rows = world
        .variants
        .iter()
        .filter(|(id, variant)| {
            // Beside a product the filter by products is declared, and not looked at.
            let owner = variant.product.number();
            (if everywhere { query.of_parent(owner) } else { owner == parent })
                && world.products.get(variant.product).is_some_and(varies)
                && matches!(query.text("status"), None | Some("any" | "publish"))
                && query.text("slug").is_none()
                && query
                    .text("search")
                    .is_none_or(|text| variant.title().to_lowercase().contains(&text.to_lowercase()))
                && (skus.is_empty() || skus.iter().any(|sku| **sku == *variant.sku))
                && query.text("stock_status").is_none_or(|wanted| wanted == show::stock_status(world, &[*id]))
        })
        .map(|(id, variant)| Row {
            id: (id, variant.product),
            number: id.number(),
            created: variant.created_at,
            updated: variant.updated_at,
            title: variant.title(),
        })
        .collect();
    Ok(lists::page(
        shop,
        numbered,
        asked,
        call,
        rows,
        |(_, product)| Some(Thing::Product(*product)),
        |scene, (id, _)| Some(show::variation(scene, *id, scene.world.variants.get(*id)?, everywhere)),
    ))
}

pub(super) fn variation(shop: &Shop, asked: &Asked<'_>, call: &Call<'_>) -> Result<Reply, Reply> {
    let (id, variant) = find_variation(call.world, asked.number(0), asked.number(1))
        .ok_or_else(|| errors::invalid_id(404, VARIATION))?;
    let scene = shop.scene(call.world, asked.request);
    Ok(errors::answer(200, &show::variation(&scene, id, variant, false)))
}
