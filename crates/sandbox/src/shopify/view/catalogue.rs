//! Products and their variants.

use apollo_compiler::resolvers::{ResolveInfo, ResolvedValue};
use apollo_compiler::response::JsonValue;

use super::connection::Connection;
use super::shop::Plain;
use super::stock::ItemView;
use super::{
    Resolved, Scene, big, count, flag, forgotten, id, object, text, texts, time, whole, whole_argument,
};
use crate::shopify::books::Texts;
use crate::shopify::gid;
use crate::shopify::page::Place;
use crate::world::{Product, ProductId, Variant, VariantId};

/// A product.
#[derive(Clone, Copy)]
pub(crate) struct ProductView<'w> {
    /// Where it is shown.
    pub(crate) scene: &'w Scene<'w>,
    /// Its id.
    pub(crate) id: ProductId,
    /// The product.
    pub(crate) product: &'w Product,
}
object!(ProductView, "Product");

impl<'w> ProductView<'w> {
    /// Shows a product, if there is one of this id.
    pub(crate) fn of(scene: &'w Scene<'w>, id: ProductId) -> Option<Self> {
        scene.world.products.get(id).map(|product| Self { scene, id, product })
    }

    fn variants(&self) -> Vec<(u64, VariantView<'w>)> {
        self.product
            .variants
            .iter()
            .filter_map(|id| VariantView::of(self.scene, *id).map(|variant| (id.number(), variant)))
            .collect()
    }

    fn field<'a>(&'a self, name: &str, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        let (scene, product) = (self.scene, self.product);
        let stock = |variant: &VariantView<'_>| variant.variant.available();
        Ok(match name {
            "id" => id("Product", self.id.number()),
            "legacyResourceId" => big(self.id.number()),
            "title" => text(&product.title),
            "handle" => text(&product.handle),
            "description" => {
                let most = whole_argument(info.arguments(), "truncateAt")
                    .and_then(|most| usize::try_from(most).ok());
                match most {
                    Some(most) if product.description.chars().count() > most => {
                        let kept: String = product.description.chars().take(most.saturating_sub(3)).collect();
                        text(&format!("{kept}..."))
                    }
                    _ => text(&product.description),
                }
            }
            "descriptionHtml" => match self.texts().and_then(|texts| texts.html.as_deref()) {
                Some(html) => text(html),
                None => text(&format!(
                    "<p>{}</p>",
                    product.description.replace('&', "&amp;").replace('<', "&lt;")
                )),
            },
            "vendor" => text(&product.vendor),
            "productType" => text(&product.kind),
            "tags" => texts(&product.tags),
            "status" => text("ACTIVE"),
            "createdAt" | "publishedAt" => time(product.created_at),
            "updatedAt" => time(product.updated_at),
            "totalInventory" => whole(self.variants().iter().map(|(_, variant)| stock(variant)).sum()),
            "tracksInventory" => flag(true),
            "hasOnlyDefaultVariant" => flag(product.options.is_empty()),
            "hasOutOfStockVariants" => flag(self.variants().iter().any(|(_, variant)| stock(variant) <= 0)),
            "isGiftCard" | "requiresSellingPlan" => flag(false),
            "defaultCursor" => text(&Place { id: self.id.number(), at: None }.cursor()),
            "onlineStoreUrl" => {
                text(&format!("https://{}/products/{}", scene.world.shop.domain, product.handle))
            }
            "templateSuffix" => ResolvedValue::null(),
            "seo" => {
                let part = |of: fn(&Texts) -> Option<&str>| self.texts().and_then(of).into();
                let title = part(|texts| texts.seo_title.as_deref());
                let description = part(|texts| texts.seo_description.as_deref());
                ResolvedValue::object(Plain::new("SEO", vec![("title", title), ("description", description)]))
            }
            "options" => {
                let most =
                    whole_argument(info.arguments(), "first").and_then(|first| usize::try_from(first).ok());
                let options = product.options.iter().enumerate().take(most.unwrap_or(usize::MAX));
                let all: Vec<_> = options
                    .map(|(place, option)| ResolvedValue::object(self.option(place, option)))
                    .collect();
                ResolvedValue::list(all)
            }
            "priceRangeV2" => ResolvedValue::object(PriceRange { of: *self }),
            "variants" => return Connection::of(info, self.variants()),
            "variantsCount" => count(self.variants().len(), None),
            _ => return forgotten(self, info),
        })
    }

    fn texts(&self) -> Option<&'w Texts> {
        self.scene.books.texts.get(&self.id)
    }

    fn option(&self, place: usize, option: &str) -> Plain {
        let mut values: Vec<JsonValue> = Vec::new();
        for (_, variant) in self.variants() {
            let value = variant.variant.values.get(place).map_or(JsonValue::Null, |value| (&**value).into());
            if !value.is_null() && !values.contains(&value) {
                values.push(value);
            }
        }
        let place = place as u64 + 1;
        Plain::new(
            "ProductOption",
            vec![
                ("id", gid::write("ProductOption", self.id.number() * 10 + place).into()),
                ("name", option.into()),
                ("position", place.into()),
                ("values", JsonValue::Array(values)),
            ],
        )
    }
}

/// The span of a product's prices.
#[derive(Clone, Copy)]
pub(crate) struct PriceRange<'w> {
    of: ProductView<'w>,
}
object!(PriceRange, "ProductPriceRangeV2", of.scene);

impl PriceRange<'_> {
    fn field<'a>(&'a self, name: &str, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        let prices: Vec<i64> = self.of.variants().iter().map(|(_, variant)| variant.variant.price).collect();
        let minor = match name {
            "minVariantPrice" => prices.iter().min(),
            "maxVariantPrice" => prices.iter().max(),
            _ => return forgotten(self, info),
        };
        Ok(self.of.scene.money(minor.copied().unwrap_or(0)))
    }
}

/// A variant.
#[derive(Clone, Copy)]
pub(crate) struct VariantView<'w> {
    /// Where it is shown.
    pub(crate) scene: &'w Scene<'w>,
    /// Its id.
    pub(crate) id: VariantId,
    /// The variant.
    pub(crate) variant: &'w Variant,
    /// Its product.
    pub(crate) product: &'w Product,
}
object!(VariantView, "ProductVariant");

impl<'w> VariantView<'w> {
    /// Shows a variant, if there is one of this id and its product is still there.
    pub(crate) fn of(scene: &'w Scene<'w>, id: VariantId) -> Option<Self> {
        let variant = scene.world.variants.get(id)?;
        let product = scene.world.products.get(variant.product)?;
        Some(Self { scene, id, variant, product })
    }

    fn field<'a>(&'a self, name: &str, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        let (scene, variant, product) = (self.scene, self.variant, self.product);
        Ok(match name {
            "id" => id("ProductVariant", self.id.number()),
            "legacyResourceId" => big(self.id.number()),
            "title" => text(&variant.title()),
            "displayName" => text(&format!("{} - {}", product.title, variant.title())),
            "sku" => text(&variant.sku),
            "price" => scene.plain(variant.price),
            "position" => {
                let place = product.variants.iter().position(|one| *one == self.id).unwrap_or(0);
                whole(i64::try_from(place).unwrap_or(0) + 1)
            }
            "taxable" => flag(true),
            "availableForSale" => flag(variant.available() > 0),
            "sellableOnlineQuantity" | "inventoryQuantity" => whole(variant.available()),
            "inventoryPolicy" => text("DENY"),
            "inventoryItem" => ResolvedValue::object(ItemView { of: *self }),
            "product" => ResolvedValue::object(ProductView { scene, id: variant.product, product }),
            "selectedOptions" => {
                let pairs: Vec<(&str, &str)> = if product.options.is_empty() {
                    vec![("Title", "Default Title")]
                } else {
                    product
                        .options
                        .iter()
                        .zip(&variant.values)
                        .map(|(name, value)| (&**name, &**value))
                        .collect()
                };
                ResolvedValue::list(pairs.into_iter().map(|(name, value)| {
                    ResolvedValue::object(Plain::new(
                        "SelectedOption",
                        vec![("name", name.into()), ("value", value.into())],
                    ))
                }))
            }
            "createdAt" => time(variant.created_at),
            "updatedAt" => time(variant.updated_at),
            "defaultCursor" => text(&Place { id: self.id.number(), at: None }.cursor()),
            "requiresComponents" => flag(false),
            "barcode" | "compareAtPrice" => ResolvedValue::null(),
            _ => return forgotten(self, info),
        })
    }
}
