//! Prices and texts of products.

use fermata_model::action::ProductText;
use fermata_model::{Action, Frozen, Money, Receipt};
use serde::Serialize;
use serde_json::value::RawValue;

use super::refund::number;
use super::{Draft, UPDATE_PRODUCT, UPDATE_VARIANT, found, gone, impossible, receipt, serialized, whole};
use crate::bigcommerce::{Bigcommerce, map, wire};
use crate::http::{Method, Request};
use crate::reading::Decimal;
use crate::{Error, Found};

/// The longest title, and the longest title for search engines.
const MOST: [usize; 2] = [250, 255];

/// A product as it is now. Its dates decide nothing here.
type Product = wire::Product<wire::Shown>;

#[derive(Serialize)]
struct NewPrice {
    /// The variant, where it is one's own price.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<u64>,
    price: Box<RawValue>,
}

#[derive(Serialize)]
struct NewTexts<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    page_title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    meta_description: Option<&'a str>,
}

/// Drafts a new price, of the product itself where the variant is its only one.
pub(super) async fn price(store: &Bigcommerce, action: &Action) -> Result<Draft, Error> {
    let Action::PriceSet { product: target, variant, price } = action else {
        return Err(crate::failure::no_action(fermata_model::Platform::Bigcommerce, action));
    };
    let name = &target.label;
    let no = |why: String| impossible(UPDATE_PRODUCT, why);
    if price.minor < 0 {
        return Err(no(format!("{name} cannot cost less than nothing.")));
    }
    let id = whole(&target.external_id)?;
    let product = read(store, id).await.map_err(|error| gone(error, UPDATE_PRODUCT, target))?;
    let currency = store.currency().await?;
    if currency != price.currency {
        return Err(no(format!("{name} is priced in {currency}, so its price is set in {currency}.")));
    }
    let odd = |why: String| super::malformed("getProduct", why);
    let price_of = |id| NewPrice { id, price: number(*price) };
    let is_only = variant.is_empty() || product.base_variant_id.0.as_deref() == Some(variant);
    let (operation, path, body, before) = if is_only {
        let before = map::product_price(&product, currency).map_err(odd)?;
        (UPDATE_PRODUCT, format!("/v3/catalog/products/{id}"), serialized(&price_of(None)), before)
    } else {
        let number = whole(variant)?;
        let found =
            read_variant(store, id, number).await.map_err(|error| gone(error, UPDATE_VARIANT, target))?;
        let before = map::of_variant(&found, &product, currency).map_err(odd)?;
        (UPDATE_VARIANT, "/v3/catalog/variants".to_owned(), serialized(&[price_of(Some(number))]), before)
    };
    if before == Some(*price) {
        return Err(no(format!("{name} already costs {price}.")));
    }
    let undo = before.map(|before| Action::PriceSet {
        product: target.clone(),
        variant: variant.clone(),
        price: before,
    });
    Ok(Draft { operation, method: Method::PUT, path, body, undo })
}

/// Drafts new texts.
pub(super) async fn texts(store: &Bigcommerce, action: &Action) -> Result<Draft, Error> {
    let Action::ProductEdit { product: target, text } = action else {
        return Err(crate::failure::no_action(fermata_model::Platform::Bigcommerce, action));
    };
    let no = |why: &str| impossible(UPDATE_PRODUCT, format!("{} {why}.", target.label));
    if *text == ProductText::default() {
        return Err(no("gets no new text"));
    }
    if text.title.as_deref().is_some_and(|title| title.trim().is_empty()) {
        return Err(no("must keep a title"));
    }
    let too_long =
        |text: &Option<String>, most| text.as_deref().is_some_and(|text| text.chars().count() > most);
    if too_long(&text.title, MOST[0]) || too_long(&text.seo_title, MOST[1]) {
        return Err(no("gets a title that is too long for BigCommerce"));
    }
    let id = whole(&target.external_id)?;
    let product = read(store, id).await.map_err(|error| gone(error, UPDATE_PRODUCT, target))?;
    let before = texts_of(product);
    if stand(&before, text) {
        return Err(no("already says so"));
    }
    // Only what changes is put back.
    let kept = |new: &Option<String>, old: Option<String>| new.as_ref().map(|_| old.unwrap_or_default());
    let undo = ProductText {
        title: kept(&text.title, before.title),
        description: kept(&text.description, before.description),
        seo_title: kept(&text.seo_title, before.seo_title),
        seo_description: kept(&text.seo_description, before.seo_description),
    };
    let body = serialized(&NewTexts {
        name: text.title.as_deref(),
        description: text.description.as_deref(),
        page_title: text.seo_title.as_deref(),
        meta_description: text.seo_description.as_deref(),
    });
    let undo = Some(Action::ProductEdit { product: target.clone(), text: undo });
    let path = format!("/v3/catalog/products/{id}");
    Ok(Draft { operation: UPDATE_PRODUCT, method: Method::PUT, path, body, undo })
}

fn texts_of(product: Product) -> ProductText {
    ProductText {
        title: product.name.0,
        description: product.description.0,
        seo_title: product.page_title.0,
        seo_description: product.meta_description.0,
    }
}

/// Tells whether every text that was to change stands as wanted.
fn stand(now: &ProductText, wanted: &ProductText) -> bool {
    let so = |now: &Option<String>, wanted: &Option<String>| {
        wanted.as_deref().is_none_or(|wanted| now.as_deref().unwrap_or_default().trim() == wanted.trim())
    };
    so(&now.title, &wanted.title)
        && so(&now.description, &wanted.description)
        && so(&now.seo_title, &wanted.seo_title)
        && so(&now.seo_description, &wanted.seo_description)
}

async fn read(store: &Bigcommerce, id: u64) -> Result<Product, Error> {
    let request = Request::get("getProduct", format!("/v3/catalog/products/{id}"));
    Ok(store.rest.json::<wire::Data<Product>>(request).await?.data)
}

async fn read_variant(store: &Bigcommerce, product: u64, variant: u64) -> Result<wire::Variant, Error> {
    let path = format!("/v3/catalog/products/{product}/variants/{variant}");
    Ok(store.rest.json::<wire::Data<wire::Variant>>(Request::get("getProductVariant", path)).await?.data)
}

fn costs(price: &Decimal, wanted: Money) -> bool {
    price.0.as_deref().is_some_and(|text| Money::parse(text, wanted.currency) == Ok(wanted))
}

fn of_product(frozen: &Frozen, product: Product) -> Option<Receipt> {
    let (id, at) = (product.id.0.clone(), product.date_modified.0);
    let so = match &frozen.action {
        Action::PriceSet { price, .. } => costs(&product.price, *price),
        Action::ProductEdit { text, .. } => stand(&texts_of(product), text),
        _ => false,
    };
    so.then(|| receipt(&id, at, frozen))
}

fn of_variant(frozen: &Frozen, variant: &wire::Variant) -> Option<Receipt> {
    let Action::PriceSet { price, .. } = &frozen.action else { return None };
    costs(&variant.price, *price).then(|| receipt(&variant.id.0, None, frozen))
}

/// Reads the proof from the answer to the change; `None` if it does not show it.
pub(super) fn shown(frozen: &Frozen, body: &str) -> Option<Receipt> {
    if let (UPDATE_VARIANT, Action::PriceSet { variant, .. }) = (frozen.operation.as_str(), &frozen.action) {
        let changed = serde_json::from_str::<wire::Data<Vec<wire::Variant>>>(body).ok()?.data;
        return of_variant(frozen, changed.iter().find(|changed| changed.id.0 == *variant)?);
    }
    of_product(frozen, serde_json::from_str::<wire::Data<Product>>(body).ok()?.data)
}

/// Asks whether the product, or the variant, stands as wanted.
pub(super) async fn find(store: &Bigcommerce, frozen: &Frozen) -> Result<Found, Error> {
    let id = whole(&frozen.action.target().external_id)?;
    Ok(found(match &frozen.action {
        Action::PriceSet { variant, .. } if frozen.operation == UPDATE_VARIANT => {
            of_variant(frozen, &read_variant(store, id, whole(variant)?).await?)
        }
        _ => of_product(frozen, read(store, id).await?),
    }))
}
