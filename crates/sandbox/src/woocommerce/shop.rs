//! The shop itself: what it is called, what it counts in, how one can pay.

use serde_json::{Value, json};

use super::routes::What;
use super::{Asked, Shop, errors};
use crate::rest::Route as _;
use crate::vendor::{Call, Reply};
use crate::world::Order;

/// The version that the twin plays.
pub(super) const VERSION: &str = "10.5.0";

/// A way to pay.
#[derive(Debug)]
pub(super) struct Gateway {
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    /// Can money go back through it?
    pub(super) refunds: bool,
}

/// Every way to pay that the shop knows. The first three stand for those of the world.
static GATEWAYS: [Gateway; 5] = [
    Gateway { id: "stripe", title: "Credit / Debit Card", refunds: true },
    Gateway { id: "ppcp-gateway", title: "PayPal", refunds: true },
    Gateway { id: "gift_card", title: "Gift card", refunds: true },
    Gateway { id: "bacs", title: "Direct bank transfer", refunds: false },
    Gateway { id: "cod", title: "Cash on delivery", refunds: false },
];

/// Finds a way to pay by its id.
pub(super) fn gateway(id: &str) -> Option<&'static Gateway> {
    GATEWAYS.iter().find(|gateway| gateway.id == id)
}

/// Returns how an order was paid.
pub(super) fn paid_by(order: &Order) -> &'static Gateway {
    match order.payment.gateway {
        "paypal" => &GATEWAYS[1],
        "gift_card" => &GATEWAYS[2],
        _ => &GATEWAYS[0],
    }
}

/// Answers what is asked about the shop.
pub(super) fn answer(shop: &Shop, asked: &Asked<'_>, call: &Call<'_>) -> Result<Reply, Reply> {
    let body = match asked.route.what {
        What::Index => index(shop, asked, call),
        What::Api => api(asked),
        What::Status => status(shop, asked, call),
        What::Currency => {
            let currency = call.world.shop.currency;
            json!({
                "code": currency.code(),
                "name": currency_name(currency.code()),
                "symbol": symbol(currency.code(), true),
            })
        }
        What::Settings => Value::Array(settings(call)),
        What::Setting => {
            let wanted = asked.parts.first().copied().unwrap_or_default();
            let found = settings(call).into_iter().find(|setting| setting["id"] == wanted);
            found.ok_or_else(|| errors::refuse(404, "rest_setting_setting_invalid", "Invalid setting."))?
        }
        What::Gateways => GATEWAYS.iter().enumerate().map(written).collect(),
        What::Gateway => {
            let wanted = asked.parts.first().copied().unwrap_or_default();
            let found = GATEWAYS.iter().enumerate().find(|(_, gateway)| gateway.id == wanted);
            found.map(written).ok_or_else(|| {
                errors::refuse(404, "woocommerce_rest_payment_gateway_invalid", "Resource does not exist.")
            })?
        }
        _ => STATUSES.iter().map(|(slug, name)| json!({ "slug": slug, "name": name })).collect(),
    };
    Ok(errors::answer(200, &body))
}

/// The states of an order and what they are called.
pub(super) const STATUSES: [(&str, &str); 8] = [
    ("pending", "Pending payment"),
    ("processing", "Processing"),
    ("on-hold", "On hold"),
    ("completed", "Completed"),
    ("cancelled", "Cancelled"),
    ("refunded", "Refunded"),
    ("failed", "Failed"),
    ("checkout-draft", "Draft"),
];

fn index(shop: &Shop, asked: &Asked<'_>, call: &Call<'_>) -> Value {
    let base = &asked.request.base_url;
    json!({
        "name": super::escaped(&call.world.shop.name),
        "description": "",
        "url": base,
        "home": base,
        "gmt_offset": shop.zone.hours(call.now).to_string(),
        "timezone_string": shop.zone.name,
        "namespaces": ["oembed/1.0", "wc/v1", "wc/v2", "wc/v3", "wp/v2"],
        "authentication": super::wordpress::authentication(&shop.passwords, base),
        "routes": routes(),
    })
}

fn api(asked: &Asked<'_>) -> Value {
    let up = format!("{}/wp-json/", asked.request.base_url);
    json!({ "namespace": "wc/v3", "routes": routes(), "_links": { "up": [{ "href": up }] } })
}

fn routes() -> Value {
    let mut all = serde_json::Map::new();
    for route in super::routes::ROUTES {
        let head = route.head();
        let Some(path) = head.path.strip_prefix("/wp-json/") else { continue };
        let path = format!("/{}", path.replace("{n}", "(?P<id>[\\d]+)").replace("{}", "(?P<id>[\\w-]+)"));
        let entry = all.entry(path).or_insert_with(|| json!({ "namespace": "wc/v3", "methods": [] }));
        if let Some(methods) = entry["methods"].as_array_mut() {
            methods.push(json!(head.method));
        }
    }
    Value::Object(all)
}

fn status(shop: &Shop, asked: &Asked<'_>, call: &Call<'_>) -> Value {
    let (base, currency) = (&asked.request.base_url, call.world.shop.currency);
    json!({
        "environment": {
            "home_url": base,
            "site_url": base,
            "version": VERSION,
            "wp_version": "6.9.1",
            "wp_multisite": false,
            "php_version": "8.3.14",
            "default_timezone": "UTC",
        },
        "settings": {
            "api_enabled": false,
            "force_ssl": true,
            "currency": currency.code(),
            "currency_symbol": symbol(currency.code(), true),
            "currency_position": "left",
            "thousand_separator": ",",
            "decimal_separator": ".",
            "number_of_decimals": currency.digits(),
            "order_datastore": "Automattic\\WooCommerce\\Internal\\DataStores\\Orders\\OrdersTableDataStore",
            "HPOS_enabled": true,
            "timezone_string": shop.zone.name,
        },
    })
}

fn settings(call: &Call<'_>) -> Vec<Value> {
    let shop = &call.world.shop;
    let setting = |id: &str, label: &str, value: &str| {
        json!({
            "id": id, "label": label, "description": "", "type": "text", "default": "", "tip": "", "value": value,
            "group_id": "general",
        })
    };
    vec![
        setting("woocommerce_default_country", "Country / State", &shop.country),
        setting("woocommerce_currency", "Currency", shop.currency.code()),
        setting("woocommerce_price_num_decimals", "Number of decimals", &shop.currency.digits().to_string()),
    ]
}

fn written((place, gateway): (usize, &Gateway)) -> Value {
    let supports = if gateway.refunds { json!(["products", "refunds"]) } else { json!(["products"]) };
    json!({
        "id": gateway.id,
        "title": gateway.title,
        "description": "",
        "order": place,
        "enabled": true,
        "method_title": gateway.title,
        "method_description": "",
        "method_supports": supports,
        "settings": {},
    })
}

/// Writes the sign of a currency, as an HTML entity where asked for.
pub(super) fn symbol(code: &str, entity: bool) -> String {
    let (plain, html) = match code {
        "EUR" => ("€", "&euro;"),
        "GBP" => ("£", "&pound;"),
        "USD" => ("$", "&#36;"),
        other => (other, other),
    };
    if entity { html.to_owned() } else { plain.to_owned() }
}

fn currency_name(code: &str) -> &str {
    match code {
        "EUR" => "Euro",
        "GBP" => "Pound sterling",
        "USD" => "United States (US) dollar",
        other => other,
    }
}
