//! Shopify's shapes under its own field names, as far as our documents ask for them.
//!
//! Records stay raw text ([`RawValue`]) until each is read by itself, so that one that cannot be
//! read costs nothing but itself.

use fermata_model::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

/// The answer to a document that reads a page of a stream.
#[derive(Deserialize)]
pub(super) struct Listed<'a> {
    #[serde(borrow)]
    pub(super) page: Option<Listing<'a>>,
    pub(super) total: Option<Count>,
}

#[derive(Deserialize)]
pub(super) struct Count {
    pub(super) count: u64,
}

/// A connection whose records stay raw.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Listing<'a> {
    #[serde(borrow)]
    pub(super) nodes: Vec<&'a RawValue>,
    pub(super) page_info: PageInfo,
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PageInfo {
    pub(super) has_next_page: bool,
    pub(super) end_cursor: Option<String>,
}

impl PageInfo {
    /// Returns the cursor where the list goes on, if it does.
    pub(super) fn onward(self) -> Option<String> {
        self.end_cursor.filter(|_| self.has_next_page)
    }
}

/// The answer to a document that reads on in a list inside a record.
#[derive(Deserialize)]
pub(super) struct Rest<'a> {
    #[serde(borrow)]
    pub(super) whole: Option<Whole<'a>>,
}

#[derive(Deserialize)]
pub(super) struct Whole<'a> {
    #[serde(borrow)]
    pub(super) page: Option<Listing<'a>>,
}

/// The least that every record has.
#[derive(Deserialize)]
pub(super) struct Named {
    pub(super) id: String,
}

/// A list inside a record, with the place where it goes on.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Connection<T> {
    pub(super) nodes: Vec<T>,
    /// Absent where the list is whole.
    #[serde(default)]
    page_info: Option<PageInfo>,
}

impl<T> Connection<T> {
    /// Returns the cursor where the list goes on, if it does.
    pub(super) fn rest(&self) -> Option<String> {
        self.page_info.clone()?.onward()
    }
}

/// A list that is asked for whole.
#[derive(Deserialize)]
pub(super) struct Nodes<T> {
    pub(super) nodes: Vec<T>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MoneyV2 {
    pub(super) amount: String,
    pub(super) currency_code: String,
}

/// An amount as the customer saw it; what the shop books it as is not asked for.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MoneyBag {
    pub(super) presentment_money: MoneyV2,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Address {
    pub(super) name: Option<String>,
    pub(super) city: Option<String>,
    pub(super) country_code_v2: Option<String>,
    pub(super) phone: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct EmailAddress {
    pub(super) email_address: String,
    pub(super) marketing_state: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PhoneNumber {
    pub(super) phone_number: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Customer {
    pub(super) id: String,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
    pub(super) first_name: Option<String>,
    pub(super) last_name: Option<String>,
    pub(super) locale: Option<String>,
    #[serde(default)]
    pub(super) tags: Vec<String>,
    pub(super) default_email_address: Option<EmailAddress>,
    pub(super) default_phone_number: Option<PhoneNumber>,
    pub(super) default_address: Option<Address>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Order {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) processed_at: Timestamp,
    pub(super) updated_at: Timestamp,
    pub(super) cancelled_at: Option<Timestamp>,
    pub(super) presentment_currency_code: String,
    pub(super) display_financial_status: Option<String>,
    pub(super) display_fulfillment_status: Option<String>,
    pub(super) email: Option<String>,
    pub(super) phone: Option<String>,
    pub(super) note: Option<String>,
    #[serde(default)]
    pub(super) tags: Vec<String>,
    pub(super) customer: Option<Named>,
    pub(super) shipping_address: Option<Address>,
    pub(super) billing_address: Option<Address>,
    pub(super) total_price_set: MoneyBag,
    pub(super) total_refunded_set: MoneyBag,
    pub(super) line_items: Connection<Line>,
    /// What did not fit `lineItems`, added by us.
    pub(super) more: Option<Vec<Line>>,
    pub(super) refunds: Vec<Refund>,
    pub(super) fulfillments: Vec<Fulfillment>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Line {
    pub(super) id: String,
    pub(super) title: Option<String>,
    pub(super) sku: Option<String>,
    pub(super) quantity: i64,
    pub(super) variant: Option<Named>,
    pub(super) original_unit_price_set: MoneyBag,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Refund {
    pub(super) id: String,
    pub(super) note: Option<String>,
    pub(super) processed_at: Timestamp,
    pub(super) total_refunded_set: MoneyBag,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Fulfillment {
    pub(super) id: String,
    pub(super) status: String,
    pub(super) display_status: Option<String>,
    pub(super) created_at: Timestamp,
    pub(super) estimated_delivery_at: Option<Timestamp>,
    pub(super) delivered_at: Option<Timestamp>,
    #[serde(default)]
    pub(super) tracking_info: Vec<Tracking>,
}

#[derive(Deserialize)]
pub(super) struct Tracking {
    pub(super) company: Option<String>,
    pub(super) number: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Cart {
    pub(super) id: String,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
    pub(super) completed_at: Option<Timestamp>,
    pub(super) abandoned_checkout_url: Option<String>,
    pub(super) customer: Option<CartCustomer>,
    pub(super) shipping_address: Option<Address>,
    pub(super) billing_address: Option<Address>,
    pub(super) total_price_set: MoneyBag,
    pub(super) line_items: Connection<Line>,
    /// What did not fit `lineItems`, added by us.
    pub(super) more: Option<Vec<Line>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CartCustomer {
    pub(super) id: String,
    pub(super) first_name: Option<String>,
    pub(super) last_name: Option<String>,
    pub(super) default_email_address: Option<EmailAddress>,
    pub(super) default_phone_number: Option<PhoneNumber>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Product {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) status: String,
    pub(super) product_type: Option<String>,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
    pub(super) price_range_v2: PriceRange,
    pub(super) variants: Connection<Variant>,
    /// What did not fit `variants`, added by us.
    pub(super) more: Option<Vec<Variant>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PriceRange {
    pub(super) min_variant_price: CurrencyOnly,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CurrencyOnly {
    pub(super) currency_code: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Variant {
    pub(super) id: String,
    pub(super) sku: Option<String>,
    pub(super) title: String,
    pub(super) price: Option<String>,
    pub(super) inventory_quantity: Option<i64>,
}

/// The answer to the document that reads stock: one place, with a page of what lies there.
#[derive(Deserialize)]
pub(super) struct Stocked<'a> {
    #[serde(borrow)]
    pub(super) places: Places<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Places<'a> {
    #[serde(borrow)]
    pub(super) nodes: Vec<StockedPlace<'a>>,
    pub(super) page_info: PageInfo,
}

#[derive(Deserialize)]
pub(super) struct StockedPlace<'a> {
    #[serde(borrow)]
    pub(super) page: Listing<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StockLevel {
    pub(super) updated_at: Timestamp,
    pub(super) location: Place,
    pub(super) item: Counted,
    pub(super) quantities: Vec<Quantity>,
}

#[derive(Deserialize)]
pub(super) struct Place {
    pub(super) id: String,
    pub(super) name: String,
}

#[derive(Deserialize)]
pub(super) struct Counted {
    pub(super) id: String,
    pub(super) sku: Option<String>,
    pub(super) tracked: bool,
    pub(super) variants: Option<Nodes<CountedVariant>>,
}

#[derive(Deserialize)]
pub(super) struct CountedVariant {
    pub(super) id: String,
    pub(super) product: Named,
}

#[derive(Deserialize)]
pub(super) struct Quantity {
    pub(super) name: String,
    pub(super) quantity: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Event {
    pub(super) action: String,
    pub(super) created_at: Timestamp,
    pub(super) subject_id: Option<String>,
    pub(super) subject_type: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Checked {
    pub(super) shop: Shop,
    pub(super) current_app_installation: Installation,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Shop {
    pub(super) id: Option<String>,
    pub(super) name: String,
    pub(super) currency_code: String,
    pub(super) iana_timezone: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Installation {
    pub(super) access_scopes: Vec<GrantedScope>,
}

#[derive(Deserialize)]
pub(super) struct GrantedScope {
    pub(super) handle: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DiscountNode {
    pub(super) id: String,
    pub(super) code_discount: Discount,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Discount {
    pub(super) title: String,
    pub(super) status: String,
    #[serde(default)]
    pub(super) summary: Option<String>,
    pub(super) async_usage_count: Option<i64>,
    pub(super) usage_limit: Option<i64>,
    pub(super) starts_at: Option<Timestamp>,
    pub(super) ends_at: Option<Timestamp>,
    pub(super) updated_at: Timestamp,
    pub(super) codes: Nodes<RedeemCode>,
}

#[derive(Deserialize)]
pub(super) struct RedeemCode {
    pub(super) code: String,
}
