//! Addresses in WooCommerce's fields.

use serde_json::{Map, Value, json};

use super::books::Typed;
use crate::world::Address;

/// The fields of an address that can be written; `email` belongs to billing alone.
pub(super) const FIELDS: [&str; 11] = [
    "first_name",
    "last_name",
    "company",
    "address_1",
    "address_2",
    "city",
    "state",
    "postcode",
    "country",
    "email",
    "phone",
];

/// Whose an address is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Whose<'a> {
    pub(super) first: &'a str,
    pub(super) last: &'a str,
    pub(super) email: Option<&'a str>,
    pub(super) phone: Option<&'a str>,
}

/// Writes an address, with what was typed over it; `None` leaves the address's own fields empty.
pub(super) fn show(address: Option<&Address>, whose: Whose<'_>, typed: &Typed, billing: bool) -> Value {
    let of = |field: fn(&Address) -> &str| address.map_or("", field);
    let mut fields = Map::new();
    for name in FIELDS {
        let value = match name {
            "first_name" => whose.first,
            "last_name" => whose.last,
            "address_1" => of(|address| &address.street),
            "address_2" => of(|address| address.extra.as_deref().unwrap_or_default()),
            "city" => of(|address| &address.city),
            "state" => of(|address| address.province.as_deref().unwrap_or_default()),
            "postcode" => of(|address| &address.zip),
            "country" => of(|address| address.country()),
            "email" if !billing => continue,
            "email" => whose.email.unwrap_or_default(),
            "phone" => whose.phone.unwrap_or_default(),
            _ => "",
        };
        let value = typed.get(name).map_or(value, String::as_str);
        fields.insert(name.to_owned(), json!(value));
    }
    Value::Object(fields)
}

/// Writes what was given into an address of the world, as far as it has a place for it.
pub(super) fn take(address: &mut Address, given: &Value) {
    let text = |name: &str| given[name].as_str();
    let optional = |text: &str| (!text.is_empty()).then(|| text.into());
    if let Some(street) = text("address_1") {
        address.street = street.into();
    }
    if let Some(extra) = text("address_2") {
        address.extra = optional(extra);
    }
    if let Some(city) = text("city") {
        address.city = city.into();
    }
    if let Some(state) = text("state") {
        address.province = optional(state);
    }
    if let Some(zip) = text("postcode") {
        address.zip = zip.into();
    }
    if let Some(country) = text("country").and_then(|country| country.as_bytes().try_into().ok()) {
        address.country = country;
    }
}
