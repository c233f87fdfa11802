//! Shopify's shapes as the actions read them.

use fermata_model::Timestamp;
use serde::Deserialize;

use super::super::wire::{MoneyBag, Named, Nodes, PriceRange};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Refundable {
    pub(super) name: String,
    pub(super) currency_code: String,
    pub(super) presentment_currency_code: String,
    pub(super) net_payment_set: MoneyBag,
    pub(super) transactions: Vec<Payment>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Payment {
    pub(super) id: String,
    pub(super) kind: String,
    pub(super) status: String,
    pub(super) gateway: Option<String>,
    pub(super) parent_transaction: Option<Named>,
    pub(super) amount_set: MoneyBag,
}

#[derive(Deserialize)]
pub(super) struct Refunds {
    pub(super) refunds: Vec<BookedRefund>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct BookedRefund {
    pub(super) id: String,
    #[serde(default)]
    pub(super) note: Option<String>,
    pub(super) processed_at: Timestamp,
    pub(super) transactions: Nodes<MoneyMove>,
}

/// One movement of money of a refund.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MoneyMove {
    pub(super) kind: String,
    pub(super) status: String,
    pub(super) amount_set: MoneyBag,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RefundCreated {
    pub(super) refund_create: Option<RefundPayload>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RefundPayload {
    pub(super) refund: Option<BookedRefund>,
    pub(super) user_errors: Vec<UserError>,
}

/// What a refund with pieces looks at.
#[derive(Deserialize)]
pub(super) struct Restockable {
    pub(super) order: Option<RestockableOrder>,
    pub(super) location: Option<Named>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RestockableOrder {
    pub(super) line_items: Nodes<RestockableLine>,
    pub(super) fulfillments: Vec<SentFrom>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RestockableLine {
    pub(super) id: String,
    pub(super) refundable_quantity: i64,
}

#[derive(Deserialize)]
pub(super) struct SentFrom {
    pub(super) location: Option<Named>,
}

/// What the actions on an order depend on.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OrderState {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) updated_at: Timestamp,
    pub(super) cancelled_at: Option<Timestamp>,
    pub(super) display_fulfillment_status: Option<String>,
    pub(super) note: Option<String>,
    #[serde(default)]
    pub(super) tags: Vec<String>,
    pub(super) shipping_address: Option<WholeAddress>,
}

/// An address with all that a parcel needs.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WholeAddress {
    first_name: Option<String>,
    last_name: Option<String>,
    company: Option<String>,
    address1: Option<String>,
    address2: Option<String>,
    city: Option<String>,
    province_code: Option<String>,
    zip: Option<String>,
    country_code_v2: Option<String>,
    phone: Option<String>,
}

impl From<WholeAddress> for fermata_model::Address {
    fn from(address: WholeAddress) -> Self {
        Self {
            first_name: address.first_name.unwrap_or_default(),
            last_name: address.last_name.unwrap_or_default(),
            company: address.company.unwrap_or_default(),
            street: address.address1.unwrap_or_default(),
            street_2: address.address2.unwrap_or_default(),
            city: address.city.unwrap_or_default(),
            region: address.province_code.unwrap_or_default(),
            postal_code: address.zip.unwrap_or_default(),
            country: address.country_code_v2.unwrap_or_default(),
            phone: address.phone.unwrap_or_default(),
        }
    }
}

#[derive(Deserialize)]
pub(super) struct UserError {
    pub(super) message: String,
    /// What, for a program; most payloads' errors have none.
    code: Option<String>,
}

impl UserError {
    /// Tells whether it says that the same key is or was at work: what it did must be looked up.
    pub(super) fn is_about_a_key(&self) -> bool {
        self.code.as_deref().is_some_and(|code| code.starts_with("IDEMPOTENCY"))
    }
}

/// What setting a count depends on.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StockState {
    pub(super) product: Named,
    pub(super) inventory_item: CountedItem,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CountedItem {
    pub(super) id: String,
    pub(super) tracked: bool,
    pub(super) inventory_levels: Nodes<Level>,
}

/// What lies at one place.
#[derive(Deserialize)]
pub(super) struct Level {
    pub(super) location: Named,
    quantities: Vec<Quantity>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Quantity {
    name: String,
    quantity: i64,
    updated_at: Option<Timestamp>,
}

impl Level {
    /// Returns the pieces that can be sold.
    pub(super) fn available(&self) -> Option<i64> {
        self.quantities.iter().find(|one| one.name == "available").map(|one| one.quantity)
    }

    /// Returns when they last changed, if that is told.
    pub(super) fn counted_at(&self) -> Option<Timestamp> {
        self.quantities.iter().filter_map(|one| one.updated_at).max()
    }
}

#[derive(Deserialize)]
pub(super) struct Variants {
    pub(super) variants: Nodes<Named>,
}

/// What setting a price depends on.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct VariantState {
    pub(super) id: String,
    pub(super) updated_at: Timestamp,
    price: String,
    pub(super) product: Priced,
}

/// A product with the shop's currency.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Priced {
    pub(super) id: String,
    price_range_v2: PriceRange,
}

impl VariantState {
    pub(super) fn price(&self) -> Result<fermata_model::Money, fermata_model::MoneyError> {
        let currency = &self.product.price_range_v2.min_variant_price.currency_code;
        fermata_model::Money::parse(&self.price, currency.parse()?)
    }
}

/// What changing a text depends on.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ProductState {
    pub(super) id: String,
    pub(super) updated_at: Timestamp,
    title: String,
    description_html: String,
    seo: Seo,
}

#[derive(Deserialize)]
struct Seo {
    title: Option<String>,
    description: Option<String>,
}

impl ProductState {
    pub(super) fn texts(&self) -> fermata_model::action::ProductText {
        fermata_model::action::ProductText {
            title: Some(self.title.clone()),
            description: Some(self.description_html.clone()),
            seo_title: self.seo.title.clone(),
            seo_description: self.seo.description.clone(),
        }
    }
}

/// What holding an order depends on.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct HoldState {
    pub(super) name: String,
    pub(super) cancelled_at: Option<Timestamp>,
    pub(super) fulfillment_orders: Nodes<Packing>,
}

/// A part of an order that is sent from one place.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Packing {
    pub(super) id: String,
    pub(super) status: String,
    pub(super) updated_at: Timestamp,
    pub(super) fulfillment_holds: Vec<Hold>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Hold {
    pub(super) id: String,
    pub(super) handle: Option<String>,
    pub(super) held_by_requesting_app: bool,
    pub(super) reason_notes: Option<String>,
}

/// What making or ending a discount depends on.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DiscountState {
    pub(super) id: String,
    pub(super) code_discount: CodeState,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CodeState {
    pub(super) status: String,
    pub(super) tags: Vec<String>,
    pub(super) updated_at: Timestamp,
}
