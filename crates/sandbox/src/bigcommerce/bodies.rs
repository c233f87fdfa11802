//! What the bodies of writes may say.
//!
//! Source: the request schemas of the vendor's OpenAPI files of April 2026. Members that the practice store has no use
//! for are refused though the vendor takes them, so that nothing is thought done that was not.

use crate::shape::Member;
use crate::shape::Shape::{self, Any, Bool, List, Number, Object, OneOf, Open, Text, Whole};

const NAME: usize = 255;
const LONG: usize = 65_535;

const fn address(zip: Member) -> [Member; 12] {
    [
        Member::may("first_name", Text(NAME)),
        Member::may("last_name", Text(NAME)),
        Member::may("company", Text(NAME)),
        Member::may("street_1", Text(NAME)),
        Member::may("street_2", Text(NAME)),
        Member::may("city", Text(NAME)),
        Member::may("state", Text(NAME)),
        zip,
        Member::may("country", Text(NAME)),
        Member::may("country_iso2", Text(2)),
        Member::may("phone", Text(NAME)),
        Member::may("email", Text(NAME)),
    ]
}

static ORDER_ADDRESS: [Member; 12] = address(Member::may("zip", Text(NAME)));
static BILLING_ADDRESS: [Member; 12] = address(Member::must("zip", Text(NAME)));

static ORDER_LINE: Shape = Object(&[
    Member::must("id", Whole),
    Member::may("product_id", Whole),
    Member::may("quantity", Whole),
    Member::may("price_inc_tax", Number),
    Member::may("price_ex_tax", Number),
]);

/// `PUT /v2/orders/{id}`; of the lines only known ones can be changed.
pub(super) static UPDATE_ORDER: Shape = Object(&[
    Member::may("status_id", Whole),
    Member::may("staff_notes", Text(LONG)),
    Member::may("customer_message", Text(LONG)),
    Member::null("external_order_id", Text(NAME)),
    Member::may("billing_address", Object(&BILLING_ADDRESS)),
    Member::may("products", List(&ORDER_LINE, 250)),
]);

/// `PUT /v2/orders/{id}/shipping_addresses/{id}`.
pub(super) static UPDATE_ADDRESS: Shape = Object(&ORDER_ADDRESS);

static DEDUCTION: Shape = Object(&[Member::may("amount", Number), Member::may("description", Text(NAME))]);

static REFUND_ITEM: Shape = Object(&[
    Member::must("item_type", OneOf("PRODUCT GIFT_WRAPPING ORDER SHIPPING HANDLING TAX FEE")),
    Member::must("item_id", Whole),
    Member::may("quantity", Whole),
    Member::may("amount", Number),
    Member::may("adjustments", List(&DEDUCTION, 100)),
    Member::may("reason", Text(1_000)),
]);

/// `POST /v3/orders/{id}/payment_actions/refund_quotes`.
pub(super) static REFUND_QUOTE: Shape = Object(&[Member::must("items", List(&REFUND_ITEM, 250))]);

static REFUND_PAYMENT: Shape = Object(&[
    Member::must("provider_id", Text(NAME)),
    Member::must("amount", Number),
    Member::may("offline", Bool),
]);

/// `POST /v3/orders/{id}/payment_actions/refunds`.
pub(super) static REFUND: Shape = Object(&[
    Member::must("items", List(&REFUND_ITEM, 250)),
    Member::must("payments", List(&REFUND_PAYMENT, 10)),
    Member::may(
        "merchant_calculated_override",
        Object(&[Member::must("total_amount", Number), Member::must("total_tax", Number)]),
    ),
]);

static CUSTOMER: Shape = Object(&[
    Member::must("id", Whole),
    Member::may("email", Text(NAME)),
    Member::may("first_name", Text(100)),
    Member::may("last_name", Text(100)),
    Member::may("phone", Text(50)),
    Member::may("notes", Text(LONG)),
    Member::may("accepts_product_review_abandoned_cart_emails", Bool),
]);

/// `PUT /v3/customers`: at most ten, which is counted before.
pub(super) static UPDATE_CUSTOMERS: Shape = List(&CUSTOMER, 10);

/// `PUT /v3/catalog/products/{id}`.
pub(super) static UPDATE_PRODUCT: Shape = Object(&[
    Member::may("name", Text(250)),
    Member::may("description", Text(1_000_000)),
    Member::may("price", Number),
    Member::may("sale_price", Number),
    Member::may("page_title", Text(NAME)),
    Member::may("meta_description", Text(LONG)),
    Member::may("search_keywords", Text(LONG)),
    Member::may("is_visible", Bool),
    Member::may("availability", OneOf("available disabled preorder")),
    Member::may("availability_description", Text(NAME)),
    Member::may("inventory_level", Whole),
    Member::may(
        "custom_url",
        Object(&[
            Member::may("url", Text(NAME)),
            Member::may("is_customized", Bool),
            Member::may("create_redirect", Bool),
        ]),
    ),
]);

static VARIANT: Shape = Object(&[
    Member::must("id", Whole),
    Member::may("price", Number),
    Member::may("sale_price", Number),
    Member::may("inventory_level", Whole),
]);

/// `PUT /v3/catalog/variants`: at most fifty, which is counted before.
pub(super) static UPDATE_VARIANTS: Shape = List(&VARIANT, 50);

static ADJUSTMENT: Shape = Object(&[
    Member::must("location_id", Whole),
    Member::may("variant_id", Whole),
    Member::may("product_id", Whole),
    Member::may("sku", Text(NAME)),
    Member::must("quantity", Number),
]);

/// `PUT /v3/inventory/adjustments/absolute` and `POST .../relative`.
pub(super) static ADJUST: Shape =
    Object(&[Member::may("reason", Text(NAME)), Member::must("items", List(&ADJUSTMENT, 2_000))]);

static WHOLE: Shape = Whole;
static TEXT: Shape = Text(NAME);

/// `POST /v2/coupons` and `PUT /v2/coupons/{id}`: both demand the whole.
pub(super) static COUPON: Shape = Object(&[
    Member::must("name", Text(100)),
    Member::must(
        "type",
        OneOf("per_item_discount per_total_discount shipping_discount free_shipping percentage_discount"),
    ),
    Member::must("amount", Text(20)),
    Member::must("code", Text(50)),
    Member::must(
        "applies_to",
        Object(&[
            Member::may("ids", List(&WHOLE, 1_000)),
            Member::may("entity", OneOf("products categories")),
        ]),
    ),
    Member::may("min_purchase", Text(20)),
    Member::may("expires", Text(100)),
    Member::may("enabled", Bool),
    Member::may("max_uses", Whole),
    Member::may("max_uses_per_customer", Whole),
    Member::may("restricted_to", Any),
    Member::may("shipping_methods", List(&TEXT, 100)),
]);

static CHANNEL: Shape = Object(&[Member::must("id", Whole)]);
static RULE: Shape = Open(&[Member::must("action", Open(&[]))]);

/// `POST /v3/promotions`.
pub(super) static PROMOTION: Shape = Object(&[
    Member::must("name", Text(NAME)),
    Member::may("display_name", Text(NAME)),
    Member::must("redemption_type", OneOf("COUPON AUTOMATIC")),
    Member::may("coupon_type", OneOf("SINGLE BULK")),
    Member::must("rules", List(&RULE, 100)),
    Member::may("channels", List(&CHANNEL, 100)),
    Member::may("customer", Open(&[])),
    Member::may("max_uses", Whole),
    Member::may("status", OneOf("ENABLED DISABLED")),
    Member::may("start_date", Text(100)),
    Member::may("end_date", Text(100)),
    Member::may("stop", Bool),
    Member::may("can_be_used_with_other_promotions", Bool),
    Member::may("currency_code", Text(3)),
    Member::may("notifications", Any),
]);

/// `PUT /v3/promotions/{id}`.
pub(super) static UPDATE_PROMOTION: Shape = Object(&[
    Member::may("name", Text(NAME)),
    Member::may("display_name", Text(NAME)),
    Member::may("redemption_type", OneOf("COUPON AUTOMATIC")),
    Member::may("rules", List(&RULE, 100)),
    Member::may("max_uses", Whole),
    Member::may("status", OneOf("ENABLED DISABLED")),
    Member::may("start_date", Text(100)),
    Member::may("end_date", Text(100)),
    Member::may("currency_code", Text(3)),
]);

/// `POST /v3/promotions/{id}/codes`.
pub(super) static CODE: Shape = Object(&[
    Member::must("code", Text(50)),
    Member::may("max_uses", Whole),
    Member::may("max_uses_per_customer", Whole),
]);

static PRICE_RECORD: Shape = Object(&[
    Member::may("variant_id", Whole),
    Member::may("sku", Text(NAME)),
    Member::must("currency", Text(3)),
    Member::may("price", Number),
    Member::may("sale_price", Number),
    Member::may("retail_price", Number),
    Member::may("map_price", Number),
]);

/// `PUT /v3/pricelists/{id}/records`: at most a thousand, which is counted before.
pub(super) static PRICE_RECORDS: Shape = List(&PRICE_RECORD, 1_000);
