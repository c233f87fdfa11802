//! What the twin serves: one entry per route and method, with the parameters that its query may have.
//!
//! A parameter that the vendor does not know is ignored without a word, as the vendor does. One that it knows and
//! the twin does not is refused ([`Kind::Elsewhere`]).
//!
//! Source: the route index of a WooCommerce 10.5.0; the test below holds the table against it.

use super::checks::{Declared, Kind};
use crate::rest;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Index,
    Api,
    Status,
    Currency,
    Settings,
    Setting,
    Gateways,
    Gateway,
    OrderStatuses,
    Orders,
    Order,
    OrderRefunds,
    RefundCreate,
    Refund,
    RefundDelete,
    Refunds,
    Notes,
    NoteCreate,
    Note,
    NoteDelete,
    Customers,
    Customer,
    Products,
    Product,
    Variations,
    Variation,
    AllVariations,
    Coupons,
    Coupon,
    CouponCreate,
    Update(Records),
    Delete(Records),
    Batch(Records),
}

/// What can be changed, one at a time or many at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Records {
    Orders,
    Customers,
    Products,
    Variations,
    Coupons,
}

/// One served route.
#[derive(Debug)]
pub(super) struct Route {
    name: &'static str,
    method: &'static str,
    path: &'static str,
    pub(super) what: What,
    pub(super) params: &'static [Declared],
}

impl rest::Route for Route {
    fn head(&self) -> rest::Head {
        rest::Head { name: self.name, method: self.method, path: self.path }
    }
}

impl Route {
    /// Finds what a parameter must be.
    pub(super) fn param(&self, name: &str) -> Option<(&'static str, Kind)> {
        self.params.iter().flat_map(|some| some.iter()).find(|(known, _)| *known == name).copied()
    }
}

const CONTEXT: Declared = &[("context", Kind::OneOf("view edit"))];
const FORCE: Declared = &[("force", Kind::Bool)];

/// Of every list with pages.
const PAGES: Declared = &[
    ("context", Kind::OneOf("view edit")),
    ("page", Kind::Between(1, i64::MAX)),
    ("per_page", Kind::Between(1, 100)),
    ("search", Kind::Text),
    ("include", Kind::Wholes),
    ("exclude", Kind::Wholes),
    ("order", Kind::OneOf("asc desc")),
    ("offset", Kind::Elsewhere),
];

/// Of the lists of what WordPress keeps as posts: everything but customers.
const POSTS: Declared = &[
    ("after", Kind::Time),
    ("before", Kind::Time),
    ("modified_after", Kind::Time),
    ("modified_before", Kind::Time),
    ("dates_are_gmt", Kind::Bool),
    ("orderby", Kind::OneOf("date id include title slug modified")),
];

/// Taken by the vendor, and by no caller that we know of.
const RARE: Declared = &[
    ("parent_exclude", Kind::Elsewhere),
    ("include_meta", Kind::Elsewhere),
    ("exclude_meta", Kind::Elsewhere),
];

const ORDERS: Declared = &[
    (
        "status",
        Kind::SomeOf(
            "any trash auto-draft pending processing on-hold completed cancelled refunded failed checkout-draft",
        ),
    ),
    ("customer", Kind::Whole),
    ("product", Kind::Whole),
    ("dp", Kind::Elsewhere),
    ("order_item_display_meta", Kind::Elsewhere),
    ("created_via", Kind::Elsewhere),
];
/// Of lists whose records are not asked for by what they belong to.
const NO_PARENT: Declared = &[("parent", Kind::Elsewhere)];

/// Of lists of what belongs to orders or products.
const PARENT: Declared = &[("parent", Kind::Wholes)];

const REFUNDS: Declared = &[("dp", Kind::Elsewhere), ("order_item_display_meta", Kind::Elsewhere)];
const NOTES: Declared =
    &[("context", Kind::OneOf("view edit")), ("type", Kind::OneOf("any customer internal"))];
const CUSTOMERS: Declared = &[
    ("orderby", Kind::OneOf("id include name registered_date")),
    ("email", Kind::Email),
    ("role", Kind::OneOf("all administrator editor author contributor subscriber customer shop_manager")),
];
const GOODS: Declared = &[
    ("slug", Kind::Text),
    ("status", Kind::OneOf("any future trash draft pending private publish")),
    ("sku", Kind::Text),
    ("stock_status", Kind::OneOf("instock outofstock onbackorder")),
    ("on_sale", Kind::Elsewhere),
    ("min_price", Kind::Elsewhere),
    ("max_price", Kind::Elsewhere),
    ("virtual", Kind::Elsewhere),
    ("downloadable", Kind::Elsewhere),
];
const PRODUCTS: Declared = &[
    ("type", Kind::OneOf("simple grouped external variable")),
    ("category", Kind::Elsewhere),
    ("tag", Kind::Elsewhere),
    ("brand", Kind::Elsewhere),
    ("featured", Kind::Elsewhere),
    ("shipping_class", Kind::Elsewhere),
];
const COUPONS: Declared = &[("code", Kind::Text)];

macro_rules! entry {
    ($method:literal, $path:literal, $name:literal, $what:ident $(($of:ident))?, $params:expr) => {
        Route {
            name: concat!($method, " ", $name),
            method: $method,
            path: concat!("/wp-json/wc/v3", $path),
            what: What::$what$((Records::$of))?,
            params: $params,
        }
    };
}

pub(super) static ROUTES: &[Route] = &[
    Route { name: "GET index", method: "GET", path: "/wp-json", what: What::Index, params: &[] },
    entry!("GET", "", "wc/v3", Api, &[]),
    entry!("GET", "/system_status", "system_status", Status, &[]),
    entry!("GET", "/data/currencies/current", "data/currencies/current", Currency, &[]),
    entry!("GET", "/settings/general", "settings/general", Settings, &[]),
    entry!("GET", "/settings/general/{}", "settings/general/{id}", Setting, &[]),
    entry!("GET", "/payment_gateways", "payment_gateways", Gateways, &[CONTEXT]),
    entry!("GET", "/payment_gateways/{}", "payment_gateways/{id}", Gateway, &[CONTEXT]),
    entry!("GET", "/orders/statuses", "orders/statuses", OrderStatuses, &[]),
    entry!("GET", "/orders", "orders", Orders, &[PAGES, POSTS, RARE, NO_PARENT, ORDERS]),
    entry!("POST", "/orders/batch", "orders/batch", Batch(Orders), &[]),
    entry!("GET", "/orders/{n}", "orders/{id}", Order, &[CONTEXT]),
    entry!("PUT", "/orders/{n}", "orders/{id}", Update(Orders), &[]),
    entry!("POST", "/orders/{n}", "orders/{id}", Update(Orders), &[]),
    entry!("PATCH", "/orders/{n}", "orders/{id}", Update(Orders), &[]),
    entry!("DELETE", "/orders/{n}", "orders/{id}", Delete(Orders), &[FORCE]),
    entry!(
        "GET",
        "/orders/{n}/refunds",
        "orders/{id}/refunds",
        OrderRefunds,
        &[PAGES, POSTS, RARE, PARENT, REFUNDS]
    ),
    entry!("POST", "/orders/{n}/refunds", "orders/{id}/refunds", RefundCreate, &[]),
    entry!("GET", "/orders/{n}/refunds/{n}", "orders/{id}/refunds/{id}", Refund, &[CONTEXT]),
    entry!("DELETE", "/orders/{n}/refunds/{n}", "orders/{id}/refunds/{id}", RefundDelete, &[FORCE]),
    entry!("GET", "/refunds", "refunds", Refunds, &[PAGES, POSTS, RARE, PARENT, REFUNDS]),
    entry!("GET", "/orders/{n}/notes", "orders/{id}/notes", Notes, &[NOTES]),
    entry!("POST", "/orders/{n}/notes", "orders/{id}/notes", NoteCreate, &[]),
    entry!("GET", "/orders/{n}/notes/{n}", "orders/{id}/notes/{id}", Note, &[CONTEXT]),
    entry!("DELETE", "/orders/{n}/notes/{n}", "orders/{id}/notes/{id}", NoteDelete, &[FORCE]),
    entry!("GET", "/customers", "customers", Customers, &[PAGES, CUSTOMERS]),
    entry!("POST", "/customers/batch", "customers/batch", Batch(Customers), &[]),
    entry!("GET", "/customers/{n}", "customers/{id}", Customer, &[CONTEXT]),
    entry!("PUT", "/customers/{n}", "customers/{id}", Update(Customers), &[]),
    entry!("POST", "/customers/{n}", "customers/{id}", Update(Customers), &[]),
    entry!("PATCH", "/customers/{n}", "customers/{id}", Update(Customers), &[]),
    entry!("DELETE", "/customers/{n}", "customers/{id}", Delete(Customers), &[FORCE]),
    entry!("GET", "/products", "products", Products, &[PAGES, POSTS, RARE, NO_PARENT, GOODS, PRODUCTS]),
    entry!("POST", "/products/batch", "products/batch", Batch(Products), &[]),
    entry!("GET", "/products/{n}", "products/{id}", Product, &[CONTEXT]),
    entry!("PUT", "/products/{n}", "products/{id}", Update(Products), &[]),
    entry!("POST", "/products/{n}", "products/{id}", Update(Products), &[]),
    entry!("PATCH", "/products/{n}", "products/{id}", Update(Products), &[]),
    entry!(
        "GET",
        "/products/{n}/variations",
        "products/{id}/variations",
        Variations,
        &[PAGES, POSTS, RARE, PARENT, GOODS]
    ),
    entry!(
        "POST",
        "/products/{n}/variations/batch",
        "products/{id}/variations/batch",
        Batch(Variations),
        &[]
    ),
    entry!("GET", "/products/{n}/variations/{n}", "products/{id}/variations/{id}", Variation, &[CONTEXT]),
    entry!("PUT", "/products/{n}/variations/{n}", "products/{id}/variations/{id}", Update(Variations), &[]),
    entry!("POST", "/products/{n}/variations/{n}", "products/{id}/variations/{id}", Update(Variations), &[]),
    entry!("PATCH", "/products/{n}/variations/{n}", "products/{id}/variations/{id}", Update(Variations), &[]),
    entry!("GET", "/variations", "variations", AllVariations, &[PAGES, POSTS, RARE, PARENT, GOODS]),
    entry!("GET", "/coupons", "coupons", Coupons, &[PAGES, POSTS, COUPONS]),
    entry!("POST", "/coupons", "coupons", CouponCreate, &[]),
    entry!("POST", "/coupons/batch", "coupons/batch", Batch(Coupons), &[]),
    entry!("GET", "/coupons/{n}", "coupons/{id}", Coupon, &[CONTEXT]),
    entry!("PUT", "/coupons/{n}", "coupons/{id}", Update(Coupons), &[]),
    entry!("POST", "/coupons/{n}", "coupons/{id}", Update(Coupons), &[]),
    entry!("PATCH", "/coupons/{n}", "coupons/{id}", Update(Coupons), &[]),
    entry!("DELETE", "/coupons/{n}", "coupons/{id}", Delete(Coupons), &[FORCE]),
];

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// Writes a route of the vendor's index as our table does.
    fn plain(route: &str) -> String {
        let parts = route.split('/').map(|part| match part {
            part if !part.starts_with("(?P<") => part,
            part if part.contains("\\d") => "{n}",
            _ => "{}",
        });
        parts.collect::<Vec<_>>().join("/")
    }

    #[test]
    fn nothing_is_served_that_the_vendor_does_not_declare() {
        let file = "specs/woocommerce/wc-v3-route-index-10.5.0.json.gz";
        let Some(index) = crate::described::read(file) else { return };
        let routes = index["routes"].as_object().expect("routes");
        for ours in ROUTES.iter().filter(|route| route.what != What::Index) {
            let path = ours.path.trim_start_matches("/wp-json").replace("/settings/general", "/settings/{}");
            let theirs = routes.iter().find(|(route, _)| plain(route) == path);
            let (_, theirs) = theirs.unwrap_or_else(|| panic!("the vendor has no {path}"));
            let endpoints = theirs["endpoints"].as_array().expect("endpoints");
            let serves = |endpoint: &&Value| {
                endpoint["methods"].as_array().is_some_and(|all| all.iter().any(|one| one == ours.method))
            };
            let endpoint = endpoints.iter().find(serves);
            let endpoint = endpoint.unwrap_or_else(|| panic!("the vendor does not {}", ours.name));
            for (name, kind) in ours.params.iter().flat_map(|some| some.iter()) {
                let schema = &endpoint["args"][*name];
                assert!(schema.is_object(), "{}: the vendor knows no {name}", ours.name);
                if let Kind::OneOf(words) = kind {
                    for word in words.split(' ') {
                        let known =
                            schema["enum"].as_array().is_some_and(|all| all.iter().any(|one| one == word));
                        assert!(known, "{}: {name} cannot be {word}", ours.name);
                    }
                }
            }
        }
    }
}
