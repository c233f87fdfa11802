//! The store itself, and its clock.

use serde_json::json;

use super::Asked;
use crate::json::merged;
use crate::vendor::{Call, Reply};
use crate::world::Moment;

/// Tells about the store.
pub(super) fn store(asked: &Asked<'_>, call: &Call<'_>) -> Reply {
    let shop = &call.world.shop;
    let first = json!({
        "id": asked.hash,
        "domain": shop.domain, "secure_url": format!("https://{}", shop.domain),
        "control_panel_base_url": format!("https://store-{}.mybigcommerce.com", asked.hash),
        "status": "live", "name": shop.name, "first_name": "", "last_name": "", "address": "",
        "country": super::money::country(&shop.country), "country_code": shop.country, "phone": "",
        "admin_email": shop.email, "order_email": shop.email, "favicon_url": "",
        "timezone": {
            "name": "Etc/UTC", "raw_offset": 0, "dst_offset": 0, "dst_correction": false,
            "date_format": { "display": "jS M Y", "export": "jS M Y", "extended_display": "jS M Y @ g:i A" },
        },
        "language": "en", "currency": shop.currency.code(), "currency_symbol": shop.currency.code(),
        "decimal_separator": ".", "thousands_separator": ",", "decimal_places": shop.currency.digits(),
        "currency_symbol_location": "left",
    });
    let rest = json!({
        "weight_units": "KGS", "dimension_units": "Centimeters", "dimension_decimal_places": 2,
        "dimension_decimal_token": ".", "dimension_thousands_token": ",", "plan_name": "Plus",
        "plan_level": "Plus Plan", "plan_is_trial": false, "industry": "Fashion", "logo": [],
        "is_price_entered_with_tax": true, "store_id": 1, "default_channel_id": 1, "default_site_id": 1,
        "active_comparison_modules": [],
        "features": {
            "stencil_enabled": true, "sitewidehttps_enabled": true, "facebook_catalog_id": "",
            "checkout_type": "optimized", "wishlists_enabled": false, "graphql_storefront_api_enabled": true,
            "shopper_consent_tracking_enabled": false, "multi_storefront_enabled": false,
            "storefront_limits": { "active": 1, "total_including_inactive": 1 },
        },
    });
    Reply::json(200, &merged([first, rest]))
}

/// Returns since when there is a store, which is when its first product was made.
pub(super) fn opened(call: &Call<'_>) -> Moment {
    call.world.products.iter().next().map_or(call.now, |(_, product)| product.created_at)
}

/// Tells the time, in seconds since 1970.
pub(super) fn time(call: &Call<'_>) -> Reply {
    Reply::json(200, &json!({ "time": call.now.second() }))
}
