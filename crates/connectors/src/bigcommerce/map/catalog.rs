//! Products and stock.

use fermata_model::record::{Change, Entity, Product, Stock, Variant};
use fermata_model::{Currency, Money, Stream};

use crate::bigcommerce::wire;
use crate::reading::{Mapped, change, filled, inexact};

/// Reads a product.
pub(in crate::bigcommerce) fn product(raw: &str) -> Change {
    change(Stream::Products, raw, mapped_product)
}

fn mapped_product(catalogued: wire::Catalogued) -> Result<Mapped, String> {
    let wire::Catalogued { mut product, currency } = catalogued;
    let currency: Currency = currency.parse().map_err(|error| inexact(&error))?;
    let variants = std::mem::take(&mut product.variants);
    let changed_at = [product.date_modified.0, product.date_created.0].into_iter().flatten().next();
    let changed_at = changed_at.ok_or("the product has neither date_modified nor date_created")?;
    let only = variants.len() == 1;
    let mapped = variants.into_iter().map(|variant| {
        Ok(Variant {
            price: of_variant(&variant, &product, currency)?,
            available: match product.inventory_tracking.0.as_deref() {
                Some("variant") => variant.inventory_level,
                Some("product") if only => product.inventory_level,
                _ => None,
            },
            title: title(&variant),
            sku: filled(variant.sku.0),
            external_id: variant.id.0,
        })
    });
    let variants = mapped.collect::<Result<_, String>>()?;
    let entity = Product {
        status: match product.is_visible {
            Some(false) => "hidden".to_owned(),
            _ => product.availability.0.unwrap_or_default(),
        },
        title: product.name.0.unwrap_or_default(),
        product_type: filled(product.kind.0),
        created_at: product.date_created.0.unwrap_or(changed_at),
        variants,
    };
    Ok(Mapped { external_id: product.id.0, changed_at, entity: Entity::Product(entity) })
}

/// Returns the price of a variant, which is the product's where it has none of its own.
///
/// Errors: what is wrong with it, for a person.
pub(in crate::bigcommerce) fn of_variant<T>(
    variant: &wire::Variant,
    product: &wire::Product<T>,
    currency: Currency,
) -> Result<Option<Money>, String> {
    match variant.price.0 {
        Some(_) => variant.price.coined(currency),
        None => product_price(product, currency),
    }
}

/// Returns the price of a product, if it has one that can be paid: the vendor keeps four digits.
///
/// Errors: what is wrong with it, for a person.
pub(in crate::bigcommerce) fn product_price<T>(
    product: &wire::Product<T>,
    currency: Currency,
) -> Result<Option<Money>, String> {
    product.price.coined(currency)
}

/// Joins what sets a variant apart; empty for the only one.
fn title(variant: &wire::Variant) -> String {
    let labels = variant.option_values.iter().filter_map(|option| filled(option.label.0.clone()));
    labels.collect::<Vec<_>>().join(" / ")
}

/// Maps what is counted at one place.
pub(super) fn stock(stocked: wire::StockedAt) -> Result<Mapped, String> {
    let wire::StockedAt { identity, location, seen_on } = stocked;
    let external_id = format!("{}/{}", identity.variant_id.0, location.location_id.0);
    let stock = Stock {
        product: filled(identity.product_id.0),
        item: identity.variant_id.0,
        sku: filled(identity.sku.0),
        location: Some(location.location_id.0),
        location_name: filled(location.location_name.0),
        available: location.available_to_sell,
        on_hand: location.total_inventory_onhand,
        committed: None,
        incoming: None,
    };
    let changed_at = seen_on.0.ok_or("seen_on is missing")?;
    Ok(Mapped { external_id, changed_at, entity: Entity::Stock(stock) })
}
