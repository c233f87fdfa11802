//! What the shop sells: the catalogue, and putting it on the shelves.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::spelling::ascii;
use super::{Id, Moment, Product, ProductId, Variant, VariantId, World};
use crate::Error;

const CATALOGUE: &str = include_str!("../../../../assets/practice/catalogue.yaml");

/// The catalogue as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Catalogue {
    pub(super) shop: String,
    pub(super) domain: String,
    pub(super) email: String,
    sets: BTreeMap<String, Vec<String>>,
    products: Vec<Ware>,
    retired: Vec<Ware>,
}

/// One product of the catalogue.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ware {
    title: String,
    kind: String,
    /// In euros, such as `69.00`.
    price: f64,
    size: Option<String>,
    colour: Option<String>,
    text: String,
}

impl Catalogue {
    /// Reads our own.
    pub(super) fn ours() -> Result<Self, Error> {
        serde_saphyr::from_str(CATALOGUE)
            .map_err(|error| Error::Asset { name: "catalogue.yaml", reason: error.to_string() })
    }
}

impl World {
    /// Puts a catalogue on the shelves, the more of it the more customers there are.
    pub(super) fn stock_up(
        &mut self,
        catalogue: &Catalogue,
        customers: u32,
        start: Moment,
    ) -> Result<(), Error> {
        for (ware, sold) in catalogue
            .products
            .iter()
            .map(|ware| (ware, true))
            .chain(catalogue.retired.iter().map(|ware| (ware, false)))
        {
            let set = |name: &Option<String>| -> Result<Vec<String>, Error> {
                let Some(name) = name else { return Ok(Vec::new()) };
                catalogue.sets.get(name).cloned().ok_or_else(|| Error::Asset {
                    name: "catalogue.yaml",
                    reason: format!("there is no set \"{name}\""),
                })
            };
            let (sizes, colours) = (set(&ware.size)?, set(&ware.colour)?);
            let mut options = Vec::new();
            if !sizes.is_empty() {
                options.push("Size");
            }
            if !colours.is_empty() {
                options.push("Colour");
            }
            let mut values: Vec<Vec<String>> = vec![Vec::new()];
            for set in [&sizes, &colours] {
                if !set.is_empty() {
                    values = values
                        .iter()
                        .flat_map(|known| {
                            set.iter().map(move |value| known.iter().chain([value]).cloned().collect())
                        })
                        .collect();
                }
            }
            let price = cents(ware.price);
            let stock = 40 + i64::from(customers) / 20;
            let product =
                self.add_product(&ware.title, &ware.kind, &ware.text, &options, !sizes.is_empty(), start);
            let popularity = self.life.between(1, 6);
            for one in &values {
                let sku = format!("LL-{:03}-{:02}", product.place() + 1, self.variants_of(product) + 1);
                let variant = self.add_variant(product, one, &sku, price, start);
                let pieces = stock + self.life.between(0, 40);
                self.variants.edit(variant, start, |variant| variant.stock = vec![pieces, pieces / 8]);
                if sold {
                    // A product with few variants sells each of them more often.
                    let weight = (popularity * 12 / i64::try_from(values.len()).unwrap_or(1)).max(1);
                    for _ in 0..weight {
                        self.life.favourites.push(variant);
                    }
                }
            }
        }
        Ok(())
    }

    /// Adds a product without variants.
    pub(super) fn add_product(
        &mut self,
        title: &str,
        kind: &str,
        text: &str,
        options: &[&str],
        sized: bool,
        at: Moment,
    ) -> ProductId {
        let handle: String = ascii(title)
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join("-")
            .to_lowercase();
        self.products.insert(Product {
            title: title.into(),
            description: text.into(),
            handle: handle.into_boxed_str(),
            kind: kind.into(),
            vendor: self.shop.name.as_str().into(),
            tags: Vec::new(),
            options: options.iter().map(|option| (*option).into()).collect(),
            variants: Vec::new(),
            sized,
            created_at: at,
            updated_at: at,
        })
    }

    /// Adds a variant without stock.
    pub(super) fn add_variant(
        &mut self,
        product: ProductId,
        values: &[String],
        sku: &str,
        price: i64,
        at: Moment,
    ) -> VariantId {
        let id = self.variants.insert(Variant {
            product,
            values: values.iter().map(|value| value.as_str().into()).collect(),
            sku: sku.into(),
            price,
            stock: vec![0; self.locations.len()],
            created_at: at,
            updated_at: at,
        });
        self.products.edit(product, at, |product| product.variants.push(id));
        id
    }

    fn variants_of(&self, product: ProductId) -> usize {
        self.products.get(product).map_or(0, |product| product.variants.len())
    }
}

/// Turns a price in major units, as our files and the data sets write it, into minor ones.
#[expect(clippy::cast_possible_truncation, reason = "prices of a small shop, far below 2^52")]
pub(super) fn cents(price: f64) -> i64 {
    (price * 100.0).round() as i64
}
