//! What the twin serves: one literal per route with its scope and the parameters its query may have.
//!
//! Source: the vendor's OpenAPI files of April 2026. Parameters that nobody is expected to use are refused though the
//! vendor takes them.

use self::Kind::{Bool, OneOf, SomeOf, Text, Texts, Time, Whole, Wholes};
use crate::rest;

/// One served route.
#[derive(Debug)]
pub(super) struct Route {
    pub(super) name: &'static str,
    pub(super) method: &'static str,
    path: &'static str,
    /// The scope it needs; empty where any token will do.
    pub(super) scope: &'static str,
    pub(super) paged: Paged,
    pub(super) params: &'static [(&'static str, Kind)],
    /// The vendor's file that declares it.
    #[cfg_attr(not(test), expect(dead_code, reason = "tests hold the table against the vendor's files"))]
    file: &'static str,
}

/// Has a list `page` and `limit`, and what is the most of the latter?
#[derive(Debug)]
pub(super) enum Paged {
    No,
    By(usize),
}

/// What a parameter's value must be.
#[derive(Debug)]
pub(super) enum Kind {
    Whole,
    Wholes,
    Text,
    Texts,
    Bool,
    Time,
    OneOf(&'static str),
    SomeOf(&'static str),
}

impl rest::Route for Route {
    fn head(&self) -> rest::Head {
        rest::Head { name: self.name, method: self.method, path: self.path }
    }
}

const ORDERS2: &str = "orders.v2.oas2.yml";
const ORDERS3: &str = "orders.v3.yml";
const CUSTOMERS: &str = "customers.v3.yml";
const PRODUCTS: &str = "products_catalog.v3.yml";
const VARIANTS: &str = "product-variants_catalog.v3.yml";
const INVENTORY: &str = "inventory.v3.yml";
const PRICES: &str = "price_lists.v3.yml";
const COUPONS: &str = "marketing.v2.yml";
const PROMOTIONS: &str = "promotions.v3.yml";
const STORE: &str = "store_information.v2.yml";

const ORDER: &str = "store_v2_orders";
const MONEY: &str = "store_v2_transactions";
const CUSTOMER: &str = "store_v2_customers";
const PRODUCT: &str = "store_v2_products";
const STOCK: &str = "store_inventory";
const LOCATION: &str = "store_locations";
const MARKETING: &str = "store_v2_marketing";
const INFORMATION: &str = "store_v2_information_read_only";

/// Every scope that is checked. Of the two forms of a scope the practice account has the one that may write.
pub(super) const SCOPES: &[&str] =
    &[ORDER, MONEY, CUSTOMER, PRODUCT, STOCK, LOCATION, MARKETING, INFORMATION, super::companies::SCOPE];

const fn read(file: &'static str, name: &'static str, path: &'static str, scope: &'static str) -> Route {
    Route { name, method: "GET", path, scope, paged: Paged::No, params: &[], file }
}

const fn list(file: &'static str, name: &'static str, path: &'static str, scope: &'static str) -> Route {
    Route { paged: Paged::By(250), ..read(file, name, path, scope) }
}

const fn write(
    file: &'static str,
    name: &'static str,
    method: &'static str,
    path: &'static str,
    scope: &'static str,
) -> Route {
    Route { method, ..read(file, name, path, scope) }
}

const ORDER_INCLUDE: (&str, Kind) = ("include", SomeOf("consignments consignments.line_items fees"));
const ORDER_STRUCTURE: (&str, Kind) = ("consignment_structure", OneOf("object"));

/// What `include_fields` and `exclude_fields` may name; the id always comes.
const PRODUCT_FIELDS: &str = "name type sku description weight width depth height price cost_price retail_price \
    sale_price map_price tax_class_id product_tax_code calculated_price categories brand_id option_set_id \
    option_set_display inventory_level inventory_warning_level inventory_tracking reviews_rating_sum reviews_count \
    total_sold fixed_cost_shipping_price is_free_shipping is_visible is_featured related_products warranty \
    bin_picking_number layout_file upc mpn gtin date_last_imported search_keywords availability \
    availability_description condition is_condition_shown order_quantity_minimum order_quantity_maximum page_title \
    meta_keywords meta_description date_created date_modified view_count preorder_release_date preorder_message \
    is_preorder_only is_price_hidden price_hidden_label custom_url base_variant_id open_graph_type open_graph_title \
    open_graph_description open_graph_use_meta_description open_graph_use_product_name open_graph_use_image";

const PRODUCT_INCLUDE: &str = "bulk_pricing_rules channels custom_fields images modifiers options parent_relations \
    primary_image reviews variants videos";

const COUPON_TYPES: &str =
    "per_item_discount percentage_discount per_total_discount shipping_discount free_shipping promotion";

pub(super) static ROUTES: &[Route] = &[
    read(STORE, "getStoreInformation", "/stores/{}/v2/store", INFORMATION),
    read(STORE, "getSystemTimestamp", "/stores/{}/v2/time", ""),
    read(ORDERS2, "getOrderStatuses", "/stores/{}/v2/order_statuses", ORDER),
    Route {
        params: &[
            ("min_id", Whole),
            ("max_id", Whole),
            ("customer_id", Whole),
            ("email", Text),
            ("status_id", Whole),
            ("cart_id", Text),
            ("min_date_created", Time),
            ("max_date_created", Time),
            ("min_date_modified", Time),
            ("max_date_modified", Time),
            (
                "sort",
                OneOf(
                    "id id:asc id:desc customer_id customer_id:asc customer_id:desc date_created date_created:asc \
                    date_created:desc date_modified date_modified:asc date_modified:desc status_id status_id:asc \
                    status_id:desc",
                ),
            ),
            ("channel_id", Whole),
            ORDER_INCLUDE,
            ORDER_STRUCTURE,
            ("external_order_id", Text),
        ],
        ..list(ORDERS2, "getOrders", "/stores/{}/v2/orders", ORDER)
    },
    Route {
        params: &[ORDER_INCLUDE, ORDER_STRUCTURE],
        ..read(ORDERS2, "getOrder", "/stores/{}/v2/orders/{n}", ORDER)
    },
    write(ORDERS2, "updateOrder", "PUT", "/stores/{}/v2/orders/{n}", ORDER),
    write(ORDERS2, "deleteOrder", "DELETE", "/stores/{}/v2/orders/{n}", ORDER),
    list(ORDERS2, "getOrderProducts", "/stores/{}/v2/orders/{n}/products", ORDER),
    list(ORDERS2, "getOrderCoupons", "/stores/{}/v2/orders/{n}/coupons", ORDER),
    list(ORDERS2, "getOrderShippingAddresses", "/stores/{}/v2/orders/{n}/shipping_addresses", ORDER),
    write(
        ORDERS2,
        "updateOrderShippingAddress",
        "PUT",
        "/stores/{}/v2/orders/{n}/shipping_addresses/{n}",
        ORDER,
    ),
    list(ORDERS2, "getOrderShipments", "/stores/{}/v2/orders/{n}/shipments", ORDER),
    Route {
        params: &[
            ("order_id:in", Wholes),
            ("id:in", Wholes),
            ("created:min", Time),
            ("created:max", Time),
            ("transaction_id", Text),
        ],
        ..list(ORDERS3, "getOrdersRefunds", "/stores/{}/v3/orders/payment_actions/refunds", ORDER)
    },
    read(ORDERS3, "getOrderRefund", "/stores/{}/v3/orders/payment_actions/refunds/{n}", ORDER),
    write(
        ORDERS3,
        "createOrderRefundQuotes",
        "POST",
        "/stores/{}/v3/orders/{n}/payment_actions/refund_quotes",
        ORDER,
    ),
    Route {
        params: &[("transaction_id", Text)],
        ..read(ORDERS3, "getOrderRefunds", "/stores/{}/v3/orders/{n}/payment_actions/refunds", ORDER)
    },
    write(ORDERS3, "createOrderRefund", "POST", "/stores/{}/v3/orders/{n}/payment_actions/refunds", ORDER),
    read(ORDERS3, "getOrderTransactions", "/stores/{}/v3/orders/{n}/transactions", MONEY),
    Route {
        params: &[
            ("id:in", Wholes),
            ("email:in", Texts),
            ("name:in", Texts),
            ("name:like", Texts),
            ("phone:in", Texts),
            ("date_created:min", Time),
            ("date_created:max", Time),
            ("date_modified:min", Time),
            ("date_modified:max", Time),
            ("include", SomeOf("addresses storecredit attributes formfields shopper_profile_id segment_ids")),
            (
                "sort",
                OneOf(
                    "date_created:asc date_created:desc last_name:asc last_name:desc date_modified:asc \
                    date_modified:desc",
                ),
            ),
        ],
        ..list(CUSTOMERS, "getCustomers", "/stores/{}/v3/customers", CUSTOMER)
    },
    write(CUSTOMERS, "updateCustomers", "PUT", "/stores/{}/v3/customers", CUSTOMER),
    Route {
        params: &[("id:in", Wholes)],
        ..write(CUSTOMERS, "deleteCustomers", "DELETE", "/stores/{}/v3/customers", CUSTOMER)
    },
    Route {
        params: &[
            ("id", Whole),
            ("id:in", Wholes),
            ("id:min", Whole),
            ("id:greater", Whole),
            ("name", Text),
            ("sku", Text),
            ("sku:in", Texts),
            ("is_visible", Bool),
            ("date_modified:min", Time),
            ("date_modified:max", Time),
            ("sort", OneOf("id name sku price date_modified")),
            ("direction", OneOf("asc desc")),
            ("include", SomeOf(PRODUCT_INCLUDE)),
            ("include_fields", SomeOf(PRODUCT_FIELDS)),
            ("exclude_fields", SomeOf(PRODUCT_FIELDS)),
        ],
        ..list(PRODUCTS, "getProducts", "/stores/{}/v3/catalog/products", PRODUCT)
    },
    Route {
        params: &[
            ("include", SomeOf(PRODUCT_INCLUDE)),
            ("include_fields", SomeOf(PRODUCT_FIELDS)),
            ("exclude_fields", SomeOf(PRODUCT_FIELDS)),
        ],
        ..read(PRODUCTS, "getProduct", "/stores/{}/v3/catalog/products/{n}", PRODUCT)
    },
    Route {
        params: &[("include", SomeOf(PRODUCT_INCLUDE))],
        ..write(PRODUCTS, "updateProduct", "PUT", "/stores/{}/v3/catalog/products/{n}", PRODUCT)
    },
    list(VARIANTS, "getProductVariants", "/stores/{}/v3/catalog/products/{n}/variants", PRODUCT),
    read(VARIANTS, "getProductVariant", "/stores/{}/v3/catalog/products/{n}/variants/{n}", PRODUCT),
    Route {
        params: &[("id", Whole), ("sku", Text), ("product_id:in", Wholes)],
        ..list(VARIANTS, "getVariants", "/stores/{}/v3/catalog/variants", PRODUCT)
    },
    write(VARIANTS, "updateVariantsBatch", "PUT", "/stores/{}/v3/catalog/variants", PRODUCT),
    Route {
        paged: Paged::By(1_000),
        params: &[
            ("sku:in", Texts),
            ("variant_id:in", Wholes),
            ("product_id:in", Wholes),
            ("location_id:in", Wholes),
        ],
        ..list(INVENTORY, "get-inventory-items", "/stores/{}/v3/inventory/items", STOCK)
    },
    Route {
        paged: Paged::By(1_000),
        params: &[("location_id:in", Wholes), ("is_default", Bool), ("is_active", Bool)],
        ..list("locations.v3.yml", "getLocations", "/stores/{}/v3/inventory/locations", LOCATION)
    },
    write(INVENTORY, "put-absolute-adjustment", "PUT", "/stores/{}/v3/inventory/adjustments/absolute", STOCK),
    write(
        INVENTORY,
        "post-relative-adjustment",
        "POST",
        "/stores/{}/v3/inventory/adjustments/relative",
        STOCK,
    ),
    Route {
        params: &[
            ("id", Text),
            ("code", Text),
            ("name", Text),
            ("type", OneOf(COUPON_TYPES)),
            ("min_id", Whole),
            ("max_id", Whole),
            ("exclude_type", OneOf(COUPON_TYPES)),
        ],
        ..list(COUPONS, "getCoupons", "/stores/{}/v2/coupons", MARKETING)
    },
    write(COUPONS, "createCoupon", "POST", "/stores/{}/v2/coupons", MARKETING),
    write(COUPONS, "updateCoupon", "PUT", "/stores/{}/v2/coupons/{n}", MARKETING),
    write(COUPONS, "deleteCoupon", "DELETE", "/stores/{}/v2/coupons/{n}", MARKETING),
    Route {
        params: &[("code", Text)],
        ..list(PROMOTIONS, "getCouponCodeByCode", "/stores/{}/v3/promotions/codes", MARKETING)
    },
    Route {
        params: &[
            ("id", Whole),
            ("name", Text),
            ("code", Text),
            ("redemption_type", OneOf("automatic coupon")),
            ("sort", OneOf("id")),
            ("direction", OneOf("asc")),
        ],
        ..list(PROMOTIONS, "getPromotions", "/stores/{}/v3/promotions", MARKETING)
    },
    write(PROMOTIONS, "createPromotion", "POST", "/stores/{}/v3/promotions", MARKETING),
    read(PROMOTIONS, "getPromotion", "/stores/{}/v3/promotions/{n}", MARKETING),
    write(PROMOTIONS, "updatePromotion", "PUT", "/stores/{}/v3/promotions/{n}", MARKETING),
    Route {
        params: &[("code", Text)],
        ..list(PROMOTIONS, "getPromotionCodes", "/stores/{}/v3/promotions/{n}/codes", MARKETING)
    },
    write(PROMOTIONS, "createPromotionCode", "POST", "/stores/{}/v3/promotions/{n}/codes", MARKETING),
    write(PROMOTIONS, "deleteCouponCode", "DELETE", "/stores/{}/v3/promotions/{n}/codes/{n}", MARKETING),
    Route {
        params: &[("id:in", Wholes), ("name", Text)],
        ..list(PRICES, "getPriceLists", "/stores/{}/v3/pricelists", PRODUCT)
    },
    Route {
        params: &[
            ("customer_group_id", Whole),
            ("customer_group_id:in", Wholes),
            ("price_list_id", Whole),
            ("price_list_id:in", Wholes),
            ("channel_id", Whole),
            ("channel_id:in", Wholes),
        ],
        ..list(PRICES, "getListOfPriceListAssignments", "/stores/{}/v3/pricelists/assignments", PRODUCT)
    },
    Route {
        paged: Paged::By(1_000),
        params: &[
            ("variant_id:in", Wholes),
            ("product_id:in", Wholes),
            ("currency", Text),
            ("date_modified:min", Time),
            ("date_modified:max", Time),
            ("include", SomeOf("bulk_pricing_tiers sku")),
        ],
        ..list(PRICES, "getPriceListRecords", "/stores/{}/v3/pricelists/{n}/records", PRODUCT)
    },
    write(PRICES, "upsertPriceListRecords", "PUT", "/stores/{}/v3/pricelists/{n}/records", PRODUCT),
];

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use serde_json::Value;

    use super::*;

    /// Follows a reference within a description.
    fn followed<'s>(spec: &'s Value, mut value: &'s Value) -> &'s Value {
        while let Some(reference) = value["$ref"].as_str() {
            value = spec.pointer(reference.trim_start_matches('#')).expect("a known reference");
        }
        value
    }

    /// The words that a schema allows, and those of a list's members.
    fn words<'s>(spec: &'s Value, schema: &'s Value) -> Vec<&'s str> {
        let schema = followed(spec, schema);
        let own = schema["enum"].as_array();
        let inner = followed(spec, &schema["items"])["enum"].as_array();
        own.into_iter().chain(inner).flatten().filter_map(Value::as_str).collect()
    }

    /// A path without the names of its placeholders.
    fn bare(path: &str) -> String {
        let part = |part: &str| if part.starts_with('{') { "{}".to_owned() } else { part.to_owned() };
        path.split('/').map(part).collect::<Vec<_>>().join("/")
    }

    #[test]
    fn nothing_is_served_that_the_vendor_does_not_declare() {
        let mut files: HashMap<&str, Value> = HashMap::new();
        for ours in ROUTES {
            if !files.contains_key(ours.file) {
                let path = format!("specs/bigcommerce/{}", ours.file);
                let Some(spec) = crate::described::read(&path) else { return };
                files.insert(ours.file, spec);
            }
            let spec = &files[ours.file];
            let method = ours.method.to_lowercase();
            let own_path = bare(&ours.path["/stores/{}/v2".len()..]);
            let paths = spec["paths"].as_object().expect("paths");
            let theirs = paths
                .iter()
                .find(|(path, item)| bare(path) == own_path && item[&method]["operationId"] == ours.name);
            let (_, item) = theirs.unwrap_or_else(|| panic!("the vendor knows no {} {own_path}", ours.name));
            let parameters: Vec<&Value> = [&item["parameters"], &item[&method]["parameters"]]
                .into_iter()
                .filter_map(Value::as_array)
                .flatten()
                .map(|parameter| followed(spec, parameter))
                .collect();
            for (name, kind) in ours.params {
                let theirs =
                    parameters.iter().find(|theirs| theirs["name"] == *name && theirs["in"] == "query");
                let theirs = theirs.unwrap_or_else(|| panic!("{}: the vendor knows no {name}", ours.name));
                if let OneOf(asked) | SomeOf(asked) = kind {
                    let known = words(spec, &theirs["schema"]);
                    for word in asked.split_whitespace() {
                        // The order list's text allows a direction that its words lack.
                        let fits = known.is_empty()
                            || known.contains(&word)
                            || word.split_once(':').is_some_and(|(word, _)| known.contains(&word));
                        assert!(fits, "{}: {name} cannot be {word}", ours.name);
                    }
                }
            }
        }
    }
}
